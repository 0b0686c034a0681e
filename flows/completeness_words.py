"""What estimates of how complete registers are, are called where they leave the program."""

from flows.coverage_words import GROUP, HIDDEN, Field
from transforms.dual_system import ENDS

CAPTURE = Field("capture", "string", "two lists of one population: captures.csv says which")
_LISTED = (
    Field("in_a", "integer", "people in list a, as linked"),
    Field("in_b", "integer", "people in list b, as linked"),
    Field("in_both", "integer", "people in both lists, as linked"),
)
_ADJUSTED = (
    Field("in_a_adjusted", "number", "expected number in list a, were all links right"),
    Field("in_b_adjusted", "number", "expected number in list b"),
    Field("in_both_adjusted", "number", "expected number in both"),
)
_MEANINGS = {
    "people": "estimated people in all, were the lists independent; empty where too few are in both lists",
    "in_neither": "of them in neither list",
    "complete_a": "share of all people who are in list a: its completeness",
    "complete_b": "the same of list b",
}
_ENDS = {
    "_low": "lower end of the 95% interval of {}, were the lists independent",
    "_high": "upper end of it",
    "_least": "lower end of the range of {}: over the odds ratios between the lists that policy thinks possible, too",
    "_most": "upper end of it",
}
ESTIMATES = tuple(
    Field(f"{name}{end}", "number", _ENDS[end].format(name) if end else meaning)
    for name, meaning in _MEANINGS.items()
    for end in ENDS
)
VERDICT = Field(
    "verdict",
    "string",
    "cannot_tell where too few are in both lists, or the range of complete_a is wide",
    values=("clear", "cannot_tell"),
)
PUBLIC = (CAPTURE, *GROUP, *_LISTED, *ESTIMATES, VERDICT, HIDDEN)
INSIDE = (CAPTURE, *GROUP, *_LISTED, *_ADJUSTED, *ESTIMATES, VERDICT, HIDDEN)
LISTS = (
    CAPTURE,
    Field("statement_en", "string", "the population, in English"),
    Field("statement_km", "string", "the population, in Khmer"),
    Field("list_a_en", "string", "who is in list a, the register whose completeness is asked, in English"),
    Field("list_a_km", "string", "who is in list a, in Khmer"),
    Field("list_b_en", "string", "who is in list b, which checks it, in English"),
    Field("list_b_km", "string", "who is in list b, in Khmer"),
    Field(
        "assumes_en", "string", "what is assumed of the two lists, and what follows where it does not hold, in English"
    ),
    Field("assumes_km", "string", "the same in Khmer"),
    Field("asked", "boolean", "whether the registers it needs were there; where not, it has no figures"),
)
