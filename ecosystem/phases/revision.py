"""Revision: curators and labs review what they earned and move their levers; labs can go bankrupt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Public, Trials
from ecosystem.world import public
from ecosystem.world.curators import Curator
from ecosystem.world.labs import Lab
from ecosystem.world.ledger import Kind
from ecosystem.world.levers import Lever, apart
from ecosystem.world.world import World

__all__ = ["bankruptcies", "lasting", "revise_curators", "revise_labs"]


def revise_curators(world: World, draw: Streams) -> dict[str, Trials]:
    """Next trials of the curators whose review is due; only those that have readers have something to judge by."""
    if not _due(world.curators, world):
        return {}
    open_ = {n: c for n, c in world.curators.items() if public.views_of_curators(world)[c.index] > 0}
    return _revised(world.curators, open_, public.curators(world), Kind.CURATOR, world, draw)


def revise_labs(world: World, draw: Streams) -> dict[str, Trials]:
    """Next trials of the labs whose review is due; only those that sell a model have something to judge by."""
    if not _due(world.labs, world):
        return {}
    open_ = {name: lab for name, lab in world.labs.items() if lab.usable}
    return _revised(world.labs, open_, public.labs(world), Kind.LAB, world, draw)


def _due[A: Curator | Lab](agents: dict[str, A], world: World) -> list[str]:
    """Who reviews this month."""
    months = world.clock.step + 1
    return [name for name, agent in agents.items() if months % agent.settings.adaptation.interval == 0]


def _revised[A: Curator | Lab](
    agents: dict[str, A],
    in_business: dict[str, A],
    takings: NDArray[np.float64],
    kind: Kind,
    world: World,
    draw: Streams,
) -> dict[str, Trials]:
    """New trials of those that are due; whoever is out of business only starts its books anew.

    Args:
        agents: all of a kind.
        in_business: those that can be looked at.
        takings: what anyone can work out that each takes in this month, USD, shape (agents,).
        kind: of account.
        world: everything.
        draw: streams of the month.
    """
    trials, earned = {}, world.ledger.earned(kind)
    for name in _due(agents, world):
        agent = agents[name]
        trials[name] = agent.trial
        if name in in_business:
            rule, who = agent.settings.adaptation, np.array([agent.key], dtype=np.uint64)
            payoff = (agent.earned + float(earned[agent.index])) / rule.interval
            own = agent.trial._replace(payoff=np.array([payoff]))
            trials[name] = rule.revise(own, _seen(agent, in_business, takings), who, agent.space, draw)
    return trials


def _seen[A: Curator | Lab](agent: A, agents: dict[str, A], takings: NDArray[np.float64]) -> Public:
    """What an institution sees of those of its kind, itself among them."""
    others = list(agents.values())
    levers = [[_position(lever, other, agent) for lever in agent.levers] for other in others]
    return Public(
        np.array([other.key for other in others], dtype=np.uint64),
        np.array(levers, dtype=float).reshape(len(others), len(agent.levers)),
        takings[[other.index for other in others]],
    )


def _position[A: Curator | Lab](lever: Lever, other: A, looker: A) -> float:
    """Where another's lever stands, from where the looker's own would do the same; NaN if it does not show."""
    if not lever.shows and isinstance(other, Lab) and not other.settings.discloses:
        return np.nan
    at = other.trial.levers[0, other.levers.index(lever)] if lever in other.levers else 0.0
    return float(at) + apart(lever, other.given, looker.given)


def lasting(world: World) -> NDArray[np.bool_]:
    """Which labs can be used next month, shape (labs + 1,); the last stands for having none."""
    closing = bankruptcies(world)
    return np.array([lab.usable and name not in closing for name, lab in world.labs.items()] + [False])


def bankruptcies(world: World) -> tuple[str, ...]:
    """Labs whose cash has run out."""
    cash = world.ledger.usd(Kind.LAB)
    return tuple(name for name, lab in world.labs.items() if lab.active and cash[lab.index] < 0)
