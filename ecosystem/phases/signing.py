"""Signing: some people sign whatever they write, others where a signature pays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.core.streams import Streams
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.reception import VIEWS
from ecosystem.world.world import World

__all__ = ["costs", "premiums", "signed"]


def costs(world: World, who: NDArray[np.int64], draw: Streams) -> NDArray[np.float64]:
    """What signing costs people in a month, whoever bears it, USD, shape of ``who``; 0 where nobody knows."""
    most, key = world.settings.humans.signing_cost, world.humans.key[who]
    return (0.0 if most is None else most) * Streams(draw.seed, 0).uniform("human.signing_cost", key)


def signed(world: World, author: NDArray[np.int64], draw: Streams) -> NDArray[np.int64]:
    """Which items, of those that these people write, get a signature; rising positions in ``author``.

    Who is not born to sign does so if that pays more in a month than it costs: cost and benefit as in Becker 1968,
    doi:10.1086/259394; a scheme may bear a share of the cost. What it costs each is drawn once and for all, so that
    whoever signs where it pays little signs where it pays more.
    """
    people = world.humans
    born: NDArray[np.bool_] = people.signs
    if world.settings.humans.signing_cost is None:
        return np.flatnonzero(born[author]) if born.any() else np.empty(0, np.int64)
    own = costs(world, author, draw)
    if world.rules.people.has("signing"):
        own *= 1 - world.rules.people.signing[author]
    premium = np.array([curator.premium for curator in world.curators.values()] + [0.0])  # the last: of no home
    return np.flatnonzero(born[author] | (own <= premium[people.home[author]] * people.activity[author]))


def premiums(world: World) -> NDArray[np.float64]:
    """What a signed item earns above an unsigned one at each curator, USD, averaged over months; (curators,).

    Anyone can work it out: the bonus is posted, and so are the views that items there get in their lives, of which a
    month has as many as the items of one month get in all. Not worked out where nobody ever asks.
    """
    curators = world.curators.values()
    before = np.array([curator.premium for curator in curators])
    if all(ever.humans.signing_cost is None for ever in world.regimes):
        return before
    humans = world.settings.humans
    new = world.content.curator[world.rows_of(world.clock.step)]
    items = times_each(np.maximum(new, OPEN_WEB), len(before))
    views = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=(1, 2)) * humans.views_per_read
    bonus = np.array([curator.settings.signed_bonus for curator in curators]) / 1000.0
    now = np.divide(bonus * views, items, out=before.copy(), where=items > 0)
    averaged: NDArray[np.float64] = before + humans.habit * (now - before)
    return averaged
