"""What of the errors by population may leave the administration: protected counts, rates and money.

Of a rule whose whole number is small nothing is counted here, so that what rules have in common tells nothing of it.
Counts that findings by rule and province hide are hidden here, too: what one table hides no other may tell. Of
exclusions the whole alone is told, since by group coverage tells who is left out. Money is hidden wherever its people
are, and where it is of few of them.
"""

import datetime as dt

import duckdb
import polars as pl
import polars.selectors as cs

from transforms import errors, facts, public_counts, tables
from transforms.disclosure import HIDDEN, SHOWN, label, placed, smallest_cell
from transforms.errors import Population
from transforms.group_names import named, names
from transforms.linked_sums import KEY, SETTING, TOTAL
from transforms.tables import Kind
from transforms.tables.errors import ALL_RULES

# Finer areas and crossings hold too few people to be worth the counts that they would hide elsewhere.
BREAKDOWNS = (TOTAL, "area_1", "setting", "sex", "age_band", "disability", "poverty_level")
COUNTS = ("people", "found", "share", "expected", "expected_low", "expected_high")
MONEY = ("stake", "riel_a_month")


def write(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Write coverage.error_gaps. Call it after `errors.count`, before `errors.clear`.

    Reads what `errors.count` reads and left, findings.* and reference.policy.
    """
    told = public_counts.findings(con, as_of)
    rules = _told_rules(con, told)
    errors.tally(con, "told_errors", {one: of for one, of in rules.items() if of}, BREAKDOWNS)
    cells = _cells(con, told, {one.id: of for one, of in rules.items()})
    con.execute("DROP TABLE temp.told_errors")
    minimum = smallest_cell(con, as_of)
    shown = protect(placed(con, cells), minimum)
    con.register("safe_errors", shown)
    tables.fill(con, tables.ERROR_GAPS, named("safe_errors"), {"names": names()})
    con.unregister("safe_errors")


def protect(cells: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Cells with `suppressed` and `money_suppressed`; figures are null where hidden, groups of a hidden total left out.

    `cells`: table, population, kind, breakdown, group_code, people, found, with_money, published (false where hidden
    elsewhere), the columns of COUNTS and MONEY, and `setting` where they are counted by it (see `disclosure.placed`).
    """
    counts = cells.with_columns(eligible="people", covered="found")
    people = _labelled(counts, minimum, _same_denominators(cells))
    money = counts.with_columns(eligible="with_money", covered=pl.lit(0, pl.Int64))
    money = money.select(*KEY, "eligible", "covered", cs.by_name(SETTING, require_all=False))
    money = money.join(people.select(*KEY, published=pl.when(pl.col("hidden")).then(False)), on=list(KEY), how="inner")
    riel = _labelled(money, minimum).select(*KEY, money_hidden="hidden")
    return (
        people.join(riel, on=list(KEY), how="left", maintain_order="left")
        .with_columns(
            pl.when(~pl.col("hidden")).then(pl.col(COUNTS)),
            pl.when(~pl.col("money_hidden").fill_null(True)).then(pl.col(MONEY)),
            suppressed=_word("hidden"),
            money_suppressed=_word("money_hidden"),
        )
        .drop("hidden", "money_hidden", "table", "published", "with_money", "eligible", "covered")
    )


def _word(flag: str) -> pl.Expr:
    return pl.when(pl.col(flag).fill_null(True)).then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN))


def _labelled(cells: pl.DataFrame, minimum: int, sums: pl.DataFrame | None = None) -> pl.DataFrame:
    """The cells that may be told of, with `hidden`."""
    labelled = label(cells, minimum, sums).with_columns(hidden=pl.col("label") != SHOWN)
    is_total = pl.col("breakdown") == TOTAL
    whole = labelled.filter(is_total & ~pl.col("hidden")).select("table")
    told = labelled.filter(pl.col("withheld").is_null())
    return pl.concat([told.filter(is_total), told.filter(~is_total).join(whole, on="table", how="semi")]).drop(
        "label", "withheld"
    )


def _same_denominators(cells: pl.DataFrame) -> pl.DataFrame | None:
    """The denominators of one population are the same for every kind of error: a reader may take one for another."""
    kinds = cells.select("population", *KEY).with_columns(first=pl.col("table").min().over("population"))
    others = kinds.filter(pl.col("table") != pl.col("first"))
    # Exclusions tell their whole alone: only groups that both kinds have can be compared.
    both = others.join(
        kinds.filter(pl.col("table") == pl.col("first")), on=["population", "breakdown", "group_code"], how="semi"
    )
    if both.is_empty():
        return None
    relation = pl.concat_str("table", "breakdown", "group_code", separator="|")
    terms = both.with_columns(relation=relation, sign=pl.lit(1), of=pl.lit("eligible"))
    return pl.concat([terms, terms.with_columns(table="first", sign=pl.lit(-1))]).drop("first", "population")


def _told_rules(con: duckdb.DuckDBPyConnection, told: pl.DataFrame) -> dict[Population, tuple[str, ...]]:
    """By population the rules whose whole number of findings is told."""
    shown = set(told.filter(pl.col("breakdown") == TOTAL, ~pl.col("hidden"))["rule"])
    return {
        one: tuple(rule for rule in one.told if rule in shown)
        for one in errors.load_populations()
        if not facts.missing(con, one)
    }


def _cells(con: duckdb.DuckDBPyConnection, told: pl.DataFrame, rules: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    cells = con.execute(
        f"""SELECT population || '/' || kind AS "table", *
        FROM told_errors WHERE rule = '{ALL_RULES}' AND (kind <> '{Kind.EXCLUSION}' OR breakdown = '{TOTAL}')
        ORDER BY ALL"""
    ).pl()
    kinds = con.execute("SELECT rule, kind FROM findings.rules").pl()
    listed = pl.DataFrame(
        [(one, rule) for one, of in rules.items() for rule in of],
        schema={"population": pl.String, "rule": pl.String},
        orient="row",
    ).join(kinds, on="rule")
    joined = listed.group_by("population", "kind").agg(rules=pl.col("rule").sort().str.join(", "))
    hidden = (
        listed.join(told.filter("hidden"), on="rule")
        .select("population", "kind", "breakdown", "group_code", published=pl.lit(False))
        .unique()
    )
    groups = ["population", "kind", "breakdown", "group_code"]
    return cells.join(joined, on=["population", "kind"]).join(hidden, on=groups, how="left")
