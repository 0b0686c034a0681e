"""What humans said of pairs, what the links add up to, and what clerical review should look at next."""

from transforms.tables.clean import REGISTER
from transforms.tables.enums import Doubt, Fate, Judgement
from transforms.tables.results import PAIR
from transforms.tables.schema import Column, Table, needed, text

_JUDGED = (
    *PAIR,
    needed("judgement", "what a human said of the pair", values=tuple(Judgement)),
    needed("judged_by", "who said it"),
    needed("judged_at", "when, UTC", "TIMESTAMP"),
    text("reason", "why, in words"),
)

JUDGEMENTS_GIVEN = Table(
    "linkage",
    "judgements_given",
    "one row a judgement that somebody ever gave",
    ("register_l", "record_id_l", "register_r", "record_id_r", "judged_at", "judged_by", "judgement"),
    _JUDGED,
)

JUDGEMENTS = Table(
    "linkage",
    "judgements",
    "one row a pair that was judged: the last judgement, which counts",
    ("register_l", "record_id_l", "register_r", "record_id_r"),
    (
        *_JUDGED,
        needed("is_contested", "people said different things at one time, so that nobody is sure", "BOOLEAN"),
        Column("counts_since", "TIMESTAMP", "when a night first obeyed this answer, UTC"),
        text("fate", "what the last night did with it; null where none has yet", values=tuple(Fate)),
    ),
)

JUDGEMENTS_ASIDE = Table(
    "linkage",
    "judgements_aside",
    "one row a row or file of judgements that cannot be used; it stays where it is",
    ("file", "row_no"),
    (
        needed("file", "name of the file"),
        needed("row_no", "row in the file, the header not counted; 0 for the whole file", "BIGINT"),
        needed("column_name", "the column that cannot be used, or what is wrong with the whole"),
        text("found", "what stands there"),
        needed("remedy", "what to do about it, in one sentence"),
    ),
)

CLUSTER_SIZES = Table(
    "linkage",
    "cluster_sizes",
    "one row a size of clusters; from 6 records on a range of sizes",
    ("least",),
    (
        needed("least", "fewest records in such a cluster: 1, 2, 3, 4, 5, 6, 11, 21 or 51", "BIGINT"),
        needed("clusters", "clusters of this size", "BIGINT"),
        needed("records", "records in them", "BIGINT"),
        needed("pairs", "pairs of records inside them", "BIGINT"),
        needed("links", "of these pairs linked, by their probability or a human", "BIGINT"),
        Column("density", "DOUBLE", "share of the pairs that are linked; null for records alone"),
        needed("bridges", "links without which a cluster falls in two", "BIGINT"),
        needed("cut", "clusters that links join to others, from which they were cut", "BIGINT"),
        needed("doubtful", "clusters that hold a record of a doubtful pair", "BIGINT"),
    ),
)

DOUBTFUL = Table(
    "linkage",
    "doubtful",
    "one row a pair whose question is left open, for clerical review",
    ("register_l", "record_id_l", "register_r", "record_id_r"),
    (
        *PAIR,
        needed("why", "why it is open", values=tuple(Doubt)),
        Column("probability", "DOUBLE", "probability that it is one person; null where it was not kept as a candidate"),
        text("judgement", "what a human said of it; null where nobody did", values=tuple(Judgement)),
        needed("changes", "pairs of records that another answer would join or part, at least", "BIGINT"),
        needed("usefulness", "the same times the probability of another answer: look at the largest first", "DOUBLE"),
    ),
)

UNBLOCKED = Table(
    "linkage",
    "unblocked",
    "one row a register",
    ("register",),
    (
        REGISTER,
        needed("records", "records of people in it", "BIGINT"),
        needed("unblocked", "of them in no block: they know too little for any blocking rule", "BIGINT"),
    ),
)

KEPT_JUDGEMENTS = (JUDGEMENTS_GIVEN, JUDGEMENTS, JUDGEMENTS_ASIDE)
