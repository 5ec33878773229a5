"""Licensing: hosts ask, labs bid for what they expect to find, and where they meet there is a contract."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.revision import bankruptcies
from ecosystem.world.labs import Lab
from ecosystem.world.ledger import Kind
from ecosystem.world.licences import Terms, opened, published
from ecosystem.world.world import World

__all__ = ["documents_expected", "trade"]


def trade(world: World) -> Terms:
    """Asking prices and contracts of next month.

    A sealed-offer k-double auction (Chatterjee and Samuelson 1983, doi:10.1287/opre.31.5.835) of each host with each
    lab that wants its text and has no contract for next month. Text is not used up, so that all may buy. A host then
    moves what it asks by how many of those at the table bought; with nobody at the table it waits.
    """
    market, before = world.settings.licences, world.licences.terms
    if not market.market:
        return before
    after = Terms(_asked(world), before.price.copy(), before.until.copy())
    table = _at_the_table(world)
    value = np.array([lab.settings.data.document_value for lab in world.labs.values()])
    worth = documents_expected(world) * value[:, None]
    next_month = world.clock.step + 1
    for lab in world.labs.values():
        held = before.until[lab.index] > next_month
        left = _to_spend(world, lab) - before.price[lab.index][held].sum()
        for host in np.flatnonzero(table[lab.index]):
            bid, ask = min(worth[lab.index, host], left), after.ask[host]
            if bid >= ask:
                price = market.split * bid + (1 - market.split) * ask
                after.price[lab.index, host], after.until[lab.index, host] = price, next_month + market.term
                left -= price
    bought = table & (after.until > next_month)
    return after._replace(ask=_moved(after.ask, table, bought, world))


def documents_expected(world: World) -> NDArray[np.float64]:
    """Documents a month that each lab expects to take from each host, shape (labs, curators).

    Its share of what it could fetch there, times what the host has published and not removed this month.
    """
    return world.licences.expected_share() * published(world)


def _asked(world: World) -> NDArray[np.float64]:
    """What each host asks this month, shape (curators,): at first its price in the scenario, never below a floor."""
    ask = world.licences.terms.ask.copy()
    for curator in world.curators.values():
        if np.isnan(ask[curator.index]) and curator.settings.crawl == "licence":
            ask[curator.index] = curator.settings.licence_price
    return np.maximum(np.maximum(ask, world.settings.licences.floor), world.rules.hosts.floor)


def _at_the_table(world: World) -> NDArray[np.bool_]:
    """Which labs in business bid at which hosts: those that sell, that are wanted, and whose contract is over."""
    free = ~world.licences.in_force(world.clock.step + 1)
    closing = bankruptcies(world)
    for lab in world.labs.values():
        free[lab.index] &= lab.active and lab.name not in closing and bool(lab.settings.data.crawlers)
        sold = [c.settings.crawl == "licence" and _wanted(lab, name, world) for name, c in world.curators.items()]
        free[lab.index] &= np.array(sold, dtype=np.bool_) & ~opened(lab, world)[:-1]
    return free


def _wanted(lab: Lab, host: str, world: World) -> bool:
    data = lab.settings.data
    everything = world.settings.licences.all and data.respects_opt_out
    return host in data.licences or (everything and (not data.sources or host in data.sources))


def _to_spend(world: World, lab: Lab) -> float:
    """USD a month that a lab can pay for licences without running short before it could raise money."""
    return max(0.0, float(world.ledger.usd(Kind.LAB)[lab.index])) / world.settings.investors.runway


def _moved(
    ask: NDArray[np.float64], table: NDArray[np.bool_], bought: NDArray[np.bool_], world: World
) -> NDArray[np.float64]:
    """What hosts ask next: more if most of those at the table bought, less if most did not, shape (curators,)."""
    settings, bidders = world.settings.licences, table.sum(axis=0)
    share = np.divide(bought.sum(axis=0), bidders, out=np.full(len(ask), 0.5), where=bidders > 0)
    return np.maximum(ask * np.exp(settings.adjust * (2 * share - 1)), settings.floor)
