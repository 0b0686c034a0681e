"""Findings over the nights: which were ever made, what changed since the night before, and what that is told from."""

from transforms.tables.enums import Cause, Change, Kind, Severity, State
from transforms.tables.schema import Column, Table, date, needed, text

FINDING_ID = needed("finding_id", "the finding")
RULE = needed("rule", "the rule")
SUBJECT = (
    text("person_id", "the person it is about; null where it is about a household"),
    text("household_register", "register of the household it is about"),
    text("household_id", "the household it is about, in that register's codes"),
)
EPISODE = needed("episode", "1, and one more each time it comes again after a night without it", "INTEGER")
FIRST_SEEN = needed("first_seen", "as-of date of the first night of this episode", "DATE")
LAST_SEEN = needed("last_seen", "as-of date of the last night that found it", "DATE")
_STATE = needed("state", "how sure it was when it was last found", values=tuple(State))
_RESOLVED = date("resolved_on", "as-of date of the first night that asked and did not find it; null while it is open")
_CONTINUED = text(
    "continued_by", "the finding that goes on in its place, where two people turned out to be one; null otherwise"
)

LASTING = Table(
    "findings",
    "lasting",
    "one row a finding that any night made",
    ("finding_id",),
    (FINDING_ID, RULE, *SUBJECT, EPISODE, FIRST_SEEN, LAST_SEEN, _RESOLVED, _CONTINUED, _STATE),
)

CHANGES = Table(
    "findings",
    "changes",
    "one row a finding that is new, resolved or changed since the night it is compared with",
    ("finding_id",),
    (
        FINDING_ID,
        RULE,
        needed("kind", "kind of error", values=tuple(Kind)),
        needed("severity", "severity", values=tuple(Severity)),
        *SUBJECT,
        needed("change", "what became of it", values=tuple(Change)),
        needed("cause", "why, as far as can be told: the first that applies", values=tuple(Cause)),
        date("since", "as-of date of the night it is compared with; null where there is none"),
        text("state_before", "its state then; null where it is new", values=tuple(State)),
        text("state", "its state tonight; null where it is resolved", values=tuple(State)),
        Column("class_before", "INTEGER", "its class of probability then, 0 the lowest; null where it is new"),
        Column("class", "INTEGER", "its class of probability tonight; null where it is resolved"),
        needed("evidence_changed", "whether its evidence is other than then", "BOOLEAN"),
    ),
)

RUN = needed("run_id", "the run")

KEPT = Table(
    "findings",
    "kept",
    "one row a finding that any night made, as it stood after a run; of the last runs only",
    ("run_id", "finding_id"),
    (
        RUN,
        FINDING_ID,
        RULE,
        needed("kind", "kind of error", values=tuple(Kind)),
        needed("severity", "severity", values=tuple(Severity)),
        *SUBJECT,
        needed("first_subject", "the subject its id was made of, before two people turned out to be one"),
        EPISODE,
        FIRST_SEEN,
        LAST_SEEN,
        _RESOLVED,
        _CONTINUED,
        _STATE,
        needed("probability", "its probability when it was last found", "DOUBLE"),
        needed("evidence", "hash of its evidence when it was last found", "UBIGINT"),
        needed("records", "hashes of the records it rested on when it was last found", "UBIGINT[]"),
    ),
)

FINGERPRINTS = Table(
    "findings",
    "fingerprints",
    "one row a run and a row of the clean layer, as hashes; of the last runs only",
    ("run_id", "record", "content"),
    (
        RUN,
        needed("record", "hash of register and record", "UBIGINT"),
        needed("content", "hash of all that the row says", "UBIGINT"),
        Column("person", "UBIGINT", "hash of the id of the person it is about; null where it is about nobody"),
        needed("is_person", "a record about a person: what linking groups", "BOOLEAN"),
    ),
)

RULE_PRINTS = Table(
    "findings",
    "rule_prints",
    "one row a run and rule: hashes of what the rule was; of the last runs only",
    ("run_id", "rule"),
    (
        RUN,
        needed("as_of", "as-of date of the run", "DATE"),
        RULE,
        needed("applied", "whether it was asked and its answers could be used", "BOOLEAN"),
        needed("reads_date", "whether it asks for the as-of date, itself or through a fact", "BOOLEAN"),
        needed("query", "hash of its header, its query, the facts it reads, and how findings are weighed"),
        needed("policy", "hash of the policy values it reads, as valid on the as-of date"),
    ),
)

KEPT_FINDINGS = (KEPT, FINGERPRINTS, RULE_PRINTS)
