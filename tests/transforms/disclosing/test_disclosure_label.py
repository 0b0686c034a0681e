"""Labels of linked tables: no small count can be recovered, whatever the tables look like."""

from collections.abc import Callable
from itertools import product

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from transforms.disclosure import COMPLEMENTARY, PRIMARY, SHOWN, label
from transforms.disclosure_audit import audit

Frames = Callable[..., pl.DataFrame]
KEY = ["table", "breakdown", "group_code"]
MINIMUM = 3
minimums = st.sampled_from([2, 3, 5, 11])
sets = st.tuples(st.integers(0, 10**6), st.integers(0, 160), st.integers(1, 4), st.sampled_from([0.0, 0.05, 0.3]))
slow = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def labels(frame: pl.DataFrame, breakdown: str) -> dict[str, str]:
    part = frame.filter(pl.col("breakdown") == breakdown)
    return dict(zip(part["group_code"], part["label"], strict=True))


def test_the_audit_finds_nothing_in_200_random_table_sets_and_much_without_shelter(
    country: Frames, tables: Frames, without_shelter: Frames
) -> None:
    found: list[int] = []

    @slow
    @given(sets, minimums)
    def finds(drawn: tuple[int, int, int, float], minimum: int) -> None:
        labelled = label(tables(country(*drawn)), minimum)
        assert not audit(labelled, minimum)["recoverable"].any()
        found.append(audit(without_shelter(labelled), minimum)["recoverable"].sum())

    finds()
    assert sum(count > 0 for count in found) >= 20


@settings(slow, max_examples=20)
@given(sets, minimums, st.randoms(use_true_random=False))
def test_labels_do_not_depend_on_the_order_of_rows(country, tables, drawn, minimum, random) -> None:
    cells = tables(country(*drawn))
    order = list(range(len(cells)))
    random.shuffle(order)
    assert label(cells[order], minimum).sort(KEY).equals(label(cells, minimum).sort(KEY))


@settings(slow, max_examples=20)
@given(sets, minimums)
def test_small_cells_and_only_cells_with_people_are_hidden(country, tables, drawn, minimum) -> None:
    labelled = label(tables(country(*drawn)), minimum)
    counts = [pl.col("eligible"), pl.col("covered"), pl.col("eligible") - pl.col("covered")]
    small = pl.any_horizontal(count.is_between(1, minimum - 1) for count in counts)
    assert ((labelled["label"] == PRIMARY) == labelled.select(small).to_series()).all()
    assert labelled.filter(
        (pl.col("label") != SHOWN) & (pl.col("eligible") == 0) & pl.col("withheld").is_null()
    ).is_empty()


few_people = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=4)


@settings(slow, max_examples=150)
@given(few_people)
def test_whoever_tries_every_table_that_fits_learns_no_small_count(
    cells: Frames, people: list[tuple[int, int]]
) -> None:
    """Brute force: who is eligible in a hidden group, though not how many, is known, for empty groups are shown."""
    groups = [(covered + uncovered, covered) for covered, uncovered in people]
    totals = tuple(sum(counts) for counts in zip(*groups, strict=True))
    told = cells({"total": {"all": totals}, "area_1": {f"{n:02}": group for n, group in enumerate(groups)}})
    labelled = label(told, MINIMUM).filter(pl.col("withheld").is_null())
    hidden = [groups[int(code)] for code, why in labels(labelled, "area_1").items() if why != SHOWN]
    assume(0 < len(hidden) <= 3 and labels(labelled, "total")["all"] == SHOWN)
    fitting = [[halves(cell) for cell in table] for table in tables_with(hidden)]
    for place, cell in enumerate(hidden):
        for half, count in enumerate(halves(cell)):
            if 0 < count < MINIMUM:
                possible = [table[place][half] for table in fitting]
                assert max(possible) - min(possible) >= MINIMUM


def halves(cell: tuple[int, int]) -> tuple[int, int]:
    """The covered and the uncovered."""
    return cell[1], cell[0] - cell[1]


def tables_with(hidden: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Every way to split the counts of these groups over as many, none of them empty."""
    eligible, covered = (sum(counts) for counts in zip(*hidden, strict=True))
    one = [(n, c) for n in range(1, eligible + 1) for c in range(min(n, covered) + 1)]
    found = []
    for head in product(one, repeat=len(hidden) - 1):
        last = eligible - sum(n for n, _ in head), covered - sum(c for _, c in head)
        if 0 <= last[1] <= last[0] and last[0] > 0:
            found.append([*head, last])
    return found


def test_a_small_group_of_a_crossing_is_sheltered_in_a_rectangle(cells: Frames) -> None:
    frame = cells(
        {
            "total": {"all": (320, 160)},
            "area_1": {"01": (100, 50), "02": (100, 50), "03": (120, 60)},
            "sex": {"F": (200, 100), "M": (120, 60)},
            "area_1*sex": {
                "01*F": (95, 48), "01*M": (5, 2), "02*F": (45, 22), "02*M": (55, 28), "03*F": (60, 30),
                "03*M": (60, 30),
            },
        }
    )  # fmt: skip
    crossing = labels(label(frame, 11), "area_1*sex")
    assert crossing == {
        "01*F": COMPLEMENTARY, "01*M": PRIMARY, "02*F": COMPLEMENTARY, "02*M": COMPLEMENTARY,
        "03*F": SHOWN, "03*M": SHOWN,
    }  # fmt: skip


def test_a_district_gives_shelter_when_its_communes_are_too_few(cells: Frames) -> None:
    frame = cells(
        {
            "total": {"all": (90, 0)},
            "area_1": {"01": (90, 0)},
            "area_2": {"0101": (12, 0), "0102": (38, 0), "0103": (40, 0)},
            "area_3": {"010101": (6, 0), "010102": (6, 0), "010201": (38, 0), "010301": (40, 0)},
        }
    )
    done = label(frame, 11)
    assert labels(done, "area_3")["010101"] == labels(done, "area_3")["010102"] == PRIMARY
    assert labels(done, "area_2") == {"0101": COMPLEMENTARY, "0102": COMPLEMENTARY, "0103": SHOWN}
    assert not audit(done, 11)["recoverable"].any()


def test_a_breakdown_that_cannot_be_protected_is_withheld_with_a_reason(cells: Frames) -> None:
    frame = cells(
        {
            "total": {"all": (12, 0)},
            "sex": {"F": (6, 0), "M": (6, 0)},
            "area_1": {"01": (12, 0)},
            "area_1*sex": {"01*F": (6, 0), "01*M": (6, 0)},
        }
    )
    done = label(frame, 11)
    withheld = done.filter(pl.col("withheld").is_not_null())
    assert set(withheld["breakdown"]) == {"sex", "area_1*sex"}
    assert (withheld["label"] != SHOWN).all()
    assert labels(done, "area_1") == {"01": SHOWN} and labels(done, "total") == {"all": SHOWN}
    assert not audit(done, 11)["recoverable"].any()


def test_all_cells_small_are_all_hidden_and_nothing_is_known(cells: Frames) -> None:
    frame = cells({"total": {"all": (7, 3)}, "sex": {"F": (4, 2), "M": (3, 1)}, "area_1": {"01": (7, 3), "02": (0, 0)}})
    done = label(frame, 11)
    assert labels(done, "area_1") == {"01": PRIMARY, "02": SHOWN}
    assert audit(done, 11)["greatest"].null_count() == len(audit(done, 11))


def test_a_table_of_nobody_is_shown_and_one_group_is_as_its_total(cells: Frames) -> None:
    nobody = label(cells({"total": {"all": (0, 0)}, "area_1": {"01": (0, 0)}}), 11)
    assert nobody["label"].to_list() == [SHOWN, SHOWN]
    small = label(cells({"total": {"all": (50, 47)}, "area_1": {"01": (50, 47)}}), 11)
    assert small["label"].to_list() == [PRIMARY, PRIMARY]
    large = label(cells({"total": {"all": (50, 25)}, "area_1": {"01": (50, 25)}}), 11)
    assert large["label"].to_list() == [SHOWN, SHOWN]


def test_people_of_an_unknown_district_are_sheltered_though_no_row_counts_them(cells: Frames) -> None:
    """Province 01 has three people more than its districts: anybody could subtract."""
    frame = cells(
        {
            "total": {"all": (203, 0)},
            "area_1": {"01": (103, 0), "02": (100, 0)},
            "area_2": {"0101": (40, 0), "0102": (60, 0), "0201": (80, 0), "unknown": (23, 0)},
        }
    )
    found = audit(frame.with_columns(label=pl.lit(SHOWN)), 11)
    assert found.filter("recoverable")["group_code"].unique().to_list() == ["rest of area_1 01"]
    done = label(frame, 11)
    assert labels(done, "area_2")["0101"] == COMPLEMENTARY
    assert not audit(done, 11)["recoverable"].any()


def test_groups_that_are_more_than_their_total_are_refused(cells: Frames) -> None:
    with pytest.raises(ValueError, match="groups of sex are more than total"):
        label(cells({"total": {"all": (20, 5)}, "sex": {"F": (15, 5), "M": (15, 5)}}), 11)


def test_crossings_in_a_circle_are_refused(country: Frames, tables: Frames) -> None:
    with pytest.raises(ValueError, match="circle"):
        label(tables(country(1, 50), ("total", "sex", "area_1*sex", "area_1*age_band", "sex*age_band")), 11)


@pytest.mark.parametrize("counts", [(5, 6), (5, -1)])
def test_what_is_no_count_is_refused(cells: Frames, counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no more covered than eligible"):
        label(cells({"total": {"all": counts}}), 11)
