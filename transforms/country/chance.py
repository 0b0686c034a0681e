"""Seeded chance: every part of the sample country draws from its own stream, so that one can change alone."""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
Parameters = dict[str, Any]

DAYS_A_YEAR = 365.25


def stream(seed: int, part: str) -> np.random.Generator:
    """The random stream of one part of the country."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def some(rng: np.random.Generator, candidates: Ints, count: int) -> Ints:
    """At most `count` different candidates, in random order."""
    return rng.permutation(candidates)[:count]


def happens(rng: np.random.Generator, size: int, chance: float | Floats) -> Flags:
    return np.asarray(rng.random(size) < chance)


def pick(rng: np.random.Generator, shares: list[float], size: int) -> Ints:
    """Indices drawn with the given shares, which need not add up to one."""
    bounds = np.cumsum(np.asarray(shares, dtype=np.float64))
    return np.searchsorted(bounds / bounds[-1], rng.random(size), side="right")


def between(rng: np.random.Generator, low: Ints, high: Ints) -> Ints:
    """Whole numbers from low to high, both included; low where high is below it."""
    steps: Ints = np.floor(rng.random(len(low)) * (np.maximum(high - low, 0) + 1)).astype(np.int64)
    return low + steps


def scattered_number(index: Ints, seed: int, first: int, count: int) -> Ints:
    """Different numbers for different indices, spread over [first, first + count); count must be a power of ten."""
    return first + (index * 387_420_489 + seed * 7_919 + 12_345) % count
