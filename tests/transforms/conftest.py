"""A tiny world, told in a few lines: who lives where, what each register says of them, and what was found."""

import datetime as dt
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from transforms import coverage, facts, findings, tables
from transforms.policy import policy_rows

POLICY = Path(__file__).parents[2] / "data" / "reference" / "policy.yaml"
AS_OF = dt.date(2026, 11, 1)
HOUSEHOLDS, MEMBERS, ENROLMENTS = "idpoor_households", "idpoor_members", "family_package_enrolments"
PAYMENTS, CLAIMS, SOCIAL_SECURITY, DISABILITY = "family_package_payments", "hef_claims", "nssf_members", "disability"


class World:
    """Rows of the warehouse by the thing they tell. Every record of a person shares one identifier group, unless
    `group` says otherwise; a record of `group` is linked to the others with `probability`."""

    as_of = AS_OF

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.number = 0
        for layer in tables.LAYERS:
            self.con.execute(f"CREATE SCHEMA {layer}")
        layers = (*tables.CLEAN, *tables.LINKAGE, *tables.PERSON_LAYER, *tables.FINDING_LAYER, *tables.KEPT_FINDINGS)
        layers = (*layers, *tables.KEPT_COVERAGE, *tables.REFERENCE)
        tables.create(self.con, *layers)
        self.con.register("policy_frame", policy_rows(POLICY.read_text("utf-8")))
        self.con.execute("INSERT INTO reference.policy BY NAME FROM policy_frame")

    def row(self, table: tables.Table, **values: object) -> None:
        self.number += 1
        known = {"snapshot_id": "s", "row_no": self.number} | values
        kept = {name: value for name, value in known.items() if name in table.column_names}
        columns, marks = ", ".join(kept), ", ".join(f"${name}" for name in kept)
        self.con.execute(f"INSERT INTO {table.full_name} ({columns}) VALUES ({marks})", kept)

    def area(self, code: str, name_en: str, name_km: str, setting: str | None = None) -> None:
        named = {"name_en": name_en, "name_km": name_km, "setting": setting}
        self.row(tables.AREA_NAMES, code=code, level=len(code) // 2, **named)

    def record(self, person: str, register: str, record_id: str, group: str = "", **values: object) -> None:
        probability = values.pop("probability", 1.0)
        people = {"sex": "F", "birth_date": "1980-05-17", "birth_precision": "day"} | values
        self.row(tables.PEOPLE, register=register, record_id=record_id, **people)
        self.row(
            tables.PERSON_RECORDS,
            register=register,
            record_id=record_id,
            person_id=person,
            link_probability=probability,
            identifier_group=group or person,
        )

    def household(self, household: str, **card: object) -> None:
        area = card.pop("area_1", "01")
        placed = {"area_1": area, "area_3": f"{area}0101"} | {n: card.pop(n) for n in ("area_2", "area_3") if n in card}
        self.row(tables.HOUSEHOLDS, register=HOUSEHOLDS, household_id=household, **placed)
        held = {"level": "poor_1", "status": "active", "valid_from": "2025-01-01", "valid_to": "2028-01-01"}
        self.row(
            tables.ENTITLEMENTS,
            register=HOUSEHOLDS,
            entitlement_id=household,
            programme="equity_card",
            household_id=household,
            **({"number": f"card {household}"} | held | card),
        )

    def member(self, person: str, household: str, **values: object) -> str:
        record_id = f"{household}/{person}"
        relation = values.pop("relation_to_head", "other")
        self.record(person, MEMBERS, record_id, household_id=household, relation_to_head=relation, **values)
        return record_id

    def enrolment(self, person: str, component: str, **values: object) -> str:
        number = str(values.pop("number", f"FP-{person}-{component}"))
        told = {"status": "active", "enrolled_on": "2025-03-01", "card_number": None}
        told |= {name: values.pop(name) for name in tuple(values) if name in told}
        self.record(person, ENROLMENTS, number, **values)
        mine = {"of_register": ENROLMENTS, "of_record_id": number, "programme": "family_package"}
        self.row(tables.ENROLMENTS, register=ENROLMENTS, enrolment_id=number, component=component, **mine, **told)
        return number

    def payment(self, enrolment: str, component: str, paid_on: str, **values: object) -> None:
        told = {"status": "paid", "round": paid_on[:7], "amount": 28000} | values
        self.row(
            tables.PAYMENTS,
            register=PAYMENTS,
            payment_id=f"PAY-{self.number}",
            of_register=ENROLMENTS,
            of_record_id=enrolment,
            programme="family_package",
            component=component,
            paid_on=paid_on,
            **told,
        )

    def claim(self, person: str, visited_on: str, payer: str = "hef", **values: object) -> str:
        number = f"CL-{self.number}"
        of_the_claim = ("service", "card_number", "facility", "discharged_on", "is_referral")
        told = {name: values.pop(name) for name in of_the_claim if name in values}
        self.record(person, CLAIMS, number, **values)
        told |= {"of_register": CLAIMS, "of_record_id": number, "payer": payer, "visited_on": visited_on}
        self.row(tables.CLAIMS, register=CLAIMS, claim_id=number, amount=40000, **told)
        return number

    def event(self, person: str, kind: str, on: str, **values: object) -> None:
        register, number = f"civil_{kind}s", f"{kind}-{person}"
        born = {"birth_date": on} if kind == "birth" else {"is_alive": False}
        dated = {"happened_on": on, "registered_on": values.pop("registered_on", None)}
        self.record(person, register, number, **(born | values))
        mine = {"of_register": register, "of_record_id": number, "certificate": number}
        self.row(tables.EVENTS, register=register, event_id=number, kind=kind, **dated, **mine)

    def social_security(self, person: str, **values: object) -> str:
        number = str(values.pop("number", f"SS-{person}"))
        told = {"scheme": "private", "wage_band": 2, "started_on": "2020-02-03", "depends_on_record_id": None}
        told |= {name: values.pop(name) for name in tuple(values) if name in told}
        self.record(person, SOCIAL_SECURITY, number, **values)
        self.identifier(SOCIAL_SECURITY, number, "nssf_no", number)
        mine = {"of_register": SOCIAL_SECURITY, "of_record_id": number}
        self.row(tables.MEMBERSHIPS, register=SOCIAL_SECURITY, membership_id=number, **mine, **told)
        return number

    def contribution(self, member: str, month: str, employer: str = "1", amount: int = 22100) -> None:
        """A month's contribution under a member's number, which is SS- and the person unless told otherwise."""
        number = f"{member}/{month}/{employer}"
        mine = {"of_register": SOCIAL_SECURITY, "of_record_id": member, "month": month}
        told = {"contribution_id": number, "employer": employer, "amount": amount}
        self.row(tables.CONTRIBUTIONS, register="nssf_contributions", **mine, **told)

    def grievance(self, person: str, opened_on: str, complaint: str = "excluded", **values: object) -> None:
        number = f"GR-{self.number}"
        self.record(person, "grievances", number, **values)
        told = {"organisation": "a union", "complaint": complaint, "opened_on": opened_on}
        mine = {"of_register": "grievances", "of_record_id": number}
        self.row(tables.GRIEVANCES, register="grievances", case_id=number, **mine, **told)

    def repair(self, register: str, record_id: str, column: str, kind: str, found: str, **values: object) -> None:
        """`values`: became; row_no where a row of another table stands for the same row of the register."""
        told = {"column_name": column, "from_kind": kind, "to_kind": "as the kind says", "found": found}
        self.row(tables.REPAIRS, register=register, record_id=record_id, **told, **values)

    def identifier(self, register: str, record_id: str, id_type: str, value: str, is_valid: bool = True) -> None:
        told = {"id_type": id_type, "scope": "person", "value": value, "is_valid": is_valid}
        self.row(tables.IDENTIFIERS, register=register, record_id=record_id, **told)

    def unread(self, register: str, **raw: object) -> None:
        why = {"file": "f", "column_name": "component", "reason": "unknown_code", "remedy": "Mend it."}
        self.row(tables.QUARANTINE, register=register, raw=json.dumps(raw), **why)

    def disability_card(self, person: str, severity: str = "4", status: str = "active", **values: object) -> str:
        number = str(values.pop("number", f"DI-{person}"))
        self.record(person, DISABILITY, number, **values)
        mine = {"of_register": DISABILITY, "of_record_id": number, "programme": "disability_card"}
        told = {"number": number, "level": severity, "status": status, "valid_from": "2024-06-01"}
        self.row(tables.ENTITLEMENTS, register=DISABILITY, entitlement_id=number, **mine, **told)
        return number

    def pair(self, one: tuple[str, str], other: tuple[str, str], probability: float) -> None:
        (register_l, record_id_l), (register_r, record_id_r) = sorted((one, other))
        self.row(
            tables.PAIRS,
            register_l=register_l,
            record_id_l=record_id_l,
            register_r=register_r,
            record_id_r=record_id_r,
            pattern_id=1,
            match_weight=0.0,
            probability=probability,
            identifier_exact=False,
        )

    def part(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        """A human says that two records are of different people."""
        (register_l, record_id_l), (register_r, record_id_r) = sorted((one, other))
        said = {"judgement": "different", "judged_by": "somebody", "judged_at": "2026-10-01", "is_contested": False}
        left = {"register_l": register_l, "record_id_l": record_id_l}
        self.row(tables.JUDGEMENTS, **left, register_r=register_r, record_id_r=record_id_r, **said)

    def resolve(self) -> None:
        """Add the records up to persons: the sex and date of birth of the first record each was told with."""
        tables.fill(
            self.con,
            tables.PERSONS,
            """
            SELECT person_id, count(*) AS records, count(DISTINCT register) AS registers, arg_min(sex, row_no) AS sex,
                NULL AS family_name, NULL AS given_name, NULL AS family_name_local, NULL AS given_name_local,
                arg_min(birth_date, row_no) AS birth_date, arg_min(birth_precision, row_no) AS birth_precision,
                '01' AS area_1, '0101' AS area_2, '010101' AS area_3, NULL AS area_4,
                bool_or(is_alive IS NOT DISTINCT FROM FALSE) AS is_dead
            FROM clean.people JOIN persons.records USING (register, record_id) GROUP BY person_id
            """,
        )

    def find(self, *only: str) -> "World":
        """Ask every rule, or those named and those they wait for."""
        self.resolve()
        findings.find(self.con, AS_OF, tuple(_asked(*only)) if only else None)
        return self

    def subjects(self, rule: str) -> set[str]:
        """The persons or households that one rule names, when only that rule and those it waits for are asked."""
        self.resolve()
        asked = _asked(rule)
        facts.prepare(self.con, AS_OF, queries=[one.sql for one in asked])
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE found ({findings.FOUND})")
        for one in asked:
            assert findings.ask(self.con, one) == ""
        named = "SELECT coalesce(person_id, household_id) FROM found WHERE rule = $1"
        return {subject for (subject,) in self.con.execute(named, [rule]).fetchall()}

    def found(self, rule: str) -> dict[str, dict[str, object]]:
        """The findings of a rule by the person or household they are about."""
        rows = self.con.execute(
            "SELECT coalesce(person_id, household_id) AS subject, * FROM findings.findings WHERE rule = $1", [rule]
        ).pl()
        return {row["subject"]: row | {"evidence": json.loads(row["evidence"])} for row in rows.iter_rows(named=True)}

    def found_alone(self, rule: str) -> dict[str, dict[str, object]]:
        """The same, when only that rule and those it waits for are asked."""
        return self.find(rule).found(rule)

    def note(self, rule: str) -> tuple[bool, str]:
        row = self.con.execute("SELECT applied, note FROM findings.rules WHERE rule = $1", [rule]).fetchone()
        assert row is not None
        return row

    def gaps(self, measure: str) -> pl.DataFrame:
        self.resolve()
        coverage.summarise(self.con, AS_OF)
        return self.con.execute("SELECT * FROM coverage.gaps WHERE measure = $1", [measure]).pl()

    def errors(self, population: str) -> pl.DataFrame:
        """Errors of a population, after every rule was asked."""
        self.find()
        coverage.summarise(self.con, AS_OF)
        return self.con.execute("SELECT * FROM coverage.errors WHERE population = $1", [population]).pl()


def _asked(*names: str) -> list[findings.Rule]:
    """The rules named and those they wait for, as they can be asked."""
    rules = findings.load_rules()
    waits_for = {before for one in rules if one.id in names for before in one.after}
    asked = findings.in_turn(one for one in rules if one.id in waits_for.union(names))
    assert {one.id for one in asked} >= set(names)
    return asked


@pytest.fixture
def world() -> World:
    return World()
