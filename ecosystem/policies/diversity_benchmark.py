"""The public benchmark asks for what is little known as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Money, Training

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.strategies.learners.base import Model
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["DiversityBenchmark"]


class DiversityBenchmark(Policy):
    """Labs must publish how their models do on all that is known, and not on the best known alone.

    It costs labs an evaluation at each training. It works through those who go by published results: users, customers
    and investors. It is evaded by teaching to the test, which closes part of the gap on paper alone, at the price of
    the expected fine; results that are found to be taught are published as they should have been. A lab is honest
    where the fine to be expected is at least what it thinks that a better result is worth.
    """

    kind: ClassVar[str] = "diversity_benchmark"
    modelled_on: ClassVar[str] = (
        "the evaluations of models demanded by Article 55(1) of the EU AI Act (Regulation 2024/1689), with questions "
        "of the breadth of HELM (Liang et al. 2022, arXiv:2211.09110)"
    )

    weight: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="assumption: as much as the questions that there have been before",
        meaning="weight of breadth in the published result",
    )
    gaming: float = param(
        0.3,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: by hand",
        meaning="share of the gap to a perfect result in breadth that teaching to the test closes",
    )
    worth: float = param(
        1e6,
        ge=0,
        le=1e12,
        unit="USD per training",
        role="uncertainty",
        source="assumption: a fortieth of the default cost of a training",
        meaning="what a lab thinks to gain by teaching to the test",
    )
    cost: float = param(
        1e5,
        ge=0,
        le=1e12,
        unit="USD per training",
        role="uncertainty",
        source="assumption: some staff and computing",
        meaning="cost of the evaluation",
    )
    fine: float = param(
        1e6,
        ge=0,
        unit="USD per training",
        role="lever",
        source="assumption: what a better result is worth to a lab",
        meaning="fine for a result that is found to be taught",
    )
    enforcement: float = param(
        0.3,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: questions kept secret show it at times",
        meaning="chance that a taught result is found before it is published",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is nobody to evaluate."""
        if not any(settings.labs for settings in ever):
            yield "kind", "there are no labs: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Publish other results of this month's trainings; collect the cost of evaluations, and fines."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Training):
            bound, taught, _ = self._labs(world, draw)
            names = zip(world.labs, bound.tolist(), taught.tolist(), strict=True)
            results = {
                name: self._result(proposal.benchmarks[name], proposal.models[name], world, taught=games)
                for name, here, games in names
                if here and name in proposal.models
            }
            return replace(proposal, benchmarks=proposal.benchmarks | results)
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, *self._payments(world, draw)]))
        return proposal

    def _labs(self, world: World, draw: Streams) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which labs are reached, which of them publish taught results, and which are found out; each (labs,)."""
        from ecosystem.phases.compliance import complies  # noqa: PLC0415 - phases bring Mesa with them

        key = np.array([lab.key for lab in world.labs.values()], dtype=np.uint64)
        bound = self.reaches(key, world, draw)
        games = bound & (self.gaming > 0) & ~complies(self.worth, self.expected(key, world, draw))
        found = games & self.caught(key, draw)
        return bound, games & ~found, found

    def _result(self, before: float, model: Model, world: World, *, taught: bool) -> float:
        breadth = _breadth(model, world)
        if taught:
            breadth += self.gaming * (1 - breadth)
        return (1 - self.weight) * before + self.weight * breadth

    def _payments(self, world: World, draw: Streams) -> list[Transfers]:
        bound, _, found = self._labs(world, draw)
        trained = np.array([lab.trained_at == world.clock.step for lab in world.labs.values()], dtype=np.bool_)
        index = np.arange(len(trained))
        cost, fine = np.where(trained & bound, self.cost, 0.0), np.where(trained & found, self.fine, 0.0)
        return [
            Transfers.of(Kind.LAB, index, Kind.SUPPLIERS, 0, Reason.COMPLIANCE, cost),
            Transfers.of(Kind.LAB, index, Kind.STATE, 0, Reason.FINE, fine),
        ]


def _breadth(model: Model, world: World) -> float:
    """Accuracy over all ideas that there are by now, all alike within their domain; domains count by demand."""
    reality = world.reality
    known = np.flatnonzero(reality.salience > 0)
    layout = reality.space.picked(known)
    return float(reality.demand @ layout.totals(layout.shares(np.ones(len(known))) * model.skill(known)))
