"""`ecosystem study`: many runs by a design, and what they say."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli import study_summary
from ecosystem.cli.app import app
from ecosystem.cli.common import (
    FAILED,
    ClusterOption,
    JsonOption,
    QuietOption,
    ShardOption,
    WorkersOption,
    fail,
    print_json,
    say,
    state,
    warn,
)
from ecosystem.cli.ensemble_progress import display, executing, explain
from ecosystem.cli.run_numbers import seconds as duration
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import compute_in_one_thread, import_libraries, processors, return_memory
from ecosystem.experiments.errors import RunAborted

if TYPE_CHECKING:
    from ecosystem.experiments.study.plan import StudyPlan
    from ecosystem.experiments.study.reading import Study

StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="STUDY", help="A file, or a name: x is scenarios/studies/x.toml.", show_default=False
    ),
]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the study and tell what would be run.")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Runs of each point, instead of the study's.")]
Samples = Annotated[int | None, typer.Option(min=1, help="Samples of the design, instead of the study's.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Results folder. [default: runs/study-NAME, or with a number]")
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="Of the figures: png, svg or pdf.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an unfinished study, or try failed runs again.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of a finished study.")]


@app.command(epilog="Example: ecosystem study which-human-share --dry-run")
def study(
    study: StudyArgument,
    *,
    dry_run: DryRun = False,
    replicates: Replicates = None,
    samples: Samples = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    shard: ShardOption = None,
    out: Out = None,
    format_: Format = "png",
    resume: Resume = False,
    force: Force = False,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Run many scenarios by a design, and tell what they say.

    A study varies levers and uncertainties. It tells what the outcomes depend on, where they fail, and which choice
    does well whatever is true. A study that is stopped (Ctrl-C) goes on from there with --resume.
    """
    compute_in_one_thread()
    return_memory()
    if state.quiet:
        kernel_cache.keep_silent()
    from ecosystem.experiments.study.plan import StudyPlan  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.study.reading import read  # noqa: PLC0415 - slow to import

    changes = {name: value for name, value in (("replicates", replicates), ("samples", samples)) if value is not None}
    found = read(study, changes)
    plan = StudyPlan(found)
    processes = min(workers or processors(), plan.tasks)
    for note in found.notes:
        warn(f"note: {note}")
    if dry_run:
        _preview(found, plan, processes)
        return
    folder = _folder(found.settings.name, out, shard, resume=resume, force=force)
    given = {**changes, "cluster": cluster, "shard": shard}
    words = [word for name, value in given.items() if value is not None for word in (f"--{name}", str(value))]
    again = shlex.join(["ecosystem", "study", study, *words, "--out", str(folder), "--resume"])
    record = _run(plan, _Call(folder, processes, cluster, shard, resume, force, again))
    study_summary.tell(folder, record, format_)
    if record["failed_runs"]:
        raise typer.Exit(FAILED)


@dataclass(frozen=True)
class _Call:
    """How to run a study."""

    folder: Path
    workers: int
    cluster: str | None
    shard: str | None
    resume: bool
    force: bool
    again: str


def _folder(name: str, out: Path | None, shard: str | None, *, resume: bool, force: bool) -> Path:
    """The folder asked for, or the one to take."""
    from ecosystem.experiments.folder import ROOT, default_folder  # noqa: PLC0415 - slow to import

    if out is not None:
        return out
    usual = f"study-{name}" + (f"-{shard.strip().replace('/', '-of-')}" if shard else "")
    return ROOT / usual if force else default_folder(usual, resume=resume)


def _preview(found: Study, plan: StudyPlan, processes: int) -> None:
    """What would be run."""
    from ecosystem.experiments.study.run import seconds  # noqa: PLC0415 - slow to import

    told = _counts(found, plan) | {"workers": processes, "seconds_expected": round(seconds(plan, processes), 1)}
    if state.json:
        print_json({"ok": True, "study": str(found.file), **told, "notes": [note.to_dict() for note in found.notes]})
        return
    for name, value in _lines(found, plan):
        say(f"{name:14}{value}")
    again = len(plan.points) - told["points_run"]
    if again:
        say(f"{'':14}{again} points are like others, which are run for both")
    say(f"{'expected':14}about {duration(told['seconds_expected'])} on {processes} worker{'s' * (processes > 1)}")


def _counts(found: Study, plan: StudyPlan) -> dict[str, Any]:
    choices = max(point.lever for point in plan.points) + 1
    return {
        "design": found.settings.design, "choices": choices, "states": len(plan.points) // choices,
        "points_run": plan.tasks // found.settings.replicates, "replicates": found.settings.replicates,
        "runs": plan.tasks, "months": plan.months,
    }  # fmt: skip


def _lines(found: Study, plan: StudyPlan) -> list[tuple[str, str]]:
    """Name and text of every line of the preview."""
    told = _counts(found, plan)
    scenario = found.base.scenario
    design = f"{found.settings.design} over {len(found.factors)} uncertain key{'s' * (len(found.factors) != 1)}"
    return [
        ("study", found.settings.title or found.settings.name),
        ("scenario", f"{scenario.name}, {scenario.scale.humans:,} people"),
        ("design", f"{design}: {told['states']:,} states"),
        ("levers", f"{told['choices']:,} choices, each in every state" if told["choices"] > 1 else "none"),
        (
            "runs",
            f"{plan.tasks:,} ({told['points_run']:,} points, {told['replicates']} replicates), {plan.months:,} months",
        ),
        ("outcomes", ", ".join(dict.fromkeys(outcome.base for outcome in found.outcomes))),
    ]


def _run(plan: StudyPlan, call: _Call) -> dict[str, Any]:
    """Run, and tell how it goes on; a failure says how to go on."""
    import_libraries()
    from ecosystem.experiments.ensemble.attempt import Options  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.shard import WHOLE, Shard  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.study.run import run_study  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.warming import helped  # noqa: PLC0415 - slow to import

    options = Options(call.resume, call.force, Shard.parse(call.shard) if call.shard else WHOLE)
    with executing(call.workers, plan.tasks, call.cluster) as executor:
        if not state.quiet:
            for name, value in _lines(plan.study, plan):
                warn(f"{name:14}{value}")
        try:
            with helped(executor.workers), display() as listener:
                return run_study(plan, call.folder, executor, listener, options)
        except RunAborted as aborted:
            fail(explain(aborted, call.again), FAILED)
