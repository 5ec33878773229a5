"""What whoever thinks of founding a publisher expects of it, from what anyone can see."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.beliefs import Beliefs, public_pay
from ecosystem.phases.publishers.choice import appeal, mean_pay
from ecosystem.phases.publishers.costs import api_cost, legal_cost, share_of_text
from ecosystem.phases.publishers.labs import attraction
from ecosystem.phases.publishers.standing import begun
from ecosystem.phases.revision import lasting
from ecosystem.world.publishers import MODES
from ecosystem.world.world import World

__all__ = ["best_profit", "common_margin", "prospects"]

type F64 = NDArray[np.float64]

_POINTS = 9
"""Of the quadrature over costs, exact for polynomials of degree 17. assumption: enough for a kinked profit."""


def prospects(world: World, beliefs: Beliefs) -> F64:
    """Profit that a founder in each group expects over its horizon, USD of one real publisher, shape (groups,).

    What it will cost to produce it learns only once in business, and who then would lose money stops: the expectation
    is of the profit at the best volume, or 0, over all costs (Hopenhayn 1992, doi:10.2307/2951541; Melitz 2003,
    doi:10.1111/1468-0262.00467).
    """
    market = world.settings.publishers
    if not begun(world) or not beliefs.posted.any():
        return np.zeros(len(market.groups))
    text = _price_of_text(world)
    pay = _pay(world, beliefs, np.nan_to_num(text) + market.production)
    point, weight = _quadrature()
    production = market.production * np.exp(market.cost_spread * point)
    first = np.array([group.volume for group in market.groups])
    monthly = best_profit(pay[:, None], text[:, None], production, first[:, None], market.diseconomy, market.fixed_cost)
    worth: F64 = market.horizon * (np.maximum(monthly, 0.0) * weight).sum(axis=1)
    return np.nan_to_num(worth, posinf=np.inf)  # without a lab to buy from there is nothing to expect


def common_margin(world: World, beliefs: Beliefs, volume: F64) -> F64:
    """Profit per cost of an item to somebody of median costs, by what anyone can see, shape (groups,).

    NaN if nothing was ever posted, or where there is no lab to buy from or an item costs nothing.

    Args:
        world: after the month's payments.
        beliefs: after this month.
        volume: items a month of each publisher in the group, by count, shape (groups,); of newcomers at least the
            first volume.
    """
    market, text = world.settings.publishers, _price_of_text(world)
    if not beliefs.posted.any():
        return np.full(len(text), np.nan)
    first = np.array([group.volume for group in market.groups])
    grown = np.divide(np.maximum(volume, first), first, out=np.ones(len(first)), where=first > 0)
    cost = text + market.production * grown**market.diseconomy
    pay = _pay(world, beliefs, np.nan_to_num(cost))
    return np.divide(pay, cost, out=np.full(len(cost), np.nan), where=cost > 0) - 1


def best_profit(pay: F64, text: F64, production: F64, first: F64, diseconomy: float, fixed: float) -> F64:
    """Profit a month at the volume that makes most of it, USD; arguments as arrays that fit each other.

    Args:
        pay: for an item, USD.
        text: price of an item's text, USD.
        production: cost of an item besides at the first volume, USD.
        first: that volume, items a month.
        diseconomy: exponent with which production cost grows with volume; at 0 nothing bounds volume, and the
            first is taken.
        fixed: USD a month.
    """
    gain = np.maximum(pay - text, 0.0)
    if diseconomy == 0 or not np.all(production > 0):
        return (gain - production) * first - fixed
    with np.errstate(over="ignore"):
        volume = first * (gain / ((1 + diseconomy) * production)) ** (1 / diseconomy)
        profit: F64 = gain * volume * diseconomy / (1 + diseconomy) - fixed
    return profit


def _pay(world: World, beliefs: Beliefs, cost: F64) -> F64:
    """USD expected of an item by a newcomer to each group, shape (groups,)."""
    group = np.arange(len(cost))
    by_host = public_pay(world, beliefs)
    pay = np.broadcast_to(by_host[None, :, None], (len(cost), len(by_host), MODES))
    afresh = np.zeros(len(cost), dtype=np.bool_)  # it looks the same either way from outside
    return mean_pay(world, group, pay, appeal(world, group, afresh, pay, cost))


def _price_of_text(world: World) -> F64:
    """What an item's text costs a newcomer to each group on average, with levies and fines, USD, shape (groups,).

    NaN without a lab.
    """
    usable, price, legal = lasting(world)[:-1], api_cost(world), _legal_cost(world)
    anywhere = np.full(len(legal), np.nan)
    if usable.any():
        weight = attraction(world, usable, share_of_text(world, world.settings.publishers.production + legal))
        anywhere = (weight * price).sum(axis=1) / weight.sum(axis=1)
    named = [None if g.lab == "any" else world.labs[g.lab].index for g in world.settings.publishers.groups]
    text = [
        usual if lab is None else price[lab] if usable[lab] else np.nan
        for lab, usual in zip(named, anywhere, strict=True)
    ]
    return np.array(text) + legal


def _legal_cost(world: World) -> F64:
    """What the rules of the month make founders expect to pay per item, USD, shape (groups,): what others do now.

    The mean over the group, or over all publishers where the group has none.
    """
    cost, group = legal_cost(world), world.publishers.group
    groups = len(world.settings.publishers.groups)
    number = np.bincount(group, minlength=groups)
    anybody = np.full(groups, cost.mean() if len(cost) else 0.0)
    mean: F64 = np.divide(np.bincount(group, cost, groups), number, out=anybody, where=number > 0)
    return mean


@cache
def _quadrature() -> tuple[F64, F64]:
    """Points and weights of Gauss and Hermite for the mean over a standard normal."""
    point, weight = np.polynomial.hermite_e.hermegauss(_POINTS)
    return point, weight / weight.sum()
