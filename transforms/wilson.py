"""The 95% interval of a share, in SQL (Wilson, Journal of the American Statistical Association 22, 1927, 209-212)."""

_Z = 1.959964


def low(some: str, of: str) -> str:
    """The lower end for `some` of `of`; null where there is nothing."""
    return _end(some, of, "-")


def high(some: str, of: str) -> str:
    """The upper end for `some` of `of`; null where there is nothing."""
    return _end(some, of, "+")


def _end(some: str, of: str, sign: str) -> str:
    middle = f"({some} + {_Z * _Z / 2})"
    spread = f"{_Z} * sqrt({some} * ({of} - {some}) / {of} + {_Z * _Z / 4})"
    return f"CASE WHEN {of} > 0 THEN greatest(0, least(1, ({middle} {sign} {spread}) / ({of} + {_Z * _Z}))) END"
