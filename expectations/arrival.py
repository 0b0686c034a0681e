"""The Great Expectations suite that a contract makes: what a register promises of every pull."""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from math import ceil, floor

from expectations.contracts import Contract, Freshness
from expectations.suites import Promise, literal, quoted
from transforms.mapping import SourceColumn

BOOKKEEPING = ("_snapshot", "_file", "_row")
KHMER_DIGITS = "translate({}, '០១២៣៤៥៦៧៨៩', '0123456789')"


def said(sentence: str) -> str:
    return f"SELECT {literal(sentence)}"


def of_arrival(
    contract: Contract, table: str, came: Sequence[str], previous_rows: int | None, as_of: date
) -> list[Promise]:
    """What a contract promises of a pull, kept as text in `table`, whose columns are `came`.

    A check on a column that did not come is left out: `columns` already says that it is missing.
    """
    required = [name for name, column in contract.columns.items() if column.required and name in came]
    promises = [
        _enough_rows(contract, table),
        _columns_came(contract, table, came),
        _nothing_undeclared(contract, table, came),
        *(_mostly_there(contract, table, name) for name in required),
    ]
    if previous_rows:
        promises.append(_like_last_time(contract, table, previous_rows))
    if set(contract.key) <= set(came):
        promises.append(_few_duplicates(contract, table))
    if contract.freshness and contract.freshness.column in came:
        promises.append(_fresh(contract, contract.freshness, table, as_of))
    return promises


def used_columns(contract: Contract) -> list[str]:
    """The source columns that the night cannot do without: all that a key, a table or an identifier is made of."""
    used = {*contract.key, *(name for name, column in contract.columns.items() if column.required)}
    for filled in contract.yields.values():
        used.update(filled.when, *(value.sources for value in filled.columns.values()))
    for identifier in contract.identifiers:
        used.update(identifier.when, [identifier.column])
    if contract.freshness:
        used.add(contract.freshness.column)
    order = list(contract.columns)
    return sorted(used, key=lambda name: (order.index(name) if name in order else len(order), name))


def _enough_rows(contract: Contract, table: str) -> Promise:
    least = max(contract.volume.min_rows, 1)
    return Promise(
        table,
        "rows",
        f"{contract.register_name} has at least {least:,} rows.",
        f"SELECT count(*) AS rows FROM {{batch}} HAVING count(*) < {least}",
        type="expect_table_row_count_to_be_between",
        arguments={"min_value": least},
        found=f"""SELECT CASE count(*) WHEN 0 THEN 'It came empty' ELSE format('Only {{{{:,}}}} came', count(*)) END
            || {literal(f": ask {contract.agency} to send the whole register again.")} FROM {{batch}}""",
    )


def _like_last_time(contract: Contract, table: str, previous_rows: int) -> Promise:
    volume = contract.volume
    least, most = ceil(previous_rows * volume.min_ratio), floor(previous_rows * volume.max_ratio)
    return Promise(
        table,
        "rows_against_last_time",
        f"{contract.register_name} has between {least:,} and {most:,} rows, having had {previous_rows:,} last time.",
        f"SELECT count(*) AS rows FROM {{batch}} HAVING count(*) NOT BETWEEN {least} AND {most}",
        type="expect_table_row_count_to_be_between",
        arguments={"min_value": least, "max_value": most},
        found=f"""SELECT format('It came with {{{{:,}}}}', count(*)) || {
            literal(f": ask {contract.agency} whether it is whole; if it is, widen volume in the contract.")
        } FROM {{batch}}""",
    )


def _columns_came(contract: Contract, table: str, came: Sequence[str]) -> Promise:
    used = used_columns(contract)
    missing = [name for name in used if name not in came]
    rows = ", ".join(f"({literal(name)})" for name in missing) or "(NULL)"
    return Promise(
        table,
        "columns",
        f"{contract.register_name} has the {len(used)} columns that its contract uses.",
        f'SELECT "column" FROM (VALUES {rows}) AS missing("column") WHERE "column" IS NOT NULL',
        type="expect_table_columns_to_match_set",
        arguments={"column_set": used, "exact_match": False},
        found=said(_what_came_instead(contract, missing, _undeclared(contract, came))),
    )


def _undeclared(contract: Contract, came: Sequence[str]) -> list[str]:
    declared = {*contract.columns, *used_columns(contract), *BOOKKEEPING}
    return [name for name in came if name not in declared]


def _what_came_instead(contract: Contract, missing: Sequence[str], undeclared: Sequence[str]) -> str:
    """Name each missing column, and the new one that is most like it or stands in its place."""
    told, left = [], list(undeclared)
    same_places = dict(zip(missing, undeclared, strict=True)) if len(missing) == len(undeclared) else {}
    for name in missing:
        like = get_close_matches(name, left, n=1, cutoff=0.6) or [n for n in [same_places.get(name)] if n in left]
        told.append(f"{name} is missing" + (f" (did {like[0]} come instead?)" if like else ""))
        left = [other for other in left if other not in like]
    return f"{'; '.join(told)}: ask {contract.agency} to send the columns as agreed, or change the contract."


def _nothing_undeclared(contract: Contract, table: str, came: Sequence[str]) -> Promise:
    undeclared = _undeclared(contract, came)
    rows = ", ".join(f"({literal(name)})" for name in undeclared) or "(NULL)"
    return Promise(
        table,
        "undeclared_columns",
        f"{contract.register_name} has no column that its contract does not know.",
        f"""SELECT "column" FROM (VALUES {rows}) AS new("column")
            WHERE "column" IN (SELECT column_name FROM (DESCRIBE SELECT * FROM {{batch}}))""",
        severity="warn",
        found=said(f"New: {', '.join(undeclared)}. Nothing is read from them: declare them in the contract."),
    )


def _mostly_there(contract: Contract, table: str, name: str) -> Promise:
    blank, share = f"coalesce(trim(\"{name}\"), '') = ''", contract.max_missing_share
    missing = f"SELECT count(*) FILTER ({blank}) AS missing, count(*) AS rows FROM {{batch}}"
    return Promise(
        table,
        f"required:{name}",
        f"{name} is missing in at most {share:.0%} of the rows of {contract.register_name}.",
        f"SELECT _row FROM {{batch}} WHERE {blank}",
        arguments={"unexpected_rows_query": f"SELECT missing FROM ({missing}) WHERE missing > {share} * rows"},
        found=f"""SELECT format('It is missing in {{{{:,}}}} of {{{{:,}}}}', missing, rows)
            || {literal(f": ask {contract.agency} to fill it in.")} FROM ({missing})""",
    )


def _few_duplicates(contract: Contract, table: str) -> Promise:
    key, share = quoted(contract.key), contract.max_duplicate_share
    times = f"""SELECT min(_row) AS _row, count(*) AS times FROM {{batch}}
                WHERE {" AND ".join(f'"{name}" IS NOT NULL' for name in contract.key)} GROUP BY {key}"""
    counts = f"SELECT count(*) FILTER (times > 1) AS twice, count(*) AS keys FROM ({times})"
    return Promise(
        table,
        "duplicate_keys",
        f"At most {share:.0%} of the keys of {contract.register_name} ({', '.join(contract.key)}) come more than once.",
        f"SELECT _row, times FROM ({times}) WHERE times > 1",
        arguments={"unexpected_rows_query": f"SELECT twice FROM ({counts}) WHERE twice > {share} * keys"},
        found=f"""SELECT format('{{{{:,}}}} of {{{{:,}}}} do', twice, keys)
            || {literal(f": ask {contract.agency} for an extract without repeated rows.")} FROM ({counts})""",
    )


def _fresh(contract: Contract, freshness: Freshness, table: str, as_of: date) -> Promise:
    """Dates after the as-of date are misprints or another calendar and prove nothing."""
    read = _as_date(contract.columns.get(freshness.column, SourceColumn()).dates)
    digits = KHMER_DIGITS.format(f'"{freshness.column}"')
    newest = f"""SELECT max(day) AS newest FROM (
        SELECT {read} AS day FROM (SELECT DISTINCT {digits} AS told FROM {{batch}}))
        WHERE day <= DATE '{as_of}'"""
    stale = f"SELECT newest FROM ({newest}) WHERE newest IS NULL OR newest < DATE '{as_of}' - {freshness.max_age_days}"
    return Promise(
        table,
        "freshness",
        f"The newest {freshness.column} of {contract.register_name} is at most {freshness.max_age_days} days old.",
        stale,
        found=f"""SELECT coalesce(format('It is of {{{{}}}}', newest), 'No date in it could be read')
            || {literal(f": ask {contract.agency} for a new extract.")} FROM ({newest})""",
    )


def _as_date(formats: Sequence[str]) -> str:
    """SQL that reads the text `told` by the contract's formats, in order, and else as an ISO date."""
    special = {
        "year": "try_strptime(told, '%Y')::DATE",
        "serial": "DATE '1899-12-30' + TRY_CAST(told AS INTEGER)",
    }
    tries = [special.get(f) or f"try_strptime(told, {literal(f)})::DATE" for f in formats]
    return f"coalesce({', '.join([*tries, 'TRY_CAST(told AS DATE)'])})"
