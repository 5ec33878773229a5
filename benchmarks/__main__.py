"""Measure time and memory, compare with other programs, and write docs/performance.md.

    python -m benchmarks                              everything, some half an hour on an idle machine
    python -m benchmarks --only speed start           parts of it
    python -m benchmarks --quick                      small sizes, to see that all works; its figures mean nothing
    python -m benchmarks --write                      and write what was found into docs/performance.md

Everything is measured in processes of its own, what is compared in turn (A B A B). The last lines are
the table of targets, but with --quick; the exit code is 1 if a figure misses what it must reach.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import agreement, ensembles, page, phases, scaling, speed, startup, whole
from benchmarks.machine import about
from benchmarks.rounds import Options, say
from benchmarks.section import Section
from benchmarks.targets import MISSED, TARGETS, table, verdict

SECTIONS: dict[str, Section] = {
    "agreement": agreement.SECTION,
    "speed": speed.SECTION,
    "start": startup.SECTION,
    "ensembles": ensembles.SECTION,
    "whole": whole.SECTION,
    "scaling": scaling.SECTION,
    "phases": phases.SECTION,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; the exit code."""
    chosen = _parser().parse_args(arguments)
    if chosen.quick and chosen.write:
        sys.stderr.write("--quick measures nothing worth writing; leave out one of --quick and --write\n")
        return 2
    if chosen.page:
        page.fill(page.read(), SECTIONS)
        return 0
    options = Options(chosen.pairs, chosen.seeds, 0.0 if chosen.quick else chosen.patience, chosen.quick)
    machine = about()
    found: dict[str, Any] = {}
    say(machine)
    for name in chosen.only:
        section = SECTIONS[name]
        say(f"{section.title}:")
        data = section.measure(options)
        found[name] = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "data": data}
        print(f"## {section.title}\n\n{section.render(data)}\n", flush=True)  # noqa: T201 - a command
        if chosen.write:  # after each, so that what took long is not lost
            page.fill(page.add(page.Kept(machine, {name: found[name]})), SECTIONS)
    values = page.reached(found, SECTIONS)
    if chosen.quick:
        say("all works; at these sizes no target has a meaning")
        return 0
    print(f"## Targets\n\n{table(values)}")  # noqa: T201 - a command
    return int(any(verdict(TARGETS[key], value.median) == MISSED for key, value in values.items()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", choices=list(SECTIONS), default=list(SECTIONS), metavar="PART", help=", ".join(SECTIONS)
    )
    parser.add_argument("--pairs", type=_some, default=3, help="rounds of what is compared (3)")
    parser.add_argument("--seeds", type=_some, default=10, help="seeds whose means have to agree (10)")
    parser.add_argument(
        "--patience", type=float, default=5.0, help="seconds to wait for an idle machine, each time (5)"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and benchmarks/measured.json")
    parser.add_argument("--page", action="store_true", help="measure nothing; fill the page with what is kept")
    return parser


def _some(text: str) -> int:
    number = int(text)
    if number < 1:
        message = f"at least 1, not {number}"
        raise argparse.ArgumentTypeError(message)
    return number


if __name__ == "__main__":
    sys.exit(main())
