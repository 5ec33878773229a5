"""Revision: curators and labs review what they earned and move their levers; labs can go bankrupt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Trial
from ecosystem.world.curators import Curator
from ecosystem.world.labs import Lab
from ecosystem.world.ledger import Kind
from ecosystem.world.world import World

__all__ = ["bankruptcies", "lasting", "revise_curators", "revise_labs"]


def _reviewed(agent: Curator | Lab, earned: float, step: int) -> Trial:
    """An institution's trial with the payoff since its last review filled in, USD per month."""
    months = step % agent.settings.adaptation.interval + 1
    return agent.trial._replace(payoff=(agent.earned + earned) / months)


def _revised[A: Curator | Lab](
    agents: dict[str, A], earned: np.ndarray[tuple[int], np.dtype[np.float64]], world: World, draw: Streams
) -> dict[str, Trial]:
    """New trials of those whose review is due this month; rivals show their last published accounts."""
    trials = {}
    for name, agent in agents.items():
        rule = agent.settings.adaptation
        if (world.clock.step + 1) % rule.interval:
            continue
        rivals = tuple(
            _reviewed(other, float(earned[other.index]), world.clock.step)
            for other in agents.values()
            if other is not agent
        )
        own = _reviewed(agent, float(earned[agent.index]), world.clock.step)
        trials[name] = rule.revise(own, rivals, agent.key, draw)
    return trials


def revise_curators(world: World, draw: Streams) -> dict[str, Trial]:
    """Next trials of the curators that review this month."""
    return _revised(world.curators, world.ledger.earned(Kind.CURATOR), world, draw)


def revise_labs(world: World, draw: Streams) -> dict[str, Trial]:
    """Next trials of the labs in business that review this month."""
    in_business = {name: lab for name, lab in world.labs.items() if lab.active}
    return _revised(in_business, world.ledger.earned(Kind.LAB), world, draw)


def lasting(world: World) -> NDArray[np.bool_]:
    """Which labs can be used next month, shape (labs + 1,); the last stands for having none."""
    closing = bankruptcies(world)
    return np.array([lab.usable and name not in closing for name, lab in world.labs.items()] + [False])


def bankruptcies(world: World) -> tuple[str, ...]:
    """Labs whose cash has run out."""
    cash = world.ledger.usd(Kind.LAB)
    return tuple(name for name, lab in world.labs.items() if lab.active and cash[lab.index] < 0)
