"""What anyone can work out of others: what they take in, from counters that are public and posted rates.

Nobody's books are read here. The counters are those that services show or researchers estimate: users of an
assistant, readers of a host, views of a publisher's pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.world.reception import VIEWS

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["curators", "labs", "publishers", "views_of_curators"]


def labs(world: World) -> NDArray[np.float64]:
    """Subscriptions of the month by users and posted price, USD, shape (labs,); 0 without a model to use."""
    settings = world.settings
    fee = np.array([lab.settings.price if lab.usable else 0.0 for lab in world.labs.values()])
    users = times_each(world.humans.assistant, len(fee))
    paid: NDArray[np.float64] = users * settings.scale.people_per_human * settings.humans.assistants.paying * fee
    return paid


def curators(world: World) -> NDArray[np.float64]:
    """Advertising of the month by views, USD, shape (curators,)."""
    rates = np.array([curator.settings.rpm for curator in world.curators.values()])
    paid: NDArray[np.float64] = views_of_curators(world) * rates / 1000
    return paid


def publishers(world: World) -> NDArray[np.float64]:
    """Shares in advertising of the month by views at each host, USD of one real publisher, shape (publishers,)."""
    rates = np.array([c.settings.rpm * c.settings.publisher_share for c in world.curators.values()])
    views = world.reception.by_publisher[:-1] * world.settings.humans.views_per_read
    paid: NDArray[np.float64] = rates @ views / 1000
    return paid


def views_of_curators(world: World) -> NDArray[np.float64]:
    """Real views of the month by host, shape (curators,)."""
    reads = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=(1, 2)).astype(np.float64)
    views: NDArray[np.float64] = reads * _each_read(world)
    return views


def _each_read(world: World) -> float:
    """Real views that a simulated read stands for."""
    return world.settings.scale.people_per_human * world.settings.humans.views_per_read
