"""How long it takes until something happens: help, a small run, and the first run ever."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fresh import ROOT
from benchmarks.machine import wait_until_idle
from benchmarks.rounds import Options, Spread, of, say
from benchmarks.section import Data, Section

__all__ = ["SECTION"]

SMALL = ["--set", "scale.humans=1000", "--set", "start=2022-09", "--steps", "12"]
"""A year of a small baseline that has models from the third month on, so that every phase has work."""


def measure(options: Options) -> Data:
    """Time the program from the shell's point of view, in turns."""
    found: dict[str, list[float]] = {"help": [], "small run": [], "first run": []}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        folder = Path(place)
        _ecosystem(_small(folder / "warm"), {})  # so that whatever can be compiled before has been
        for turn in range(options.pairs):
            wait_until_idle(options.patience)
            found["help"].append(_ecosystem(["--help"], {}))
            found["small run"].append(_ecosystem(_small(folder / f"small-{turn}"), {}))
            empty = {"NUMBA_CACHE_DIR": str(folder / f"kernels-{turn}")}
            found["first run"].append(_ecosystem(_small(folder / f"first-{turn}"), empty))
            say("  " + ", ".join(f"{name} {times[-1]:.2f} s" for name, times in found.items()))
    return found


def _small(out: Path) -> list[str]:
    return ["run", "scenarios/baseline.toml", *SMALL, "--out", str(out)]


def _ecosystem(arguments: list[str], environment: dict[str, str]) -> float:
    """Seconds of one call of the program, from start to end; Python keeps bytecode, as it does unless told not to."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "ecosystem", *arguments],
        check=True, capture_output=True, cwd=ROOT, env=surroundings | environment,
    )  # fmt: skip
    return time.perf_counter() - start


def targets(data: Data) -> dict[str, Spread]:
    """All three."""
    return {name: of(times) for name, times in data.items()}


def render(data: Data) -> str:
    """The command, and what it took."""
    small = " ".join(SMALL)
    return (
        "| | seconds |\n| --- | ---: |\n"
        f"| `ecosystem --help` | {of(data['help']).show('.2f')} |\n"
        f"| `ecosystem run scenarios/baseline.toml {small}` | {of(data['small run']).show('.2f')} |\n"
        f"| the same with no compiled kernels on the machine | {of(data['first run']).show('.1f')} |"
    )


SECTION = Section("Start", measure, render, targets)
