"""`reconcile coverage` and `reconcile verify`: who is reached, and whether a release is whole."""

from pathlib import Path
from typing import Annotated

import typer

from flows import screen, settings
from flows.options import Exit, Home, Json, stop

app = typer.Typer()


@app.command()
def coverage(
    measure: Annotated[str | None, typer.Option(help="One measure, by group.")] = None,
    by: Annotated[str | None, typer.Option(help="Which groups: area_1, area_2, sex, age_band ... as listed.")] = None,
    public: Annotated[
        bool, typer.Option("--public", help="What may leave the administration: small counts are hidden.")
    ] = False,
    trend: Annotated[bool, typer.Option("--trend", help="Night by night, and who entered and left the gap.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Also write the figures to this file: .csv, .xlsx or .parquet.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Tell who is covered of those who should be, with intervals: every measure, or one by group.

    It shows no value of a person. Without --public it shows small counts: keep what it writes inside.
    """
    from flows import coverage_figures, coverage_screen, coverage_sheet

    if by and not measure:
        raise typer.BadParameter("--by needs a measure: add --measure NAME.")
    if trend and (public or out or by):
        raise typer.BadParameter("--trend stays inside and goes with --measure alone.")
    if trend:
        _trend(settings.folder("HOME", home, settings.HOME), measure, as_json)
        return
    if out:
        coverage_sheet.check(out)
    with coverage_figures.opened(settings.folder("HOME", home, settings.HOME), public) as night:
        rows, registers = coverage_figures.measures(night), coverage_figures.registers(night)
        groups = coverage_figures.groups(night, measure, by or "total") if measure else []
        written = coverage_sheet.export(coverage_figures.every(night, measure, by), out) if out else 0
    if measure:
        statement = next(row["statement_en"] for row in rows if row["measure"] == measure)
        screen.show(groups, as_json, lambda: coverage_screen.groups(groups, statement, public))
    else:
        told = {"as_of": night.as_of, "measures": rows, "registers": registers}
        screen.show(told, as_json, lambda: coverage_screen.measures(rows, registers, night.as_of, public))
    if out and not as_json:
        inside = "" if public else " Small counts are in it: it is not for publishing, --public is."
        screen.say(f"{written:,} figures written to {out}.{inside}")


def _trend(home: Path, measure: str | None, as_json: bool) -> None:
    from flows import coverage_figures, coverage_screen

    with coverage_figures.opened(home, public=False) as night:
        told = coverage_figures.trend(night, measure)
    screen.show(told, as_json, lambda: coverage_screen.trend(told["nights"], told["moves"]))


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A release, or its public pack.")],
    as_json: Json = False,
) -> None:
    """Hash every file of a release or of a public pack again, and tell what differs from what was published.

    Exit codes:
    0 it is whole,
    1 something differs, or it is neither.
    """
    from flows import release

    wrong = release.differences(folder)
    screen.show(wrong, as_json, lambda: screen.say("\n".join(wrong) or f"{folder} is whole."))
    if wrong:
        stop(f"{folder} is not as it was published.", Exit.FAILED)
