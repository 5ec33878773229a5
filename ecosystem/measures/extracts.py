"""What is taken from a finished run beside its trajectories: items, and how unequally links fall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.races import first_of_each
from ecosystem.core.selection import tally
from ecosystem.measures.named import Column, Named, dates
from ecosystem.world.content import OPEN_WEB, Items, Origin
from ecosystem.world.past import sample_lots

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["degrees", "item_arrays", "item_columns", "item_sample", "public_rows"]

type I64 = NDArray[np.int64]

COUNTS = ("votes", "views", "links")
"""Columns of items that count something, and so are whole numbers."""


def _public(world: World) -> I64:
    """Rows of all public items in memory."""
    return np.flatnonzero(world.content.curator >= OPEN_WEB)


# --- items ------------------------------------------------------------------------------------------


def public_rows(world: World, rows: slice) -> slice | I64:
    """Rows of the public items among ``rows``; the same slice if all of them are."""
    public = world.content.curator[rows] >= OPEN_WEB
    return rows if public.all() else rows.start + np.flatnonzero(public)


def item_arrays(world: World, rows: slice | I64) -> dict[str, NDArray[Any]]:
    """The columns of some items as the world keeps them, without words; views where ``rows`` is a slice."""
    return {name: getattr(world.content, name)[rows] for name in Items.schema() if name != "tokens"}


def item_columns(world: World, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Column]:
    """The table of some items.

    Args:
        world: whose names are given.
        arrays: as :func:`item_arrays` gives them.

    Returns:
        `step`, `date` ("2018-01"), then the columns of the table of items, with the names of domain, origin
        ("human", "assisted", "synthetic"), lab ("none") and curator ("open web"); `style_0`, `style_1`, ...
        at the end. The key is unsigned, missing scores are NaN. Words are left out; for them there is the
        table of texts.
    """
    names = {
        "domain": world.reality.names,
        "origin": [origin.name.lower() for origin in Origin],
        "lab": [*world.labs, "none"],  # the last name is that of -1
        "curator": [*world.curators, "open web"],
    }
    columns: dict[str, Column] = {"step": arrays["step"], "date": dates(world, arrays["step"])}
    for name, values in arrays.items():
        if name in names:
            columns[name] = Named(values, names[name])
        elif values.ndim == 1:
            columns[name] = values.astype(np.int64) if name in COUNTS else values
    return columns | {f"style_{axis}": values for axis, values in enumerate(arrays["style"].T)}


def item_sample(world: World, count: int) -> dict[str, Column]:
    """A sample of public items as they are now, each as likely as any other, in order of publication.

    Args:
        world: after any number of months.
        count: most rows.
    """
    past, public = world.past.sample, _public(world)
    lots = sample_lots(world, np.concatenate([past.key, world.content.key[public]]))
    chosen = np.flatnonzero(first_of_each(lots, np.zeros(len(lots), dtype=np.int64), 1, count))
    left, rows = chosen[chosen < len(past)], public[chosen[chosen >= len(past)] - len(past)]
    here = item_arrays(world, rows)
    return item_columns(world, {name: np.concatenate([getattr(past, name)[left], here[name]]) for name in here})


# --- links ------------------------------------------------------------------------------------------


def degrees(world: World) -> dict[str, Column]:
    """How many public items have how many in-links: `in_degree` ascending, `count` above 0."""
    past, rows = world.past.in_links, public_rows(world, slice(0, len(world.content)))
    here = np.bincount(world.content.links[rows].astype(np.int64))
    links = np.flatnonzero(here)
    found, count = tally(np.concatenate([past.links, links]), np.concatenate([past.items, here[links]]))
    return {"in_degree": found, "count": count}
