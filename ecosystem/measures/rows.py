"""What a row of each table is about: its key columns, and their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.observation import Observation
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.world import World

__all__ = ["HOMELESS", "KEYS", "row_codes", "row_count", "row_names"]

type Codes = NDArray[np.int64]

HOMELESS = "none"
"""Group of the people without a home curator."""

KEYS: dict[str, tuple[str, ...]] = {
    "web": (),
    "domains": ("domain",),
    "labs": ("lab",),
    "curators": ("curator", "what"),
    "publishers": ("group",),
    "humans": ("group",),
    "ledger": ("payer", "payee", "reason"),
}
"""Columns that name whom a row is about, by table."""


class _Layout(NamedTuple):
    """Rows of a table: how many in a month, and what their codes stand for."""

    codes: Callable[[Observation], tuple[Codes, ...]]
    names: Callable[[World], tuple[list[str], ...]]


def _each(count: Callable[[World], int], columns: int = 1) -> Callable[[Observation], tuple[Codes, ...]]:
    """Codes of a table with a row for each of a fixed number of things."""
    return lambda seen: (np.arange(count(seen.world)),) * columns


def _lower(kinds: type[Kind | Reason]) -> list[str]:
    return [kind.name.lower() for kind in kinds]


_LAYOUTS: dict[str, _Layout] = {
    "domains": _Layout(_each(lambda w: w.reality.domains), lambda w: (list(w.reality.names),)),
    "labs": _Layout(_each(lambda w: len(w.labs)), lambda w: (list(w.labs),)),
    "curators": _Layout(
        _each(lambda w: len(w.curators), 2),
        lambda w: (list(w.curators), [c.settings.what for c in w.curators.values()]),
    ),
    "publishers": _Layout(
        _each(lambda w: len(w.settings.publishers.groups)),
        lambda w: ([group.name for group in w.settings.publishers.groups],),
    ),
    "humans": _Layout(_each(lambda w: len(w.curators) + 1), lambda w: ([*w.curators, HOMELESS],)),
    "ledger": _Layout(lambda seen: seen.flows, lambda _: (_lower(Kind), _lower(Kind), _lower(Reason))),
}


def row_codes(seen: Observation, table: str) -> tuple[Codes, ...]:
    """The month's rows: for each key column a code per row; the web has one row and no key."""
    return () if table == "web" else _LAYOUTS[table].codes(seen)


def row_count(seen: Observation, table: str) -> int:
    """How many rows the table gets this month."""
    return 1 if table == "web" else len(row_codes(seen, table)[0])


def row_names(world: World, table: str) -> tuple[list[str], ...]:
    """For each key column the names that its codes stand for."""
    return () if table == "web" else _LAYOUTS[table].names(world)
