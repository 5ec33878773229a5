"""How many items, links and documents there will be, roughly, so that room for them is there from the start."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecosystem.core.table import Table
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["make_room"]

MARGIN = 1.3
"""Room relative to the items expected. assumption: publishers enter and write more, people somewhat less."""
MOVING = 1.25
"""Room relative to the items in memory where old ones leave: a table moves rows once a quarter as many have gone."""
MOST = 1 << 33
"""Bytes asked for at the start at most; what is not written to takes no memory.

assumption: the memory of a laptop. A table that outgrows them is copied column by column.
"""


def make_room(world: World) -> None:
    """Ask for the memory that tables are expected to need; where it cannot be had, growth must do."""
    for table, rows in _expected(world):
        with contextlib.suppress(MemoryError):
            table.reserve(int(min(rows, MOST // table.bytes_per_row)))


def _expected(world: World) -> Iterator[tuple[Table, float]]:
    """Tables that grow as items are written, and the most rows expected in each."""
    scale, volumes = world.settings.scale, _by_month(world)
    written, busiest = MARGIN * sum(volumes), MARGIN * max(volumes, default=0.0)
    months = np.inf if scale.keep_items is None else scale.keep_items
    yield world.content, min(written, MOVING * (months + 1) * busiest)
    window = max(settings.links.window for settings in world.regimes)
    each = max(settings.links.per_item for settings in world.regimes)
    yield world.links, each * min(written, MOVING * (window + 1) * busiest)
    for holding in world.corpora.holdings:
        if holding.one_by_one:
            yield holding.held, written if scale.keep_documents is None else min(written, scale.keep_documents)


def _by_month(world: World) -> list[float]:
    """Items of each month, until volumes grow beyond all bounds: the run says so when it gets there."""
    volumes: list[float] = []
    for step, settings in enumerate(world.timeline):
        try:
            volumes.append(_in_month(settings, step, world.reality.domains))
        except ValueError:
            break
    return volumes


def _in_month(settings: WorldSettings, step: int, domains: int) -> float:
    """Items of a month at the volumes that people and publishers start with."""
    quotas, groups = settings.quotas, settings.publishers.groups
    fixed = sum(quotas.grown(group.quota, step) for group in groups if group.quota is not None)
    for lab in settings.labs:
        fixed += lab.data.commissions_per_domain + lab.data.synthetic_per_domain
    free = sum(lab.data.commissions + lab.data.synthetic for lab in settings.labs)
    if quotas.documents > 0:
        return (fixed + quotas.grown(quotas.documents, step)) * domains + free
    people = settings.scale.humans
    free += people * settings.humans.activity
    free += sum(group.volume * group.founders(people) for group in groups if group.quota is None)
    return fixed * domains + free
