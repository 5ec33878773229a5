"""`ecosystem compare`: scenarios and policies under the same seeds."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli import compare_summary
from ecosystem.cli.app import app
from ecosystem.cli.common import (
    FAILED,
    JsonOption,
    QuietOption,
    SetOption,
    fail,
    print_json,
    read_scenario,
    state,
    warn,
)
from ecosystem.cli.ensemble_progress import display, explain
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import compute_in_one_thread, import_libraries, processors, return_memory
from ecosystem.experiments.errors import RunAborted

if TYPE_CHECKING:
    from ecosystem.experiments.comparison.arms import Arm
    from ecosystem.experiments.comparison.compare import Comparison
    from ecosystem.scenario import Scenario

Scenarios = Annotated[
    list[str],
    typer.Argument(metavar="SCENARIO...", help="Files or names; the first is the control.", show_default=False),
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", metavar="FILE", help="Add an arm: the control under a policy file. Repeatable."),
]
Together = Annotated[bool, typer.Option("--together", help="Add an arm with all policy files at once.")]
Steps = Annotated[int | None, typer.Option(min=1, help="Months to simulate, instead of the scenario's.")]
Seed = Annotated[int, typer.Option(help="Any whole number; the same seed gives the same results to the bit.")]
Replicates = Annotated[int, typer.Option(min=1, help="Pairs: runs of every arm under the same seed.")]
Dates = Annotated[
    list[str] | None,
    typer.Option("--date", metavar="YYYY-MM", help="Tell the differences of this month too. Repeatable."),
]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="NAME", help="Tell and draw these metrics only, e.g. labs.accuracy. Repeatable."),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that share the runs. [default: one per processor]")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Results folder. [default: runs/compare-NAME, or with a number]")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with an unfinished comparison, or try failed runs again.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of a finished comparison.")]


@app.command(epilog="Example: ecosystem compare baseline --policy label-mandate --replicates 20")
def compare(
    scenarios: Scenarios,
    *,
    policy: Policies = None,
    together: Together = False,
    set_: SetOption = None,
    steps: Steps = None,
    seed: Seed = 0,
    replicates: Replicates = 10,
    date: Dates = None,
    metric: Metrics = None,
    workers: Workers = None,
    out: Out = None,
    resume: Resume = False,
    force: Force = False,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Compare scenarios and policies under the same seeds.

    Tells, per metric, the mean difference with its 95 % interval, its size beside what chance does between
    seeds, and how many runs the pairing saves; draws a figure per metric with the control behind.
    """
    compute_in_one_thread()
    return_memory()
    if state.quiet:
        kernel_cache.keep_silent()
    overrides = [*(set_ or ()), *([] if steps is None else [f"steps={steps}"])]
    found = [read_scenario(scenario, overrides) for scenario in scenarios]
    folder = _folder(found[0].name, out, resume=resume, force=force)
    again = _again(scenarios, policy, set_, steps, seed, replicates, folder, together=together)
    result = _compare(
        found, policy or [], folder, again, replicates=replicates, seed=seed, workers=workers or processors(),
        together=together, resume=resume, force=force,
    )  # fmt: skip
    _tell(result, folder, metric, date)
    if result.provenance["failed_runs"]:
        raise typer.Exit(FAILED)


def _folder(name: str, out: Path | None, *, resume: bool, force: bool) -> Path:
    """The folder asked for, or the one to take."""
    from ecosystem.experiments.folder import ROOT, default_folder  # noqa: PLC0415 - slow to import

    if out is not None:
        return out
    return ROOT / f"compare-{name}" if force else default_folder(f"compare-{name}", resume=resume)


def _again(
    scenarios: list[str], policies: list[str] | None, set_: list[str] | None, steps: int | None, seed: int,
    replicates: int, folder: Path, *, together: bool,
) -> str:  # fmt: skip
    """The command that goes on with this comparison."""
    words = ["ecosystem", "compare", *scenarios]
    for name, values in (("policy", policies), ("set", set_)):
        words += [word for value in values or () for word in (f"--{name}", value)]
    words += ["--together"] if together else []
    words += [] if steps is None else ["--steps", str(steps)]
    words += ["--seed", str(seed)] if seed else []
    return shlex.join([*words, "--replicates", str(replicates), "--out", str(folder), "--resume"])


def _compare(
    scenarios: list[Scenario], policies: list[str], folder: Path, again: str, *, replicates: int, seed: int,
    workers: int, together: bool, resume: bool, force: bool,
) -> Comparison:  # fmt: skip
    """Compare, and tell how it goes on; a failure says how to go on."""
    import_libraries()
    from ecosystem.experiments.comparison.arms import arms_of  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.comparison.compare import compare as run  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.attempt import Options  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.warming import helped  # noqa: PLC0415 - slow to import

    arms = arms_of(scenarios, policies, together=together)
    processes = min(workers, replicates * len(arms))
    if not state.quiet:
        _introduce(arms, replicates, processes)
    try:
        with helped(processes), display() as listener:
            return run(
                scenarios, policies, replicates, seed, processes, folder, together=together,
                options=Options(resume=resume, force=force), listener=listener,
            )  # fmt: skip
    except RunAborted as aborted:
        fail(explain(aborted, again), FAILED)


def _introduce(arms: tuple[Arm, ...], replicates: int, processes: int) -> None:
    """What is about to be run."""
    control, *others = arms
    scenario = control.scenario
    warn(
        f"{control.name} against {', '.join(arm.name for arm in others)}: {scenario.start} to "
        f"{scenario.start + (scenario.steps - 1)}, {scenario.scale.humans:,} simulated people, {replicates} pairs, "
        f"{replicates * len(arms)} runs on {processes} worker{'s' * (processes > 1)}"
    )
    for arm in others:
        for note in arm.notes:
            warn(f"note: {arm.name}: {note}")


def _tell(result: Comparison, folder: Path, metrics: list[str] | None, dates: list[str] | None) -> None:
    """Draw the figures, then print what differs."""
    rows = compare_summary.Rows(result, metrics, dates)
    drawn = _draw(folder, rows.drawn) if rows.drawn else []
    commands = {"draw": shlex.join(["ecosystem", "plot", str(folder)])}
    if state.json:
        print_json(rows.document() | {"folder": str(folder), "figures": [str(path) for path in drawn], **commands})
    elif not state.quiet:
        rows.show()
        compare_summary.where(result, folder, drawn, commands)


def _draw(folder: Path, metrics: list[str]) -> list[Path]:
    """Figures of metrics that can be drawn."""
    from analysis.plot import drawing  # noqa: PLC0415 - the cli alone knows analysis, and lazily

    return drawing(folder, metrics).paths
