"""Tables of docs/standardising.md that need no night: how well the skeleton joins both scripts."""

import polars as pl

from flows import settings
from flows.documents import table, with_section
from flows.reference import load_reference
from transforms.folds import fold, romanised, skeleton

FILE = settings.REPOSITORY / "docs" / "standardising.md"


def main() -> None:
    """Write the marked section again."""
    document = FILE.read_text(encoding="utf-8")
    FILE.write_text(with_section(document, "skeleton", skeleton_table()), encoding="utf-8")


def spellings() -> pl.DataFrame:
    """Each name of names.csv with each of its spellings: local, latin, and the skeletons of both."""
    reference = load_reference(settings.REFERENCE)
    names = pl.read_csv(settings.REFERENCE / "names.csv", infer_schema=False)
    each = pl.concat_list("roman", pl.col("variants").fill_null("").str.split("|")).alias("latin")
    rows = names.select(pl.col("khmer").alias("local"), each).explode("latin", empty_as_null=True, keep_nulls=True)
    return rows.filter(pl.col("latin") != "").select(
        "local",
        "latin",
        of_local=skeleton(fold(romanised(pl.col("local"), reference), reference), reference),
        of_latin=skeleton(fold(pl.col("latin"), reference), reference),
    )


def skeleton_table() -> str:
    """Recall over every spelling, and how many names share a skeleton."""
    both = spellings()
    recall = both.select((pl.col("of_local") == pl.col("of_latin")).fill_null(False).mean()).item()
    buckets = both.group_by("of_local").agg(names=pl.col("local").n_unique())["names"]
    rows = (
        ("names", both["local"].n_unique()),
        ("spellings", both.height),
        ("recall: spellings that share the skeleton of their name", f"{recall:.3f}"),
        ("names a skeleton, on average", f"{buckets.sum() / buckets.len():.2f}"),
        ("names of the commonest skeleton", int(str(buckets.max()))),
    )
    return table(("of `data/reference/names.csv`", "value"), rows, right=("value",))


if __name__ == "__main__":
    main()
