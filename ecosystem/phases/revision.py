"""Revision: curators and labs review what they earned and move their levers; labs can go bankrupt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Public, Trials
from ecosystem.world.curators import Curator
from ecosystem.world.labs import Lab
from ecosystem.world.ledger import Kind
from ecosystem.world.levers import Lever, apart
from ecosystem.world.world import World

__all__ = ["bankruptcies", "lasting", "revise_curators", "revise_labs"]


def _payoff(agent: Curator | Lab, earned: NDArray[np.float64], step: int) -> float:
    """What an institution earned since its last review, USD per month."""
    months = step % agent.settings.adaptation.interval + 1
    return (agent.earned + float(earned[agent.index])) / months


def _seen[A: Curator | Lab](agent: A, agents: dict[str, A], payoff: dict[str, float]) -> Public:
    """What an institution sees of all of its kind."""
    levers = [[_position(lever, other, agent) for lever in agent.levers] for other in agents.values()]
    return Public(
        np.array([other.key for other in agents.values()], dtype=np.uint64),
        np.array(levers, dtype=float).reshape(len(agents), len(agent.levers)),
        np.array([payoff[name] for name in agents]),
    )


def _position[A: Curator | Lab](lever: Lever, other: A, looker: A) -> float:
    """Where another's lever stands, from where the looker's own would do the same; NaN if there is none."""
    at = other.trial.levers[0, other.levers.index(lever)] if lever in other.levers else 0.0
    return float(at) + apart(lever, other.given, looker.given)


def _revised[A: Curator | Lab](
    agents: dict[str, A], earned: NDArray[np.float64], world: World, draw: Streams
) -> dict[str, Trials]:
    """New trials of those whose review is due this month; rivals show their last published accounts."""
    trials = {}
    payoff = {name: _payoff(agent, earned, world.clock.step) for name, agent in agents.items()}
    for name, agent in agents.items():
        rule = agent.settings.adaptation
        if (world.clock.step + 1) % rule.interval:
            continue
        own = agent.trial._replace(payoff=np.array([payoff[name]]))
        who = np.array([agent.key], dtype=np.uint64)
        trials[name] = rule.revise(own, _seen(agent, agents, payoff), who, agent.space, draw)
    return trials


def revise_curators(world: World, draw: Streams) -> dict[str, Trials]:
    """Next trials of the curators that review this month."""
    return _revised(world.curators, world.ledger.earned(Kind.CURATOR), world, draw)


def revise_labs(world: World, draw: Streams) -> dict[str, Trials]:
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
