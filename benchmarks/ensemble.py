"""An ensemble of small runs in two processes, over the same in one.

    python -m benchmarks.ensemble

Serial and parallel take turns, each in a fresh program. Through `eco.run` the clock starts after one run, so that
imports and the loading of kernels do not count; on the command line it runs from the start of the program to the
finished results folder. That the results are equal to the bit is checked.

What a user waits for are seconds on the wall, but they mean something on a quiet machine only. So each program waits
for one, others' use of the processors is told, and the ratio is given by seconds of the processor as well.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import Load, wait_until_idle

__all__ = ["measure"]

ROOT = Path(__file__).parents[1]
HUMANS, MONTHS, REPLICATES = 2_000, 20, 100
"""Size of a run, and how many: the ensemble of small runs of the targets in docs/performance.md."""
WORKERS = 2
PATIENCE = 8.0
"""Most seconds to wait for a quiet machine. assumption: whoever has a busy one gets figures all the same."""

type Found = dict[str, Any]


def measure(pairs: int = 3) -> Found:
    """Measure so many pairs.

    Returns:
        ``ratio``: how many times as fast two processes are as one through `eco.run`, median of the pairs, and
        ``ratios``, of each; ``command ratio``: the same on the command line; ``processor ratio``: as `ratio`, by
        seconds of the processor, those of the workers shared out among them evenly; ``runs per second``
        and ``runs per second in one process``: medians; ``others``: most processors that others used during a run.

    Raises:
        RuntimeError: the results are not equal.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        rounds = [_round(Path(place) / str(number)) for number in range(pairs)]
    apis, commands = [pair[:2] for pair in rounds], [pair[2:] for pair in rounds]
    if len({found["digest"] for pair in apis for found in pair}) > 1:
        message = f"an ensemble gave other results in {WORKERS} processes than in one"
        raise RuntimeError(message)
    ratios = [one["seconds"] / two["seconds"] for one, two in apis]
    return {
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "command ratio": statistics.median(one["seconds"] / two["seconds"] for one, two in commands),
        "processor ratio": statistics.median(one["own"] / (two["own"] + two["workers"] / WORKERS) for one, two in apis),
        "runs per second": REPLICATES / statistics.median(two["seconds"] for _, two in apis),
        "runs per second in one process": REPLICATES / statistics.median(one["seconds"] for one, _ in apis),
        "others": max(found["others"] for pair in apis for found in pair),
    }


def _round(place: Path) -> list[Found]:
    """Through `eco.run` and on the command line, each in one process and in several."""
    return [*(_through_python(w) for w in (1, WORKERS)), *(_through_command(w, place) for w in (1, WORKERS))]


def _through_python(workers: int) -> Found:
    """:func:`_ensemble` in a fresh program."""
    wait_until_idle(PATIENCE)
    command = [sys.executable, "-m", "benchmarks.ensemble", "--one", str(workers)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout  # noqa: S603 - ourselves
    found: Found = json.loads(printed.splitlines()[-1])
    return found


def _through_command(workers: int, place: Path) -> Found:
    """The same by `ecosystem run`."""
    wait_until_idle(PATIENCE)
    from benchmarks.webstep_engine import scenario  # noqa: PLC0415 - loads the engine

    place.mkdir(exist_ok=True)
    (place / "webstep.toml").write_text(scenario(HUMANS, MONTHS).to_toml(), encoding="utf-8")
    options = {"--replicates": REPLICATES, "--workers": workers, "--seed": 1, "--out": place / f"by-{workers}"}
    words = [str(word) for pair in options.items() for word in pair]
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "ecosystem", "run", str(place / "webstep.toml"), *words, "--quiet"],
        check=True, cwd=ROOT,
    )  # fmt: skip
    return {"seconds": time.perf_counter() - begun}


def _ensemble(workers: int) -> Found:
    """Seconds on the wall, of this process and of its workers; others' processors; a hash of the results."""
    import ecosystem as eco  # noqa: PLC0415 - only where it is measured
    from benchmarks.webstep_engine import scenario  # noqa: PLC0415 - only where it is measured

    plan = scenario(HUMANS, MONTHS)
    eco.run(plan, seed=0)
    load, before, begun = Load(), os.times(), time.perf_counter()
    results = eco.run(plan, seed=1, replicates=REPLICATES, workers=workers)
    seconds, after = time.perf_counter() - begun, os.times()
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "seconds": seconds,
        "own": after.user + after.system - before.user - before.system,
        "workers": worked,
        "others": max(0.0, load.others() - worked / seconds),
        "digest": _digest(results),
    }


def _digest(results: Any) -> str:
    from pandas.util import hash_pandas_object  # noqa: PLC0415 - only where it is measured

    digest = hashlib.blake2b(digest_size=16)
    for name, table in sorted(results.tables.items()):
        digest.update(name.encode() + hash_pandas_object(table).to_numpy().tobytes())
    return digest.hexdigest()


def main() -> None:
    """Measure and print, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=3, help="how many pairs (3)")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    found = _ensemble(options.one) if options.one else measure(options.pairs)
    print(json.dumps(found))  # noqa: T201 - a command


if __name__ == "__main__":
    main()
