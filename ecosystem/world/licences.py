"""Licences: which labs may train on what which hosts show, at what price, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.world.content import OPEN_WEB, Marks

if TYPE_CHECKING:
    from ecosystem.world.labs import Lab
    from ecosystem.world.proposals import Crawls
    from ecosystem.world.world import World

__all__ = ["Licences", "Terms", "fees", "licensed", "opened", "page_fee", "published"]

FADING = 1 / 12
"""How fast what a lab found at a host is forgotten, per month. assumption: a year is remembered."""


class Terms(NamedTuple):
    """Asking prices and contracts."""

    ask: NDArray[np.float64]
    """What each host asks, USD per month and lab, shape (curators,); NaN before it first asks."""
    price: NDArray[np.float64]
    """What each lab pays each host under the last contract, USD per month, shape (labs, curators)."""
    until: NDArray[np.int32]
    """Step from which on that contract is over, 0 without one, shape (labs, curators)."""


class Licences:
    """Contracts between labs and hosts, and what labs found where."""

    def __init__(self, labs: int, curators: int) -> None:
        """Begin without contracts."""
        shape = (labs, curators)
        self.terms = Terms(np.full(curators, np.nan), np.zeros(shape), np.zeros(shape, dtype=np.int32))
        self.income = np.zeros(curators)
        """What each host was due for licences this month, USD, shape (curators,)."""
        self.fetched = np.zeros(shape)
        """Pages of each host that each lab fetched, the older the less they count."""
        self.taken = np.zeros(shape)
        """Those of them that it took."""

    def in_force(self, step: int) -> NDArray[np.bool_]:
        """Which contracts hold in a month, shape (labs, curators)."""
        return self.terms.until > step

    def learn(self, crawls: Crawls, host: NDArray[np.integer]) -> None:
        """Let labs remember what they fetched and took this month; what they could not reach they remember as it was.

        Args:
            crawls: of the month.
            host: host of each row taken, below 0 for none, shape (taken,).
        """
        labs, hosts = self.fetched.shape
        known = crawls.fetched > 0
        hosted = host >= 0
        cell = crawls.lab[hosted] * hosts + host[hosted].astype(np.int64)
        taken = np.bincount(cell, minlength=labs * hosts).reshape(labs, hosts)
        for memory, found in ((self.fetched, crawls.fetched), (self.taken, taken)):
            memory[known] += FADING * (found[known] - memory[known])

    def expected_share(self) -> NDArray[np.float64]:
        """Share of the pages of each host that each lab expects to take, shape (labs, curators).

        Where it has fetched none, its share at all hosts together; a lab that has fetched nothing expects all.
        """
        fetched, taken = self.fetched.sum(axis=1, keepdims=True), self.taken.sum(axis=1, keepdims=True)
        overall = np.divide(taken, fetched, out=np.ones_like(fetched), where=fetched > 0)
        everywhere = np.broadcast_to(overall, self.fetched.shape).copy()
        return np.divide(self.taken, self.fetched, out=everywhere, where=self.fetched > 0)

    def end(self, lab: int) -> None:
        """End all contracts of a lab."""
        self.terms.until[lab] = 0

    MEMORY = ("income", "fetched", "taken")

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""
        state: dict[str, NDArray[np.generic]] = {name: value.copy() for name, value in self.terms._asdict().items()}
        return state | {name: getattr(self, name).copy() for name in self.MEMORY}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        self.terms = Terms(*(state[name].copy() for name in Terms._fields))
        for name in self.MEMORY:
            setattr(self, name, state[name].copy())


def licensed(lab: Lab, world: World) -> NDArray[np.bool_]:
    """Which curators the lab has a licence of this month, shape (curators,).

    In a market those it has a contract with, whatever they ask of others by now; otherwise those that sell and that
    it lists, but for those that the law opens to it, and those that it has made dearer than all that they publish is
    worth to the lab.
    """
    if world.settings.licences.market:
        return world.licences.in_force(world.clock.step)[lab.index]
    wanted = lab.settings.data.licences
    listed = np.array(
        [c.settings.crawl == "licence" and name in wanted for name, c in world.curators.items()], dtype=np.bool_
    )
    floor = world.rules.hosts.floor
    if world.rules.labs.has("opened"):
        listed &= ~opened(lab, world)[:-1]
    if not floor.any():
        return listed
    dearer = floor > _posted(world)
    return listed & ~(dearer & (floor > lab.settings.data.document_value * published(world)))


def opened(lab: Lab, world: World) -> NDArray[np.bool_]:
    """Which hosts the law opens to the lab at a royalty that a document is worth to it, shape (curators + 1,)."""
    rules = world.rules.labs
    worth_it: NDArray[np.bool_] = rules.opened[lab.index] & (
        rules.royalty[lab.index] <= lab.settings.data.document_value
    )
    return worth_it


def page_fee(lab: Lab, world: World) -> NDArray[np.float64]:
    """What the lab owes each host for a real page this month, USD, shape (curators,); a licence covers it."""
    fee = world.rules.labs.fee[lab.index, :-1]
    return np.where(licensed(lab, world), 0.0, fee) if fee.any() else np.zeros(len(fee))


def published(world: World) -> NDArray[np.float64]:
    """Real items that each host has published and not removed this month, shape (curators,)."""
    items, rows = world.content, world.rows_of(world.clock.step)
    shown = np.where(items.has(Marks.REMOVED, rows), OPEN_WEB, np.maximum(items.curator[rows], OPEN_WEB))
    count = times_each(shown, len(world.curators)).astype(np.float64)
    return count * world.settings.scale.people_per_human


def _posted(world: World) -> NDArray[np.float64]:
    """Prices of licences as hosts post them, USD a month, shape (curators,)."""
    return np.array([curator.settings.licence_price for curator in world.curators.values()], dtype=float)


def fees(world: World) -> NDArray[np.float64]:
    """What each lab owes each host for a licence this month, USD, shape (labs, curators)."""
    posted = np.maximum(_posted(world), world.rules.hosts.floor)
    due = np.zeros((len(world.labs), len(world.curators)))
    for lab in world.labs.values():
        if lab.active:
            price = world.licences.terms.price[lab.index] if world.settings.licences.market else posted
            due[lab.index] = np.where(licensed(lab, world), price, 0.0)
    return due
