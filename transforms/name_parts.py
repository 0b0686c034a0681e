"""What stands in one field beside a name: a title before it, another name behind it, a family name joined to it."""

import polars as pl

from transforms.reference import Reference


def without_title(name: pl.Expr, reference: Reference) -> pl.Expr:
    """A name without the titles in front.

    One that may also be a name goes only where two words are left; one joined to the name only where the rest
    begins with a known name.
    """
    before = {
        reference.titles: r"(\S)",
        reference.titles_or_names: r"(\S+\s+\S)",
    }
    for titles, left in before.items():
        if titles:
            name = name.str.replace(rf"(?i)^(?:(?:{_longest(titles)})\s+)+{left}", "${1}")
    local = tuple(title for title in reference.titles if not title.isascii())
    known = _longest((*reference.surnames, *reference.given_names))
    if local and known:
        name = name.str.replace(rf"^(?:{_longest(local)})((?:{known})(?:\s.*)?)$", "${1}")
    return name


def suffix_parted(name: pl.Expr, reference: Reference) -> tuple[pl.Expr, pl.Expr]:
    """A name and the suffix behind it (Jr, III), null where there is none: 'A B Jr', 'B Jr, A', 'B, A, Jr'."""
    if not reference.suffixes:
        return name, pl.lit(None, dtype=pl.String)
    groups = name.str.extract_groups(rf"(?i)^([^,]*\p{{L}}.*?),?\s+({_longest(reference.suffixes)})\s*(,.*)?$")
    before, suffix, after = (groups.struct.field(str(n)) for n in (1, 2, 3))
    return pl.when(suffix.is_not_null()).then(pl.concat_str(before, after.fill_null(""))).otherwise(name), suffix


def family_last(name: pl.Expr, reference: Reference) -> pl.Expr:
    """The family name at the end, with the particles before it: 'De La Cruz' of 'Maria De La Cruz'."""
    if not reference.particles:
        return name.str.extract(r"\s(\S+)$")
    return name.str.extract(rf"(?i)\s((?:(?:{_longest(reference.particles)})\s+)*\S+)$")


def _longest(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def alias_parted(name: pl.Expr, local: bool, reference: Reference) -> tuple[pl.Expr, pl.Expr]:
    """A name and what its bearer is called, null where nothing says so: 'A called B', 'A (B)', 'A ហៅ B'.

    A word of a script that needs no spaces may touch the other name only behind two words, since it can begin a
    name too.
    """
    words = [word for word in reference.alias_words if word.isascii() != local]
    patterns = [r"^([^()（）]*[^()（）\s])\s*[(（]\s*(?:{words})?\s*([^()（）]*[^()（）\s])\s*[)）]$"]
    if words:
        patterns += [r"^(.*\S)\s+(?:{words})[\s.:ៈ]+(\S.*)$"]
    if words and local:
        patterns += [r"^(\S+\s+\S.*?)\s*(?:{words})\s*(\S.*)$"]
    escaped = "|".join(word.replace(".", r"\.") for word in words)
    called: list[tuple[pl.Expr, pl.Expr]] = []
    for pattern in patterns:
        groups = name.str.extract_groups("(?i)" + pattern.replace("{words}", escaped))
        called.append((groups.struct.field("1"), groups.struct.field("2")))
    first, second = (pl.coalesce(side) for side in zip(*called, strict=True))
    return pl.coalesce(first, name), second


def parted_by_names(words: pl.Series, reference: Reference) -> pl.DataFrame:
    """`family` and `given` of local names in one word, null where it cannot be parted without a guess.

    Parted where a known name stands in front of a known given name in one way only, and the whole is no known name.
    """
    frame = pl.DataFrame({"word": words}, schema={"word": pl.String}).with_row_index("_n")
    names = {*reference.surnames, *reference.given_names}
    if reference.script is None or not names:
        return frame.select(family=pl.lit(None, dtype=pl.String), given=pl.lit(None, dtype=pl.String))
    joined = frame.filter(~pl.col("word").is_in(list(names)))
    sizes = sorted({len(name) for name in names})
    word, families, givens = pl.col("word"), list(names), list(reference.given_names)
    ways = [
        joined.select("_n", family=word.str.slice(0, size), given=word.str.slice(size)).filter(
            pl.col("family").is_in(families) & pl.col("given").is_in(givens)
        )
        for size in sizes
    ]
    found = pl.concat(ways).filter(pl.len().over("_n") == 1)
    return frame.join(found, on="_n", how="left", maintain_order="left").select("family", "given")
