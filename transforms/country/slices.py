"""A large country is made in slices: independent parts of it that share villages, numbers and chance with no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

NUMBERS_A_PERSON = 4  # room for numbers of facts and of rows: no kind of them is more than so many a person


@dataclass(frozen=True)
class Slice:
    """Slice `number` (from 0) `of` so many: `people` of them, after the `first` of the slices before it."""

    people: int
    number: int = 0
    of: int = 1
    first: int = 0

    def chance(self, seed: int) -> int:
        """The seed of what happens in this slice; the first slice has the country's own."""
        return seed + self.number * 1_000_003

    @property
    def first_household(self) -> int:
        """Where the numbers of this slice's households begin; a household has four people and more."""
        return self.first // 4


def slices(people: int, largest: int) -> Iterator[Slice]:
    """The country cut into parts of nearly the same size, none of more than `largest` people."""
    of = -(-people // largest)
    bounds = [people * number // of for number in range(of + 1)]
    for number, (low, high) in enumerate(pairwise(bounds)):
        yield Slice(high - low, number, of, low)
