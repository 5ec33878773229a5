"""Where a month's time goes, by phase: the model's own clock, for the webstep and for the baseline."""

from __future__ import annotations

from benchmarks.fresh import Job
from benchmarks.rounds import Options, of, take_turns
from benchmarks.section import Data, Section

__all__ = ["SECTION"]

MONTHS = 20


def measure(options: Options) -> Data:
    """The webstep at all three sizes, the baseline's agents at the smallest and the largest."""
    sizes = options.sizes
    jobs = {f"webstep, {humans:,} people": Job("engine", humans, MONTHS, phases=True) for humans in sizes}
    for humans in (sizes[0], sizes[2]):
        jobs[f"baseline, {humans:,} people"] = Job("baseline", humans, MONTHS, phases=True)
    return take_turns(jobs, options)


def render(data: Data) -> str:
    """A column for each web, a row for each phase in the order of the month: ms a month and share."""
    median = {
        name: {phase: of([run["phases"][phase] for run in runs]).median for phase in runs[0]["phases"]}
        for name, runs in data.items()
    }
    phases = dict.fromkeys(phase for times in median.values() for phase in times)
    lines = ["| phase | " + " | ".join(median) + " |", "| --- |" + " ---: |" * len(median)]
    for phase in phases:
        cells = [_cell(times.get(phase, 0.0), sum(times.values())) for times in median.values()]
        lines.append(f"| {phase} | " + " | ".join(cells) + " |")
    lines.append(
        "| all | " + " | ".join(f"{1e3 * sum(times.values()) / MONTHS:,.1f}" for times in median.values()) + " |"
    )
    return "Milliseconds a month, and the share of all.\n\n" + "\n".join(lines)


def _cell(seconds: float, whole: float) -> str:
    return f"{1e3 * seconds / MONTHS:,.2f} ({100 * seconds / whole:.0f} %)"


SECTION = Section("Where the time goes", measure, render)
