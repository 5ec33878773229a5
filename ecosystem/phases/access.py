"""Access: which pages a lab's crawler fetches, under hosts' terms, authors' wishes and the rules of the month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.compliance import complies
from ecosystem.phases.curation import served
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.labs import Lab
from ecosystem.world.licences import licensed, opened, page_fee
from ecosystem.world.proposals import Crawls
from ecosystem.world.world import World

__all__ = ["barred", "crawled", "honours", "keeps_off", "reachable", "shut", "withdrawn"]

type Bools = NDArray[np.bool_]


def reachable(lab: Lab, world: World) -> NDArray[np.int64]:
    """Rows of settled public items that the lab may and does fetch."""
    strategy, items = lab.settings.data, world.content
    window = world.rows_of(world.clock.step - strategy.settle)
    host = items.curator[window]
    wanted = [not strategy.sources or name in strategy.sources for name in world.curators]
    reached = _by_host(np.array([*wanted, not strategy.sources]), private=False)
    fetched = (reached & _by_host(_affordable(lab, world), private=False))[host]
    if keeps_off(lab, world).any() or honours(lab, world).any():
        by_terms, by_wishes = barred(lab, world, window)
        fetched &= ~(by_terms | by_wishes)
    fetched &= ~items.has(Marks.REMOVED, window)
    if strategy.domains:
        fetched &= served(lab, world)[items.domain[window]]
    rows: NDArray[np.int64] = window.start + np.flatnonzero(fetched)
    return rows


def barred(lab: Lab, world: World, rows: slice | NDArray[np.integer]) -> tuple[Bools, Bools]:
    """Which items the terms of hosts and the wishes of authors keep the lab from, each of the shape of ``rows``."""
    host = world.content.curator[rows]
    off, out = (_by_host(keeping, private=True)[host] for keeping in (keeps_off(lab, world), honours(lab, world)))
    return off & _closed(lab, world, rows), out & withdrawn(lab, world, rows)


def shut(lab: Lab, world: World, rows: slice | NDArray[np.integer]) -> Bools:
    """Which items the lab may not take, by their hosts' terms or as their authors have opted out; shape of ``rows``.

    A licence covers what its host shows, also where an author would rather not, and so does a law that opens the host
    to the lab, unless the law lets opt-outs bind there all the same.
    """
    return _closed(lab, world, rows) | withdrawn(lab, world, rows)


def _closed(lab: Lab, world: World, rows: slice | NDArray[np.integer]) -> Bools:
    """Which items the terms of their hosts close to the lab; shape of ``rows``."""
    terms = [curator.settings.crawl == "open" for curator in world.curators.values()]
    closed: Bools = ~(np.array([*terms, True, True]) | _let_in(lab, world))[world.content.curator[rows]]
    return closed


def withdrawn(lab: Lab, world: World, rows: slice | NDArray[np.integer]) -> Bools:
    """Which items their authors have withdrawn from the lab by opting out; shape of ``rows``."""
    items = world.content
    opted_out = items.has(Marks.OPTED_OUT, rows)
    if opted_out.any():
        binding = _by_host(world.rules.labs.binding[lab.index], private=False)
        opted_out &= ~(_let_in(lab, world) & ~binding)[items.curator[rows]]
    return opted_out


def _let_in(lab: Lab, world: World) -> Bools:
    """Which hosts the lab is let in to by a licence or by law, by the number of a host."""
    return _by_host(np.append(licensed(lab, world), False) | opened(lab, world), private=False)


def keeps_off(lab: Lab, world: World) -> Bools:
    """At which hosts the lab takes nothing that terms close to it, shape (curators + 1,), the open web last.

    Who does not care for terms does where what is to be expected for a page is at least what a document is worth.
    """
    data = lab.settings.data
    return data.respects_opt_out | complies(data.document_value, world.rules.labs.trespass[lab.index])


def honours(lab: Lab, world: World) -> Bools:
    """At which hosts the lab takes nothing that its author has withdrawn; as :func:`keeps_off`."""
    data, rules = lab.settings.data, world.rules.labs
    expected = rules.trespass[lab.index] + rules.infringement[lab.index]
    return data.respects_opt_out | complies(data.document_value, expected)


def crawled(lab: Lab, world: World, crawls: Crawls) -> NDArray[np.int64]:
    """Public rows that the lab took as it crawled this month, not what it was given otherwise."""
    items, rows = world.content, crawls.row[crawls.lab == lab.index]
    fresh = items.step[rows] == world.clock.step - lab.settings.data.settle
    taken: NDArray[np.int64] = rows[fresh & (items.curator[rows] >= OPEN_WEB)]
    return taken


def _affordable(lab: Lab, world: World) -> Bools:
    """Where a page costs the lab no more than it is worth to fetch, shape (curators + 1,)."""
    fee = page_fee(lab, world)
    if not fee.any():
        return np.ones(len(fee) + 1, dtype=np.bool_)
    share = world.licences.expected_share()[lab.index]
    return np.append(fee <= lab.settings.data.document_value * share, True)


def _by_host(known: Bools, *, private: bool) -> Bools:
    """The same with an entry for what is private: of the last two it is the first, and the open web the second."""
    return np.concatenate([known[:-1], [private], known[-1:]])
