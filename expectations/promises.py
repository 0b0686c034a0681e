"""What the layers promise each other: one plain sentence each, and the query that names what breaks it.

`transforms.tables` says what one table must be; these say what must be true between tables, and of their values.
"""

import re
from collections.abc import Collection, Iterable

from expectations.record_promises import CLEAN_PROMISES, LINKAGE_PROMISES, PERSON_PROMISES, kept_whole
from expectations.result_promises import COVERAGE_PROMISES, FINDING_PROMISES
from expectations.review_promises import REVIEW_PROMISES
from expectations.suites import Promise
from transforms import tables
from transforms.tables import CLEAN, COVERAGE, FINDING_LAYER, LINKAGE, PERSON_LAYER, Table

LAYER_TABLES: dict[str, tuple[Table, ...]] = {
    "clean": CLEAN,
    "linkage": LINKAGE,
    "persons": PERSON_LAYER,
    "findings": FINDING_LAYER,
    "coverage": COVERAGE,
}
A_TABLE = re.compile(rf"\b(?:{'|'.join(tables.LAYERS)})\.\w+")


def promises_of(layer: str, there: Collection[str]) -> list[Promise]:
    """The promises of a layer that can be asked: those whose tables are all `there`, in their order."""
    return [p for p in _of_layer(layer, there) if {p.table, *A_TABLE.findall(p.failing)} <= set(there)]


def _of_layer(layer: str, there: Iterable[str]) -> list[Promise]:
    if layer == "clean":
        return [*CLEAN_PROMISES, *kept_whole(there)]
    return {
        "linkage": [*LINKAGE_PROMISES, *REVIEW_PROMISES],
        "persons": PERSON_PROMISES,
        "findings": FINDING_PROMISES,
        "coverage": COVERAGE_PROMISES,
    }[layer]
