"""Every kind of repair, once: what the value stands as now, what that means, and what to tell the agency.

Also why a row as a whole is not used. No sentence holds a value of anybody; `{column}` stands for the column's name.
"""

from typing import NamedTuple

SET_ASIDE = "set_aside"


class Repair(NamedTuple):
    """`to_kind`: what the value stands as; `meaning`: for the dictionary; `advice`: for the agency."""

    to_kind: str
    meaning: str
    advice: str


MENDED = {
    "hidden_signs": Repair(
        "plain_text",
        "signs that nobody sees (zero-width spaces, direction marks) were taken out",
        "Take hidden signs (zero-width spaces and the like) out of {column}; they come with pasted text.",
    ),
    "sign_variant": Repair(
        "canonical_signs",
        "Khmer signs in another order, or another sign for the same, were brought to one form",
        "Type the signs of {column} in the usual order: an up-to-date Khmer Unicode keyboard does.",
    ),
    "local_digits": Repair(
        "ascii_digits",
        "digits of the local script were read as 0 to 9",
        "Write the digits of {column} as 0 to 9.",
    ),
    "title": Repair(
        "name",
        "a title in front of the name was taken off",
        "Write names in {column} without titles.",
    ),
    "joined_name": Repair(
        "two_names",
        "family and given name, written without a space, were parted after a known surname",
        "Put a space between family and given name in {column}, or send them in two columns.",
    ),
    "alias": Repair(
        "other_name",
        "a nickname after the name went to the other names",
        "Send nicknames and other names in a column of their own, not in {column}.",
    ),
    "capitals_order": Repair(
        "name_order",
        "the family name, written in capitals behind the given name, was put first",
        "Write names in {column} in the agreed order.",
    ),
    "lost_zero": Repair(
        "full_width",
        "leading zeros that a spreadsheet dropped were put back",
        "The spreadsheet drops leading zeros: format {column} as text.",
    ),
    "spaced_code": Repair(
        "plain_code",
        "spaces and dashes inside a number were taken out",
        "Write {column} without spaces and dashes.",
    ),
    "spreadsheet_day": Repair(
        "date",
        "a spreadsheet's number of a day was turned into the date",
        "The spreadsheet sends day numbers: format {column} as text and write dates in the agreed form.",
    ),
    "buddhist_year": Repair(
        "common_year",
        "a year of the Buddhist era was turned into the common era",
        "Write the years of {column} in the common era, not in the Buddhist one.",
    ),
    "month_first": Repair(
        "day_first",
        "month and day were exchanged, because only so it is a date",
        "Write the day before the month in {column}: look at the computer's regional settings.",
    ),
    "other_form": Repair(
        "date",
        "a date in another form than the agreed one was read",
        "Write all dates of {column} in the one agreed form.",
    ),
    "first_january": Repair(
        "uncertain_day",
        "1 January is kept, but marked: mostly it stands for a year alone",
        "Where only the year is known send the year alone in {column}, not 1 January.",
    ),
    "year_only": Repair(
        "uncertain_day",
        "a year alone, or day and month written as zeros: both are filled with 1 and marked as not known",
        "Copy day and month into {column} from a document, where the person has one.",
    ),
    "age": Repair(
        "derived_year",
        "a year of birth was derived from an age",
        "Ask for the date of birth, or at least its year, where {column} is all that is known.",
    ),
    "old_area_code": Repair(
        "current_code",
        "an area code from before a boundary change was replaced by today's",
        "Use today's area codes in {column}: the old ones changed when districts moved to a new province.",
    ),
    "area_name": Repair(
        "area_code",
        "an area told by name was found in the gazetteer, within the area above it",
        "Send the code of the area in {column}, not its name.",
    ),
    "loose_code": Repair(
        "code",
        "a code in other capitals, digits or zeros was read as the agreed one",
        "Write the codes of {column} exactly as agreed.",
    ),
}
UNUSABLE = {
    "unreadable_date": Repair(
        SET_ASIDE,
        "no date can be read in it",
        "Write {column} as a date in the agreed form.",
    ),
    "impossible_date": Repair(
        SET_ASIDE,
        "there is no such day, or it lies in the future or before 1900",
        "Correct {column}: there is no such day, or it lies in the future or before 1900.",
    ),
    "unknown_code": Repair(
        SET_ASIDE,
        "it is none of the agreed codes",
        "Use one of the agreed codes in {column}, or ask for a new one to be added to the contract.",
    ),
    "unreadable_number": Repair(
        SET_ASIDE,
        "no number can be read in it",
        "Write {column} as a plain number.",
    ),
    "unreadable_phone": Repair(
        SET_ASIDE,
        "it is no number of the country's numbering plan",
        "Write {column} as a phone number.",
    ),
    "unexpected_form": Repair(
        SET_ASIDE,
        "it has not the agreed form; an identifier is kept, but not trusted",
        "Correct {column}: it has not the agreed form.",
    ),
    "wrong_script": Repair(
        SET_ASIDE,
        "it is written in another script than its column's",
        "Write {column} in its own script and in Unicode, not in an old font encoding.",
    ),
    "legacy_font": Repair(
        SET_ASIDE,
        "it was typed in an old font that is not Unicode, and cannot be trusted",
        "Convert {column} to Khmer Unicode: it was typed in an old font encoding such as Limon.",
    ),
    "no_letters": Repair(
        SET_ASIDE,
        "a name without a letter",
        "Write a name into {column}.",
    ),
    "implausible_age": Repair(
        SET_ASIDE,
        "nobody has that age",
        "Correct {column}: nobody has that age.",
    ),
    "over_shared": Repair(
        SET_ASIDE,
        "far too many households or records share it: it names nobody",
        "Ask for the holder's own number in {column}: some numbers stand on far too many records.",
    ),
    "placeholder": Repair(
        SET_ASIDE,
        "one digit over and over, or digits in a row: filled in to fill something in; kept, but not trusted",
        "Leave {column} empty where there is no number, instead of a made-up one such as 000000000.",
    ),
    "unknown_area": Repair(
        SET_ASIDE,
        "no area of the gazetteer fits, or more than one does",
        "Correct {column}: the gazetteer knows no such area.",
    ),
}
KINDS = MENDED | UNUSABLE
# What is wrong with a row as a whole; a value that is not usable turns its row away where it is required.
WHOLE_ROWS = {
    "required_missing": "Fill in {column}.",
    "repeated_row": "Send every row once.",
    "duplicate_key": "Give every row its own {column}; the first row with it was kept.",
    "applies_nowhere": "Check {column}: no kind of row that the contract knows has these values.",
}
TO_KIND = {kind: repair.to_kind for kind, repair in KINDS.items()}
REMEDIES = WHOLE_ROWS | {kind: repair.advice for kind, repair in UNUSABLE.items()}
_ADVICE = REMEDIES | {kind: repair.advice for kind, repair in MENDED.items()}


def advice(kind: str, column: str) -> str:
    """The sentence for a kind of repair (`from_kind`), or for the reason of a quarantine, in a column."""
    return _ADVICE.get(kind, "Correct {column}.").format(column=column)
