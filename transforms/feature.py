"""What a feature is: one thing a pair of records is compared on, with its agreement levels.

A level is a condition in SQL over two rows `l` and `r` of `comparable` and the words a reviewer reads. Levels
are tried from the first (agrees most) to the last; none true is level 0, nothing to compare is level -1.
"""

from dataclasses import dataclass

MISSING = -1
DIFFERS = 0
PRIOR = "prior"  # stands in linkage.weights beside the features: where every pair of records starts
TWINS = "twins"  # and how many twins there are for each match


@dataclass(frozen=True)
class Equal:
    """What makes two records reach `level` or a better one: that `key`, SQL over one record, is known and the same.

    `among` restricts the values that lead there, `known` tells which records can be compared at all.
    """

    level: int
    key: str
    known: str
    among: str = "true"


@dataclass(frozen=True)
class Feature:
    """`shows`: the value of one record, in SQL over `{side}`, as a reviewer sees it.

    `identifier`: it compares a person's identifier; `shared`: one that registers share, so that a difference counts.
    `equals`: the levels whose share among strangers can be counted from how often each value stands in one record.
    `place`: SQL for the level itself, where it is known without trying one condition after the other.
    """

    name: str
    sentence: str
    shows: str
    missing: str
    levels: tuple[tuple[str, str], ...]
    differs: str
    silent: str = "missing on one side or both"
    identifier: bool = False
    shared: bool = False
    equals: tuple[Equal, ...] = ()
    place: str = ""

    @property
    def best(self) -> int:
        """The level that agrees most."""
        return len(self.levels)

    def words(self) -> dict[int, str]:
        """Each level in words, best first."""
        named = {level: words for level, (_, words) in self._numbered()}
        return {**named, DIFFERS: self.differs, MISSING: self.silent}

    def level_sql(self) -> str:
        """The level of the pair (l, r), as a SQL expression."""
        if self.place:
            return self.place
        cases = [f"WHEN {condition} THEN {level}" for level, (condition, _) in self._numbered()]
        return f"CASE WHEN {self.missing} THEN {MISSING} {' '.join(cases)} ELSE {DIFFERS} END"

    def _numbered(self) -> list[tuple[int, tuple[str, str]]]:
        return [(self.best - place, level) for place, level in enumerate(self.levels)]
