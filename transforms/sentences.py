"""A finding in one plain sentence, in English and in Khmer, from the template in its rule's header.

A template is text with fields of the evidence in braces; a part in square brackets is left out where a field in it is
empty, and outside of them such a field reads as unknown. How a field is written follows a colon:

- `{card_number}`: as it stands. A list is joined with commas and the word "and", and cut after six.
- `{valid_from:date}`, `{rounds:month}`: a day or a month, in the words of the language.
- `{amount:riel}`, `{members:number}`: with thousands separators; Khmer text has Khmer digits, but for identifiers.
- `{payments:count payment/payments}`: a number and what is counted, of which there may be one or several.
- `{is_listed:if is on the roster/is not on the roster}`: one text where the field is true, another where it is not.
- `{found_in:register}`, `{paid:component}`, `{why:words}`: a code in the words of `rules/words.yaml` for this kind;
  one that is not there has its underscores taken away.

A sentence holds what registers say of a person: it may stand where findings stand, never in a log.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

import duckdb

from transforms import plain_yaml

LANGUAGES = ("en", "km")
MOST = 6  # values of a list that are told one by one
WORDED = ("register", "component", "words")
PLAIN = ("text", "date", "month", "riel", "number", *WORDED)
CHOOSING = ("count", "if")
PART = re.compile(r"\[([^\[\]{}]*(?:\{[^{}]*\}[^\[\]{}]*)*)\]|\{([^{}]*)\}|([^\[\]{}]+)")
FIELD = re.compile(r"(\w+)(?::(\w+)(?: (.+?)/(.+))?)?")
UNKNOWN = {"en": "(unknown)", "km": "(មិនដឹង)"}
KHMER_MONTHS = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ")
KHMER_DIGITS = "'0123456789', '០១២៣៤៥៦៧៨៩'"
MACROS = (
    f"khmer_digits(told) AS translate(told, {KHMER_DIGITS})",
    f"khmer_month(day) AS {list(KHMER_MONTHS)}[month(day)]",
    "told_number_en(value) AS coalesce(format('{:,}', TRY_CAST(value AS BIGINT)), value)",
    "told_number_km(value) AS khmer_digits(told_number_en(value))",
    "told_riel_en(value) AS told_number_en(value) || ' riel'",
    "told_riel_km(value) AS told_number_km(value) || ' រៀល'",
    "told_date_en(value) AS coalesce(strftime(TRY_CAST(value AS DATE), '%-d %B %Y'), value)",
    """told_date_km(value) AS coalesce(khmer_digits('ថ្ងៃទី ' || day(TRY_CAST(value AS DATE)) || ' ខែ'
        || khmer_month(TRY_CAST(value AS DATE)) || ' ឆ្នាំ ' || year(TRY_CAST(value AS DATE))), value)""",
    "told_month_en(value) AS coalesce(strftime(TRY_CAST(value || '-01' AS DATE), '%B %Y'), value)",
    """told_month_km(value) AS coalesce(khmer_digits('ខែ' || khmer_month(TRY_CAST(value || '-01' AS DATE))
        || ' ឆ្នាំ ' || year(TRY_CAST(value || '-01' AS DATE))), value)""",
    "told_text_en(value) AS value",
    "told_text_km(value) AS value",
    """told_values(evidence, field) AS CASE json_type(evidence, '$.' || field)
        WHEN 'ARRAY' THEN list_filter(json_extract_string(evidence, '$.' || field || '[*]'), lambda v: v IS NOT NULL)
        WHEN 'NULL' THEN [] ELSE [json_extract_string(evidence, '$.' || field)] END""",
    f"""told_list_en(told) AS CASE WHEN len(told) < 2 THEN told[1]
        WHEN len(told) > {MOST} THEN array_to_string(told[1:{MOST}], ', ') || ' and ' || (len(told) - {MOST}) || ' more'
        ELSE array_to_string(told[:-2], ', ') || ' and ' || told[-1] END""",
    f"""told_list_km(told) AS CASE WHEN len(told) < 2 THEN told[1]
        WHEN len(told) > {MOST}
            THEN array_to_string(told[1:{MOST}], ', ') || ' និង ' || told_number_km((len(told) - {MOST})::VARCHAR)
                || ' ទៀត'
        ELSE array_to_string(told[:-2], ', ') || ' និង ' || told[-1] END""",
)
# What a finding of absence adds: the likeliest record that was rejected, of the register somebody is not in.
NEAREST = {
    "en": """CASE WHEN absent_from IS NULL THEN '' WHEN nearest_id IS NULL OR nearest_probability < 0.01
            THEN ' No record of ' || {register} || ' comes near.'
        ELSE ' The nearest record of ' || {register} || ' is ' || nearest_id
            || ', the same person with probability ' || format('{{:.2f}}', nearest_probability) || '.' END""",
    "km": """CASE WHEN absent_from IS NULL THEN '' WHEN nearest_id IS NULL OR nearest_probability < 0.01
            THEN ' គ្មានកំណត់ត្រាណាក្នុង' || {register} || ' ស្រដៀងនឹងនេះទេ។'
        ELSE ' កំណត់ត្រាស្រដៀងជាងគេក្នុង' || {register} || ' គឺ ' || nearest_id
            || ' ដែលអាចជាបុគ្គលតែមួយដោយប្រូបាប ' || khmer_digits(format('{{:.2f}}', nearest_probability)) || '។' END""",
}


class TemplateError(ValueError):
    """A template cannot be read; the text says where and what to mend."""


@dataclass(frozen=True)
class Field:
    """A field of the evidence and how it is written; `one` and `other` are the texts that it chooses between."""

    name: str
    kind: str = "text"
    one: str = ""
    other: str = ""

    def sql(self, language: str) -> str:
        """An expression over the column evidence; NULL where the field is empty."""
        values = f"told_values(evidence, {quoted(self.name)})"
        if self.kind == "if":
            return f"CASE {values}[1] WHEN 'true' THEN {quoted(self.one)} WHEN 'false' THEN {quoted(self.other)} END"
        if self.kind == "count":
            chosen = f"CASE {values}[1] WHEN '1' THEN {quoted(self.one)} ELSE {quoted(self.other)} END"
            return f"told_number_{language}({values}[1]) || ' ' || {chosen}"
        return f"told_list_{language}(list_transform({values}, lambda v: told_{self.kind}_{language}(v)))"


@dataclass(frozen=True)
class Part:
    """A part of a template; one that `may_fail` is left out where a field in it is empty."""

    pieces: tuple[str | Field, ...]
    may_fail: bool = False

    def sql(self, language: str) -> str:
        told = [quoted(piece) if isinstance(piece, str) else self._field(piece, language) for piece in self.pieces]
        joined = " || ".join(told) or "''"
        return f"coalesce({joined}, '')" if self.may_fail else joined

    def _field(self, field: Field, language: str) -> str:
        return field.sql(language) if self.may_fail else f"coalesce({field.sql(language)}, '{UNKNOWN[language]}')"


def fields(template: str) -> set[str]:
    """The fields of evidence that a template uses. Raises `TemplateError` where it cannot be read."""
    return {piece.name for part in parts(template) for piece in part.pieces if isinstance(piece, Field)}


@cache
def parts(template: str) -> tuple[Part, ...]:
    """The parts of a template, in order. Raises `TemplateError`."""
    found = list(PART.finditer(template))
    if "".join(match.group() for match in found) != template:
        raise TemplateError("a bracket or brace is not closed, or stands in another one")
    return tuple(_part(match) for match in found)


def _part(match: re.Match[str]) -> Part:
    optional, field, text = match.groups()
    if optional is None:
        return Part((text,) if text else (_field(field),))
    inner = tuple(piece for part in parts(optional) for piece in part.pieces)
    if not any(isinstance(piece, Field) for piece in inner):
        raise TemplateError(f"[{optional}] holds no field: write it without brackets")
    return Part(inner, may_fail=True)


def _field(told: str) -> Field:
    match = FIELD.fullmatch(told)
    name, kind, one, other = match.groups() if match else (None,) * 4
    chooses = one is not None
    if not name or (kind or "text") not in (CHOOSING if chooses else PLAIN):
        raise TemplateError(
            f"{{{told}}} cannot be read: write {{field}}, {{field:KIND}} with one of {', '.join(PLAIN)}, "
            "{field:count one/several} or {field:if true/false}"
        )
    return Field(name, kind or "text", one or "", other or "")


def sentence_sql(template: str, language: str) -> str:
    """The sentence as an expression over evidence (JSON), absent_from, nearest_id and nearest_probability."""
    return f"{_evidence_sql(template, language)} || {_nearest_sql(language)}"


def told_sql(templates: Iterable[tuple[str, str]], language: str, otherwise: str) -> str:
    """The sentence of any rule; of one without a template, the expression `otherwise`. Templates by rule id.

    DuckDB takes a second or more to plan it for a whole catalogue: give the templates of the rules that are there.
    """
    cases = [f"WHEN {quoted(rule)} THEN {_evidence_sql(text, language)}" for rule, text in templates if text]
    return f"coalesce(CASE rule {' '.join(cases)} END || {_nearest_sql(language)}, {otherwise})" if cases else otherwise


def _evidence_sql(template: str, language: str) -> str:
    return " || ".join(part.sql(language) for part in parts(template))


def _nearest_sql(language: str) -> str:
    return NEAREST[language].format(register=f"told_register_{language}(absent_from)")


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the words that the expressions are written with. Writes temporary macros only."""
    for macro in MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    for kind, language in product(WORDED, LANGUAGES):
        con.execute(f"CREATE OR REPLACE TEMP MACRO told_{kind}_{language}(code) AS {_dictionary(kind, language)}")


def _dictionary(kind: str, language: str) -> str:
    told = words()[kind]
    codes = ", ".join(map(quoted, told))
    meanings = ", ".join(quoted(meaning[language]) for meaning in told.values())
    return f"coalesce(map([{codes}], [{meanings}])[code], replace(code, '_', ' '))"


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """What codes of evidence are called, by kind, code and language."""
    text = (files("transforms") / "rules" / "words.yaml").read_text("utf-8")
    loaded: dict[str, dict[str, dict[str, str]]] = plain_yaml.load(text)
    return loaded


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
