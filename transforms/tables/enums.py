"""The closed vocabularies of the warehouse, as they stand in its columns."""

from enum import StrEnum


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class AreaSetting(StrEnum):
    """Urban or rural, by the administrative status of an area."""

    URBAN = "urban"
    RURAL = "rural"


class BirthPrecision(StrEnum):
    """How much of `birth_date` is known; the rest of the date is filled with the first day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AGE = "age"  # derived from an age and the date it was told: right to about a year
    DEFAULT_1_JANUARY = "default_1_january"  # written as 1 January, which mostly stands for "year only"


class BirthCalendar(StrEnum):
    """What `birth_date` was counted in where it was written."""

    COMMON = "common"
    BUDDHIST = "buddhist"
    SPREADSHEET = "spreadsheet"  # days since the end of 1899


class Scope(StrEnum):
    """Whom an identifier names. Only a person's identifier can prove that two records are one person."""

    PERSON = "person"
    HOUSEHOLD = "household"


class Kind(StrEnum):
    EXCLUSION = "exclusion"
    INCLUSION = "inclusion"
    DUPLICATION = "duplication"
    INCONSISTENCY = "inconsistency"


class State(StrEnum):
    """How sure a finding is, given the links it rests on."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    CANNOT_TELL = "cannot_tell"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Judgement(StrEnum):
    """What a human says of two records: are they one person?"""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Fate(StrEnum):
    """What the last night did with a judgement. There is none that says overruled: no night may."""

    OBEYED = "obeyed"
    CONTRADICTED = "contradicted"
    WAITS = "waits"
    NOTHING_TO_OBEY = "nothing_to_obey"


class Doubt(StrEnum):
    """Why the question of a pair is left open."""

    CONTRADICTED = "contradicted"
    PARTED = "parted"
    WEAK_LINK = "weak_link"


class Change(StrEnum):
    """What became of a finding since the night it is compared with."""

    NEW = "new"
    RESOLVED = "resolved"
    CHANGED = "changed"  # its state, its class of probability, or its evidence


class Cause(StrEnum):
    """Why a finding changed, in the order in which causes are asked: the first that applies is told."""

    RULE = "rule"  # the rule is new, gone or written differently
    POLICY = "policy"  # a policy value that it reads is another, or another one is valid
    JUDGEMENT = "judgement"  # a human judged a pair of its persons
    LINK = "link"  # records of its persons are grouped or weighed differently
    DATA = "data"  # registers say something else
    DATE = "date"  # nothing else: time passed


class Stake(StrEnum):
    """What the money in a finding is."""

    OWED = "owed"
    OVERPAID = "overpaid"
    CHARGED = "charged"
