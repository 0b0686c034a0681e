"""The data dictionary, written from the definitions themselves: tables, codes, contracts, repairs, quarantine."""

from collections.abc import Iterator
from itertools import groupby

from expectations.contracts import Contract, load_contracts
from flows import settings
from flows.dictionary_words import CODES, LAYERS
from flows.documents import table
from transforms import tables
from transforms.mapping import SourceColumn, Value
from transforms.repairs import MENDED, REMEDIES, UNUSABLE, Repair, advice
from transforms.roles import Role, roles
from transforms.tables import Column, Table

FILE = settings.REPOSITORY / "docs" / "data-dictionary.md"
READ_AS = {
    Role.TEXT: "text",
    Role.NAME: "name, Latin script",
    Role.LOCAL_NAME: "name, local script",
    Role.EITHER_NAME: "name, either script",
    Role.CODE: "number or code",
    Role.AREA: "area code",
    Role.PHONE: "phone",
    Role.BIRTH: "date of birth",
    Role.DATE: "date",
    Role.NUMBER: "whole number",
    Role.AGE: "age in years",
    Role.TRUTH: "yes or no",
}
COLUMN = "*column*"  # in the sentences to an agency, where the name of the column would stand
FORMS = {"year": "a year alone", "serial": "a spreadsheet's day number"}
INTRODUCTION = """# Data dictionary

Every table, column, code and repair. `make docs` writes this file from the definitions that the program itself uses,
and a test fails when it is out of date: change the definitions, not this file.

| part | what it tells |
| --- | --- |
| [Tables](#tables) | each layer of the warehouse: its tables, what a row is, its columns |
| [Codes](#codes) | each value that a column with a closed list can have |
| [Registers](#registers) | what each agency sends, and what each column becomes |
| [Repairs](#repairs) | how values were mended or set aside, and what to tell the agency |
| [Quarantine](#quarantine) | why a row is not used, and what to tell the agency |

How values are read, and how well: [standardising](standardising.md). To add a register, of any country, write a
contract for it: [operating guide](operating-guide.md). The registers below are Cambodia's, as `expectations/registers`
has them.
"""


def main() -> None:
    """Write the dictionary."""
    FILE.write_text(dictionary(load_contracts(settings.CONTRACTS)), encoding="utf-8")


def dictionary(contracts: dict[str, Contract]) -> str:
    """The whole document as Markdown."""
    parts = (INTRODUCTION, *_tables(), *_codes(), *_registers(contracts), *_repairs(), *_quarantine(contracts))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def every_table() -> tuple[Table, ...]:
    """The tables of every layer, layer by layer."""
    found = {table.full_name: table for table in vars(tables).values() if isinstance(table, Table)}
    return tuple(sorted(found.values(), key=lambda table: tables.LAYERS.index(table.schema)))


def _link(title: str) -> str:
    """A link to the section of this title, as GitHub names its anchor."""
    return f"[{title}](#{''.join(c for c in title.lower() if c.isalnum() or c in '_- ').replace(' ', '-')})"


def _tables() -> Iterator[str]:
    yield (
        "## Tables\n\nA layer is a schema of `HOME/warehouse.duckdb`. A table's key is in **bold**; `*` marks what "
        "is never null."
    )
    layers = {layer: tuple(ours) for layer, ours in groupby(every_table(), key=lambda table: table.schema)}
    yield table(("layer", "what it holds"), ((_link(f"Layer {name}"), LAYERS[name]) for name in LAYERS))
    for name in LAYERS:
        yield f"### Layer {name}\n\n{LAYERS[name]}"
        yield from _layer(layers[name]) if name in layers else (RAW,)


RAW = """One table a register, `raw.<register>`: whatever columns the agency sent, as text, behind `_snapshot` (which
pull), `_file` (which file or query) and `_row` (the row in it, from 1). What was held back stands in
`raw.<register>__held`."""


def _layer(ours: tuple[Table, ...]) -> Iterator[str]:
    yield table(("table", "what a row is"), ((_link(one.full_name), one.grain) for one in ours))
    for one in ours:
        rows = ((_name(column, one), column.type, column.meaning, _values(column)) for column in one.columns)
        if any(column.values for column in one.columns):
            yield f"#### {one.full_name}\n\n{_sentence(one.grain)}\n\n" + table(
                ("column", "type", "meaning", "values"), rows
            )
        else:
            plain = (row[:3] for row in rows)
            yield f"#### {one.full_name}\n\n{_sentence(one.grain)}\n\n" + table(("column", "type", "meaning"), plain)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _name(column: Column, ours: Table) -> str:
    shown = f"**{column.name}**" if column.name in ours.key else column.name
    return f"{shown} *" if column.required else shown


def _values(column: Column) -> str:
    return ", ".join(f"`{value}`" for value in column.values)


def _codes() -> Iterator[str]:
    yield "## Codes\n\nThe values of every column that has a closed list."
    where: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in every_table():
        for column in one.columns:
            if column.values:
                where.setdefault((column.name, tuple(map(str, column.values))), []).append(one.full_name)
    rows = (
        (f"{name} ({', '.join(found)})" if value == values[0] else "", f"`{value}`", meaning_of(name, value))
        for (name, values), found in where.items()
        for value in values
    )
    yield table(("column", "code", "meaning"), rows)


def meaning_of(column: str, code: str) -> str:
    """A code in words. Raises `KeyError` for one that has none."""
    return CODES.get(f"{column}={code}") or CODES[code]


def _registers(contracts: dict[str, Contract]) -> Iterator[str]:
    yield "## Registers\n\nThe key is in **bold**; `*` marks what is required: a row without it goes to quarantine."
    rows = ((_link(name), one.title, one.agency, _came(one)) for name, one in contracts.items())
    yield table(("register", "what it is", "agency", "comes as"), rows)
    for name, one in contracts.items():
        yield f"### {name}\n\n{one.title}, kept by {one.agency}. It comes as {_came(one)}."
        yield from _register(one)


def _came(contract: Contract) -> str:
    source = contract.source
    encoding = "" if source.kind != "csv" else f", {source.encoding}"
    return f"`{source.path or source.url_env}` ({source.kind}{encoding})"


def _register(contract: Contract) -> Iterator[str]:
    known = roles(contract)
    becomes = _becomes(contract)
    rows = (
        (
            _column(name, column, contract),
            column.describes,
            _read_as(column, known[name]),
            "; ".join(becomes.get(name, ())),
        )
        for name, column in contract.columns.items()
    )
    yield table(("column", "what it is", "read as", "becomes"), rows)
    if codes := tuple(_source_codes(contract)):
        yield table(("column", "code", "written as"), codes)
    for admission in contract.admit:
        told = " and ".join(f"{column} is `{value}`" for column, value in admission.when.items())
        yield f"Only rows in which {told} are used; others go to quarantine as `{admission.reason}`."


def _column(name: str, column: SourceColumn, contract: Contract) -> str:
    shown = f"**{name}**" if name in contract.key else name
    return f"{shown} *" if column.required or name in contract.key else shown


def _read_as(column: SourceColumn, role: Role) -> str:
    told = ["code" if column.codes is not None else READ_AS[role]]
    told += [FORMS.get(form, _form(form)) for form in column.dates]
    told += [f"{column.width} digits"] if column.width else []
    return ", ".join(told)


def _form(form: str) -> str:
    for sign, words in (("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy"), ("%y", "yy")):
        form = form.replace(sign, words)
    return form


def _becomes(contract: Contract) -> dict[str, list[str]]:
    """What each source column fills: canonical columns, and types of identifiers."""
    found: dict[str, list[str]] = {}
    for fills_table, fills in contract.yields.items():
        for canonical, value in fills.columns.items():
            for source in value.sources:
                found.setdefault(source, []).append(f"{fills_table}.{canonical}{_part(value)}")
    for identifier in contract.identifiers:
        of = "" if identifier.scope == "person" else f" of a {identifier.scope}"
        when = "".join(f" where {column} is `{value}`" for column, value in identifier.when.items())
        found.setdefault(identifier.column, []).append(f"identifier {identifier.type}{of}{when}")
    return found


def _part(value: Value) -> str:
    return f" (first {value.first} signs)" if value.first else ""


def _source_codes(contract: Contract) -> Iterator[tuple[str, str, str]]:
    for name, column in contract.columns.items():
        pairs = sorted((column.codes or {}).items(), key=lambda pair: pair[1])
        for number, (code, written) in enumerate(groupby(pairs, key=lambda pair: pair[1])):
            yield name if not number else "", f"`{code}`", ", ".join(f"`{source}`" for source, _ in written)


def _repairs() -> Iterator[str]:
    yield (
        "## Repairs\n\nHow a value was written, what it stands as now, and what to tell the agency; each is a row of "
        f"{_link('clean.repairs')}. `reconcile quality` counts them a register. Formats that a contract agreed on "
        f"are no repairs. {COLUMN} stands for its name."
    )
    yield _repair_table("stands as", MENDED)
    yield "A value that cannot be used is set aside: it is empty in the clean table, and the rest of its row is kept."
    yield _repair_table("", UNUSABLE)


def _repair_table(head: str, kinds: dict[str, Repair]) -> str:
    rows = ((f"`{k}`", f"`{one.to_kind}`", one.meaning, advice(k, COLUMN)) for k, one in kinds.items())
    header = ("kind", head, "what it means", "what to tell the agency")
    if head:
        return table(header, rows)
    return table(header[:1] + header[2:], (row[:1] + row[2:] for row in rows))


def _quarantine(contracts: dict[str, Contract]) -> Iterator[str]:
    yield (
        "## Quarantine\n\nWhy a row is not used; each is a row of "
        f"{_link('clean.quarantine')}. Rows that came = rows clean + rows in quarantine."
    )
    admissions = {a.reason: (a.remedy, name) for name, one in contracts.items() for a in one.admit}
    rows = [(f"`{reason}`", advice(reason, COLUMN), "any") for reason in REMEDIES]
    rows += [(f"`{reason}`", remedy, _link(name)) for reason, (remedy, name) in admissions.items()]
    yield table(("reason", "what to tell the agency", "register"), rows)


if __name__ == "__main__":
    main()
