"""What is taken from a finished run beside its trajectories: items, authors, in-links.

Items are those in memory: all of them, unless `scale.keep_items` lets the old ones go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, child_keys
from ecosystem.world.content import OPEN_WEB, Items, Origin

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from ecosystem.world.world import World

__all__ = ["author_graph", "degrees", "item_sample"]

type I64 = NDArray[np.int64]

LEADING = 0.5
"""Share of the author graph that goes to the most authoritative; the rest is a sample of the others.

assumption: half, so that a snapshot shows both the top and the crowd below it.
"""


def _public(world: World) -> I64:
    """Rows of all public items in memory."""
    return np.flatnonzero(world.content.curator >= OPEN_WEB)


def _by_lot(world: World, decision: str, keys: NDArray[np.uint64], count: int) -> I64:
    """Positions of ``count`` of the keys, ascending: those with the lowest lots.

    Lots are keyed by identity, so one more item or author displaces at most one other.
    """
    lot = Streams(world.draw.seed, 0).uniform(decision, keys)
    return np.sort(np.argsort(lot, kind="stable")[:count])


# --- items ------------------------------------------------------------------------------------------


def item_sample(world: World, count: int) -> pd.DataFrame:
    """A sample of public items, each as likely as any other, in order of publication.

    Args:
        world: after any number of months.
        count: most rows.

    Returns:
        `step`, `date` ("2018-01"), then the columns of the table of items as they are now, with the
        names of domain, origin ("human", "assisted", "synthetic"), lab ("none") and curator ("open
        web"); `style_0`, `style_1`, ... at the end. The key is unsigned, missing scores are NaN. Words are
        left out; for them there is the table of texts.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    items, public = world.content, _public(world)
    rows = public[_by_lot(world, "measures.items", items.key[public], count)]
    step = items.step[rows].astype(np.int64)
    content: dict[str, Any] = {
        "step": step,
        "date": _named([str(world.clock.start + s) for s in range(len(world.month_start))], step),
    }
    names = _names(world)
    for column, entry in Items.schema().items():
        if column == "step" or entry.shape:
            continue
        values = getattr(items, column)[rows]
        if column in names:
            content[column] = _named(names[column], values.astype(np.int64))
        else:
            content[column] = values.astype(np.float64) if values.dtype.kind == "f" else values
    style = items.style[rows].astype(np.float64)
    content |= {f"style_{axis}": style[:, axis] for axis in range(style.shape[1])}
    return pd.DataFrame(content)


def _names(world: World) -> dict[str, list[str]]:
    """What the codes of columns stand for; the last name is that of -1, for no lab and no host."""
    return {
        "domain": list(world.reality.names),
        "origin": [origin.name.lower() for origin in Origin],
        "lab": [*world.labs, "none"],
        "curator": [*world.curators, "open web"],
    }


def _named(names: list[str], codes: I64) -> Any:
    """Names of codes as a column of text."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    return pd.array(np.array(names, dtype=object)[codes], dtype="str")


# --- links ------------------------------------------------------------------------------------------


def degrees(world: World) -> pd.DataFrame:
    """How many public items have how many in-links: `in_degree` ascending, `count` above 0."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    count = np.bincount(world.content.links[_public(world)].astype(np.int64))
    found = np.flatnonzero(count)
    return pd.DataFrame({"in_degree": found, "count": count[found]})


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

    people, domains = len(world.humans), world.reality.domains
    authority = np.concatenate([world.humans.authority, world.publishers.authority])
    chosen = _authors(world, authority, count)
    domain = _domains(world, chosen, domains)
    graph: nx.DiGraph[str] = nx.DiGraph()
    label = [f"human-{who}" if who < people else f"publisher-{who - people}" for who in chosen]
    for name, who, field in zip(label, chosen, domain, strict=True):
        graph.add_node(
            name, kind="human" if who < people else "publisher",
            domain=world.reality.names[field], authority=float(authority[who]),
        )  # fmt: skip
    for source, target, weight in zip(*_edges(world, chosen, len(authority)), strict=True):
        graph.add_edge(label[source], label[target], weight=int(weight))
    return graph


def _authors(world: World, authority: NDArray[np.float32], count: int) -> I64:
    """Numbers of the authors shown, ascending."""
    written = np.bincount(world.author_number(_public(world)), minlength=len(authority))
    authors = np.flatnonzero(written)
    # People and publishers draw apart: keys of both kinds might coincide.
    keys = child_keys(
        np.concatenate([world.humans.key, world.publishers.key]), 0,
        np.repeat([0, 1], [len(world.humans), len(world.publishers)]),
    )[authors]  # fmt: skip
    lot = Streams(world.draw.seed, 0).uniform("measures.leaders", keys)
    order = np.lexsort((lot, -authority[authors]))
    leaders = int(np.ceil(LEADING * min(count, len(authors))))
    others = order[leaders:]
    sample = others[_by_lot(world, "measures.authors", keys[others], count - leaders)]
    return np.sort(authors[np.concatenate([order[:leaders], sample])])


def _domains(world: World, chosen: I64, domains: int) -> I64:
    """Domain of each author: a person's own, the one a publisher has written most about."""
    people, rows = len(world.humans), _public(world)
    place = np.full(people + len(world.publishers), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    at = place[world.author_number(rows)]
    cell = at[at >= 0] * domains + world.content.domain[rows[at >= 0]]
    written = np.bincount(cell, minlength=len(chosen) * domains).reshape(len(chosen), domains)
    human = chosen < people
    own = np.argmax(written, axis=1)
    own[human] = world.humans.domain[chosen[human]]
    return own


def _edges(world: World, chosen: I64, authors: int) -> tuple[I64, I64, I64]:
    """Links among the chosen: positions of source and target, and how many."""
    newest = len(world.month_start) - 1
    since = newest - world.settings.links.window
    first = int(np.searchsorted(world.links.step, since, side="right"))
    place = np.full(authors, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    source = place[world.author_number(world.links.source[first:])]
    target = place[world.author_number(world.links.target[first:])]
    among = (source >= 0) & (target >= 0) & (source != target)
    pair, weight = np.unique(source[among] * len(chosen) + target[among], return_counts=True)
    ends = np.divmod(pair, max(1, len(chosen)))
    return ends[0], ends[1], weight
