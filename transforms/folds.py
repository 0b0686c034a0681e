"""Keys of names that survive spelling habits: the fold of a Latin name, and a skeleton that both scripts share."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class SkeletonReport:
    """How well skeletons bring the two scripts together.

    `recall`: share of Latin spellings with the skeleton of their local name; `mean_bucket`: local names to a
    skeleton, over skeletons; `met_by_a_name`: the same over names, so what a name is compared with; `largest_bucket`.
    """

    names: int
    spellings: int
    recall: float
    mean_bucket: float
    met_by_a_name: float
    largest_bucket: int


def skeleton_report(spelled: pl.DataFrame, reference: Reference) -> SkeletonReport:
    """What the skeleton does to names known in both scripts. `spelled`: one row a spelling, `local` and `latin`."""
    both = spelled.select(
        "local",
        of_local=skeleton(fold(romanised(pl.col("local"), reference), reference), reference),
        of_latin=skeleton(fold(pl.col("latin"), reference), reference),
    )
    sizes = both.group_by("of_local").agg(names=pl.col("local").n_unique())["names"].to_list()
    names = sum(sizes)
    return SkeletonReport(
        names=names,
        spellings=both.height,
        recall=both.filter(pl.col("of_local") == pl.col("of_latin")).height / both.height,
        mean_bucket=names / len(sizes),
        met_by_a_name=sum(size * size for size in sizes) / names,
        largest_bucket=max(sizes),
    )


def _single(text: pl.Expr) -> pl.Expr:
    for _ in range(TWICE):
        text = text.str.replace_many([letter * 2 for letter in LETTERS], list(LETTERS))
    return text


def _kept(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
