"""Which laws there are: scenario files with a `[law]` table, each with a function of the same id."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.core.registry import UnknownName, import_all, load_plugins
from ecosystem.experiments import laws
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.laws.base import LAWS
from ecosystem.scenario import Scenario
from ecosystem.scenario.files import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LAW_FILES", "chosen", "known", "order"]

LAW_FILES = FOLDER / "laws"
"""Where the scenario files of laws are."""


@cache
def load_functions() -> None:
    """Import every module of this package, and every plug-in, once per process."""
    import_all(laws.__name__, laws.__path__)
    load_plugins()


def order(identifier: str) -> tuple[str, int, str]:
    """Key by which ids are sorted: A2 before A10, A5 before A5b."""
    found = re.fullmatch(r"([A-Z][A-Za-z]*)(\d*)(.*)", identifier)
    return (found[1], int(found[2] or 0), found[3]) if found else (identifier, 0, "")


def known(folder: Path = LAW_FILES) -> dict[str, Path]:
    """The files of all laws by id, in the order of ids.

    A file that cannot be read stands under its own name, so that reading it says what is wrong.

    Raises:
        RunRefused: there is none, or two files have the same id.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.toml")):
        identifier = _identifier(path)
        if identifier in found:
            message = f"{path}: law.id: {identifier} is also the id of {found[identifier]}; change one"
            raise RunRefused(message)
        if identifier:
            found[identifier] = path
    if not found:
        message = f"{folder}: no laws here; call it from the folder that has {LAW_FILES}"
        raise RunRefused(message)
    return {identifier: found[identifier] for identifier in sorted(found, key=order)}


def _identifier(path: Path) -> str:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("law")
    except (OSError, ValueError, RecursionError):
        return path.name
    if table is None:
        return ""
    identifier = table.get("id") if isinstance(table, dict) else None
    return identifier if isinstance(identifier, str) else path.name


def chosen(ids: Iterable[str] = (), folder: Path = LAW_FILES) -> dict[str, Scenario]:
    """The scenarios of laws by id, in the order of ids; of all laws where none is named.

    Raises:
        RunRefused: an id that nothing has, or a law without function or without file.
        ScenarioError: a file that cannot be used.
    """
    load_functions()
    files, wanted = known(folder), list(dict.fromkeys(ids))
    for identifier in wanted:
        if identifier not in files:
            if identifier in LAWS:
                message = f"law {identifier} has a function but no file in {folder} with law.id = {identifier!r}"
                raise RunRefused(message)
            raise RunRefused(str(UnknownName("law", identifier, files)))
    scenarios = {
        identifier: Scenario.read(files[identifier]) for identifier in files if identifier in (wanted or files)
    }
    _complete(files, scenarios, every=not wanted)
    return scenarios


def _complete(files: Mapping[str, Path], scenarios: Mapping[str, Scenario], *, every: bool) -> None:
    """Refuse laws of which half is missing; functions of plug-ins may lie idle."""
    wrong = [
        f'{files[identifier]}: law {identifier} has no function; mark one with @law("{identifier}") '
        f"in a module of {laws.__name__}"
        for identifier in scenarios
        if identifier not in LAWS
    ]
    wrong += [
        f"{files[identifier]}: title: is missing; say in a few words what the law is about"
        for identifier, scenario in scenarios.items()
        if not scenario.title
    ]
    idle = [name for name, function in LAWS.items() if name not in files and _own(function.__module__)]
    if every:
        wrong += [f"law {name} has a function but no file with law.id = {name!r}" for name in idle]
    if wrong:
        raise RunRefused("\n".join(wrong))


def _own(module: str) -> bool:
    return module.startswith(f"{laws.__name__}.")
