"""The pages of a release: self-contained HTML in English and Khmer, made from counts. They ask nobody for anything."""

import base64
import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations.gate import CheckResult
from expectations.promises import LAYER_TABLES
from flows import charts, downloads
from flows.summary import AREA, BREAKDOWNS, Summary, kinds_of_finding
from transforms.sentences import words
from transforms.tables import Kind

FONTS = [(script, weight) for script in ("khmer", "latin") for weight in (400, 600)]
KHMER_MONTHS = ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"]
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
LAYERS = ("raw", *LAYER_TABLES)


def summary_html(facts: Summary) -> str:
    """The page for everybody: who is not reached, where registers disagree, what is not known. Holds no record."""
    kinds = kinds_of_finding(facts.rules, facts.small_cell)
    most = max((bar.shown or 0 for kind in kinds for bar in kind.bars), default=0)
    template = templates().get_template("summary.html")
    return template.render(
        facts=facts,
        disagreeing=[kind for kind in kinds if kind.kind == Kind.INCONSISTENCY],
        flagged=[kind for kind in kinds if kind.kind != Kind.INCONSISTENCY],
        most=max(most, 1),
        as_of=facts.as_of,
    )


def checks_html(results: Sequence[CheckResult], run_id: str, as_of: date) -> str:
    """The page for the office: every promise that was checked, broken ones first, with keys of failing rows."""
    ranked = sorted(results, key=lambda r: (r.passed, r.severity, r.table_name, r.check_name))
    layers = [(layer, [r for r in ranked if r.layer == layer]) for layer in LAYERS]
    present = [(layer, checks) for layer, checks in layers if checks]
    template = templates().get_template("checks.html")
    return template.render(layers=present, results=ranked, run_id=run_id, as_of=as_of)


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": _number, "percent": _percent, "keys": _keys, "khmer_date": _khmer_date}
    environment.filters |= {"khmer": lambda value: str(value).translate(KHMER_DIGITS), "english_date": _english_date}
    environment.filters |= {
        "register_km": _register_km,
        "rounded": lambda value: f"{value:,.0f}",
        "across": _across,
        "points": _points,
    }
    environment.globals |= {"charts": charts, "downloads": downloads, "breakdowns": BREAKDOWNS, "area": AREA}
    environment.globals["fonts"] = [(script, weight, _font(script, weight)) for script, weight in FONTS]
    return environment


def _font(script: str, weight: int) -> Markup:
    """A subset of Noto Sans Khmer (SIL Open Font License) as base64: a page asks nobody for its letters."""
    name = f"noto-sans-khmer-{script}-{weight}-normal.woff2"
    return Markup(base64.b64encode((files("flows") / "templates" / "fonts" / name).read_bytes()).decode())


def _number(value: int) -> str:
    return f"{value:,}"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _across(share: float, scale: float) -> str:
    """How far along a chart a share lies."""
    return f"{min(100 * share / scale, 100):.2f}%"


def _points(share: float) -> str:
    """A share in percent without its sign: the lower end of an interval, whose upper end has it."""
    return f"{100 * share:.1f}"


def _register_km(name: str) -> str:
    """The register in Khmer, with the word for register."""
    return words()["register"].get(name, {}).get("km", f"បញ្ជី {name.replace('_', ' ')}")


def _english_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _khmer_date(day: date) -> str:
    return f"ថ្ងៃទី {day.day} ខែ{KHMER_MONTHS[day.month - 1]} ឆ្នាំ {day.year}".translate(KHMER_DIGITS)


def _keys(failing_keys: str) -> list[str]:
    """Each failing row's key as one line: `register idpoor_members, record_id H1/2`."""
    rows: list[dict[str, Any]] = json.loads(failing_keys)
    return [", ".join(f"{name} {value}" for name, value in row.items()) for row in rows]
