"""Two runs of different size compared to the bit: things and whom they refer to go by identity, never by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import child_keys, name_key
from ecosystem.core.table import Table
from ecosystem.model import WebEcosystem
from ecosystem.world.ledger import INSIDE, Kind
from ecosystem.world.world import World

type Arrays = dict[str, NDArray[Any]]
type Moved = dict[str, NDArray[np.uint64]]


class Part(NamedTuple):
    """Things of one sort by identity, so that runs of different size can be compared."""

    ids: NDArray[np.uint64]
    """Shape (things,), each once."""
    columns: Arrays
    """What is known of each, shape (things, ...); whom they refer to is given by identity, never by row."""


def moved(one: Part, other: Part) -> Moved:
    """Identities of the things that are in both and differ in any bit, by column; without columns that agree."""
    ids, mine, theirs = np.intersect1d(one.ids, other.ids, assume_unique=True, return_indices=True)
    found = {}
    for name in one.columns:
        left, right = one.columns[name][mine], other.columns[name][theirs]
        assert left.dtype == right.dtype, name
        assert left.shape == right.shape, name
        rows = _bytes(left) != _bytes(right)
        if rows.any():
            found[name] = ids[rows.any(axis=1)]
    return found


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    return (
        np.ascontiguousarray(array).view(np.uint8).reshape(len(array), -1) if array.size else np.zeros((0, 1), np.uint8)
    )


def only(one: Part, other: Part) -> NDArray[np.uint64]:
    """Identities of the things that only the first has."""
    return np.setdiff1d(one.ids, other.ids, assume_unique=True)


def changes(one: WebEcosystem, other: WebEcosystem) -> dict[str, Moved]:
    """What differs between two runs in the things that both have, by part; without parts that agree."""
    mine, theirs = portrait(one), portrait(other)
    found = {name: moved(mine[name], theirs[name]) for name in mine if name in theirs}
    return {name: columns for name, columns in found.items() if columns}


def portrait(model: WebEcosystem) -> dict[str, Part]:
    """Everything in a world and everything recorded of it, by identity."""
    world = model.world
    parts = {
        "items": _items(world),
        "humans": _people(world),
        "publishers": _publishers(world),
        "reads": _reads(world),
        "links": _links(world),
        "accounts": _accounts(world),
        "licences": _licences(world),
        "flows": Part(np.arange(world.ledger.month.size, dtype=np.uint64), {"cents": world.ledger.month.ravel()}),
    }
    parts |= _reality(world)
    for name in world.curators:
        parts |= _institution(world, "curators", name)
    for name in world.labs:
        parts |= _institution(world, "labs", name)
    return parts | _recorded(model)


def _named(names: Iterable[str]) -> NDArray[np.uint64]:
    """A key for each name, and one more for "none", which the number -1 stands for."""
    return np.array([name_key(name) for name in (*names, "-1")], dtype=np.uint64)


def _hosts(world: World, host: NDArray[np.integer]) -> NDArray[np.uint64]:
    keys = np.array([name_key(name) for name in (*world.curators, "private", "open web")], dtype=np.uint64)
    return keys[host]


def _item_keys(world: World, rows: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Keys of items by row, 0 for row -1."""
    return np.append(world.content.key, np.uint64(0))[rows]


def _authors(world: World) -> NDArray[np.uint64]:
    everyone = np.concatenate([world.humans.key, world.publishers.key, [np.uint64(0)]])
    return everyone[world.author_number(np.arange(len(world.content)))]


def _table(table: Table, ids: NDArray[np.uint64], **translated: NDArray[np.uint64]) -> Part:
    columns = {name: getattr(table, name) for name in table.schema()}
    return Part(ids, columns | translated)


def _items(world: World) -> Part:
    items = world.content
    return _table(
        items,
        items.key,
        domain=_named(world.reality.names)[items.domain],
        author=_authors(world),
        lab=_named(world.labs)[items.lab],
        curator=_hosts(world, items.curator),
        source=_item_keys(world, items.source),
    )


def _people(world: World) -> Part:
    people = world.humans
    return _table(
        people,
        people.key,
        domain=_named(world.reality.names)[people.domain],
        home=_named(world.curators)[people.home],
        assistant=_named(world.labs)[people.assistant],
    )


def _publishers(world: World) -> Part:
    firms = world.publishers
    groups = [group.name for group in world.settings.publishers.groups]
    return _table(firms, firms.key, group=_named(groups)[firms.group], lab=_named(world.labs)[firms.lab])


def _reads(world: World) -> Part:
    return Part(world.humans.key, {"item": _item_keys(world, world.reads), "upvoted": world.upvoted})


def _links(world: World) -> Part:
    """A link is the n-th of the item that it starts from."""
    links = world.links
    source = _item_keys(world, links.source)
    first = np.searchsorted(links.source, links.source)  # links are made item by item, in order of rows
    ids = child_keys(source, 0, np.arange(len(links)) - first)
    return Part(ids, {"step": links.step, "source": source, "target": _item_keys(world, links.target)})


def _accounts(world: World) -> Part:
    holders = {
        Kind.PUBLISHER: world.publishers.key,
        Kind.CURATOR: np.array([c.key for c in world.curators.values()], dtype=np.uint64),
        Kind.LAB: np.array([lab.key for lab in world.labs.values()], dtype=np.uint64),
    }
    outside = {kind: np.array([name_key("kind", kind.name)], dtype=np.uint64) for kind in Kind if kind not in INSIDE}
    books = {"balance": world.ledger.balances, "income": world.ledger.income, "spending": world.ledger.spending}
    ids = np.concatenate([(holders | outside)[kind] for kind in Kind])
    return Part(ids, {name: np.concatenate([book[kind] for kind in Kind]) for name, book in books.items()})


def _licences(world: World) -> Part:
    """Contracts of each lab with each host."""
    hosts = np.arange(len(world.curators))
    ids = [child_keys(np.full(len(hosts), lab.key), 0, hosts) for lab in world.labs.values()]
    found = world.licences
    columns: Arrays = {"price": found.terms.price, "until": found.terms.until, "taken": found.taken}
    asked = np.broadcast_to(found.terms.ask, found.taken.shape)
    return Part(
        np.concatenate([np.empty(0, dtype=np.uint64), *ids]),
        {name: column.ravel() for name, column in (columns | {"ask": asked}).items()},
    )


def _idea_keys(world: World) -> NDArray[np.uint64]:
    reality = world.reality
    domains = np.array([name_key("domain", name) for name in reality.names], dtype=np.uint64)
    return child_keys(domains[reality.space.row_of()], 0, reality.space.local())


def _reality(world: World) -> dict[str, Part]:
    reality = world.reality
    ideas: Arrays = {"rank": reality.rank, "born": reality.born, "salience": reality.salience}
    places = {"mean": reality.mean, "demand": reality.demand, "verifiability": reality.verifiability}
    names = np.array([name_key(name) for name in reality.names], dtype=np.uint64)
    return {"ideas": Part(_idea_keys(world), ideas), "domains": Part(names, places)}


_BY_IDEA = {"model.probability", "model.accuracy", "model.known", "corpus.count", "corpus.right"}
_BY_DOMAIN = {
    *("model.mean", "model.covariance", "model.depth", "model.weight"),
    *("corpus.total", "corpus.mean", "corpus.scatter", "corpus.depths", "corpus.shares"),
}


def _institution(world: World, kind: str, name: str) -> dict[str, Part]:
    """State, detector, corpus and model of a curator or a lab; by idea or domain what is laid out so."""
    agent = world.curators[name] if kind == "curators" else world.labs[name]
    state: Arrays = dict(agent.dump())
    if kind == "labs":
        state |= dict(world.corpora[agent.index].dump())
        held = {key: state.pop(key) for key in [*state] if key.startswith("held.")}
        order = np.argsort(held["held.key"])
        state |= {key: values[order] for key, values in held.items()}
    named = np.array([name_key(place) for place in world.reality.names], dtype=np.uint64)
    rest = {key: value[None] for key, value in state.items() if key not in _BY_IDEA | _BY_DOMAIN}
    return {
        f"{kind}.{name}": Part(np.array([agent.key]), rest),
        f"{kind}.{name} by idea": Part(_idea_keys(world), {k: state[k] for k in _BY_IDEA & state.keys()}),
        f"{kind}.{name} by domain": Part(named, {k: state[k] for k in _BY_DOMAIN & state.keys()}),
    }


def _recorded(model: WebEcosystem) -> dict[str, Part]:
    """Recorded numbers; a row is named by its month and its texts."""
    parts = {}
    for table, frame in model.recorder.tables().items():
        numbers = frame.select_dtypes("float64")
        labels = frame.drop(columns=numbers.columns).astype(str).agg("/".join, axis=1)
        ids = np.array([name_key(label) for label in labels], dtype=np.uint64)
        parts[f"recorded {table}"] = Part(ids, {str(name): numbers[name].to_numpy() for name in numbers})
    return parts
