"""The runs of a study: its points, the scenario of each, and which task is which."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosystem.core.streams import name_key
from ecosystem.experiments.ensemble.plan import Record, Task
from ecosystem.experiments.provenance import scenario_hash
from ecosystem.experiments.seeds import replicate_seed
from ecosystem.experiments.study.design import unit_points
from ecosystem.experiments.study.factors import POLICY
from ecosystem.experiments.study.sweep import DWELLS, months, swept

if TYPE_CHECKING:
    from ecosystem.experiments.study.reading import Study
    from ecosystem.scenario import Scenario

__all__ = ["Point", "StudyPlan", "lever_points", "points"]


MONTHS = "web.items"
"""Measured in any case, because it has a row in every month: the ledger has none where nothing is paid."""


@dataclass(frozen=True)
class Point:
    """A point of the design.

    Attributes:
        number: its row in the table `design`.
        lever: number of its values of the levers.
        state: number of its values of the uncertainties.
        levers: value of each lever; None where it does not apply, such as the fine of a policy not in force.
        factors: value of each uncertain key.
        same_as: first point with an equal scenario and equal seeds, which is run for both.
        unit: the state in the unit cube, a number for each uncertain key.
    """

    number: int
    lever: int
    state: int
    levers: Mapping[str, Any]
    factors: Mapping[str, Any]
    same_as: int
    unit: tuple[float, ...] = ()

    @property
    def arm(self) -> str:
        """Policy files in force."""
        return str(self.levers.get(POLICY, ""))


def lever_points(study: Study) -> list[dict[str, Any]]:
    """Every combination of the levers; those that differ only in what does not apply are one."""
    names = [lever.key for lever in study.levers]
    found: dict[str, dict[str, Any]] = {}
    for values in itertools.product(*(lever.values for lever in study.levers)):
        point = dict(zip(names, values, strict=True))
        arm = str(point.get(POLICY, ""))
        kept = {key: value if key == POLICY or study.applies(arm, key) else None for key, value in point.items()}
        found.setdefault(json.dumps(kept), kept)
    return list(found.values())


def states(study: Study) -> list[tuple[dict[str, Any], tuple[float, ...]]]:
    """The values of the uncertain keys in every state, and where that is in the unit cube; of a sweep the stays."""
    if study.settings.sweep is not None:
        return [({"dwell": study.settings.sweep.dwell * times}, ()) for times in DWELLS]
    columns = unit_points(study.settings, study.factors)
    values = [factor.value(columns[:, place]) for place, factor in enumerate(study.factors)]
    return [
        (
            {factor.key: column[row] for factor, column in zip(study.factors, values, strict=True)},
            tuple(map(float, columns[row])),
        )
        for row in range(len(columns))
    ]


def points(study: Study) -> Iterator[Point]:
    """All points: every state crossed with every combination of the levers, which then meet the same states."""
    first: dict[str, int] = {}
    choices = lever_points(study)
    for state, (factors, unit) in enumerate(states(study)):
        for lever, levers in enumerate(choices):
            number = state * len(choices) + lever
            applied = {key: value for key, value in factors.items() if study.applies(str(levers.get(POLICY, "")), key)}
            like = json.dumps([levers, applied, None if study.settings.common_seeds else state])
            yield Point(number, lever, state, levers, factors, first.setdefault(like, number), unit)


class StudyPlan:
    """The plan of a study, as the engine of ensembles asks for it.

    Args:
        study: read and checked.
    """

    def __init__(self, study: Study) -> None:
        """Lay out the design; no scenario is made yet."""
        self.study = study
        self.points = list(points(study))
        self._run = [point for point in self.points if point.same_as == point.number]
        self.record = Record(study.settings.tables, study.outcomes)
        # Only what is kept is measured, which changes nothing else.
        needed = sorted({*study.settings.tables, *(outcome.metric for outcome in study.outcomes), MONTHS})
        self._arms = {arm: scenario.replace({"observation.measures": needed}) for arm, scenario in study.arms.items()}

    @property
    def tasks(self) -> int:
        """How many runs there are."""
        return len(self._run) * self.study.settings.replicates

    def task(self, number: int) -> Task:
        """A run by its number."""
        place, replicate = divmod(number, self.study.settings.replicates)
        point = self._run[place]
        return Task(number, point.number, point.arm, replicate, self._seed(point, replicate))

    def _seed(self, point: Point, replicate: int) -> int:
        """The same for all levers of a state, and with common seeds for all states."""
        seed = self.study.settings.seed
        if not self.study.settings.common_seeds:
            seed = int(name_key("state", seed, point.state))
        return replicate_seed(seed, replicate)

    def scenario(self, task: Task) -> Scenario:
        """The scenario of a run.

        Raises:
            ScenarioError: the values contradict each other, which the ends of the ranges did not show.
        """
        point = self.points[task.point]
        arm = self._arms[point.arm]
        if self.study.settings.sweep is not None:
            sweep = self.study.settings.sweep
            arm = swept(arm, sweep, point.factors["dwell"] // sweep.dwell)
            values = dict(point.levers)
        else:
            values = {**point.levers, **point.factors}
        changes = {
            key: value
            for key, value in values.items()
            if key != POLICY and value is not None and self.study.applies(point.arm, key)
        }
        return arm.replace(changes) if changes else arm

    def identity(self) -> dict[str, str]:
        """What the results depend on besides the engine."""
        arms = {arm: scenario_hash(scenario) for arm, scenario in self.study.arms.items()}
        design = [[point.levers, point.factors, point.same_as] for point in self.points]
        seeds = [self.study.settings.seed, self.study.settings.replicates, self.study.settings.common_seeds]
        kept = [self.record.tables, [outcome.to_dict() for outcome in self.study.outcomes]]
        sweep = self.study.settings.sweep
        text = json.dumps([arms, design, seeds, kept, sweep and sweep.model_dump(mode="json")], sort_keys=True)
        return {"plan": hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}

    @functools.cached_property
    def months(self) -> int:
        """Months of all runs."""
        if self.study.settings.sweep is None:
            return self.tasks * self.study.base.scenario.steps
        lengths = [months(self.study.settings.sweep, times) for times in DWELLS]
        return self.tasks * sum(lengths) // len(lengths)
