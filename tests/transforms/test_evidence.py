"""All that a finding rests on, of known worlds: a finding of each kind, as an auditor reads it."""

import json
from typing import Any

import pytest

from transforms import evidence
from transforms.findings import load_rules

World = Any
RULES = load_rules()


def shown(world: World, rule: str, subject: str) -> dict[str, Any]:
    finding_id = str(world.found(rule)[subject]["finding_id"])
    return evidence.evidence_of(world.con, finding_id, RULES, world.as_of)


def an_elder(world: World) -> None:
    world.household("H1", number="010201010012", valid_from="2025-02-03")
    world.member("elder", "H1", birth_date="1950-05-17")
    world.enrolment("another", "elderly", number="FP-9")


def test_an_exclusion_tells_card_and_nearest_record_in_both_languages(world: World) -> None:
    an_elder(world)
    world.pair(("idpoor_members", "H1/elder"), ("family_package_enrolments", "FP-9"), 0.12)
    told = shown(world.find("E02"), "E02", "elder")
    assert told["finding"]["sentence_en"] == (
        "Born on 17 May 1950 and 76 years old, in a household with card 010201010012, valid since 3 February 2025; "
        "no enrolment for the elderly benefit was found. The nearest record of the Family Package is FP-9, "
        "the same person with probability 0.12."
    )
    assert "ថ្ងៃទី ៣ ខែកុម្ភៈ ឆ្នាំ ២០២៥" in told["finding"]["sentence_km"]
    assert "010201010012" in told["finding"]["sentence_km"]
    assert [row["other_record_id"] for row in told["candidates"]] == ["FP-9"]


def test_without_any_candidate_nothing_comes_near(world: World) -> None:
    an_elder(world)
    told = shown(world.find("E02"), "E02", "elder")
    assert told["candidates"] == []
    assert "No record of the Family Package comes near." in told["finding"]["sentence_en"]


def test_an_inclusion_tells_dates_amounts_and_every_record(world: World) -> None:
    world.event("p", "death", "2026-01-01")
    enrolment = world.enrolment("p", "elderly")
    world.payment(enrolment, "elderly", "2026-08-10", amount=1_028_000)
    world.payment(enrolment, "elderly", "2026-09-10")
    told = shown(world.find("I01"), "I01", "p")
    assert told["finding"]["sentence_en"] == (
        "Registered as dead on 1 January 2026, but paid 2 times after the days of grace, last on 10 September "
        "2026: 1,056,000 riel in all."
    )
    assert [row["role"] for row in told["records"]] == ["subject", "death", "payment", "payment"]
    assert {row["name"] for row in told["policy"]} >= {"death_payment_grace_days"}
    assert all(row["source"] for row in told["policy"])
    assert {fact["field"]: fact["means"] for fact in told["facts"]}["died_on"] == "registered date of death"


def test_a_duplication_and_an_inconsistency_are_told(world: World) -> None:
    world.disability_card("twice", number="DI-001")
    world.disability_card("twice", number="DI-002")
    world.record("torn", "nssf_members", "1", sex="F")
    world.record("torn", "disability", "2", sex="M")
    world.find()
    assert "cards DI-001 and DI-002" in shown(world, "D08", "twice")["finding"]["sentence_en"]
    sentence = shown(world, "N01", "torn")["finding"]["sentence_en"]
    assert sentence == "Female in the social security register, male in the disability register."


def test_a_record_stands_as_it_came_beside_what_was_mended(world: World) -> None:
    an_elder(world)
    row = world.con.execute("SELECT row_no FROM clean.people WHERE record_id = 'H1/elder'").fetchone()[0]
    world.con.execute(
        "CREATE TABLE raw.idpoor_members AS SELECT 's' AS _snapshot, 'members.csv' AS _file, $1 AS _row, "
        "'17/05/2493' AS dob, NULL AS phone",
        [row],
    )
    world.repair("idpoor_members", "H1/elder", "dob", "buddhist_year", "17/05/2493", became="1950-05-17", row_no=row)
    (record,) = (r for r in shown(world.find("E02"), "E02", "elder")["records"] if r["record_id"] == "H1/elder")
    assert (record["file"], record["row"], record["came"]) == ("members.csv", row, {"dob": "17/05/2493"})
    assert [(m["from_kind"], m["became"]) for m in record["mended"]] == [("buddhist_year", "1950-05-17")]
    assert str(record["read"]["people"]["birth_date"]) == "1950-05-17"


def test_a_release_without_clean_records_tells_the_keys_alone(world: World) -> None:
    an_elder(world)
    world.find()
    world.con.execute("DROP SCHEMA clean CASCADE")
    told = shown(world, "E02", "elder")
    assert all(record["came"] == {} and record["read"] == {} for record in told["records"])
    assert "1950" in told["finding"]["sentence_en"]


def test_a_rule_without_a_template_is_told_by_its_statement(world: World) -> None:
    an_elder(world)
    world.find()
    bare = [rule.model_copy(update={"sentence_en": "", "sentence_km": ""}) for rule in RULES]
    finding_id = world.found("E02")["elder"]["finding_id"]
    told = evidence.evidence_of(world.con, finding_id, bare, world.as_of)["finding"]
    assert (told["sentence_en"], told["sentence_km"]) == (told["statement_en"], told["statement_km"])


def test_it_rejects_an_unknown_finding(world: World) -> None:
    with pytest.raises(evidence.UnknownFindingError, match="There is no finding nothing"):
        evidence.evidence_of(world.find().con, "nothing", RULES, world.as_of)


def test_all_that_is_told_can_be_written_as_json(world: World) -> None:
    an_elder(world)
    assert json.loads(json.dumps(shown(world.find("E02"), "E02", "elder"), default=str))["finding"]["rule"] == "E02"
