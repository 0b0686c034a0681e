"""Errors by population in a tiny world: denominators, people counted once, sureness, money, and no small count."""

from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import error_gaps, errors, findings
from transforms.disclosure_audit import audit
from transforms.headers import RuleError
from transforms.tables.errors import ALL_RULES

World = Any
WRONG, TWICE = "I01", "D03"


def paid(world: World, area: str, people: int, dead: int, twice: int = 0, **values: object) -> None:
    """Elders paid once in an area, of whom the first are dead, and the last are paid twice."""
    for number in range(people):
        person = f"{area}-{number}"
        enrolment = world.enrolment(person, "elderly", birth_date="1950-02-02", **values)
        world.payment(enrolment, "elderly", "2026-09-01")
        if number >= people - twice:
            world.payment(enrolment, "elderly", "2026-09-15")
        if number < dead:
            world.event(person, "death", "2026-03-01", birth_date="1950-02-02")


def row(table: pl.DataFrame, **named: object) -> dict[str, Any]:
    wanted = {"breakdown": "total", "group_code": "all"} | named
    return table.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in wanted.items()), named=True)


def test_errors_have_their_denominator_money_and_states(world: World) -> None:
    paid(world, "01", 30, 12, 3)
    world.area("010101", "Banteay Neang", "បន្ទាយនាង", "rural")  # where everybody lives
    found = world.errors("elderly_paid")
    by_setting = row(found, rule=WRONG, breakdown="setting", group_code="rural")
    assert (by_setting["people"], by_setting["found"], by_setting["group_name_km"]) == (30, 12, "ជនបទ")
    wrong = row(found, rule=WRONG)
    assert (wrong["people"], wrong["found"], wrong["share"]) == (30, 12, pytest.approx(0.4))
    assert (wrong["confirmed"], wrong["probable"], wrong["cannot_tell"]) == (12, 0, 0)
    assert (wrong["expected"], wrong["expected_low"], wrong["expected_high"]) == (12, 12, 12)  # exact links: no doubt
    assert (wrong["stake"], wrong["riel_a_month"], wrong["with_money"]) == ("overpaid", 12 * 28000, 12)
    assert row(found, rule=TWICE)["found"] == 3
    assert row(found, rule=ALL_RULES, kind="duplication")["share"] == pytest.approx(0.1)


def test_whoever_has_two_findings_of_a_kind_is_counted_once(world: World) -> None:
    paid(world, "01", 20, 20)
    world.con.execute("UPDATE clean.payments SET wallet = 'w'")
    world.con.execute("UPDATE clean.people SET household_id = record_id WHERE register = 'family_package_enrolments'")
    found = world.errors("elderly_paid")
    each = {name: row(found, rule=name)["found"] for name in (WRONG, "I14")}
    assert each == {WRONG: 20, "I14": 20}
    assert row(found, rule=ALL_RULES, kind="inclusion")["found"] == 20
    assert row(found, rule=ALL_RULES, kind="inclusion")["riel_a_month"] == 20 * 28000


def test_who_is_owed_has_those_entitled_as_denominator(world: World) -> None:
    world.household("H1", area_1="02")
    for number in range(9):
        world.member(f"p{number}", "H1", birth_date="1950-02-02", sex="M" if number else "F")
    world.enrolment("p1", "elderly", birth_date="1950-02-02", sex="M")
    found = world.errors("elderly_entitled")
    owed = row(found, rule="E02")
    assert (owed["people"], owed["found"], owed["stake"], owed["riel_a_month"]) == (9, 8, "owed", 8 * 28000)
    assert row(found, rule="E02", breakdown="sex", group_code="M")["people"] == 8
    poor = row(found, rule="E02", breakdown="poverty_level", group_code="poor_1")
    assert (poor["people"], poor["group_name_en"]) == (9, "Poor, level 1")


def test_groups_add_up_and_a_group_without_findings_is_told(world: World) -> None:
    paid(world, "01", 20, 5, sex="F")
    paid(world, "02", 10, 0, sex="M")
    found = world.errors("elderly_paid").filter(rule=WRONG)
    sums = found.group_by("breakdown").agg(pl.col("people", "found").sum()).select("people", "found").unique()
    assert sums.rows() == [(30, 5)]
    assert row(found, breakdown="sex", group_code="M")["found"] == 0


def test_a_population_whose_register_is_not_there_is_not_counted(world: World) -> None:
    assert world.errors("elderly_paid").is_empty()
    told = world.con.execute(
        "SELECT applied, rules_not_asked FROM coverage.populations WHERE population = 'elderly_paid'"
    )
    assert told.fetchone() == (False, "I01, I04, I14, D03")


def test_a_population_with_nobody_has_no_share(world: World) -> None:
    world.payment(world.enrolment("p", "disability"), "disability", "2026-09-01")
    found = world.errors("elderly_paid").filter(rule=ALL_RULES, kind="duplication")
    assert found.select("breakdown", "people", "found", "share").rows() == [("total", 0, 0, None)]


def cells(counts: list[tuple[int, int, int]], kind: str = "inclusion") -> pl.DataFrame:
    """A total and an area each: people, found and with money."""
    total = tuple(sum(column) for column in zip(*counts, strict=True))
    rows = [("total", "all", *total), *(("area_1", f"{n:02}", *one) for n, one in enumerate(counts))]
    told = pl.DataFrame(rows, ["breakdown", "group_code", "people", "found", "with_money"], orient="row")
    figures = {name: pl.col("found").cast(pl.Float64) for name in ("share", "expected")}
    return told.with_columns(
        population=pl.lit("p"), kind=pl.lit(kind), table=pl.lit(f"p/{kind}"), published=pl.lit(None, pl.Boolean),
        expected_low="found", expected_high="found", stake=pl.lit("overpaid"),
        riel_a_month=pl.col("with_money") * 28000,
        **figures,
    )  # fmt: skip


COUNTS = st.integers(0, 60).flatmap(
    lambda people: st.integers(0, people).flatmap(
        lambda found: st.integers(0, found).map(lambda money: (people, found, money))
    )
)


@settings(deadline=None, max_examples=60)  # labelling takes its time
@given(st.lists(COUNTS, min_size=2, max_size=8))
def test_no_small_count_leaves_nor_can_be_had_by_subtraction(counts: list[tuple[int, int, int]]) -> None:
    truth = cells(counts)
    told = error_gaps.protect(truth, 11)
    shown = told.filter(suppressed="no").select("people", "found", rest=pl.col("people") - pl.col("found"))
    assert shown.filter(pl.any_horizontal((pl.all() > 0) & (pl.all() < 11))).is_empty()
    hidden = told.filter(suppressed="yes").select(error_gaps.COUNTS + error_gaps.MONEY)
    assert hidden.null_count().row(0) == (len(hidden),) * hidden.width
    for flag, eligible, covered in (("suppressed", "people", "found"), ("money_suppressed", "with_money", None)):
        labels = told.select("breakdown", "group_code", label=flag)
        known = truth.join(labels, on=["breakdown", "group_code"]).with_columns(
            eligible=eligible, covered=covered or pl.lit(0, pl.Int64)
        )
        # Where the money of every group is hidden, nobody knows whose there is any.
        known = known.filter((pl.col("label") == "no").any().over("breakdown"))
        assert audit(known, 11).filter("recoverable").is_empty()


def test_money_of_few_is_hidden_where_their_number_is_not() -> None:
    told = error_gaps.protect(cells([(100, 40, 3), (100, 40, 40), (100, 40, 20)]), 11)
    assert told["suppressed"].unique().to_list() == ["no"]
    money = dict(told.select("group_code", "money_suppressed").rows())
    assert (money["all"], money["00"]) == ("no", "yes")
    assert sum(value == "yes" for value in money.values()) == 2


def test_a_denominator_hidden_for_one_kind_is_not_told_by_another() -> None:
    inclusion, duplication = (cells([(90, 3, 3), (80, 40, 40), (70, 35, 35)]),
                              cells([(90, 20, 20), (80, 40, 40), (70, 35, 35)], "duplication"))  # fmt: skip
    told = error_gaps.protect(pl.concat([inclusion, duplication]), 11)
    small = row(told, kind="inclusion", breakdown="area_1", group_code="00")
    assert (small["suppressed"], small["people"]) == ("yes", None)


def test_a_rule_with_few_findings_adds_nothing_to_what_leaves(world: World) -> None:
    paid(world, "01", 60, 20, twice=4)
    world.errors("family_package_paid")
    told = world.con.execute("SELECT * FROM coverage.error_gaps WHERE population = 'family_package_paid'").pl()
    assert row(told, kind="inclusion")["found"] == 20
    assert row(told, kind="inclusion")["rules"] == "I01, I14"  # the second was asked, and found nobody
    assert told.filter(kind="duplication").is_empty()


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1).map(lambda p: round(p, 6)), min_size=1, max_size=25))
def test_the_interval_of_right_findings_holds(chances: list[float]) -> None:
    with duckdb.connect() as con:
        con.register("chances", pl.DataFrame({"sureness": chances}))
        low, high = con.execute(
            f"""SELECT {errors._LOW}, {errors._HIGH} FROM (SELECT sum(sureness) AS expected,
            sqrt(sum(sureness * (1 - sureness))) AS spread, count(*) FILTER (sureness = 1) AS sure, count(*) AS found
            FROM chances)"""
        ).fetchall()[0]
    exact = np.ones(1)  # the distribution of a sum of independent trials, convolved
    for chance in chances:
        exact = np.convolve(exact, [1 - chance, chance])
    assert exact[low : high + 1].sum() >= 0.95


def test_every_rule_that_is_counted_is_in_the_catalogue() -> None:
    known = {rule.id: rule for rule in findings.load_rules()}
    told = [rule for one in errors.load_populations() for rule in one.told]
    assert len(told) == len(set(told)), "what two populations tell of a rule could be subtracted"
    for one in errors.load_populations():
        assert set(one.told) <= set(one.rules) <= set(known), one.id
        stakes = {(known[r].kind, known[r].money.stake) for r in one.rules if known[r].money}
        kinds = [kind for kind, _ in stakes]
        assert len(kinds) == len(set(kinds)), f"{one.id}: money of one kind means two things"


@pytest.mark.parametrize(("breakdowns", "told"), [("area_1, shoe", "unknown breakdown shoe")])
def test_a_breakdown_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, breakdowns: str, told: str) -> None:
    one = errors.load_populations()[0].model_copy(update={"breakdowns": tuple(breakdowns.split(", "))})
    monkeypatch.setattr(errors, "load", lambda *_: (one,))
    with pytest.raises(RuleError, match=told):
        errors.load_populations()
