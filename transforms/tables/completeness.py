"""How complete two lists of one population are, and who is in neither: as estimated, and as it may be published."""

from transforms.tables.schema import Column, Table, needed, text

_CAPTURE = needed("capture", "two lists of one population: a file of transforms/captures")
_GROUP = (
    needed("breakdown", "total, area_1, sex ...; of a crossing the two joined with '*'"),
    needed("group_code", "the group: a code, or 'all'; of a crossing the two codes joined with '*'"),
    needed("group_name_en", "its name in English"),
    needed("group_name_km", "its name in Khmer"),
)
_ENDS = {
    "low": "lower end of its 95% interval, were the lists independent",
    "high": "upper end of it",
    "least": "lower end of the 95% interval, whatever dependence policy thinks possible",
    "most": "upper end of it",
}


def _figure(name: str, meaning: str) -> tuple[Column, ...]:
    """An estimate, were the lists independent, with its interval and range."""
    ends = (Column(f"{name}_{end}", "DOUBLE", told) for end, told in _ENDS.items())
    return (Column(name, "DOUBLE", meaning), *ends)


_ESTIMATES = (
    *_figure("people", "estimated people in all, were the lists independent; null where too few are in both lists"),
    *_figure("in_neither", "of them in neither list"),
    *_figure("complete_a", "completeness of list a: share of all people who are in it"),
    *_figure("complete_b", "completeness of list b"),
    text(
        "verdict",
        "cannot_tell where too few are in both lists, or the completeness of list a may lie anywhere in a wide range",
        values=("clear", "cannot_tell"),
    ),
)

CAPTURES = Table(
    "coverage",
    "captures",
    "one row a capture: two lists of one population, by which the completeness of both is estimated",
    ("capture",),
    (
        _CAPTURE,
        needed("statement_en", "the population, in English"),
        needed("statement_km", "the population, in Khmer"),
        needed("list_a_en", "who is in list a, the register whose completeness is asked, in English"),
        needed("list_a_km", "who is in list a, in Khmer"),
        needed("list_b_en", "who is in list b, which checks it, in English"),
        needed("list_b_km", "who is in list b, in Khmer"),
        needed("assumes_en", "what is assumed of the two, and what follows where it does not hold, in English"),
        needed("assumes_km", "what is assumed of the two, in Khmer"),
        needed("applied", "whether the registers and policy values that it needs were there", "BOOLEAN"),
    ),
)

COMPLETENESS = Table(
    "coverage",
    "completeness",
    "one row a capture and a group of people, small ones too: it stays in the warehouse",
    ("capture", "breakdown", "group_code"),
    (
        _CAPTURE,
        *_GROUP,
        needed("in_a", "people in list a, as linked", "BIGINT"),
        needed("in_b", "people in list b, as linked", "BIGINT"),
        needed("in_both", "people in both lists, as linked", "BIGINT"),
        needed("in_a_adjusted", "expected number in list a, were all links right", "DOUBLE"),
        needed("in_b_adjusted", "expected number in list b", "DOUBLE"),
        needed("in_both_adjusted", "expected number in both", "DOUBLE"),
        *_ESTIMATES,
    ),
)

COMPLETENESS_GAPS = Table(
    "coverage",
    "completeness_gaps",
    "one row a capture and a group of people, as it may be published: people in tens, shares in whole percent",
    ("capture", "breakdown", "group_code"),
    (
        _CAPTURE,
        *_GROUP,
        Column("in_a", "BIGINT", "people in list a, as linked; null where suppressed, as all that follows"),
        Column("in_b", "BIGINT", "people in list b, as linked"),
        Column("in_both", "BIGINT", "people in both lists, as linked"),
        *_ESTIMATES,
        needed("suppressed", "whether it is hidden, as it or another is small", values=("no", "yes")),
    ),
)

COMPLETENESS_TABLES = (CAPTURES, COMPLETENESS, COMPLETENESS_GAPS)
