"""`ecosystem study`: many runs by a design, and what they say."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import FAILED, JsonOption, QuietOption, fail, print_json, say, state, warn
from ecosystem.cli.ensemble_progress import display, explain
from ecosystem.cli.run_numbers import seconds as duration
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import compute_in_one_thread, import_libraries, processors, return_memory
from ecosystem.experiments.errors import RunAborted

if TYPE_CHECKING:
    from analysis.study import Findings
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
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that share the runs. [default: one per processor]")]
ShardOption = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="Run only the I-th of N shares, for queues of jobs.")
]
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
    workers: Workers = None,
    shard: ShardOption = None,
    out: Out = None,
    format_: Format = "png",
    resume: Resume = False,
    force: Force = False,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Run many scenarios by a design, and tell what they say.

    A study varies levers and uncertainties. It tells what the outcomes depend on, where they fail, and which choice does well whatever is true. A study that is
    stopped (Ctrl-C) goes on from there with --resume.
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
    folder = _folder(found.settings.name, out, resume=resume, force=force)
    words = [
        "ecosystem",
        "study",
        study,
        *(word for name, value in changes.items() for word in (f"--{name}", str(value))),
    ]
    words += ["--shard", shard] if shard else []
    record = _run(plan, folder, processes, shlex.join([*words, "--out", str(folder), "--resume"]), shard, resume, force)
    _tell(plan, folder, record, format_)
    if record["failed_runs"]:
        raise typer.Exit(FAILED)


def _folder(name: str, out: Path | None, *, resume: bool, force: bool) -> Path:
    """The folder asked for, or the one to take."""
    from ecosystem.experiments.folder import ROOT, default_folder  # noqa: PLC0415 - slow to import

    if out is not None:
        return out
    return ROOT / f"study-{name}" if force else default_folder(f"study-{name}", resume=resume)


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
        ("levers", f"{told['choices']:,} choices, each in every state"),
        (
            "runs",
            f"{plan.tasks:,} ({told['points_run']:,} points, {told['replicates']} replicates), {plan.months:,} months",
        ),
        ("outcomes", ", ".join(dict.fromkeys(outcome.base for outcome in found.outcomes))),
    ]


def _run(
    plan: StudyPlan, folder: Path, processes: int, again: str, shard: str | None, resume: bool, force: bool  # noqa: FBT001
) -> dict[str, Any]:  # fmt: skip
    """Run, and tell how it goes on; a failure says how to go on."""
    import_libraries()
    from ecosystem.experiments.ensemble.attempt import Options  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.shard import WHOLE, Shard  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.study.run import run_study  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.warming import helped  # noqa: PLC0415 - slow to import

    options = Options(resume, force, Shard.parse(shard) if shard else WHOLE)
    if not state.quiet:
        for name, value in _lines(plan.study, plan):
            warn(f"{name:14}{value}")
    try:
        with helped(processes), display() as listener:
            return run_study(plan, folder, processes, listener, options)
    except RunAborted as aborted:
        fail(explain(aborted, again), FAILED)


def _tell(plan: StudyPlan, folder: Path, record: dict[str, Any], format_: str) -> None:
    """Analyse what was run and print what it says."""
    if record["status"] != "done":
        say(f"{folder}: {record['finished_runs']} runs; put the shares together with `ecosystem merge`")
        if state.json:
            print_json({"ok": not record["failed_runs"], "folder": str(folder), "status": record["status"]})
        return
    found = _analysed(folder, format_)
    if state.json:
        print_json(_document(plan, folder, record, found))
        return
    for name, lines in found.words.items():
        say(f"\n{name}")
        for line in lines:
            say(f"  {line}")
    for name, reason in found.skipped.items():
        warn(f"{name} left out: {reason}")
    if record["failed_runs"]:
        warn(f"{record['failed_runs']} of {plan.tasks} runs failed; the table runs says why")
    say(f"\nresults in {folder}: {', '.join(['runs', 'design', 'outcomes', *found.tables])}")
    say(f"figures in {folder / 'figures'}: {', '.join(path.name for path in found.figures) or 'none'}")


def _analysed(folder: Path, format_: str) -> Findings:
    from analysis.results import ResultsError  # noqa: PLC0415 - the cli alone knows analysis, and lazily
    from analysis.study import analyse  # noqa: PLC0415 - likewise

    try:
        return analyse(folder, format_)
    except ResultsError as error:
        fail(error)


def _document(plan: StudyPlan, folder: Path, record: dict[str, Any], found: Findings) -> dict[str, Any]:
    return {
        "ok": not record["failed_runs"], "folder": str(folder), "status": record["status"],
        **_counts(plan.study, plan), "failed_runs": record["failed_runs"], "words": found.words,
        "tables": {name: table.to_dict("records") for name, table in found.tables.items()},
        "skipped": found.skipped, "figures": [str(path) for path in found.figures],
    }  # fmt: skip
