"""The tables of the public pack: what each is, and what each of its columns means."""

from dataclasses import dataclass

from flows import completeness_words, errors_words
from flows.coverage_words import DESCRIPTION, FIGURES, HIDDEN, PROGRAMME, UNIT, Field

RULE = Field("rule", "string", "the rule: rules.csv says what it asks")
HIDDEN_COUNTS = Field(HIDDEN.name, HIDDEN.type, HIDDEN.meaning)


def _group(breakdowns: str) -> tuple[Field, ...]:
    return (
        Field("breakdown", "string", f"by what the groups are formed: {breakdowns}"),
        Field("group_code", "string", "the group: 'all', an area code, or a code of the breakdown"),
        Field("group_name_en", "string", "name of an area in English; empty for other groups"),
        Field("group_name_km", "string", "name of an area in Khmer; empty for other groups"),
    )


@dataclass(frozen=True)
class Sheet:
    """One table of the pack: its file and sheet are called `name`; `key` names a row."""

    name: str
    title: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]


SHEETS = (
    Sheet(
        "coverage",
        "Who is covered of those who should be, one row a measure and group",
        ("programme_identifier", "breakdown", "group_code"),
        FIGURES,
    ),
    Sheet(
        "measures",
        "The coverage measures, one row each",
        ("programme_identifier",),
        (
            PROGRAMME,
            DESCRIPTION,
            Field("programme_description_km", "string", "what is measured, in Khmer", DESCRIPTION.standard),
            UNIT,
            Field("asked", "boolean", "whether the registers it needs were there; where not, it has no figures"),
        ),
    ),
    Sheet(
        "errors",
        "Who is perhaps paid wrongly, counted twice or owed, of how many, one row a population, kind and group",
        ("programme_identifier", "kind", "breakdown", "group_code"),
        errors_words.PUBLIC,
    ),
    Sheet(
        "populations",
        "The people and households of programmes among whom errors are counted, one row each",
        ("programme_identifier",),
        (
            errors_words.POPULATION,
            Field("programme_description", "string", "who they are, in English", DESCRIPTION.standard),
            Field("programme_description_km", "string", "who they are, in Khmer", DESCRIPTION.standard),
            UNIT,
            Field("asked", "boolean", "whether the registers that tell of them were there; else nobody is counted"),
            Field("rules", "string", "the rules that were asked of them: rules.csv has each in words"),
            Field("rules_not_asked", "string", "the rules that could not be asked: of these errors nothing is known"),
        ),
    ),
    Sheet(
        "staleness",
        "How old each register is, one row a register and province",
        ("register", "breakdown", "group_code"),
        errors_words.STALENESS,
    ),
    Sheet(
        "completeness",
        "How complete registers are and how many stand in none, told from two lists, one row a capture and group",
        ("capture", "breakdown", "group_code"),
        completeness_words.PUBLIC,
    ),
    Sheet(
        "captures",
        "The two lists of each population, and what is assumed of them, one row a capture",
        ("capture",),
        completeness_words.LISTS,
    ),
    Sheet(
        "findings",
        "Findings of the night, one row a rule and group. A finding is a question for a person to answer, no proof",
        ("rule", "breakdown", "group_code"),
        (
            RULE,
            *_group("total, area_1 (province), state (confirmed: exact identifiers agree; probable; cannot_tell)"),
            Field("findings", "integer", "findings of the rule in the group"),
            HIDDEN_COUNTS,
        ),
    ),
    Sheet(
        "rules",
        "The rules of the catalogue, one row each, asked or not",
        ("rule",),
        (
            RULE,
            Field("kind", "string", "kind of error: exclusion, inclusion, duplication, inconsistency"),
            Field("severity", "string", "how much it matters to whom it is about"),
            Field("statement_en", "string", "what it says, in English"),
            Field("statement_km", "string", "what it says, in Khmer"),
            Field("asked", "boolean", "whether it was asked and its answers could be used"),
        ),
    ),
    Sheet(
        "registers",
        "The registers of the night, one row each",
        ("register",),
        (
            Field("register", "string", "name of the register"),
            Field("agency", "string", "the agency that keeps it", "DO.IBR.02 Programme, implementing_institution"),
            Field("state", "string", "fresh: new rows came; unchanged: the same came; held: it broke what was agreed, "
                  "so an older one is used where there is one; missing: it did not come",
                  values=("fresh", "unchanged", "held", "missing")),
            Field("pulled_on", "date", "date of the night whose rows are used; empty where there are none"),
            Field("rows_in", "integer", "rows in use; empty where small"),
            Field("rows_quarantined", "integer", "of them set aside as unreadable; empty where small"),
        ),
    ),
    Sheet(
        "responses",
        "What became of findings, one row a rule: those that any night made, and those that are gone",
        ("rule",),
        (
            RULE,
            Field("findings", "integer", "findings that this or an earlier night made"),
            Field("resolved", "integer", "of them not found again, by the last night that asked: the registers no "
                  "longer say it"),
            Field("median_days_to_resolve", "number", "median of days from the first night that found one to the first "
                  "that did not; empty where none is resolved"),
            Field("median_days_open", "number", "median of days since the first night with it, of the open ones"),
            HIDDEN_COUNTS,
        ),
    ),
    Sheet(
        "judgements",
        "Pairs of records that people have judged, one row an answer",
        ("breakdown", "group_code"),
        (
            *_group("total, judgement (same: one person; different; unsure)")[:2],
            Field("pairs", "integer", "pairs whose last judgement is this one"),
            HIDDEN_COUNTS,
        ),
    ),
    Sheet(
        "grievances",
        "Grievances received, one row a group",
        ("breakdown", "group_code"),
        (
            *_group("total, programme, complaint (excluded, unpaid, charged, other), area_1 (province)"),
            Field("received", "integer", "grievances made until the as-of date"),
            Field("found_too", "integer", "of all grievances: those of which a finding of the night says the same; "
                  "told of the total only, and empty where it or the rest is small"),
            HIDDEN_COUNTS,
        ),
    ),
)  # fmt: skip
