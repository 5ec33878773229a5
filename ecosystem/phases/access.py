"""Access: which pages a lab's crawler fetches, under hosts' terms, authors' wishes and the rules of the month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.compliance import complies
from ecosystem.phases.curation import served
from ecosystem.world.content import Marks
from ecosystem.world.labs import Lab
from ecosystem.world.licences import licensed
from ecosystem.world.world import World

__all__ = ["keeps_off", "reachable", "shut"]

type Bools = NDArray[np.bool_]


def reachable(lab: Lab, world: World) -> NDArray[np.int64]:
    """Rows of settled public items that the lab may and does fetch."""
    strategy, items = lab.settings.data, world.content
    window = world.rows_of(world.clock.step - strategy.settle)
    host = items.curator[window]
    wanted = [not strategy.sources or name in strategy.sources for name in world.curators]
    reached = _by_host(np.array([*wanted, not strategy.sources]), private=False)
    fetched = (reached & _by_host(_affordable(lab, world), private=False))[host]
    keeping = _by_host(keeps_off(lab, world), private=True)
    if keeping.any():
        fetched &= ~(keeping[host] & shut(lab, world, window))
    fetched &= ~items.has(Marks.REMOVED, window)
    if strategy.domains:
        fetched &= served(lab, world)[items.domain[window]]
    return window.start + np.flatnonzero(fetched)


def shut(lab: Lab, world: World, rows: slice | NDArray[np.integer]) -> Bools:
    """Which items the lab may not take, by their hosts' terms or as their authors have opted out; shape of ``rows``.

    A licence covers what its host shows, also where an author would rather not, and so does a law that opens the host
    to the lab, unless the law lets opt-outs bind there all the same.
    """
    items, rules = world.content, world.rules.labs
    host = items.curator[rows]
    let_in = _by_host(np.append(licensed(lab, world), False) | _opened(lab, world), private=False)
    terms = [curator.settings.crawl == "open" for curator in world.curators.values()]
    closed: Bools = ~(np.array([*terms, True, True]) | let_in)[host]
    opted_out = items.has(Marks.OPTED_OUT, rows)
    if opted_out.any():
        closed |= opted_out & ~(let_in & ~_by_host(rules.binding[lab.index], private=False))[host]
    return closed


def keeps_off(lab: Lab, world: World) -> Bools:
    """At which hosts the lab takes nothing that it may not, shape (curators + 1,), the open web last.

    Who does not care for terms does where what is to be expected for a page is at least what a document is worth.
    """
    data = lab.settings.data
    return data.respects_opt_out | complies(data.document_value, world.rules.labs.trespass[lab.index])


def _opened(lab: Lab, world: World) -> Bools:
    """Which hosts the law opens to the lab at a royalty that a document is worth to it, shape (curators + 1,)."""
    rules = world.rules.labs
    worth = lab.settings.data.document_value
    opened: Bools = rules.opened[lab.index] & (rules.royalty[lab.index] <= worth)
    return opened


def _affordable(lab: Lab, world: World) -> Bools:
    """Where a page costs the lab no more than it is worth to fetch, shape (curators + 1,)."""
    fee = world.rules.labs.fee[lab.index]
    if not fee.any():
        return np.ones(len(fee), dtype=np.bool_)
    share = world.licences.expected_share()[lab.index]
    return np.append(fee[:-1] <= lab.settings.data.document_value * share, True)


def _by_host(known: Bools, *, private: bool) -> Bools:
    """The same with an entry for what is private: of the last two it is the first, and the open web the second."""
    return np.concatenate([known[:-1], [private], known[-1:]])
