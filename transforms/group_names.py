"""What groups are called in tables of counts, in English and Khmer."""

from transforms.recount import CROSS
from transforms.tables import Sex

NAMES = {
    "all": ("All", "សរុប"),
    "unknown": ("Not known", "មិនដឹង"),
    Sex.FEMALE: ("Female", "ស្រី"),
    Sex.MALE: ("Male", "ប្រុស"),
    "yes": ("Yes", "បាទ/ចាស"),
    "no": ("No", "ទេ"),
    "poor_1": ("Poor, level 1", "ក្រីក្រកម្រិត ១"),
    "poor_2": ("Poor, level 2", "ក្រីក្រកម្រិត ២"),
    "at_risk": ("At risk of poverty", "ងាយរងហានិភ័យ"),
    "no_card": ("No valid equity card", "គ្មានប័ណ្ណសមធម៌មានសុពលភាព"),
    "urban": ("Urban", "ទីក្រុង"),
    "rural": ("Rural", "ជនបទ"),
}


def names() -> list[dict[str, str]]:
    """The parameter `names` of `named`."""
    return [{"code": code, "en": en, "km": km} for code, (en, km) in NAMES.items()]


def named(counted: str) -> str:
    """The rows of a table with breakdown and group_code, and group_name_en and group_name_km.

    A group of a crossing is named by the names of its parts, in the order of their breakdowns. The query reads
    reference.areas and the temporary table bands, and takes the parameter names.
    """
    return f"""
        WITH names AS (SELECT unnest($names, recursive := TRUE)),
        spans AS (
            SELECT first::VARCHAR AS code,
                first || coalesce('-' || (lead(first) OVER (ORDER BY first) - 1), '+') AS span
            FROM bands
        ),
        parts AS (
            SELECT DISTINCT breakdown, group_code, unnest(string_split(breakdown, '{CROSS}')) AS dimension,
                unnest(string_split(group_code, '{CROSS}')) AS code,
                generate_subscripts(string_split(group_code, '{CROSS}'), 1) AS place
            FROM {counted}
        ),
        named AS (
            SELECT p.breakdown, p.group_code,
                string_agg(coalesce(a.name_en, n.en, s.span, p.code), ', ' ORDER BY place) AS group_name_en,
                string_agg(coalesce(a.name_km, n.km, translate(s.span, '0123456789', '០១២៣៤៥៦៧៨៩'), p.code), ', '
                    ORDER BY place) AS group_name_km
            FROM parts p
            LEFT JOIN reference.areas a ON p.dimension[:4] = 'area' AND a.code = p.code
            LEFT JOIN names n ON n.code = p.code
            LEFT JOIN spans s ON p.dimension = 'age_band' AND s.code = p.code
            GROUP BY ALL
        )
        SELECT * FROM {counted} JOIN named USING (breakdown, group_code)
    """
