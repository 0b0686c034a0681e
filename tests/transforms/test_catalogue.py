"""Every rule of the catalogue is a file, or on the list of what no register can answer, or waits to be written."""

from transforms.catalogue import unanswered
from transforms.findings import load_rules

CATALOGUE = {
    f"{kind}{n:02d}" for kind, last in (("E", 17), ("I", 15), ("D", 11), ("N", 12)) for n in range(1, last + 1)
}
# Rules that can be answered and have no query yet. Take an id off when its file is there; the list is to become empty.
WAITING = {
    *("E04", "E12", "E13", "E14", "E15", "E16", "E17"),
}
WRITTEN = {rule.id for rule in load_rules()}
UNANSWERED = [rule.id for rule in unanswered()]


def test_every_rule_of_the_catalogue_is_in_one_place() -> None:
    assert set(UNANSWERED) <= CATALOGUE
    assert len(set(UNANSWERED)) == len(UNANSWERED)
    assert not WRITTEN & set(UNANSWERED), "these have a query: take them off rules/unanswered.yaml"
    missing = CATALOGUE - WRITTEN - set(UNANSWERED)
    assert not missing - WAITING, (
        "these are nowhere: write their query, or say in rules/unanswered.yaml why there is none"
    )


def test_no_rule_waits_that_is_written() -> None:
    assert not WAITING & (WRITTEN | set(UNANSWERED)), "these are there now: take them off WAITING"
