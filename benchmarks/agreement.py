"""Whether the three programs of the webstep do the same work: means over seeds, side by side."""

from __future__ import annotations

import numpy as np

from benchmarks.fresh import Job
from benchmarks.rounds import Options, say, take_turns
from benchmarks.section import Data, Section
from benchmarks.webstep import Summary

__all__ = ["SECTION", "TOLERANCE"]

TOLERANCE = 0.01
"""Largest difference of two means, relative to the engine's, that counts as agreement."""

MONTHS = 20
EXACT = tuple(name for name in Summary._fields if name != "squared_votes")
"""What is held to the tolerance. The mean square of votes varies by several per cent from seed to seed; it is shown."""

NAMES = {
    "items": "items",
    "votes": "mean votes of an item",
    "links": "mean in-links",
    "synthetic": "share by publishers",
    "right": "share that is right",
    "entropy": "entropy of ideas, nats",
    "ideas": "ideas told",
    "squared_votes": "mean square of votes",
}


def measure(options: Options) -> Data:
    """Run each program with as many seeds as asked for, at the middle size."""
    humans = options.sizes[1]
    rows: dict[str, list[list[float]]] = {"engine": [], "mesa": [], "numpy": []}
    once = Options(pairs=1, patience=0.0)
    for seed in range(1, options.seeds + 1):
        say(f"  seed {seed} of {options.seeds}")
        found = take_turns({name: Job(name, humans, MONTHS, seed=seed) for name in rows}, once)
        for name, runs in found.items():
            rows[name].append([float(value) for value in runs[0]["summary"]])
    return {"humans": humans, "rows": rows}


def render(data: Data) -> str:
    """A table of means, and how far the others are from the engine's."""
    tables = {name: np.array(rows) for name, rows in data["rows"].items()}
    engine = tables["engine"]
    seeds = len(engine)
    lines = [
        "| quantity | this engine | Mesa | apart | numpy | apart |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    worst = 0.0
    for place, name in enumerate(Summary._fields):
        ours = engine[:, place]
        cells = [_figure(ours.mean())]
        for other in ("mesa", "numpy"):
            theirs = tables[other][:, place]
            apart = theirs.mean() / ours.mean() - 1
            error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / seeds) / ours.mean()
            cells += [_figure(theirs.mean()), f"{100 * apart:+.2f} ± {100 * error:.2f} %"]
            worst = max(worst, abs(apart)) if name in EXACT else worst
        lines.append(f"| {NAMES[name]} | " + " | ".join(cells) + " |")
    said = "They agree" if worst <= TOLERANCE else "**They do not agree**"
    return (
        f"{data['humans']:,} people, {MONTHS} months, means of {seeds} seeds; ± is the standard error of the "
        f"difference.\n\n" + "\n".join(lines) + f"\n\n{said}: no mean but that of squared votes is further than "
        f"{100 * worst:.2f} % from the engine's ({100 * TOLERANCE:.0f} % allowed)."
    )


def _figure(value: float) -> str:
    """Four digits, and whole numbers in full."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"  # noqa: PLR2004 - four digits


SECTION = Section("The three programs agree", measure, render)
