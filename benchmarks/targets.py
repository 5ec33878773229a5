"""What is to be reached: for each quantity a figure that it must reach and one that it should."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.rounds import Spread

__all__ = ["MISSED", "TARGETS", "Target", "table", "verdict"]

MISSED = "**missed**"
"""Verdict on what does not reach what it must."""


class Target(NamedTuple):
    """A quantity and its two marks."""

    what: str
    must: float
    aim: float
    form: str
    unit: str
    higher: bool = False
    """Whether more is better."""


TARGETS = {
    "mesa small": Target("faster than Mesa's objects, 10,000 people", 8, 30, ".1f", "x", higher=True),
    "mesa middle": Target("faster than Mesa's objects, 100,000 people", 15, 60, ".1f", "x", higher=True),
    "mesa large": Target("faster than Mesa's objects, 1,000,000 people", 20, 90, ".1f", "x", higher=True),
    "numpy": Target("faster than plain numpy, 1,000,000 people", 1, 2, ".2f", "x", higher=True),
    "threads": Target("two threads faster than one, 1,000,000 people", 1.4, 1.75, ".2f", "x", higher=True),
    "memory": Target("memory per person, 20 months, full history in files", 200, 110, ".0f", "bytes"),
    "recording": Target("time that recording in full adds, 1,000,000 people", 25, 10, ".0f", "%"),
    "help": Target("`ecosystem --help`", 0.3, 0.1, ".2f", "s"),
    "small run": Target("a small run, kernels compiled before", 1.5, 0.6, ".2f", "s"),
    "first run": Target("the same for the first time on a machine", 15, 6, ".1f", "s"),
    "ensemble": Target("100 small runs on two processors, faster than one after the other", 1.7, 1.9, ".2f", "x", True),
    "baseline": Target("whole baseline, 20,000 people for 216 months, with start-up", 20, 8, ".1f", "s"),
    "million": Target("a million people in the baseline's web, per month, two threads", 1, 0.4, ".2f", "s"),
}
"""By the name of the quantity, in the order in which they are shown. What must be reached was set from
measurements of other programs, and of C and numba kernels, on one machine; the aim is what those kernels reach."""


def verdict(target: Target, value: float) -> str:
    """Which mark a value reaches; not a number reaches none."""
    sign = 1 if target.higher else -1
    if sign * value >= sign * target.aim:
        return "aim reached"
    return "must reached" if sign * value >= sign * target.must else MISSED


def table(found: dict[str, Spread]) -> str:
    """A Markdown table of all targets; those that were not measured say so."""
    lines = ["| | measured | must | aim | |", "| --- | ---: | ---: | ---: | --- |"]
    for name, target in TARGETS.items():
        marks = f"{target.must:g} {target.unit} | {target.aim:g} {target.unit}"
        if name in found:
            shown = f"{found[name].show(target.form)} {target.unit} | {marks} | {verdict(target, found[name].median)}"
        else:
            shown = f"- | {marks} | not measured"
        lines.append(f"| {target.what} | {shown} |")
    return "\n".join(lines)
