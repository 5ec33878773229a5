"""Many small runs on two processors, over the same one after the other."""

from __future__ import annotations

from benchmarks.ensemble import HUMANS, MONTHS, REPLICATES, WORKERS
from benchmarks.ensemble import measure as measured
from benchmarks.rounds import Options, Spread, of
from benchmarks.section import Data, Section

__all__ = ["SECTION"]


def measure(options: Options) -> Data:
    """See `benchmarks.ensemble`."""
    return measured(options.pairs)


def targets(data: Data) -> dict[str, Spread]:
    """How many times as fast it is."""
    return {"ensemble": of(data["ratios"])}


def render(data: Data) -> str:
    """Both ways of running an ensemble, and how many runs that makes a second."""
    return (
        f"{REPLICATES} runs of the webstep with {HUMANS:,} people for {MONTHS} months, in {WORKERS} processes over "
        f"one:\n\n| | times as fast |\n| --- | ---: |\n"
        f"| `eco.run` | {targets(data)['ensemble'].show('.2f')} |\n"
        f"| `eco.run`, by processor time | {data['processor ratio']:.2f} |\n"
        f"| `ecosystem run`, with start-up and files | {data['command ratio']:.2f} |\n\n"
        f"{data['runs per second']:.0f} runs a second, {data['runs per second in one process']:.0f} in one process; "
        f"others used at most {data['others']:.2f} processors. The results are equal to the bit."
    )


SECTION = Section("Ensembles", measure, render, targets)
