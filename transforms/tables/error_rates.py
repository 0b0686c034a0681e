"""How often linking errs, by group."""

from transforms.tables.schema import Column, Table, needed

ERROR_RATES = Table(
    "coverage",
    "error_rates",
    "one row a group of pairs that identifiers tell of, linked again without any identifier of persons",
    ("breakdown", "group_code"),
    (
        needed("breakdown", "total, sex*decade (of age), script (of names), moved (between provinces), area_1"),
        needed("group_code", "the group: a code, or 'all'; of a crossing the two codes joined with '*'"),
        needed("group_name_en", "its name in English"),
        needed("group_name_km", "its name in Khmer"),
        needed("pairs", "linked pairs of records that show the same valid identifier", "BIGINT"),
        needed("found", "of them those that linking finds without it", "BIGINT"),
        Column("missed_share", "DOUBLE", "share of pairs not found; null where there are none"),
        Column("missed_low", "DOUBLE", "lower end of its 95% interval"),
        Column("missed_high", "DOUBLE", "upper end of it"),
        needed("links", "pairs found without identifiers, of records whose identifiers agree or differ", "BIGINT"),
        needed("contradicted", "of them those whose identifiers differ", "BIGINT"),
        Column("contradicted_share", "DOUBLE", "share of links contradicted; null where there are none"),
        Column("contradicted_low", "DOUBLE", "lower end of its 95% interval"),
        Column("contradicted_high", "DOUBLE", "upper end of it"),
    ),
)
