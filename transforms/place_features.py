"""What places are compared on: areas of four levels, and addresses as free text."""

from transforms.feature import Equal, Feature, Level

_VILLAGES = "(l.area_4 IS NOT NULL AND r.area_4 IS NOT NULL)"
_COMMUNES = "(l.area_3 IS NOT NULL AND r.area_3 IS NOT NULL)"
_LIVES = "coalesce({side}.area_4, {side}.area_3, {side}.area_2, {side}.area_1)"


def _same_area(*levels: int) -> tuple[Level, ...]:
    return tuple(Level(f"l.area_{level} = r.area_{level}", f"the same area of level {level}") for level in levels)


AREA = Feature(
    "area",
    "Down to which level do they live in the same area, where both records know the village?",
    _LIVES,
    (f"NOT {_VILLAGES}",),
    _same_area(4, 3, 2, 1),
    "another area",
    equals=tuple(Equal(level, f"area_{level}", "area_4 IS NOT NULL") for level in (4, 3, 2, 1)),
)

COMMUNE = Feature(
    "commune",
    "Do they live in the same area, where a record knows the commune and no village?",
    _LIVES,
    (f"NOT {_COMMUNES}", _VILLAGES),
    _same_area(3, 2, 1),
    "another area",
    equals=tuple(Equal(level, f"area_{level}", "area_3 IS NOT NULL") for level in (3, 2, 1)),
)

_LINES = "jaro_winkler_similarity(l.address_line, r.address_line)"
_PLACE = "(l.address_postcode = r.address_postcode OR jaro_winkler_similarity(l.address_place, r.address_place) > 0.9)"

_ADDRESSED = (
    "(l.address_line IS NOT NULL AND r.address_line IS NOT NULL"
    " OR l.address_place IS NOT NULL AND r.address_place IS NOT NULL"
    " OR l.address_postcode IS NOT NULL AND r.address_postcode IS NOT NULL)"
)

ADDRESS = Feature(
    "address",
    "Do the written addresses agree?",
    "concat_ws(', ', {side}.address_line, {side}.address_place, {side}.address_postcode)",
    ("NOT l.has_address OR NOT r.has_address", f"NOT {_ADDRESSED}"),
    (
        Level(f"{_LINES} > 0.95 AND {_PLACE}", "the same street and number in the same place"),
        Level(f"{_LINES} > 0.85 AND {_PLACE}", "nearly the same street and number in the same place"),
        Level(f"{_LINES} > 0.95", "the same street and number in another place"),
        Level(_PLACE, "the same place"),
        Level(f"{_LINES} > 0.85", "nearly the same street and number in another place"),
    ),
    "another address",
)


REGION = Feature(
    "region",
    "Do they live in the same area, where a record knows it only roughly?",
    _LIVES,
    (
        _COMMUNES,
        "l.area_1 IS NULL OR r.area_1 IS NULL",
        f"l.has_address AND r.has_address AND coalesce({_PLACE}, false)",
    ),
    _same_area(2, 1),
    "another area",
    silent="missing on one side or both, or weighed with the village or the place",
)
