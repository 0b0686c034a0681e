"""The clean layer: who a record is about, and what its register says of them."""

from transforms.tables.enums import BirthPrecision, Scope, Sex
from transforms.tables.schema import Column, Table, date, money, needed, text

REGISTER = needed("register", "the register, as its contract names it")
RECORD = needed("record_id", "the record's key in its register; the parts of a compound key joined with '/'")
OF_RECORD = (
    text("of_register", "the register of the person record this fact is about"),
    text("of_record_id", "that person record; it may be missing there"),
)
SOURCE = (
    needed("snapshot_id", "the snapshot it came with"),
    needed("row_no", "its row in that snapshot, from 1", "BIGINT"),
)
AREAS = (
    text("area_1", "area code, first level (province)"),
    text("area_2", "area code, second level (district)"),
    text("area_3", "area code, third level (commune)"),
    text("area_4", "area code, fourth level (village)"),
)


def _names(whose: str, prefix: str = "") -> tuple[Column, ...]:
    """Family and given name of one bearer in both scripts, with the keys that comparing uses."""
    return (
        text(f"{prefix}family_name", f"{whose} family name, Latin script, canonical"),
        text(f"{prefix}given_name", f"{whose} given name, Latin script, canonical"),
        text(f"{prefix}family_name_local", f"{whose} family name, local script, canonical"),
        text(f"{prefix}given_name_local", f"{whose} given name, local script, canonical"),
    )


PEOPLE = Table(
    "clean",
    "people",
    "one row a record: what one row of one register says of one person",
    ("register", "record_id"),
    (
        REGISTER,
        RECORD,
        *SOURCE,
        *_names("the person's"),
        text("other_name", "middle or other names, Latin script"),
        text("other_name_local", "middle or other names, local script"),
        text("family_fold", "Latin family name folded over romanisation habits"),
        text("given_fold", "Latin given name folded over romanisation habits"),
        text("family_signs", "local-script family name, one byte a sign, for byte-wise string metrics"),
        text("given_signs", "local-script given name, one byte a sign"),
        text("family_skeleton", "key that a local name and its romanisations share; from either script"),
        text("given_skeleton", "the same for the given name"),
        text("sex", "sex", values=tuple(Sex)),
        date("birth_date", "date of birth, unknown parts filled with 1"),
        Column("birth_year", "INTEGER", "year of birth"),
        text("birth_precision", "how much of the date is known", values=tuple(BirthPrecision)),
        text("birth_calendar", "how the date was written", values=("common", "buddhist", "spreadsheet")),
        text("phone", "phone in E.164"),
        *AREAS,
        text("address_line", "street and number, folded free text"),
        text("address_place", "village, town or suburb as free text, folded"),
        text("address_postcode", "postal code"),
        text(
            "stratum",
            "which of its populations the register has the record in, where other registers hold them to different"
            " shares, such as who paid a claim; null where it tells none",
        ),
        text("household_id", "the register's own household code"),
        text(
            "relation_to_head",
            "relation to the head of household",
            values=("head", "spouse", "child", "parent", "other"),
        ),
        *_names("the mother's", "mother_"),
        *_names("the father's", "father_"),
        Column("is_alive", "BOOLEAN", "false where the register says dead; null where it does not say"),
        text(
            "identity_paper",
            "what the register says the person holds, with or without its number; null where it does not say",
            values=("national_id", "birth_certificate", "none"),
        ),
        Column("is_pregnant", "BOOLEAN", "pregnant when the register was written"),
    ),
)

IDENTIFIERS = Table(
    "clean",
    "identifiers",
    "one row an identifier a record carries",
    ("register", "record_id", "id_type", "value"),
    (
        REGISTER,
        RECORD,
        needed("id_type", "type of identifier, as contracts name it: national_id, equity_card ..."),
        needed("scope", "whom it names", values=tuple(Scope)),
        needed("value", "the identifier, canonical"),
        needed("is_valid", "well-formed, not a placeholder, not shared by too many", "BOOLEAN"),
    ),
)

HOUSEHOLDS = Table(
    "clean",
    "households",
    "one row a household of a register",
    ("register", "household_id"),
    (
        REGISTER,
        needed("household_id", "the register's household code"),
        *SOURCE,
        Column("declared_size", "BIGINT", "number of members the register states"),
        date("assessed_on", "date of the interview or assessment"),
        text("phone", "phone in E.164"),
        *AREAS,
    ),
)

ENTITLEMENTS = Table(
    "clean",
    "entitlements",
    "one row a card, certificate or cover held by a household or a person",
    ("register", "entitlement_id"),
    (
        REGISTER,
        needed("entitlement_id", "the row's key in its register"),
        *SOURCE,
        needed("programme", "what is held: equity_card, disability_card, health_cover ..."),
        text("household_id", "the household that holds it, in this register's codes"),
        *OF_RECORD,
        text("number", "number of the card or certificate"),
        text("level", "level, band or severity: canonical code of the contract"),
        text("status", "status", values=("active", "expired", "withdrawn", "suspended")),
        date("valid_from", "first day of validity"),
        date("valid_to", "last day of validity"),
    ),
)

ENROLMENTS = Table(
    "clean",
    "enrolments",
    "one row an enrolment of a person in a component of a programme",
    ("register", "enrolment_id"),
    (
        REGISTER,
        needed("enrolment_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        needed("programme", "programme: family_package ..."),
        text("component", "component: maternal_child, scholarship, elderly, disability ..."),
        text("card_number", "number of the card it was granted on"),
        date("enrolled_on", "first day"),
        date("ended_on", "last day, where it has ended"),
        text("status", "status", values=("active", "ended", "suspended", "rejected")),
    ),
)

PAYMENTS = Table(
    "clean",
    "payments",
    "one row a payment or an attempt at one",
    ("register", "payment_id"),
    (
        REGISTER,
        needed("payment_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        needed("programme", "programme paid"),
        text("component", "component paid"),
        text("round", "payment round, sortable: 2026-03"),
        money("amount", "amount"),
        date("paid_on", "date of payment"),
        text("wallet", "phone or wallet paid, in E.164 where it is a phone"),
        text("status", "status", values=("paid", "rejected", "pending")),
        text("reject_reason", "why it was rejected, as sent"),
    ),
)

CLAIMS = Table(
    "clean",
    "claims",
    "one row a health claim",
    ("register", "claim_id"),
    (
        REGISTER,
        needed("claim_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        text("facility", "facility code"),
        text("payer", "who paid", values=("hef", "social_security", "self", "exempt")),
        text("service", "service", values=("outpatient", "inpatient", "antenatal", "delivery", "postnatal", "other")),
        text("card_number", "entitlement card shown"),
        date("visited_on", "date of the visit or admission"),
        date("discharged_on", "date of discharge"),
        money("amount", "amount claimed or charged"),
        Column("is_referral", "BOOLEAN", "referred or transferred to another facility"),
    ),
)

CONTRIBUTIONS = Table(
    "clean",
    "contributions",
    "one row a month's contribution of a member at an employer",
    ("register", "contribution_id"),
    (
        REGISTER,
        needed("contribution_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        text("month", "month, as 2026-03"),
        text("employer", "employer's number"),
        money("amount", "contribution"),
    ),
)

MEMBERSHIPS = Table(
    "clean",
    "memberships",
    "one row a membership of a social insurance, of a worker or of somebody who depends on one",
    ("register", "membership_id"),
    (
        REGISTER,
        needed("membership_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        text("scheme", "scheme of the member", values=("private", "public", "self")),
        text("employer", "employer's number, as contributions name it"),
        Column("wage_band", "INTEGER", "band of the wage; 1 is the lowest"),
        date("started_on", "first day at the employer"),
        text("last_month", "month of the last contribution, as 2026-03"),
        text("depends_on_record_id", "of a dependant: the member it depends on, a record of `of_register`"),
    ),
)

EVENTS = Table(
    "clean",
    "events",
    "one row a vital event",
    ("register", "event_id"),
    (
        REGISTER,
        needed("event_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        needed("kind", "what happened", values=("birth", "death")),
        date("happened_on", "date of the event"),
        date("registered_on", "date of registration"),
        text("certificate", "number of the certificate"),
    ),
)

GRIEVANCES = Table(
    "clean",
    "grievances",
    "one row a grievance, with consent to use it",
    ("register", "case_id"),
    (
        REGISTER,
        needed("case_id", "the row's key in its register"),
        *SOURCE,
        *OF_RECORD,
        text("organisation", "who brought it"),
        text("programme", "programme it is about"),
        text("complaint", "what it says", values=("excluded", "unpaid", "charged", "other")),
        date("opened_on", "date it was made"),
    ),
)

QUARANTINE = Table(
    "clean",
    "quarantine",
    "one row a raw row that could not be read",
    ("register", "snapshot_id", "row_no"),
    (
        REGISTER,
        *SOURCE,
        needed("file", "name of the file or query it came from"),
        needed("column_name", "the column at fault; several joined with '+'"),
        needed("reason", "reason code: required_missing, duplicate_key, unknown_code, unreadable_date ..."),
        text("found", "the value found"),
        needed("remedy", "what the agency can do, in one sentence"),
        needed("raw", "the whole row as it came, as JSON"),
    ),
)

REPAIRS = Table(
    "clean",
    "repairs",
    "one row a repair: a value that was mended, or set aside, in a row that was kept",
    ("register", "row_no", "column_name", "from_kind"),
    (
        REGISTER,
        *SOURCE,
        RECORD,
        needed("column_name", "the source column"),
        needed("from_kind", "how it was written: lost_zero, buddhist_year, unreadable_date ..."),
        needed("to_kind", "what it stands as now: full_width, common_year ...; set_aside where it could not be used"),
        text("found", "the value as it came"),
        text("became", "the value it was given; null where it was set aside"),
    ),
)

CLEAN = (
    PEOPLE,
    IDENTIFIERS,
    HOUSEHOLDS,
    ENTITLEMENTS,
    ENROLMENTS,
    PAYMENTS,
    CLAIMS,
    CONTRIBUTIONS,
    MEMBERSHIPS,
    EVENTS,
    GRIEVANCES,
    QUARANTINE,
    REPAIRS,
)
