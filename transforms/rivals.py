"""Rivals: what it means for a pair that other records of the same register fit as well, or that none does.

In a register that has nobody twice, at most one record is a given person. Let o be the odds of each candidate there,
and c the share of the other register's people that this one holds. Then the odds of a candidate become
o / (1 - c + sum of the others' odds): a lonely candidate gains, of two that fit equally well neither is sure. Both
sides of a pair have their say. See Sadinle, Journal of the American Statistical Association 112 (2017), for
one-to-one linkage in full; this is its mean-field form, in one pass.
"""

import duckdb

FEW_DUPLICATES = 0.05
MOST_HELD = 0.95
MEANS_NOTHING = 1e-3  # odds


def weigh_rivals(con: duckdb.DuckDBPyConnection) -> None:
    """Give each pair what its rivals say, in bits.

    Reads the temporary tables scored (rec_l, rec_r, bits: log2 of the odds of a match, and more) and comparable. Writes
    the temporary table rivalled (rec_l, rec_r, rival_bits), with the pairs alone that rivals have something to say on.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE likely AS
        SELECT s.rec_l, s.rec_r, l.population_no AS population_l, r.population_no AS population_r,
            pow(2, least(s.bits, 60)) AS odds
        FROM scored s JOIN comparable l ON l.rec = rec_l JOIN comparable r ON r.rec = rec_r
        WHERE s.bits > log2({MEANS_NOTHING})"""
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE held AS {_HELD}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE sides AS {_SIDES}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE rivalled AS {_RIVALLED}")
    for name in ("likely", "held", "sides"):
        con.execute(f"DROP TABLE {name}")


# One row two registers, of which the second has few duplicates: the share of the first one's records that it holds.
_HELD = f"""
    WITH sizes AS (SELECT population_no, count(*) AS records FROM comparable GROUP BY population_no),
    expected AS (
        SELECT population_l, population_r, sum(odds / (1 + odds)) AS matches FROM likely
        GROUP BY population_l, population_r
    ), single AS (
        SELECT population_no FROM sizes
        LEFT JOIN expected ON population_l = population_no AND population_r = population_no
        WHERE coalesce(matches, 0) / records < {FEW_DUPLICATES}
    ), either AS (
        SELECT population_l AS population_no, population_r AS in_population, matches FROM expected
        UNION ALL SELECT population_r, population_l, matches FROM expected
    )
    SELECT population_no, in_population, round(least(matches / records, {MOST_HELD}), 6) AS share
    FROM either JOIN sizes USING (population_no)
    WHERE population_no <> in_population AND in_population IN (SELECT population_no FROM single)"""

# One row a record and its candidate in such a register.
_SIDES = """
    SELECT rec, candidate, in_population, share, odds FROM (
        SELECT rec_l AS rec, rec_r AS candidate, population_l AS population_no, population_r AS in_population, odds
        FROM likely
        UNION ALL SELECT rec_r, rec_l, population_r, population_l, odds FROM likely
    ) JOIN held USING (population_no, in_population)"""

# Rivals that are one person between themselves are no rivals; and the surer the rival, the surer its double.
_RIVALLED = """
    WITH contested AS (
        SELECT rec, in_population FROM sides GROUP BY rec, in_population HAVING count(*) > 1
    ), many AS (SELECT * FROM sides SEMI JOIN contested USING (rec, in_population)),
    others AS (
        SELECT a.rec, a.candidate, sum(b.odds / (1 + coalesce(p.odds, 0) * greatest(b.odds / a.odds, 1))) AS odds
        FROM many a JOIN many b ON a.rec = b.rec AND a.in_population = b.in_population AND a.candidate <> b.candidate
        LEFT JOIN likely p
            ON p.rec_l = least(a.candidate, b.candidate) AND p.rec_r = greatest(a.candidate, b.candidate)
        GROUP BY a.rec, a.candidate
    ), told AS (
        SELECT rec, candidate, -log2(1 - share + coalesce(o.odds, 0)) AS bits
        FROM sides LEFT JOIN others o USING (rec, candidate)
    )
    SELECT least(rec, candidate) AS rec_l, greatest(rec, candidate) AS rec_r, round(sum(bits), 6) AS rival_bits
    FROM told GROUP BY ALL"""
