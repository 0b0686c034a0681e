"""What figures of errors and of the age of registers are called where they leave the program."""

from flows.coverage_words import DESCRIPTION, GROUP, HIDDEN, UNIT, Field

POPULATION = Field(
    "programme_identifier",
    "string",
    "whom it is about: people or households of a programme, among whom errors are counted; populations.csv says who",
    "DO.IBR.02 Programme, programme_identifier",
)
KIND = Field(
    "kind",
    "string",
    "kind of error: exclusion (owed and not paid), inclusion (paid, perhaps not entitled), duplication (counted twice)",
    values=("exclusion", "inclusion", "duplication"),
)
RULES = Field("rules", "string", "the rules whose findings are counted; a finding is a question to ask, no proof")
_COUNTS = (
    Field("people", "integer", "people or households of the population in the group: the denominator"),
    Field("found", "integer", "of them those with a finding of these rules, each counted once"),
    Field("share", "number", "found / people"),
)
_STATES = (
    Field("confirmed", "integer", "of those found: exact identifiers or human judgements join the records"),
    Field("probable", "integer", "names, dates and places join the records"),
    Field("cannot_tell", "integer", "nobody can tell: a link may have been missed"),
)
_EXPECTED = (
    Field("expected", "number", "expected number of those found whose finding is right, by how sure its links are"),
    Field("expected_low", "number", "lower end of the 95% interval of this number"),
    Field("expected_high", "number", "upper end of it"),
)
_MONEY = (
    Field("stake", "string", "what the money is: owed to them, overpaid, or charged to them; empty where none is known",
          values=("owed", "overpaid", "charged")),
    Field("riel_a_month", "integer", "money a month in these findings, in riel; of several findings of one person the "
          "largest counts, since two may be of the same money"),
)  # fmt: skip
MONEY_HIDDEN = Field("money_hidden", "boolean", "whether the money is left out: as few have any, or as the counts are")
PUBLIC = (POPULATION, DESCRIPTION, UNIT, KIND, RULES, *GROUP, *_COUNTS, *_EXPECTED, *_MONEY, HIDDEN, MONEY_HIDDEN)
RULE = Field("rule", "string", "the rule; all: any rule of the kind, whoever has several findings counted once")
INSIDE = (
    *(POPULATION, DESCRIPTION, UNIT, KIND, RULE, *GROUP, *_COUNTS, *_STATES, *_EXPECTED, *_MONEY, HIDDEN),
    MONEY_HIDDEN,
)

STALENESS = (
    Field("register", "string", "name of the register"),
    Field("agency", "string", "the agency that keeps it", "DO.IBR.02 Programme, implementing_institution"),
    Field("pulled_on", "date", "date of the night whose rows are used"),
    Field("snapshot_days", "number", "days since then, on the night of the release"),
    *GROUP,
    Field("records", "integer", "people or households of whom it holds a dated event: the denominator"),
    Field("median_days", "number", "median of the days since the last event of each: an enrolment, payment, visit, "
          "contribution, interview, card"),
    Field("ninetieth_days", "number", "nine of ten were touched by an event in these days"),
    HIDDEN,
)  # fmt: skip
