"""Ratios of time and memory to a yardstick that is measured beside them.

An absolute time says something of a machine, a ratio something of this program. The yardstick is a month of the
webstep in plain numpy (`webstep_numpy.py`), or the import of numpy. Times are of the processor, not of the clock on
the wall, and both sides take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ecosystem as eco
from benchmarks.baseline_web import NOBODY_CHOOSES, BaselineWeb
from benchmarks.machine import peak
from benchmarks.webstep_engine import EngineWeb, scenario
from benchmarks.webstep_numpy import NumpyWeb

__all__ = ["RATIOS", "paired"]

ROOT = Path(__file__).parents[1]

MONTHS = 10
"""Months timed on each side. The median of ten pairs is what the tolerances in accepted.json have been chosen for."""
WARM = 8
"""Months before: by then every kernel has been loaded and the feed, of five months, is full."""
PEOPLE = 100_000
"""People of the webstep. assumption: enough to be out of the nearest caches, few enough to take seconds in all."""
SMALL = 2_000
"""People of a small run, as in ensemble.py."""
STARTS = 15
"""Programs started on each side. assumption: more than months, for a start takes a tenth of a second."""

type Clocked = Callable[[], float]
"""Does something and returns the seconds of the processor that it took."""


def paired(work: Clocked, yardstick: Clocked, rounds: int) -> float:
    """Median of how many times as long as the yardstick the work takes; they take turns."""
    return statistics.median(work() / yardstick() for _ in range(rounds))


def clocked(work: Callable[[], object]) -> Clocked:
    """What ``work`` takes, in this process."""

    def run() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return run


def _month(step: Callable[[], object]) -> Clocked:
    """A step, once the first months are over."""
    for _ in range(WARM):
        step()
    return clocked(step)


def webstep_month() -> float:
    """A month of the webstep in the engine over the same in plain numpy."""
    months = WARM + MONTHS
    return paired(_month(EngineWeb(PEOPLE, months, seed=1).step), _month(NumpyWeb(PEOPLE, months, seed=1).step), MONTHS)


def baseline_month() -> float:
    """A month of the baseline's agents with 20,000 people over a month of the webstep in plain numpy."""
    months, people = WARM + MONTHS, 20_000
    return paired(
        _month(BaselineWeb(people, months, seed=1).step), _month(NumpyWeb(PEOPLE, months, seed=1).step), MONTHS
    )


def economy_month() -> float:
    """A month of the baseline over a month of it in which nobody chooses: what strategy in the economy costs."""
    months, people = WARM + 2 * MONTHS, 20_000
    strategic, plain = (BaselineWeb(people, months, seed=1, others=keys) for keys in ({}, NOBODY_CHOOSES))
    return paired(_month(strategic.step), _month(plain.step), 2 * MONTHS)


def small_run() -> float:
    """Replicates of a small run through the public interface over their bare months: what a run costs beside."""
    months, replicates, rounds = 20, 4, 3
    plan = scenario(SMALL, months)

    def bare() -> None:
        for seed in range(replicates):
            model = eco.WebEcosystem(plan, seed=seed)
            for _ in range(months):
                model.step()

    def whole() -> None:
        eco.run(plan, seed=1, replicates=replicates, threads=1)

    whole()
    return paired(clocked(whole), clocked(bare), rounds)


def start_up() -> float:
    """`ecosystem --help` over `import numpy`, each a program of its own."""
    return paired(_program("-m", "ecosystem", "--help"), _program("-c", "import numpy"), STARTS)


def _program(*arguments: str) -> Clocked:
    """A Python program whose output nobody sees."""

    def children() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def run() -> float:
        before = children()
        command = [sys.executable, *arguments]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
        return children() - before

    return run


def item_bytes() -> float:
    """Bytes of state per item of the webstep. No ratio, but it is counted, and so the same on every machine."""
    web = EngineWeb(PEOPLE, WARM + MONTHS, seed=1)
    for _ in range(WARM + MONTHS):
        web.step()
    return _state(web) / len(web.model.world.content)


def peak_memory() -> float:
    """Most memory that the webstep takes in a process of its own, over its state at the end."""
    command = [sys.executable, "-m", "benchmarks.ratios"]
    printed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout  # noqa: S603
    found: float = json.loads(printed)
    return found


def _peak_over_state() -> float:
    for people in (SMALL, PEOPLE):  # the first loads the kernels
        before, web = peak(), EngineWeb(people, WARM + MONTHS, seed=1)
        for _ in range(WARM + MONTHS):
            web.step()
    return (peak() - before) / _state(web)


def _state(web: EngineWeb) -> int:
    """Bytes of all arrays that the model needs to go on."""
    return sum(array.nbytes for array in web.model.dump().values())


RATIOS: dict[str, Callable[[], float]] = {
    "webstep, a month: engine / numpy": webstep_month,
    "baseline, a month / webstep in numpy": baseline_month,
    "baseline, a month / the same if nobody chooses": economy_month,
    "small run / its bare months": small_run,
    "ecosystem --help / import numpy": start_up,
    "webstep, bytes of state per item": item_bytes,
    "webstep, peak memory / state": peak_memory,
}
"""What is guarded, by name; smaller is better."""

if __name__ == "__main__":
    print(json.dumps(_peak_over_state()))  # noqa: T201 - the answer to the parent
