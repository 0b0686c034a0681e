"""The ledger of what ran, what came, and what was checked; and the reference data a night used."""

from transforms.tables.clean import REGISTER
from transforms.tables.enums import AreaSetting
from transforms.tables.schema import Column, Table, needed, text

RUNS = Table(
    "ops",
    "runs",
    "one row a run",
    ("run_id",),
    (
        needed("run_id", "as-of date and a number: 2026-11-01.1"),
        needed("as_of", "the date every rule is evaluated at", "DATE"),
        needed("parameters", "what the run was told, as JSON"),
        needed("state", "how it stands", values=("running", "released", "refused", "failed")),
        text("note", "why, where it was refused or failed"),
        needed("started_at", "UTC", "TIMESTAMP"),
        Column("finished_at", "TIMESTAMP", "UTC"),
    ),
)

STAGES = Table(
    "ops",
    "stages",
    "one row a finished stage of a run, committed with the stage's tables",
    ("run_id", "ordinal"),
    (
        needed("run_id", "the run"),
        needed("ordinal", "its place in the night, from 1", "INTEGER"),
        needed("stage", "name of the stage"),
        needed("note", "what it did, in one line without personal data"),
        needed("seconds", "wall time", "DOUBLE"),
        needed("peak_memory_mb", "peak resident memory of the process so far, MiB", "DOUBLE"),
        needed("finished_at", "UTC", "TIMESTAMP"),
    ),
)

SNAPSHOTS = Table(
    "ops",
    "snapshots",
    "one row a pull of a register",
    ("snapshot_id",),
    (
        needed("snapshot_id", "register and the first 12 signs of the content hash"),
        REGISTER,
        needed("file", "name of the file or query"),
        needed("rows", "rows pulled", "BIGINT"),
        needed("state", "accepted, or held back", values=("accepted", "held")),
        needed("as_of", "as-of date of the night that pulled it", "DATE"),
        needed("pulled_at", "UTC", "TIMESTAMP"),
    ),
)

ARRIVALS = Table(
    "ops",
    "arrivals",
    "one row a register of a run: what came, what did not, and why",
    ("run_id", "register"),
    (
        needed("run_id", "the run"),
        REGISTER,
        needed("agency", "the agency that keeps it"),
        needed("state", "fresh, unchanged, held back, missing", values=("fresh", "unchanged", "held", "missing")),
        needed("message", "one sentence a data officer can act on; empty where all is well"),
        text("snapshot_id", "the snapshot the night goes on with; null where there is none"),
        needed("rows_pulled", "rows that came tonight", "BIGINT"),
        needed("rows_in", "rows of the snapshot in use", "BIGINT"),
        needed("rows_clean", "of them clean", "BIGINT"),
        needed("rows_quarantined", "of them in quarantine", "BIGINT"),
    ),
)

CHECKS = Table(
    "ops",
    "checks",
    "one row a check of a run",
    ("run_id", "layer", "table_name", "check_name"),
    (
        needed("run_id", "the run"),
        needed("layer", "layer checked"),
        needed("table_name", "table checked"),
        needed("check_name", "the check, unique in its table"),
        needed("promise", "what is promised, in one sentence"),
        needed("severity", "stop: no release while it fails; warn: released, and told", values=("stop", "warn")),
        needed("passed", "whether the promise held", "BOOLEAN"),
        needed("failing_rows", "rows that break it", "BIGINT"),
        needed("failing_keys", "keys of the first failing rows, as JSON; never other values"),
    ),
)

CLEANLINESS = Table(
    "ops",
    "cleanliness",
    "one row a kind of damage in a column of a register on a night, and four rows that add up to the register's rows",
    ("run_id", "register", "column_name", "from_kind", "to_kind"),
    (
        needed("run_id", "the run"),
        REGISTER,
        needed("column_name", "the source column; '_row' in the four rows that count whole rows"),
        needed("from_kind", "how it was written, as in clean.repairs, or why the row is in quarantine; row for rows"),
        needed(
            "to_kind",
            "what it stands as now, as in clean.repairs, or quarantined; of whole rows as_sent (nothing to mend), "
            "mended, set_aside (at least one value) or quarantined",
        ),
        needed("rows", "rows of the snapshot in use", "BIGINT"),
        needed("advice", "what to tell the agency, in one sentence without a value; empty for whole rows"),
    ),
)

RULE_COSTS = Table(
    "ops",
    "rule_costs",
    "one row a step of asking the rules of a run: what it took, and what came of it",
    ("run_id", "step"),
    (
        needed("run_id", "the run"),
        needed("step", "id of a rule; name of a fact that rules share; 'states': how sure each finding is"),
        needed("seconds", "wall time", "DOUBLE"),
        needed("rows", "findings of the rule, rows of the fact, findings in all", "BIGINT"),
    ),
)

AREA_NAMES = Table(
    "reference",
    "areas",
    "one row an area of any level",
    ("code",),
    (
        needed("code", "area code; each level is a prefix of the next"),
        needed("level", "1 province, 2 district, 3 commune, 4 village", "INTEGER"),
        text("parent", "code of the area it lies in"),
        needed("name_en", "name in Latin script"),
        needed("name_km", "name in Khmer script"),
        text(
            "setting",
            "urban or rural by administrative status, its own or that of the area it lies in; null where neither tells",
            values=tuple(AreaSetting),
        ),
    ),
)

TILES = Table(
    "reference",
    "tiles",
    "one row an area of the first level: its place on a map of equal tiles",
    ("code",),
    (
        needed("code", "area code"),
        needed("column", "from 1 in the west", "INTEGER"),
        needed("row", "from 1 in the north", "INTEGER"),
    ),
)

POLICY = Table(
    "reference",
    "policy",
    "one row a policy value and its time of validity",
    ("name", "valid_from"),
    (
        needed("name", "name of the value: elderly_age ..."),
        needed("value", "the value; dates and lists as text", "VARCHAR"),
        needed("unit", "its unit"),
        needed("source", "where it stands, or 'guess'"),
        needed("valid_from", "first day of validity", "DATE"),
        Column("valid_to", "DATE", "last day of validity"),
    ),
)

LEDGER = (RUNS, STAGES, SNAPSHOTS, ARRIVALS, CHECKS, CLEANLINESS, RULE_COSTS)
REFERENCE = (AREA_NAMES, TILES, POLICY)
