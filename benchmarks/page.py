"""What was measured last, and the page that shows it.

`measured.json` holds the figures of each section as they came out; `docs/performance.md` shows them between
`<!-- measured: NAME -->` and `<!-- end -->`. A section measured anew replaces itself in both.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.rounds import Spread
from benchmarks.section import Section
from benchmarks.targets import table

__all__ = ["KEPT", "PAGE", "Kept", "add", "fill", "filled", "reached", "read"]

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "benchmarks" / "measured.json"
PAGE = ROOT / "docs" / "performance.md"
_BLOCK = re.compile(r"<!-- measured: (?P<name>[a-z]+) -->\n.*?<!-- end -->", re.DOTALL)


class Kept(NamedTuple):
    """What is kept of measurements."""

    machine: str
    """What machine it was."""
    sections: dict[str, Any]
    """By the name of a section when it was measured, "date", and what came out, "data"."""


def read(path: Path = KEPT) -> Kept:
    """What was measured last; nothing, on a machine without a name, if there is no such file."""
    if not path.exists():
        return Kept("", {})
    return Kept(**json.loads(path.read_text(encoding="utf-8")))


def add(new: Kept, path: Path = KEPT) -> Kept:
    """Keep what was measured, beside other sections of the same machine; what is kept now."""
    before = read(path)
    both = Kept(new.machine, (before.sections if before.machine == new.machine else {}) | new.sections)
    path.write_text(json.dumps(both._asdict(), indent=1) + "\n", encoding="utf-8")
    return both


def reached(found: dict[str, Any], sections: dict[str, Section]) -> dict[str, Spread]:
    """Every figure found that has a target, by its name."""
    return {key: spread for name in found for key, spread in sections[name].targets(found[name]["data"]).items()}


def filled(text: str, kept: Kept, sections: dict[str, Section]) -> str:
    """The text of the page with every block made anew; what was not measured says so.

    Raises:
        KeyError: a block that no section is for.
    """

    def block(match: re.Match[str]) -> str:
        name, found = match["name"], kept.sections
        if name == "machine":
            body = f"Measured on {kept.machine}."
        elif name == "targets":
            body = table(reached(found, sections))
        elif name in found:
            body = f"{sections[name].render(found[name]['data'])}\n\nMeasured {found[name]['date']}."
        else:
            body = f"{sections[name].title}: not measured on this machine."
        return f"<!-- measured: {name} -->\n{body}\n<!-- end -->"

    return _BLOCK.sub(block, text)


def fill(kept: Kept, sections: dict[str, Section]) -> None:
    """Write the page anew."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), kept, sections), encoding="utf-8")
