"""`reconcile coverage` and `reconcile verify`: who is reached, and whether a release is whole."""

from pathlib import Path
from typing import Annotated

import typer

from flows import screen, settings
from flows.options import Exit, Home, Json, stop

app = typer.Typer()
ALONE = "--trend, --errors, --staleness and --completeness are asked one at a time."


@app.command()
def coverage(
    measure: Annotated[
        str | None, typer.Option(help="One measure, by group; with --errors one population, by rule or group.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Which groups: area_1, area_2, setting, sex, age_band ... as listed.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="What may leave the administration: small counts are hidden.")
    ] = False,
    all_counts: Annotated[
        bool, typer.Option("--all", help="Small counts too, which are hidden inside as well unless asked for.")
    ] = False,
    trend: Annotated[bool, typer.Option("--trend", help="Night by night, and who entered and left the gap.")] = False,
    errors: Annotated[
        bool, typer.Option("--errors", help="Who is perhaps paid wrongly, paid twice or owed, of how many.")
    ] = False,
    staleness: Annotated[bool, typer.Option("--staleness", help="How old each register is; --by area_1.")] = False,
    completeness: Annotated[
        bool,
        typer.Option("--completeness", help="How complete registers are, and how many stand in none; --by area_1."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Also write the figures to this file: .csv, .xlsx or .parquet.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Tell who is covered of those who should be, with intervals: every measure, or one by group.

    It shows no value of a person. Keep what it writes inside unless --public is given.
    """
    from flows import coverage_figures, coverage_sheet, coverage_views

    measure = measure and measure.replace(" ", "_")  # as the screen tells it
    views = {"trend": trend, "errors": errors, "staleness": staleness, "completeness": completeness}
    _refuse(measure, by, public, all_counts, views, out)
    if out:
        coverage_sheet.check(out)
    view = next((name for name, asked in views.items() if asked), "group" if measure else "measures")
    with coverage_figures.opened(settings.folder("HOME", home, settings.HOME), public, all_counts) as night:
        told = coverage_views.VIEWS[view](night, measure, by)
        written = told.export(out) if out else 0
    screen.show(told.facts, as_json, told.show)
    if out and not as_json:
        screen.say(f"{written:,} figures written to {out}.{coverage_views.keep(night)}")


def _refuse(
    measure: str | None, by: str | None, public: bool, all_counts: bool, views: dict[str, bool], out: Path | None
) -> None:
    """Raises `typer.BadParameter` for flags that do not go together."""
    of_registers = views["staleness"] or views["completeness"]
    if sum(views.values()) > 1:
        raise typer.BadParameter(ALONE)
    if by and not measure and not of_registers:
        raise typer.BadParameter("--by needs a measure: add --measure NAME.")
    if views["trend"] and (public or out or by):
        raise typer.BadParameter("--trend stays inside and goes with --measure alone.")
    if of_registers and measure:
        raise typer.BadParameter("--staleness and --completeness are of registers, not of a measure.")
    if public and all_counts:
        raise typer.BadParameter("Small counts never leave: --all does not go with --public.")


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
