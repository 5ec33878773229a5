"""Compare scenarios and policies: paired runs, and what differs between them."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments import provenance
from ecosystem.experiments.comparison.arms import Arm, PairedPlan, PolicyLike, arms_of
from ecosystem.experiments.comparison.cells import NO_METRIC
from ecosystem.experiments.comparison.deciding import Stopping, budget_seconds
from ecosystem.experiments.comparison.effects import DIFFERENCES, EFFECTS, Source, write_differences, write_effects
from ecosystem.experiments.comparison.sequence import sequence
from ecosystem.experiments.comparison.until import parse, refuse_unknown
from ecosystem.experiments.ensemble.attempt import Options, carry_out
from ecosystem.experiments.ensemble.executors import Executor, Here, Processes
from ecosystem.experiments.ensemble.plan import MONTHLY
from ecosystem.experiments.ensemble.progress import Listener, Progress
from ecosystem.experiments.ensemble.simulation import RUNS
from ecosystem.experiments.environment import threads_of
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.inputs import refuse_unreadable
from ecosystem.experiments.tables import frame_of

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.scenario import Scenario

__all__ = ["KIND", "Comparison", "Silent", "compare", "load_comparison", "settle", "source_of"]

KIND = "comparison"
"""What the provenance calls such a folder."""

_CONTENT = (*MONTHLY, RUNS, DIFFERENCES, EFFECTS)


@dataclass(frozen=True)
class Comparison:
    """What a comparison gave.

    Attributes:
        provenance: what `provenance.json` says.
        tables: data frames by name, the monthly ones with a column `arm`.
        folder: where the results are kept; None in memory only.
    """

    provenance: dict[str, Any] = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(repr=False)
    folder: Path | None = None

    @property
    def arms(self) -> list[str]:
        """Names of the arms, control first."""
        return list(self.provenance["plan"]["arms"])

    @property
    def differences(self) -> pd.DataFrame:
        """By arm, metric, name and month: mean difference from the control, its interval, effect size, factor."""
        return self.tables[DIFFERENCES]

    @property
    def effects(self) -> pd.DataFrame:
        """The same of the headline metrics, of means over the last months of each run."""
        return self.tables[EFFECTS]

    @property
    def runs(self) -> pd.DataFrame:
        """A row per run: arm, replicate, seed, and whether it failed and why."""
        return self.tables[RUNS]


class Silent:
    """Tells nobody."""

    def __call__(self, progress: Progress) -> None:
        """See Listener."""

    def stopping(self) -> None:
        """See Listener."""


def compare(
    scenarios: Sequence[Scenario],
    policies: Sequence[PolicyLike] = (),
    replicates: int = 20,
    seed: int = 0,
    workers: int = 1,
    out: str | Path | None = None,
    *,
    together: bool = False,
    until: str | None = None,
    budget: str | float | None = None,
    tables: Sequence[str] = MONTHLY,
    options: Options | None = None,
    executor: Executor | None = None,
    listener: Listener | None = None,
) -> Comparison:
    """Compare scenarios and policies with the first scenario, pair by pair under the same seeds.

    Args:
        scenarios: the control and others; they must not differ in start, steps, people and reality.
        policies: each put over the control: policy files, their names, or policies themselves.
        replicates: pairs; with ``until`` or ``budget`` the most that are made.
        seed: any integer; replicate 0 uses it as it is.
        workers: processes that share the runs; results do not depend on it.
        out: results folder, new or empty; without one the results are kept in memory only.
        together: add an arm with all policies at once.
        until: add pairs until this is decided, such as "ci(labs.accuracy) < 0.01" or "sign(web.items) known". The
            intervals are then those of a confidence sequence, which hold whenever one stops.
        budget: begin no pair that would not be finished within this time, in seconds or as "10min".
        tables: monthly tables that are kept.
        options: whether to resume or replace what is in ``out``, and which shard to run.
        executor: who runs, in place of ``workers`` processes.
        listener: told how it goes.

    Raises:
        RunRefused: wrong use; nothing has been written.
        ScenarioError: a policy cannot be used.
        RunAborted: it could not be finished; what was done is in ``out``.
    """
    if not scenarios:
        message = "nothing to compare; give a scenario first, the control"
        raise RunRefused(message)
    wrong = [f"{name} must be at least 1, not {value}" for name, value in
             (("replicates", replicates), ("workers", workers)) if value < 1]  # fmt: skip
    wrong += [f"no table {name!r}; there are {', '.join(MONTHLY)}" for name in tables if name not in MONTHLY]
    if wrong:
        raise RunRefused(wrong[0])
    arms = arms_of(scenarios, policies, together=together)
    for arm in arms:
        refuse_unreadable(arm.scenario)
    plan = PairedPlan(arms, replicates, seed, tuple(name for name in MONTHLY if name in tables), until or "")
    how = executor or (Here(threads_of(1)) if workers == 1 else Processes(workers))
    decision = _decision(plan, budget, how.workers)
    options = options or Options()
    if decision is not None and not options.shard.whole:
        message = "--shard cannot go with --until or --budget: no shard sees what the others find"
        raise RunRefused(message)
    about = _about(arms)
    with _folder(out) as folder:
        record = carry_out(plan, arms[0].scenario, folder, how, about, options, listener or Silent(), decision)
        if record["status"] == "done" and not (folder / f"{EFFECTS}.parquet").exists():
            settle(folder, record)
        return load_comparison(folder, kept=out is not None)


def _decision(plan: PairedPlan, budget: str | float | None, workers: int) -> Stopping | None:
    """What stops the comparison early; None if nothing does.

    Raises:
        RunRefused: the question cannot be read, or is about what is not recorded.
    """
    if not plan.until and budget is None:
        return None
    from ecosystem.experiments.columns import units  # noqa: PLC0415 - imports the engine

    scenario = plan.arms[0].scenario
    questions = parse(plan.until) if plan.until else ()
    kept = {table: columns for table, columns in units(scenario).items() if table in plan.tables}
    metrics = {table: [one for one in columns if one not in NO_METRIC] for table, columns in kept.items()}
    names = {
        "domains": [domain.name for domain in scenario.reality.domains],
        "labs": [lab.name for lab in scenario.labs],
        "curators": [curator.name for curator in scenario.curators],
        "web": [],
    }
    months = [str(scenario.start + step) for step in range(scenario.steps)]
    refuse_unknown(questions, metrics, names, months)
    seconds = budget_seconds(budget) if isinstance(budget, str) else budget
    return Stopping(plan, questions, seconds, workers)


@contextlib.contextmanager
def _folder(out: str | Path | None) -> Iterator[Path]:
    """The results folder, or one for the time being."""
    if out is not None:
        yield Path(out)
        return
    with tempfile.TemporaryDirectory(prefix="ecosystem-") as place:
        yield Path(place)


def _about(arms: Sequence[Arm]) -> dict[str, Any]:
    """What the provenance of a comparison says besides."""
    control, *others = arms
    title = f"{control.scenario.title or control.name}, compared with {', '.join(arm.name for arm in others)}"
    scenarios = {arm.name: arm.scenario.to_dict() for arm in arms}
    return {"kind": KIND, "title": title, "arms": scenarios}


def settle(folder: Path, record: dict[str, Any]) -> None:
    """Work out the differences of a comparison whose runs are finished, and write them beside the runs."""
    source = source_of(folder, record)
    write_differences(source)
    write_effects(source)


def source_of(folder: Path, record: dict[str, Any]) -> Source:
    """Where the runs of a finished comparison are, by its provenance."""
    arms = list(record["plan"]["arms"])
    width = sequence if record["plan"].get("until") else None
    return Source(folder, arms, record["finished_runs"] // len(arms), record["scenario"]["steps"], width)


def load_comparison(folder: str | Path, *, kept: bool = True) -> Comparison:
    """Read the results folder of a comparison.

    Args:
        folder: where it is.
        kept: whether the folder stays.

    Raises:
        RunRefused: there is no comparison.
    """
    path = Path(folder)
    found = provenance.read(path)
    if found is None or found.get("kind") != KIND:
        message = f"{path}: holds no comparison; give a folder that `ecosystem compare` wrote"
        raise RunRefused(message)
    tables = {name: frame_of(file) for name in _CONTENT if (file := path / f"{name}.parquet").exists()}
    return Comparison(found, tables, path if kept else None)
