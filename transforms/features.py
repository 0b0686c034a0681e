"""What a pair of records is compared on: every feature, in order, and the words of its levels."""

from transforms.comparable import MOST_CROWDED, IdentifierType
from transforms.feature import NO_SLIP, WHOLLY_WRONG, Equal, Feature, Level
from transforms.name_features import OTHER_NAME, sound, spelling
from transforms.place_features import ADDRESS, AREA, COMMUNE, REGION
from transforms.tables import Scope


def features(types: list[IdentifierType], populations: list[str]) -> list[Feature]:
    """The features of records of these populations that carry these types of identifier.

    What can be compared in two ways (names in one script or across scripts, dates with or without a day) is two
    features, one of them always missing: what a register happens to know is no evidence by itself.
    """
    people = [t for t in types if t.scope is Scope.PERSON]
    households = [t for t in types if t.scope is Scope.HOUSEHOLD]
    return [
        _populations(populations),
        spelling("family"),
        spelling("given"),
        sound("family"),
        sound("given"),
        CROWD,
        OTHER_NAME,
        SEX,
        SEX_OF_NAME,
        BIRTH_DATE,
        BIRTH_YEAR,
        *map(_identifier, people),
        _household(households),
        ROSTER,
        PHONE,
        AREA,
        COMMUNE,
        REGION,
        ADDRESS,
        PARENTS,
    ]


def _populations(names: list[str]) -> Feature:
    """Which two registers, or strata of them: some have many people in common, some few. They are numbered from 1."""
    pairs = [(left, right) for right in range(1, len(names) + 1) for left in range(1, right + 1)]
    words = [f"{names[left - 1]} and {names[right - 1]}" for left, right in pairs]
    return Feature(
        "registers",
        "How many people do these two registers have in common?",
        "{side}.register",
        (),
        tuple(Level("", word) for word in reversed(words)),
        "another pair of registers",
        place=f"{_HIGHER} * ({_HIGHER} - 1) // 2 + least(l.population_no, r.population_no)",
    )


_HIGHER = "greatest(l.population_no, r.population_no)"
_STEP = 4

CROWD = Feature(
    "crowd",
    "Do far more records show these names and this birth together than chance would have?",
    "{side}.birth_year",
    ("l.crowd IS NULL OR r.crowd IS NULL OR l.crowd <> r.crowd",),
    tuple(
        Level("", f"some {2 ** (_STEP * step):,} times more pairs than chance would have")
        for step in range(MOST_CROWDED // _STEP, 0, -1)
    ),
    "hardly more pairs than chance would have",
    silent="not both in one such crowd",
    place=f"CASE WHEN l.crowd = r.crowd THEN l.crowd_bits // {_STEP} ELSE -1 END",
    excess=tuple(2.0 ** (_STEP * step) for step in range(MOST_CROWDED // _STEP + 1)),
)

# A given name mostly tells the sex, so that the same sex says little where the given name agrees.
_ONE_GIVEN_NAME = (
    "coalesce(l.given_key = r.given_key OR l.given_key = r.family_key AND l.family_key = r.given_key, false)"
)


def _sex(name: str, sentence: str, missing: str, equals: tuple[Equal, ...] = ()) -> Feature:
    return Feature(
        name,
        sentence,
        "{side}.sex",
        ("l.sex IS NULL OR r.sex IS NULL", missing),
        (Level("l.sex = r.sex", "the same sex"),),
        "the other sex",
        silent="missing on one side or both, or weighed otherwise",
        most=WHOLLY_WRONG,
        equals=equals,
    )


SEX = _sex("sex", "Is the sex the same, where given names differ?", _ONE_GIVEN_NAME)
SEX_OF_NAME = _sex(
    "sex_of_name",
    "Is the sex the same, where the given name is?",
    f"NOT {_ONE_GIVEN_NAME}",
    (Equal(1, "given_key || sex", "sex IS NOT NULL AND given_key IS NOT NULL", within="given_key"),),
)

_DAYS_KNOWN = "(l.birth_day IS NOT NULL AND r.birth_day IS NOT NULL)"
_DIGITS = "hamming(CAST(l.birth_day AS VARCHAR), CAST(r.birth_day AS VARCHAR))"
_PARTS = " + ".join(f"CAST({part}(l.birth_day) = {part}(r.birth_day) AS TINYINT)" for part in ("year", "month", "day"))
_BORN = (
    "concat_ws(', ', coalesce(CAST({side}.birth_date AS VARCHAR), CAST({side}.birth_year AS VARCHAR)),"
    " 'known to the ' || {side}.birth_precision)"
)

BIRTH_DATE = Feature(
    "birth_date",
    "Do the dates of birth agree, where both records know the day?",
    _BORN,
    (f"NOT {_DAYS_KNOWN}",),
    (
        Level("NOT l.birth_day_crowded", "the same day", "l.birth_day = r.birth_day"),
        Level("true", "the same day, one that very many records show", "l.birth_day = r.birth_day"),
        Level(
            "l.birth_year = r.birth_year AND month(l.birth_day) = day(r.birth_day)"
            " AND day(l.birth_day) = month(r.birth_day)",
            "day and month are swapped",
        ),
        Level(f"{_DIGITS} = 1", "one digit differs"),
        Level(f"{_PARTS} = 2", "two of day, month and year agree"),
        Level("l.birth_year = r.birth_year", "another day of the same year", most=NO_SLIP),
        Level("abs(l.birth_year - r.birth_year) <= 2", "one or two years apart", most=NO_SLIP),
    ),
    "another date",
    most=WHOLLY_WRONG,
    equals=(
        Equal(7, "birth_day", "birth_day IS NOT NULL", "NOT birth_day_crowded"),
        Equal(6, "birth_day", "birth_day IS NOT NULL"),
    ),
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
    (_DAYS_KNOWN, "l.birth_year IS NULL OR r.birth_year IS NULL"),
    (
        Level("l.birth_year = r.birth_year", "the same year"),
        Level(_AGE_FITS, "one year apart, as an age before the birthday makes it"),
        Level("abs(l.birth_year - r.birth_year) = 1", "one year apart"),
        Level("abs(l.birth_year - r.birth_year) <= 3", "two or three years apart", most=WHOLLY_WRONG),
    ),
    "another year",
    most=WHOLLY_WRONG,
)


def _identifier(kind: IdentifierType) -> Feature:
    left, right = f"l.{kind.column}", f"r.{kind.column}"
    half = f"CAST(length({left}) // 2 AS BIGINT)"
    like = f"length({left}) >= 5 AND ({_same('left', left, right, half)} OR {_same('right', left, right, half)})"
    return Feature(
        kind.name,
        f"Is the {kind.name.replace('_', ' ')} the same?",
        f"{{side}}.{kind.column}",
        (f"{left} IS NULL OR {right} IS NULL",),
        (
            Level(f"{left} = {right}", "the same number"),
            Level(
                f"CASE WHEN {like} THEN damerau_levenshtein({left}, {right}) = 1 ELSE false END",
                "one sign wrong or two swapped",
            ),
        ),
        "another number",
        identifier=True,
        shared=kind.shared,
        most=WHOLLY_WRONG if kind.shared else 1.0,
        equals=(Equal(2, kind.column, f"{kind.column} IS NOT NULL", own=True),),
    )


def _same(side: str, left: str, right: str, length: str) -> str:
    """Whether numbers begin or end alike: one wrong sign leaves one of their halves as it is."""
    return f"{side}({left}, {length}) = {side}({right}, {length})"


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
        (f"NOT ({known})", _ONE_ROSTER),
        (Level(same, "the same household"),),
        "another household",
    )


ROSTER = Feature(
    "roster",
    "Are they two members of one household in one register?",
    "{side}.household_id",
    (f"NOT {_ONE_ROSTER}",),
    (Level("l.household_id <> r.household_id", "members of two households"),),
    "two members of one household",
)

PHONE = Feature(
    "phone",
    "Is the phone the same?",
    "{side}.phone",
    ("l.phone IS NULL OR r.phone IS NULL",),
    (Level("l.phone = r.phone", "the same phone"),),
    "another phone",
    equals=(Equal(1, "phone", "phone IS NOT NULL"),),
)


def _parent(parent: str) -> str:
    """Whether the parent's name agrees, give or take a sign: one that takes three bytes differs in one or two."""
    return " OR ".join(f"jaro_winkler_similarity(l.{name}, r.{name}) > 0.92" for name in (f"{parent}_local", parent))


def _shown_parent(parent: str) -> str:
    local = f"concat_ws(' ', {{side}}.{parent}_family_name_local, {{side}}.{parent}_given_name_local)"
    latin = f"concat_ws(' ', {{side}}.{parent}_family_name, {{side}}.{parent}_given_name)"
    return f"coalesce(nullif({local}, ''), nullif({latin}, ''))"


PARENTS = Feature(
    "parents",
    "Are the mother's and the father's names the same?",
    f"concat_ws(', ', {_shown_parent('mother')}, {_shown_parent('father')})",
    ("NOT l.has_parents OR NOT r.has_parents", f"({_parent('mother')}) IS NULL AND ({_parent('father')}) IS NULL"),
    (
        Level(f"({_parent('mother')}) AND ({_parent('father')})", "both parents' names agree"),
        Level(f"{_parent('mother')} OR {_parent('father')}", "one parent's name agrees"),
    ),
    "other parents",
)
