"""`ecosystem list`: what there is to choose from."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, QuietOption, console, fail, print_json, say, state

__all__ = ["KINDS", "listed"]

FOLDER = Path("scenarios")
_APART = ("policies", "studies")
"""Folders whose files are parts of scenarios or plans of many."""


_PLACES = {
    "scenarios": f"; call it from the folder that has {FOLDER}",
    "laws": f"; call it from the folder that has {FOLDER / 'laws'}",
}
"""How to get to what every copy of this project has in files."""

KINDS = (
    "scenarios", "studies", "policies", "learners", "detectors", "rankers", "crawlers", "adaptation", "texts",
    "networks", "measures", "claims", "laws",
)  # fmt: skip
"""What can be listed."""

Wanted = Annotated[
    str | None, typer.Argument(metavar="WHAT", help=f"One of {', '.join(KINDS)}; all if left out.", show_default=False)
]


@app.command("list", epilog="Example: ecosystem list policies")
def list_(what: Wanted = None, *, json: JsonOption = False, quiet: QuietOption = False) -> None:  # noqa: ARG001 - set by callback
    """List scenarios, policies, learners, measures and more.

    Scenarios, studies, laws and claims are those in the folder ./scenarios; each has one line. Scenarios that only
    measure speed are left out. Of policies it shows the kinds there are, then the files in scenarios/policies.
    """
    if what is not None and what not in KINDS:
        near = difflib.get_close_matches(what, KINDS, n=1)
        fail(f"nothing is called {what!r}; {f'did you mean {near[0]!r}?' if near else f'one of {", ".join(KINDS)}'}")
    found = {kind: dict(listed(kind)) for kind in ([what] if what else KINDS)}
    if state.json:
        print_json(found)
        return
    for kind, entries in found.items():
        if len(found) > 1:
            say(f"{kind}:" if entries else f"{kind}: none")
        elif not entries:
            say(f"no {kind} here{_PLACES.get(kind, '')}")
        _show(entries, indent=2 if len(found) > 1 else 0)


def _show(entries: dict[str, str], indent: int) -> None:
    """Names, and what they are, cut to the width of the terminal; in full where the output is no terminal."""
    out = console()
    width = max(map(len, entries), default=0)
    for name, text in entries.items():
        line = f"{'':{indent}}{name:{width}}  {text}".rstrip()
        too_long = out.is_terminal and len(line) > out.width
        say(line[: out.width - 3] + "..." if too_long else line)


def listed(what: str) -> Iterator[tuple[str, str]]:
    """Name and description of everything of a kind, in the order of names."""
    if what == "scenarios":
        yield from _scenarios(FOLDER, (*_APART, "laws", "claims", "benchmarks"))
    elif what in ("laws", "claims"):
        yield from _scenarios(FOLDER / what, _APART)
    elif what == "studies":
        yield from _files(FOLDER / what)
    elif what == "measures":
        yield from _measures()
    else:
        yield from _components(what)
        if what == "policies":
            yield from _files(FOLDER / what)


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Files of a folder: the name that commands find them by, and the title."""
    for path in sorted(folder.glob("*.toml")):
        yield path.stem, _title(path)


def _scenarios(folder: Path, apart: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Scenario files below a folder: the name that other commands take, and the title."""
    for path in sorted(folder.rglob("*.toml")):
        inner = path.relative_to(folder)
        if inner.parts[0] not in apart and inner.name != "base.toml":
            yield path.relative_to(FOLDER).with_suffix("").as_posix(), _title(path)


def _title(path: Path) -> str:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return f"(cannot be read; see: ecosystem check {path})"
    title = str(document.get("title") or document.get("name") or "")
    law = document.get("law")
    title = f"{law['id']} {title}" if isinstance(law, dict) and "id" in law else title
    return title if title.isprintable() else ascii(title)


def _measures() -> Iterator[tuple[str, str]]:
    from ecosystem.measures import MEASURES  # noqa: PLC0415 - slow to import

    MEASURES.load_plugins()
    for key in MEASURES:
        found = MEASURES.get(key)
        yield key, f"[{found.unit}] {_first_sentence(found.definition)}"


def _components(what: str) -> Iterator[tuple[str, str]]:
    from ecosystem.core.registry import load_plugins  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.vocabulary import FAMILIES  # noqa: PLC0415 - slow to import

    load_plugins()
    for kind, component in FAMILIES[what].items():
        yield kind, _first_sentence(component.__doc__ or "")


def _first_sentence(text: str) -> str:
    """The first line of a docstring."""
    return text.strip().split("\n", 1)[0].strip()
