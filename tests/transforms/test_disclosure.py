"""No hidden count can be worked out: by subtraction, nor by a reader who knows the rules and the reasons."""

from collections.abc import Callable
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.disclosure import COMPLEMENTARY, PRIMARY, SHOWN, Cell, add, is_small, suppress

cells = st.integers(0, 60).flatmap(lambda n: st.builds(Cell, st.just(n), st.integers(0, n)))
few_people = st.integers(0, 9).flatmap(lambda n: st.builds(Cell, st.just(n), st.integers(0, n)))
COUNTS: tuple[Callable[[Cell], int], ...] = (
    lambda cell: cell.eligible,
    lambda cell: cell.covered,
    lambda cell: cell.eligible - cell.covered,
)


def hidden(groups: list[Cell], labels: list[str]) -> list[Cell]:
    return [group for group, label in zip(groups, labels, strict=True) if label != SHOWN]


@given(st.lists(cells, max_size=12), st.integers(2, 11))
def test_no_small_count_is_shown_and_only_groups_with_people_are_hidden(groups: list[Cell], minimum: int) -> None:
    labels = suppress(groups, minimum)
    for group, label in zip(groups, labels or [], strict=labels is not None):
        assert label != SHOWN or not is_small(group, minimum)
        assert group.eligible or label == SHOWN
    assert labels is None or PRIMARY in labels or set(labels) <= {SHOWN}


@given(st.lists(cells, min_size=1, max_size=12), st.integers(2, 11))
def test_subtracting_what_is_shown_from_the_total_pins_no_count_down(groups: list[Cell], minimum: int) -> None:
    """Each hidden count of eligible lies between one and what the others leave: bounds that leave several values."""
    labels = suppress(groups, minimum)
    if labels is None or PRIMARY not in labels:
        return
    secret = hidden(groups, labels)
    rest = add(secret)
    assert len(secret) > 1
    assert not is_small(rest, minimum)
    least = {PRIMARY: 1, COMPLEMENTARY: minimum}
    floors = [least[label] for label in labels if label != SHOWN]
    for floor in floors:
        highest = rest.eligible - (sum(floors) - floor)
        assert highest - floor >= minimum - 1


@settings(max_examples=150, deadline=None)
@given(st.lists(few_people, min_size=2, max_size=4), st.just(3))
def test_a_reader_who_tries_every_possible_table_learns_no_small_count(groups: list[Cell], minimum: int) -> None:
    """Brute force: every table with this total, these shown groups and these labels; a small count takes any value."""
    labels = suppress(groups, minimum)
    if labels is None or PRIMARY not in labels or len(secret := hidden(groups, labels)) > 3:
        return
    reasons = [label for label in labels if label != SHOWN]
    says_why = len(secret) < sum(group.eligible > 0 for group in groups) or COMPLEMENTARY in reasons
    tables = [
        table
        for table in tables_with(add(secret), len(secret))
        if not says_why
        or all(is_small(cell, minimum) == (why == PRIMARY) for cell, why in zip(table, reasons, strict=True))
    ]
    for place, cell in enumerate(secret):
        for count in COUNTS:
            if 0 < count(cell) < minimum:
                assert len({count(table[place]) for table in tables}) >= minimum - 1


def tables_with(rest: Cell, groups: int) -> list[list[Cell]]:
    """Every way to split these counts over so many groups, none of them empty."""
    one = [Cell(n, c) for n in range(1, rest.eligible + 1) for c in range(min(n, rest.covered) + 1)]
    found = []
    for head in product(one, repeat=groups - 1):
        so_far = add(head)
        last = Cell(rest.eligible - so_far.eligible, rest.covered - so_far.covered)
        if last.eligible > 0 and 0 <= last.covered <= last.eligible:
            found.append([*head, last])
    return found


def test_the_smallest_group_that_gives_shelter_is_hidden_beside_the_small_one() -> None:
    groups = [Cell(500, 200), Cell(5, 0), Cell(90, 40), Cell(30, 30), Cell(0, 0)]
    assert suppress(groups, 11) == [SHOWN, PRIMARY, COMPLEMENTARY, SHOWN, SHOWN]


def test_several_groups_give_shelter_together() -> None:
    groups = [Cell(5, 5), Cell(17, 17), Cell(18, 18), Cell(12, 12)]
    assert suppress(groups, 11) == [PRIMARY, COMPLEMENTARY, COMPLEMENTARY, SHOWN]


def test_each_half_that_is_small_gets_its_own_shelter() -> None:
    groups = [Cell(5, 1), Cell(60, 60), Cell(90, 0), Cell(500, 200)]
    assert suppress(groups, 11) == [PRIMARY, COMPLEMENTARY, COMPLEMENTARY, SHOWN]


def test_where_all_groups_are_hidden_none_is_named_the_small_one() -> None:
    assert suppress([Cell(1, 0), Cell(15, 0)], 11) == [PRIMARY, PRIMARY]


def test_a_breakdown_with_too_little_to_hide_in_is_not_published() -> None:
    assert suppress([Cell(4, 0), Cell(3, 0)], 11) is None
    assert suppress([Cell(1, 1)] * 11, 11) is None


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert suppress([Cell(50, 20), Cell(11, 0), Cell(11, 11), Cell(0, 0)], 11) == [SHOWN] * 4
