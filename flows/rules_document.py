"""docs/rules.md, written from the headers of the rules, the policy values and the list of what cannot be answered."""

from collections.abc import Iterator

import polars as pl

from flows import settings
from flows.documents import table
from flows.reference import load_policy
from flows.rules_report import policy_values
from transforms.catalogue import Unanswered, unanswered
from transforms.findings import Rule, load_rules
from transforms.stakes import Money
from transforms.tables import Kind

FILE = settings.REPOSITORY / "docs" / "rules.md"
KINDS = {
    Kind.EXCLUSION: "Somebody entitled is left out. To be worked first.",
    Kind.INCLUSION: "Somebody receives what they seem not to be entitled to.",
    Kind.DUPLICATION: "Somebody or something seems to be counted twice.",
    Kind.INCONSISTENCY: "Registers contradict one another, or themselves.",
}
INTRODUCTION = """# Rules

Every question that a night asks of the linked registers. `make docs` writes this file from the headers of
[`transforms/rules/`](../transforms/rules), and a test fails when it is out of date: change the headers, not this file.

An answer is a case for review, never proof. It is *confirmed* where exact identifiers join the records it rests on,
*probable* where names, dates and places do, and *cannot tell* where a link may have been missed or two people may be
one.

## Adding a rule

A rule is one SQL file, and adding one is adding a file. Rules beside the catalogue's own stand in a folder of their
own, given by `RECONCILE_RULES` or `--rules`. A second file with the same id is refused; the catalogue keeps the numbers
up to 49 of each kind (E01 to E49), so take one from 50 on. [`transforms/findings.py`](../transforms/findings.py) tells
the keys of the header and what the query must give; [`transforms/facts.py`](../transforms/facts.py) has the tables and
words that it is written with.

```sh
reconcile rules show E02            # a rule to learn from: what it says, uses and asks
reconcile rules check mine.sql      # what is wrong with a rule, without any register
reconcile rules try mine.sql        # what it finds in a made-up country
reconcile rules try mine.sql --home HOME    # how many it would find in the last night; no names
reconcile rules list                # all rules, and what the last night found by them
```

A mistake in a header is told before a night begins. A query that cannot be asked is held back with its reason, which
`reconcile status` and the release tell; the night and the other rules go on."""


def main() -> None:
    """Write the document."""
    FILE.write_text(document(load_rules(), unanswered(), load_policy(settings.REFERENCE)), encoding="utf-8")


def document(rules: tuple[Rule, ...], cannot: tuple[Unanswered, ...], policy: pl.DataFrame) -> str:
    """The whole document as Markdown."""
    parts = (INTRODUCTION, *_overview(rules), *_each(rules, policy), *_cannot(cannot))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _overview(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "## All rules"
    for kind, about in KINDS.items():
        yield f"**{kind.capitalize()}.** {about}"
        rows = ((f"[{r.id}](#{r.id.lower()})", r.severity, r.statement_en) for r in rules if r.kind == kind)
        yield table(("rule", "severity", "statement"), rows)


def _each(rules: tuple[Rule, ...], policy: pl.DataFrame) -> Iterator[str]:
    for kind in KINDS:
        yield f"## {kind.capitalize()}"
        for rule in (one for one in rules if one.kind == kind):
            yield from _rule(rule, policy)


def _rule(rule: Rule, policy: pl.DataFrame) -> Iterator[str]:
    yield f"### {rule.id}"
    yield f"{rule.statement_en}"
    yield f"{rule.statement_km}"
    told = (
        ("severity", rule.severity),
        ("needs", ", ".join(f"`{need}`" for need in rule.needs)),
        ("before anyone acts", rule.confirm),
        ("source", rule.source),
        *(("told as", f"`{text}`") for text in (rule.sentence_en, rule.sentence_km) if text),
        *(("money at stake", _money(money)) for money in (rule.money,) if money),
        *(("complaints that speak for it", f"`{text}`") for text in rule.complaints),
        *(("complaints that speak against it", f"`{text}`") for text in rule.contradicted_by),
        ("query", f"[{rule.file}](../transforms/rules/{rule.file})"),
    )
    yield "\n".join(f"- {name}: {text}" for name, text in told)
    yield table(("evidence", "what it is"), ((f"`{name}`", text) for name, text in rule.evidence.items()))
    if values := policy_values(rule, policy):
        rows = (
            (f"`{v['name']}`", v["value"], v["unit"], v["valid_from"], v["valid_to"] or "on", v["source"])
            for v in values
        )
        yield table(("policy value", "is", "unit", "from", "to", "source"), rows)


def _money(money: Money) -> str:
    """What it is, and the months that it is of where the rule counts them."""
    return f"`{money.what}`, {money.stake}" + (f", in the months of `{money.months}`" if money.months else "")


def _cannot(rules: tuple[Unanswered, ...]) -> Iterator[str]:
    yield (
        "## Not answered\n\nRules of the catalogue that no register in use can answer, as "
        "[`unanswered.yaml`](../transforms/rules/unanswered.yaml) has them."
    )
    yield table(
        ("rule", "statement", "ប្រយោគ", "why not"), ((r.id, r.statement_en, r.statement_km, r.why) for r in rules)
    )


if __name__ == "__main__":
    main()
