"""Clusters: what the links add up to.

Connected components of the links first. One false link joins two whole persons, so every component that is loose
(some pair of it is not linked) or holds two records that cannot be one person is looked at again: all its pairs are
scored, proposed by blocking or not, and it is put together anew, group by group (`transforms.agglomerate`), so that
records stay together only where they agree on the whole.

A human's judgement outranks all that: `same` is a link whatever the pair weighs, and `different` parts a cluster. They
enter as weights that no evidence outweighs, so that what a chain of judgements says of others holds as well. Where a
chain of sames ends in a different, the weaker part of the chain is cut.
"""

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.agglomerate import Places, agglomerate
from transforms.comparable import number_records, populations, prepare
from transforms.connected import LARGEST_COMPONENT, Members, components
from transforms.features import features
from transforms.judgements import judged_pairs
from transforms.patterns import packed, unpacked
from transforms.stored import stored_model
from transforms.tables import Scope, number

AT_ONCE = 4_000_000  # cells of two records and their two registers, of components that are cut together
# Bits that no other evidence outweighs, nor as many as a component has pairs of the weight before; sums stay exact.
NEVER = -1e7  # a register promises that it has nobody twice
SAME = 1e12
DIFFERENT = -1e18


def cluster_links(con: duckdb.DuckDBPyConnection, one_row_per_person: frozenset[str] = frozenset()) -> int:
    """Resolve the links; returns how many clusters hold two records or more.

    Never in one cluster are two records that are judged different, nor two of a register in `one_row_per_person`, whose
    contract promises no duplicates, unless they are judged the same. A component of more than LARGEST_COMPONENT records
    loses its weaker links until its parts are smaller; where all its links weigh the same, its records stay alone.

    Reads clean.people, clean.identifiers, linkage.weights, linkage.pairs and linkage.judgements. Writes the temporary
    tables numbered, judged, kept (linkage.pairs by rec), clusters (rec, cluster: the smallest rec in it) and
    inner_pairs (component, rec_l, rec_r, bits, told, differ, probability, is_linked: of pairs inside loose components).
    """
    number_records(con)
    judged_pairs(con)
    links = _links(con)
    whole = _components(number(con, "SELECT count(*) FROM numbered"), links)
    con.register("parts", pl.DataFrame({"component": whole}).with_row_index("rec", offset=1))
    con.execute(f"CREATE OR REPLACE TEMP TABLE inside AS {_LOOSE}", {"single": sorted(one_row_per_person)})
    con.unregister("parts")
    _score_inside(con)
    con.register("members", pl.DataFrame({"cluster": _cut(con, whole)}).with_row_index("rec", offset=1))
    con.execute("CREATE OR REPLACE TEMP TABLE clusters AS SELECT * FROM members ORDER BY rec")
    con.unregister("members")
    con.execute("DROP TABLE inside")
    return number(con, "SELECT count(*) FROM (SELECT cluster FROM clusters GROUP BY cluster HAVING count(*) > 1)")


def _links(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """rec_l, rec_r, weight, is_same (judged so) of each link. Writes the temporary table kept: linkage.pairs by rec."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE kept AS
        SELECT l.rec AS rec_l, r.rec AS rec_r, k.match_weight AS bits, k.probability, k.identifier_exact, k.is_linked
        FROM linkage.pairs k
        JOIN numbered l ON l.register = k.register_l AND l.record_id = k.record_id_l
        JOIN numbered r ON r.register = k.register_r AND r.record_id = k.record_id_r"""
    )
    links = con.execute(
        """SELECT rec_l, rec_r, bits AS weight, false AS is_same FROM kept
        ANTI JOIN (FROM judged WHERE is_same) USING (rec_l, rec_r) WHERE is_linked
        UNION ALL SELECT rec_l, rec_r, CAST($same AS DOUBLE), true FROM judged WHERE is_same ORDER BY rec_l, rec_r""",
        {"same": SAME},
    ).pl()
    return links.filter(~_cannot_be_obeyed(con, links))


def _cannot_be_obeyed(con: duckdb.DuckDBPyConnection, links: pl.DataFrame) -> pl.Series:
    """The judged links of a chain that contradicts itself and is too long for anybody to say where it should be cut."""
    size = number(con, "SELECT count(*) FROM numbered")
    sames, apart = links.filter("is_same"), con.execute("SELECT rec_l, rec_r FROM judged WHERE NOT is_same").pl()
    if sames.is_empty() or apart.is_empty():
        return pl.repeat(False, links.height, eager=True)
    chains = components(size, sames["rec_l"], sames["rec_r"])
    left, right = (chains[apart[side].to_numpy() - 1] for side in ("rec_l", "rec_r"))
    lost = np.zeros(size + 1, dtype=np.bool_)
    lost[left[left == right]] = True
    lost &= np.bincount(chains, minlength=size + 1) > LARGEST_COMPONENT
    return links["is_same"] & pl.Series(lost[chains[links["rec_l"].to_numpy() - 1]])


def _components(size: int, links: pl.DataFrame) -> Members:
    """The components; those too large without their weaker half of links, and again, while that makes them smaller.

    Where all links of a component that is too large weigh the same, nothing tells who is who: its records stay alone.
    Links that are judged the same stay.
    """
    while True:
        whole = components(size, links["rec_l"], links["rec_r"])
        sizes = np.bincount(whole, minlength=size + 1)
        links = links.with_columns(component=whole[links["rec_l"].to_numpy() - 1])
        large = pl.Series(sizes[links["component"].to_numpy()] > LARGEST_COMPONENT) & ~links["is_same"]
        if not large.any():
            return whole
        weight = pl.when(~pl.col("is_same")).then(pl.col("weight"))
        best, worst = (end().over("component") for end in (weight.max, weight.min))
        strong = (weight > weight.median().over("component")) | ((weight == best) & (best > worst))
        links = links.filter(~large | links.select(strong).to_series())


# Every pair inside a component that lacks a link or holds a pair that cannot be, with what is known of it.
_LOOSE = f"""
    WITH sized AS (
        SELECT component, count(*) AS records, CAST(records * (records - 1) // 2 AS BIGINT) AS pairs
        FROM parts GROUP BY component HAVING records BETWEEN 2 AND {LARGEST_COMPONENT}
    ), linked AS (
        SELECT l.component, count(*) AS pairs FROM kept
        JOIN parts l ON l.rec = rec_l JOIN parts r ON r.rec = rec_r AND r.component = l.component
        WHERE is_linked GROUP BY l.component
    ), double AS (
        SELECT DISTINCT component FROM parts JOIN numbered USING (rec) WHERE register IN (SELECT unnest($single))
        GROUP BY component, register HAVING count(*) > 1
    ), told AS (
        SELECT l.component FROM judged JOIN parts l ON l.rec = rec_l JOIN parts r ON r.rec = rec_r
        WHERE l.component = r.component
    ), loose AS (
        SELECT component FROM sized LEFT JOIN linked USING (component)
        WHERE coalesce(linked.pairs, 0) < sized.pairs OR component IN (FROM double) OR component IN (FROM told)
    ), members AS (SELECT component, rec, register FROM parts JOIN numbered USING (rec) SEMI JOIN loose USING
        (component)),
    pairs AS (
        SELECT component, a.rec AS rec_l, b.rec AS rec_r,
            a.register = b.register AND a.register IN (SELECT unnest($single)) AS never
        FROM members a JOIN members b USING (component) WHERE a.rec < b.rec
    )
    SELECT component, rec_l, rec_r, bits,
        CASE WHEN is_same THEN {SAME} WHEN NOT is_same THEN {DIFFERENT} WHEN never THEN {NEVER} ELSE 0 END AS told,
        coalesce(is_same, is_linked, false) AS is_linked
    FROM pairs LEFT JOIN kept USING (rec_l, rec_r) LEFT JOIN judged USING (rec_l, rec_r)"""


# The pairs of `inside` that show two numbers of which a person has one, as several registers ask for them.
# Materialised, since else all numbers of a type may be joined with each other before pairs are.
_DIFFERING = """
    WITH shown AS (SELECT rec, id_type, value FROM clean.identifiers JOIN numbered USING (register, record_id)
        WHERE is_valid AND id_type IN (SELECT unnest($types))),
    one AS MATERIALIZED (SELECT rec_l, rec_r, id_type, value FROM inside JOIN shown ON rec = rec_l)
    SELECT DISTINCT rec_l, rec_r FROM one JOIN shown other
    ON other.rec = rec_r AND other.id_type = one.id_type AND damerau_levenshtein(one.value, other.value) > 1"""


def _score_inside(con: duckdb.DuckDBPyConnection) -> None:
    """Score the pairs of `inside` that no candidate told of; write inner_pairs."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT DISTINCT unnest([rec_l, rec_r]) AS rec FROM inside WHERE bits IS NULL"""
    )
    types = prepare(con, "wanted")
    chosen = features(types, populations(con))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE compared_inside AS
        SELECT rec_l, rec_r, {packed(chosen)} AS pattern FROM inside
        JOIN comparable l ON l.rec = rec_l JOIN comparable r ON r.rec = rec_r WHERE bits IS NULL"""
    )
    # Numbered, since a pattern that is too wide for 64 bits would be rounded on its way through numpy.
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE patterns_inside AS
        SELECT row_number() OVER (ORDER BY pattern) AS place, *
        FROM (SELECT DISTINCT pattern, {unpacked(chosen)} FROM compared_inside)"""
    )
    found = con.execute("SELECT * EXCLUDE (pattern) FROM patterns_inside ORDER BY place").fetchnumpy()
    levels = np.column_stack([found[feature.name] for feature in chosen]).astype(np.int64)
    odds = stored_model(con, chosen).odds(levels)
    con.register("scores", pl.DataFrame({"place": found["place"], "score": odds}))
    numbers = [kind.name for kind in types if kind.scope is Scope.PERSON and kind.shared]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE inner_pairs AS
        SELECT *, 1 / (1 + pow(2, least(-bits - told, 1000))) AS probability FROM (
            SELECT component, rec_l, rec_r, coalesce(bits, score) AS bits, told, d.rec_l IS NOT NULL AS differ,
                is_linked
            FROM inside LEFT JOIN ({_DIFFERING}) d USING (rec_l, rec_r) LEFT JOIN compared_inside USING (rec_l, rec_r)
            LEFT JOIN patterns_inside USING (pattern) LEFT JOIN scores USING (place))""",
        {"types": numbers},
    )
    con.unregister("scores")
    for name in ("wanted", "compared_inside", "patterns_inside"):
        con.execute(f"DROP TABLE {name}")


def _cut(con: duckdb.DuckDBPyConnection, whole: Members) -> Members:
    """The components, each that has a pair that speaks against it put together anew."""
    pairs = con.execute(
        """WITH registers AS (
            SELECT register, row_number() OVER (ORDER BY register) AS place
            FROM (SELECT DISTINCT register FROM numbered)
        ), places AS (SELECT rec, place FROM numbered JOIN registers USING (register))
        SELECT component, rec_l, rec_r, bits, told, differ, l.place AS register_l, r.place AS register_r
        FROM inner_pairs JOIN places l ON l.rec = rec_l JOIN places r ON r.rec = rec_r
        WHERE component IN (SELECT component FROM inner_pairs WHERE bits + told < 0) ORDER BY component, rec_l, rec_r"""
    ).fetchnumpy()
    table = {name: np.asarray(column) for name, column in pairs.items()}
    clusters, several = whole.copy(), int(table["register_r"].max(initial=0))
    starts = np.flatnonzero(np.diff(table["component"], prepend=-1))
    sizes = np.diff(np.append(starts, len(table["component"])))
    for size in np.unique(sizes):
        records = round((1 + np.sqrt(1 + 8 * size)) / 2)
        alike, cells = starts[sizes == size], (records * min(records, several)) ** 2
        for some in np.array_split(alike, max(1, len(alike) * cells // AT_ONCE)):
            inside = some[:, None] + np.arange(size)
            members, registers = (_of_records(table, name, some, records) for name in ("rec", "register"))
            bits, told, differ = (table[name][inside] for name in ("bits", "told", "differ"))
            clusters[members - 1] = np.take_along_axis(members, agglomerate(bits, told, differ, registers), axis=1)
    return clusters


def _of_records(pairs: dict[str, npt.NDArray[Any]], name: str, starts: Places, records: int) -> Places:
    """What pairs tell of each end, for the records of components of one size: a row a component."""
    others = starts[:, None] + np.arange(records - 1)
    return np.column_stack([pairs[f"{name}_l"][starts], pairs[f"{name}_r"][others]]).astype(np.int64)
