"""One measurement in a process of its own: what to run, and what came out.

`measured(job)` starts `python -m benchmarks.fresh`, which imports what the job needs and nothing else, runs
something small so that kernels are compiled or loaded, and only then starts the clock. Python's cyclic
garbage collector is off while the clock runs: none of the programs needs it, and it would take a sixth
of the time of the one that is made of objects.
"""

from __future__ import annotations

import gc
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import machine
from benchmarks.webstep import Summarised, Web
from ecosystem.experiments.environment import compute_in_one_thread, return_memory

if TYPE_CHECKING:
    from ecosystem.model import WebEcosystem

__all__ = ["Found", "Job", "measured"]

ROOT = Path(__file__).parents[1]

NOTHING: dict[str, object] = {"observation.measures": []}
"""No measure is computed."""

EVERYTHING: dict[str, object] = {"observation.measures": None, "observation.items": "all"}
"""Every measure every month, and every item of the run in a file."""

STREAMED: dict[str, object] = {"observation.items": "all", "scale.keep_items": 6}
"""Every item of the run in a file, and those of half a year in memory: as many as are on show, and a month more."""

WARM_HUMANS, WARM_MONTHS = 2_000, 8
"""Size of the run before the clock starts: by then the webs have models, and every kernel has been used."""


@dataclass(frozen=True)
class Job:
    """What to run.

    Attributes:
        program: "engine", "numpy" or "mesa" for the webstep, or "baseline" for the baseline's agents.
        humans: simulated people.
        months: how long.
        seed: any whole number.
        threads: that kernels may use, in the engine.
        record: "scenario" measures what the scenario says and keeps it in memory, as a model does by
            itself; "nothing" measures nothing; "everything" runs to a results folder with all there is;
            "streamed" measures what the scenario says and keeps all items in that folder, not in memory.
        domains: of the baseline, in place of its own: so many alike.
        digest: whether to hash the state at the end.
        phases: whether to take the time by phase.
    """

    program: str
    humans: int
    months: int
    seed: int = 1
    threads: int = 1
    record: str = "scenario"
    domains: int = 0
    digest: bool = False
    phases: bool = False


@dataclass
class Found:
    """What came out of a job.

    Attributes:
        imports: seconds to import the program.
        warm: seconds of the small run before: compiled kernels loaded, or compiled where there were none.
        founding: seconds to make the world.
        wall: seconds of the months, writing of files included where asked for.
        cpu: the same in seconds of processor time.
        monthly: processor time of each month, s; empty where only the whole was seen.
        items: items at the end.
        memory: most memory held beyond what the process held before the world was made, bytes.
        others: processors that others used meanwhile.
        summary: see `benchmarks.webstep.Summary`; empty for the baseline.
        digest: hash of the state, if asked for.
        phases: seconds by phase, if asked for.
    """

    imports: float = 0.0
    warm: float = 0.0
    founding: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    monthly: list[float] = field(default_factory=list)
    items: int = 0
    memory: int = 0
    others: float = float("nan")
    summary: list[float] = field(default_factory=list)
    digest: str = ""
    phases: dict[str, float] = field(default_factory=dict)


def measured(job: Job, patience: float = 0.0) -> Found:
    """Run a job in a fresh process, once the machine is idle or ``patience`` seconds are over.

    Raises:
        RuntimeError: it failed; says why.
    """
    machine.wait_until_idle(patience)
    command = [sys.executable, "-m", "benchmarks.fresh", json.dumps(asdict(job))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603 - ourselves
    if done.returncode != 0:
        message = f"{job} failed:\n{done.stderr}"
        raise RuntimeError(message)
    return Found(**json.loads(done.stdout.splitlines()[-1]))


def _timed[R](work: Callable[[], R]) -> tuple[float, R]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _program(job: Job) -> Callable[[int, int], Web]:
    """Import the program; what makes a web of some people for some months with it."""
    if job.program == "numpy":
        from benchmarks.webstep_numpy import NumpyWeb  # noqa: PLC0415 - only what is measured

        return lambda humans, months: NumpyWeb(humans, months, job.seed)
    if job.program == "mesa":
        from benchmarks.webstep_mesa import MesaWeb  # noqa: PLC0415 - only what is measured

        return lambda humans, _: MesaWeb(humans, job.seed)
    if job.program == "baseline":
        from benchmarks.baseline_web import BaselineWeb  # noqa: PLC0415 - only what is measured

        return lambda humans, months: BaselineWeb(humans, months, job.seed, job.domains)
    from benchmarks.webstep_engine import EngineWeb  # noqa: PLC0415 - only what is measured

    changes = NOTHING if job.record == "nothing" else {}
    return lambda humans, months: EngineWeb(humans, months, job.seed, changes)


def _months(job: Job) -> Found:
    """Run month by month and look at the clock after each."""
    found = Found()
    found.imports, make = _timed(lambda: _program(job))
    _allow(job)
    found.warm, _ = _timed(lambda: _run(make(WARM_HUMANS, WARM_MONTHS), WARM_MONTHS))
    gc.collect()
    before = machine.resident()
    found.founding, web = _timed(lambda: make(job.humans, job.months))
    model: WebEcosystem | None = getattr(web, "model", None)  # of this engine
    if job.phases and model is not None:
        model.profile = True
    gc.disable()
    load, start, at = machine.Load(), time.perf_counter(), time.process_time()
    for _ in range(job.months):
        web.step()
        now = time.process_time()
        found.monthly.append(now - at)
        at = now
    found.wall, found.cpu = time.perf_counter() - start, sum(found.monthly)
    found.others, found.memory = load.others(), machine.peak() - before
    if job.phases and model is not None:
        found.phases = dict(model.timings)
    if model is not None:
        found.items = len(model.world.content)
    if isinstance(web, Summarised):
        found.summary = list(web.summary())
        found.items = int(found.summary[0])
    if job.digest and model is not None:
        found.digest = _digest(model)
    return found


def _run(web: Web, months: int) -> None:
    for _ in range(months):
        web.step()


def _allow(job: Job) -> None:
    """Allow the engine its threads."""
    if job.threads > 1:
        from ecosystem.core import threads  # noqa: PLC0415 - only what is measured

        threads.allow(job.threads)


def _digest(model: WebEcosystem) -> str:
    """A hash of all state and everything recorded."""
    digest = hashlib.blake2b(digest_size=16)
    for name, values in sorted(model.dump().items()):
        digest.update(name.encode() + b"\0" + values.tobytes())
    return digest.hexdigest()


def _to_folder(job: Job) -> Found:
    """Run to a results folder; its time includes founding and writing."""
    import ecosystem as eco  # noqa: PLC0415 - only what is measured
    from benchmarks.webstep_engine import scenario  # noqa: PLC0415 - only what is measured

    found = Found()
    return_memory()  # as the command does
    _allow(job)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:

        def go(name: str, humans: int, months: int) -> eco.Results:
            # Checkpoints are not what is measured here.
            plan = scenario(humans, months, EVERYTHING if job.record == "everything" else STREAMED)
            return eco.run(plan, seed=job.seed, out=Path(place) / name, checkpoint_every=12_000)

        found.warm, _ = _timed(lambda: go("warm", WARM_HUMANS, WARM_MONTHS))
        before = machine.resident()
        gc.disable()
        load, at = machine.Load(), time.process_time()
        found.wall, results = _timed(lambda: go("run", job.humans, job.months))
        found.cpu = time.process_time() - at
        found.others, found.memory = load.others(), machine.peak() - before
        found.items = len(results.items)
    return found


def main() -> None:
    """Run the job that is the argument, and print what came out."""
    compute_in_one_thread()
    job = Job(**json.loads(sys.argv[1]))
    found = _to_folder(job) if job.record in {"everything", "streamed"} else _months(job)
    sys.stdout.write("\n" + json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
