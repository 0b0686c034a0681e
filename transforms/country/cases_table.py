"""Which rules of the catalogue the sample country answers, with how many cases, and which it cannot and why."""

import polars as pl

from transforms.catalogue import unanswered

CANNOT = {rule.id: rule.why for rule in unanswered()}
IN_PART: dict[str, str] = {
    "E17": "no register of programmes for shocks; the shocks seen are in-patient stays and registered deaths",
    "I06": "serving employees of the public scheme only: pensions are not sent",
    "I07": "not dependants: whether they are covered, or a member for injuries only, is not sent",
    "I11": "the relation of a dependant is not sent: the ages of the two tell it",
    "I14": "the households of the wallet are known, its owner's office is not",
    "I15": "no absence reports: cases are households that named another commune to an agency since the interview",
    "D04": "two deliveries too close; instalments bear no number, so their caps (4, 1, 10) cannot be counted",
    "N03": "village codes that no gazetteer ever had; old codes are read, and counted as repairs",
}


def planted_table(cases: pl.DataFrame) -> pl.DataFrame:
    """How many cases and near misses the truth has, one row a rule: rule, cases_planted, cases_natural, near_misses,
    all 0 and `cannot` (the reason) filled for a rule these registers cannot answer, `in_part` for what is left out.

    `cases`: true cases and near misses: rule, kind (case, near_miss), planted.
    """
    case = pl.col("kind") == "case"
    counts = cases.group_by("rule").agg(
        cases_planted=(case & pl.col("planted")).sum(),
        cases_natural=(case & ~pl.col("planted")).sum(),
        near_misses=(~case).sum(),
    )
    rules = pl.concat([counts.select("rule"), pl.DataFrame({"rule": list(CANNOT)})]).unique()
    table = rules.join(counts, on="rule", how="left").with_columns(pl.exclude("rule").fill_null(0))
    rule, said = pl.col("rule"), {"cannot": CANNOT, "in_part": IN_PART}
    reasons = (rule.replace_strict(why, default=None, return_dtype=pl.String).alias(name) for name, why in said.items())
    return table.with_columns(reasons).sort("rule")
