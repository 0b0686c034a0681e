"""Rules of the catalogue that the registers cannot answer, and why."""

from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from transforms import plain_yaml
from transforms.headers import Sentence


class Unanswered(BaseModel):
    """A rule without a query: what it would ask, and what is missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    statement_en: Sentence
    statement_km: Sentence
    why: Sentence


def unanswered() -> tuple[Unanswered, ...]:
    """The rules of rules/unanswered.yaml, ordered by id."""
    text = (files("transforms") / "rules" / "unanswered.yaml").read_text("utf-8")
    rules = TypeAdapter(list[Unanswered]).validate_python(plain_yaml.load(text))
    return tuple(sorted(rules, key=lambda rule: rule.id))
