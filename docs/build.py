#!/usr/bin/env python3
"""Fill in what the program itself can tell of the documentation: tables, and the output of commands.

    python docs/build.py                  write it anew
    python docs/build.py --check          write nothing; exit 1 and name the pages that are out of step
    python docs/build.py --laws RESULTS   write it anew, with the laws as measured in a folder that
                                          `ecosystem laws --out RESULTS` wrote; further `--laws RESULTS`,
                                          of other seeds, add their verdicts
    python docs/build.py --facts RESULTS  write it anew, with the observed facts beside a run of the baseline

A generated part of a page stands between `<!-- generated: NAME -->` and `<!-- end -->`; NAME is a
key of `PARTS`. A block marked `console` holds commands after `$`; they are run in a folder that has
the scenarios, and the files that the page shows in blocks beginning with `# file: PATH`.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib.util
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from pydantic import BaseModel

from ecosystem.cli import app
from ecosystem.core.parameters import ParameterDoc, describe
from ecosystem.core.registry import Registry
from ecosystem.core.table import Table
from ecosystem.experiments.columns import definitions, units
from ecosystem.experiments.tables import LEADING, TABLES
from ecosystem.policies import Policy
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.shocks import FIXED
from ecosystem.scenario.vocabulary import FAMILIES, span, vocabulary
from ecosystem.scenario.writing import toml_value
from ecosystem.world.content import Items, Marks
from ecosystem.world.humans import Humans
from ecosystem.world.links import Links
from ecosystem.world.publishers import Publishers
from ecosystem.world.settings import WorldSettings

__all__ = ["PARTS", "main", "rebuilt"]

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
_PART = re.compile(r"<!-- generated: (?P<name>[^>]*?) -->\n.*?<!-- end -->", re.DOTALL)
_FILE = re.compile(r"^```toml\n# file: (?P<path>\S+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_COLUMNS = 120  # of the terminal in which commands run
_GROUPS = tuple(WorldSettings.model_fields)
"""Tables of a scenario file; each has a section of its own."""


def _beside(name: str) -> ModuleType:
    """A module in this folder, however this one was started."""
    found = importlib.util.spec_from_file_location(f"docs_{name}", FOLDER / f"{name}.py")
    if found is None or found.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


LAWS = _beside("laws_page")
FACTS = _beside("facts_page")


def main(arguments: Sequence[str]) -> int:
    """Write or check every page; returns the exit code."""
    check = list(arguments) == ["--check"]
    named = list(zip(arguments[::2], map(Path, arguments[1::2]), strict=False))
    results = [folder for option, folder in named if option == "--laws"]
    facts = [folder for option, folder in named if option == "--facts"]
    if not check and (len(facts) > 1 or len(arguments) != 2 * len(results + facts)):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    for folder in facts:
        FACTS.store(folder)
    stale = _unmeasured() if check else 0
    for page in sorted(FOLDER.glob("*.md")):
        before, now = page.read_text(encoding="utf-8"), rebuilt(page)
        if results and page.name == LAWS.PAGE:
            now = LAWS.filled(now, results, _table)
        if before == now:
            continue
        stale += 1
        sys.stdout.write(f"docs/{page.name}: {'out of step; run python docs/build.py' if check else 'rewritten'}\n")
        if check:
            changes = difflib.unified_diff(before.splitlines(), now.splitlines(), "page", "program", n=0, lineterm="")
            sys.stdout.writelines(f"  {line}\n" for line in changes)
        else:
            page.write_text(now, encoding="utf-8")
    return int(check and stale > 0)


def _unmeasured() -> int:
    """Tell of laws and observed facts that the pages show nothing measured of; returns how many."""
    found = [f"{LAWS.PAGE}: {each}" for each in LAWS.complaints((FOLDER / LAWS.PAGE).read_text(encoding="utf-8"))]
    found += [f"{FACTS.STORE.name}: {each}" for each in FACTS.complaints()]
    sys.stdout.writelines(f"docs/{complaint}\n" for complaint in found)
    return len(found)


def rebuilt(page: Path) -> str:
    """The text of a page with its generated parts and the output of its commands made anew.

    Raises:
        KeyError: a part that nothing generates.
    """

    def part(found: re.Match[str]) -> str:
        return f"<!-- generated: {found['name']} -->\n{PARTS[found['name']]()}<!-- end -->"

    return _rerun(_PART.sub(part, page.read_text(encoding="utf-8")))


# --- commands ---------------------------------------------------------------------------------------


def _rerun(text: str) -> str:
    """A page with what its commands print now."""
    if not _CONSOLE.search(text):
        return text
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(ROOT / "scenarios", Path(place) / "scenarios")
        for found in _FILE.finditer(text):
            (Path(place) / found["path"]).write_text(found["text"], encoding="utf-8")

        def block(found: re.Match[str]) -> str:
            commands = re.findall(r"^\$ (.*)$", found["text"], re.MULTILINE)
            return "```console\n" + "".join(f"$ {command}\n{_printed(command, place)}" for command in commands) + "```"

        return _CONSOLE.sub(block, text)


def _printed(command: str, place: str) -> str:
    """What a command prints, errors included; run in this process, where the slow imports are done.

    Raises:
        ValueError: a command of another program.
    """
    program, *arguments = shlex.split(command)
    if program != "ecosystem":
        message = f"{command!r}: only commands of ecosystem are run; mark the block as text"
        raise ValueError(message)
    written = io.StringIO()
    with (
        mock.patch.dict(os.environ, COLUMNS=str(_COLUMNS), NO_COLOR="1"),
        contextlib.chdir(place),
        contextlib.redirect_stdout(written),
        contextlib.redirect_stderr(written),
        contextlib.suppress(SystemExit),
    ):
        app(arguments, prog_name=program)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().strip().splitlines())


# --- tables -----------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    """Text on one line, without what Markdown would take for markup."""
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    parts[::2] = [part.replace("*", "\\*") for part in parts[::2]]  # outside code
    return "`".join(parts)


def _state(table: type[Table]) -> str:
    """The columns of a table of the world."""
    rows = []
    for name, entry in table.schema().items():
        shape = f" by {', '.join(map(str, entry.shape))}" if entry.shape else ""
        rows.append([f"`{name}`", f"{entry.dtype.name}{shape}", entry.unit, entry.meaning])
    return _table(["variable", "type", "unit", "meaning"], rows)


def _columns(table: str) -> str:
    """The columns of a table of results; those that say what they say of the whole web in one line."""
    plan = Scenario.from_dict({"reality": {"styles": 1}})
    unit, meaning = units(plan), definitions(plan)
    shared = [name for name in unit[table] if table != "web" and meaning[table][name] == meaning["web"].get(name)]
    rows = [
        [f"`{name}`" if name != "style_0" else "`style_0`, `style_1`, ...", unit[table][name], meaning[table][name]]
        for name in unit[table]
        if name not in (*LEADING, *shared)
    ]
    if further := [name for name in shared if name not in LEADING]:
        rows.append([", ".join(f"`{name}`" for name in further), "as in web", "as in web"])
    return _table(["column", "unit", "definition"], rows)


def _parameters(docs: Iterable[ParameterDoc]) -> str:
    """Parameters with all that they carry; what several kinds share stands in one line."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for doc in docs:
        allowed = span(doc) or _words(doc.type)
        facts = (_key(doc.key), _default(doc), doc.unit, allowed, doc.role, doc.meaning, doc.source)
        kinds.setdefault(facts, []).extend(_silent_kinds(doc.key))
    head = ["key", "default", "unit", "range", "role", "meaning", "source"]
    return _table(head, [[_with_kinds(facts[0], found), *facts[1:]] for facts, found in kinds.items()])


def _key(pattern: str) -> str:
    return vocabulary(Scenario).readable(pattern)


def _silent_kinds(pattern: str) -> list[str]:
    """The kind that a key belongs to, where the key does not name it."""
    kinds = re.findall(r"\[kind=([^\]]*)\]", pattern)
    return [kind for kind in kinds if f".{kind}." not in _key(pattern)]


def _with_kinds(key: str, kinds: Sequence[str]) -> str:
    return f"`{key}`" + (f" ({', '.join(kinds)})" if kinds else "")


def _words(kind: str) -> str:
    """What a value may be where it has no range: choices and tables, but no plain types."""
    return kind if kind.startswith(("one of", "list of one of")) else ""


def _default(doc: ParameterDoc) -> str:
    if doc.default is ...:
        return "required"
    return f"`{toml_value(_plain(doc.default))}`"


def _plain(value: Any) -> Any:
    """A default as JSON could hold it; a named entry as its name, a choice as its bare kind."""
    if isinstance(value, BaseModel):
        whole = value.model_dump(mode="json")
        return whole.get("name", whole.get("kind", whole))
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (bool, int, float, str, dict)) or value is None else str(value)


def _of_scenario(group: str) -> str:
    """Parameters of one table of a scenario file."""
    return _parameters(doc for doc in describe(Scenario) if re.match(rf"{group}([.\[]|$)", doc.key))


def _of_run() -> str:
    """Parameters that stand at the top of a scenario file."""
    return _parameters(doc for doc in describe(Scenario) if _is_of_run(doc.key))


def _is_of_run(key: str) -> bool:
    return not key.startswith("policies[") and re.split(r"[.\[]", key)[0] not in _GROUPS


def _of_policies() -> str:
    """Parameters of every policy, those that all have in common first."""
    # What is enforced and what is fined each kind says for itself.
    shared = [doc for doc in describe(Policy) if doc.key not in ("enforcement", "fine")]
    known = {doc.key for doc in shared}
    own = [
        doc
        for kind, policy in Policy.registry.items()
        for doc in describe(policy, f"policies[kind={kind}].")
        if doc.key.rpartition(".")[2] not in known
    ]
    return _parameters([*(_renamed(doc, f"policies[].{doc.key}") for doc in shared), *own])


def _renamed(doc: ParameterDoc, key: str) -> ParameterDoc:
    return ParameterDoc(**{**vars(doc), "key": key})


def _kinds() -> str:
    """What can be chosen by kind, family by family."""
    return _table(["family", "kind", "what it does"], list(_each_kind()))


def _each_kind() -> Iterator[Sequence[str]]:
    registry: Registry[Any]
    for family, registry in FAMILIES.items():
        for kind, thing in registry.items():
            yield [family, f"`{kind}`", (thing.__doc__ or "").split("\n\n")[0]]


def _decisions() -> str:
    """The records of decisions, as a list of links."""
    lines = []
    for page in sorted((FOLDER / "decisions").glob("*.md")):
        number, title = page.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ").split(" ", 1)
        lines.append(f"- {number} [{title}](decisions/{page.name})\n")
    return "".join(lines)


def _marks() -> str:
    """What the bits of the marks of an item stand for."""
    return _table(["bit", "mark"], [[str(mark.value), (mark.name or "").lower().replace("_", " ")] for mark in Marks])


def _fixed() -> str:
    """What no shock can change."""
    return _table(["key", "why"], [[f"`{_key(key)}`", why] for key, why in FIXED.items()])


def _baseline() -> str:
    """How large the baseline is."""
    plan = Scenario.read(ROOT / "scenarios" / "baseline.toml")
    entries: dict[str, Sequence[Any]] = {
        "domains": plan.reality.domains,
        "curators": plan.curators,
        "labs": plan.labs,
        "groups of publishers": plan.publishers.groups,
    }
    firms = sum(group.founders(plan.scale.humans) for group in plan.publishers.groups)
    rows = [
        ["months", f"{plan.steps}", f"{plan.start} to {plan.start + (plan.steps - 1)}"],
        ["simulated people", f"{plan.scale.humans:,}", f"each for {plan.scale.people_per_human:,.0f} real people"],
        ["simulated publishers", f"{firms:,}", "at the start; others enter and leave"],
    ]
    rows += [[what, f"{len(found)}", ", ".join(entry.name for entry in found)] for what, found in entries.items()]
    return _table(["what", "how many", "which"], rows)


PARTS: dict[str, Callable[[], str]] = {
    "baseline": _baseline,
    "state humans": partial(_state, Humans),
    "state publishers": partial(_state, Publishers),
    "state items": partial(_state, Items),
    "state links": partial(_state, Links),
    "decisions": _decisions,
    "marks": _marks,
    "kinds": _kinds,
    "parameters of a run": _of_run,
    "parameters of policies": _of_policies,
    "keys that stay": _fixed,
}
PARTS |= {f"parameters {group}": partial(_of_scenario, group) for group in _GROUPS}
PARTS |= {f"columns {table}": partial(_columns, table) for table in TABLES}
PARTS |= LAWS.parts(_table)
PARTS |= FACTS.parts(_table)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
