"""Reading a contract's YAML so that codes stay as they are written: 01 is not 1, and `no` is not false."""

from collections.abc import Hashable
from pathlib import Path

import yaml


class _AsWritten(yaml.BaseLoader):
    """Every scalar as text; a key given twice is an error instead of the last one winning in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise ValueError(f"line {key.start_mark.line + 1}: key {key.value!r} stands twice. Remove one of them.")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_mapping(file: Path) -> dict[str, object]:
    """The YAML mapping of a file, scalars as text. Raises `ValueError` that says where it cannot be read."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _AsWritten)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"line {line}: not YAML ({error.problem}). Check indentation, colons and quotes.") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text. Save the contract as UTF-8.") from None
    if not isinstance(content, dict):
        raise ValueError("not a mapping of keys. Begin with `register: <name>`.")
    return content
