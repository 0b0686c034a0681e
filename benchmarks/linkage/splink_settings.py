"""Splink's two settings: what its tutorial gives, and the best that was found for these records in good faith.

The patient one was tuned at 100,000 people and then frozen. What helped, measured there: training on pairs that are
nearly all true (the same patient, the same card and birth year, the same names and date of birth) and not on wide
blocks; one comparison for card, household and village, because evidence that comes together must not count twice;
names in one script and across scripts apart; and, most of all, single best links in place of connected components.
"""

from dataclasses import dataclass, field
from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule


@dataclass(frozen=True)
class Plan:
    """How Splink links one kind of records. `thresholds`: of connected components, and of single best links."""

    comparisons: list[Any]
    blocking: list[Any]
    training: list[Any]
    deterministic: list[Any]
    recall: float
    random_pairs: float
    thresholds: tuple[float, float]
    link_type: str = "dedupe_only"
    no_duplicates: tuple[str, ...] = field(default=())

    def settings(self) -> SettingsCreator:
        return SettingsCreator(
            self.link_type,
            comparisons=self.comparisons,
            blocking_rules_to_generate_predictions=self.blocking,
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=False,
            max_iterations=50,
        )


# Registers that keep one row a person by design; the sample country puts a few people in them twice all the same.
NO_DUPLICATES = (
    *("civil_births", "civil_deaths", "disability"),
    *("family_package_enrolments", "idpoor_members", "nssf_members"),
)
_SWAPPED = "(family_key_l <> family_key_r AND family_key_l = given_key_r AND given_key_l = family_key_r)"


def _null(condition: str) -> Any:
    return cll.CustomLevel(condition, "missing").configure(is_null_level=True)


def _one_script(part: str) -> str:
    signs, latin = f"{part}_signs", f"{part}_latin"
    return f"(({signs}_l IS NOT NULL AND {signs}_r IS NOT NULL) OR ({latin}_l IS NOT NULL AND {latin}_r IS NOT NULL))"


def _alike(part: str, least: float) -> Any:
    each = (f"jaro_winkler_similarity({part}_{way}_l, {part}_{way}_r) >= {least}" for way in ("signs", "latin"))
    return cll.CustomLevel(" OR ".join(each))


def _spelling(part: str) -> Any:
    silent = f" OR coalesce({_SWAPPED}, false)" if part == "family" else ""
    levels = [
        _null(f"NOT {_one_script(part)}{silent}"),
        cll.ExactMatchLevel(f"{part}_signs", term_frequency_adjustments=True),
        cll.ExactMatchLevel(f"{part}_latin", term_frequency_adjustments=True),
        *([cll.CustomLevel(_SWAPPED)] if part == "given" else []),
        cll.ExactMatchLevel(f"{part}_key", term_frequency_adjustments=True),
        _alike(part, 0.92),
        _alike(part, 0.82),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=f"{part}_spelling")


def _sound(part: str) -> Any:
    key, silent = f"{part}_key", f" OR coalesce({_SWAPPED}, false)" if part == "family" else ""
    levels = [
        _null(f"{_one_script(part)} OR {key}_l IS NULL OR {key}_r IS NULL{silent}"),
        cll.ExactMatchLevel(key, term_frequency_adjustments=True),
        *([cll.CustomLevel(_SWAPPED)] if part == "given" else []),
        cll.CustomLevel(f"jaro_winkler_similarity({key}_l, {key}_r) >= 0.82"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=f"{part}_sound")


def _identifier(name: str) -> Any:
    one_sign = cll.CustomLevel(f"damerau_levenshtein({name}_l, {name}_r) <= 1")
    return cl.CustomComparison(
        [cll.NullLevel(name), cll.ExactMatchLevel(name), one_sign, cll.ElseLevel()], output_column_name=name
    )


_BIRTH_DATE = cl.CustomComparison(
    [
        cll.NullLevel("day"),
        cll.ExactMatchLevel("day", term_frequency_adjustments=True),
        cll.CustomLevel("day_l[:4] = day_r[:4] AND day_l[5:6] = day_r[7:8] AND day_l[7:8] = day_r[5:6]"),
        cll.CustomLevel("hamming(day_l, day_r) = 1"),
        cll.CustomLevel(
            "CAST(day_l[:4] = day_r[:4] AS INT) + CAST(day_l[5:6] = day_r[5:6] AS INT)"
            " + CAST(day_l[7:8] = day_r[7:8] AS INT) = 2"
        ),
        cll.CustomLevel("day_l[:4] = day_r[:4]"),
        cll.CustomLevel("abs(CAST(day_l[:4] AS INT) - CAST(day_r[:4] AS INT)) <= 2"),
        cll.ElseLevel(),
    ],
    output_column_name="birth_date",
)
_BIRTH_YEAR = cl.CustomComparison(
    [
        _null("(day_l IS NOT NULL AND day_r IS NOT NULL) OR birth_year_l IS NULL OR birth_year_r IS NULL"),
        cll.ExactMatchLevel("birth_year"),
        cll.CustomLevel("abs(birth_year_l - birth_year_r) <= 1"),
        cll.CustomLevel("abs(birth_year_l - birth_year_r) <= 3"),
        cll.ElseLevel(),
    ],
    output_column_name="year",
)
_HOME = cl.CustomComparison(
    [
        _null("(area_3_l IS NULL OR area_3_r IS NULL) AND (equity_card_l IS NULL OR equity_card_r IS NULL)"),
        cll.CustomLevel("household_l = household_r", "two rows of one household"),
        cll.ExactMatchLevel("equity_card"),
        cll.CustomLevel("area_4_l = area_4_r AND equity_card_l <> equity_card_r"),
        *(cll.CustomLevel(f"area_{level}_l = area_{level}_r") for level in (4, 3, 2, 1)),
        cll.ElseLevel(),
    ],
    output_column_name="home",
)
_REGION = cl.CustomComparison(
    [
        _null("(area_3_l IS NOT NULL AND area_3_r IS NOT NULL) OR area_1_l IS NULL OR area_1_r IS NULL"),
        cll.ExactMatchLevel("area_1"),
        cll.ElseLevel(),
    ],
    output_column_name="region",
)
_MOTHER = cl.CustomComparison(
    [
        cll.NullLevel("mother"),
        cll.ExactMatchLevel("mother"),
        cll.CustomLevel("levenshtein(mother_l, mother_r) <= 3"),
        cll.ElseLevel(),
    ],
    output_column_name="mother",
)


def _a_year_apart(sign: str) -> Any:
    return CustomRule(
        "l.family_key = r.family_key AND l.given_key = r.given_key AND l.area_1 = r.area_1"
        f" AND l.birth_year {sign} 1 = r.birth_year"
    )


def patient() -> Plan:
    """Every column of these records, 18 blocking rules, three passes of training."""
    names = [spelled(part) for spelled in (_spelling, _sound) for part in ("family", "given")]
    identifiers = [_identifier(name) for name in ("national_id", "birth_certificate", "patient_no")]
    dates = [_BIRTH_DATE, _BIRTH_YEAR, cl.ExactMatch("sex")]
    blocks = (
        *(("national_id",), ("birth_certificate",), ("patient_no",)),
        *(("family_key", "given_key", "birth_year"), ("family_key", "given_key", "area_3")),
        *(("day", "given_key"), ("day", "family_key", "sex"), ("day", "area_4"), ("given_key", "birth_year", "area_3")),
        *(("family_key", "birth_year", "area_4"), ("phone", "given_key"), ("phone", "birth_year"), ("mother", "day")),
        *(("equity_card", "given_key"), ("equity_card", "birth_year")),
    )
    swapped = "l.family_key = r.given_key AND l.given_key = r.family_key AND l.birth_year = r.birth_year"
    sure = (("national_id",), ("birth_certificate",), ("family_key", "given_key", "day"))
    return Plan(
        comparisons=[*names, *dates, *identifiers, cl.ExactMatch("phone"), _HOME, _REGION, _MOTHER],
        blocking=[*(block_on(*b) for b in blocks), CustomRule(swapped), _a_year_apart("+"), _a_year_apart("-")],
        training=[
            block_on("equity_card", "birth_year"),
            block_on("patient_no"),
            block_on("family_key", "given_key", "day"),
        ],
        deterministic=[*(block_on(*b) for b in sure), block_on("equity_card", "given_key", "birth_year")],
        recall=0.85,
        random_pairs=5e6,
        thresholds=(0.9, 0.5),
        link_type="link_and_dedupe",
        no_duplicates=NO_DUPLICATES,
    )


def quick() -> Plan:
    """What Splink's tutorial does with such columns: four blocking rules, ready-made comparisons, two passes.

    Two things are not the tutorial's, because they explode at 1M: a date of which only the year is known is left out
    (as 1 January, it makes large blocks), and the pass of training on equal names asks for an equal year of birth.
    """
    return Plan(
        comparisons=[
            cl.NameComparison("family_any").configure(term_frequency_adjustments=True),
            cl.NameComparison("given_any").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("day_text", input_is_string=True, datetime_format="%Y-%m-%d"),
            cl.ExactMatch("sex"),
            cl.ExactMatch("national_id"),
            cl.ExactMatch("area_4").configure(term_frequency_adjustments=True),
        ],
        blocking=[
            block_on("family_any", "given_any", "birth_year"),
            block_on("day_text", "given_any"),
            block_on("day_text", "family_any"),
            block_on("national_id"),
        ],
        training=[block_on("family_any", "given_any", "birth_year"), block_on("day_text")],
        deterministic=[block_on("family_any", "given_any", "day_text"), block_on("national_id")],
        recall=0.7,
        random_pairs=1e6,
        thresholds=(0.9, 0.9),
    )


def febrl(links_two: bool) -> Plan:
    """FEBRL's columns, the address among them."""
    columns = ("family_latin", "given_latin", "address_line", "address_place")
    return Plan(
        comparisons=[
            *(cl.JaroWinklerAtThresholds(c, [0.95, 0.88, 0.75]) for c in columns),
            cl.DamerauLevenshteinAtThresholds("day", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("social_security", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("address_postcode", [1, 2]),
            cl.ExactMatch("area_1"),
        ],
        blocking=[
            *(block_on(c) for c in ("social_security", "day", "address_line")),
            *(block_on(c) for c in ("family_latin", "given_latin", "address_postcode", "address_place")),
        ],
        training=[block_on("social_security"), block_on("day"), block_on("family_latin", "given_latin")],
        deterministic=[block_on("social_security"), block_on("given_latin", "family_latin", "day")],
        recall=0.9,
        random_pairs=5e6,
        thresholds=(0.5, 0.5),
        link_type="link_only" if links_two else "dedupe_only",
        no_duplicates=("a", "b") if links_two else (),
    )
