"""`reconcile findings`: what an auditor types to read, send and examine findings."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows import screen, settings
from flows.options import Home, Json, Rules
from transforms.tables import Kind, Severity, State

app = typer.Typer(help="List findings, show all that one rests on, count them, and write them to a file.")
Sort = StrEnum("Sort", ["severity", "rule", "probability", "province", "complaints", "priority", "since"])
Release = Annotated[
    str | None, typer.Option(metavar="RUN", help="Read this release, or 'current', in place of the last night.")
]
Out = Annotated[Path | None, typer.Option(help="Write all of them to this file, .csv or .xlsx, with their sentences.")]


@app.callback(invoke_without_command=True)
def findings(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option(help="Only of this rule, as in E01.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only of this kind.")] = None,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only of this severity.")] = None,
    province: Annotated[str | None, typer.Option(help="Only of this province: its code or name.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only those first seen on this day or later.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to print at most; a file gets all.")] = 20,
    sort: Annotated[Sort, typer.Option(help="What comes first.")] = Sort.severity,
    out: Out = None,
    release: Release = None,
    home: Home = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """List findings, show all that one rests on, count them, and write them to a file.

    It prints what registers say of people: use it where that is allowed.
    """
    if context.invoked_subcommand:
        return
    from flows import findings as read
    from flows import findings_screen, findings_sheet

    only = read.Wanted(rule, kind, state, severity, province, since.date() if since else None, limit, sort)
    if out:
        findings_sheet.check(out)
        only = only.without_limit()
    with read.opened(settings.folder("HOME", home, settings.HOME), release) as night:
        found, there = read.listed(night, only, settings.rules_folder(rules))
    written = findings_sheet.export(found, out) if out else 0
    shown = found.head(limit).to_dicts()
    screen.show(shown, as_json, lambda: findings_screen.listed(shown, there))
    if out and not as_json:
        screen.say(f"{written:,} findings written to {out}. They tell of people: keep the file as registers are kept.")


@app.command()
def show(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding.")],
    release: Release = None,
    home: Home = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Show all that a finding rests on: records as they came and as read, links, nearest candidates, policy values.

    It prints what registers say of a person: use it where that is allowed.
    """
    from flows import findings as read
    from flows import findings_screen

    with read.opened(settings.folder("HOME", home, settings.HOME), release) as night:
        told = read.shown(night, finding, settings.rules_folder(rules))
    screen.show(findings_screen.plain(told), as_json, lambda: findings_screen.shown(told))


@app.command()
def summary(
    public: Annotated[
        bool, typer.Option("--public", help="What may leave the administration: small counts are hidden.")
    ] = False,
    release: Release = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Count findings by rule, province and state."""
    from flows import findings as read
    from flows import findings_screen

    with read.opened(settings.folder("HOME", home, settings.HOME), release) as night:
        rows = read.public_summary(night) if public else read.summary(night)
    screen.show(rows, as_json, lambda: findings_screen.public(rows) if public else findings_screen.summary(rows))
