"""Keys such as `labs.frontier.data.retention`: how one setting in a nested document is named.

Entries of a list are named by their `name`, else their `kind`, else (shocks) their date; `*` stands
for every entry. A part that contains a dot stands in quotes.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from ecosystem.scenario.nodes import label
from ecosystem.scenario.problems import Path, did_you_mean
from ecosystem.scenario.vocabulary import Vocabulary

__all__ = ["UnknownKey", "get_key", "key_text", "select", "set_key", "split_key"]

_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^."'\s]+))\s*(\.|$)""")


class UnknownKey(KeyError):  # noqa: N818 - says what it is
    """A key that leads nowhere.

    Attributes:
        key: as it was given.
        cause: where it goes wrong.
        remedy: what was probably meant.
        part: the part that does not exist.
    """

    def __init__(self, key: str, cause: str, remedy: str, part: str = "") -> None:
        """Explain where a key goes wrong."""
        self.key, self.cause, self.remedy, self.part = key, cause, remedy, part
        super().__init__(key)

    def __str__(self) -> str:
        """The explanation, without the quotes that KeyError adds."""
        return f"{self.key}: {self.cause}; {self.remedy}"


def split_key(key: str) -> list[str]:
    """The parts of a key.

    >>> split_key('shocks.2022-12.set."publishers.api_price"')
    ['shocks', '2022-12', 'set', 'publishers.api_price']

    Raises:
        UnknownKey: an empty part or a quote that is not closed.
    """
    parts, at, more = [], 0, True
    while more:
        match = _PART.match(key, at)
        if match is None:
            raise UnknownKey(key, "not a key", "write names with dots between them, such as scale.humans")
        parts.append(next(group for group in match.groups()[:3] if group is not None))
        at, more = match.end(), match.group(4) == "."
    return parts


def key_text(document: Any, path: Path) -> str:
    """A path as a key; entries without a label are numbered from 0 in brackets.

    >>> key_text({"labs": [{"name": "a", "price": 3}]}, ("labs", 0, "price"))
    'labs.a.price'
    """
    text, node = "", document
    for part in path:
        if isinstance(part, str):
            name = part if re.fullmatch(r"[^\s.\"']+", part) else json.dumps(part, ensure_ascii=False)
            node = node.get(part) if isinstance(node, dict) else None
        else:
            node = node[part] if isinstance(node, (list, tuple)) and part < len(node) else None
            found = label(node)
            if found is None:
                text += f"[{part}]"
                continue
            name = key_text({}, (found,))
        text = f"{text}.{name}" if text else name
    return text


def get_key(words: Vocabulary, document: dict[str, Any], key: str) -> list[Any]:
    """The values that a key names, one for each entry that a `*` covers.

    Raises:
        UnknownKey: the key leads nowhere.
    """
    values = []
    for path in select(words, document, key):
        node: Any = document
        for part in path:
            node = node.get(part) if isinstance(node, dict) else node[part]
        values.append(node)
    return values


def select(words: Vocabulary, document: dict[str, Any], key: str) -> list[Path]:
    """The paths that a key names, list entries by number.

    The last part may be new in a table, if the table may hold such a key. With a `*`, entries that
    have no such key are passed over as long as one has it.

    Raises:
        UnknownKey: the key leads nowhere; says at which part and what is near.
    """
    found: list[tuple[Path, Any]] = [((), document)]
    for part in split_key(key):
        ahead: list[tuple[Path, Any]] = []
        misses: list[UnknownKey] = []
        for path, node in found:
            entries = _entries(words, document, path, node, part)
            ahead += entries
            if not entries:
                misses.append(_miss(words, document, key, path, node, part))
        if not ahead:
            raise misses[0]
        found = ahead
    return [path for path, _ in found]


def _entries(words: Vocabulary, document: Any, path: Path, node: Any, part: str) -> list[tuple[Path, Any]]:
    """What one part of a key leads to."""
    if isinstance(node, (list, tuple)):
        return [((*path, i), entry) for i, entry in enumerate(node) if part == "*" or label(entry) == part]
    pattern = words.pattern(document, path)
    if isinstance(node, dict):
        if part in node or part in words.names(words.inside(pattern, node)) or words.weights(pattern):
            return [((*path, part), node.get(part))]
    elif isinstance(node, str) and words.chooses(pattern) and part in words.names(words.inside(pattern, node)):
        return [((*path, part), None)]  # a bare kind stands for a table
    return []


def _miss(words: Vocabulary, document: Any, key: str, path: Path, node: Any, part: str) -> UnknownKey:
    """Why a part of a key leads nowhere."""
    above = key_text(document, path)
    if isinstance(node, (list, tuple)):
        known = [name for entry in node if (name := label(entry)) is not None]
        if node and not known:
            return UnknownKey(key, f"{above!r} is a plain list", "set it as a whole", part)
        return UnknownKey(key, f"nothing in {above!r} is called {part!r}", did_you_mean(part, known), part)
    pattern = words.pattern(document, path)
    inside = words.inside(pattern, node)
    if node is None and words.chooses(pattern):
        return UnknownKey(key, f"{above!r} is none", f"choose a kind first: {' or '.join(words.kinds(pattern))}", part)
    if node is None and part in words.names(inside):
        return UnknownKey(key, f"{above!r} is none", f"set it as a table: {above} = {{ {part} = ... }}", part)
    if words.names(inside):
        where = f" in {above!r}" if above else ""
        return UnknownKey(key, f"no key {part!r}{where}", words.nearest(inside, part), part)
    return UnknownKey(
        key, f"{above!r} is a single value, without keys below it", f"set {words.readable(pattern)!r} itself", part
    )


def set_key(words: Vocabulary, document: dict[str, Any], key: str, value: Any) -> list[Path]:
    """Set what a key names, in place; returns the paths set.

    A table is set key by key, so what it does not mention stays; any other value replaces what was
    there. "none" empties a setting that may be empty. Another kind replaces the whole choice.

    Raises:
        UnknownKey: the key leads nowhere.
    """
    return [leaf for path in select(words, document, key) for leaf in _assign(words, document, path, value)]


def _assign(words: Vocabulary, document: dict[str, Any], path: Path, value: Any) -> list[Path]:
    *above, last = path
    holder: Any = document
    for i, part in enumerate(above):
        inner = holder.get(part) if isinstance(holder, dict) else holder[part]
        if isinstance(inner, str) and words.chooses(words.pattern(document, path[: i + 1])):
            inner = holder[part] = {"kind": inner}
        holder = inner
    pattern, old = words.pattern(document, path), holder.get(last) if isinstance(holder, dict) else holder[last]
    if isinstance(value, dict) and isinstance(old, dict) and not _replaces(words, pattern, old, value):
        return [leaf for name, entry in value.items() for leaf in _assign(words, document, (*path, name), entry)]
    if last == "kind" and old is not None and old != value:
        holder.clear()  # another kind has other parameters
    holder[last] = None if value == "none" and words.optional(pattern) else copy.deepcopy(value)
    return [path]


def _replaces(words: Vocabulary, pattern: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a table takes the place of another rather than changing it."""
    if words.weights(pattern):
        return not new
    return words.chooses(pattern) and new.get("kind", old.get("kind")) != old.get("kind")
