"""What a feature is: one thing a pair of records is compared on, with its agreement levels.

A level is a condition in SQL over two rows `l` and `r` of `comparable` and the words a reviewer reads. Levels
are tried from the first (agrees most) to the last; none true is level 0, nothing to compare is level -1.
"""

from dataclasses import dataclass
from itertools import groupby

WHOLLY_WRONG, NO_SLIP = 0.3, 0.1  # shares of matches at most
MISSING = -1
DIFFERS = 0
PRIOR = "prior"  # stands in linkage.weights beside the features: where every pair of records starts
TWINS = "twins"  # and how many twins there are for each match


@dataclass(frozen=True)
class Level:
    """Levels in a row that are `within` one condition are only tried where it holds: the last one is the rest.

    `most`: the share of matches that show it at most. What one person's records seldom say would else make persons of
    others.
    """

    when: str
    words: str
    within: str = ""
    most: float = 1.0


@dataclass(frozen=True)
class Equal:
    """What makes two records reach `level` or a better one: that `key`, SQL over one record, is known and the same.

    `among` restricts the values that lead there, `known` tells which records can be compared at all, and `within` a key
    of which they must have the same to be. `own`: each person has one of their own.
    """

    level: int
    key: str
    known: str
    among: str = "true"
    own: bool = False
    within: str = ""


@dataclass(frozen=True)
class Mirrored:
    """What makes two records reach `level`: that `key` of one is `mirror` of the other, and that the lesser of what
    both have for `worth`, SQL over one record, is at least `least` and below `below`.
    """

    level: int
    key: str
    mirror: str
    worth: str
    least: float
    below: float


@dataclass(frozen=True)
class Feature:
    """`shows`: the value of one record as a reviewer sees it, in SQL over `{side}`: its row of clean.people with the
    columns of its identifiers.

    `identifier`: it compares a person's identifier; `shared`: one that registers share, so that a difference counts.
    `equals`, `mirrored`: the levels whose share among strangers can be counted from how often each value stands in one
    record.
    `place`: SQL for the level itself, where it is known without trying one condition after the other.
    `excess`: for each level, lowest first, how many times more strangers show it than all else would have: such a
    feature tells no kind of pair from another, it counts strangers up.
    `most`: the share of matches that differ at most.
    `missing`: conditions under which nothing can be compared; `elsewhere`: one asked after the first levels, under
    which another feature weighs the pair.
    """

    name: str
    sentence: str
    shows: str
    missing: tuple[str, ...]
    levels: tuple[Level, ...]
    differs: str
    silent: str = "missing on one side or both"
    elsewhere: str = ""
    identifier: bool = False
    shared: bool = False
    equals: tuple[Equal, ...] = ()
    mirrored: tuple[Mirrored, ...] = ()
    place: str = ""
    excess: tuple[float, ...] = ()
    most: float = 1.0

    @property
    def best(self) -> int:
        """The level that agrees most."""
        return len(self.levels)

    def bounds(self) -> list[float]:
        """The share of matches that show each level at most, from DIFFERS up."""
        return [self.most, *(level.most for level in reversed(self.levels))]

    def words(self) -> dict[int, str]:
        """Each level in words, best first."""
        named = {self.best - place: level.words for place, level in enumerate(self.levels)}
        return {**named, DIFFERS: self.differs, MISSING: self.silent}

    def level_sql(self) -> str:
        """The level of the pair (l, r), as a SQL expression: what costs little and settles most is asked first."""
        if self.place:
            return self.place
        missing = [f"WHEN {condition} THEN {MISSING}" for condition in self.missing]
        numbered = [(self.best - place, level) for place, level in enumerate(self.levels)]
        tried = [_tried(within, list(group)) for within, group in groupby(numbered, lambda pair: pair[1].within)]
        if self.elsewhere:
            tried.insert(1, f"WHEN {self.elsewhere} THEN {MISSING}")
        return f"CASE {' '.join([*missing, *tried])} ELSE {DIFFERS} END"


def _tried(within: str, group: list[tuple[int, Level]]) -> str:
    if not within:
        return " ".join(f"WHEN {level.when} THEN {number}" for number, level in group)
    first = " ".join(f"WHEN {level.when} THEN {number}" for number, level in group[:-1])
    return f"WHEN {within} THEN " + (f"CASE {first} ELSE {group[-1][0]} END" if first else str(group[-1][0]))
