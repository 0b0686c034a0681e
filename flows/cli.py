"""The `reconcile` command: what a data officer types."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import coverage_cli, findings_cli, prefect_local, review_commands, rules_cli, screen, settings, warehouse
from flows.interrupt import ends_soon
from flows.options import Exit, Home, Json, Rules, record, stop
from flows.progress import Progress

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Reconcile beneficiaries across agencies: who is left out, paid wrongly, counted twice or recorded wrongly.",
)
app.add_typer(findings_cli.app, name="findings")
app.add_typer(rules_cli.app, name="rules")

app.add_typer(review_commands.app)
app.add_typer(coverage_cli.app)

People = Annotated[int, typer.Option(help="How many people live in the sample country: 100 to 20_000_000.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same country, to the byte.")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date that every rule is asked at; today if not given.")
]


def main() -> None:
    """Run the command; what a person can mend is one sentence, not a traceback."""
    try:
        app(standalone_mode=True)
    except warehouse.WarehouseBusy as error:
        stop(str(error), Exit.BUSY)
    except (warehouse.WarehouseMissing, ValueError, OSError) as error:
        stop(str(error), Exit.FAILED)


@app.command()
def sample(
    out: Annotated[Path, typer.Option(help="Folder to write to: registers/ and truth/, of several nights by date.")],
    people: People = 20_000,
    seed: Seed = 1,
    nights: Annotated[int, typer.Option(help="How many drops of the registers; the last is of 2026-11-01.")] = 1,
    every: Annotated[int, typer.Option(help="Days between two nights.")] = 7,
    as_json: Json = False,
) -> None:
    """Write the registers of a made-up country, with the errors of real ones, and the truth about it.

    With --nights, people are born, die, marry, move, find and lose work between them, and what did not change is the
    same to the byte. The whole country is --people 17_000_000: it is made and written in slices of a million.
    """
    from flows.sample import Nights, write_nights

    with Progress() as progress:
        drops = write_nights(people, seed, out, Nights(nights, every), progress.say)
        progress.say_peak()
    rows = drops[0].rows if nights == 1 else {str(drop.day): drop.rows for drop in drops}
    screen.show(rows, as_json, lambda: screen.sample(drops))


def write_sample(people: int, seed: int, out: Path) -> dict[str, int]:
    from flows.sample import write_sample as write

    with Progress() as progress:
        return write(people, seed, out, progress.say)


@app.command()
def run(
    home: Home = None,
    inbox: Annotated[Path | None, typer.Option(help="Folder where registers arrive. [RECONCILE_INBOX]")] = None,
    registers: Annotated[Path | None, typer.Option(help="Folder of contracts. [RECONCILE_REGISTERS]")] = None,
    as_of: AsOf = None,
    full: Annotated[bool, typer.Option(help="Read registers again even if their content has not changed.")] = False,
    model: Annotated[
        str | None,
        typer.Option(help="Linkage model to score with: an id, 'latest', or 'new' to fit one. [RECONCILE_MODEL]"),
    ] = None,
    rules: Rules = None,
    strict: Annotated[bool, typer.Option(help="Exit with 3 when a register was missing or held back.")] = False,
    as_json: Json = False,
) -> None:
    """Hold one night: pull, check, link, find, summarise, release.

    A night that was cut off goes on where it stood. Exit codes:
    0 released,
    1 failed,
    2 wrong usage, or a mistake in a contract or in the header of a rule,
    3 released, but without some register (only with --strict),
    4 refused: the last release stands,
    5 another night is running.
    """
    night = settings.night(home, inbox, registers, as_of.date() if as_of else None, full, model, rules)
    report = hold_night(night)
    screen.show(report, as_json, lambda: screen.night(report))
    if strict and any(row["state"] in ("missing", "held") for row in report["registers"]):
        raise SystemExit(int(Exit.INCOMPLETE))


def hold_night(night: settings.Night) -> dict[str, Any]:
    """Run the flow in this process and report on it. Exits with what went wrong."""
    from expectations.contracts import ContractError, load_contracts
    from flows.rules import load as load_rules
    from transforms.headers import RuleError

    try:
        load_contracts(night.registers)  # a mistake is told at once, before Prefect takes its time to start
        load_rules(night.rules)
    except (ContractError, RuleError) as error:
        stop(str(error), Exit.USAGE)
    prefect_local.configure(night.home)
    from flows.nightly import nightly
    from flows.stages import ReleaseRefused

    try:
        with Progress(), ends_soon():
            nightly(night.home, night.inbox, night.registers, night.as_of, night.full, night.model, night.rules)
    except ReleaseRefused as refusal:
        stop(str(refusal), Exit.REFUSED)
    except KeyboardInterrupt:
        stop("Cut off. Start it again with the same settings: it goes on where it stood.", Exit.CUT_OFF)
    return last_report(night.home)


def last_report(home: Path) -> dict[str, Any]:
    from flows import report

    with warehouse.opened(home / "warehouse.duckdb", read_only=True) as con:
        run_id = report.last_run(con)
        if run_id is None:
            raise warehouse.WarehouseMissing(f"No night has run in {home} yet: start one with `reconcile run`.")
        return report.night_report(con, home, run_id)


@app.command()
def status(home: Home = None, as_json: Json = False) -> None:
    """Tell how the last night went: what came, what did not and why, each stage's time, and what was found."""
    report = last_report(settings.folder("HOME", home, settings.HOME))
    screen.show(report, as_json, lambda: screen.night(report))


@app.command()
def models(home: Home = None, as_json: Json = False) -> None:
    """List the linkage models that nights have fitted. Pin one with RECONCILE_MODEL, or run --model."""
    from flows import report

    with warehouse.opened(settings.folder("HOME", home, settings.HOME) / "warehouse.duckdb", read_only=True) as con:
        facts = report.models(con, settings.pinned_model())
    screen.show(facts, as_json, lambda: screen.models(facts))


@app.command()
def quality(
    register: Annotated[str | None, typer.Argument(metavar="[REGISTER]", help="One register, by column.")] = None,
    nights: Annotated[int, typer.Option(min=1, help="How many nights to show, the last one first.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Also write a table to send to an agency: .csv or .xlsx.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Tell how clean the registers are, night after night, and what to tell their agencies.

    It shows no value of a person.
    """
    from flows import quality as cleanliness

    facts = cleanliness.quality(settings.folder("HOME", home, settings.HOME), register, nights)
    written = cleanliness.export(facts, out) if out else 0
    screen.show(facts, as_json, lambda: screen.quality(facts, register))
    if out and not as_json:
        screen.say(f"{written:,} rows written to {out}")


@app.command()
def evaluate(
    truth: Annotated[Path, typer.Option(help="Folder of the truth that `reconcile sample` wrote.")],
    home: Home = None,
    undoing: Annotated[bool, typer.Option("--undoing", help="Tell what became of every kind of dirt.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="A Markdown file to write the tables to, in their sections if marked.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the last night against the known truth of a sample country: reading, links and findings."""
    from flows import evaluating, evaluation_screen

    home = settings.folder("HOME", home, settings.HOME)
    told = evaluating.undone(home, truth) if undoing else evaluating.measured(home, truth)
    if out:
        evaluating.write(told, truth, out)
    screen.show(evaluating.as_json(told), as_json, lambda: evaluation_screen.show(told))


@app.command("roll-back")
def roll_back(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run whose release to go back to.")],
    home: Home = None,
) -> None:
    """Make an earlier release the current one, after checking that it is whole."""
    from flows.release import roll_back as go_back

    go_back(settings.folder("HOME", home, settings.HOME), run_id)
    screen.say(f"The current release is now {run_id}.")


@app.command()
def explain(
    left: Annotated[str, typer.Argument(metavar="RECORD", help="A record, as register:key.")],
    right: Annotated[str, typer.Argument(metavar="RECORD", help="The record to compare it with.")],
    picture: Annotated[Path | None, typer.Option(help="Also draw it to this file, an .svg.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show why two records are linked or not: each feature, both values, how far they agree, and its weight.

    The bars start at the odds of any two records and end at those of this pair.
    It prints what registers say of a person: use it where that is allowed.
    """
    from flows import waterfall
    from transforms.explain import UnknownRecordError, explain_pair

    path = settings.folder("HOME", home, settings.HOME) / "warehouse.duckdb"
    pair = record(left), record(right)
    if picture and picture.suffix.lower() != ".svg":
        raise typer.BadParameter(f"'{picture}' is no picture that can be drawn: give it a name that ends with .svg.")
    try:
        with warehouse.opened(path, read_only=True) as con:
            explanation = explain_pair(con, *pair)
    except UnknownRecordError as error:
        stop(str(error), Exit.FAILED)
    screen.show(explanation.to_dict(), as_json, lambda: waterfall.show(explanation))
    if picture:
        from flows.picture import picture as drawn

        picture.write_text(drawn(explanation), "utf-8")


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Folder for the sample country and its night.")] = settings.DEMO,
    people: People = 20_000,
    seed: Seed = 1,
) -> None:
    """Make a sample country, hold a night on it, and measure it against the truth: everything, in one minute."""
    from flows.evaluating import measured

    prefect_local.configure(home.resolve())
    server_is_up = prefect_local.start()
    write_sample(people, seed, home / "country")
    server_is_up()
    as_of = date(2026, 11, 1)
    report = hold_night(settings.night(home, home / "country" / "registers", as_of=as_of))
    screen.demo(report, measured(home, home / "country" / "truth"))
