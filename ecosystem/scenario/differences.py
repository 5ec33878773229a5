"""What differs between two scenarios, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ecosystem.scenario.keys import key_text
from ecosystem.scenario.nodes import label
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.vocabulary import Vocabulary, vocabulary

__all__ = ["Difference", "State", "differences"]


class State(Enum):
    """What stands for a value where there is none to show."""

    ABSENT = "absent"
    PRESENT = "present"


@dataclass(frozen=True)
class Difference:
    """A key whose value differs.

    Attributes:
        key: such as `labs.frontier.price`, or `labs.frontier` where only one scenario has the lab.
        first: value in the first scenario.
        second: value in the second.
        unit: of both.
    """

    key: str
    first: Any
    second: Any
    unit: str

    def to_dict(self) -> dict[str, Any]:
        """As one entry of a JSON document; a value that is absent is left out."""
        values = {"first": self.first, "second": self.second}
        shown = {side: True if value is State.PRESENT else value for side, value in values.items()}
        return {"key": self.key, **{k: v for k, v in shown.items() if v is not State.ABSENT}, "unit": self.unit}


def differences(first: Scenario, second: Scenario) -> list[Difference]:
    """The keys whose values differ, but for name and title, in the order of declaration.

    Of a list entry that only one scenario has, those of its values are given that are no defaults.
    """
    words = vocabulary(Scenario)
    one, other = ({k: v for k, v in s.to_dict().items() if k not in ("name", "title")} for s in (first, second))
    return list(_compare(words, "", "", one, other))


def _compare(words: Vocabulary, key: str, at: str, first: Any, second: Any) -> Iterator[Difference]:
    if first == second:
        return
    doc = words.doc(at)
    if isinstance(first, dict) and isinstance(second, dict):
        if first.get("kind") == second.get("kind"):
            yield from _tables(words, key, at, first, second)
            return
        first, second = _choice(first), _choice(second)
    elif _entries(first) and _entries(second) and (first or second):
        yield from _lists(words, key, at, first, second)
        return
    yield Difference(key, first, second, doc.unit if doc is not None else "")


def _tables(
    words: Vocabulary, key: str, at: str, first: dict[str, Any], second: dict[str, Any]
) -> Iterator[Difference]:
    inside = words.inside(at, first) if at else at
    for name in dict.fromkeys([*first, *second]):
        own = key_text({}, (name,))
        inner_key, inner = f"{key}.{own}" if key else own, f"{inside}.{name}" if inside else name
        values = first.get(name, State.ABSENT), second.get(name, State.ABSENT)
        yield from _compare(words, inner_key, inner, *values)


def _lists(words: Vocabulary, key: str, at: str, first: list[Any], second: list[Any]) -> Iterator[Difference]:
    one, other = _by_label(first), _by_label(second)
    if list(one) != list(other) and set(one) == set(other):
        yield Difference(key, list(one), list(other), "order")  # policies amend in the order of the list
    for name in dict.fromkeys([*one, *other]):
        inner = f"{key}.{name}"
        if name in one and name in other:
            yield from _compare(words, inner, f"{at}[]", one[name], other[name])
            continue
        own = name in one
        yield Difference(inner, *((State.PRESENT, State.ABSENT) if own else (State.ABSENT, State.PRESENT)), "")
        for found in _unusual(words, inner, f"{at}[]", one[name] if own else other[name]):
            yield Difference(found[0], found[1] if own else State.ABSENT, State.ABSENT if own else found[1], found[2])


def _unusual(words: Vocabulary, key: str, at: str, value: Any) -> Iterator[tuple[str, Any, str]]:
    """Key, value and unit of what is no default in a list entry, but for what its label says."""
    inside = words.inside(at, value)
    for name, inner in value.items():
        doc = words.docs.get(f"{inside}.{name}")
        if doc is None and isinstance(inner, dict):
            yield from _unusual(words, f"{key}.{name}", f"{inside}.{name}", inner)
        elif doc is not None and name not in ("name", "at") and inner != _plain(doc.default):
            yield f"{key}.{name}", _choice(inner), doc.unit


def _by_label(entries: list[Any]) -> dict[str, Any]:
    """Entries by label; of equal labels the later ones are numbered, from #2 on."""
    found: dict[str, Any] = {}
    for entry in entries:
        name = key_text({}, (label(entry) or "",))
        repeats = sum(1 for known in found if known == name or known.startswith(f"{name}#"))
        found[f"{name}#{repeats + 1}" if repeats else name] = entry
    return found


def _entries(value: Any) -> bool:
    return isinstance(value, list) and all(label(entry) is not None for entry in value)


def _choice(value: Any) -> Any:
    """A choice as its bare kind if it has no parameters."""
    return value["kind"] if isinstance(value, dict) and list(value) == ["kind"] else value


def _plain(default: Any) -> Any:
    """A declared default as a document has it."""
    if hasattr(default, "model_dump"):
        return default.model_dump(mode="json")
    if isinstance(default, (list, tuple)):
        return [_plain(entry) for entry in default]
    return default if isinstance(default, (bool, int, float, str, dict)) or default is None else str(default)
