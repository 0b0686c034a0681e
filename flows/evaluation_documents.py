"""How right findings are, as a section of a document."""

from pathlib import Path
from typing import Any

from flows.documents import table, with_section

SECTION = "findings"
STATES = ("confirmed", "probable", "cannot_tell")
TENTH = ("said, mean", "right", "95% interval")


def write_rules(told: dict[str, Any], out: Path) -> None:
    """Write the tables of `evaluating.measured` to a Markdown file: into its marked section, else as the whole file."""
    text = rules_as_markdown(told)
    if out.is_file() and f"<!-- {SECTION}: " in (document := out.read_text(encoding="utf-8")):
        text = with_section(document, SECTION, text)
    out.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")


def rules_as_markdown(told: dict[str, Any]) -> str:
    """A row a rule, and a row a tenth of what findings say of themselves."""
    header = ("rule", "cases", "found", "recall", "precision", *map(_words, STATES), "near misses", "fell for")
    rows = (
        (
            rule,
            score["true"],
            score["found"],
            f"{score['recall']:.3f}",
            f"{score['precision']:.3f}",
            *(_state(score[state]) for state in STATES),
            score["near_misses"],
            score["near_miss_hits"],
        )
        for rule, score in told["rules"].items()
    )
    tenths = ("said to be right", "findings", *TENTH)
    parts = (
        table(header, rows, right=header[1:]),
        "What findings say of themselves, and how many are right:",
        table(tenths, tenth_rows(told["calibration"]), right=tenths[1:]),
    )
    return "\n\n".join(parts)


def tenth_rows(calibration: list[dict[str, Any]]) -> list[tuple[str, int, str, str, str]]:
    """A row a tenth that holds findings: its bounds, how many, what they say, and the share that is right."""
    return [
        (
            f"{t['least']:.1f}-{t['least'] + 0.1:.1f}",
            t["findings"],
            f"{t['said']:.3f}",
            f"{t['right']:.3f}",
            f"{t['right_low']:.3f}-{t['right_high']:.3f}",
        )
        for t in calibration
    ]


def _state(score: dict[str, Any]) -> str:
    return f"{score['precision']:.3f} of {score['found']:,}" if score["found"] else ""


def _words(state: str) -> str:
    return state.replace("_", " ")
