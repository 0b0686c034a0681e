"""Kinds of repairs: how a value was written, and what it stands as now."""

TO_KIND = {
    "hidden_signs": "plain_text",
    "sign_variant": "canonical_signs",
    "local_digits": "ascii_digits",
    "title": "name",
    "joined_name": "two_names",
    "alias": "other_name",
    "capitals_order": "name_order",
    "lost_zero": "full_width",
    "spaced_code": "plain_code",
    "spreadsheet_day": "date",
    "buddhist_year": "common_year",
    "month_first": "day_first",
    "other_form": "date",
    "first_january": "uncertain_day",
    "year_only": "uncertain_day",
    "age": "derived_year",
    "national_phone": "e164",
    "old_area_code": "current_code",
    "area_name": "area_code",
    "loose_code": "code",
}
TO_KIND |= dict.fromkeys(
    (
        *("unreadable_date", "impossible_date", "unknown_code", "unreadable_number", "unreadable_phone"),
        *("unexpected_form", "wrong_script", "legacy_font", "no_letters", "implausible_age", "over_shared"),
        *("placeholder", "unknown_area"),
    ),
    "set_aside",
)
