"""How many items there will be, roughly, so that room for them is there from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    """Ask for the memory that the table of items is expected to need; where it cannot be had, growth must do."""
    scale, timeline = world.settings.scale, world.timeline
    months = [0.0]
    for step, settings in enumerate(timeline):
        try:
            months.append(_in_month(settings, step, world.reality.domains))
        except ValueError:  # volumes that grow beyond all bounds: the run says so when it gets there
            break
    rows = MARGIN * sum(months)
    if scale.keep_items is not None:
        rows = min(rows, MARGIN * MOVING * (scale.keep_items + 1) * max(months))
    items = world.content
    try:
        items.reserve(min(int(rows), MOST // items.bytes_per_row))
    except MemoryError:
        return


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
