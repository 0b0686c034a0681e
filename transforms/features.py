"""What a pair of records is compared on: every feature, in order, and the words of its levels."""

from transforms.comparable import IdentifierType
from transforms.feature import Equal, Feature
from transforms.tables import Scope


def features(types: list[IdentifierType], registers: list[str]) -> list[Feature]:
    """The features of records of these registers that carry these types of identifier.

    What can be compared in two ways (names in one script or across scripts, dates with or without a day) is two
    features, one of them always missing: what a register happens to know is no evidence by itself.
    """
    people = [t for t in types if t.scope is Scope.PERSON]
    households = [t for t in types if t.scope is Scope.HOUSEHOLD]
    return [
        _registers(registers),
        _spelling("family"),
        _spelling("given"),
        _sound("family"),
        _sound("given"),
        OTHER_NAME,
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


def _registers(names: list[str]) -> Feature:
    """Which two registers: some have many people in common, some few. Registers are numbered from 1 by name."""
    pairs = [(left, right) for right in range(1, len(names) + 1) for left in range(1, right + 1)]
    words = [f"{names[left - 1]} and {names[right - 1]}" for left, right in pairs]
    return Feature(
        "registers",
        "How many people do these two registers have in common?",
        "{side}.register",
        "false",
        tuple(("", word) for word in reversed(words)),
        "another pair of registers",
        place="r.register_no * (r.register_no - 1) // 2 + l.register_no",
    )


def _spelled(part: str) -> str:
    """Whether both records have the name in one script."""
    return (
        f"(l.{part}_spelled IS NOT NULL AND r.{part}_spelled IS NOT NULL"
        f" OR l.{part}_latin IS NOT NULL AND r.{part}_latin IS NOT NULL)"
    )


# Swapped names are weighed once: with the given name.
_SWAPPED = (
    "coalesce(l.family_key <> r.family_key"
    " AND (l.family_spelled = r.given_spelled AND l.given_spelled = r.family_spelled"
    " OR l.family_key = r.given_key AND l.given_key = r.family_key), false)"
)
_ELSEWHERE = "missing on one side or both, or weighed with the given name"
_RARITIES = ((13, "one in 8,000"), (11, "one in 2,000"), (9, "one in 500"), (7, "one in 125"), (5, "one in 30"))


def _by_rarity(part: str, same: str, words: str, *bits: int) -> list[tuple[str, str]]:
    """A level for each step of rarity: agreeing on a rare name says more. Bits of either record: they are one name's."""
    rarity = f"greatest(l.{part}_rarity, r.{part}_rarity)"
    rare = [(f"{same} AND {rarity} >= {n}", f"{words}, which {said} or fewer have") for n, said in _RARITIES if n in bits]
    return [*rare, (same, f"{words}, a common name")]


def _equal_by_rarity(part: str, best: int, key: str, *bits: int) -> tuple[Equal, ...]:
    steps = [*(f"{part}_rarity >= {n}" for n in bits), "true"]
    return tuple(Equal(best - n, key, f"{key} IS NOT NULL", among) for n, among in enumerate(steps))


def _spelling(part: str) -> Feature:
    bits = (13, 11, 9, 7, 5)
    same = f"(l.{part}_spelled = r.{part}_spelled OR l.{part}_latin = r.{part}_latin)"
    alike = (
        f"greatest(jaro_winkler_similarity(l.{part}_spelled, r.{part}_spelled),"
        f" jaro_winkler_similarity(l.{part}_latin, r.{part}_latin))"
    )
    levels = _in_either_order(
        part,
        _by_rarity(part, same, "the same spelling", *bits),
        [
            *_by_rarity(part, f"l.{part}_key = r.{part}_key", "another spelling that sounds the same", 9),
            (f"{alike} >= 0.92", "nearly the same spelling"),
            (_shortened(part), "one is the beginning of the other"),
            (f"{alike} >= 0.82", "some likeness of spelling"),
        ],
    )
    return Feature(
        f"{part}_name",
        f"Is the {part} name spelled the same, in a script that both records have?",
        _shown(part),
        f"NOT {_spelled(part)}{_weighed_elsewhere(part)}",
        levels,
        "another name",
        silent=_ELSEWHERE,
        equals=_equal_by_rarity(part, len(levels), f"coalesce({part}_spelled, {part}_latin)", *bits),
    )


def _sound(part: str) -> Feature:
    bits = (9, 7)
    levels = _in_either_order(
        part,
        _by_rarity(part, f"l.{part}_key = r.{part}_key", "sounds the same", *bits),
        [(f"jaro_winkler_similarity(l.{part}_key, r.{part}_key) >= 0.82", "sounds alike")],
    )
    return Feature(
        f"{part}_sound",
        f"Does the {part} name sound the same, when the records write it in two scripts?",
        _shown(part),
        f"{_spelled(part)} OR l.{part}_key IS NULL OR r.{part}_key IS NULL{_weighed_elsewhere(part)}",
        levels,
        "another name",
        silent=_ELSEWHERE,
        equals=_equal_by_rarity(part, len(levels), f"{part}_key", *bits),
    )


def _in_either_order(
    part: str, same: list[tuple[str, str]], alike: list[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """The given name has a level for names in the other order, above the likenesses; the family name is then silent."""
    swapped = [(_SWAPPED, "family and given name agree, in the other order")] if part == "given" else []
    return (*same, *swapped, *alike)


def _weighed_elsewhere(part: str) -> str:
    return f" OR {_SWAPPED}" if part == "family" else ""


def _shortened(part: str) -> str:
    left, right = f"l.{part}_latin", f"r.{part}_latin"
    return f"(starts_with({left}, {right}) OR starts_with({right}, {left}))"


def _shown(part: str) -> str:
    return f"concat_ws(' ', {{side}}.{part}_name_local, {{side}}.{part}_name)"


OTHER_NAME = Feature(
    "other_name",
    "Are the middle and other names the same?",
    "concat_ws(' ', {side}.other_name_local, {side}.other_name)",
    "l.other_latin IS NULL OR r.other_latin IS NULL",
    (
        ("l.other_latin = r.other_latin AND length(l.other_latin) > 1", "the same"),
        ("l.other_latin = r.other_latin", "the same initial, written as one"),
        (_shortened("other"), "one is the beginning of the other"),
        ("jaro_winkler_similarity(l.other_latin, r.other_latin) >= 0.85", "nearly the same"),
    ),
    "others",
)

SEX = Feature(
    "sex",
    "Is the sex the same?",
    "{side}.sex",
    "l.sex IS NULL OR r.sex IS NULL",
    (("l.sex = r.sex", "the same sex"),),
    "the other sex",
)

_DAYS_KNOWN = "(l.birth_day IS NOT NULL AND r.birth_day IS NOT NULL)"
_DIGITS = "hamming(l.birth_digits, r.birth_digits)"
_PARTS = " + ".join(
    f"CAST({part}(l.birth_day) = {part}(r.birth_day) AS TINYINT)" for part in ("year", "month", "day")
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
        ("l.birth_day = r.birth_day", "the same day"),
        (
            "l.birth_year = r.birth_year AND month(l.birth_day) = day(r.birth_day)"
            " AND day(l.birth_day) = month(r.birth_day)",
            "day and month are swapped",
        ),
        (f"{_DIGITS} = 1", "one digit differs"),
        (f"{_PARTS} = 2", "two of day, month and year agree"),
        ("l.birth_year = r.birth_year", "another day of the same year"),
        ("abs(l.birth_year - r.birth_year) <= 2", "one or two years apart"),
    ),
    "another date",
    equals=(Equal(6, "birth_day", "birth_day IS NOT NULL"),),
)

# A year counted back from an age is the true one or the one after: the birthday may still have been to come.
_AGE_FITS = (
    "(l.birth_is_age AND NOT r.birth_is_age AND l.birth_year - r.birth_year = 1"
    " OR r.birth_is_age AND NOT l.birth_is_age AND r.birth_year - l.birth_year = 1)"
)

BIRTH_YEAR = Feature(
    "birth_year",
    "Do the years of birth agree, where a record knows only a year or an age?",
    _BORN,
    f"{_DAYS_KNOWN} OR l.birth_year IS NULL OR r.birth_year IS NULL",
    (
        ("l.birth_year = r.birth_year", "the same year"),
        (_AGE_FITS, "one year apart, as an age before the birthday makes it"),
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
        equals=(Equal(2, kind.column, f"{kind.column} IS NOT NULL"),),
    )


_ONE_ROSTER = "(l.register_no = r.register_no AND l.household_id IS NOT NULL AND r.household_id IS NOT NULL)"


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
    equals=(Equal(1, "phone", "phone IS NOT NULL"),),
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
    equals=tuple(Equal(level, f"area_{level}", "area_3 IS NOT NULL") for level in (4, 3, 2, 1)),
)

_LINES = "jaro_winkler_similarity(l.address_line, r.address_line)"
_PLACE = "(l.address_postcode = r.address_postcode OR jaro_winkler_similarity(l.address_place, r.address_place) > 0.9)"

_ADDRESSED = (
    "(l.has_address AND r.has_address AND (l.address_line IS NOT NULL AND r.address_line IS NOT NULL"
    " OR l.address_place IS NOT NULL AND r.address_place IS NOT NULL"
    " OR l.address_postcode IS NOT NULL AND r.address_postcode IS NOT NULL))"
)

ADDRESS = Feature(
    "address",
    "Do the written addresses agree?",
    "concat_ws(', ', {side}.address_line, {side}.address_place, {side}.address_postcode)",
    f"NOT {_ADDRESSED}",
    (
        (f"{_LINES} > 0.95 AND {_PLACE}", "the same street and number in the same place"),
        (f"{_LINES} > 0.85 AND {_PLACE}", "nearly the same street and number in the same place"),
        (f"{_LINES} > 0.95", "the same street and number in another place"),
        (_PLACE, "the same place"),
        (f"{_LINES} > 0.85", "nearly the same street and number in another place"),
    ),
    "another address",
)


REGION = Feature(
    "region",
    "Do they live in the same area, where a record knows it only roughly?",
    _LIVES,
    f"{_DEEP} OR coalesce({_PLACE}, false) OR l.area_1 IS NULL OR r.area_1 IS NULL",
    _same_area(2, 1),
    "another area",
    silent="missing on one side or both, or weighed with the village or the place",
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
    "NOT l.has_parents OR NOT r.has_parents"
    f" OR {_parent('mother')} IS NULL AND {_parent('father')} IS NULL",
    (
        (f"{_parent('mother')} AND {_parent('father')}", "both parents' names agree"),
        (f"{_parent('mother')} OR {_parent('father')}", "one parent's name agrees"),
    ),
    "other parents",
)
