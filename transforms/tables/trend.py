"""Coverage over the nights: how each group stood, who entered and left the gap, and what that is told from."""

from transforms.tables.enums import Cause
from transforms.tables.lasting import RUN
from transforms.tables.schema import Column, Table, date, needed, text

_MEASURE = needed("measure", "the measure")
_GROUP = (
    _MEASURE,
    needed("breakdown", "total, area_1, sex ...; of a crossing the two joined with '*'; none finer than provinces"),
    needed("group_code", "the group: a code, or 'all'; of a crossing the two codes joined with '*'"),
)

TREND = Table(
    "coverage",
    "trend",
    "one row a night, measure and group, kept over the nights; a run replaces another of the same as-of date",
    ("as_of", "measure", "breakdown", "group_code"),
    (
        RUN,
        needed("as_of", "as-of date of the run", "DATE"),
        *_GROUP,
        needed("eligible", "denominator: people or households entitled, as linked", "BIGINT"),
        needed("covered", "of them covered, as linked", "BIGINT"),
        Column("gap_share_adjusted", "DOUBLE", "share of the eligible not covered, were all links right"),
        Column("gap_low", "DOUBLE", "lower end of its 95% interval"),
        Column("gap_high", "DOUBLE", "upper end of it"),
        text("verdict", "whether the interval leaves the share clear", values=("clear", "cannot_tell")),
    ),
)

MOVES = Table(
    "coverage",
    "moves",
    "one row a measure, group and cause for which people or households entered or left the gap since the night before",
    ("measure", "breakdown", "group_code", "cause"),
    (
        *_GROUP,
        needed("cause", "why, as far as can be told: the first that applies", values=tuple(Cause)),
        needed("entered", "people or households eligible and not covered tonight, and not so before", "BIGINT"),
        needed("left_gap", "people or households eligible and not covered before, and not so tonight", "BIGINT"),
        date("since", "as-of date of the night it is compared with"),
    ),
)

UNITS = Table(
    "coverage",
    "units",
    "one row a run, measure and person or household that is eligible, as hashes; of the last runs only",
    ("run_id", "measure", "unit"),
    (
        RUN,
        _MEASURE,
        needed("unit", "hash of the id of the person, or of the household", "UBIGINT"),
        needed("covered", "whether it is covered, as linked", "BOOLEAN"),
        needed("area_1", "province, or unknown"),
        needed("setting", "urban, rural or unknown"),
        needed("sex", "sex, or unknown"),
        needed("age_band", "first full year of age of the band, or unknown"),
        needed("disability", "yes, no or unknown"),
        needed("poverty_level", "poverty level, or unknown"),
        needed("persons", "hashes of the ids of the persons it is made of", "UBIGINT[]"),
        Column("about", "UBIGINT", "hash of what their households' rows and cards say; null where they have none"),
    ),
)

MEASURE_PRINTS = Table(
    "coverage",
    "measure_prints",
    "one row a run and measure: hashes of what the measure was; of the last runs only",
    ("run_id", "measure"),
    (
        RUN,
        needed("as_of", "as-of date of the run", "DATE"),
        _MEASURE,
        needed("applied", "whether the registers it needs were there", "BOOLEAN"),
        needed("reads_date", "whether it asks for the as-of date, itself or through a fact", "BOOLEAN"),
        needed("query", "hash of its header, its query, the facts it reads, and how units are counted"),
        needed("policy", "hash of the policy values it reads, as valid on the as-of date"),
    ),
)

KEPT_COVERAGE = (TREND, UNITS, MEASURE_PRINTS)
