"""Rivals, by hand: a record in two registers that have nobody twice, and what each candidate gains or loses."""

import numpy as np
import pytest

from transforms.rivals import FEW_DUPLICATES, MEANS_NOTHING, MOST_HELD, weigh_rivals

SIZE = 100
SURE = 10.0  # bits
Pair = tuple[int, int]


@pytest.fixture
def weighed(con):
    """What rivals say of each pair, in bits: records 1-100 are in register 1, 101-200 in 2, and so on."""

    def weigh(pairs: dict[Pair, float], registers: int = 2) -> dict[Pair, float]:
        con.execute("CREATE OR REPLACE TEMP TABLE comparable (rec INTEGER, population_no INTEGER)")
        con.execute(
            "INSERT INTO comparable SELECT n + 1, n // $1 + 1 FROM range($1 * $2) t(n)",
            [SIZE, registers],
        )
        con.execute("CREATE OR REPLACE TEMP TABLE scored (rec_l INTEGER, rec_r INTEGER, bits DOUBLE)")
        for pair, bits in pairs.items():
            con.execute("INSERT INTO scored VALUES (?, ?, ?)", [*pair, bits])
        weigh_rivals(con)
        return {(left, right): bits for left, right, bits in con.execute("FROM rivalled").fetchall()}

    return weigh


def everybody(but: int = 0, bits: float = SURE) -> dict[Pair, float]:
    """Each record of register 1 and its fellow in register 2, but for the first few."""
    return {(n, SIZE + n): bits for n in range(but + 1, SIZE + 1)}


def gain(share: float, rivals: float = 0.0) -> float:
    return float(-np.log2(1 - share + rivals))


def test_a_lonely_candidate_gains_by_how_much_the_registers_overlap(weighed) -> None:
    some, most = weighed(everybody(but=50)), weighed(everybody(but=10))
    held = 2**SURE / (1 + 2**SURE)
    assert some[60, 160] == pytest.approx(2 * gain(0.5 * held))
    assert most[60, 160] == pytest.approx(2 * gain(0.9 * held))
    assert 0 < some[60, 160] < most[60, 160]


def test_however_full_the_register_a_lonely_candidate_gains_no_more_than_it_may(weighed) -> None:
    told = weighed(everybody(bits=60.0))
    assert told[1, SIZE + 1] == pytest.approx(2 * gain(MOST_HELD))


def test_two_rivals_that_fit_equally_well_lose(weighed) -> None:
    told = weighed(everybody(but=50) | {(1, 101): SURE, (1, 102): SURE})
    assert told[1, 101] == pytest.approx(told[1, 102])
    assert SURE + told[1, 101] < 1.1  # each of the two has even odds against the other
    assert told[60, 160] > 0


def test_of_two_rivals_the_better_keeps_what_the_other_loses(weighed) -> None:
    told = weighed(everybody(but=50) | {(1, 101): SURE, (1, 102): SURE - 8})
    assert SURE + told[1, 101] > 8 - 2
    assert SURE - 8 + told[1, 102] < -6


def test_rivals_for_a_record_of_the_second_register_count_as_well(weighed) -> None:
    told = weighed(everybody(but=50) | {(1, 101): SURE, (2, 101): SURE})
    assert told[1, 101] == pytest.approx(told[2, 101])
    assert SURE + told[1, 101] < 1.1


def test_rivals_that_are_one_person_are_no_rivals(weighed) -> None:
    rivals = everybody(but=50) | {(1, 101): SURE, (1, 102): SURE}
    apart, one = weighed(rivals), weighed(rivals | {(101, 102): SURE})
    assert apart[1, 101] < -7
    assert one[1, 101] > -0.1


def test_the_double_of_the_right_one_is_as_likely_as_it_is_its_double(weighed) -> None:
    """A second card of somebody whose first one shows their number: nothing beats that, and the second is theirs."""
    rivals = everybody(but=50) | {(1, 101): 40.0, (1, 102): SURE}
    apart, one = weighed(rivals), weighed(rivals | {(101, 102): SURE})
    assert SURE + apart[1, 102] < -28
    assert SURE + one[1, 102] == pytest.approx(SURE, abs=1)


def test_a_register_with_duplicates_has_no_say(weighed) -> None:
    few, many = (int(SIZE * share) for share in (FEW_DUPLICATES - 0.02, FEW_DUPLICATES + 0.02))
    rivals = everybody(but=50) | {(1, 101): SURE, (1, 102): SURE}

    def with_duplicates(number: int) -> dict[Pair, float]:
        return weighed(rivals | {(151 + 2 * n, 152 + 2 * n): SURE for n in range(number)})

    assert with_duplicates(few)[1, 101] < -7
    assert with_duplicates(many)[1, 101] > 0  # from the first register's side alone: it holds nobody twice


def test_where_both_registers_have_duplicates_nobody_says_anything(weighed) -> None:
    twice = {(SIZE * side + 2 * n - 1, SIZE * side + 2 * n): SURE for side in (0, 1) for n in range(1, 20)}
    assert weighed(everybody() | twice) == {}


def test_pairs_inside_a_register_have_no_rivals(weighed) -> None:
    told = weighed(everybody() | {(1, 2): SURE})
    assert (1, 2) not in told


def test_candidates_of_different_registers_are_no_rivals(weighed) -> None:
    told = weighed({(1, 101): SURE, (1, 201): SURE}, registers=3)
    assert min(told.values()) > 0


def test_what_means_nothing_is_no_rival(weighed) -> None:
    hardly = float(np.log2(MEANS_NOTHING)) - 1
    told = weighed(everybody(but=50) | {(1, 101): SURE, (1, 102): hardly})
    assert (1, 102) not in told
    assert told[1, 101] > 0


def test_without_any_pair_there_is_nothing_to_say(weighed) -> None:
    assert weighed({}) == {}


def test_odds_beyond_all_numbers_are_survived(weighed) -> None:
    told = weighed({(1, 101): 5000.0, (1, 102): 5000.0, (2, 103): -5000.0})
    assert all(np.isfinite(bits) for bits in told.values())
    assert told[1, 101] < -50
