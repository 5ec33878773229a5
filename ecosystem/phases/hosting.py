"""Where items are published, and what publishers write about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.world import World

__all__ = ["hosts_of_people", "hosts_of_publishers", "mixes", "targets_of_groups"]


def _by_weight(
    weights: NDArray[np.float64], row: NDArray[np.int64], key: NDArray[np.uint64], decision: str, draw: Streams
) -> NDArray[np.int16]:
    """A curator for each key, by the weights (rows, curators) of its row; the open web without any."""
    rows, curators = weights.shape
    if curators == 0:
        return np.full(len(key), OPEN_WEB, dtype=np.int16)
    if curators == 1:  # no lot is needed
        return np.where(weights[:, 0] > 0, np.int16(0), np.int16(OPEN_WEB))[row]
    offsets = np.arange(rows + 1, dtype=np.int64) * curators
    # A row of zeros gives -1, which is the open web.
    return draw.categorical_ragged(decision, key, row, offsets, np.cumsum(weights, axis=1).ravel()).astype(np.int16)


def hosts_of_people(
    world: World,
    author: NDArray[np.int64],
    domain: NDArray[np.int64],
    key: NDArray[np.uint64],
    draw: Streams,
    audience: NDArray[np.float64] | None = None,
) -> NDArray[np.int16]:
    """People post at home where home is for that domain, else where others are who care for it.

    Args:
        world: before the items are out.
        author: row of the person, shape (items,).
        domain: shape (items,).
        key: identity of each item, shape (items,).
        draw: streams of the month.
        audience: that of the world, where it is known already.
    """
    host: NDArray[np.int16] = world.humans.home[author]
    if len(world.curators) == 0:
        return np.full(len(host), OPEN_WEB, dtype=np.int16)
    elsewhere = host < 0
    if not (world.affinity > 0).all():
        elsewhere |= world.affinity[host, domain] <= 0
    away = np.flatnonzero(elsewhere)
    if not len(away):
        return host
    weights = ((world.audience if audience is None else audience)[:, None] * world.affinity).T
    host[away] = _by_weight(weights, domain[away], key[away], "write.host", draw)
    return host


def hosts_of_publishers(
    world: World,
    group: NDArray[np.int64],
    domain: NDArray[np.int64],
    key: NDArray[np.uint64],
    draw: Streams,
    audience: NDArray[np.float64] | None = None,
) -> NDArray[np.int16]:
    """Publishers post where their group targets, or in proportion to audiences; see :func:`hosts_of_people`."""
    if len(world.curators) == 0:
        return np.full(len(key), OPEN_WEB, dtype=np.int16)
    targets = targets_of_groups(world, audience)
    weights = (targets[:, None, :] * world.affinity.T[None, :, :]).reshape(-1, len(world.curators))
    return _by_weight(weights, group * world.reality.domains + domain, key, "generate.host", draw)


def targets_of_groups(world: World, audience: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Weight of each host by group of publishers, shape (groups, curators): targets, or audiences without any."""
    groups = world.settings.publishers.groups
    audience = world.audience if audience is None else audience
    return np.array(
        [[g.targets.get(name, 0.0) for name in world.curators] if g.targets else audience for g in groups], dtype=float
    ).reshape(len(groups), len(world.curators))


def mixes(world: World) -> NDArray[np.float64]:
    """How far each group is for each domain, shape (groups, domains)."""
    names = [domain.name for domain in world.settings.reality.domains]
    listed = [[g.mix.get(name, 0.0) if g.mix else 1.0 for name in names] for g in world.settings.publishers.groups]
    return np.array(listed).reshape(-1, len(names))[:, world.reality.kinds]
