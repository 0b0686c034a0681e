"""What the commands of clerical review print."""

from typing import Any

from flows.screen import console, table_of

WORDS = {
    "contradicted": "judgements contradict each other",
    "parted": "likely, but parted",
    "weak_link": "weak link in a person",
    None: "no night yet",
}


def review(facts: dict[str, Any]) -> None:
    """How firm clusters are, and the doubtful pairs, the most useful first."""
    numbers = ("clusters", "records", "density", "bridges", "cut", "doubtful")
    table = table_of("records\neach", *numbers, right=("records\neach", *numbers))
    for row in facts["clusters"]:
        density = "-" if row["density"] is None else f"{row['density']:.3f}"
        counts = [density if name == "density" else f"{row[name]:,}" for name in numbers]
        table.add_row(f"{row['least']}{'+' if row['least'] > 5 else ''}", *counts)
    console.print(table)
    if not facts["doubtful"]:
        console.print("No pair is doubtful.")
        return
    right = ("probability", "changes")
    table = table_of("record", "record", "why", "probability", "changes", right=right)
    for row in facts["doubtful"]:
        sure = "-" if row["probability"] is None else f"{row['probability']:.2f}"
        table.add_row(*_pair(row), WORDS[row["why"]], sure, f"{row['changes']:,}")
    console.print(table)
    console.print("See one with `reconcile explain`, and say what it is with `reconcile judge`.")


def judgements(rows: list[dict[str, Any]]) -> None:
    """The judgements that count."""
    if not rows:
        console.print("Nobody has judged a pair yet: say what one is with `reconcile judge`.")
        return
    table = table_of("record", "record", "judgement", "judged (UTC)", "last night")
    for row in rows:
        said = "unsure (contested)" if row["is_contested"] else row["judgement"]
        fate = WORDS.get(row["fate"]) or row["fate"].replace("_", " ")
        table.add_row(*_pair(row), said, f"{row['judged_at']:%Y-%m-%d %H:%M}", fate)
    console.print(table)


def _pair(row: dict[str, Any]) -> list[str]:
    return [f"{row[f'register_{side}']}:{row[f'record_id_{side}']}" for side in "lr"]
