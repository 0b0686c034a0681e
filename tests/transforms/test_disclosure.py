"""No hidden count can be worked out: by subtraction, nor by a reader who knows the rules and the reasons."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.disclosure import COMPLEMENTARY, PRIMARY, SHOWN, Cell, add, is_small, suppress

cells = st.integers(0, 60).flatmap(lambda n: st.builds(Cell, st.just(n), st.integers(0, n)))
small_cells = st.integers(0, 7).flatmap(lambda n: st.builds(Cell, st.just(n), st.integers(0, n)))


def hidden(groups: list[Cell], labels: list[str]) -> list[Cell]:
    return [group for group, label in zip(groups, labels, strict=True) if label != SHOWN]


@given(st.lists(cells, max_size=12), st.integers(2, 11))
def test_no_small_count_is_shown_and_only_groups_with_people_are_hidden(groups: list[Cell], minimum: int) -> None:
    labels = suppress(groups, minimum)
    for group, label in zip(groups, labels, strict=True):
        assert label != SHOWN or not is_small(group, minimum)
        assert group.eligible or label == SHOWN
    assert PRIMARY in labels or set(labels) <= {SHOWN}


@given(st.lists(cells, min_size=1, max_size=12), st.integers(2, 11))
def test_subtracting_what_is_shown_from_the_total_pins_no_count_down(groups: list[Cell], minimum: int) -> None:
    """Each hidden count lies between the least it can be and what the other hidden ones leave of the remainder."""
    total, labels = add(groups), suppress(groups, minimum)
    secret = hidden(groups, labels)
    if not secret or is_small(total, minimum):
        return
    rest = add(secret)
    assert len(secret) > 1
    assert not is_small(rest, minimum) or len(secret) == sum(g.eligible > 0 for g in groups)
    least = {PRIMARY: 1, COMPLEMENTARY: minimum}
    if COMPLEMENTARY not in labels:  # every group may be hidden for either reason: a reader knows only that it is there
        least = {PRIMARY: 1}
    floors = [least[label] for label in labels if label != SHOWN]
    for floor in floors:
        highest = rest.eligible - (sum(floors) - floor)
        assert highest > floor


@settings(max_examples=150, deadline=None)
@given(st.lists(small_cells, min_size=2, max_size=4), st.integers(3, 4))
def test_a_reader_who_tries_every_possible_table_learns_no_small_count(groups: list[Cell], minimum: int) -> None:
    """Brute force: every table with these totals, shown groups and labels; a small count takes several values."""
    labels = suppress(groups, minimum)
    secret = hidden(groups, labels)
    total = add(groups)
    if not secret or is_small(total, minimum) or len(secret) > 3:
        return
    reasons = [label for label in labels if label != SHOWN]
    tables = [
        table
        for table in _tables(add(secret), len(secret))
        if len(secret) == len([g for g in groups if g.eligible])
        or all(is_small(cell, minimum) == (why == PRIMARY) for cell, why in zip(table, reasons, strict=True))
    ]
    for place, cell in enumerate(secret):
        for count in (lambda c: c.eligible, lambda c: c.covered, lambda c: c.eligible - c.covered):
            if 0 < count(cell) < minimum:
                assert len({count(table[place]) for table in tables}) > 1


def _tables(rest: Cell, groups: int) -> list[list[Cell]]:
    one = [Cell(n, c) for n in range(1, rest.eligible + 1) for c in range(min(n, rest.covered) + 1)]
    found = []
    for head in product(one, repeat=groups - 1):
        so_far = add(head)
        last = Cell(rest.eligible - so_far.eligible, rest.covered - so_far.covered)
        if last.eligible > 0 and 0 <= last.covered <= last.eligible:
            found.append([*head, last])
    return found


def test_the_smallest_group_is_hidden_beside_the_small_one() -> None:
    groups = [Cell(500, 200), Cell(5, 0), Cell(90, 40), Cell(0, 0)]
    assert suppress(groups, 11) == [SHOWN, PRIMARY, COMPLEMENTARY, SHOWN]


def test_more_is_hidden_while_the_remainder_is_a_small_count() -> None:
    """Of 5 + 60 hidden people only 4 are uncovered: a third group must go with them."""
    groups = [Cell(5, 1), Cell(60, 60), Cell(90, 40), Cell(500, 200)]
    assert suppress(groups, 11) == [PRIMARY, COMPLEMENTARY, COMPLEMENTARY, SHOWN]


def test_where_all_groups_are_hidden_none_is_named_the_small_one() -> None:
    assert suppress([Cell(1, 0), Cell(11, 0)], 11) == [PRIMARY, PRIMARY]


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert suppress([Cell(50, 20), Cell(11, 0), Cell(11, 11), Cell(0, 0)], 11) == [SHOWN] * 4
