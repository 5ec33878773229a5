"""How a file changes the one it extends.

Tables merge key by key. A list whose entries have names merges by name; `remove = true` takes an
inherited entry out, and an empty list takes out all. A list of kinds, such as a lab's crawlers,
merges by kind where it is written entry by entry (`[[labs.data.crawlers]]`) and is replaced where
it is written as a value (`crawlers = [...]`). Policies and shocks are added to those inherited,
unless the list is empty. Any other value replaces the inherited one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecosystem.scenario.nodes import Node
from ecosystem.scenario.problems import Problem
from ecosystem.scenario.vocabulary import Vocabulary

__all__ = ["duplicates", "merged"]

_ADDED = ("policies", "shocks")


def merged(words: Vocabulary, base: Node, own: Node, at: str = "") -> Node:
    """The content of a file, put over what it extends.

    Args:
        words: which keys there are.
        base: what is inherited.
        own: what the file says.
        at: pattern of the place that both stand at.
    """
    if isinstance(base.value, str) and isinstance(own.value, dict) and words.chooses(at):
        base = _table(base)
    if isinstance(base.value, dict) and isinstance(own.value, dict):
        return _tables(words, base, own, at)
    if isinstance(base.value, list) and isinstance(own.value, list) and own.value:
        return _lists(words, base, own, at)
    return own


def _tables(words: Vocabulary, base: Node, own: Node, at: str) -> Node:
    kind, new_kind = base.child("kind"), own.child("kind")
    another = kind is not None and new_kind is not None and kind.value != new_kind.value
    if (words.chooses(at) and another) or (words.weights(at) and not own.value):
        return own
    inside = words.inside(at, base.plain() if kind is not None else None)
    together = dict(base.value)
    for name, node in own.value.items():
        inherited = together.get(name)
        place = f"{inside}.{name}" if inside else name
        together[name] = node if inherited is None else merged(words, inherited, node, place)
    return Node(together, own.place)


def _lists(words: Vocabulary, base: Node, own: Node, at: str) -> Node:
    if at in _ADDED:
        return Node([*base.value, *own.value], own.place, own.entries)
    if words.named(at):
        return _by_label(words, base, own, f"{at}[]")
    if words.chooses(at) and own.entries:
        whole = Node([_table(node) for node in base.value], base.place)
        return _by_label(words, whole, own, f"{at}[]")
    return own


def _by_label(words: Vocabulary, base: Node, own: Node, at: str) -> Node:
    """Entries changed where a label is known, added where it is not, removed where that is said."""
    entries = list(base.value)
    for node in own.value:
        number = next((i for i, old in enumerate(entries) if node.label is not None and old.label == node.label), None)
        removes = isinstance(node.value, dict) and "remove" in node.value and node.value["remove"].value is True
        if number is None:
            entries.append(node)
        elif removes:
            del entries[number]
        else:
            entries[number] = merged(words, entries[number], node, at)
    return Node(entries, own.place, own.entries)


def _table(node: Node) -> Node:
    """A bare kind as the table that it stands for."""
    return Node({"kind": node}, node.place) if isinstance(node.value, str) else node


def duplicates(words: Vocabulary, node: Node, at: str = "") -> Iterator[Problem]:
    """Entries of one file that have the same label; all but the first are taken out."""
    if isinstance(node.value, dict):
        inside = words.inside(at, node.plain()) if at else at
        for name, inner in node.value.items():
            yield from duplicates(words, inner, f"{inside}.{name}" if inside else name)
    elif isinstance(node.value, list):
        if words.named(at) or (words.chooses(at) and at not in _ADDED):
            yield from _repeated(words, node, at)
        for inner in node.value:
            yield from duplicates(words, inner, f"{at}[]")


def _repeated(words: Vocabulary, node: Node, at: str) -> Iterator[Problem]:
    first: dict[str, Node] = {}
    kept: list[Node] = []
    for entry in node.value:
        found = entry.value if isinstance(entry.value, str) else entry.label
        if found in first:
            cause = f"a second {found!r} in this list; the first is in line {first[found].place.line}"
            yield Problem(entry.place.file, entry.place.line, words.readable(at), cause, "rename or remove one")
            continue
        kept.append(entry)
        if found is not None:
            first[found] = entry
    node.value = kept
