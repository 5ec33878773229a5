"""The whole model: the baseline from start to end, a million people, and how time and memory grow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fresh import ROOT, Job
from benchmarks.machine import wait_until_idle
from benchmarks.rounds import Options, Spread, of, say, take_turns
from benchmarks.section import Data, Section

__all__ = ["SECTION"]

BASELINE_MONTHS = 216
"""Months of the run that has a target: from 2018 to 2035."""
MONTHS = 24
START = 2
"""First months that are not counted: no model yet."""
DOMAINS = 2_000
HUMANS_OF_DOMAINS = 20_000


def measure(options: Options) -> Data:
    """The command as typed, and the baseline's agents at several sizes."""
    steps = 12 if options.quick else BASELINE_MONTHS
    command = []
    for turn in range(options.pairs):
        wait_until_idle(options.patience)
        command.append(_command(steps))
        say(f"  {turn + 1}/{options.pairs} baseline: {steps} months, {command[-1]['seconds']:.1f} s")
    sizes = {f"{humans} people": Job("baseline", humans, MONTHS) for humans in options.sizes}
    two = {"two threads": Job("baseline", options.sizes[2], MONTHS, threads=2)}
    humans = options.sizes[0] if options.quick else HUMANS_OF_DOMAINS
    domains = {f"{number} domains": Job("baseline", humans, MONTHS, domains=number) for number in (5, DOMAINS)}
    return {
        "command": command,
        "months": steps,
        "humans": options.sizes,
        "sizes": take_turns(sizes | two, options),
        "domains": take_turns(domains, options),
        "humans of domains": humans,
    }


def _command(steps: int) -> dict[str, float]:
    """Time and peak memory of `ecosystem run scenarios/baseline.toml`, from start to end."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        out = str(Path(place) / "run")
        command = [sys.executable, "-m", "ecosystem", "run", "scenarios/baseline.toml", "--steps", str(steps)]
        start = time.perf_counter()
        process = subprocess.Popen([*command, "--out", out], cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
        return {
            "seconds": time.perf_counter() - start,
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        }


def _month(run: Data) -> float:
    """Processor time of a month, s, once models are at work."""
    return float(sum(run["monthly"][START:]) / (len(run["monthly"]) - START))


def _wall(run: Data) -> float:
    """The same by the clock on the wall, as far as the whole run tells."""
    return _month(run) * float(run["wall"] / run["cpu"])


def targets(data: Data) -> dict[str, Spread]:
    """The two with a target, by the clock on the wall; a million people use both processors, as the command does."""
    return {
        "baseline": of([run["seconds"] for run in data["command"]]),
        "million": of([_wall(run) for run in data["sizes"]["two threads"]]),
    }


def render(data: Data) -> str:
    """The command, then tables of sizes and of domains."""
    command = data["command"]
    sizes, domains = data["sizes"], data["domains"]
    small, large = (sizes[f"{data['humans'][place]} people"] for place in (0, -1))
    per_item = of([(b["memory"] - a["memory"]) / (b["items"] - a["items"]) for a, b in zip(small, large, strict=True)])
    rows = [_row(f"{humans:,}", 5, sizes[f"{humans} people"]) for humans in data["humans"]]
    two = of([_wall(run) for run in sizes["two threads"]])
    few, many = (domains[f"{number} domains"] for number in (5, DOMAINS))
    dearer = of([_per_item(b) / _per_item(a) for a, b in zip(few, many, strict=True)])
    of_domains = [_row(f"{data['humans of domains']:,}", n, domains[f"{n} domains"]) for n in (5, DOMAINS)]
    return (
        f"`ecosystem run scenarios/baseline.toml --steps {data['months']}` took "
        f"{of([run['seconds'] for run in command]).show('.1f')} s from the shell's prompt and back, and "
        f"{of([run['memory'] / 1e6 for run in command]).show('.0f')} MB at its peak.\n\n"
        f"The baseline's agents over {MONTHS} months from 2022-09 on, the first {START} not counted, on one thread:\n\n"
        + "\n".join([*HEAD, *rows])
        + f"\n\nWith two threads the largest took {two.show('.2f')} s a month on the wall's clock. Between the "
        f"smallest and the largest, memory grew by {per_item.show('.0f')} bytes with each item written: its row, its "
        f"links, what is read of it, and what labs hold of it.\n\n"
        + "\n".join([*HEAD, *of_domains])
        + f"\n\n{DOMAINS:,} domains cost {dearer.show('.2f')} times as much per item as five."
    )


HEAD = [
    "| people | domains | items a month | s a month | µs an item | peak memory, MB | others' load |",
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
]


def _per_item(run: Data) -> float:
    return _month(run) * MONTHS / float(run["items"])


def _row(people: str, domains: int, runs: list[Data]) -> str:
    month, item = of([_month(run) for run in runs]), of([1e6 * _per_item(run) for run in runs])
    items = of([run["items"] / MONTHS for run in runs]).median
    memory, others = (of([run[name] for run in runs]).median for name in ("memory", "others"))
    return (
        f"| {people} | {domains:,} | {items:,.0f} | {month.show('.3f')} | {item.show('.1f')} "
        f"| {memory / 1e6:,.0f} | {others:.2f} |"
    )


SECTION = Section("The whole model", measure, render, targets)
