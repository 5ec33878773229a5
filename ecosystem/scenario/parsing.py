"""One scenario file: its text, its syntax, the order of its shocks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecosystem.core.clock import Month
from ecosystem.scenario.lines import locate
from ecosystem.scenario.nodes import Node, Place, TooDeep
from ecosystem.scenario.problems import Problem, refuse

__all__ = ["by_date", "disorder", "parse"]


def parse(path: Path) -> Node:
    """The content of one file, every value with its line.

    Raises:
        ScenarioError: the file cannot be read, is no TOML or is empty.
    """
    file, text = str(path), _text(path)
    try:
        document: dict[str, Any] = tomllib.loads(text)
        node = Node.of(document, Place(file), locate(text))
    except tomllib.TOMLDecodeError as error:
        refuse(file, *_not_toml(error, text))
    except (RecursionError, TooDeep):
        refuse(file, None, "", str(TooDeep()))
    except ValueError as error:  # a whole number of thousands of digits
        refuse(file, None, "", f"not TOML: {error}")
    if not document:
        refuse(file, None, "", "is empty", 'give it at least a name = "..."')
    return node


def _not_toml(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str, str, str]:
    """Line, key, cause and remedy of an error of syntax."""
    lines = text.rstrip("\n").split("\n")  # as TOML counts them: a form feed ends no line
    found = re.search(r" *[(]at (?:line (\d+)|end of document).*[)]$", str(error))
    number = int(found[1]) if found and found[1] else len(lines)
    reason = str(error)[: found.start()] if found else str(error)
    here = lines[min(number, len(lines)) - 1].strip()
    remedy = ""
    if here.endswith((",", "{")) and "key part" in reason:
        remedy = "a table in braces must stand on one line"
    elif "value" in reason.lower() or "after a statement" in reason:
        remedy = "texts and months stand in quotes"
    return number, "", f"not TOML: {reason[:1].lower()}{reason[1:]}, in `{here[:60]}`", remedy


def _text(path: Path) -> str:
    """The text of a file; a byte-order mark, as some editors write, is passed over."""
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        refuse(str(path), None, "", "is a folder, not a file", f"name a file in it, such as {path}/NAME.toml")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        refuse(str(path), None, "", f"cannot be read: {reason}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        refuse(str(path), line, "", "not UTF-8 text", "save the file as UTF-8")


def disorder(root: Node) -> Iterator[Problem]:
    """Shocks that a file lists against the order of their dates."""
    latest = ""
    for date, node in _dates(root):
        if date and date < latest:
            place = node.find(("at",))
            yield Problem(
                place.file,
                place.line,
                f"shocks.{date}.at",
                f"comes after the shock of {latest}",
                "list shocks in the order of their dates",
            )
        latest = max(latest, date)


def by_date(root: Node) -> Node:
    """The document with its shocks in the order of dates, those of one month as listed."""
    if "shocks" in root.value and isinstance(root.value["shocks"].value, list):
        node = root.value["shocks"]
        node.value = [entry for _, entry in sorted(_dates(root), key=lambda pair: pair[0])]
    return root


def _dates(root: Node) -> list[tuple[str, Node]]:
    """Date and node of every shock; "" where there is no valid date."""
    node = root.value.get("shocks")
    entries: list[Node] = node.value if node is not None and isinstance(node.value, list) else []
    return [(_date(entry), entry) for entry in entries]


def _date(entry: Node) -> str:
    node = entry.child("at")
    try:
        return str(Month.parse(node.value)) if node is not None else ""
    except ValueError:
        return ""
