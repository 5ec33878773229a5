"""Scenario files: found by name, read with everything they extend, and checked."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecosystem.core.registry import load_plugins
from ecosystem.scenario.merge import duplicates, merged
from ecosystem.scenario.nodes import Node, Place
from ecosystem.scenario.notes import notes
from ecosystem.scenario.overrides import SET, apply_overrides
from ecosystem.scenario.parsing import by_date, disorder, parse
from ecosystem.scenario.problems import Problem, ScenarioError, refuse
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

    def changed(self, overrides: Sequence[str]) -> Reading:
        """The same with other values, each written `KEY=VALUE`; notes that these bring about point at "--set".

        Raises:
            ScenarioError: lists every override that cannot be used.
        """
        if not overrides:
            return self
        scenario = apply_overrides(self.scenario, overrides)
        root = Node.of(scenario.to_dict(), Place(SET))
        own = {(note.key, note.cause, note.remedy): note for note in self.notes}
        now = (located(root, finding) for finding in notes(scenario))
        return Reading(scenario, self.files, tuple(own.get((n.key, n.cause, n.remedy), n) for n in now))


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
        refuse(str(where), None, "", "no such file", _nearest_file(path))
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


def _load(words: Vocabulary, path: Path, files: list[Path], problems: list[Problem]) -> Node:
    """A file put over what it extends; collects what can be reported later."""
    files.append(path)
    own = parse(path)
    problems += duplicates(words, own)
    problems += disorder(own)
    extends = own.value.pop("extends", None)
    if extends is None:
        return by_date(own)
    base = _load(words, _extended(path, extends, files), files, problems)
    for name in ("name", "title", "law"):
        base.value.pop(name, None)
    return by_date(merged(words, base, own))


def _extended(path: Path, extends: Node, files: list[Path]) -> Path:
    """The file that a file extends."""
    name, place = extends.value, extends.place
    if not isinstance(name, str) or not name:
        refuse(
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
        refuse(place.file, place.line, "extends", f"no such file: {target}", _nearest_base(path, name))
    visited = [os.path.realpath(file) for file in files]
    if os.path.realpath(target) in visited:
        circle = [*files[visited.index(os.path.realpath(target)) :], target]
        refuse(
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
