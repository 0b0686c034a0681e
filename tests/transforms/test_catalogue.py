"""Every rule of the catalogue is a file, or on the list of what no register can answer."""

from transforms.catalogue import unanswered
from transforms.findings import load_rules

CATALOGUE = {
    f"{kind}{n:02d}" for kind, last in (("E", 17), ("I", 15), ("D", 11), ("N", 12)) for n in range(1, last + 1)
}
WRITTEN = {rule.id for rule in load_rules()}
UNANSWERED = [rule.id for rule in unanswered()]


def test_every_rule_of_the_catalogue_is_in_one_place() -> None:
    assert set(UNANSWERED) <= CATALOGUE
    assert len(set(UNANSWERED)) == len(UNANSWERED)
    assert not WRITTEN & set(UNANSWERED), "these have a query: take them off rules/unanswered.yaml"
    assert WRITTEN | set(UNANSWERED) == CATALOGUE, (
        "these are nowhere: write their query, or say in rules/unanswered.yaml why there is none"
    )
