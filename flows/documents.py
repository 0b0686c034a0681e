"""Parts of documents that a program writes: between two marks, so that they can be written again and cannot rot."""

import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from transforms.country.cases_table import planted_table
from transforms.undoing import Undoing

UNDOING, PLANTED = "undoing", "planted"


def table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]], right: tuple[str, ...] = ()) -> str:
    """A Markdown table; numbers with their thousands parted, nothing for None."""
    lines = [_line(header), _line("--:" if name in right else "---" for name in header)]
    return "\n".join([*lines, *(_line(_cell(value) for value in row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")


def with_section(document: str, name: str, text: str) -> str:
    """The document with what stands between the marks of a section replaced. Raises `ValueError` without marks."""
    marks = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)"
    if not re.search(marks, document, re.DOTALL):
        raise ValueError(f"no section: expected a line '<!-- {name}: ... -->' and a line '<!-- /{name} -->'.")
    return re.sub(marks, lambda found: f"{found[1]}\n{text}\n\n{found[2]}", document, flags=re.DOTALL)


def write_undoing(undoing: Undoing, cases: pl.DataFrame, out: Path) -> None:
    """Write the tables of dirt and of planted cases to a Markdown file: into its marked sections where it has them,
    else the first as the whole file."""
    text = undoing_as_markdown(undoing)
    if out.is_file() and f"<!-- {UNDOING}: " in (document := out.read_text(encoding="utf-8")):
        text = with_section(document, UNDOING, text)
        if f"<!-- {PLANTED}: " in text:
            text = with_section(text, PLANTED, planted_as_markdown(cases))
    out.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")


def planted_as_markdown(cases: pl.DataFrame) -> str:
    """How many cases and near misses the truth has a rule, and why there are none. `cases`: as `planted_table` says."""
    told = planted_table(cases)
    answered = told.filter(pl.col("cannot").is_null()).drop("cannot").rows()
    header = ("rule", "planted", "by itself", "near misses", "what is left out")
    cannot = told.filter(pl.col("cannot").is_not_null()).select("rule", "cannot").rows()
    parts = (table(header, answered, right=header[1:4]), "Not answered by these registers:")
    return "\n\n".join((*parts, table(("rule", "why not"), cannot)))


def undoing_as_markdown(undoing: Undoing) -> str:
    """What became of every kind of dirt, and of the values that were right."""
    fates = undoing.fates
    header = ("kind", "column", "planted", *(fate.replace("_", " ") for fate in fates))
    kinds = (
        (row["kind"], row["column"], row["planted"], *(row[fate] or None for fate in fates)) for row in undoing.kinds
    )
    columns = (
        (row["column"], row["right"], row["made_wrong"], row["set_aside"], row["invented"]) for row in undoing.columns
    )
    right = ("column", "right", "made wrong", "set aside", "invented")
    parts = (
        "\n".join(summary(undoing)),
        table(header, kinds, right=header[2:]),
        "Values that nothing was done to, in rows that are clean:",
        table(right, columns, right=right[1:]),
    )
    return "\n\n".join(parts)


def summary(undoing: Undoing) -> tuple[str, ...]:
    """What matters most, in four sentences without any value."""
    unaccounted = undoing.unaccounted
    rows = f"{unaccounted:,} are not in exactly one place" if unaccounted else "each is either clean or in quarantine"
    return (
        f"{undoing.share:.2%} of {undoing.damaged:,} damaged values that can be restored equal the truth.",
        f"{undoing.made_wrong:,} of {undoing.right:,} right values were made wrong.",
        f"{undoing.records:,} records of people: {undoing.lost:,} lost, {undoing.turned_away:,} turned away in error.",
        f"{undoing.raw_rows:,} raw rows: {rows}.",
    )
