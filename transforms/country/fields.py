"""Fields of a register's row made of what was taken down, with the dirt that a careful reader can take off again."""

import numpy as np
import polars as pl

from transforms.country.chance import Flags
from transforms.country.clerks import NAMES, SHORT, Page
from transforms.country.dirt_numbers import (
    from_abroad,
    in_groups,
    in_khmer_digits,
    spaced_phone,
    without_first_zero,
)
from transforms.country.dirt_text import (
    NO_BREAK,
    in_old_font,
    signs_of_another_spelling,
    signs_out_of_order,
    with_hidden_sign,
)
from transforms.country.ledger import replaced

LOCAL, LATIN = NAMES[:2], NAMES[2:]
TITLES = {True: ("លោក", "ឯកឧត្តម", "ឧកញ៉ា"), False: ("លោកស្រី", "អ្នកស្រី", "លោកជំទាវ", "កញ្ញា")}
LATIN_TITLES = {True: ("Mr",), False: ("Mrs", "Ms")}
TITLE_AND_NAME = "កញ្ញា"  # Miss, and also a given name
ALIAS = " ហៅ "
LETTER = "[\u1780-\u17b3]"


def whole_local(page: Page, lost: str = "quarantined", rows: Flags | None = None) -> pl.Series:
    """Family and given name in Khmer in one field. `rows`: those in which the field is Khmer (all of them).

    `lost` is what becomes of a name in an old font: quarantined with its row where the name is required."""
    here = np.ones(page.size, dtype=bool) if rows is None else rows
    font = page.hits("names", "legacy_font") & here
    free = here & ~font
    family, given = (part_in_khmer(page, column, free) for column in LOCAL)
    name = family + between(page, free) + given
    name = name.fill_null(given)
    name = with_alias(page, name, free)
    name = with_title(page, name, free)
    page.ledger.lose(LOCAL, "legacy_font", font, lost)
    return in_old_font(name, font)


def parts_in_khmer(page: Page, lost: str = "quarantined") -> dict[str, pl.Series]:
    """Family and given name in Khmer in a field each: family_km, given_km."""
    font = page.hits("names", "legacy_font")
    parts = {SHORT[column]: in_old_font(part_in_khmer(page, column, ~font), font) for column in LOCAL}
    page.ledger.lose(LOCAL, "legacy_font", font, lost)
    return parts


def part_in_khmer(page: Page, column: str, free: Flags) -> pl.Series:
    """One part of a name with signs out of order, spelled otherwise, or with signs nobody sees."""
    name, draws, ledger = page.frame[SHORT[column]], page.draws, page.ledger
    order = draws.hits(f"{column} sign order", page.desk.rate("names", "sign_order")) & free
    name = ledger.damage((column,), "sign_order", name, order, signs_out_of_order(name, order))
    variant = draws.hits(f"{column} sign variant", page.desk.rate("names", "sign_variant")) & free & ~order
    name = ledger.damage((column,), "sign_variant", name, variant, signs_of_another_spelling(draws, name, variant))
    hidden = draws.hits(f"{column} hidden", page.desk.rate("names", "zero_width") / 2) & free
    return ledger.damage((column,), "zero_width", name, hidden, with_hidden_sign(draws, column, name, hidden))


def between(page: Page, free: Flags) -> pl.Series:
    """What stands between family and given name: a space, nothing, a no-break space."""
    kinds = page.draws.kind("between", page.desk.shares("names", "joined", "no_break"))
    joined = kinds["joined"] & free & parts_again(page)
    broken = kinds["no_break"] & free & page.frame["family_km"].is_not_null().to_numpy()
    page.ledger.note(LOCAL, "joined_name", joined)
    page.ledger.note(LOCAL, "zero_width", broken)
    return pl.Series(np.select([joined, broken], ["", NO_BREAK], " ").tolist(), dtype=pl.String)


def parts_again(page: Page) -> Flags:
    """Names that, written in one word, can be parted in one way only: after the one known family name they begin
    with. Where a family name is longer or shorter by a syllable nobody can tell."""
    exact, family = page.flags("exact"), page.frame["family_km"]
    whole = pl.DataFrame({"family": family, "name": family + page.frame["given_km"]})
    surnames = sorted(page.desk.population.names.surnames, key=lambda name: (len(name), name))
    short, long = (f"^({'|'.join(order)}){LETTER}" for order in (surnames, surnames[::-1]))
    distinct = whole.unique(maintain_order=True).with_columns(
        one=pl.all_horizontal(pl.col("name").str.extract(way) == pl.col("family") for way in (short, long))
    )
    found = whole.join(distinct, on=["family", "name"], how="left", maintain_order="left")["one"]
    return np.asarray(exact & found.fill_null(False).to_numpy())


def begins_with_family_name(page: Page, name: pl.Series) -> Flags:
    """Single words that read like family and given name in one: a reader takes them for that."""
    distinct = name.unique()
    pattern = f"^({'|'.join(sorted(page.desk.population.names.surnames))}){LETTER}"
    like = distinct.filter(distinct.str.contains(pattern).fill_null(False))
    return np.asarray(name.is_in(like.implode()).fill_null(False).to_numpy())


def with_alias(page: Page, name: pl.Series, free: Flags) -> pl.Series:
    """`name ហៅ nickname`."""
    hit = page.hits("names", "alias") & free & page.flags("exact")
    hit = hit & (page.frame["given_km"] != TITLE_AND_NAME).fill_null(False).to_numpy()
    nickname = page.desk.population.people["nickname"].gather(page.frame["person"])
    written = name + ALIAS + nickname
    page.ledger.note(LOCAL, "alias", hit & nickname.is_not_null().to_numpy())
    return replaced(name, hit & nickname.is_not_null().to_numpy(), written)


def with_title(page: Page, name: pl.Series, free: Flags) -> pl.Series:
    hit = page.hits("names", "title") & free
    title = titles(page, TITLES)
    # A title that is also a name shows as a title only in front of two words.
    hit = hit & ((title != TITLE_AND_NAME).to_numpy() | (name.str.count_matches(" ", literal=True) == 1).to_numpy())
    page.ledger.note(LOCAL, "title", hit)
    return replaced(name, hit, title + " " + name)


def titles(page: Page, told: dict[bool, tuple[str, ...]]) -> pl.Series:
    """A title for each person by sex, the first of the list most often."""
    man = page.flags("man")
    unit = page.draws.unit("title") ** 3
    of = {sex: pl.Series(told[sex]).gather((unit * len(told[sex])).astype(np.int64)) for sex in (True, False)}
    return replaced(of[False], man, of[True])


def whole_latin(page: Page, capitals: bool, rows: Flags | None = None) -> pl.Series:
    """Family and given name in Latin letters in one field, in capitals where that is the agency's habit."""
    here = np.ones(page.size, dtype=bool) if rows is None else rows
    family, given = page.frame["family_latin"], page.frame["given_latin"]
    whole = family + " " + given
    plain = (whole.str.to_uppercase() if capitals else whole).fill_null(given)
    turned = page.hits("names", "capitals_order") & here & page.flags("exact")
    written = page.ledger.damage(LATIN, "capitals_order", plain, turned, given + " " + family.str.to_uppercase())
    title = page.hits("names", "title") & here
    page.ledger.note(LATIN, "title", title)
    return replaced(written, title, titles(page, LATIN_TITLES) + " " + written)


def coded(page: Page, column: str, right: pl.Series, variants: pl.Series) -> pl.Series:
    """Codes, some written another way that the agency uses too."""
    return page.ledger.damage((column,), "code_variant", right, page.hits("codes", column), variants)


def sex(page: Page, right: tuple[str, str], others: tuple[tuple[str, str], ...]) -> pl.Series:
    """The code of the sex (man, woman), or one of the other pairs."""
    man, choice = page.flags("man"), page.draws.below("sex code", len(others))
    code = np.where(man, right[0], right[1])
    men, women = (np.asarray([pair[n] for pair in others], dtype=object)[choice] for n in (0, 1))
    variants = np.where(man, men, women)
    plain = pl.Series(code.tolist(), dtype=pl.String)
    return coded(page, "sex", plain, pl.Series(variants.tolist(), dtype=pl.String))


def identifier(page: Page, column: str, number: pl.Series, words: Flags | None = None) -> pl.Series:
    """A number with its leading zero lost, in groups, or in Khmer digits. `words`: rows that are no number."""
    free = ~page.ledger.lost(column, page.size) & (True if words is None else ~words)
    kinds = page.draws.kind(f"{column} form", page.desk.shares("id", "zero_lost", "spaced"))
    short, spaced = kinds["zero_lost"] & free, kinds["spaced"] & free
    written = page.ledger.damage((column,), "leading_zero", number, short, without_first_zero(number, short))
    grouped = in_groups(page.draws, column, written, spaced)
    written = page.ledger.damage((column,), "spaced_identifier", written, spaced, grouped)
    return khmer(page, column, written, free, "id")


def khmer(page: Page, column: str, text: pl.Series, free: Flags, group: str) -> pl.Series:
    hit = page.draws.hits(f"{column} khmer digits", page.desk.rate(group, "khmer_digits")) & free
    return page.ledger.damage((column,), "khmer_digits", text, hit, in_khmer_digits(text, hit))


def phone(page: Page, column: str = "phone") -> pl.Series:
    """Phones as dialled at home, or without the zero, with the country's code, in groups, in Khmer digits."""
    number = page.frame["phone"]
    page.ledger.means(column, "+855" + number.str.strip_chars_start("0"))
    free = ~page.ledger.lost(column, page.size)
    kinds = page.draws.kind("phone form", page.desk.shares("phone", "zero_lost", "international", "spaced"))
    short, abroad, spaced = (kinds[kind] & free for kind in kinds)
    written = page.ledger.damage((column,), "leading_zero", number, short, without_first_zero(number, short))
    written = page.ledger.damage(
        (column,), "international_phone", written, abroad, from_abroad(page.draws, written, abroad)
    )
    written = page.ledger.damage((column,), "spaced_phone", written, spaced, spaced_phone(page.draws, written, spaced))
    return khmer(page, column, written, free, "phone")


def village_code(page: Page, column: str = "area_4") -> pl.Series:
    """Village codes, some without the leading zero, some from before districts moved to a new province."""
    return area_code(page, column, page.frame["village"])


def area_code(page: Page, column: str, code: pl.Series) -> pl.Series:
    """Codes of districts or below."""
    page.ledger.means(column, code)
    old = page.desk.reference.parameters["old_districts"]
    kinds = page.draws.kind(
        f"{column} form", {kind: page.desk.rate("area", kind) for kind in ("zero_lost", "old_code")}
    )
    before = code.str.head(4).replace(old) + code.str.slice(4)
    written = page.ledger.damage((column,), "old_area_code", code, kinds["old_code"], before)
    short = kinds["zero_lost"]
    written = page.ledger.damage((column,), "leading_zero", written, short, without_first_zero(written, short))
    return khmer(page, column, written, np.ones(page.size, dtype=bool), "area")


def in_words(page: Page, column: str, text: pl.Series) -> pl.Series:
    """Where nothing is sent, some clerks write a word for it."""
    empty = page.draws.hits(f"{column} word", page.desk.rate("words", "nothing")) & text.is_null().to_numpy()
    words = pl.Series(("-", "N/A", "គ្មាន"))
    return replaced(text, empty, words.gather(page.draws.below(f"{column} which word", len(words))))
