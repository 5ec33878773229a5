"""Proposals as tables whose rows keep their identity from one run to another."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.content import OPEN_WEB, Origin
from ecosystem.world.ledger import INSIDE, Kind, Reason
from ecosystem.world.proposals import (
    Asked,
    Crawls,
    Drafts,
    LinkSet,
    Money,
    Reads,
    Releases,
    Rules,
    Shifts,
    Training,
    Votes,
)
from ecosystem.world.world import World

__all__ = ["PHASES", "Rows", "rows_of", "short"]

PHASES: dict[type[Any], str] = {
    Rules: "regulate", Drafts: "produce", Releases: "gate", Reads: "read", Votes: "vote", LinkSet: "link",
    Asked: "ask", Crawls: "scrape", Training: "train", Money: "earn", Shifts: "adapt",
}  # fmt: skip
"""What proposes what, in the order of a month."""

type Name = Callable[[int], str]


@dataclass(frozen=True)
class Rows:
    """Some of a proposal: a row for each of those it is about.

    Attributes:
        who: what a row is known by in any run, shape (rows, parts); each stands once.
        name: what to call a row, by its place.
        columns: values, each with a first axis of (rows,).
    """

    who: NDArray[np.uint64]
    name: Name
    columns: Mapping[str, NDArray[Any]]


def rows_of(proposal: Any, world: World) -> list[Rows]:
    """A proposal as rows, while the world is as it was when it was made."""
    make = _MAKERS.get(type(proposal))
    return list(_fields(proposal, world)) if make is None else make(proposal, world)


def short(key: np.uint64) -> str:
    """The first half of a key, by which it is known well enough."""
    return f"{int(key):016x}"[:8]


def _unsigned(*parts: NDArray[Any]) -> NDArray[np.uint64]:
    return np.stack([np.asarray(part).astype(np.uint64) for part in parts], axis=1)


def _called(kind: str) -> Name:
    return lambda place: f"{kind} {place}"


def _numbered(columns: Mapping[str, NDArray[Any]], name: Name) -> Rows:
    """Rows known by their numbers: people and publishers are numbered alike in every run."""
    count = len(next(iter(columns.values())))
    return Rows(_unsigned(np.arange(count)), name, columns)


def _by_name(values: Mapping[str, float], column: str, kind: str) -> Rows:
    from ecosystem.core.streams import name_key  # noqa: PLC0415 - needed only here

    names = sorted(values)
    keys = np.array([int(name_key(name)) for name in names], dtype=np.uint64)[:, None].reshape(len(names), 1)
    numbers = np.array([values[name] for name in names], dtype=np.float64)
    return Rows(keys, lambda place: f"{kind} {names[place]}", {column: numbers})


def _items(drafts: Drafts, columns: Mapping[str, NDArray[Any]], world: World) -> Rows:
    labs = [*world.labs]

    def name(place: int) -> str:
        author, public = int(drafts.author[place]), drafts.curator[place] >= OPEN_WEB
        if drafts.origin[place] != Origin.SYNTHETIC:
            return f"an item of person {author}"
        if public:
            return f"an item of publisher {author}"
        return f"a document of lab {labs[int(drafts.lab[place])]}"

    # Where it stood in its run, and what stood there, is of no account.
    return Rows(
        _unsigned(drafts.key), name, {key: column for key, column in columns.items() if key not in ("key", "source")}
    )


def _links(links: LinkSet, world: World) -> Rows:
    keys = world.content.key
    who = np.unique(_unsigned(keys[links.source], keys[links.target]), axis=0).reshape(-1, 2)
    return Rows(who, lambda place: f"the link from item {short(who[place, 0])}", {})


def _asked(asked: Asked) -> Rows:
    columns = {entry.name: getattr(asked, entry.name) for entry in dataclasses.fields(asked)}
    who = _unsigned(columns.pop("human"), columns.pop("ordinal"))
    return Rows(who, lambda place: f"question {who[place, 1]} of person {who[place, 0]}", columns)


def _crawls(crawls: Crawls, world: World) -> Rows:
    labs, keys = [*world.labs], world.content.key[crawls.row]
    who, first = np.unique(_unsigned(crawls.lab, keys), axis=0, return_index=True)
    return Rows(
        who,
        lambda place: f"lab {labs[int(who[place, 0])]}, item {short(who[place, 1])}",
        {"weight": crawls.weight[first]},
    )


def _payments(money: Money, world: World) -> Rows:
    paid = money.transfers
    parts = np.stack([paid.payer_kind, paid.payer, paid.payee_kind, paid.payee, paid.reason], axis=1)
    who, place_of = np.unique(parts, axis=0, return_inverse=True)
    usd = np.bincount(place_of.reshape(-1), paid.cents, minlength=len(who)) / 100
    names = {Kind.CURATOR: [*world.curators], Kind.LAB: [*world.labs]}

    def account(kind: int, number: int) -> str:
        called = Kind(kind).name.lower()
        if Kind(kind) in names:
            return f"{called} {names[Kind(kind)][number]}"
        return f"{called} {number}" if Kind(kind) in INSIDE else called

    def name(place: int) -> str:
        payer_kind, payer, payee_kind, payee, reason = (int(part) for part in who[place])
        return f"{account(payer_kind, payer)} to {account(payee_kind, payee)}, {Reason(reason).name.lower()}"

    return Rows(who.astype(np.uint64), name, {"USD": usd})


def _fields(proposal: Any, world: World, path: str = "") -> Iterator[Rows]:
    """Rows of any other proposal: fields of one length are about people, publishers, curators or labs, by number."""
    for name, value in _entries(proposal):
        inside = f"{path}.{name}" if path else name
        if dataclasses.is_dataclass(value) or (isinstance(value, tuple) and hasattr(value, "_fields")):
            yield from _fields(value, world, inside)
        elif isinstance(value, Mapping):
            for key, entry in value.items():
                if isinstance(entry, tuple) and hasattr(entry, "_fields"):
                    yield from _fields(entry, world, f"{inside}.{key}")
        elif isinstance(value, np.ndarray) and value.ndim:
            yield _numbered({inside: value}, _names_by_length(len(value), world))
        elif isinstance(value, float | int):
            yield _numbered({inside: np.array([float(value)])}, lambda _: "all")
        elif isinstance(value, tuple):
            yield _by_name(dict.fromkeys(map(str, value), 1.0), inside, "lab")


def _entries(proposal: Any) -> list[tuple[str, Any]]:
    if isinstance(proposal, tuple):
        return list(zip(proposal._fields, proposal, strict=True))  # type: ignore[attr-defined]
    return [(entry.name, getattr(proposal, entry.name)) for entry in dataclasses.fields(proposal)]


def _names_by_length(length: int, world: World) -> Name:
    """What rows of such an array are called."""
    if length == len(world.humans):
        return _called("person")
    if length == len(world.publishers):
        return _called("publisher")
    for known, kind in ((world.curators, "curator"), (world.labs, "lab")):
        if length == len(known):
            names = [*known]
            return lambda place: f"{kind} {names[place]}"
    return _called("row")


def _read(reads: Reads, world: World) -> Rows:
    known = reads.item >= 0
    if not len(world.content):
        return _numbered({"item read": np.zeros(reads.item.shape, dtype=np.uint64)}, _called("person"))
    keys = np.where(known, world.content.key[np.where(known, reads.item, 0)], np.uint64(0))
    return _numbered({"item read": keys}, _called("person"))


_MAKERS: dict[type[Any], Callable[[Any, World], list[Rows]]] = {
    Drafts: lambda drafts, world: [_items(drafts, drafts.columns(), world)],
    Releases: lambda releases, world: [_items(releases.drafts, releases.columns(), world)],
    Reads: lambda reads, world: [_read(reads, world)],
    Votes: lambda votes, _: [_numbered({"upvoted": votes.upvoted}, _called("person"))],
    LinkSet: lambda links, world: [_links(links, world)],
    Asked: lambda asked, _: [_asked(asked)],
    Crawls: lambda crawls, world: [_crawls(crawls, world)],
    Training: lambda models, _: [
        _by_name(models.documents, "documents", "lab"), _by_name(models.benchmarks, "benchmark", "lab"),
    ],
    Money: lambda money, world: [_payments(money, world)],
}  # fmt: skip
