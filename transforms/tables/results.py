"""The layers that are worked out: linkage, persons, findings, coverage."""

from transforms.tables.clean import AREAS, RECORD, REGISTER
from transforms.tables.completeness import COMPLETENESS_TABLES
from transforms.tables.enums import Kind, Severity, Sex, Stake, State
from transforms.tables.error_rates import ERROR_RATES
from transforms.tables.errors import ERROR_TABLES
from transforms.tables.lasting import CHANGES, EPISODE, FIRST_SEEN, LAST_SEEN, LASTING, SUBJECT
from transforms.tables.schema import Column, Table, money, needed, text
from transforms.tables.trend import MOVES

PAIR = (
    needed("register_l", "register of the first record"),
    needed("record_id_l", "the first record; (register, record_id) of the first sorts before the second"),
    needed("register_r", "register of the second record"),
    needed("record_id_r", "the second record"),
)

BLOCKING = Table(
    "linkage",
    "blocking",
    "one row a blocking rule",
    ("rule",),
    (
        needed("rule", "name of the blocking rule"),
        needed("forgives", "the error that this rule survives, in words"),
        needed("pairs", "candidate pairs it proposes", "BIGINT"),
        needed("pairs_alone", "candidate pairs that no other rule proposes", "BIGINT"),
        needed("largest_block", "records in its largest block", "BIGINT"),
    ),
)

PATTERNS = Table(
    "linkage",
    "patterns",
    "one row an agreement pattern: the agreement level of every feature",
    ("pattern_id",),
    (
        needed("pattern_id", "the pattern", "INTEGER"),
        needed("levels", "agreement level a feature, as a JSON object", "VARCHAR"),
        needed("pairs", "candidate pairs that show it", "BIGINT"),
        needed("match_weight", "bits: log2 of the odds that such a pair is one person, before rivals", "DOUBLE"),
        needed("probability", "probability that such a pair is one person, before rivals", "DOUBLE"),
    ),
)

WEIGHTS = Table(
    "linkage",
    "weights",
    "one row an agreement level of a feature",
    ("feature", "level"),
    (
        needed("feature", "the feature compared"),
        needed("level", "agreement level: higher agrees more, 0 disagrees, -1 missing", "INTEGER"),
        needed("means", "the level in words, as a reviewer reads it"),
        needed("m", "share of the level among matches; of the prior, of matches among all pairs of records", "DOUBLE"),
        needed("relatives", "the same among pairs of relatives", "DOUBLE"),
        needed("namesakes", "the same among pairs of namesakes", "DOUBLE"),
        needed("u", "the same among strangers", "DOUBLE"),
        needed("weight", "bits it adds against strangers: log2(m/u); 0 for missing", "DOUBLE"),
    ),
)

PAIRS = Table(
    "linkage",
    "pairs",
    "one row a candidate pair that is one person with a probability of 1% at least",
    ("register_l", "record_id_l", "register_r", "record_id_r"),
    (
        *PAIR,
        needed("pattern_id", "its agreement pattern", "INTEGER"),
        needed("rival_weight", "bits that it gains by having no rival in the other register, or loses", "DOUBLE"),
        needed("match_weight", "bits: log2 of the odds that it is one person", "DOUBLE"),
        needed("probability", "probability that it is one person", "DOUBLE"),
        needed(
            "identifier_exact", "a valid person identifier agrees, and none that registers share differs", "BOOLEAN"
        ),
        needed("is_linked", "a link: its probability reaches the night's threshold", "BOOLEAN"),
    ),
)

_MODEL = (
    needed("model_id", "hash of its weights: the same weights have the same id"),
    needed("fitted_as_of", "as-of date of the last night that fitted it", "DATE"),
    needed("records", "records it was fitted on", "BIGINT"),
    needed("candidate_pairs", "candidate pairs among them", "BIGINT"),
    needed("patterns", "agreement patterns that these pairs show", "BIGINT"),
    needed("expected_matches", "candidate pairs that are one person, as the fit has it", "DOUBLE"),
    needed("features", "names of its features, as a JSON list"),
    needed("registers", "registers it was fitted on, as a JSON list"),
    needed("threshold", "probability from which on pairs are linked", "DOUBLE"),
    needed("iterations", "iterations of expectation-maximisation", "INTEGER"),
)

MODELS = Table("linkage", "models", "one row a linkage model that some night fitted", ("model_id",), _MODEL)

MODEL_WEIGHTS = Table(
    "linkage",
    "model_weights",
    "one row an agreement level of a feature of a model of linkage.models",
    ("model_id", "feature", "level"),
    (_MODEL[0], *WEIGHTS.columns),
)

MODEL_USED = Table(
    "linkage",
    "model_used",
    "one row: the model this night's pairs were scored with",
    ("model_id",),
    (
        *_MODEL,
        needed("is_pinned", "an older model was asked for; false where this night fitted its own", "BOOLEAN"),
        needed("unknown", "what of this night's data a pinned model knows nothing of, in words; else empty"),
    ),
)

PERSONS = Table(
    "persons",
    "persons",
    "one row a person: what the linked records add up to",
    ("person_id",),
    (
        needed("person_id", "id that survives nights"),
        needed("records", "records linked to this person", "BIGINT"),
        needed("registers", "registers they stand in", "BIGINT"),
        text("family_name", "best Latin family name"),
        text("given_name", "best Latin given name"),
        text("family_name_local", "best family name in the local script"),
        text("given_name_local", "best given name in the local script"),
        text("sex", "sex most records give", values=tuple(Sex)),
        Column("birth_date", "DATE", "best date of birth: one that most others are near, most precise, most frequent"),
        text("birth_precision", "precision of that date"),
        *AREAS,
        needed("is_dead", "some register records the death", "BOOLEAN"),
    ),
)

PERSON_RECORDS = Table(
    "persons",
    "records",
    "one row a record of clean.people",
    ("register", "record_id"),
    (
        REGISTER,
        RECORD,
        needed("person_id", "the person it belongs to"),
        needed("link_probability", "best link to another record of the person; 1 for a record alone", "DOUBLE"),
        needed(
            "identifier_group",
            "records of one person that share it are joined by exact identifiers, or by a human's judgement, alone",
        ),
    ),
)

PREVIOUS = Table(
    "persons",
    "previous",
    "one row a record of the last release: whose it was then",
    ("register", "record_id"),
    (REGISTER, RECORD, needed("person_id", "the person it belonged to")),
)

RULES = Table(
    "findings",
    "rules",
    "one row a rule of the catalogue",
    ("rule",),
    (
        needed("rule", "id of the rule: E01 ..."),
        needed("kind", "kind of error", values=tuple(Kind)),
        needed("severity", "severity", values=tuple(Severity)),
        needed("statement_en", "what it says, in English"),
        needed("statement_km", "what it says, in Khmer"),
        needed("applied", "whether it was asked and its answers could be used", "BOOLEAN"),
        needed("note", "why not, where it was not applied; else empty"),
        needed("findings", "findings it made", "BIGINT"),
    ),
)

FINDINGS = Table(
    "findings",
    "findings",
    "one row an answer to a rule",
    ("finding_id",),
    (
        needed("finding_id", "hash of rule, subject and episode: the same finding keeps it night after night"),
        needed("rule", "the rule"),
        needed("kind", "kind of error", values=tuple(Kind)),
        needed("severity", "severity", values=tuple(Severity)),
        needed("state", "how sure it is", values=tuple(State)),
        *SUBJECT,
        text("area_1", "area code, first level"),
        text("area_3", "area code, third level"),
        needed("probability", "probability that its links are right and what its records say is so", "DOUBLE"),
        Column(
            "missed_link_probability",
            "DOUBLE",
            "exclusion only: that it is there all the same, as somebody kept apart or not read",
        ),
        needed("evidence", "the facts that make it, as a JSON object"),
        EPISODE,
        FIRST_SEEN,
        LAST_SEEN,
        money("riel_a_month", "money at stake a month; null where the rule knows of none"),
        text("stake", "what that money is", values=tuple(Stake)),
        needed("priority", "what to look at first: the sum of the four parts below, 0 to 100", "DOUBLE"),
        needed("priority_severity", "points for severity", "DOUBLE"),
        needed("priority_sureness", "points for state and probability", "DOUBLE"),
        needed("priority_money", "points for the money at stake", "DOUBLE"),
        needed("priority_age", "points for the days since it was first seen; exclusions only", "DOUBLE"),
        text("absent_from", "the register somebody is not found in, where that is the finding"),
        needed("complaints", "grievances of the person or household that say the same", "BIGINT"),
    ),
)

FINDING_RECORDS = Table(
    "findings",
    "records",
    "one row a record that a finding rests on",
    ("finding_id", "register", "record_id"),
    (
        needed("finding_id", "the finding"),
        REGISTER,
        RECORD,
        needed(
            "role",
            "subject, or what the record shows: enrolment, payment, death ...; complaint and contradicts: a grievance "
            "that speaks for the finding or against it, on which it does not rest",
        ),
    ),
)

_GROUP = (
    needed("measure", "what is measured: a file of transforms/measures"),
    needed("breakdown", "total, area_1, sex ...; of a crossing the two joined with '*'"),
    needed("group_code", "the group: a code, or 'all'; of a crossing the two codes joined with '*'"),
    needed("group_name_en", "its name in English"),
    needed("group_name_km", "its name in Khmer"),
)


def _counts(missing: str) -> tuple[Column, ...]:
    """What is told of a group; `missing` says when a column is null."""
    return (
        Column("eligible", "BIGINT", f"denominator: people or households entitled, as linked{missing}"),
        Column("covered", "BIGINT", f"of them covered, as linked{missing}"),
        Column("gap_share", "DOUBLE", "share of the eligible not covered, as linked; null where nobody is eligible"),
        Column("eligible_adjusted", "DOUBLE", "expected number entitled, were all links right"),
        Column("covered_adjusted", "DOUBLE", "expected number of them covered"),
        Column("gap_adjusted", "DOUBLE", "expected number of them not covered"),
        Column(
            "gap_share_adjusted",
            "DOUBLE",
            "share not covered, were all links right: the median of the draws; null where nobody is eligible",
        ),
        Column("gap_low", "DOUBLE", "lower end of its 95% interval: the narrowest that holds 95% of the draws"),
        Column("gap_high", "DOUBLE", "upper end of it"),
        text(
            "verdict", "cannot_tell where that interval is wider than the share itself", values=("clear", "cannot_tell")
        ),
    )


ESTIMATES = Table(
    "coverage",
    "estimates",
    "one row a measure and a group of people or households, small ones too: it stays in the warehouse",
    ("measure", "breakdown", "group_code"),
    (
        *_GROUP,
        *_counts(""),
        Column("interval_holds", "DOUBLE", "share of the draws that the interval holds: 0.95 at least, 1 where sure"),
        Column("expected_error", "DOUBLE", "mean distance of the adjusted share from the share in the draws"),
    ),
)

GAPS = Table(
    "coverage",
    "gaps",
    "one row a measure and a group of people or households, as it may be published",
    ("measure", "breakdown", "group_code"),
    (
        *_GROUP,
        *_counts("; null where suppressed, as all that follows"),
        needed("suppressed", "whether it is hidden, as it or another is small", values=("no", "yes")),
    ),
)

MEASURES = Table(
    "coverage",
    "measures",
    "one row a coverage measure",
    ("measure",),
    (
        needed("measure", "its id"),
        needed("statement_en", "what it measures, in English"),
        needed("statement_km", "what it measures, in Khmer"),
        needed("unit", "what is counted", values=("person", "household")),
        needed("applied", "whether the registers it needs were there", "BOOLEAN"),
        text("after", "the measure of the step before, whose covered are the eligible of this one"),
    ),
)

MISSED = Table(
    "linkage",
    "missed",
    "one row a number of independent lists of blocking rules that propose a match; 0 is what all rules miss",
    ("lists",),
    (
        needed("lists", "in how many lists: by both names, birth, numbers, address, one name", "INTEGER"),
        needed("pairs", "expected number of such matches; for 0 lists an estimate (Chao's lower bound)", "DOUBLE"),
        needed("low", "lower end of the 95% interval; the same as pairs where some list proposes them", "DOUBLE"),
        needed("high", "upper end", "DOUBLE"),
    ),
)

KEPT_MODELS = (MODELS, MODEL_WEIGHTS)
PERSON_LAYER = (PERSONS, PERSON_RECORDS)
FINDING_LAYER = (RULES, FINDINGS, FINDING_RECORDS, LASTING, CHANGES)
COVERAGE = (MEASURES, ESTIMATES, GAPS, ERROR_RATES, MOVES, *ERROR_TABLES, *COMPLETENESS_TABLES)
