"""What a pair of records is compared on: an ordered list of features, each with its agreement levels.

A level is a condition in SQL over two rows `l` and `r` of `comparable` and the words a reviewer reads. Levels
are tried from the first (agrees most) to the last; none true is level 0, nothing to compare is level -1.
"""

from dataclasses import dataclass

from transforms.comparable import IdentifierType
from transforms.tables import Scope

MISSING = -1
DIFFERS = 0


@dataclass(frozen=True)
class Feature:
    """`shows`: the value of one side, in SQL over `{side}`, as a reviewer sees it.

    `identifier`: a person's identifier that registers share, by which pairs can be told without the rest.
    """

    name: str
    sentence: str
    shows: str
    missing: str
    levels: tuple[tuple[str, str], ...]
    differs: str
    identifier: bool = False

    def sql(self) -> str:
        """The level of the pair (l, r), as a SQL expression."""
        cases = [f"WHEN {self.missing} THEN {MISSING}"]
        cases += [f"WHEN {condition} THEN {level}" for level, (condition, _) in self._numbered()]
        return f"CAST(CASE {' '.join(cases)} ELSE {DIFFERS} END AS TINYINT)"

    def words(self) -> dict[int, str]:
        """Each level in words, best first."""
        named = {level: words for level, (_, words) in self._numbered()}
        return {**named, DIFFERS: self.differs, MISSING: "missing on one side or both"}

    def _numbered(self) -> list[tuple[int, tuple[str, str]]]:
        return [(len(self.levels) - place, level) for place, level in enumerate(self.levels)]


def features(types: list[IdentifierType]) -> list[Feature]:
    """The features of records that carry these types of identifier."""
    people = [t for t in types if t.scope is Scope.PERSON]
    households = [t for t in types if t.scope is Scope.HOUSEHOLD]
    return [
        _name("family", "given"),
        _name("given", "family"),
        SEX,
        BIRTH,
        *map(_identifier, people),
        _household(households),
        PHONE,
        AREA,
        ADDRESS,
        PARENTS,
    ]


def _name(part: str, other: str) -> Feature:
    key, share = f"l.{part}_key = r.{part}_key", f"least(l.{part}_share, r.{part}_share)"
    same = f"(l.{part}_spelled = r.{part}_spelled OR l.{part}_latin = r.{part}_latin)"
    swapped = f"l.{part}_key = r.{other}_key AND l.{other}_key = r.{part}_key"
    alike = (
        f"coalesce(greatest(jaro_winkler_similarity(l.{part}_spelled, r.{part}_spelled),"
        f" jaro_winkler_similarity(l.{part}_latin, r.{part}_latin)),"
        f" jaro_winkler_similarity(l.{part}_key, r.{part}_key))"
    )
    return Feature(
        f"{part}_name",
        f"Do the {part} names agree, in a script that both records have or in sound?",
        f"coalesce({{side}}.{part}_name_local, {{side}}.{part}_latin)",
        f"(l.{part}_key IS NULL OR r.{part}_key IS NULL) AND (l.{part}_spelled IS NULL OR r.{part}_spelled IS NULL)",
        (
            (f"{same} AND {share} < 0.0005", "the same spelling of a rare name"),
            (f"{same} AND {share} < 0.005", "the same spelling of an uncommon name"),
            (same, "the same spelling of a common name"),
            (f"{key} AND {share} < 0.005", "sounds the same, an uncommon name"),
            (key, "sounds the same, a common name"),
            (swapped, f"is the other record's {other} name: family and given name in the other order"),
            (f"{alike} >= 0.92", "nearly the same spelling"),
            (f"{alike} >= 0.82", "some likeness of spelling"),
        ),
        "another name",
    )


SEX = Feature(
    "sex",
    "Is the sex the same?",
    "{side}.sex",
    "l.sex IS NULL OR r.sex IS NULL",
    (("l.sex = r.sex", "the same sex"),),
    "the other sex",
)

_BOTH_DAYS = "l.birth_day_known AND r.birth_day_known"
_DAY_EDITS = "hamming(strftime(l.birth_date, '%Y%m%d'), strftime(r.birth_date, '%Y%m%d'))"
_PARTS_AGREE = (
    "(CAST(year(l.birth_date) = year(r.birth_date) AS TINYINT) + CAST(month(l.birth_date) = month(r.birth_date)"
    " AS TINYINT) + CAST(day(l.birth_date) = day(r.birth_date) AS TINYINT))"
)
_AGE = "(l.birth_precision = 'age' OR r.birth_precision = 'age')"

BIRTH = Feature(
    "birth",
    "Do the dates of birth agree, as far as each is known?",
    "concat_ws(', ', coalesce(CAST({side}.birth_date AS VARCHAR), CAST({side}.birth_year AS VARCHAR)),"
    " 'known to the ' || {side}.birth_precision)",
    "l.birth_year IS NULL OR r.birth_year IS NULL",
    (
        (f"{_BOTH_DAYS} AND l.birth_date = r.birth_date", "the same day"),
        (
            f"{_BOTH_DAYS} AND l.birth_year = r.birth_year AND month(l.birth_date) = day(r.birth_date)"
            " AND day(l.birth_date) = month(r.birth_date)",
            "day and month are swapped",
        ),
        (f"{_BOTH_DAYS} AND {_DAY_EDITS} = 1", "one digit differs"),
        (f"{_BOTH_DAYS} AND {_PARTS_AGREE} = 2", "two of day, month and year agree"),
        (
            f"NOT ({_BOTH_DAYS}) AND NOT {_AGE} AND l.birth_year = r.birth_year",
            "the same year, and one record does not know the day",
        ),
        (f"{_AGE} AND abs(l.birth_year - r.birth_year) <= 1", "fits the age told"),
        ("l.birth_year = r.birth_year", "another day of the same year"),
        ("abs(l.birth_year - r.birth_year) <= 2", "one or two years apart"),
    ),
    "another date",
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
        identifier=kind.shared,
    )


def _household(kinds: list[IdentifierType]) -> Feature:
    """Household numbers of any type in one feature: they all tell of the same roof, so they count once."""
    columns = [f"{{0}}.{kind.column}" for kind in kinds]
    same = " OR ".join(f"{c.format('l')} = {c.format('r')}" for c in columns) or "false"
    both = " OR ".join(f"({c.format('l')} IS NOT NULL AND {c.format('r')} IS NOT NULL)" for c in columns) or "false"
    within = "(l.register = r.register AND l.household_id IS NOT NULL AND r.household_id IS NOT NULL)"
    roster = f"coalesce({within} AND l.household_id = r.household_id, false)"
    shown = [c.format("{side}") for c in columns] + ["{side}.household_id"]
    return Feature(
        "household",
        "Do both stand under one household number?",
        f"concat_ws(', ', {', '.join(shown)})",
        f"NOT {within} AND NOT ({both})",
        ((f"NOT {roster} AND ({same})", "the same household"), (roster, "two rows of one household's roster")),
        "another household",
    )


PHONE = Feature(
    "phone",
    "Is the phone the same?",
    "{side}.phone",
    "l.phone IS NULL OR r.phone IS NULL",
    (("l.phone = r.phone", "the same phone"),),
    "another phone",
)

AREA = Feature(
    "area",
    "Down to which level do they live in the same area?",
    "coalesce({side}.area_4, {side}.area_3, {side}.area_2, {side}.area_1)",
    "l.area_1 IS NULL OR r.area_1 IS NULL",
    tuple(
        (f"l.area_{level} = r.area_{level}", f"the same area of level {level}") for level in (4, 3, 2, 1)
    ),
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
