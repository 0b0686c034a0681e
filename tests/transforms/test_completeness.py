"""How complete a register is, in a tiny world: lists, links in doubt, registers that are not there, small counts."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.conftest import MEMBERS
from transforms import captures, completeness, uncertainty
from transforms.between import SAME_DAY
from transforms.completeness import cells_of, hidden, protect
from transforms.disclosure_audit import audit
from transforms.dual_system import PEOPLE, SHARES
from transforms.edges import DRAWS
from transforms.headers import RuleError
from transforms.uncertainty import Spread

World = Any
BORN = "2025-09-17"
BIRTHS = "civil_births"


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probabilities that are right: no shift between draws."""
    monkeypatch.setattr(uncertainty, "spread", lambda _: Spread())


def born(world: World, registered: int, listed: int, both: int, **values: object) -> World:
    """So many children in the register of births, on a roster, and in both; and a member of social security."""
    told = {"birth_date": BORN} | values
    world.household("H")
    world.social_security("worker")
    for number in range(registered + listed - both):
        if number < registered:
            world.event(f"c{number}", "birth", BORN, **{n: v for n, v in told.items() if n != "birth_date"})
        if number >= registered - both:
            world.member(f"c{number}", "H", **told)
    return world


def estimates(world: World) -> pl.DataFrame:
    world.gaps("birth_registration")
    return world.con.execute("FROM coverage.completeness").pl()


def total(world: World) -> dict[str, Any]:
    return estimates(world).row(by_predicate=pl.col("breakdown") == "total", named=True)


def applied(world: World) -> bool:
    return bool(world.con.execute("SELECT applied FROM coverage.captures WHERE capture = 'births'").fetchone()[0])


def test_two_lists_tell_of_those_in_neither(world: World) -> None:
    found = total(born(world, 400, 300, 270))
    assert (found["in_a"], found["in_b"], found["in_both"]) == (400, 300, 270)
    assert found["in_neither"] == pytest.approx(130 * 30 / 271)
    assert found["complete_a"] == pytest.approx(400 / (430 + 130 * 30 / 271))
    assert found["people_least"] < found["people_low"] < found["people"] < found["people_high"] < found["people_most"]
    assert found["verdict"] == "clear"


@pytest.mark.parametrize(("told", "in_a", "in_b"), [
    ({"birth_date": "2024-10-31"}, 0, 0),  # two years old the day before
    ({"birth_date": "2026-08-20"}, 0, 0),  # younger than registers have to know of
    ({"birth_date": "2025-01-01", "birth_precision": "year"}, 0, 0),
    ({"birth_date": BORN}, 0, 1),
])  # fmt: skip
def test_whom_a_roster_must_know_to_list_a_child(world: World, told: dict[str, Any], in_a: int, in_b: int) -> None:
    born(world, 0, 0, 0)
    world.member("child", "H", **told)
    world.event("other", "birth", "2020-02-02")
    found = total(world)
    assert (found["in_a"], found["in_b"]) == (in_a, in_b)


def test_a_dependant_of_a_social_security_member_is_listed(world: World) -> None:
    born(world, 1, 0, 0)
    world.social_security("child", depends_on_record_id="SS-worker", birth_date=BORN)
    world.social_security("grown", depends_on_record_id="SS-worker")
    assert total(world)["in_b"] == 1


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("linked", [True, False])
def test_links_in_doubt_are_in_both_lists_as_often_as_they_are_right(world: World, linked: bool) -> None:
    born(world, 150, 150, 100)
    probability = 0.6 if linked else 0.3
    for number in range(100):
        person, other = f"d{number}", f"d{number}" if linked else f"e{number}"
        world.event(person, "birth", BORN, group=f"{person}.1", probability=probability)
        member = world.member(other, "H", group=f"{other}.2", probability=probability, birth_date=BORN)
        world.pair((BIRTHS, f"birth-{person}"), (MEMBERS, member), probability)
    found = total(world)
    # Of 250 in each list, 100 are found in the other.
    odds = SAME_DAY * probability / (1 - probability) / (1 - 100 / 250)
    right = probability if linked else odds / (1 + odds)
    assert found["in_both"] == (200 if linked else 100)
    assert found["in_both_adjusted"] == pytest.approx(100 + 100 * right, abs=1.5)
    assert (found["in_a_adjusted"], found["in_b_adjusted"]) == (250, 250)
    assert found["people_high"] - found["people_low"] > 0


def test_pairs_that_nobody_kept_are_in_both_lists_as_well() -> None:
    lists = captures.Lists(*(np.full((1, DRAWS), float(count)) for count in (300, 80, 200)))
    more = captures.found(lists, 0.1, 0.2)
    assert more.both.mean() == pytest.approx(220, abs=2)
    for list_of in ("only_a", "only_b"):
        kept = getattr(more, list_of) + more.both
        assert (kept == getattr(lists, list_of) + lists.both).all()
    assert (captures.found(lists, 10.0, 0.2).only_b == 0).all()  # never more than there are


@pytest.mark.parametrize(("registered", "listed", "both"), [(200, 100, 0), (200, 0, 0), (0, 100, 0), (90, 60, 29)])
def test_without_enough_in_both_lists_no_number_is_invented(
    world: World, registered: int, listed: int, both: int
) -> None:
    world.event("grown", "birth", "2000-02-02")
    found = total(born(world, registered, listed, both))
    assert (found["in_a"], found["in_b"], found["in_both"]) == (registered, listed, both)
    assert {found[name] for name in (*PEOPLE, *SHARES)} == {None}
    assert found["verdict"] == "cannot_tell"


def test_a_wide_range_is_no_answer(world: World) -> None:
    found = total(born(world, 120, 120, 40))
    assert found["complete_a_most"] - found["complete_a_least"] > 0.25
    assert found["verdict"] == "cannot_tell"


def test_nobody_of_this_age_is_told_as_nobody(world: World) -> None:
    born(world, 0, 0, 0)
    world.event("grown", "birth", "2000-02-02")
    found = estimates(world)
    assert found.select("breakdown", "in_a", "in_b", "in_both").rows() == [("total", 0, 0, 0)]


@pytest.mark.parametrize("missing", ["births", "cards", "dependants", "policy"])
def test_where_a_list_or_a_policy_is_missing_nothing_is_told(world: World, missing: str) -> None:
    if missing == "births":
        world.household("H")
        world.social_security("worker")
        world.member("child", "H", birth_date=BORN)
    else:
        born(world, 60, 60, 50)
    table = {"cards": "clean.entitlements", "dependants": "clean.memberships", "policy": "reference.policy"}.get(
        missing
    )
    if table:
        where = "name = 'list_odds_ratios'" if missing == "policy" else "TRUE"
        world.con.execute(f"DELETE FROM {table} WHERE {where}")
    assert estimates(world).is_empty()
    assert not applied(world)


def test_a_query_that_fails_names_its_file_and_no_value(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (capture,) = captures.load_captures()
    wrong = capture.model_copy(update={"sql": capture.sql.replace("SELECT 'a' AS list", "SELECT 'a'::INTEGER AS list")})
    monkeypatch.setattr(captures, "load_captures", lambda: (wrong,))
    with pytest.raises(RuleError, match=r"^births.sql: the query failed \(\w+\)\.$"):
        estimates(born(world, 10, 10, 5))


def test_an_unknown_column_of_a_header_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (capture,) = captures.load_captures()
    wrong = capture.model_copy(update={"strata": ("area_1", "shoe_size")})
    monkeypatch.setattr(captures, "load", lambda *_: (wrong,))
    with pytest.raises(RuleError, match=r"births.sql: unknown shoe_size: use age, "):
        captures.load_captures()


def test_every_capture_says_in_two_languages_what_it_assumes() -> None:
    for capture in captures.load_captures():
        for name in ("statement", "list_a", "list_b", "assumes"):
            assert not any("ក" <= letter <= "៿" for letter in getattr(capture, f"{name}_en"))
            assert any("ក" <= letter <= "៿" for letter in getattr(capture, f"{name}_km"))


def provinces(rng: np.random.Generator, number: int) -> pl.DataFrame:
    """Estimates of one capture by province and sex: counts as people fall into lists, figures made of them."""
    sizes = rng.pareto(1, number) * 30 + 3
    cells = {
        (area, sex): rng.multinomial(int(sizes[area]), [0.6, 0.1, 0.3]) for area in range(number) for sex in ("F", "M")
    }
    keys = [("total", "all")] + [("area_1", f"{area:02}") for area in range(number)] + [("sex", sex) for sex in "FM"]
    rows = []
    for breakdown, code in keys:
        wanted = [n for (area, sex), n in cells.items() if breakdown == "total" or code in (f"{area:02}", sex)]
        only_a, only_b, both = np.sum(wanted, axis=0)
        rows.append(("births", breakdown, code, only_a + both, only_b + both, both))
    frame = pl.DataFrame(rows, schema=["capture", "breakdown", "group_code", "in_a", "in_b", "in_both"], orient="row")
    return frame.with_columns(
        *(pl.col("in_a").cast(pl.Float64).alias(name) for name in PEOPLE),
        *(pl.lit(0.123456).alias(name) for name in SHARES),
        verdict=pl.lit("clear"),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_no_small_count_can_be_had_by_subtraction(seed: int, number: int) -> None:
    frame = provinces(np.random.default_rng(seed), number)
    cells, sums = cells_of(frame)
    marked = hidden(frame, 11)
    told = pl.concat([marked, marked]).select(
        label=pl.when("hidden").then(pl.lit("hidden")).otherwise(pl.lit("no")),
        withheld=pl.when("withheld").then(pl.lit("so")),
    )
    # A reader may know that a group has nobody: a hidden zero is taken as shown.
    seen = cells.with_columns(told).with_columns(
        label=pl.when(pl.col("eligible") > 0).then("label").otherwise(pl.lit("no"))
    )
    assert audit(seen, 11, sums).filter("recoverable").is_empty()
    safe = protect(frame, 11).filter(pl.col("suppressed") == "no")
    counts = safe.select(
        "in_a", "in_b", "in_both", a=pl.col("in_a") - pl.col("in_both"), b=pl.col("in_b") - pl.col("in_both")
    )
    assert counts.filter(pl.any_horizontal((pl.all() > 0) & (pl.all() < 11))).is_empty()


def test_a_group_that_one_list_hides_the_other_hides_too() -> None:
    """Eight women are in list b alone. Where list a told who is in both, whoever knows list b would know them."""
    keys = ["capture", "breakdown", "group_code", "in_a", "in_b", "in_both"]
    rows = [("all", 700, 300, 200), ("F", 400, 108, 100), ("M", 300, 192, 100)]
    told = [("births", "sex" if code in ("F", "M") else "total", code, *counts) for code, *counts in rows]
    frame = pl.DataFrame(told, schema=keys, orient="row")
    cells, sums = cells_of(frame)
    shown = cells.with_columns(label=pl.lit("no"), withheld=pl.lit(None, pl.String))
    assert audit(shown, 11, sums)["recoverable"].any()
    assert hidden(frame, 11)["hidden"].to_list() == [False, True, True]


def test_what_is_published_is_rounded(world: World) -> None:
    frame = protect(provinces(np.random.default_rng(1), 3), 1)
    assert not frame.select(pl.any_horizontal(pl.col(PEOPLE) % completeness.PEOPLE_STEP != 0)).to_series().any()
    assert set(frame["complete_a"]) == {0.12}
