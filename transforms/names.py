"""Names to family, given and other names in up to two scripts, with the keys that comparing uses.

Everything costly is done once a distinct name and joined back.
"""

from collections.abc import Callable

import polars as pl

from transforms.folds import fold, romanised, skeleton
from transforms.name_parts import alias_parted, family_last, parted_by_names, suffix_parted, without_title
from transforms.reference import Reference
from transforms.text import canonical, latin, local_letters, signs

PARTS = ("family_name", "given_name", "other_name")
FULL = {"": "full_name", "mother_": "mother_name", "father_": "father_name"}
FOUND, REPAIR, BECAME = "__found", "__repair", "__became"  # behind the name of an input: how it was mended
Order = str


def with_names(frame: pl.DataFrame, order: Order, reference: Reference) -> pl.DataFrame:
    """Make the name columns of clean.people out of what a register tells; null where it tells none.

    `frame` has whole names (`full_name`, `mother_name_local` ...) or parts of names under their canonical names. What
    was mended of an input stands in `<input>__found`, `<input>__repair` (kinds joined with '+') and `<input>__became`.
    """
    for bearer in FULL:
        for script in ("", "_local"):
            frame = _with_bearer(frame, bearer, script, order, reference)
    return with_keys(frame, reference)


def _with_bearer(frame: pl.DataFrame, bearer: str, script: str, order: Order, reference: Reference) -> pl.DataFrame:
    """One bearer's names in one script, from the whole name where it is told, else from its parts."""
    wanted = {part: f"{bearer}{part}{script}" for part in PARTS}
    local, whole = bool(script), FULL[bearer] + script
    if whole in frame.columns:
        names = _in_script(frame[whole], local, reference)
        found = by_distinct(names, lambda names: split_names(names, order, local, reference))
        frame = frame.with_columns(found[part].alias(name) for part, name in wanted.items())
        return frame.with_columns(_mended(whole, frame[whole], found, PARTS))
    told = [name for name in wanted.values() if name in frame.columns]
    done = {name: by_distinct(frame[name], lambda names: part_of_name(names, local, reference)) for name in told}
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    shown = {name: done[name]["name"] if name in done else nothing for name in wanted.values()}
    given, other = wanted["given_name"], wanted["other_name"]
    if given in done:
        called = done[given]["other_name"]
        if order == "given_first" and not local:
            parted = by_distinct(shown[given], _without_initials)
            shown[given], called = parted["given"], pl.select(pl.coalesce(called, parted["other"])).to_series()
        shown[other] = pl.select(pl.coalesce(shown[other], called)).to_series()
    suffixes = [done[name]["suffix"] for name in told]
    shown[other] = pl.select(_joined(shown[other], *suffixes)).to_series()
    notes = [note for name in told for note in _mended(name, frame[name], done[name], ("name", "other_name"))]
    return frame.with_columns([names.alias(name) for name, names in shown.items()] + notes)


def _mended(name: str, told: pl.Series, read: pl.DataFrame, parts: tuple[str, ...]) -> list[pl.Series]:
    """What was mended of an input: the three columns that tell it."""
    at = read["repair"].is_not_null().arg_true()
    became = read[at].select(pl.concat_str(parts, separator=" ", ignore_nulls=True)).to_series()
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, read.height)
    became = nothing.scatter(at, became)
    return [told.alias(name + FOUND), read["repair"].alias(name + REPAIR), became.alias(name + BECAME)]


def part_of_name(names: pl.Series, local: bool, reference: Reference) -> pl.DataFrame:
    """A family or given name by itself: `name`, `other_name` that its bearer is called by, `suffix` and `repair`."""
    frame = pl.DataFrame({"told": names}, schema={"told": pl.String})
    frame = _cleared(frame, local, reference)
    return frame.select(
        written(frame["name"], local, reference).alias("name"),
        written(_called(frame, local, reference), local, reference).alias("other_name"),
        written(frame["suffix"], local, reference).alias("suffix"),
        _kinds(title=pl.col("titled"), alias=pl.col("alias").is_not_null()).alias("repair"),
    )


def _without_initials(names: pl.Series) -> pl.DataFrame:
    """`given` and `other`, the initials behind a given name where those stand first: 'Ann M' is Ann.

    Whole words stay: 'Mary Ann' may be one given name.
    """
    groups = pl.col("name").str.extract_groups(r"^(\p{L}\S.*?) ((?:\p{L}\b ?)+)$")
    name, initials = (groups.struct.field(str(n)) for n in (1, 2))
    return pl.DataFrame({"name": names}).select(given=pl.coalesce(name, "name"), other=initials)


def _joined(*parts: pl.Expr | pl.Series) -> pl.Expr:
    joined = pl.concat_str(*parts, separator=" ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _in_script(names: pl.Series, local: bool, reference: Reference) -> pl.Series:
    """Names in the script asked for; a name as spoken may come in either."""
    is_local = names.str.contains(local_letters(reference))
    return names.set(is_local != local, None) if reference.script else names


def by_distinct(column: pl.Series, work: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """`work` done on the distinct values of a column, its rows given back for every row of the column."""
    distinct = column.unique()
    done = work(distinct).with_columns(distinct.alias("__found"))
    rows = pl.DataFrame({"__found": column})
    return rows.join(done, on="__found", how="left", maintain_order="left", nulls_equal=True).drop("__found")


def split_names(names: pl.Series, order: Order, local: bool, reference: Reference) -> pl.DataFrame:
    """Whole names to `family_name`, `given_name`, `other_name` and `repair` (kinds joined with '+'), row for row.

    A title in front goes, and what the bearer is called becomes the other name. With two or more words the order
    decides which is the family name, unless a comma or capital letters show it; where it stands last, particles (de la)
    belong to it. A suffix (Jr) goes to the end of the other name. A single local word is parted where
    a known family name and a known given name make it in one way only; else it is a given name.
    """
    frame = pl.DataFrame({"told": names}, schema={"told": pl.String})
    frame = _cleared(frame, local, reference)
    frame = frame.with_columns(word=pl.col("name").str.extract_all(r"[^\s,]+"))
    frame = frame.with_columns(**_by_order(order)).with_columns(**_whole_family(order, reference))
    given, other = _given_and_other(order, local)
    parts = frame.select(
        family_name="family",
        given_name=given,
        other_name=_joined(pl.coalesce(_called(frame, local, reference), other.replace({"": None})), frame["suffix"]),
    )
    joined = pl.Series([False], dtype=pl.Boolean).new_from_index(0, parts.height)
    if local:
        parted = _parted(parts, reference)
        joined = parted["family"].is_not_null()
        parts = parts.with_columns(
            family_name=pl.coalesce(parted["family"], pl.col("family_name")),
            given_name=pl.coalesce(parted["given"], pl.col("given_name")),
        )
    shown = parts.select(written(parts[part], local, reference).alias(part) for part in PARTS)
    turned = frame["turned"] & (parts["family_name"] != parts["given_name"]).fill_null(False)
    kinds = _kinds(title=frame["titled"], alias=frame["alias"].is_not_null(), joined_name=joined, capitals_order=turned)
    return shown.with_columns(repair=kinds)


def _cleared(frame: pl.DataFrame, local: bool, reference: Reference) -> pl.DataFrame:
    """`told` without title, alias and suffix: `name`, `alias` and `suffix` (null where there is none), `titled`."""
    name, alias = alias_parted(pl.col("told"), local, reference)
    frame = frame.with_columns(plain=_words(name, local), alias=alias)
    frame = frame.with_columns(name=without_title(pl.col("plain"), reference))
    frame = frame.with_columns(titled=(pl.col("name") != pl.col("plain")).fill_null(False))
    name, suffix = suffix_parted(pl.col("name"), reference)
    return frame.with_columns(name=name, suffix=suffix)


def _called(frame: pl.DataFrame, local: bool, reference: Reference) -> pl.Series:
    """The alias where it is written in the script of the name."""
    in_script = frame["alias"].str.contains(local_letters(reference)) == local
    return frame.select(pl.when(in_script).then(_words(pl.col("alias"), local))).to_series()


def _kinds(**when: pl.Expr | pl.Series) -> pl.Expr:
    kinds = [pl.when(condition).then(pl.lit(kind)) for kind, condition in when.items()]
    joined = pl.concat_str(kinds, separator="+", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _words(name: pl.Expr, local: bool) -> pl.Expr:
    plain = name if local else latin(name)
    return plain.str.replace_all(r"[^\p{L}\p{M}\p{N}\s,'’\-]+", " ").str.strip_chars(" ,'’-")


def _by_order(order: Order) -> dict[str, pl.Expr]:
    """The family name out of the list `word`, the list of the other words, and whether the order was not the usual.

    Of one word there is no family name.
    """
    word, count = pl.col("word"), pl.col("word").list.len()
    comma = pl.col("name").str.contains(r"^[^,]+,\s*\S")
    first, last = _only_capitals(word.list.first()), _only_capitals(word.list.last())
    family_last = (last & ~first & ~comma) if order == "family_first" else ~((first & ~last) | comma)
    family = pl.when(family_last).then(word.list.last()).otherwise(word.list.first())
    rest = pl.when(family_last).then(word.list.head(count - 1)).otherwise(word.list.tail(count - 1))
    usual = pl.lit(order != "family_first")
    return {
        "family": pl.when(count > 1).then(family),
        "rest": pl.when(count > 1).then(rest).otherwise(word),
        "turned": ((count > 1) & (family_last != usual)).fill_null(False),
    }


def _whole_family(order: Order, reference: Reference) -> dict[str, pl.Expr]:
    """`family` and `rest` where given names stand first: all before a comma, or the last word and its particles."""
    if order == "family_first":
        return {}
    before = pl.col("name").str.extract(r"^([^,]+?)\s*,\s*\S")
    last = pl.when(pl.col("word").list.last() == pl.col("family")).then(family_last(pl.col("name"), reference))
    whole = pl.coalesce(before, pl.when(pl.col("family").is_not_null()).then(last))
    rest = pl.when(before.is_not_null()).then(pl.col("name").str.slice(before.str.len_chars())).otherwise(
        pl.col("name").str.head(-whole.str.len_chars().cast(pl.Int64))
    )  # fmt: skip
    words = rest.str.extract_all(r"[^\s,]+")
    return {
        "family": pl.coalesce(whole, "family"),
        "rest": pl.when(whole.is_not_null()).then(words).otherwise("rest"),
    }


def _given_and_other(order: Order, local: bool) -> tuple[pl.Expr, pl.Expr]:
    """Where the family name stands first all other words are the given name; else the first is, the rest others."""
    rest, between = pl.col("rest"), "" if local else " "
    if order == "family_first":
        return rest.list.join(between), pl.lit(None, dtype=pl.String)
    return rest.list.first(), rest.list.tail(rest.list.len() - 1).list.join(between)


def _only_capitals(word: pl.Expr) -> pl.Expr:
    return (word.str.contains(r"^\p{Lu}[\p{Lu}'’\-]+$")).fill_null(False)


def _parted(parts: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """`family` and `given` of local names that came in one word."""
    single = pl.when(pl.col("family_name").is_null()).then("given_name")
    return parted_by_names(canonical(parts.select(single).to_series(), reference.script), reference)


def written(names: pl.Series, local: bool, reference: Reference) -> pl.Series:
    """Names as they are shown: canonical local text, or Latin without accents, each word capitalised."""
    if local:
        shown = canonical(names, reference.script)
    else:
        shown = pl.DataFrame({"name": names}).select(latin(pl.col("name")).str.to_titlecase()).to_series()
    return shown.set(shown == "", None)


def with_keys(frame: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Folds of the Latin names, signs of the local ones, and skeletons: from the local name where there is one."""
    for part in ("family", "given"):
        of_latin = by_distinct(frame[f"{part}_name"], lambda names: _latin_keys(names, reference))
        of_local = by_distinct(frame[f"{part}_name_local"], lambda names: _local_keys(names, reference))
        frame = frame.with_columns(
            of_latin["fold"].alias(f"{part}_fold"),
            of_local["signs"].alias(f"{part}_signs"),
            of_local["skeleton"].alias(f"{part}_skeleton"),
        ).with_columns(pl.coalesce(f"{part}_skeleton", of_latin["skeleton"]).alias(f"{part}_skeleton"))
    return frame


def _latin_keys(names: pl.Series, reference: Reference) -> pl.DataFrame:
    folds = pl.DataFrame({"name": names}).select(fold=fold(pl.col("name"), reference))
    return folds.with_columns(skeleton=skeleton(pl.col("fold"), reference))


def _local_keys(names: pl.Series, reference: Reference) -> pl.DataFrame:
    rough = fold(romanised(pl.col("name"), reference), reference)
    keys = {"signs": signs(pl.col("name"), reference.script), "skeleton": skeleton(rough, reference)}
    return pl.DataFrame({"name": names}).select(**keys)
