"""`ecosystem run`: run a scenario into a results folder."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli import run_profile, run_summary
from ecosystem.cli.app import app
from ecosystem.cli.common import (
    FAILED,
    JsonOption,
    QuietOption,
    ScenarioArgument,
    SetOption,
    fail,
    print_json,
    read_scenario,
    state,
    warn,
)
from ecosystem.cli.run_progress import display
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import (
    compute_in_one_thread,
    import_libraries,
    processors,
    return_memory,
    threads_of,
)
from ecosystem.experiments.errors import RunAborted, RunInterrupted

if TYPE_CHECKING:
    from ecosystem.experiments.results import Results
    from ecosystem.scenario import Scenario

Steps = Annotated[int | None, typer.Option(min=1, help="Months to simulate, instead of the scenario's.")]
Seed = Annotated[int, typer.Option(help="Any whole number; the same seed gives the same results to the bit.")]
Replicates = Annotated[int, typer.Option(min=1, help="Runs that differ in their seed, for bands.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes that share the replicates. [default: one per processor]")
]
Threads = Annotated[
    int | None,
    typer.Option(min=1, help="Threads of each process; results do not depend on them. [default: processors / workers]"),
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Results folder. [default: runs/NAME, or runs/NAME-2 if taken]")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of a finished run.")]
Profile = Annotated[bool, typer.Option("--profile", help="Tell where the time went, by phase of a month.")]


@app.command(epilog="Example: ecosystem run scenarios/baseline.toml --set scale.humans=5000 --steps 60")
def run(
    scenario: ScenarioArgument,
    *,
    set_: SetOption = None,
    steps: Steps = None,
    seed: Seed = 0,
    replicates: Replicates = 1,
    workers: Workers = None,
    threads: Threads = None,
    out: Out = None,
    resume: Resume = False,
    force: Force = False,
    profile: Profile = False,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Run a scenario and write a results folder.

    Shows the month and a few live figures, then what moved and how that compares with observed
    figures. A run that is stopped (Ctrl-C) or fails goes on from there with --resume.
    """
    compute_in_one_thread()
    return_memory()
    if state.quiet:
        kernel_cache.keep_silent()
    overrides = [*(set_ or ()), *([] if steps is None else [f"steps={steps}"])]
    found = read_scenario(scenario, overrides)
    folder = _folder(found.name, out, resume=resume, force=force)
    words = ["ecosystem", "run", scenario, *(word for text in set_ or () for word in ("--set", text))]
    for option, value, default in (("steps", steps, None), ("seed", seed, 0), ("replicates", replicates, 1)):
        words += [] if value == default else [f"--{option}", str(value)]
    again = shlex.join([*words, "--out", str(folder), "--resume"])
    processes = workers or min(replicates, processors())
    call = _Call(seed, replicates, processes, threads or threads_of(min(processes, replicates)), folder, resume, force)
    loading = time.process_time()
    results = _run(found, call, again, profile=profile)
    _summarise(results, folder, run_profile.profile(results, loading) if profile else None)


@dataclass(frozen=True)
class _Call:
    """How to run; see `ecosystem.experiments.run.run`."""

    seed: int
    replicates: int
    workers: int
    threads: int
    folder: Path
    resume: bool
    force: bool

    def __str__(self) -> str:
        """Seed, replicates and workers in words."""
        if self.replicates == 1:
            return f"seed {self.seed}"
        return f"seed {self.seed}, {self.replicates} replicates on {self.workers} worker{'s' * (self.workers > 1)}"


def _folder(name: str, out: Path | None, *, resume: bool, force: bool) -> Path:
    """The folder asked for, or the one to take."""
    from ecosystem.experiments.folder import ROOT, default_folder  # noqa: PLC0415 - slow to import

    if out is not None:
        return out
    return ROOT / name if force else default_folder(name, resume=resume)


def _run(scenario: Scenario, call: _Call, again: str, *, profile: bool) -> Results:
    """Run, and tell how it goes on; a failure says how to go on."""
    import_libraries()
    from ecosystem.experiments.run import admit, seeds_of  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.run import run as run_scenario  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.warming import helped  # noqa: PLC0415 - slow to import

    admit(call.folder, scenario, seeds_of(call.seed, call.replicates), resume=call.resume, force=call.force)
    if not state.quiet:
        end = scenario.start + (scenario.steps - 1)
        warn(f"{scenario.title or scenario.name}: {scenario.start} to {end}, "
             f"{scenario.scale.humans:,} simulated people, {call}")  # fmt: skip
    try:
        with helped(min(call.workers, call.replicates)), display(call.replicates, scenario.steps) as progress:
            return run_scenario(
                scenario, call.seed, call.replicates, call.workers, call.folder, call.resume, progress,
                force=call.force, on_stop=progress.stopping, threads=call.threads, profile=profile,
            )  # fmt: skip
    except RunAborted as aborted:
        fail(_explain(aborted, again), FAILED)


def _explain(aborted: RunAborted, again: str) -> str:
    """What stopped a run and what to do about it."""
    text = str(aborted) if isinstance(aborted, RunInterrupted) else f"the run failed: {aborted}"
    if aborted.folder is None:
        return text
    kept = f"What was done is kept in {aborted.folder}."
    if aborted.defect:
        return f"{text}\nThis is a defect of the program; provenance.json there says where. {kept}"
    if not aborted.resumable:
        return f"{text}\n{kept}"
    return f"{text}\n{kept} Go on with:\n  {again}"


def _summarise(results: Results, folder: Path, profile: dict[str, Any] | None) -> None:
    from ecosystem.experiments.excerpts import said  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.summary import moved  # noqa: PLC0415 - slow to import

    if state.quiet and not state.json:
        return
    changes, texts, targets = moved(results), said(results), run_summary.observed(results)
    commands = {"draw": shlex.join(["ecosystem", "plot", str(folder)])}
    if state.json:
        found = run_summary.document(results, changes, texts, targets, commands)
        print_json(found | {"profile": profile} if profile else found)
        return
    run_summary.show(results, changes, texts, targets, commands)
    if profile:
        run_profile.show(results, profile)
