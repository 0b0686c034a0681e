"""What a fact is: something rules and measures read by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """A temporary table that rules read: what a row is, and how it is made."""

    name: str
    grain: str
    sql: str
