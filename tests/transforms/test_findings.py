"""What the runner makes of the answers: states, probabilities, lasting ids, and rules that cannot be asked."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transforms.made_up_rule import HEADER
from transforms import facts, findings, sureness, tables
from transforms.between import ELSE
from transforms.headers import RuleError, parse

World = Any
QUERY = "SELECT person_id, {sex: min(sex)} AS evidence, list(record(register, record_id, 'subject')) AS records"


def rule(sql: str, header: str = HEADER) -> findings.Rule:
    return parse(header + sql, "made_up.sql", findings.Rule)


def ask(world: World, sql: str, header: str = HEADER) -> str:
    world.resolve()
    facts.prepare(world.con, world.as_of)
    world.con.execute(f"CREATE OR REPLACE TEMP TABLE found ({findings.FOUND})")
    return findings.ask(world.con, rule(sql, header))


def dead_but_paid(world: World, person: str, **how: object) -> None:
    world.event(person, "death", "2026-01-01", **how)
    world.payment(world.enrolment(person, "elderly"), "elderly", "2026-09-10")


def test_an_adverse_finding_is_confirmed_by_identifiers_only(world: World) -> None:
    dead_but_paid(world, "by identifier")
    dead_but_paid(world, "by score", group="another", probability=0.999999)
    found = world.found_alone("I01")
    assert {person: row["state"] for person, row in found.items()} == {
        "by identifier": "confirmed",
        "by score": "probable",
    }


@pytest.mark.parametrize("linked", [0.6, 0.93], ids=["in doubt", "likely"])
def test_the_probability_is_that_of_the_links_the_finding_needs_which_clusters_kept(
    world: World, linked: float
) -> None:
    dead_but_paid(world, "p", group="another")
    world.pair(("civil_deaths", "death-p"), ("family_package_enrolments", "FP-p-elderly"), linked)
    world.social_security("p", group="another")
    world.pair(("civil_deaths", "death-p"), ("nssf_members", "SS-p"), 1.0)
    world.con.execute("UPDATE reference.policy SET value = '2' WHERE name = 'kept_link_odds'")
    world.con.execute("UPDATE reference.policy SET value = '0.5' WHERE name = 'kept_link_slope'")
    odds = 2 * (linked / (1 - linked)) ** 0.5
    expected = max(odds / (1 + odds), linked)
    assert world.found_alone("I01")["p"]["probability"] == pytest.approx(expected, abs=1e-6)


def test_where_policy_says_nothing_of_links_that_clusters_kept_each_is_as_likely_as_it_says(world: World) -> None:
    dead_but_paid(world, "p", group="another")
    world.pair(("civil_deaths", "death-p"), ("family_package_enrolments", "FP-p-elderly"), 0.93)
    world.con.execute("DELETE FROM reference.policy WHERE name IN ('kept_link_odds', 'kept_link_slope')")
    assert world.found_alone("I01")["p"]["probability"] == pytest.approx(0.93)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["exclusion", "inclusion", "duplication", "inconsistency"]),
    about_household=st.booleans(),
    groups=st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=4),
    probability=st.floats(0, 1),
    absent=st.booleans(),
    doubt=st.none() | st.floats(0, 1),
    reliability=st.none() | st.floats(0, 1),
)
def test_no_score_leads_to_a_confirmed_adverse_finding(
    world: World,
    kind: str,
    about_household: bool,
    groups: list[str | None],
    probability: float,
    absent: bool,
    doubt: float | None,
    reliability: float | None,
) -> None:
    """Whatever the score: several records of a person confirm nothing unless one identifier group holds them all."""
    con = world.con
    for table in (tables.PEOPLE, tables.PERSON_RECORDS, tables.PAIRS):
        con.execute(f"DELETE FROM {table.full_name}")
    for number, group in enumerate(groups):
        if group:
            world.member("p", f"H/{number}", group=group, probability=probability)
            world.pair(("idpoor_members", f"H/{number}/p"), ("idpoor_members", "H/0/p"), probability)
    world.resolve()
    facts.prepare(con, world.as_of)
    subject = (None, "idpoor_households", "H") if about_household else ("p", None, None)
    records = [{"register": "idpoor_members", "record_id": f"H/{n}/p", "role": "subject"} for n in range(len(groups))]
    con.execute(f"CREATE OR REPLACE TEMP TABLE found ({findings.FOUND})")
    con.execute(
        "INSERT INTO found VALUES ('f', 'X01', $1, 'low', $2, $3, $4, $5, $6, FALSE, $7, '{}', $8)",
        [kind, *subject, "nssf_members" if absent else None, doubt, reliability, records],
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE found_records AS"
        " SELECT 'f' AS finding_id, unnest(records, max_depth := 2) FROM found"
    )
    sureness.weigh(con)
    ((state, sure),) = con.execute("SELECT state, probability FROM weighed").fetchall()
    assert 0 <= sure <= (1 if reliability is None else reliability) + 1e-6
    by_identifier = None not in groups and len(set(groups)) == 1
    if state == "confirmed":
        assert by_identifier and not absent and doubt is None
    elif doubt is not None:
        assert state == "cannot_tell"
        assert sure <= doubt + 1e-6
    elif not absent:
        assert not by_identifier


def test_what_blocking_misses_is_part_of_the_probability_of_a_missed_link(world: World) -> None:
    """Of ten links nine were proposed; two of four members are enrolled, so a ninth of the two is hidden, for two."""
    world.con.execute("INSERT INTO linkage.missed VALUES (0, 1, 0, 2), (1, 4, 4, 4), (2, 5, 5, 5)")
    world.household("H1")
    for person in ("left out", "enrolled", "enrolled too", "young"):
        world.member(person, "H1", birth_date="1990-02-02" if person == "young" else "1950-02-02")
    for person in ("enrolled", "enrolled too"):
        world.enrolment(person, "elderly", birth_date="1950-02-02")
    missed = world.found_alone("E02")["left out"]["missed_link_probability"]
    assert missed == pytest.approx(1 / 9 * 2 / 2, abs=1e-6)


@pytest.mark.parametrize(("probability", "state"), [(0.1, "probable"), (0.3, "cannot_tell")])
def test_an_absence_that_may_be_a_missed_link_cannot_be_told(world: World, probability: float, state: str) -> None:
    world.household("H1")
    member = world.member("p", "H1", birth_date="1950-02-02")
    other = world.enrolment("q", "elderly", birth_date="1950-02-03")
    world.pair(("idpoor_members", member), ("family_package_enrolments", other), probability)
    claim = world.claim("r", "2026-02-02")
    world.pair(("idpoor_members", member), ("hef_claims", claim), 0.99)
    found = world.find()
    for rule_id, subject in (("E02", "p"), ("E01", "H1")):
        row = found.found(rule_id)[subject]
        odds = ELSE * probability / (1 - probability)
        assert (row["state"], row["missed_link_probability"]) == (state, pytest.approx(odds / (1 + odds), abs=1e-6))


def test_who_is_most_likely_enrolled_is_not_left_out(world: World) -> None:
    for home in ("H1", "H2"):
        world.household(home)
        member = world.member(f"of {home}", home, birth_date="1950-02-02")
        other = world.enrolment(f"other of {home}", "elderly", birth_date="1950-02-03")
        pair = (("idpoor_members", member), ("family_package_enrolments", other))
        world.pair(*pair, 0.9 if home == "H1" else 0.6)
    assert set(world.found_alone("E02")) == {"of H2"}


def test_an_absence_cannot_be_told_while_a_row_with_their_number_could_not_be_read(world: World) -> None:
    world.enrolment("q", "elderly")
    for person, number in {"p": "111222333", "r": "444555666"}.items():
        world.household(f"of {person}")
        member = world.member(person, f"of {person}", birth_date="1950-02-02")
        world.identifier("idpoor_members", member, "national_id", number)
    world.unread("family_package_enrolments", id_no="111222333", component="?")
    world.unread("hef_claims", id_no="444555666")
    states = {person: row["state"] for person, row in world.found_alone("E02").items()}
    assert states == {"p": "cannot_tell", "r": "probable"}


def test_an_absence_is_never_confirmed_even_of_an_adverse_kind(world: World) -> None:
    world.payment(world.enrolment("p", "disability"), "disability", "2026-09-10")
    world.disability_card("q")
    row = world.found_alone("I09")["p"]
    assert (row["state"], row["missed_link_probability"]) == ("probable", 0)


def test_what_a_register_says_by_its_own_keys_needs_no_link(world: World) -> None:
    world.household("H1", number="one")
    world.household("H2", number="one")
    for person in ("a", "b"):
        world.member(person, "H1", relation_to_head="head")
    found = world.find()
    states = {
        (rule_id, row["state"], row["probability"])
        for rule_id in ("D10", "N04")
        for row in found.found(rule_id).values()
    }
    assert states == {("D10", "confirmed", 1.0), ("N04", "confirmed", 1.0)}


def test_findings_are_the_same_in_any_order_of_rows_and_on_any_number_of_threads(world: World) -> None:
    for number in range(20):
        dead_but_paid(world, f"p{number:02d}", group=f"g{number % 3}")
        world.household(f"H{number}")
        world.member(f"p{number:02d}", f"H{number}", birth_date="1950-03-04")
    first = contents(world.find())
    for table in (tables.PEOPLE, tables.PERSON_RECORDS, tables.PAYMENTS, tables.ENROLMENTS, tables.HOUSEHOLDS):
        world.con.execute(f"CREATE TEMP TABLE turned AS FROM {table.full_name} ORDER BY hash(row_number() OVER ())")
        world.con.execute(f"DELETE FROM {table.full_name}")
        world.con.execute(f"INSERT INTO {table.full_name} FROM turned; DROP TABLE turned")
    world.con.execute("SET threads = 1")
    assert contents(world.find()) == first


def contents(world: World) -> list[list[tuple[object, ...]]]:
    return [world.con.execute(f"FROM {table.full_name}").fetchall() for table in tables.FINDING_LAYER]


def test_a_date_of_birth_taken_from_a_linked_record_makes_a_finding_no_surer_than_that_link(world: World) -> None:
    world.claim("by another", "2026-05-05", service="delivery", birth_date=None, birth_precision=None)
    world.social_security("by another", birth_date="1950-05-05", group="another")
    world.claim("by itself", "2026-05-05", service="delivery", birth_date="1950-05-05")
    states = {person: row["state"] for person, row in world.found_alone("N06").items()}
    assert states == {"by another": "probable", "by itself": "confirmed"}


def test_a_number_that_two_people_bear_confirms_no_link(world: World) -> None:
    for person in ("own number", "borrowed number", "one record"):
        dead_but_paid(world, person, given_name_local=person)
        world.identifier("civil_deaths", f"death-{person}", "national_id", person)
    world.member("lender", "H1")
    world.identifier("idpoor_members", "H1/lender", "national_id", "borrowed number")
    world.payment(world.enrolment("one record", "scholarship"), "scholarship", "2026-09-10", amount=1)
    world.identifier("idpoor_members", "H1/lender", "national_id", "one record")
    world.find()
    assert {person: row["state"] for person, row in world.found("I01").items()} == {
        "own number": "confirmed",
        "borrowed number": "probable",
        "one record": "probable",
    }
    assert world.found("N08")["one record"]["state"] == "confirmed"
    assert {row["state"] for row in world.found("D09").values()} == {"probable"}


def test_a_roster_that_contradicts_itself_needs_no_link(world: World) -> None:
    world.household("H1")
    world.member("head", "H1", relation_to_head="head")
    world.member("no child", "H1", relation_to_head="child")
    assert world.found_alone("N05")["no child"]["state"] == "confirmed"


def test_ids_and_evidence(world: World) -> None:
    dead_but_paid(world, "p")
    row = world.found_alone("I01")["p"]
    assert len(row["finding_id"]) == 16
    assert row["evidence"] == {
        "died_on": "2026-01-01",
        "payments": 1,
        "first_paid_on": "2026-09-10",
        "last_paid_on": "2026-09-10",
        "amount": 28000,
    }
    roles = world.con.execute("SELECT register, role FROM findings.records ORDER BY register").fetchall()
    assert roles == [
        ("civil_deaths", "death"),
        ("family_package_enrolments", "subject"),
        ("family_package_payments", "payment"),
    ]


def test_a_rule_whose_registers_are_not_there_says_so(world: World) -> None:
    world.household("H1")
    applied, note = world.find().note("E01")
    assert (applied, note) == (False, "No register in use tells of enrolments:family_package.")


def test_a_rule_whose_policy_value_is_not_there_says_so_even_when_only_a_fact_uses_it(world: World) -> None:
    world.member("p", "H1")
    world.con.execute("DELETE FROM reference.policy WHERE name = 'school_ages'")
    assert "school_ages" in ask(world, f"{QUERY} FROM card_members GROUP BY person_id")
    assert "nonsense" in ask(world, f"{QUERY} FROM person_records WHERE policy('nonsense') = '1' GROUP BY person_id")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (f"{QUERY} FROM persn_records GROUP BY person_id", "persn_records"),
        ("SELEC 1", "cannot be read"),
        ("SELECT 1 AS person_id", "must give person_id"),
        (f"{QUERY} FROM person_records GROUP BY person_id".replace("sex:", "gender:"), "header explains: sex"),
        (f"{QUERY} FROM person_records GROUP BY person_id, record_id", "one row a subject"),
        (f"{QUERY} FROM person_records GROUP BY person_id".replace("'subject'", "'witness'"), "one row a subject"),
    ],
)
def test_a_rule_that_cannot_be_used_is_held_back_with_a_sentence(world: World, sql: str, says: str) -> None:
    world.member("p", "H1")
    world.member("p", "H2")
    assert says in ask(world, sql)
    assert world.con.execute("SELECT count(*) FROM found").fetchone() == (0,)


@pytest.mark.parametrize(
    ("having", "says"),
    [
        ("person_id::INTEGER > 1", "TRY_CAST"),
        ("max(repeat('9', 18)::BIGINT) * 99 > 1", "too large"),
        ("1 = (SELECT unnest([1, 2]))", "several rows"),
    ],
)
def test_a_query_that_fails_while_it_runs_is_held_back_without_a_value(world: World, having: str, says: str) -> None:
    world.member("secret person", "H1")
    world.member("secret person", "H2")
    told = ask(world, f"{QUERY} FROM person_records GROUP BY person_id HAVING {having}")
    assert "failed while it ran" in told
    assert says in told
    assert "secret" not in told
    assert world.con.execute("SELECT count(*) FROM found").fetchone() == (0,)


def test_a_division_by_zero_is_no_evidence(world: World) -> None:
    world.member("p", "H1", sex="M")
    query = f"{QUERY} FROM person_records GROUP BY person_id"
    assert "divided by zero" in ask(world, query.replace("min(sex)", "1 / sum(0)"))
    assert "divided by zero" in ask(world, query.replace("min(sex)", "[0 / sum(0.0)]"))
    assert ask(world, query.replace("min(sex)", "1 / nullif(sum(0), 0)")) == ""
    assert ask(world, query.replace("min(sex)", """'"NaN, Infinity" of ' || min(sex)""")) == ""


def test_a_failing_rule_takes_no_other_with_it(world: World) -> None:
    dead_but_paid(world, "p")
    (sound,) = (one for one in findings.load_rules() if one.id == "I01")
    wrong = [
        f"{QUERY} FROM persn_records GROUP BY person_id",
        f"{QUERY} FROM person_records WHERE person_id::INTEGER > 1 GROUP BY person_id",
        f"{QUERY} FROM person_records WHERE policy('nonsense') = '1' GROUP BY person_id",
        f"{QUERY} FROM person_records GROUP BY person_id".replace("person_id,", "'nobody' AS person_id,"),
        f"{QUERY} FROM person_records GROUP BY person_id".replace("record(register, record_id", "record('r', 'none'"),
        "SELECT 1; DROP TABLE clean.people",
    ]
    failing = tuple(rule(sql).model_copy(update={"id": f"E9{n}"}) for n, sql in enumerate(wrong))
    world.resolve()
    made = findings.find(world.con, world.as_of, (sound, *failing))
    kept = world.con.execute("SELECT rule, applied, note, findings FROM findings.rules ORDER BY rule").fetchall()
    assert kept[-1] == ("I01", True, "", 1)
    assert [row[1] for row in kept[:-1]] == [False] * len(wrong)
    says = ("persn_records", "failed while it ran", "nonsense", "names a person", "rests on a record", "one SELECT")
    for (_, _, note, _), words in zip(kept, says, strict=False):
        assert words in note
        assert note.count(". ") == 0
    assert world.con.execute("SELECT DISTINCT rule FROM findings.findings").fetchall() == [("I01",)]
    assert made["person_records"] == 2
    assert made["I01"] == made["states"] == 1


def test_a_policy_value_that_is_no_number_holds_back_only_the_rules_that_read_it(world: World) -> None:
    dead_but_paid(world, "p")
    world.household("H1")
    world.member("q", "H1", birth_date="1950-03-04")
    world.con.execute("UPDATE reference.policy SET value = 'sixty' WHERE name = 'elderly_age'")
    applied, note = world.find().note("E02")
    assert not applied
    assert "card_members" in note
    assert world.note("I01") == (True, "")


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("-- kind: inclusion", "-- kind: wrong", "line 4: kind"),
        ("-- severity: low", "-- severity: low: high", "line 5"),
        ("-- needs: people", "-- needs: peopel", "line 6: needs"),
        ("-- confirm: Nothing.", "-- colour: red", "line 1: confirm"),
        ("-- id: E98", "-- id: 98", "line 1: id"),
    ],
)
def test_a_malformed_header_names_file_and_line(line: str, instead: str, says: str) -> None:
    with pytest.raises(RuleError, match=rf"made_up\.sql, {says}"):
        rule("SELECT 1", HEADER.replace(line, instead))


def test_the_catalogue_holds_all_four_kinds() -> None:
    kinds = {one.kind for one in findings.load_rules()}
    assert kinds == set(tables.Kind)


def test_a_rule_that_reads_answers_is_asked_after_those_it_reads() -> None:
    one = rule(QUERY + " FROM individuals GROUP BY person_id")
    later = one.model_copy(update={"id": "E01", "after": ("E98",)})
    assert [r.id for r in findings.in_turn([later, one])] == ["E98", "E01"]


def test_it_rejects_a_rule_that_waits_for_one_that_is_not_there() -> None:
    one = rule(QUERY + " FROM individuals GROUP BY person_id").model_copy(update={"after": ("E97",)})
    with pytest.raises(RuleError, match=r"made_up\.sql: after: E97"):
        findings.refuse_waiting((one,))


def test_a_grievance_is_no_surer_than_what_bears_it_out(world: World) -> None:
    """The elder is listed and complains under one identifier; that they are not enrolled is an absence."""
    world.household("H0")
    world.member("elder", "H0", birth_date="1950-04-04")
    world.grievance("elder", "2026-01-05", birth_date="1950-04-04")
    world.enrolment("somebody", "elderly")
    found = world.found_alone("E13")["elder"]
    assert found["state"] == "probable"
    assert found["evidence"]["rules"] == ["E01", "E02"]
