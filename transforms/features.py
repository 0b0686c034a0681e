"""What a pair of records is compared on: every feature, in order, and the words of its levels."""

from transforms.comparable import IdentifierType
from transforms.feature import Feature
from transforms.tables import Scope


def features(types: list[IdentifierType]) -> list[Feature]:
    """The features of records that carry these types of identifier.

    What can be compared in two ways (names in one script or across scripts, dates with or without a day) is two
    features, one of them always missing: what a register happens to know is no evidence by itself.
    """
    people = [t for t in types if t.scope is Scope.PERSON]
    households = [t for t in types if t.scope is Scope.HOUSEHOLD]
    return [
        _spelling("family"),
        _spelling("given"),
        _sound("family"),
        _sound("given"),
        SEX,
        BIRTH_DATE,
        BIRTH_YEAR,
        *map(_identifier, people),
        _household(households),
        ROSTER,
        PHONE,
        AREA,
        REGION,
        ADDRESS,
        PARENTS,
    ]


def _spelled(part: str) -> str:
    """Whether both records have the name in one script."""
    return (
        f"(l.{part}_spelled IS NOT NULL AND r.{part}_spelled IS NOT NULL"
        f" OR l.{part}_latin IS NOT NULL AND r.{part}_latin IS NOT NULL)"
    )


def _common(part: str) -> str:
    """How common the name is, as a share of all records."""
    return f"least(l.{part}_share, r.{part}_share)"


# Swapped names are weighed once: with the given name.
_SWAPPED = (
    "coalesce(l.family_key <> r.family_key"
    " AND (l.family_spelled = r.given_spelled AND l.given_spelled = r.family_spelled"
    " OR l.family_key = r.given_key AND l.given_key = r.family_key), false)"
)
_ELSEWHERE = "missing on one side or both, or weighed with the given name"


def _spelling(part: str) -> Feature:
    same = f"(l.{part}_spelled = r.{part}_spelled OR l.{part}_latin = r.{part}_latin)"
    alike = (
        f"greatest(jaro_winkler_similarity(l.{part}_spelled, r.{part}_spelled),"
        f" jaro_winkler_similarity(l.{part}_latin, r.{part}_latin))"
    )
    return _name(
        part,
        "name",
        f"Is the {part} name spelled the same, in a script that both records have?",
        f"NOT {_spelled(part)}",
        (f"{same} AND {_common(part)} < 0.0005", "the same spelling of a rare name"),
        (f"{same} AND {_common(part)} < 0.005", "the same spelling of an uncommon name"),
        (same, "the same spelling of a common name"),
        (f"l.{part}_key = r.{part}_key", "another spelling that sounds the same"),
        (f"{alike} >= 0.92", "nearly the same spelling"),
        (f"{alike} >= 0.82", "some likeness of spelling"),
    )


def _sound(part: str) -> Feature:
    same = f"l.{part}_key = r.{part}_key"
    return _name(
        part,
        "sound",
        f"Does the {part} name sound the same, when the records write it in two scripts?",
        f"{_spelled(part)} OR l.{part}_key IS NULL OR r.{part}_key IS NULL",
        (f"{same} AND {_common(part)} < 0.005", "sounds the same, an uncommon name"),
        (same, "sounds the same, a common name"),
        (f"jaro_winkler_similarity(l.{part}_key, r.{part}_key) >= 0.82", "sounds alike"),
    )


def _name(part: str, how: str, sentence: str, missing: str, *levels: tuple[str, str]) -> Feature:
    """The given name has a level for names in the other order, above the likenesses; the family name is then silent."""
    name, shown = f"{part}_{how}", f"concat_ws(' ', {{side}}.{part}_name_local, {{side}}.{part}_latin)"
    if part == "family":
        missing = f"{missing} OR {_SWAPPED}"
        return Feature(name, sentence, shown, missing, levels, "another name", silent=_ELSEWHERE)
    swapped = (_SWAPPED, "family and given name agree, in the other order")
    at = len(levels) // 2 + 1
    return Feature(name, sentence, shown, missing, (*levels[:at], swapped, *levels[at:]), "another name")


SEX = Feature(
    "sex",
    "Is the sex the same?",
    "{side}.sex",
    "l.sex IS NULL OR r.sex IS NULL",
    (("l.sex = r.sex", "the same sex"),),
    "the other sex",
)

_DAYS_KNOWN = "coalesce(l.birth_day_known AND r.birth_day_known, false)"
_DIGITS = "hamming(strftime(l.birth_date, '%Y%m%d'), strftime(r.birth_date, '%Y%m%d'))"
_PARTS = " + ".join(
    f"CAST({part}(l.birth_date) = {part}(r.birth_date) AS TINYINT)" for part in ("year", "month", "day")
)
_BORN = (
    "concat_ws(', ', coalesce(CAST({side}.birth_date AS VARCHAR), CAST({side}.birth_year AS VARCHAR)),"
    " 'known to the ' || {side}.birth_precision)"
)

BIRTH_DATE = Feature(
    "birth_date",
    "Do the dates of birth agree, where both records know the day?",
    _BORN,
    f"NOT {_DAYS_KNOWN}",
    (
        ("l.birth_date = r.birth_date", "the same day"),
        (
            "l.birth_year = r.birth_year AND month(l.birth_date) = day(r.birth_date)"
            " AND day(l.birth_date) = month(r.birth_date)",
            "day and month are swapped",
        ),
        (f"{_DIGITS} = 1", "one digit differs"),
        (f"{_PARTS} = 2", "two of day, month and year agree"),
        ("l.birth_year = r.birth_year", "another day of the same year"),
        ("abs(l.birth_year - r.birth_year) <= 2", "one or two years apart"),
    ),
    "another date",
)

BIRTH_YEAR = Feature(
    "birth_year",
    "Do the years of birth agree, where a record knows only a year or an age?",
    _BORN,
    f"{_DAYS_KNOWN} OR l.birth_year IS NULL OR r.birth_year IS NULL",
    (
        ("l.birth_year = r.birth_year", "the same year"),
        ("abs(l.birth_year - r.birth_year) = 1", "one year apart"),
        ("abs(l.birth_year - r.birth_year) <= 3", "two or three years apart"),
    ),
    "another year",
)


def _identifier(kind: IdentifierType) -> Feature:
    left, right = f"l.{kind.column}", f"r.{kind.column}"
    return Feature(
        kind.name,
        f"Is the {kind.name.replace('_', ' ')} the same?",
        f"{{side}}.{kind.column}",
        f"{left} IS NULL OR {right} IS NULL",
        (
            (f"{left} = {right}", "the same number"),
            (f"length({left}) >= 5 AND damerau_levenshtein({left}, {right}) = 1", "one sign wrong or two swapped"),
        ),
        "another number",
        identifier=True,
        shared=kind.shared,
    )


_ONE_ROSTER = "(l.register = r.register AND l.household_id IS NOT NULL AND r.household_id IS NOT NULL)"


def _household(kinds: list[IdentifierType]) -> Feature:
    """Household numbers of any type in one feature: they all tell of the same roof, so they count once."""
    columns = [kind.column for kind in kinds]
    same = " OR ".join(f"l.{column} = r.{column}" for column in columns) or "false"
    known = " OR ".join(f"(l.{column} IS NOT NULL AND r.{column} IS NOT NULL)" for column in columns) or "false"
    return Feature(
        "household",
        "Do both show the number of one household?",
        f"concat_ws(', ', {', '.join(['NULL', *(f'{{side}}.{column}' for column in columns)])})",
        f"{_ONE_ROSTER} OR NOT ({known})",
        ((same, "the same household"),),
        "another household",
    )


ROSTER = Feature(
    "roster",
    "Are they two members of one household in one register?",
    "{side}.household_id",
    f"NOT {_ONE_ROSTER}",
    (("l.household_id <> r.household_id", "members of two households"),),
    "two members of one household",
)

PHONE = Feature(
    "phone",
    "Is the phone the same?",
    "{side}.phone",
    "l.phone IS NULL OR r.phone IS NULL",
    (("l.phone = r.phone", "the same phone"),),
    "another phone",
)

_DEEP = "(l.area_3 IS NOT NULL AND r.area_3 IS NOT NULL)"
_LIVES = "coalesce({side}.area_4, {side}.area_3, {side}.area_2, {side}.area_1)"


def _same_area(*levels: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"l.area_{level} = r.area_{level}", f"the same area of level {level}") for level in levels)


AREA = Feature(
    "area",
    "Down to which level do they live in the same area, where both records know it well?",
    _LIVES,
    f"NOT {_DEEP}",
    _same_area(4, 3, 2, 1),
    "another area",
)

REGION = Feature(
    "region",
    "Do they live in the same area, where a record knows it only roughly?",
    _LIVES,
    f"{_DEEP} OR l.area_1 IS NULL OR r.area_1 IS NULL",
    _same_area(2, 1),
    "another area",
)

_LINES = "jaro_winkler_similarity(l.address_line, r.address_line)"
_PLACE = "(l.address_postcode = r.address_postcode OR jaro_winkler_similarity(l.address_place, r.address_place) > 0.9)"

ADDRESS = Feature(
    "address",
    "Do the written addresses agree?",
    "concat_ws(', ', {side}.address_line, {side}.address_place, {side}.address_postcode)",
    "(l.address_line IS NULL OR r.address_line IS NULL) AND (l.address_place IS NULL OR r.address_place IS NULL)"
    " AND (l.address_postcode IS NULL OR r.address_postcode IS NULL)",
    (
        (f"{_LINES} > 0.95 AND {_PLACE}", "the same street and number in the same place"),
        (f"{_LINES} > 0.85 AND {_PLACE}", "nearly the same street and number in the same place"),
        (f"{_LINES} > 0.95", "the same street and number in another place"),
        (_PLACE, "the same place"),
        (f"{_LINES} > 0.85", "nearly the same street and number in another place"),
    ),
    "another address",
)


def _parent(parent: str) -> str:
    """Whether the parent's name agrees, give or take one sign; Khmer signs take three bytes."""
    return (
        f"(levenshtein(l.{parent}_local, r.{parent}_local) <= 3"
        f" OR jaro_winkler_similarity(l.{parent}, r.{parent}) > 0.92)"
    )


PARENTS = Feature(
    "parents",
    "Are the mother's and the father's names the same?",
    "concat_ws(', ', coalesce({side}.mother_local, {side}.mother), coalesce({side}.father_local, {side}.father))",
    f"{_parent('mother')} IS NULL AND {_parent('father')} IS NULL",
    (
        (f"{_parent('mother')} AND {_parent('father')}", "both parents' names agree"),
        (f"{_parent('mother')} OR {_parent('father')}", "one parent's name agrees"),
    ),
    "other parents",
)
