"""The rules of a night: those of the catalogue, and those of a folder beside them."""

import hashlib
from pathlib import Path

from transforms.catalogue import unanswered
from transforms.findings import Rule, load_rules
from transforms.headers import RuleError, parse


def load(folder: Path | None) -> tuple[Rule, ...]:
    """Every rule, ordered by id. Raises `RuleError` naming the file at fault, also where two have one id."""
    return load_rules(texts(folder) if folder else None)


def texts(folder: Path) -> dict[str, str]:
    """The text of each `*.sql` of a folder, by its path. Raises `RuleError` where one cannot be read."""
    if not folder.is_dir():
        raise RuleError(f"There is no folder of rules {folder}: give one with --rules or RECONCILE_RULES, or none.")
    return {str(file): _text(file) for file in sorted(folder.glob("*.sql"))}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{file} cannot be read as UTF-8 text ({type(error).__name__}).") from None


def read(file: Path) -> Rule:
    """The rule of one file. Raises `RuleError` naming the header line at fault."""
    return parse(_text(file), str(file), Rule)


def wanted(rule: str, folder: Path | None) -> Rule:
    """The rule of this id, or of this file. Raises `RuleError` where there is none."""
    if rule.endswith(".sql"):
        return read(Path(rule))
    rules = {one.id: one for one in load(folder)}
    if rule.upper() in rules:
        return rules[rule.upper()]
    for one in unanswered():
        if one.id == rule.upper():
            raise RuleError(f"{one.id} cannot be answered by the registers: {one.why}.")
    raise RuleError(f"There is no rule {rule}. There is: {', '.join(rules)}; or give a file whose name ends with .sql.")


def fingerprint(rules: tuple[Rule, ...]) -> str:
    """First 12 signs of a hash over all that the rules say, wherever their files lie."""
    told = "\n".join(rule.model_dump_json(exclude={"file"}) for rule in rules)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
