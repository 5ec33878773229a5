"""The author graph at the end of a run: who links to whom, among those who are looked up to and some of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, child_keys
from ecosystem.measures.extracts import public_rows
from ecosystem.world.content import OPEN_WEB, Origin

if TYPE_CHECKING:
    import networkx as nx

    from ecosystem.world.world import World

__all__ = ["author_graph"]

type I64 = NDArray[np.int64]

LEADING = 0.5
"""Share of the author graph that goes to the most authoritative; the rest is a sample of the others.

assumption: half, so that a snapshot shows both the top and the crowd below it.
"""


def author_graph(world: World, count: int) -> nx.DiGraph[str]:
    """Who links to whom among the most authoritative authors and a sample of the others.

    Authors are the people and publishers with at least one public item. Links are those that new
    items made in the last `links.window` months; links to oneself are left out.

    Args:
        world: after any number of months.
        count: most authors.

    Returns:
        Nodes "human-12" and "publisher-3" (rows of their tables) with `kind` (human | publisher),
        `domain` (of a publisher the one it has written most about) and `authority` (in multiples of
        an author without links); edges with `weight`, the number of links.
    """
    import networkx as nx  # noqa: PLC0415 - slow to import

    people = len(world.humans)
    authority = np.concatenate([world.humans.authority, world.publishers.authority])
    number = world.author_number(slice(0, len(world.content)))
    chosen = _authors(world, authority, number, count)
    domain = _domains(world, chosen)
    graph: nx.DiGraph[str] = nx.DiGraph()
    label = [f"human-{who}" if who < people else f"publisher-{who - people}" for who in chosen]
    for name, who, field in zip(label, chosen, domain, strict=True):
        graph.add_node(
            name, kind="human" if who < people else "publisher",
            domain=world.reality.names[field], authority=float(authority[who]),
        )  # fmt: skip
    place = np.full(len(authority), -1, dtype=np.int32)
    place[chosen] = np.arange(len(chosen))
    for source, target, weight in zip(*_edges(world, place[number], len(chosen)), strict=True):
        graph.add_edge(label[source], label[target], weight=int(weight))
    return graph


def _authors(world: World, authority: NDArray[np.float32], number: I64, count: int) -> I64:
    """Numbers of the authors shown, ascending."""
    public = public_rows(world, slice(0, len(number)))
    written = np.bincount(number[public], minlength=len(authority))
    past = np.concatenate([world.past.wrote, world.past.written.sum(axis=1)])
    written[: len(past)] += past
    authors = np.flatnonzero(written)
    # People and publishers draw apart: keys of both kinds might coincide.
    own = np.concatenate([world.humans.key, world.publishers.key])[authors]
    keys = child_keys(own, 0, (authors >= len(world.humans)).astype(np.int64))
    leads = np.zeros(len(authors), dtype=np.bool_)
    leads[_leaders(world, authority[authors], keys, int(np.ceil(LEADING * min(count, len(authors)))))] = True
    others = np.flatnonzero(~leads)
    leads[others[_by_lot(world, "measures.authors", keys[others], count - int(leads.sum()))]] = True
    return authors[leads]


def _leaders(world: World, authority: NDArray[np.float32], keys: NDArray[np.uint64], count: int) -> I64:
    """Positions of the ``count`` of highest authority; the lot decides among equals."""
    if count == 0:
        return np.empty(0, dtype=np.int64)
    least = np.partition(authority, len(authority) - count)[len(authority) - count]
    above, equal = np.flatnonzero(authority > least), np.flatnonzero(authority == least)
    return np.concatenate([above, equal[_by_lot(world, "measures.leaders", keys[equal], count - len(above))]])


def _by_lot(world: World, decision: str, keys: NDArray[np.uint64], count: int) -> I64:
    """Positions of ``count`` of the keys: those with the lowest lots.

    Lots are keyed by identity, so one more author displaces at most one other.
    """
    if count >= len(keys):
        return np.arange(len(keys))
    return np.argpartition(Streams(world.draw.seed, 0).uniform(decision, keys), count)[:count]


def _domains(world: World, chosen: I64) -> I64:
    """Domain of each author: a person's own, the one a publisher has written most about."""
    people, domains, items = len(world.humans), world.reality.domains, world.content
    human = chosen < people
    publishers = chosen[~human] - people
    place = np.full(len(world.publishers), -1, dtype=np.int64)
    place[publishers] = np.arange(len(publishers))
    made = np.flatnonzero(items.origin == Origin.SYNTHETIC)
    made = made[items.curator[made] >= OPEN_WEB]
    at = place[items.author[made]]
    cell = at[at >= 0] * domains + items.domain[made[at >= 0]]
    written = np.bincount(cell, minlength=len(publishers) * domains).reshape(len(publishers), domains)
    earlier = np.flatnonzero(publishers < len(world.past.written))
    written[earlier] += world.past.written[publishers[earlier]]
    domain = np.empty(len(chosen), dtype=np.int64)
    domain[human], domain[~human] = world.humans.domain[chosen[human]], np.argmax(written, axis=1)
    return domain


def _edges(world: World, place: NDArray[np.int32], count: int) -> tuple[I64, I64, I64]:
    """Links among the chosen: positions of source and target, and how many.

    Args:
        world: whose links they are.
        place: position of each item's author among the chosen, -1 for others, shape (items,).
        count: how many are chosen.
    """
    first = world.links.after(len(world.month_start) - 1 - world.settings.links.window)
    source = place[world.links.source[first:]]
    here = np.flatnonzero(source >= 0)
    source, target = source[here].astype(np.int64), place[world.links.target[first:][here]].astype(np.int64)
    among = (target >= 0) & (source != target)
    pair, weight = np.unique(source[among] * count + target[among], return_counts=True)
    ends = np.divmod(pair, max(1, count))
    return ends[0], ends[1], weight
