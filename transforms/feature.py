"""What a feature is: one thing a pair of records is compared on, with its agreement levels.

A level is a condition in SQL over two rows `l` and `r` of `comparable` and the words a reviewer reads. Levels
are tried from the first (agrees most) to the last; none true is level 0, nothing to compare is level -1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MISSING = -1
DIFFERS = 0
PRIOR = "prior"  # stands in linkage.weights beside the features: where every candidate pair starts


@dataclass(frozen=True)
class Feature:
    """`shows`: the value of one record, in SQL over `{side}`, as a reviewer sees it.

    `identifier`: it compares a person's identifier; `shared`: one that registers share, so that a difference counts.
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
        return f"CAST({self._case({level: level for level in self.words()})} AS TINYINT)"

    def weight_sql(self, weights: Mapping[tuple[str, int], float]) -> str:
        """What the pair (l, r) weighs on this feature, in bits, as a SQL expression."""
        return self._case({level: f"{weights.get((self.name, level), 0.0)!r}::DOUBLE" for level in self.words()})

    def _case(self, values: Mapping[int, object]) -> str:
        cases = [f"WHEN {condition} THEN {values[level]}" for level, (condition, _) in self._numbered()]
        return f"CASE WHEN {self.missing} THEN {values[MISSING]} {' '.join(cases)} ELSE {values[DIFFERS]} END"

    def _numbered(self) -> list[tuple[int, tuple[str, str]]]:
        return [(self.best - place, level) for place, level in enumerate(self.levels)]
