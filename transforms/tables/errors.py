"""Errors among the people a programme serves, and how old the registers are: as counted, and as it may be published."""

from transforms.tables.enums import Kind, Stake
from transforms.tables.schema import Column, Table, money, needed, text

ALL_RULES = "all"
_POPULATION = needed("population", "whom it is about: a file of transforms/populations")
_KIND = needed("kind", "kind of error", values=tuple(Kind))
_GROUP = (
    needed("breakdown", "total, area_1, sex ...; of a crossing the two joined with '*'"),
    needed("group_code", "the group: a code, or 'all'; of a crossing the two codes joined with '*'"),
    needed("group_name_en", "its name in English"),
    needed("group_name_km", "its name in Khmer"),
)
_EXPECTED = (
    Column("expected", "DOUBLE", "expected number of them whose finding is right, by the probabilities of its links"),
    Column("expected_low", "BIGINT", "lower end of its 95% interval"),
    Column("expected_high", "BIGINT", "upper end of it"),
)
_STAKE = text("stake", "what the money is; null where no finding knows of any", values=tuple(Stake))
_RIEL = money("riel_a_month", "money a month in these findings; null where no finding knows of any")

POPULATIONS = Table(
    "coverage",
    "populations",
    "one row a population: the people or households of a programme among whom errors are counted",
    ("population",),
    (
        _POPULATION,
        needed("statement_en", "who they are, in English"),
        needed("statement_km", "who they are, in Khmer"),
        needed("unit", "what is counted", values=("person", "household")),
        needed("applied", "whether the registers that tell of it were there", "BOOLEAN"),
        needed("rules", "the rules that were asked of it, joined with commas"),
        needed("rules_not_asked", "the rules that would be asked of it, and could not be"),
    ),
)

ERRORS = Table(
    "coverage",
    "errors",
    "one row a population, kind of error, rule and group, small ones too: it stays in the warehouse",
    ("population", "kind", "rule", "breakdown", "group_code"),
    (
        _POPULATION,
        _KIND,
        needed("rule", f"the rule; '{ALL_RULES}': any rule of the kind, whoever has several findings counted once"),
        *_GROUP,
        needed("people", "denominator: people or households of the population in the group", "BIGINT"),
        needed("found", "of them those with a finding", "BIGINT"),
        Column("share", "DOUBLE", "found / people; null where there is nobody"),
        needed("confirmed", "of those found: the surest finding is confirmed", "BIGINT"),
        needed("probable", "the surest finding is probable", "BIGINT"),
        needed("cannot_tell", "nobody can tell", "BIGINT"),
        *_EXPECTED,
        needed("with_money", "of those found: a finding knows of money", "BIGINT"),
        _STAKE,
        _RIEL,
    ),
)

ERROR_GAPS = Table(
    "coverage",
    "error_gaps",
    "one row a population, kind of error and group, as it may be published",
    ("population", "kind", "breakdown", "group_code"),
    (
        _POPULATION,
        _KIND,
        needed("rules", "the rules whose findings are counted: those of which the whole number may be told"),
        *_GROUP,
        Column("people", "BIGINT", "denominator; null where suppressed, as all that follows"),
        Column("found", "BIGINT", "of them those with a finding"),
        Column("share", "DOUBLE", "found / people; null where there is nobody"),
        *_EXPECTED,
        _STAKE,
        _RIEL,
        needed("suppressed", "whether it is hidden, as it or another is small", values=("no", "yes")),
        needed("money_suppressed", "whether the money is hidden", values=("no", "yes")),
    ),
)

STALENESS = Table(
    "coverage",
    "staleness",
    "one row a register and province: how long ago its records were last touched by an event",
    ("register", "breakdown", "group_code"),
    (
        needed("register", "the register, as its contract names it"),
        *_GROUP,
        needed("records", "people or households of whom the register holds a dated event", "BIGINT"),
        needed("median_days", "median of the days since the last event of each", "BIGINT"),
        needed("ninetieth_days", "90th percentile of these days", "BIGINT"),
        needed("suppressed", "whether it may not leave, as it or another is small", values=("no", "yes")),
    ),
)

ERROR_TABLES = (POPULATIONS, ERRORS, ERROR_GAPS, STALENESS)
