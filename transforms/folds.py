"""Keys of names that survive spelling habits: the fold of a Latin name, and a skeleton that both scripts share."""

import polars as pl

from transforms.reference import Reference
from transforms.text import apply_rules, latin

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TWICE = 2  # halving doubles twice makes one letter of up to four


def fold(name: pl.Expr, reference: Reference) -> pl.Expr:
    """A Latin name folded over the country's romanisation habits: no spaces, no case, no accents, no doubles."""
    return _kept(_single(apply_rules(latin(name).str.to_lowercase(), reference.latin_fold)))


def skeleton(folded: pl.Expr, reference: Reference) -> pl.Expr:
    """What is left of a fold when only the surest sounds are kept."""
    return _kept(_single(apply_rules(folded, reference.latin_skeleton)))


def romanised(name: pl.Expr, reference: Reference) -> pl.Expr:
    """A canonical local-script name in Latin letters, rough, for folding."""
    return apply_rules(name.str.replace_all(" ", ""), reference.romanise)


def _single(text: pl.Expr) -> pl.Expr:
    for _ in range(TWICE):
        text = text.str.replace_many([letter * 2 for letter in LETTERS], list(LETTERS))
    return text


def _kept(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
