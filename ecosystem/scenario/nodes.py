"""A document whose every value knows the file and line it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ecosystem.scenario.lines import Lines
from ecosystem.scenario.problems import Path

__all__ = ["DEEPEST", "Node", "Place", "TooDeep", "label"]

DEEPEST = 32
"""Levels that a document may have: four times those of the deepest key, far below Python's limit."""


class TooDeep(ValueError):  # noqa: N818 - says what it is
    """A document with too many levels of tables and lists."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(f"tables and lists within each other beyond {DEEPEST} levels")


@dataclass(frozen=True)
class Place:
    """A line of a file, or `--set` without a line."""

    file: str
    line: int | None = None


@dataclass
class Node:
    """A value with its place.

    Attributes:
        value: a dict of nodes, a list of nodes, or a plain value.
        place: where it is written.
        entries: whether it is a list written entry by entry, as `[[...]]`.
    """

    value: Any
    place: Place
    entries: bool = False

    @classmethod
    def of(cls, value: Any, place: Place, lines: Lines | None = None, path: Path = ()) -> Node:
        """Build from plain values; what has no line of its own stands where its parent does.

        Raises:
            TooDeep: more than DEEPEST levels.
        """
        if len(path) > DEEPEST:
            raise TooDeep
        found = lines or Lines()
        here = Place(place.file, found.of.get(path, place.line))
        inner: Any = value
        if isinstance(value, dict):
            inner = {name: cls.of(entry, here, found, (*path, name)) for name, entry in value.items()}
        elif isinstance(value, (list, tuple)):
            inner = [cls.of(entry, here, found, (*path, i)) for i, entry in enumerate(value)]
        return cls(inner, here, path in found.entries)

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value

    def copy(self) -> Node:
        """A copy whose containers can be changed."""
        inner = self.value
        if isinstance(inner, dict):
            inner = {name: node.copy() for name, node in inner.items()}
        elif isinstance(inner, list):
            inner = [node.copy() for node in inner]
        return Node(inner, self.place, self.entries)

    def child(self, part: str | int) -> Node | None:
        """What one part of a path leads to; entries of a list by number or by label."""
        if isinstance(self.value, dict):
            return self.value.get(part)
        if isinstance(self.value, list):
            if isinstance(part, int):
                return self.value[part] if part < len(self.value) else None
            return next((node for node in self.value if node.label == part), None)
        return None

    def along(self, path: Path) -> Iterator[Node]:
        """This node and those that a path leads through, as far as they exist."""
        node: Node | None = self
        for part in (*path, None):
            if node is None:
                return
            yield node
            node = None if part is None else node.child(part)

    def find(self, path: Path) -> Place:
        """Place of the value at a path, or of the nearest table around it."""
        return [node.place for node in self.along(path)][-1]

    @property
    def label(self) -> str | None:
        """How this entry of a list is called."""
        if isinstance(self.value, dict):
            return label({name: node.value for name, node in self.value.items()})
        return None

    def labels(self) -> Iterator[str]:
        """What the entries of all lists within are called."""
        inner: list[Node] = []
        if isinstance(self.value, dict):
            inner = list(self.value.values())
        elif isinstance(self.value, list):
            inner = self.value
            yield from (name for node in inner if (name := node.label) is not None)
        for node in inner:
            yield from node.labels()


def label(entry: object) -> str | None:
    """How an entry of a list is called: by its name, else its kind, else its date."""
    if not isinstance(entry, dict):
        return None
    found = next((entry[key] for key in ("name", "kind", "at") if key in entry), None)
    return found if isinstance(found, str) else None
