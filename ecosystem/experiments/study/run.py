"""Run a study into a results folder: the runs by the engine of ensembles, the design beside them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from ecosystem.experiments.ensemble.attempt import Options, carry_out
from ecosystem.experiments.ensemble.executors import Executor
from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.folder import OF_STUDY
from ecosystem.experiments.inputs import refuse_unreadable
from ecosystem.experiments.study.distributions import Choice
from ecosystem.experiments.study.plan import StudyPlan
from ecosystem.experiments.tables import TableFile, arrow

if TYPE_CHECKING:
    from ecosystem.experiments.ensemble.progress import Listener
    from ecosystem.experiments.study.factors import Factor
    from ecosystem.measures.named import Column

__all__ = ["design_table", "run_study", "seconds"]

RUN_SECONDS = 0.15
"""Of a run besides its months: founding a world and writing. Source: measured with 2,000 people in the baseline."""
PERSON_MONTH_SECONDS = 7e-6
"""Of one simulated person and month in one thread. Source: measured with 2,000 people and 60 months in the baseline,
0.80 s."""


def seconds(plan: StudyPlan, workers: int) -> float:
    """How long a study will take on a machine like that on which the baseline was measured; a rough guess."""
    people = plan.study.base.scenario.scale.humans
    work = plan.tasks * RUN_SECONDS + plan.months * people * PERSON_MONTH_SECONDS
    return work / max(1, min(workers, plan.tasks))


def run_study(
    plan: StudyPlan, out: Path, executor: Executor, listener: Listener, options: Options | None = None
) -> dict[str, Any]:
    """Run all points of a study.

    Args:
        plan: of the study.
        out: results folder.
        executor: who runs; results do not depend on it.
        listener: told how it goes.
        options: whether to resume or replace what is in ``out``, and which shard to run.

    Returns:
        The provenance.

    Raises:
        RunRefused: wrong use; nothing has been written.
        RunAborted: it could not be finished; what was done is in ``out``.
    """
    for scenario in plan.study.arms.values():
        refuse_unreadable(scenario)
    record = carry_out(plan, plan.study.base.scenario, out, executor, _about(plan), options or Options(), listener)
    file_name, table_name = OF_STUDY
    write_atomically(out / table_name, functools.partial(_write, design_table(plan)))
    write_atomically(out / file_name, lambda file: file.write(plan.study.text.encode()))
    return record


def _about(plan: StudyPlan) -> dict[str, Any]:
    """What the provenance of a study says besides."""
    study = plan.study
    settings = study.settings.model_dump(mode="json", exclude={"set", "levers", "uncertainties", "outcomes"})
    arms = [
        {"arm": name, "end": next((str(p.end) for p in arm.policies if p.end is not None), None)}
        for name, arm in study.arms.items()
    ]
    settings |= {
        "levers": [{"key": lever.key, "values": list(lever.values)} for lever in study.levers],
        "factors": [_factor(factor) for factor in study.factors],
        "outcomes": [outcome.to_dict() for outcome in study.outcomes],
        "arms": arms,
    }
    return {"kind": "study", "title": study.settings.title or study.settings.name, "study": settings}


def _factor(factor: Factor) -> dict[str, Any]:
    ordered = not factor.categorical
    ends = [end for end in factor.distribution.ends if ordered]
    return {
        "key": factor.key, "ordered": ordered, "low": min(ends, default=None), "high": max(ends, default=None),
        "distribution": type(factor.distribution).__name__, **factor.distribution.model_dump(mode="json"),
        **({"values": list(factor.distribution.values)} if isinstance(factor.distribution, Choice) else {}),
    }  # fmt: skip


def design_table(plan: StudyPlan) -> dict[str, Column]:
    """The table `design`: point, lever, state, same_as, then a column for each lever and each uncertain key.

    Columns whose names begin with u: say where a state is in the unit cube.
    """
    points = plan.points
    found: dict[str, Column] = {
        name: np.array([getattr(point, name if name != "point" else "number") for point in points], dtype=np.int64)
        for name in ("point", "lever", "state", "same_as")
    }
    for lever in plan.study.levers:
        found[lever.key] = _column([point.levers[lever.key] for point in points])
    for key in points[0].factors:
        found[key] = _column([point.factors[key] for point in points])
    for place, factor in enumerate(plan.study.factors):
        found[f"u:{factor.key}"] = np.array([point.unit[place] for point in points])
    return found


def _column(values: Sequence[Any]) -> Column:
    """Numbers as numbers, all else as text; None is missing."""
    if all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _write(columns: dict[str, Column], file: BinaryIO) -> None:
    table = TableFile(file)
    table.add(arrow(columns))
    table.close()
