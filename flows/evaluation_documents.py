"""How right findings are, as a section of a document."""

from pathlib import Path
from typing import Any

from flows.documents import table, with_section

SECTION = "findings"
STATES = ("confirmed", "probable", "cannot_tell")
CALIBRATION = ("said, mean", "right", "95% interval")


def write_rules(told: dict[str, Any], out: Path) -> None:
    """Write the tables of `evaluating.measured` to a Markdown file: into its marked section, else as the whole file."""
    text = rules_as_markdown(told)
    if out.is_file() and f"<!-- {SECTION}: " in (document := out.read_text(encoding="utf-8")):
        text = with_section(document, SECTION, text)
    out.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")


def rules_as_markdown(told: dict[str, Any]) -> str:
    """A row a rule, and by what findings say of themselves a row a tenth of the scale and a row a tenth of them."""
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
    columns = ("said to be right", "findings", *CALIBRATION)
    parts = (
        table(header, rows, right=header[1:]),
        "What findings say of themselves, and how many are right; by tenths of the scale:",
        table(columns, calibration_rows(told["tenths"]), right=columns[1:]),
        "and in ten parts of as many findings each:",
        table(columns, calibration_rows(told["deciles"], digits=4), right=columns[1:]),
    )
    return "\n\n".join(parts)


def calibration_rows(groups: list[dict[str, Any]], digits: int = 1) -> list[tuple[str, int, str, str, str]]:
    """A row a group of findings: its bounds to so many digits, how many, what they say, and the share that is right."""
    return [
        (
            f"{g['least']:.{digits}f}-{g['most']:.{digits}f}",
            g["findings"],
            f"{g['said']:.3f}",
            f"{g['right']:.3f}",
            f"{g['right_low']:.3f}-{g['right_high']:.3f}",
        )
        for g in groups
    ]


def _state(score: dict[str, Any]) -> str:
    return f"{score['precision']:.3f} of {score['found']:,}" if score["found"] else ""


def _words(state: str) -> str:
    return state.replace("_", " ")
