"""Where publishers publish, and whether they generate or rewrite."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.phases.assignments import Assignments
from ecosystem.phases.hosting import hosts_of_publishers, mixes, targets_of_groups
from ecosystem.phases.publishers.beliefs import expected, held
from ecosystem.phases.publishers.costs import item_cost
from ecosystem.phases.publishers.habits import habits
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.publishers import MODES, REWRITE
from ecosystem.world.world import World

__all__ = ["appeal", "choose", "mean_pay", "weights"]

type F64 = NDArray[np.float64]


def choose(
    world: World, work: Assignments, draw: Streams, audience: F64 | None = None
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Host of each assigned item, and whether it is to be a rewrite; each of shape (items,).

    Groups that choose go by a logit on what they expect an item to pay (McFadden 1974), the rest by their file.
    """
    groups, group = world.settings.publishers.groups, world.publishers.group[work.author].astype(np.int64)
    host = hosts_of_publishers(world, group, work.domain, work.key, draw, audience)
    rewrites = habits(world).rewrites[work.author]
    choosing = np.array([bool(g.chooses) for g in groups], dtype=np.bool_)[group]
    if not choosing.any() or not len(world.curators):
        return host, rewrites
    rows = np.flatnonzero(choosing)
    author = work.author[rows]
    pay = expected(world, held(world), author)
    pull = appeal(world, group[rows], rewrites[rows], pay, item_cost(world)[author])
    weight = weights(world, audience)[group[rows], work.domain[rows]][:, :, None] * pull
    options = len(world.curators) * MODES
    offsets = np.arange(len(rows) + 1, dtype=np.int64) * options
    running = np.cumsum(weight.reshape(len(rows), options), axis=1).ravel()
    # The decision of those who do not choose: who begins to choose changes hosts as little as may be.
    chosen = draw.categorical_ragged("generate.host", work.key[rows], np.arange(len(rows)), offsets, running)
    host[rows] = np.where(chosen >= 0, chosen // MODES, OPEN_WEB)
    rewrites[rows] = np.where(chosen >= 0, chosen % MODES == REWRITE, rewrites[rows])
    return host, rewrites


def weights(world: World, audience: F64 | None = None) -> F64:
    """How far each group is for each host, expectations apart, shape (groups, domains, curators).

    Where a group chooses hosts, its targets only say which come into question.
    """
    targets = targets_of_groups(world, audience)
    for number, group in enumerate(world.settings.publishers.groups):
        if "host" in group.chooses:
            targets[number] = (targets[number] > 0) | (not group.targets)
    return targets[:, None, :] * world.affinity.T[None, :, :]


def appeal(world: World, group: NDArray[np.integer], rewrites: NDArray[np.bool_], pay: F64, cost: F64) -> F64:
    """Factor by which each option is chosen for what it is expected to pay, shape (rows, curators, modes).

    Args:
        world: as it is.
        group: of each publisher, shape (rows,).
        rewrites: whether each does so if it does not choose, shape (rows,).
        pay: USD expected of an item, shape (rows, curators, modes).
        cost: of an item, USD, shape (rows,); where it is 0, the best pay is the measure.
    """
    groups, noise = world.settings.publishers.groups, world.settings.publishers.noise
    hosts, modes = (np.array([name in g.chooses for g in groups], dtype=np.bool_)[group] for name in ("host", "mode"))
    unit = np.where(cost > 0, cost, pay.max(axis=(1, 2), initial=0.0))
    usual = rewrites[:, None] == (np.arange(MODES) == REWRITE)
    open_to = (usual | modes[:, None])[:, None, :]
    worth = np.where(open_to, pay / (noise * np.where(unit > 0, unit, 1.0))[:, None, None], -np.inf)
    # Only differences matter, and these cannot overflow.
    by_host = worth.max(axis=2, keepdims=True)
    pull = np.exp(worth - np.where(hosts[:, None, None], by_host.max(axis=1, keepdims=True), by_host))
    return pull / np.where(hosts[:, None, None], 1.0, pull.sum(axis=2, keepdims=True))


def mean_pay(world: World, group: NDArray[np.integer], pay: F64, pull: F64) -> F64:
    """USD expected of an item wherever and however it will be published, on average, shape (rows,).

    Args:
        world: as it is.
        group: of each publisher, shape (rows,).
        pay: by option, shape (rows, curators, modes).
        pull: see `appeal`, likewise.
    """
    topics = mixes(world) * world.reality.demand
    everything = topics.sum(axis=1, keepdims=True)
    topics = np.divide(topics, everything, out=np.zeros_like(topics), where=everything > 0)[group]
    weight = weights(world)
    paid, chosen = np.zeros_like(topics), np.zeros_like(topics)
    for host in range(len(world.curators)):
        for mode in range(MODES):
            part = weight[group, :, host] * pull[:, host, mode, None]
            chosen += part
            paid += part * pay[:, host, mode, None]
    # What no host is for goes to the open web, where nothing is paid.
    by_domain = np.divide(paid, chosen, out=np.zeros_like(paid), where=chosen > 0)
    mean: F64 = (topics * by_domain).sum(axis=1)
    return mean
