"""`ecosystem new`: a commented file to start a scenario from."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, QuietOption, fail, print_json, say, state

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario.", show_default=False)]
Extends = Annotated[
    str | None,
    typer.Option("--extends", metavar="SCENARIO", help="A scenario to change, instead of a small web of its own."),
]


@app.command(epilog="Example: ecosystem new cheap-text --extends baseline")
def new(name: Name, extends: Extends = None, *, json: JsonOption = False, quiet: QuietOption = False) -> None:  # noqa: ARG001
    """Write a commented file to start a scenario from.

    It goes to scenarios/NAME.toml; a file that exists is never overwritten.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", name):
        fail(f"{name!r} is no name for a scenario; use letters, digits, dots, dashes and underscores")
    from ecosystem.scenario.files import FOLDER, SUFFIX, read  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.starter import starter  # noqa: PLC0415 - slow to import

    path = FOLDER / f"{name.removesuffix(SUFFIX)}{SUFFIX}"
    base = read(extends) if extends else None
    text = starter(path.stem, _from(FOLDER, base.files[0]), base.scenario) if base else starter(path.stem)
    FOLDER.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} exists already; choose another name or remove it")
    say(f"wrote {path}; next: ecosystem check {path}")
    if state.json:
        print_json({"ok": True, "file": str(path)})


def _from(folder: Path, file: Path) -> str:
    """How a file in a folder names another one that it extends."""
    relative = Path(os.path.relpath(file, folder))
    return relative.stem if relative.parent == Path() else relative.as_posix()
