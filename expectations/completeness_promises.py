"""What estimates from two lists promise: that lists fit, that ranges are in order, and that nobody is given away."""

from expectations.suites import SMALL_CELL, promise
from transforms import tables
from transforms.dual_system import FIGURES, PEOPLE, SHARES

KEY = ", ".join(tables.COMPLETENESS.key)
_SMALL = " OR ".join(
    f"({count} > 0 AND {count} < {SMALL_CELL})"
    for count in ("in_a", "in_b", "in_both", "in_a - in_both", "in_b - in_both")
)
_DISORDER = " OR ".join(
    f"({name}_least > {name}_low OR {name}_low > {name} OR {name} > {name}_high OR {name}_high > {name}_most)"
    for name in FIGURES
)

COMPLETENESS_PROMISES = [
    promise(
        tables.COMPLETENESS,
        "overlap_is_in_both",
        "Whoever is in both lists is in each.",
        f"SELECT {KEY} FROM {{batch}} WHERE in_both > least(in_a, in_b) OR in_both < 0",
    ),
    promise(
        tables.COMPLETENESS,
        "groups_add_up",
        "The groups of every breakdown add up to the total, of each list and of both.",
        """SELECT part.capture, part.breakdown FROM {batch} AS part
           JOIN {batch} AS whole ON whole.capture = part.capture AND whole.breakdown = 'total'
           GROUP BY part.capture, part.breakdown, whole.in_a, whole.in_b, whole.in_both
           HAVING sum(part.in_a) <> whole.in_a OR sum(part.in_b) <> whole.in_b OR sum(part.in_both) <> whole.in_both""",
    ),
    promise(
        tables.COMPLETENESS,
        "estimates_in_order",
        "Every range holds the interval, which holds the estimate; all people are those listed and those in neither.",
        f"""SELECT {KEY} FROM {{batch}} WHERE {_DISORDER} OR complete_a_most > 1 OR complete_b_most > 1
            OR abs(people - in_neither - in_a_adjusted - in_b_adjusted + in_both_adjusted) > 1e-6 * (1 + people)""",
    ),
    promise(
        tables.COMPLETENESS_GAPS,
        "no_small_cell",
        "No count of a list below the small-cell minimum is released: not of those in both, nor of those in one alone.",
        f"SELECT {KEY} FROM {{batch}} WHERE suppressed = 'no' AND ({_SMALL})",
    ),
    promise(
        tables.COMPLETENESS_GAPS,
        "suppressed_is_empty",
        "A suppressed figure shows nothing, and a figure that is not suppressed shows both lists.",
        f"""SELECT {KEY} FROM {{batch}} WHERE (suppressed = 'no') <> (in_a IS NOT NULL AND in_b IS NOT NULL)
            OR (suppressed <> 'no' AND coalesce(in_a, in_b, in_both, {", ".join((*PEOPLE, *SHARES))}) IS NOT NULL)""",
    ),
    promise(
        tables.COMPLETENESS_GAPS,
        "not_recoverable",
        "No suppressed figure stands alone in its breakdown, where the total would give it away.",
        """SELECT part.capture, part.breakdown FROM {batch} AS part
           JOIN {batch} AS whole ON whole.capture = part.capture AND whole.breakdown = 'total'
           WHERE part.breakdown <> 'total' AND whole.suppressed = 'no' GROUP BY part.capture, part.breakdown
           HAVING count(*) FILTER (part.suppressed <> 'no') = 1""",
    ),
    promise(
        tables.COMPLETENESS_GAPS,
        "capture_exists",
        "Every figure is of two lists that are described.",
        f"SELECT {KEY} FROM {{batch}} ANTI JOIN coverage.captures USING (capture)",
    ),
]
