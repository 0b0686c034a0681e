"""Names of areas as free text, found inside the nearest area known: exactly, as it sounds, then nearly.

Where two areas fit, none is taken.
"""

from itertools import product

import duckdb
import polars as pl

from transforms.folds import fold
from transforms.mapping import AREA_INPUTS
from transforms.reference import Reference
from transforms.text import canonical, folded, local_letters, signs

MARKS = ("\ue001", "\ue002", "\ue003", "\ue004")  # private use: they stand for the word of a level
ONE_SLIP, TWO_SLIPS = 4, 9  # signs a name needs to be met with so many slips of the pen
_SLIPS = f"CASE WHEN length(asked.key) >= {TWO_SLIPS} THEN 2 ELSE 1 END"
# A name one slip further off than is forgiven makes the nearer one a guess.
NEAR = f"""
    SELECT place, CASE WHEN count(DISTINCT code) = 1 AND bool_or(slips <= forgiven) THEN any_value(code) END AS code
    FROM (SELECT place, code, {_SLIPS} AS forgiven, damerau_levenshtein(asked.key, areas.key) AS slips
          FROM asked JOIN areas USING (parent, is_local)
          WHERE length(asked.key) >= {ONE_SLIP} AND asked.figures = areas.figures)
    WHERE slips <= forgiven + 1 GROUP BY place HAVING bool_or(slips <= forgiven)
"""
# Another name may be nearer to what is written than the one that sounds like it, or like a part of it.
RIVALLED = f"""
    WITH slips AS (
        SELECT place, asked.code, areas.code AS other, {_SLIPS} AS forgiven,
               min(damerau_levenshtein(asked.key, areas.key)) AS slips
        FROM asked JOIN areas USING (parent, is_local)
        WHERE asked.figures = areas.figures OR asked.code = areas.code GROUP BY ALL)
    SELECT DISTINCT rival.place FROM slips AS rival
    LEFT JOIN slips AS own ON own.place = rival.place AND own.other = own.code
    WHERE rival.other <> rival.code AND rival.slips <= least(rival.forgiven, coalesce(own.slips, rival.forgiven))
"""


def with_named(places: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Fill the levels that names tell and no code does; `area_N_named` has the codes found so.

    `places` has area_1 to area_4 and any of area_1_name to area_4_name. Upper levels come first: they narrow the
    search for the lower ones.
    """
    given = [name for name in AREA_INPUTS if name in places.columns]
    if not given or reference.areas is None:
        return places
    work = pl.concat([places.with_row_index("place"), _parts(places, given, reference)], how="horizontal")
    areas = _gazetteer(reference)
    for n in range(len(reference.area_digits)):
        level = f"area_{n + 1}"
        asked = work.filter(
            pl.col(level).is_null() & pl.any_horizontal(pl.col(f"part_{level}", f"whole_{level}").is_not_null())
        )
        found = _found(asked, areas.filter(pl.col("level") == n), n, reference)
        work = work.join(found.rename({"code": f"{level}_named"}), on="place", how="left", maintain_order="left")
        uppers = {f"area_{m + 1}": reference.area_digits[m] for m in range(n + 1)}
        named = pl.col(f"{level}_named")
        work = work.with_columns(
            pl.coalesce(upper, named.str.slice(0, size)).alias(upper) for upper, size in uppers.items()
        )
    return work.select(*places.columns, *(f"area_{n + 1}_named" for n in range(len(reference.area_digits))))


def _parts(places: pl.DataFrame, given: list[str], reference: Reference) -> pl.DataFrame:
    """`part_area_1` to `part_area_4`: what the texts say of each level, without the word for it; `whole_`: with it.

    'Phum A, Khum B' in the village's column tells the commune too; so does 'A, B'.
    """
    texts = {name: _plain(places[name], reference) for name in given}
    marked = pl.DataFrame({name: _marked(text, reference) for name, text in texts.items()})
    wholes = [texts[name].alias(f"whole_{name.removesuffix('_name')}") for name in given]
    parts = []
    for n, name in enumerate(AREA_INPUTS):
        own = [_after(name, n), _before_marks(name, 0)] if name in given else []
        lower = [(m, other) for m, other in enumerate(AREA_INPUTS) if m > n and other in given]
        told = [_after(other, n) for _, other in lower] + [_before_marks(other, m - n) for m, other in lower]
        parts.append(pl.coalesce(pl.lit(None, dtype=pl.String), *own, *told).alias(f"part_area_{n + 1}"))
    absent = [n + 1 for n, name in enumerate(AREA_INPUTS) if name not in given]
    return marked.select(parts).with_columns(wholes).with_columns(
        pl.lit(None, dtype=pl.String).alias(f"whole_area_{n}") for n in absent
    )  # fmt: skip


def _plain(texts: pl.Series, reference: Reference) -> pl.Series:
    clean = texts.str.replace_all(r"[\x{E001}-\x{E004}]", "")
    return canonical(clean, reference.script).str.to_lowercase()


def _marked(texts: pl.Series, reference: Reference) -> pl.Series:
    """The words for levels, at the front of a word, as marks."""
    for mark, words in zip(MARKS, reference.area_words, strict=False):
        longest = sorted(words, key=lambda word: (-len(word), word))
        ends = "|".join(rf"{word}\b\.?" if word.isascii() else word for word in longest)
        texts = texts.str.replace_all(rf"(^|[\s,;/(]|[{''.join(MARKS)}])(?:{ends})\s*", "${1}" + mark)
    return texts


def _after(name: str, level: int) -> pl.Expr:
    """What stands after the mark of a level."""
    return _trimmed(pl.col(name).str.extract(f"{MARKS[level]}([^{''.join(MARKS)}]*)"))


def _before_marks(name: str, place: int) -> pl.Expr:
    """Of text without the word for its level what stands in front; later places only of text parted by commas."""
    marks = "".join(MARKS)
    front = _trimmed(pl.col(name).str.extract(f"^([^{marks}]*)"))
    parts = front.str.split(",")
    commas = ~pl.col(name).str.contains(f"[{marks}]")
    piece = _trimmed(parts.list.get(place, null_on_oob=True))
    return piece if place == 0 else pl.when(commas).then(piece)


def _trimmed(text: pl.Expr) -> pl.Expr:
    plain = text.str.strip_chars(" ,;./()")
    return pl.when(plain != "").then(plain)


def _keys(texts: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Keys of the columns `part` and `whole`: letters and digits only; of Latin text how it sounds.

    `figures`: the digits by themselves. They must agree: village 1 is not village 2 with a slip.
    """
    plain = {name: folded(pl.col(name), reference.script).str.replace_all(" ", "") for name in ("part", "whole")}
    keys = texts.with_columns(**plain).with_columns(
        is_local=pl.coalesce("part", "whole").str.contains(local_letters(reference)),
        figures=pl.col("part").str.extract_all(r"\d").list.join(""),
    )
    return keys.with_columns(
        sound=pl.when(~pl.col("is_local")).then(fold(pl.col("part"), reference) + pl.col("figures")),
        key=pl.when("is_local").then(signs(pl.col("part"), reference.script)).otherwise("part"),
        whole_key=pl.when("is_local").then(signs(pl.col("whole"), reference.script)).otherwise("whole"),
    )


def _gazetteer(reference: Reference) -> pl.DataFrame:
    """Each area twice, once a script: `code`, `level` (from 0), its keys, and `parent_<digits>` of each upper level."""
    assert reference.areas is not None
    rows = reference.areas.select("code", pl.col("level").cast(pl.Int32) - 1, "name_en", "name_km")
    both = rows.unpivot(["name_en", "name_km"], index=["code", "level"], value_name="whole").drop("variable")
    whole = _plain(both["whole"], reference)
    marked = _marked(whole, reference).str.replace_all(f"[{''.join(MARKS)}]", "")
    keys = _keys(both.with_columns(whole=whole, part=marked), reference)
    sizes = (0, *reference.area_digits[:-1])
    return keys.with_columns(pl.col("code").str.slice(0, size).alias(f"parent_{size}") for size in sizes)


def _found(asked: pl.DataFrame, areas: pl.DataFrame, n: int, reference: Reference) -> pl.DataFrame:
    """The one area that fits each row: `place`, `code`.

    Looked for under the lowest upper level known; under none only by the exact name, but for the top level.
    """
    nothing = pl.DataFrame(schema={"place": asked.schema["place"], "code": pl.String})
    if asked.is_empty():
        return nothing
    level = f"area_{n + 1}"
    keyed = _keys(asked.with_columns(part=f"part_{level}", whole=f"whole_{level}"), reference)
    results, left = [nothing], keyed
    for m in range(n, -1, -1):
        size = reference.area_digits[m - 1] if m else 0
        here = left.with_columns(parent=pl.col(f"area_{m}") if m else pl.lit("")).drop_nulls("parent")
        left = left.join(here.select("place"), on="place", how="anti")
        within = areas.with_columns(parent=f"parent_{size}")
        results.append(_within(here, within, sounding=m > 0 or n == 0, near=m == n))
    return pl.concat(results).drop_nulls("code")


def _within(asked: pl.DataFrame, areas: pl.DataFrame, sounding: bool, near: bool) -> pl.DataFrame:
    """What fits under `parent`, by the first way that finds anything.

    But for the whole name as it is written, only where no other name is as near to it.
    """
    ways = [*product(("whole", "part"), ("whole", "part")), *((("sound", "sound"),) if sounding else ())]
    results: list[pl.DataFrame] = []
    for own, theirs in ways:
        pairs = asked.select("place", "parent", key=own).drop_nulls("key").join(
            areas.select("parent", "code", key=theirs).drop_nulls("key"), on=["parent", "key"], how="inner"
        )  # fmt: skip
        hits = pairs.group_by("place").agg(code=pl.col("code").unique())
        one = pl.when(pl.col("code").list.len() == 1).then(pl.col("code").list.first())
        hits = hits.select("place", code=one)
        if (own, theirs) != ("whole", "whole"):
            hits = _unrivalled(hits, asked, areas)
        results.append(hits)
        asked = asked.join(hits.select("place"), on="place", how="anti")
    return pl.concat([*results, _nearly(asked, areas)] if near else results)


def _unrivalled(hits: pl.DataFrame, asked: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Hits, without the code of those where another name of the same parent is as near to the whole text."""
    columns = ["parent", "is_local", "figures"]
    with_hits = asked.join(hits.drop_nulls("code"), on="place", how="inner")
    rivalled = _asked(RIVALLED, with_hits.select("place", "code", *columns, key="whole_key"),
                      areas.select("code", *columns, key="whole_key"))  # fmt: skip
    return hits.with_columns(code=pl.when(~pl.col("place").is_in(rivalled["place"].implode())).then("code"))


def _nearly(asked: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Areas of the same parent whose name is a slip or two away; null where several are."""
    columns = ["parent", "is_local", "key", "figures"]
    found = _asked(NEAR, asked.select("place", *columns).drop_nulls(), areas.select("code", *columns).drop_nulls())
    return found.select(pl.col("place").cast(asked.schema["place"]), pl.col("code").cast(pl.String))


def _asked(query: str, asked: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """What DuckDB answers; nothing where nothing is asked, as a connection costs more than all else here."""
    if asked.is_empty() or areas.is_empty():
        return pl.DataFrame(schema={"place": pl.UInt32, "code": pl.String})
    with duckdb.connect() as con:
        con.register("asked", asked)
        con.register("areas", areas)
        return con.execute(query).pl()
