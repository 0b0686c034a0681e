"""What findings and coverage figures promise: that they rest on what is there, and give nobody away."""

from expectations.completeness_promises import COMPLETENESS_PROMISES
from expectations.lasting_promises import LASTING_PROMISES
from expectations.suites import SMALL_CELL, promise, share
from transforms import tables
from transforms.tables import CLEAN

RECORDS = " UNION ALL ".join(
    f"SELECT register, {t.key[1]} AS record_id FROM {t.full_name}"
    for t in CLEAN
    if len(t.key) == 2 and t.key[0] == "register"
)

FINDING_PROMISES = [
    promise(
        tables.FINDINGS,
        "rule_exists",
        "Every finding answers a rule that was asked, and has its kind and severity.",
        """SELECT finding_id, rule FROM {batch}
           ANTI JOIN (SELECT rule, kind, severity FROM findings.rules WHERE applied) USING (rule, kind, severity)""",
    ),
    promise(
        tables.RULES,
        "findings_add_up",
        "Every rule has as many findings as it counts.",
        """SELECT rule, findings, coalesce(there, 0) AS there FROM {batch}
           LEFT JOIN (SELECT rule, count(*) AS there FROM findings.findings GROUP BY rule) USING (rule)
           WHERE findings <> coalesce(there, 0)""",
    ),
    promise(
        tables.FINDINGS,
        "one_subject",
        "Every finding is about one person or one household.",
        """SELECT finding_id FROM {batch} WHERE (person_id IS NULL) = (household_id IS NULL)
           OR (household_id IS NULL) <> (household_register IS NULL)""",
    ),
    promise(
        tables.FINDINGS,
        "person_exists",
        "Every person a finding is about exists.",
        "SELECT finding_id FROM {batch} ANTI JOIN persons.persons USING (person_id) WHERE person_id IS NOT NULL",
    ),
    promise(
        tables.FINDINGS,
        "household_exists",
        "Every household a finding is about exists.",
        """SELECT finding_id FROM {batch} AS f ANTI JOIN clean.households AS h
           ON h.register = f.household_register AND h.household_id = f.household_id WHERE f.household_id IS NOT NULL""",
    ),
    promise(
        tables.FINDING_RECORDS,
        "record_exists",
        "Every record a finding rests on exists.",
        f"SELECT finding_id, register, record_id FROM {{batch}} ANTI JOIN ({RECORDS}) USING (register, record_id)",
    ),
    promise(
        tables.FINDING_RECORDS,
        "finding_exists",
        "Every record that is cited is cited by a finding.",
        "SELECT finding_id, register, record_id FROM {batch} ANTI JOIN findings.findings USING (finding_id)",
    ),
    promise(
        tables.FINDINGS,
        "rests_on_records",
        "Every finding rests on at least one record.",
        "SELECT finding_id FROM {batch} ANTI JOIN findings.records USING (finding_id)",
    ),
    promise(
        tables.FINDINGS,
        "adverse_needs_identifier",
        "No finding against somebody is confirmed unless exact identifiers or humans join the records it rests on.",
        """SELECT finding_id FROM {batch} AS f JOIN findings.records AS r USING (finding_id)
           JOIN persons.records AS p USING (register, record_id)
           WHERE f.kind IN ('inclusion', 'duplication') AND f.state = 'confirmed' AND p.person_id = f.person_id
               AND r.role NOT IN ('complaint', 'contradicts')
           GROUP BY finding_id HAVING count(DISTINCT p.identifier_group) > 1""",
    ),
    share(tables.FINDINGS, "probability"),
    share(tables.FINDINGS, "missed_link_probability"),
    *LASTING_PROMISES,
]
COVERAGE_PROMISES = [
    promise(
        tables.ESTIMATES,
        "groups_add_up",
        "The groups of every breakdown add up to the total, of the eligible and of the covered.",
        """SELECT part.measure, part.breakdown FROM {batch} AS part
           JOIN {batch} AS whole ON whole.measure = part.measure AND whole.breakdown = 'total'
           GROUP BY part.measure, part.breakdown, whole.eligible, whole.covered
           HAVING sum(part.eligible) <> whole.eligible OR sum(part.covered) <> whole.covered""",
    ),
    promise(
        tables.GAPS,
        "covered_at_most_eligible",
        "The covered are never more than the eligible.",
        f"SELECT {', '.join(tables.GAPS.key)} FROM {{batch}} WHERE covered > eligible OR covered < 0",
    ),
    promise(
        tables.GAPS,
        "share_is_the_gap",
        "The gap is the share of the eligible who are not covered.",
        f"""SELECT {", ".join(tables.GAPS.key)} FROM {{batch}}
            WHERE eligible > 0 AND abs(gap_share - (eligible - covered) / eligible) > 1e-6""",
    ),
    promise(
        tables.GAPS,
        "interval_holds_share",
        "The interval of every adjusted gap holds it and lies between 0 and 1.",
        f"""SELECT {", ".join(tables.GAPS.key)} FROM {{batch}}
            WHERE gap_low > gap_share_adjusted OR gap_share_adjusted > gap_high OR gap_low < 0 OR gap_high > 1
            OR (gap_share_adjusted IS NULL) <> (gap_low IS NULL) OR (gap_low IS NULL) <> (gap_high IS NULL)""",
    ),
    promise(
        tables.GAPS,
        "no_small_cell",
        "No count below the small-cell minimum is released: not of the eligible, the covered, nor the uncovered.",
        f"""SELECT {", ".join(tables.GAPS.key)} FROM {{batch}} WHERE suppressed = 'no' AND (
            (eligible > 0 AND eligible < {SMALL_CELL}) OR (covered > 0 AND covered < {SMALL_CELL})
            OR (eligible - covered > 0 AND eligible - covered < {SMALL_CELL}))""",
    ),
    promise(
        tables.GAPS,
        "suppressed_is_empty",
        "A suppressed figure shows nothing, and a figure that is not suppressed shows its denominator.",
        f"""SELECT {", ".join(tables.GAPS.key)} FROM {{batch}} WHERE (suppressed = 'no') <> (eligible IS NOT NULL)
            OR (suppressed <> 'no' AND coalesce(
                covered, gap_share, covered_adjusted, gap_adjusted, gap_share_adjusted, gap_low, gap_high
            ) IS NOT NULL)""",
    ),
    promise(
        tables.GAPS,
        "not_recoverable",
        "No suppressed figure stands alone in its breakdown, where the total would give it away.",
        """SELECT part.measure, part.breakdown FROM {batch} AS part
           JOIN {batch} AS whole ON whole.measure = part.measure AND whole.breakdown = 'total'
           WHERE part.breakdown <> 'total' AND whole.suppressed = 'no' GROUP BY part.measure, part.breakdown
           HAVING count(*) FILTER (part.suppressed <> 'no') = 1""",
    ),
    promise(
        tables.GAPS,
        "measure_exists",
        "Every figure is of a measure that is described.",
        f"SELECT {', '.join(tables.GAPS.key)} FROM {{batch}} ANTI JOIN coverage.measures USING (measure)",
    ),
    promise(
        tables.ERRORS,
        "found_among_people",
        "Whoever is found is one of the people counted, once and in one state.",
        f"""SELECT {", ".join(tables.ERRORS.key)} FROM {{batch}} WHERE found > people
            OR found <> confirmed + probable + cannot_tell OR with_money > found
            OR expected_low > expected_high OR expected_high > found""",
    ),
    promise(
        tables.ERRORS,
        "groups_add_up",
        "The groups of every breakdown add up to the total, of all people and of those found.",
        """SELECT part.population, part.kind, part.rule, part.breakdown FROM {batch} AS part
           JOIN {batch} AS whole USING (population, kind, rule) WHERE whole.breakdown = 'total'
           GROUP BY ALL
           HAVING sum(part.people) <> any_value(whole.people) OR sum(part.found) <> any_value(whole.found)""",
    ),
    promise(
        tables.ERROR_GAPS,
        "no_small_cell",
        "No count of people or errors below the small-cell minimum is released.",
        f"""SELECT {", ".join(tables.ERROR_GAPS.key)} FROM {{batch}} WHERE suppressed = 'no' AND (
            (people > 0 AND people < {SMALL_CELL}) OR (found > 0 AND found < {SMALL_CELL})
            OR (people - found > 0 AND people - found < {SMALL_CELL}))""",
    ),
    promise(
        tables.ERROR_GAPS,
        "suppressed_is_empty",
        "A suppressed figure shows nothing, nor does hidden money; a figure that is told shows its denominator.",
        f"""SELECT {", ".join(tables.ERROR_GAPS.key)} FROM {{batch}} WHERE (suppressed = 'no') <> (people IS NOT NULL)
            OR (suppressed <> 'no' AND coalesce(found, expected, share) IS NOT NULL)
            OR (money_suppressed <> 'no' AND riel_a_month IS NOT NULL)
            OR (suppressed <> 'no' AND money_suppressed = 'no')""",
    ),
    promise(
        tables.STALENESS,
        "nothing_happens_tomorrow",
        "No register was touched after the night, and half of its records by no later event than nine in ten.",
        f"""SELECT {", ".join(tables.STALENESS.key)} FROM {{batch}}
            WHERE median_days < 0 OR median_days > ninetieth_days""",
    ),
    *COMPLETENESS_PROMISES,
]
