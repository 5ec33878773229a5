"""Scenario files: found by name, read with everything they extend, and checked."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ecosystem.core.clock import Month
from ecosystem.core.registry import load_plugins
from ecosystem.scenario.lines import locate
from ecosystem.scenario.merge import duplicates, merged
from ecosystem.scenario.nodes import Node, Place, TooDeep
from ecosystem.scenario.notes import notes
from ecosystem.scenario.problems import Problem, ScenarioError
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.validate import located, validated
from ecosystem.scenario.vocabulary import Vocabulary, vocabulary

__all__ = ["FOLDER", "Reading", "find", "read"]

FOLDER = Path("scenarios")
"""Where scenarios are looked up by name."""
SUFFIX = ".toml"


@dataclass(frozen=True)
class Reading:
    """A scenario and how it was read.

    Attributes:
        scenario: checked and resolved.
        files: the file and those it extends, in this order.
        notes: what is allowed but has no effect, such as a shock after the end.
    """

    scenario: Scenario
    files: tuple[Path, ...]
    notes: tuple[Problem, ...]


def read(where: str | Path) -> Reading:
    """Read a scenario file, and the files it extends; writes nothing.

    Args:
        where: a path, or a name: "baseline" is scenarios/baseline.toml.

    Raises:
        ScenarioError: the file cannot be used; lists everything that is wrong with it.
    """
    load_plugins()
    words, problems, files = vocabulary(Scenario), list[Problem](), list[Path]()
    path = find(where)
    root = _load(words, path, files, problems)
    root.value.setdefault("name", Node(path.stem, root.place))
    try:
        scenario = validated(root, problems)
    except ScenarioError as error:
        order = [str(file) for file in files]
        raise ScenarioError(sorted(error.problems, key=lambda problem: order.index(problem.file))) from None
    return Reading(scenario, tuple(files), tuple(located(root, finding) for finding in notes(scenario)))


def find(where: str | Path) -> Path:
    """The file that a path or name means.

    Raises:
        ScenarioError: there is none; names the nearest that exists.
    """
    path = Path(where)
    tried = [path] if path.suffix == SUFFIX else [path, path.with_name(path.name + SUFFIX) if path.name else path]
    if not path.is_absolute():
        tried += [FOLDER / candidate for candidate in tried]
    found = next((candidate for candidate in tried if _is_file(candidate)), None)
    if found is None:
        # A folder, a device or a name too long gets its own message when it is opened.
        found = next((candidate for candidate in tried if _exists(candidate)), None)
    if found is None:
        _refuse(str(where), None, "", "no such file", _nearest_file(path))
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _nearest_file(path: Path) -> str:
    """Hint at the scenario that was probably meant."""
    known: dict[str, Path] = {}
    for folder in (FOLDER, path.parent):
        if _exists(folder):
            known |= {entry.stem: entry for entry in sorted(folder.glob(f"*{SUFFIX}"))}
    near = difflib.get_close_matches(path.stem, known, n=1)
    if near:
        return f"did you mean {known[near[0]]}?"
    return "`ecosystem list scenarios` shows those there are"


def _refuse(file: str, line: int | None, key: str, cause: str, remedy: str = "") -> NoReturn:
    raise ScenarioError([Problem(file, line, key, cause, remedy)])


def _load(words: Vocabulary, path: Path, files: list[Path], problems: list[Problem]) -> Node:
    """A file put over what it extends; collects what can be reported later."""
    files.append(path)
    own = _parse(path)
    problems += duplicates(words, own)
    problems += _disorder(own)
    extends = own.value.pop("extends", None)
    if extends is None:
        return _by_date(own)
    base = _load(words, _extended(path, extends, files), files, problems)
    for name in ("name", "title"):
        base.value.pop(name, None)
    return _by_date(merged(words, base, own))


def _extended(path: Path, extends: Node, files: list[Path]) -> Path:
    """The file that a file extends."""
    name, place = extends.value, extends.place
    if not isinstance(name, str) or not name:
        _refuse(
            place.file,
            place.line,
            "extends",
            "must be the name of a scenario or the path of a file",
            'such as "baseline"',
        )
    target = Path(os.path.normpath(path.parent / name))
    if not _is_file(target) and target.suffix != SUFFIX:
        target = target.with_name(target.name + SUFFIX)
    if not _is_file(target):
        _refuse(place.file, place.line, "extends", f"no such file: {target}", _nearest_base(path, name))
    visited = [os.path.realpath(file) for file in files]
    if os.path.realpath(target) in visited:
        circle = [*files[visited.index(os.path.realpath(target)) :], target]
        _refuse(
            place.file,
            place.line,
            "extends",
            f"goes in a circle: {' -> '.join(map(str, circle))}",
            "extend another file",
        )
    return target


def _nearest_base(path: Path, name: str) -> str:
    """Hint at the file that was probably meant: of that name higher up, or of a similar name here."""
    for folder in list(path.absolute().parents)[1:4]:
        if Path(name).parent == Path() and _is_file(folder / f"{Path(name).stem}{SUFFIX}"):
            return f'write extends = "{os.path.relpath(folder / Path(name).stem, path.absolute().parent)}"'
    known = [entry.stem for entry in sorted(path.parent.glob(f"*{SUFFIX}")) if entry != path]
    near = difflib.get_close_matches(Path(name).stem, known, n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _parse(path: Path) -> Node:
    """The content of one file."""
    file, text = str(path), _text(path)
    try:
        document: dict[str, Any] = tomllib.loads(text)
        node = Node.of(document, Place(file), locate(text))
    except tomllib.TOMLDecodeError as error:
        _refuse(file, *_not_toml(error, text))
    except (RecursionError, TooDeep):
        _refuse(file, None, "", str(TooDeep()))
    except ValueError as error:  # a whole number of thousands of digits
        _refuse(file, None, "", f"not TOML: {error}")
    if not document:
        _refuse(file, None, "", "is empty", 'give it at least a name = "..."')
    return node


def _not_toml(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str, str, str]:
    """Line, key, cause and remedy of an error of syntax."""
    lines = text.splitlines() or [""]
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
        _refuse(str(path), None, "", "is a folder, not a file", f"name a file in it, such as {path}/NAME{SUFFIX}")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _refuse(str(path), None, "", f"cannot be read: {reason}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(str(path), line, "", "not UTF-8 text", "save the file as UTF-8")


def _disorder(root: Node) -> Iterator[Problem]:
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


def _by_date(root: Node) -> Node:
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
