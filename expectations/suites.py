"""Great Expectations suites: what a promise is, and the suite that a table definition makes.

A suite is plain data: a list of promises, each with the expectation that checks it and the query that names
the rows that break it. Queries say `{batch}` for the table; a literal brace is doubled.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from transforms.tables import Column, Table

SeverityOfCheck = Literal["stop", "warn"]

THIS_RUN = "(SELECT run_id FROM ops.runs ORDER BY started_at DESC, run_id DESC LIMIT 1)"
AS_OF = "(SELECT as_of FROM ops.runs ORDER BY started_at DESC, run_id DESC LIMIT 1)"
SMALL_CELL = f"""(SELECT max(value::BIGINT) FROM reference.policy WHERE name = 'small_cell_minimum'
    AND {AS_OF} BETWEEN valid_from AND coalesce(valid_to, DATE '9999-12-31'))"""


@dataclass(frozen=True)
class Promise:
    """One promise of a table.

    `failing`: the query that names the rows that break it, by keys alone. `type`, `arguments`: the expectation;
    without arguments it is that `failing` finds nothing. `found`: a query for one sentence on what was found instead.
    """

    table: str
    name: str
    sentence: str
    failing: str
    severity: SeverityOfCheck = "stop"
    type: str = "unexpected_rows_expectation"
    arguments: dict[str, Any] = field(default_factory=dict)
    found: str = ""

    @property
    def expected(self) -> dict[str, Any]:
        return self.arguments or {"unexpected_rows_query": self.failing}


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def literal(text: str) -> str:
    """A SQL string; braces doubled, since the query is a format string."""
    return "'" + text.replace("'", "''").replace("{", "{{").replace("}", "}}") + "'"


def of_table(table: Table) -> list[Promise]:
    """What `transforms.tables` says of one table: columns, types, key, required columns, allowed values."""
    return [
        _exact_columns(table),
        _types(table),
        _unique_key(table),
        *(_required(table, column) for column in table.columns if column.required),
        *(_allowed(table, column) for column in table.columns if column.values),
    ]


def _exact_columns(table: Table) -> Promise:
    wanted = ", ".join(f"({literal(name)})" for name in table.column_names)
    return Promise(
        table.full_name,
        "columns",
        f"{table.full_name} has exactly its {len(table.columns)} columns.",
        f"""SELECT coalesce(w.name, h.column_name) AS "column"
            FROM (VALUES {wanted}) AS w(name) FULL JOIN (DESCRIBE SELECT * FROM {{batch}}) AS h
            ON h.column_name = w.name WHERE w.name IS NULL OR h.column_name IS NULL""",
        type="expect_table_columns_to_match_set",
        arguments={"column_set": list(table.column_names), "exact_match": True},
    )


def _types(table: Table) -> Promise:
    wanted = ", ".join(f"({literal(c.name)}, {literal(c.type)})" for c in table.columns)
    return Promise(
        table.full_name,
        "types",
        f"Every column of {table.full_name} has its type.",
        f"""SELECT w.name AS "column", w.type AS wanted, h.column_type AS came
            FROM (VALUES {wanted}) AS w(name, type) JOIN (DESCRIBE SELECT * FROM {{batch}}) AS h
            ON h.column_name = w.name WHERE h.column_type <> w.type""",
    )


def _unique_key(table: Table) -> Promise:
    key = quoted(table.key)
    return Promise(
        table.full_name,
        "key",
        f"{table.full_name} has {table.grain}: no two share {', '.join(table.key)}.",
        f"SELECT {key}, count(*) AS times FROM {{batch}} GROUP BY {key} HAVING count(*) > 1",
    )


def _required(table: Table, column: Column) -> Promise:
    return Promise(
        table.full_name,
        f"required:{column.name}",
        f"{column.name} is never missing in {table.full_name} ({column.meaning}).",
        f'SELECT {quoted(table.key)} FROM {{batch}} WHERE "{column.name}" IS NULL',
        type="expect_column_values_to_not_be_null",
        arguments={"column": column.name},
    )


def _allowed(table: Table, column: Column) -> Promise:
    values = [str(value) for value in column.values]
    listed = ", ".join(literal(value) for value in values)
    return Promise(
        table.full_name,
        f"values:{column.name}",
        f"{column.name} in {table.full_name} is one of {', '.join(values)}.",
        f'SELECT {quoted(table.key)} FROM {{batch}} WHERE "{column.name}" NOT IN ({listed})',
        type="expect_column_values_to_be_in_set",
        arguments={"column": column.name, "value_set": values},
    )


def promise(table: Table, name: str, sentence: str, failing: str, severity: SeverityOfCheck = "stop") -> Promise:
    return Promise(table.full_name, name, sentence, failing, severity)


def share(table: Table, column: str) -> Promise:
    """A native expectation: shares and probabilities lie between 0 and 1."""
    return Promise(
        table.full_name,
        f"share:{column}",
        f"{column} in {table.full_name} lies between 0 and 1.",
        f"SELECT {', '.join(table.key)} FROM {{batch}} WHERE {column} NOT BETWEEN 0 AND 1 OR isnan({column})",
        type="expect_column_values_to_be_between",
        arguments={"column": column, "min_value": 0, "max_value": 1},
    )


def not_negative(table: Table, column: str) -> Promise:
    return Promise(
        table.full_name,
        f"not_negative:{column}",
        f"{column} in {table.full_name} is not negative.",
        f"SELECT {', '.join(table.key)} FROM {{batch}} WHERE {column} < 0",
        "warn",
        type="expect_column_values_to_be_between",
        arguments={"column": column, "min_value": 0},
    )


def in_order(table: Table, first: str, then: str) -> Promise:
    return Promise(
        table.full_name,
        f"order:{first}",
        f"{first} in {table.full_name} is not after {then}.",
        f"SELECT {', '.join(table.key)} FROM {{batch}} WHERE {first} > {then}",
        "warn",
    )
