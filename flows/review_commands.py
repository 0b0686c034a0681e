"""The commands of clerical review: what to look at, what was said of it, and to say it."""

from typing import Annotated, Any

import typer

from flows import review_screen, screen, settings, warehouse
from flows.options import Home, Json, record
from transforms.tables import Judgement

app = typer.Typer()
Record = Annotated[str, typer.Argument(metavar="RECORD", help="A record, as register:key.")]


@app.command()
def review(
    most: Annotated[int, typer.Option(min=1, help="How many pairs to show.")] = 20,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the doubtful pairs of the last night, those first whose answer is worth most; and how firm clusters are.

    It shows keys, never what registers say of a person: see `reconcile explain` for that.
    """
    from flows import judging

    with warehouse.opened(settings.folder("HOME", home, settings.HOME) / "warehouse.duckdb", read_only=True) as con:
        facts: dict[str, Any] = {"doubtful": judging.doubtful(con, most), "clusters": judging.cluster_sizes(con)}
    screen.show(facts, as_json, lambda: review_screen.review(facts))


@app.command()
def judge(
    left: Record,
    right: Record,
    judgement: Annotated[Judgement, typer.Argument(help="Are the two records one person?")],
    by: Annotated[str, typer.Option(help="Who judges.")],
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    home: Home = None,
) -> None:
    """Say of two records that they are the same person, different people, or that nobody can tell.

    The next night obeys, and so does every night after it, until the pair is judged anew.
    """
    from flows import judging

    pair = record(left), record(right)
    if pair[0] == pair[1]:
        raise typer.BadParameter(f"'{left}' was given twice: name two different records.")
    if not by.strip():
        raise typer.BadParameter("Say who judges: --by NAME.")
    home = settings.folder("HOME", home, settings.HOME)
    file = judging.judge(settings.folder("JUDGEMENTS", None, home / "judgements"), pair, judgement, by, reason)
    screen.say(f"Written to {screen.near(file)}. The next night takes it up.")


@app.command()
def judgements(home: Home = None, as_json: Json = False) -> None:
    """List the judgements that count, and what the last night did with each. It shows keys, never names."""
    from flows import judging

    with warehouse.opened(settings.folder("HOME", home, settings.HOME) / "warehouse.duckdb", read_only=True) as con:
        facts = judging.listed(con)
    screen.show(facts, as_json, lambda: review_screen.judgements(facts))
