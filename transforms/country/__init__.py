"""A synthetic country with known truth: its people, what truly happened to them, and what each agency writes down.

It knows nothing of how registers are standardised or linked, or the test would be a mirror.
"""
