"""Time and memory of the webstep: this engine, Mesa's objects, plain numpy, two threads, recording in full."""

from __future__ import annotations

from benchmarks.fresh import Job
from benchmarks.rounds import Options, Spread, of, ratios, take_turns
from benchmarks.section import Data, Section
from benchmarks.webstep import READS

__all__ = ["SECTION"]

MONTHS = 20
FEW = 8
"""Months of the largest web in Mesa: a month takes it some seconds."""

NAMES = {
    "engine": "this engine",
    "numpy": "numpy",
    "mesa": "Mesa",
    "two threads": "this engine, two threads",
    "unrecorded": "this engine, nothing recorded",
    "recorded": "this engine, everything recorded to files",
    "streamed": "this engine, history in files",
}


def measure(options: Options) -> Data:
    """Measure at three sizes; the largest in two groups of rounds, for Mesa's is run for fewer months."""
    small, middle, large = options.sizes
    groups = {}
    for name, humans in (("small", small), ("middle", middle)):
        programs = ("engine", "mesa", "numpy")
        groups[name] = take_turns({p: Job(p, humans, MONTHS) for p in programs}, options)
    groups["large, few months"] = take_turns({p: Job(p, large, FEW) for p in ("engine", "mesa")}, options)
    jobs = {
        "engine": Job("engine", large, MONTHS, digest=True),
        "numpy": Job("numpy", large, MONTHS),
        "two threads": Job("engine", large, MONTHS, threads=2, digest=True),
    }
    files = {
        "unrecorded": Job("engine", large, MONTHS, record="nothing"),
        "recorded": Job("engine", large, MONTHS, record="everything"),
        "streamed": Job("engine", large, MONTHS, record="streamed"),
    }
    # Apart, as files are still on their way to the disk when the run that wrote them is over.
    groups["large"] = take_turns(jobs, options) | take_turns(files, options)
    return {"groups": groups, "humans": dict(zip(("small", "middle", "large"), options.sizes, strict=True))}


def _column(group: Data, name: str, field: str) -> list[float]:
    return [found[field] for found in group[name]]


def _same(data: Data) -> bool:
    """Whether one thread and two gave the same bits in every round."""
    large = data["groups"]["large"]
    return len({*_column(large, "engine", "digest"), *_column(large, "two threads", "digest")}) == 1


def targets(data: Data) -> dict[str, Spread]:
    """Figures with a target: ratios within rounds, of processor time where one thread is used, else of time."""
    groups = data["groups"]
    large, few = groups["large"], groups["large, few months"]

    def faster(group: Data, other: str) -> Spread:
        return ratios(_column(group, other, "cpu"), _column(group, "engine", "cpu"))

    found = {
        "mesa small": faster(groups["small"], "mesa"),
        "mesa middle": faster(groups["middle"], "mesa"),
        "mesa large": faster(few, "mesa"),
        "numpy": faster(large, "numpy"),
        "memory": of([value / data["humans"]["large"] for value in _column(large, "streamed", "memory")]),
    }
    if _same(data):  # two threads that give other results are no gain
        found["threads"] = ratios(_column(large, "engine", "wall"), _column(large, "two threads", "wall"))
    plain = [run["founding"] + run["wall"] for run in large["unrecorded"]]
    added = ratios(_column(large, "recorded", "wall"), plain)
    found["recording"] = Spread(*(100 * (value - 1) for value in added))
    return found


def render(data: Data) -> str:
    """A table of all runs, and whether two threads gave the results of one."""
    columns = ["people", "months", "program", "ms a month", "by the clock", "M interactions/s", "MB"]
    columns += ["bytes a person", "start, s", "others"]
    lines = [f"| {' | '.join(columns)} |", "| ---: | ---: | --- |" + " ---: |" * (len(columns) - 3)]
    for group, programs in data["groups"].items():
        humans = data["humans"][group.split(",")[0]]
        months = FEW if "few" in group else MONTHS
        lines += [_line(humans, months, programs, name) for name in programs]
    same = "the same bits" if _same(data) else "**different results**"
    kept, streamed = (of(_column(data["groups"]["large"], name, "memory")).median for name in ("engine", "streamed"))
    people = data["humans"]["large"]
    return (
        "\n".join(lines) + f"\n\nOne thread and two gave {same} in every round. With all items of the run in memory "
        f"a person takes {kept / people:,.0f} bytes, with all in files and those of the newest six months in memory "
        f"{streamed / people:,.0f}."
    )


def _line(humans: int, months: int, group: Data, name: str) -> str:
    cpu, wall = (of([1e3 * value / months for value in _column(group, name, clock)]) for clock in ("cpu", "wall"))
    interactions = humans * (READS + 1) / (1e3 * (wall if name == "two threads" else cpu).median)
    memory = of(_column(group, name, "memory")).median
    start = of([run["imports"] + run["warm"] + run["founding"] for run in group[name]]).median
    return (
        f"| {humans:,} | {months} | {NAMES[name]} | {cpu.show(',.1f')} | {wall.show(',.1f')} | {interactions:,.1f} "
        f"| {memory / 1e6:,.0f} | {memory / humans:,.0f} | {start:.2f} "
        f"| {of(_column(group, name, 'others')).median:.2f} |"
    )


SECTION = Section("The webstep, against Mesa and numpy", measure, render, targets)
