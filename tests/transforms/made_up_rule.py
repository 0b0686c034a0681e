"""The header of a rule that a test makes up."""

HEADER = """-- id: E98
-- statement_en: A made-up rule.
-- statement_km: វិធានសាកល្បង
-- kind: inclusion
-- severity: low
-- needs: people
-- evidence:
--   sex: sex of the person
-- confirm: Nothing.
-- source: this test
"""
