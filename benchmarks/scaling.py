"""How the webstep's time grows with people and with months, and the exponents of that."""

from __future__ import annotations

import numpy as np

from benchmarks import machine
from benchmarks.fresh import Job
from benchmarks.rounds import Options, of, say, take_turns
from benchmarks.section import Data, Section

__all__ = ["SECTION", "exponent"]

MONTHS = 20
FEW = 6
"""Months of the largest web, and months by which sizes are compared: the window of 5 months is full by then."""
LONG = (10, 20, 40, 80, 160)
"""Months of the runs that are compared by their length."""
ROOM = 0.8
"""Share of the free memory that a run may be expected to take. assumption: an estimate may be off by a quarter."""


def measure(options: Options) -> Data:
    """Runs of several sizes, up to ten times the large one if there is memory for that, and of several lengths."""
    sizes = take_turns({str(humans): Job("engine", humans, MONTHS) for humans in options.sizes}, options)
    most, note = 10 * options.sizes[-1], ""
    # Its months are fewer, so that this is more than enough.
    expected = 10 * max(run["memory"] for run in sizes[str(options.sizes[-1])])
    free = machine.available()
    if free is not None and expected > ROOM * free:
        note = f"{most:,} people were left out: they need some {expected / 1e9:.0f} GB."
        say("  " + note)
    else:
        once = Options(1, patience=options.patience)
        sizes |= take_turns({str(most): Job("engine", most, FEW)}, once)
    long = {str(months): Job("engine", options.sizes[1], months) for months in LONG[: 3 if options.quick else None]}
    return {"sizes": sizes, "note": note, "lengths": take_turns(long, options), "humans": options.sizes[1]}


def exponent(x: list[float], y: list[float]) -> float:
    """The b of y = a x^b by least squares of the logarithms."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def render(data: Data) -> str:
    """Two tables and their exponents."""
    sizes, lengths = data["sizes"], data["lengths"]
    early = {humans: of([sum(run["monthly"][:FEW]) / FEW for run in runs]).median for humans, runs in sizes.items()}
    times = [of([run["cpu"] for run in runs]).median for runs in lengths.values()]
    items = [of([run["items"] for run in runs]).median for runs in lengths.values()]
    with_people = exponent([float(humans) for humans in early], list(early.values()))
    with_items = exponent(items, times)
    lines = [
        "| people | months | items | ms a month | ns per person and month | bytes a person | others' load |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_size(int(humans), runs) for humans, runs in sizes.items()),
    ]
    longer = ["| months | items | s in all | µs an item |", "| ---: | ---: | ---: | ---: |"]
    longer += [
        f"| {months} | {item:,.0f} | {time:.2f} | {1e6 * time / item:.2f} |"
        for months, item, time in zip(lengths, items, times, strict=True)
    ]
    return (
        "\n".join(lines)
        + (f"\n\n{data['note']}" if data["note"] else "")
        + f"\n\nTime of the first {FEW} months grows with people to the power {with_people:.2f}. "
        f"{data['humans']:,} people for longer and longer:\n\n" + "\n".join(longer) + f"\n\nTime grows with the "
        f"items written to the power {with_items:.2f}; above 1, old items would slow down a month."
    )


def _size(humans: int, runs: list[Data]) -> str:
    months = len(runs[0]["monthly"])
    times = of([1e3 * run["cpu"] / months for run in runs])
    memory = of([run["memory"] / humans for run in runs]).median
    return (
        f"| {humans:,} | {months} | {runs[0]['items']:,} | {times.show(',.1f')} | {1e6 * times.median / humans:,.0f} "
        f"| {memory:,.0f} | {of([run['others'] for run in runs]).median:.2f} |"
    )


SECTION = Section("Scaling", measure, render)
