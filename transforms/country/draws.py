"""Chance a record: what befalls it hangs on the seed, the register, the thing drawn and the record's own key alone.

So a record is written the same on every night and in every piece, whatever other records there are.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from transforms.country.chance import Flags, Floats, Ints

GOLDEN, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def splitmix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The output function of SplitMix64 (Steele, Lea and Flood, 2014): one bit changed changes half of them."""
    state = (state ^ (state >> np.uint64(30))) * FIRST
    state = (state ^ (state >> np.uint64(27))) * SECOND
    return state ^ (state >> np.uint64(31))


def mixed(*keys: Ints) -> Ints:
    """One key out of several."""
    state = np.zeros(len(keys[0]), dtype=np.uint64)
    for key in keys:
        state = splitmix(state * GOLDEN + key.astype(np.uint64) + GOLDEN)
    return state.astype(np.int64)


@dataclass(frozen=True)
class Draws:
    """What is drawn for records with these keys; each named part is drawn independently of the others."""

    seed: int
    register: str
    keys: Ints

    def unit(self, part: str) -> Floats:
        """Numbers in [0, 1)."""
        start = int.from_bytes(blake2b(f"{self.seed} {self.register} {part}".encode(), digest_size=8).digest())
        state = splitmix(self.keys.astype(np.uint64) * GOLDEN + np.uint64(start))
        return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def hits(self, part: str, share: float | Floats) -> Flags:
        return np.asarray(self.unit(part) < share)

    def below(self, part: str, count: int | Ints) -> Ints:
        """Whole numbers from 0 to count - 1; 0 where count is below 1."""
        return np.floor(self.unit(part) * np.maximum(count, 1)).astype(np.int64)

    def kind(self, part: str, shares: dict[str, float]) -> dict[str, Flags]:
        """For each kind whom it befalls: at most one of them, each with its share of all."""
        unit, low, kinds = self.unit(part), 0.0, {}
        for kind, share in shares.items():
            kinds[kind] = np.asarray((unit >= low) & (unit < low + share))
            low += share
        return kinds

    def at(self, rows: Ints) -> "Draws":
        """The draws of some of the records."""
        return Draws(self.seed, self.register, self.keys[rows])
