"""Agreement patterns as whole numbers: the levels of all features in one, so that patterns are counted fast."""

import math

from transforms.feature import MISSING, Feature


def packed(chosen: list[Feature]) -> str:
    """The levels of all features of the pair (l, r) as one whole number, in SQL: its digits count in mixed radix."""
    digits = zip(chosen, _places(chosen), strict=True)
    return " + ".join(f"CAST({f.level_sql()} - {MISSING} AS {kind(chosen)}) * {place}" for f, place in digits)


def kind(chosen: list[Feature]) -> str:
    """The SQL type of that number."""
    return "BIGINT" if math.prod(f.best + 2 for f in chosen) < 2**63 else "HUGEINT"


def unpacked(chosen: list[Feature]) -> str:
    """The column of each feature, from the number `packed` made, in SQL."""
    return ", ".join(
        f'CAST(pattern // {place} % {f.best + 2} + {MISSING} AS TINYINT) AS "{f.name}"'
        for f, place in zip(chosen, _places(chosen), strict=True)
    )


def _places(chosen: list[Feature]) -> list[int]:
    return [math.prod(f.best + 2 for f in chosen[:n]) for n in range(len(chosen))]
