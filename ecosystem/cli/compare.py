"""`ecosystem compare`: scenarios and policies under the same seeds."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli import compare_summary
from ecosystem.cli.app import app
from ecosystem.cli.common import (
    FAILED,
    ClusterOption,
    JsonOption,
    QuietOption,
    SetOption,
    ShardOption,
    WorkersOption,
    fail,
    print_json,
    read_scenario,
    say,
    state,
    warn,
)
from ecosystem.cli.ensemble_progress import display, executing, explain
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import compute_in_one_thread, import_libraries, processors, return_memory
from ecosystem.experiments.errors import RunAborted

if TYPE_CHECKING:
    from ecosystem.experiments.comparison.arms import Arm
    from ecosystem.experiments.comparison.compare import Comparison
    from ecosystem.experiments.comparison.divergence import Divergence
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
Replicates = Annotated[
    int | None, typer.Option(min=1, help="Pairs: runs of every arm under the same seed. [default: 10]")
]
Until = Annotated[
    str | None,
    typer.Option(metavar="EXPR", help='Add pairs until decided: "ci(labs.accuracy) < 0.01", "sign(web.items) known".'),
]
Budget = Annotated[
    str | None, typer.Option(metavar="TIME", help="Add pairs for this long, e.g. 10min; or until decided.")
]
Most = Annotated[int, typer.Option(min=1, help="Most pairs with --until or --budget.")]
Dates = Annotated[
    list[str] | None,
    typer.Option("--date", metavar="YYYY-MM", help="Tell the differences of this month too. Repeatable."),
]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="NAME", help="Tell and draw these metrics only, e.g. labs.accuracy. Repeatable."),
]
Divergences = Annotated[
    bool, typer.Option("--first-divergence", help="Tell where the runs of the first seed part: month, phase, who.")
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Results folder. [default: runs/compare-NAME, or with a number]")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with an unfinished comparison, or try failed runs again.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of a finished comparison.")]

USUAL = 10
"""Pairs without a word about them. assumption: a first look; intervals narrow with the root of their number."""


@app.command(epilog="Example: ecosystem compare baseline --policy label-mandate --replicates 20")
def compare(
    scenarios: Scenarios,
    *,
    policy: Policies = None,
    together: Together = False,
    set_: SetOption = None,
    steps: Steps = None,
    seed: Seed = 0,
    replicates: Replicates = None,
    until: Until = None,
    budget: Budget = None,
    most: Most = 200,
    date: Dates = None,
    metric: Metrics = None,
    first_divergence: Divergences = False,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    shard: ShardOption = None,
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
    call = _Call(
        scenarios, policy or [], set_ or [], together, steps, seed, _pairs(replicates, until, budget, most), until,
        budget, cluster, workers or processors(), shard,
    )  # fmt: skip
    folder = _folder(found[0].name, out, shard, resume=resume, force=force)
    result = _compare(found, call, folder, resume=resume, force=force)
    _tell(result, folder, metric, date, _divergences(found, call) if first_divergence else {})
    if result.provenance["failed_runs"] or (until and not result.provenance["until"]["decided"]):
        raise typer.Exit(FAILED)


def _pairs(replicates: int | None, until: str | None, budget: str | None, most: int) -> int:
    """How many pairs are made, or at most."""
    if until is None and budget is None:
        return USUAL if replicates is None else replicates
    if replicates is not None:
        fail("--replicates fixes the number of pairs, --until and --budget find it out; limit them with --most")
    return most


@dataclass(frozen=True)
class _Call:
    """What is compared and how, as it was typed."""

    scenarios: list[str]
    policies: list[str]
    set_: list[str]
    together: bool
    steps: int | None
    seed: int
    replicates: int
    until: str | None
    budget: str | None
    cluster: str | None
    workers: int
    shard: str | None

    def again(self, folder: Path) -> str:
        """The command that goes on with it."""
        words = ["ecosystem", "compare", *self.scenarios]
        for name, values in (("policy", self.policies), ("set", self.set_)):
            words += [word for value in values for word in (f"--{name}", value)]
        words += ["--together"] if self.together else []
        open_ended = self.until is not None or self.budget is not None
        given = {
            "steps": self.steps, "seed": self.seed or None, "until": self.until, "budget": self.budget,
            "most" if open_ended else "replicates": self.replicates, "cluster": self.cluster, "shard": self.shard,
        }  # fmt: skip
        words += [word for name, value in given.items() if value is not None for word in (f"--{name}", str(value))]
        return shlex.join([*words, "--out", str(folder), "--resume"])


def _folder(name: str, out: Path | None, shard: str | None, *, resume: bool, force: bool) -> Path:
    """The folder asked for, or the one to take."""
    from ecosystem.experiments.folder import ROOT, default_folder  # noqa: PLC0415 - slow to import

    if out is not None:
        return out
    usual = f"compare-{name}" + (f"-{shard.strip().replace('/', '-of-')}" if shard else "")
    return ROOT / usual if force else default_folder(usual, resume=resume)


def _compare(scenarios: list[Scenario], call: _Call, folder: Path, *, resume: bool, force: bool) -> Comparison:
    """Compare, and tell how it goes on; a failure says how to go on."""
    import_libraries()
    from ecosystem.experiments.comparison.arms import arms_of  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.comparison.compare import compare as run  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.attempt import Options  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.shard import WHOLE, Shard  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.warming import helped  # noqa: PLC0415 - slow to import

    arms = arms_of(scenarios, call.policies, together=call.together)
    options = Options(resume=resume, force=force, shard=Shard.parse(call.shard) if call.shard else WHOLE)
    with executing(call.workers, call.replicates * len(arms), call.cluster) as executor:
        if not state.quiet:
            _introduce(arms, call, executor.workers)
        try:
            with helped(executor.workers), display() as listener:
                return run(
                    scenarios, call.policies, call.replicates, call.seed, out=folder, together=call.together,
                    until=call.until, budget=call.budget, options=options, executor=executor, listener=listener,
                )  # fmt: skip
        except RunAborted as aborted:
            fail(explain(aborted, call.again(folder)), FAILED)


def _introduce(arms: tuple[Arm, ...], call: _Call, processes: int) -> None:
    """What is about to be run."""
    control, *others = arms
    scenario = control.scenario
    limit = "at most " if call.until or call.budget else ""
    warn(
        f"{control.name} against {', '.join(arm.name for arm in others)}: {scenario.start} to "
        f"{scenario.start + (scenario.steps - 1)}, {scenario.scale.humans:,} simulated people, "
        f"{limit}{call.replicates} pairs, {call.replicates * len(arms)} runs on {processes} "
        f"worker{'s' * (processes > 1)}{f', of which this is shard {call.shard}' if call.shard else ''}"
    )
    for arm in others:
        for note in arm.notes:
            warn(f"note: {arm.name}: {note}")


def _divergences(scenarios: list[Scenario], call: _Call) -> dict[str, Divergence]:
    """Where the runs of the first seed part, by arm."""
    from ecosystem.experiments.comparison.arms import arms_of  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.comparison.divergence import first_divergence  # noqa: PLC0415 - slow to import

    control, *others = arms_of(scenarios, call.policies, together=call.together)
    return {arm.name: first_divergence(control.scenario, arm.scenario, call.seed) for arm in others}


def _tell(
    result: Comparison, folder: Path, metrics: list[str] | None, dates: list[str] | None,
    divergences: dict[str, Divergence],
) -> None:  # fmt: skip
    """Draw the figures, then print what differs; of a shard, how to go on."""
    if result.provenance["status"] == "partial":
        shard = result.provenance["shard"]
        done = result.provenance["finished_runs"]
        say(f"results  {folder}  (shard {shard}, {done} runs)")
        say("merge    ecosystem merge FOLDER_OF_EACH_SHARD... --out DIR")
        if state.json:
            print_json({"ok": True, "status": "partial", "folder": str(folder), "shard": shard, "finished_runs": done})
        return
    rows = compare_summary.Rows(result, metrics, dates)
    drawn = _draw(folder, rows.drawn) if rows.drawn else []
    commands = {"draw": shlex.join(["ecosystem", "plot", str(folder)])}
    if state.json:
        parted = {arm: asdict(found) for arm, found in divergences.items()}
        print_json(
            rows.document()
            | {"first_divergence": parted}
            | {"folder": str(folder), "figures": [str(path) for path in drawn], **commands}
        )
    elif not state.quiet:
        rows.show()
        for arm, found in divergences.items():
            compare_summary.show_divergence(arm, found)
        compare_summary.where(result, folder, drawn, commands)


def _draw(folder: Path, metrics: list[str]) -> list[Path]:
    """Figures of metrics that can be drawn."""
    from analysis.plot import drawing  # noqa: PLC0415 - the cli alone knows analysis, and lazily

    return drawing(folder, metrics).paths
