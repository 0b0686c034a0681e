"""What to tell an agency of each kind of damage: one plain sentence, without a value of anybody."""

from transforms.quarantine import REMEDIES

MENDING = {
    "hidden_signs": "Take hidden signs (zero-width spaces and the like) out of {column}; they come with pasted text.",
    "sign_variant": "Type the signs of {column} in the usual order: an up-to-date Khmer Unicode keyboard does.",
    "local_digits": "Write the digits of {column} as 0 to 9.",
    "title": "Write names in {column} without titles.",
    "joined_name": "Put a space between family and given name in {column}, or send them in two columns.",
    "alias": "Send nicknames and other names in a column of their own, not in {column}.",
    "capitals_order": "Write names in {column} in the agreed order.",
    "lost_zero": "The spreadsheet drops leading zeros: format {column} as text.",
    "spaced_code": "Write {column} without spaces and dashes.",
    "spreadsheet_day": "The spreadsheet sends day numbers: format {column} as text and write dates in the agreed form.",
    "buddhist_year": "Write the years of {column} in the common era, not in the Buddhist one.",
    "month_first": "Write the day before the month in {column}: look at the computer's regional settings.",
    "other_form": "Write all dates of {column} in the one agreed form.",
    "first_january": "Where only the year is known send the year alone in {column}, not 1 January.",
    "year_only": "Copy day and month into {column} from a document, where the person has one.",
    "age": "Ask for the date of birth, or at least its year, where {column} is all that is known.",
    "national_phone": "Write phones in {column} as they are dialled, with the first zero.",
    "old_area_code": "Use today's area codes in {column}: the old ones changed when districts moved to a new province.",
    "area_name": "Send the code of the area in {column}, not its name.",
    "loose_code": "Write the codes of {column} exactly as agreed.",
}
SENTENCES = REMEDIES | MENDING


def advice(kind: str, column: str) -> str:
    """The sentence for a kind of damage (`from_kind`, or the reason of a quarantine) in a column."""
    return SENTENCES.get(kind, "Correct {column}.").format(column=column)
