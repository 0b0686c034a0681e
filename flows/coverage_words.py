"""What coverage figures are called where they leave the program: names, types and meanings, with the standard's.

Names are those of the data standards of the Digital Convergence Initiative for social protection (DCI, also SPDCI;
standards.spdci.org, Integrated Beneficiary Registry v1.0.0) where these have one. They describe persons, households,
programmes and benefits, and no counts of them: all that is counted has a name of our own, and says so.
"""

from dataclasses import dataclass

NO_STANDARD = "none: the DCI standards describe records, not counts of them"
UNITS = {"person": "member", "household": "household"}  # CD.IBR.01, by our own words


@dataclass(frozen=True)
class Field:
    """A column of a file that leaves: its type as Frictionless names it, what it means, and its name in the standard.

    `values`: the only values it may have, where that is so.
    """

    name: str
    type: str
    meaning: str
    standard: str = NO_STANDARD
    values: tuple[str, ...] = ()


PROGRAMME = Field(
    "programme_identifier",
    "string",
    "the measure: one component of a programme, or a service such as birth registration",
    "DO.IBR.02 Programme, programme_identifier",
)
DESCRIPTION = Field(
    "programme_description",
    "string",
    "what is measured, in English",
    "DO.IBR.02 Programme, programme_description",
)
UNIT = Field(
    "assistance_unit",
    "string",
    "what is counted: member (a person; code 1 of CD.IBR.01) or household (code 2)",
    "DO.IBR.01 Beneficiary, assistance_unit (CD.IBR.01)",
    ("member", "household"),
)
HIDDEN = Field(
    "hidden",
    "boolean",
    "whether the figures are left out: because a count of the group is small, or so that no subtraction tells a small "
    "one; which of the two is not told",
)
GROUP = (
    Field("breakdown", "string", "by what the groups are formed: total, area_1 (province), setting (urban or rural), "
          "sex, age_band ...; of a crossing the two joined with '*'"),
    Field("group_code", "string", "the group: 'all', an area code, F or M for sex, the first full year of age of an "
          "age band; of a crossing the two joined with '*'",
          "none for groups; sex has CD.COM.03 (F is female, M is male)"),
    Field("group_name_en", "string", "its name in English"),
    Field("group_name_km", "string", "its name in Khmer"),
)  # fmt: skip
COUNTS = (
    Field("eligible", "integer", "people or households who should be covered, as linked; the denominator"),
    Field("covered", "integer", "of them covered, as linked"),
    Field("gap_share", "number", "share of the eligible not covered, as linked"),
    Field("eligible_adjusted", "number", "expected number eligible, were all links right"),
    Field("covered_adjusted", "number", "expected number of them covered"),
    Field("gap_adjusted", "number", "expected number of them not covered"),
    Field("gap_share_adjusted", "number", "the exclusion rate, were all links right: the median of the draws"),
    Field("gap_low", "number", "lower end of the 95% interval of the exclusion rate"),
    Field("gap_high", "number", "upper end of it"),
    Field("verdict", "string", "cannot_tell where the interval is wider than the rate itself; empty where nobody is "
          "eligible", values=("clear", "cannot_tell")),
)  # fmt: skip
FIGURES = (PROGRAMME, DESCRIPTION, UNIT, *GROUP, *COUNTS, HIDDEN)
