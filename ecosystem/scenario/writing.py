"""Scenario files written from plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["toml_text", "toml_value"]

_WIDTH = 120  # columns of a line; a list or table that fits is written in one
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(document: Mapping[str, Any]) -> str:
    """A document as TOML: values first, then tables; lists of tables entry by entry.

    None is written as "none", which a scenario reads back as None.
    """
    return "\n".join(_table(document, ())).strip("\n") + "\n"


def toml_value(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_name(name)} = {toml_value(entry)}" for name, entry in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:_}"  # as many digits as it takes to read back the same number; nan and inf as TOML has them
    words = {None: '"none"', True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else _text(str(value))


def _text(text: str) -> str:
    # JSON escapes as TOML does, but leaves DEL, which TOML does not allow.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The lines of a table: what fits on a line, then tables and lists of tables below their headers."""
    below: list[tuple[str, Any]] = []
    for name, value in table.items():
        line = f"{_name(name)} = {toml_value(value)}"
        if _spreads(value) and (not path or len(line) > _WIDTH):
            below.append((name, value))
        elif len(line) > _WIDTH and isinstance(value, (list, tuple)) and value:
            yield f"{_name(name)} = ["
            yield from (f"    {toml_value(entry)}," for entry in value)
            yield "]"
        else:
            yield line
    for name, value in below:
        inner = (*path, name)
        header = ".".join(map(_name, inner))
        for entry in value if isinstance(value, (list, tuple)) else [value]:
            yield ""
            yield f"[[{header}]]" if entry is not value else f"[{header}]"
            yield from _table(entry, inner)


def _spreads(value: Any) -> bool:
    """Whether a value can stand below a header of its own."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(entry, Mapping) for entry in value)
    return isinstance(value, Mapping) and bool(value)
