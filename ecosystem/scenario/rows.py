"""A scenario as a flat list: every key with its value and what is known about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ecosystem.core.parameters import ParameterDoc
from ecosystem.scenario.keys import key_text
from ecosystem.scenario.nodes import label
from ecosystem.scenario.problems import Path
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.vocabulary import Vocabulary, span, vocabulary

__all__ = ["Row", "rows"]


@dataclass(frozen=True)
class Row:
    """One key of a scenario.

    Attributes:
        key: such as `labs.frontier.price`.
        general: the key for all entries of its list, `labs.*.price`.
        value: what the scenario says, as a plain value; for a list of tables the names of its entries.
        doc: unit, range, default, role, source and meaning.
    """

    key: str
    general: str
    value: Any
    doc: ParameterDoc

    def to_dict(self) -> dict[str, Any]:
        """As one entry of a JSON document."""
        doc = self.doc
        default = None if doc.default is ... else _plain(doc.default)
        return {
            "key": self.key,
            "value": self.value,
            "unit": doc.unit,
            "range": span(doc),
            "low": doc.low,
            "low_open": doc.low_open,
            "high": doc.high,
            "high_open": doc.high_open,
            "default": default,
            "required": doc.default is ...,
            "type": doc.type,
            "role": doc.role,
            "source": doc.source,
            "meaning": doc.meaning,
        }

    def below(self, key: str) -> bool:
        """Whether the row is of that key or of one below it; `*` stands for every entry."""
        return any(own == key or own.startswith(f"{key}.") for own in (self.key, self.general))


def rows(scenario: Scenario) -> list[Row]:
    """Every key of a scenario, in the order of declaration."""
    words, document = vocabulary(type(scenario)), scenario.to_dict()
    first = ("name", "title", "start", "steps")
    ordered = {name: document[name] for name in (*first, *document) if name in document}
    return list(_rows(words, ordered, (), ordered))


def _rows(words: Vocabulary, document: dict[str, Any], path: Path, value: Any) -> Iterator[Row]:
    pattern = words.pattern(document, path)
    doc = words.docs.get(pattern)
    chosen = words.chooses(pattern) and isinstance(value, dict)
    if doc is not None and not (path and isinstance(path[-1], int)):
        yield Row(key_text(document, path), words.readable(pattern), _summary(value, chosen=chosen), doc)
    if isinstance(value, dict) and not words.weights(pattern):
        for name, inner in value.items():
            if name != "kind":
                yield from _rows(words, document, (*path, name), inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value):
            yield from _rows(words, document, (*path, number), inner)


def _summary(value: Any, *, chosen: bool) -> Any:
    """The value itself; the kind of a choice; the names of a list's entries."""
    if chosen:
        return value["kind"]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [label(entry) for entry in value]
    return value


def _plain(value: Any) -> Any:
    """A default as JSON could hold it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (bool, int, float, str, dict)) or value is None else str(value)
