"""The true cases of every rule, known from what truly happened, not from what the registers came to say.

Words used in all of `cases_*`. As-of: the night the registers are drawn for. *Card in force*: a household whose card is
active and valid at as-of, of level poor_1 or poor_2. *Listed*: on the IDPoor roster. *Enrolled*: stands in a Family
Package enrolment, open or ended (the programme is younger than any of them). Paid: status paid, in the rounds kept.
*Living*: born and not dead at as-of. Ages are in full years by the true birth date. What policy sets (ages, grace days,
tariffs) stands in `planted.policy` of sample.yaml with the values of policy.yaml; the numbers in docstrings are those.
"""

from collections.abc import Callable, Mapping

import polars as pl

from transforms.country.cases_duplication import d01, d02, d03, d04, d06, d07, d08, d09, d10
from transforms.country.cases_exclusion import (
    e01,
    e02,
    e03,
    e04,
    e05,
    e07,
    e10,
    e11,
    e12,
    e13,
    e14,
    e15,
    e16,
    e17,
)
from transforms.country.cases_facts import Who
from transforms.country.cases_inclusion import (
    i01,
    i02,
    i03,
    i04,
    i05,
    i06,
    i07,
    i08,
    i09,
    i11,
    i12,
    i14,
    i15,
)
from transforms.country.cases_inconsistency import (
    n01,
    n02,
    n03,
    n04,
    n05,
    n06,
    n08,
    n09,
    n10,
    n11,
    n12,
)
from transforms.country.planting import subjects_of
from transforms.country.world import Country

CASES: dict[str, Callable[[Country], pl.DataFrame]] = {
    "E01": e01, "E02": e02, "E03": e03, "E04": e04, "E05": e05, "E07": e07, "E10": e10, "E11": e11, "E12": e12,
    "E14": e14, "E15": e15, "E16": e16, "E17": e17,
    "I01": i01, "I02": i02, "I03": i03, "I04": i04, "I05": i05, "I06": i06, "I07": i07, "I08": i08, "I09": i09,
    "I11": i11, "I12": i12, "I14": i14, "I15": i15,
    "D01": d01, "D02": d02, "D03": d03, "D04": d04, "D06": d06, "D07": d07, "D08": d08, "D10": d10,
    "N03": n03, "N08": n08, "N10": n10, "N12": n12,
}  # fmt: skip
CASES_AS_WRITTEN: dict[str, Callable[[Country, Who], pl.DataFrame]] = {
    "D09": d09, "N01": n01, "N02": n02, "N04": n04, "N05": n05, "N06": n06, "N09": n09, "N11": n11,
}  # fmt: skip
CASES_OF_CASES: dict[str, Callable[[Country, Mapping[str, pl.DataFrame]], pl.DataFrame]] = {"E13": e13}


def true_cases(country: Country, who: Who, meant: pl.DataFrame) -> pl.DataFrame:
    """All true cases: rule, subject_kind, subject, kind ('case'), planted.

    `who` is what the registers wrote of each person (for the rules on inconsistency), `meant` what was planted.
    """
    found = {rule: cases(country) for rule, cases in CASES.items()}
    found |= {rule: cases(country, who) for rule, cases in CASES_AS_WRITTEN.items()}
    found |= {rule: cases(country, found) for rule, cases in CASES_OF_CASES.items()}
    rows = [subjects_of(rule, cases.unique().drop_nulls().to_series().sort()) for rule, cases in sorted(found.items())]
    keys = ["rule", "subject_kind", "subject"]
    planted = meant.unique().with_columns(planted=pl.lit(True))
    cases = pl.concat(rows).join(planted, on=keys, how="left", maintain_order="left")
    return cases.select(*keys, kind=pl.lit("case"), planted=pl.col("planted").fill_null(False))
