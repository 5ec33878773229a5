"""`ecosystem new`: a commented file to start a scenario, a policy or a study from."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, QuietOption, fail, print_json, say, state

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario, policy or study.", show_default=False)]
Extends = Annotated[
    str | None,
    typer.Option(
        "--extends", metavar="SCENARIO", help="A scenario to change, instead of a small web of its own; or to study."
    ),
]
Kind = Annotated[
    str | None, typer.Option("--policy", metavar="KIND", help="A policy file; see ecosystem list policies.")
]
IsStudy = Annotated[bool, typer.Option("--study", help="A study file.")]


@app.command(epilog="Example: ecosystem new cheap-text --extends baseline")
def new(
    name: Name,
    extends: Extends = None,
    *,
    policy: Kind = None,
    study: IsStudy = False,
    json: JsonOption = False,  # noqa: ARG001 - set by callback
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Write a commented file to start a scenario from.

    It goes to scenarios/NAME.toml, a policy to scenarios/policies and a study to scenarios/studies; a file that
    exists is never overwritten.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", name):
        fail(f"{name!r} is no name for a scenario; use letters, digits, dots, dashes and underscores")
    if policy is not None and (study or extends):
        fail("--policy goes with neither --study nor --extends; a policy file is laid over any scenario")
    stem = name.removesuffix(".toml")
    if policy is not None:
        _write("policies", stem, _policy(stem, policy), f"ecosystem compare baseline --policy {stem}")
    elif study:
        _write("studies", stem, _study(stem, extends or "baseline"), f"ecosystem study {stem} --dry-run")
    else:
        _write("", stem, _scenario(stem, extends), "")


def _scenario(name: str, extends: str | None) -> str:
    """The text of a new scenario."""
    from ecosystem.scenario.files import FOLDER, read  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.starter import starter  # noqa: PLC0415 - slow to import

    base = read(extends) if extends else None
    return starter(name, _from(FOLDER, base.files[0]), base.scenario) if base else starter(name)


def _policy(name: str, kind: str) -> str:
    """The text of a new policy file."""
    from ecosystem.core.registry import UnknownName, load_plugins  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.starter import policy_starter  # noqa: PLC0415 - slow to import

    load_plugins()
    try:
        return policy_starter(name, kind)
    except UnknownName as unknown:
        fail(unknown)


def _study(name: str, scenario: str) -> str:
    """The text of a new study of a scenario."""
    from ecosystem.experiments.study.reading import STUDIES  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.study.starter import study_starter  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.files import FOLDER, read  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.overlay import POLICIES  # noqa: PLC0415 - slow to import

    base = read(scenario)
    inside = base.files[0].parent == FOLDER  # where it is found by its name
    where = base.files[0].stem if inside else Path(os.path.relpath(base.files[0], STUDIES)).as_posix()
    policies = sorted(path.stem for path in POLICIES.glob("*.toml"))
    return study_starter(name, where, min(12, base.scenario.steps), policies)


def _write(below: str, name: str, text: str, following: str) -> None:
    """Write a new file and say what comes next."""
    from ecosystem.scenario.files import FOLDER, SUFFIX  # noqa: PLC0415 - slow to import

    path = FOLDER / below / f"{name}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} exists already; choose another name or remove it")
    say(f"wrote {path}; next: {following or f'ecosystem check {path}'}")
    if state.json:
        print_json({"ok": True, "file": str(path)})


def _from(folder: Path, file: Path) -> str:
    """How a file in a folder names another one that it extends."""
    relative = Path(os.path.relpath(file, folder))
    return relative.stem if relative.parent == Path() else relative.as_posix()
