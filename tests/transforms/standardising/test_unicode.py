"""Every reading against all of Unicode: it never raises, reads its own answer as itself, and does not mind
what stands beside it, or in which order."""

import sys
import unicodedata
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.identifiers import identifiers
from transforms.mapping import RegisterMapping, SourceColumn
from transforms.names import PARTS, split_names, written
from transforms.readings import Setting, read_column
from transforms.reference import Reference
from transforms.roles import Role
from transforms.text import folded, tidy

AS_OF = date(2026, 11, 1)
COLUMNS: dict[Role, dict[str, object]] = {
    Role.BIRTH: {"dates": ["%d/%m/%Y", "year", "serial"]},
    Role.DATE: {"dates": ["%d/%m/%Y", "%Y%m%d"]},
    Role.AREA: {"width": 8},
    Role.CODE: {"width": 9},
}
CODED = {"codes": {"M": "M", "F": "F", "ប្រុស": "M", "ស្រី": "F", "1": "M", "2": "F"}}
READINGS = [*((role, COLUMNS.get(role, {})) for role in Role), (Role.TEXT, CODED)]
NAMED = [f"{role}{' coded' * ('codes' in column)}" for role, column in READINGS]
MAPPING = RegisterMapping.model_validate(
    {
        "register": "r",
        "key": ["k"],
        "columns": {"k": {}, "n": {}},
        "yields": {},
        "identifiers": [{"type": "card", "column": "n", "width": 9, "pattern": r"\d{9}", "shared_by_at_most": 10**9}],
    }
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
signs = st.text(
    st.sampled_from([chr(c) for c in range(0x1780, 0x17FA)] + list(" \u200b\u200d\ufeff09./-aA,")), max_size=20
)


def assigned() -> list[str]:
    """Every assigned code point but surrogates; of those for private use, all alike, the first of each area."""
    private = {0xE000, 0xF0000, 0x100000}
    wanted = {"Cn", "Cs", "Co"}
    points = range(sys.maxunicode + 1)
    return [chr(point) for point in points if point in private or unicodedata.category(chr(point)) not in wanted]


def thinned(signs: list[str]) -> list[str]:
    """Of the signs that Unicode names in bulk, all alike to every reading, every twentieth; of all else every one."""
    in_bulk = ("CJK UNIFIED IDEOGRAPH-", "HANGUL SYLLABLE ", "TANGUT IDEOGRAPH-")
    alike = [sign for sign in signs if unicodedata.name(sign, "").startswith(in_bulk)]
    return sorted(set(signs) - set(alike) | set(alike[::20]))


@pytest.fixture(scope="session")
def sweep() -> pl.Series:
    """Each sign of Unicode alone; and doubled, between digits, between Khmer letters."""
    alone = pl.DataFrame({"sign": assigned()})
    beside = pl.DataFrame({"sign": thinned(alone["sign"].to_list())})
    forms = (pl.concat_str("sign", "sign"), pl.format("1{}2/03/1999", "sign"), pl.format("ក{}ខា", "sign"))
    every = [alone.to_series(), *(beside.select(form).to_series() for form in forms)]
    return pl.concat([values.alias("text") for values in every]).unique(maintain_order=True)


def read(reference: Reference, values: pl.Series, role: Role, column: dict[str, object]) -> pl.DataFrame:
    setting = Setting(reference.country, reference, AS_OF)
    return read_column(values, SourceColumn.model_validate(column), role, setting)


def check_reading(reference: Reference, values: pl.Series, role: Role, column: dict[str, object]) -> None:
    """One row a value, each told, read or faulted; the answer reads as itself; neighbours do not matter."""
    first = read(reference, values, role, column)
    assert first.height == len(values)
    told = values.to_frame("found").select(tidy(pl.col("found"))).to_series().is_not_null()
    assert (told == (first["value"].is_not_null() | first["fault"].is_not_null())).all()
    answers = first["value"].drop_nulls().unique()
    again = read(reference, answers, role, column)
    assert differing(answers, again["value"]).is_empty()
    some = pl.Series(range(len(values))).shuffle(7).head(5000)
    assert read(reference, values.gather(some), role, column).equals(first[some])


def differing(before: pl.Series, after: pl.Series) -> pl.Series:
    """Code points of what is not the same afterwards."""
    wrong = before.filter(before.ne_missing(after))
    return pl.Series([" ".join(f"{ord(sign):04X}" for sign in text) for text in wrong.head(5)], dtype=pl.String)


@pytest.mark.parametrize(("role", "column"), READINGS, ids=NAMED)
def test_all_of_unicode_is_read(cambodia: Reference, sweep: pl.Series, role: Role, column: dict[str, object]) -> None:
    check_reading(cambodia, sweep, role, column)


@settings(max_examples=50, deadline=None)
@given(st.lists(texts | signs, min_size=1, max_size=12, unique=True), st.sampled_from(READINGS))
def test_any_text_is_read(cambodia: Reference, values: list[str], reading: tuple[Role, dict[str, object]]) -> None:
    check_reading(cambodia, pl.Series(values), *reading)


@pytest.mark.parametrize("local", [False, True], ids=["latin", "khmer"])
def test_all_of_unicode_is_parted_into_names(cambodia: Reference, sweep: pl.Series, local: bool) -> None:
    check_names(cambodia, sweep, local)


@settings(max_examples=50, deadline=None)
@given(st.lists(texts | signs, min_size=1, max_size=12, unique=True), st.booleans())
def test_any_text_is_parted_into_names(cambodia: Reference, values: list[str], local: bool) -> None:
    check_names(cambodia, pl.Series(values), local)


def check_names(reference: Reference, values: pl.Series, local: bool) -> None:
    """The parts of a name read as themselves, and do not depend on the other names."""
    role = Role.LOCAL_NAME if local else Role.NAME
    names = read(reference, values, role, {})["value"].drop_nulls().unique(maintain_order=True)
    parts = split_names(names, "family_first", local, reference)
    for part in PARTS:
        told = parts[part].drop_nulls().unique()
        assert differing(told, written(told, local, reference)).is_empty()
    some = pl.Series(range(len(names)), dtype=pl.Int64).shuffle(7).head(5000)
    assert split_names(names.gather(some), "family_first", local, reference).equals(parts[some])


def test_all_of_unicode_as_free_text(cambodia: Reference, sweep: pl.Series) -> None:
    once = sweep.to_frame("text").select(folded(pl.col("text"), cambodia.script)).to_series()
    again = once.to_frame("text").select(folded(pl.col("text"), cambodia.script)).to_series()
    assert differing(once, again).is_empty()


def test_all_of_unicode_as_an_identifier(cambodia: Reference, sweep: pl.Series) -> None:
    def of(values: pl.Series) -> pl.DataFrame:
        frame = (
            pl.DataFrame({"n": values}).with_row_index("_row").with_columns(record_id=pl.col("_row").cast(pl.String))
        )
        return identifiers(frame, MAPPING, cambodia.script)

    found = of(sweep)
    values = found["value"].unique()
    assert differing(values, of(values)["value"]).is_empty()
    assert not found.filter(pl.col("is_valid"))["value"].str.contains(r"[^0-9]").any()
