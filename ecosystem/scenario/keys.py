"""Keys such as ``labs.frontier.data.retention``: how one setting in a nested document is named.

Entries of a list are named by their ``name``, or by their ``kind`` where they have no name;
``*`` stands for every entry.
"""

from __future__ import annotations

import difflib
from typing import Any

__all__ = ["UnknownKey", "get_key", "label", "set_key"]


class UnknownKey(KeyError):  # noqa: N818 - says what it is
    """A key that leads nowhere; the message names the nearest that does."""

    def __init__(self, key: str, part: str, valid: list[str]) -> None:
        """Explain where ``key`` goes wrong: at ``part``, where ``valid`` names exist."""
        near = difflib.get_close_matches(part, valid, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        self.message = f"{key}: no {part!r} here{hint} (there is: {', '.join(valid) or 'nothing'})"
        super().__init__(self.message)

    def __str__(self) -> str:
        """The message, without the quotes that KeyError adds."""
        return self.message


def label(entry: object) -> str | None:
    """How an entry of a list is named: by its name, else by its kind."""
    if not isinstance(entry, dict):
        return None
    found = entry.get("name", entry.get("kind"))
    return found if isinstance(found, str) else None


def _children(node: object, part: str, key: str) -> list[object]:
    """The entries that one part of a key leads to."""
    if isinstance(node, dict):
        if part not in node:
            raise UnknownKey(key, part, sorted(map(str, node)))
        return [node[part]]
    if isinstance(node, (list, tuple)):
        found = [entry for entry in node if part in ("*", label(entry))]
        if not found:
            raise UnknownKey(key, part, ["*", *(name for entry in node if (name := label(entry)))])
        return found
    raise UnknownKey(key, part, [])


def _parents(document: dict[str, Any], key: str) -> tuple[list[object], str]:
    *path, last = key.split(".")
    nodes: list[object] = [document]
    for part in path:
        nodes = [child for node in nodes for child in _children(node, part, key)]
    return nodes, last


def get_key(document: dict[str, Any], key: str) -> list[Any]:
    """The values that a key names, one for each entry that a ``*`` covers."""
    nodes, last = _parents(document, key)
    return [child for node in nodes for child in _children(node, last, key)]


def set_key(document: dict[str, Any], key: str, value: object) -> None:
    """Set the value that a key names, in place; it must exist.

    Raises:
        UnknownKey: a part of the key is not there; says which and what is.
    """
    nodes, last = _parents(document, key)
    for node in nodes:
        if isinstance(node, dict) and last not in node and not _open(key):
            raise UnknownKey(key, last, sorted(map(str, node)))
        if not isinstance(node, dict):
            raise UnknownKey(key, last, [])
        node[last] = value


def _open(key: str) -> bool:
    """Whether the key's last part may be new: weights by curator or domain name any of them."""
    return key.rsplit(".", 2)[-2] in ("targets", "mix") or key.rsplit(".", 1)[0].endswith(".domains")
