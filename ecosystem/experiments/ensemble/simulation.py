"""A bundle of runs, from their scenarios to the content of their Parquet parts."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.core.threads import allowing
from ecosystem.experiments.ensemble.plan import Plan, Task
from ecosystem.experiments.executors import DIED
from ecosystem.experiments.failures import Failure, failure_of
from ecosystem.experiments.tables import TableFile, arrow
from ecosystem.measures.named import Named

if TYPE_CHECKING:
    import pyarrow as pa

    from ecosystem.measures.named import Column

__all__ = ["OUTCOMES", "RUNS", "simulate_bundle"]

RUNS, OUTCOMES = "runs", "outcomes"
"""Tables of an ensemble with a row per run: what came of it, and the numbers kept of it."""

type Tables = Mapping[str, Mapping[str, Column]]
type Kept = dict[str, list[pa.Table]]


def simulate_bundle(
    plan: Plan, bundle: Sequence[int], died: Collection[int] = (), threads: int = 1
) -> dict[str, bytes]:
    """Run some tasks of a plan one after another.

    A task that raises an error is a row of `runs` that says why. Nothing in the tables tells of time, memory or
    the machine, so that they are the same bytes wherever and whenever they are made.

    Args:
        plan: what is run.
        bundle: numbers of tasks.
        died: tasks that ended their process whenever they were tried; they are not tried again.
        threads: that kernels may use; results do not depend on it.

    Returns:
        Content of a Parquet file by table: those that the plan keeps, `runs`, and `outcomes` if it has any.
    """
    kept: Kept = {}
    failures = dict[int, Failure]()
    tasks = [plan.task(number) for number in bundle]
    with allowing(threads):
        for task in tasks:
            try:
                if task.number in died:
                    failures[task.number] = Failure(DIED, died=True)
                else:
                    _keep(kept, plan, task)
            except Exception as error:  # noqa: BLE001 - whatever happens in one run, the others go on
                failures[task.number] = failure_of(error)
        gc.collect()  # a model refers to itself in circles, and this process may have thousands to come
    kept[RUNS] = [arrow(_rows(tasks, failures))]
    return {name: _parquet(parts) for name, parts in kept.items()}


def _keep(kept: Kept, plan: Plan, task: Task) -> None:
    """Run a task and add what is kept of it; all of it or, where something goes wrong, nothing."""
    from ecosystem.model import WebEcosystem  # noqa: PLC0415 - slow to import

    scenario = plan.scenario(task)
    model = WebEcosystem(scenario, seed=task.seed)
    for _ in range(scenario.steps):
        model.step()
    found, record = model.recorder.columns(), plan.record
    new = {name: arrow(_led(found[name], task)) for name in record.tables if name in found}
    if record.outcomes:
        numbers: dict[str, Column] = {outcome.label: np.array([outcome.of(found)]) for outcome in record.outcomes}
        new[OUTCOMES] = arrow({"run": np.array([task.number]), **numbers})
    for name, table in new.items():
        kept.setdefault(name, []).append(table)


def _led(columns: Mapping[str, Column], task: Task) -> dict[str, Column]:
    """Columns of a monthly table, and whose they are."""
    rows = len(columns["step"])
    whose: dict[str, Column] = {
        "run": np.full(rows, task.number),
        "arm": Named(np.zeros(rows, np.int64), [task.arm]),
        "replicate": np.full(rows, task.replicate),
    }
    return {**columns, **whose}


def _rows(tasks: Sequence[Task], failures: Mapping[int, Failure]) -> dict[str, Column]:
    """What came of each task."""

    def each(value: Callable[[Task], Any], kind: type) -> Column:
        return np.array([value(task) for task in tasks], dtype=kind)

    def of(task: Task) -> Failure:
        return failures.get(task.number, Failure(""))

    return {
        "run": each(lambda task: task.number, np.int64),
        "point": each(lambda task: task.point, np.int64),
        "arm": each(lambda task: task.arm, object),
        "replicate": each(lambda task: task.replicate, np.int64),
        "seed": each(lambda task: str(task.seed), object),  # a seed may be any integer
        "status": each(lambda task: "failed" if task.number in failures else "done", object),
        "reason": each(lambda task: of(task).reason or None, object),
        "where": each(lambda task: "\n".join(of(task).where) or None, object),
        "lasting": each(lambda task: of(task).lasting, np.bool_),
    }


def _parquet(parts: Sequence[pa.Table]) -> bytes:
    buffer = io.BytesIO()
    table = TableFile(buffer)
    for part in parts:
        table.add(part)
    table.close()
    return buffer.getvalue()
