"""Money at stake in a finding, a month: what is owed to somebody, was paid too much, or was charged.

A rule that knows of money says so in its header: `money: WHAT STAKE [MONTHS]`.

- WHAT is a field of the evidence that holds an amount; a field that lists components of a programme, each of which
  counts with the least amount of its tariff; or a policy value that is itself a tariff a month (`tariff_elderly`), of
  which the least amount counts. A tariff an instalment counts as a month's.
- STAKE is owed, overpaid or charged.
- MONTHS is a field of the evidence that counts or lists the months the amount is of. Where it is not given the amount
  is of once, and a twelfth of it counts.

Amounts are in the currency of the country, as the registers have them.
"""

from collections.abc import Sequence
from typing import Annotated, Protocol

import duckdb
from pydantic import BaseModel, BeforeValidator, ConfigDict

from transforms.tables import Stake

TARIFF = "tariff_"
STAKES = f"""
    WITH known AS (
        SELECT w.finding_id, m.what, m.stake, json_extract(w.evidence, '$.' || m.what) AS value,
            json_extract(w.evidence, '$.' || m.months) AS months, m.months IS NULL AS is_once
        FROM weighed w JOIN moneys m USING (rule)
    ),
    tariffs AS (
        SELECT name, list_min(TRY_CAST(string_split(value, ',') AS BIGINT[])) AS amount FROM reference.policy
        WHERE starts_with(name, '{TARIFF}') AND valid_on(valid_from, valid_to, as_of())
    ),
    components AS (
        SELECT finding_id, sum(t.amount) AS amount
        FROM (
            SELECT finding_id, unnest(json_extract_string(value, '$[*]')) AS component FROM known
            WHERE json_type(value) = 'ARRAY'
        ) JOIN tariffs t ON t.name = '{TARIFF}' || component
        GROUP BY finding_id
    ),
    counted AS (
        SELECT *, CASE
            WHEN is_once THEN 12
            WHEN json_type(months) = 'ARRAY' THEN json_array_length(months)
            ELSE TRY_CAST(months AS BIGINT)
        END AS counted_months FROM known
    )
    SELECT k.finding_id, k.stake, greatest(0, round(CASE
        WHEN starts_with(k.what, '{TARIFF}') THEN t.amount
        WHEN json_type(k.value) = 'ARRAY' THEN c.amount
        ELSE TRY_CAST(k.value AS DOUBLE) / nullif(k.counted_months, 0)
    END))::BIGINT AS riel_a_month
    FROM counted k LEFT JOIN tariffs t ON t.name = k.what LEFT JOIN components c USING (finding_id)
"""


class Money(BaseModel):
    """What money a rule knows of: a field of the evidence or a tariff, what it is, and the months it is of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: str
    stake: Stake
    months: str | None = None


def _words(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = value.split()
    if len(words) not in {2, 3}:
        raise ValueError("write what it is, whether it is owed, overpaid or charged, and maybe its months")
    return dict(zip(("what", "stake", "months"), words, strict=False))


MoneyLine = Annotated[Money, BeforeValidator(_words)]


class AboutMoney(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def money(self) -> Money | None: ...


def weigh(con: duckdb.DuckDBPyConnection, rules: Sequence[AboutMoney]) -> None:
    """Write the temporary table stakes (finding_id, stake, riel_a_month): a row an answer that knows of money.

    Reads the temporary table weighed, reference.policy and the words of `facts`.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE moneys (rule VARCHAR, what VARCHAR, stake VARCHAR, months VARCHAR)")
    rows = [[rule.id, rule.money.what, rule.money.stake, rule.money.months] for rule in rules if rule.money]
    if rows:
        con.executemany("INSERT INTO moneys VALUES (?, ?, ?, ?)", rows)
    con.execute(f"CREATE OR REPLACE TEMP TABLE stakes AS {STAKES}")
    con.execute("DROP TABLE moneys")
