"""`reconcile rules`: what a policy analyst types to read, check and try rules."""

from pathlib import Path
from typing import Annotated

import typer

from flows import rules_screen, screen, settings
from flows.options import Exit, Home, Json, Rules, stop
from flows.progress import Progress

app = typer.Typer(no_args_is_help=True, help="Read, check and try rules. A rule is one SQL file with a header.")
Wanted = Annotated[str, typer.Argument(metavar="RULE", help="Id of a rule, or a file whose name ends with .sql.")]


@app.command("list")
def list_rules(home: Home = None, rules: Rules = None, as_json: Json = False) -> None:
    """List every rule, with what the last night found by it and how long that took."""
    from flows.rules_report import listed

    told = listed(settings.folder("HOME", home, settings.HOME), settings.rules_folder(rules))
    screen.show(told, as_json, lambda: rules_screen.listed(told))


@app.command()
def show(rule: Wanted, rules: Rules = None, as_json: Json = False) -> None:
    """Show a rule: what it asks, the policy values it uses with their dates and sources, its facts and its SQL."""
    from flows.rules import wanted
    from flows.rules_report import shown

    told = shown(wanted(rule, settings.rules_folder(rules)), settings.folder("REFERENCE", None, settings.REFERENCE))
    screen.show(told, as_json, lambda: rules_screen.shown(told))


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A rule's file; every rule if none.")] = None,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Tell what is wrong with a rule before a night asks it. Needs no register; exits with 1 if anything is."""
    from flows.rules import load, read
    from flows.rules_check import check as checked
    from flows.rules_check import clash

    folder, reference = settings.rules_folder(rules), settings.folder("REFERENCE", None, settings.REFERENCE)
    ours = (read(file),) if file else load(folder)
    flaws = checked(ours, reference, settings.today())
    if file:
        flaws[ours[0].file] += clash(ours[0], folder)
    told = [{"file": f, "told": flaw.told, "stops": flaw.stops} for f, found in flaws.items() for flaw in found]
    screen.show(told, as_json, lambda: rules_screen.checked(told, len(ours)))
    if any(flaw["stops"] for flaw in told):
        raise SystemExit(int(Exit.FAILED))


@app.command("try")
def try_rule(
    rule: Wanted,
    home: Annotated[Path | None, typer.Option(help="Ask the last night of this home, and write nothing there.")] = None,
    reveal: Annotated[
        bool, typer.Option("--show", help="With --home: also show evidence of real people, where that is allowed.")
    ] = False,
    people: Annotated[int, typer.Option(help="How many people live in the sample country.")] = 5_000,
    rules: Rules = None,
    as_json: Json = False,
) -> None:
    """Ask one rule and tell how many it would find, by state, and what some of them rest on.

    It asks a made-up country, which is made once and kept in HOME/trial; or, with --home, the last night of a home.
    """
    from dataclasses import asdict

    from flows import rules_trial
    from flows.rules import wanted

    asked = wanted(rule, settings.rules_folder(rules))
    reference = settings.folder("REFERENCE", None, settings.REFERENCE)
    if home:
        trial = rules_trial.on_home(asked, home.expanduser().resolve(), reference, 3 if reveal else 0)
    else:
        with Progress() as progress:
            trial = rules_trial.on_sample(asked, reference, people, progress.say)
    screen.show(asdict(trial), as_json, lambda: rules_screen.tried(trial, asked))
    if trial.held_back:
        stop(f"{asked.id} was held back. {trial.held_back}", Exit.FAILED)
