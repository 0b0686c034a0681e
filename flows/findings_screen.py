"""How `reconcile findings` looks in a terminal of 80 columns."""

from itertools import groupby
from typing import Any

from rich.text import Text

from flows import waterfall
from flows.screen import console, table_of
from transforms.tables import State

Rows = list[dict[str, Any]]


def listed(rows: Rows, there: int) -> None:
    """A line a finding: what it is on the left, what it says on the right."""
    table = table_of("finding", "state", "what was found")
    table.padding = (0, 1, 0, 0)
    for row in rows:
        name = f"{row['finding_id']}\n[bold]{row['rule']}[/] {row['severity']}\n{row['province_en'] or ''}"
        sure = f"{row['state'].replace('_', chr(10))}\n{row['probability']:.3f}"
        table.add_row(name, sure, Text(row["sentence_en"]), end_section=True)
    if rows:
        console.print(table)
    more = f", of which {len(rows):,} are shown" if len(rows) < there else ""
    console.print(f"{there:,} {'finding' if there == 1 else 'findings'}{more}.", soft_wrap=True)
    if rows:
        console.print("All that one rests on: reconcile findings show FINDING", soft_wrap=True)


def shown(told: dict[str, Any]) -> None:
    """One finding, from what it says to the policy it was judged by."""
    _head(told["finding"], told["person"])
    _facts(told["facts"])
    for record in told["records"]:
        _record(record)
    if told["left_out"]:
        console.print(f"{told['left_out']:,} more records are left out here.")
    for pair in told["links"]:
        _link(pair)
    if told["finding"]["absent_from"]:
        _candidates(told["finding"]["absent_from"], told["candidates"])
    _policy(told["policy"])
    console.print("[bold]Before anyone acts[/]")
    _say(told["finding"]["confirm"] or told["finding"]["statement_en"])


def plain(told: dict[str, Any]) -> dict[str, Any]:
    """The same for a machine: an explanation becomes what its fields hold."""
    links = [{**pair, "explanation": pair["explanation"] and pair["explanation"].to_dict()} for pair in told["links"]]
    return told | {"links": links}


def _say(*texts: object) -> None:
    for text in texts:
        console.print(Text(str(text)))


def _head(finding: dict[str, Any], person: dict[str, Any] | None) -> None:
    state = finding["state"].replace("_", " ")
    console.print(f"[bold]{finding['rule']}[/] {finding['kind']}, {finding['severity']}: [bold]{state}[/]", end="")
    missed = finding["missed_link_probability"]
    console.print(f", right with probability {finding['probability']:.3f}", end="")
    console.print("\n" if missed is None else f"; missed link {missed:.3f}\n", soft_wrap=True)
    _say(finding["sentence_en"], "", finding["sentence_km"], "")
    if person:
        names = (f"{person['family_name'] or ''} {person['given_name'] or ''}".strip(),
                 f"{person['family_name_local'] or ''} {person['given_name_local'] or ''}".strip())  # fmt: skip
        about = [*filter(None, names), person["sex"], person["birth_date"] and f"born {person['birth_date']}"]
        _say(f"Person {finding['person_id']}: {', '.join(str(part) for part in about if part)}")
    else:
        _say(f"Household {finding['household_id']} of {finding['household_register']}")
    places = ", ".join(filter(None, (finding["commune_en"], finding["province_en"])))
    if places:
        _say(f"Lives in {places}")
    if finding["complaints"]:
        _say(f"Complaints that say the same: {finding['complaints']:,}")


def _facts(facts: Rows) -> None:
    table = table_of("what made it", "", "")
    for fact in facts:
        value = fact["value"]
        shown_value = ", ".join(map(str, value)) if isinstance(value, list) else "-" if value is None else str(value)
        table.add_row(fact["field"].replace("_", " "), Text(shown_value), Text(fact["means"], style="dim"))
    console.print(table)


def _record(record: dict[str, Any]) -> None:
    """As it came beside what it was mended to; below, what was read of it."""
    console.print(f"[bold]{record['role']}[/] ", end="")
    console.print(Text(f"{record['register']}:{record['record_id']}"))
    if record["snapshot"]:
        where = f"row {record['row']:,} of {record['file'] or record['snapshot']}"
        console.print(Text(f"  {where}", style="dim"))
    elif record["row"] is None:
        console.print("  The record itself is not kept here: ask the warehouse of that night.", style="dim")
    mended = {row["column_name"]: row for row in record["mended"]}
    if record["came"]:
        table = table_of("column", "as it came", "mended")
        for name, value in record["came"].items():
            table.add_row(name, Text(str(value)), Text(_mended(mended.get(name))))
        console.print(table)
    for name, values in record["read"].items():
        told = "; ".join(
            f"{column} {value}" for column, value in values.items() if column not in ("register", "record_id")
        )
        console.print(Text(f"  read as {name}: {told}", style="dim"))
    console.print()


def _mended(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    became = "set aside" if row["became"] is None else f"read as {row['became']}"
    return f"{became} ({row['from_kind'].replace('_', ' ')})"


def _link(pair: dict[str, Any]) -> None:
    ends = f"{pair['register_l']}:{pair['record_id_l']} and {pair['register_r']}:{pair['record_id_r']}"
    exact = ", by an exact identifier" if pair["identifier_exact"] else ""
    console.print("[bold]link[/] ", end="")
    console.print(Text(f"{ends}: probability {pair['probability']:.4f}{exact}"))
    if pair["explanation"]:
        waterfall.draw(pair["explanation"], console)


def _candidates(register: str, candidates: Rows) -> None:
    console.print(f"[bold]Nearest records of {register}[/]")
    if not candidates:
        console.print("  None comes near: no pair was likelier than 1 in 100.\n")
    for row in candidates:
        _say(f"  {row['other_record_id']}, beside {row['register']}:{row['record_id']}: {row['probability']:.4f}")
        for part in row["differs"]:
            values = f"{part['value_l'] or 'nothing'} / {part['value_r'] or 'nothing'}"
            _say(f"    {part['feature'].replace('_', ' ')}: {values} ({part['means']}, {part['weight']:+.2f} bits)")
    console.print()


def _policy(values: Rows) -> None:
    if not values:
        return
    table = table_of("policy value", "from", "source")
    for row in values:
        valid = f"{row['valid_from'] or ''}" + (f" to {row['valid_to']}" if row["valid_to"] else "")
        table.add_row(f"{row['name']}\n[bold]{row['value']}[/] {row['unit']}", valid, row["source"])
    console.print(table)


def summary(rows: Rows) -> None:
    """Counts by state, a line a rule and province."""
    states = [state.replace("_", " ") for state in State]
    table = table_of("rule", "province", *states, "all", right=(*states, "all"))
    for rule, group in groupby(rows, key=lambda row: row["rule"]):
        for number, row in enumerate(group):
            counts = (f"{row[name]:,}" for name in (*State, "findings"))
            table.add_row("" if number else rule, row["province"], *counts)
    console.print(table)


def public(rows: Rows) -> None:
    """Totals, provinces and states of each rule; small counts are hidden, and what would tell them."""
    table = table_of("rule", "by", "", "findings", right=("findings",))
    for rule, group in groupby(rows, key=lambda row: row["rule"]):
        for number, row in enumerate(group):
            count = "hidden" if row["hidden"] else f"{row['findings']:,}"
            table.add_row("" if number else rule, row["breakdown"], row["name"].replace("_", " "), count)
    console.print(table)
    console.print("hidden: a small count, or one that a subtraction could tell a small one by.")
