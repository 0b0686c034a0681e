"""Tell how the night went where it is watched: Prefect artifacts. Counts only, nothing of a person."""

from pathlib import Path
from typing import Any

import duckdb
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows import report

REGISTER_COLUMNS = ("register", "state", "rows_in", "rows_clean", "rows_quarantined", "message")
RULE_COLUMNS = ("rule", "kind", "severity", "findings", "confirmed", "probable", "cannot_tell", "statement")


def artifacts(con: duckdb.DuckDBPyConnection, home: Path, run_id: str) -> str:
    """Make the artifacts of a run: registers, findings by rule, the stages, and the page of checks."""
    night = report.night_report(con, home, run_id)
    create_table_artifact(key="registers", table=_only(night["registers"], REGISTER_COLUMNS), description="What came")
    create_table_artifact(key="findings", table=_only(night["findings"], RULE_COLUMNS), description="Findings by rule")
    create_markdown_artifact(key="night", markdown=_markdown(night), description="How the night went")
    if night["release"]:
        page = Path(night["release"], "checks.html").as_uri()
        create_link_artifact(key="checks", link=page, link_text="Page of checks")
    return f"{night['run']['state']}: {len(night['registers'])} registers told"


def _only(rows: report.Rows, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{column: row[column] for column in columns} for row in rows]


def _markdown(night: dict[str, Any]) -> str:
    run = night["run"]
    lines = [f"# Night {run['run_id']}: {run['state']}", run["note"] or "", ""]
    lines += [f"- {name}: {value:,}" for name, value in night["totals"].items()]
    lines += ["", "| stage | seconds | peak MiB | what |", "|---|--:|--:|---|"]
    lines += [
        f"| {s['stage']} | {s['seconds']:.1f} | {s['peak_memory_mb']:.0f} | {s['note']} |" for s in night["stages"]
    ]
    lines += ["", *(f"- rule {r['rule']} was held back. {r['note']}" for r in night["held_back"])]
    lines += ["", *(f"- broken ({c['severity']}): {c['table_name']}: {c['promise']}" for c in night["checks"])]
    return "\n".join(lines)
