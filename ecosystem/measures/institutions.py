"""The standing of labs, curators and publishers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio, sums
from ecosystem.measures.view import View
from ecosystem.world.content import Origin
from ecosystem.world.reception import VIEWS

__all__: list[str] = []

type F64 = NDArray[np.float64]


# --- labs -----------------------------------------------------------------------------------------


def _users(view: View) -> F64:
    return view.seen.population.users[:-1].astype(np.float64)


@measure("labs", unit="share")
def market_share(view: View) -> F64:
    """Share of all people with an assistant who have this lab's; NaN where nobody has one."""
    users = _users(view)
    return ratio(users, np.full(len(users), users.sum()))


@measure("labs", unit="people")
def subscribers(view: View) -> F64:
    """Real people whose assistant is this lab's at the end of the month, paying or not."""
    return _users(view) * view.seen.world.settings.scale.people_per_human


@measure("labs", unit="USD per month")
def price(view: View) -> F64:
    """Price of a subscription in force."""
    return np.array([lab.settings.price for lab in view.seen.world.labs.values()], dtype=np.float64)


# --- curators -------------------------------------------------------------------------------------


@measure("curators", unit="share")
def audience_share(view: View) -> F64:
    """Share of the people with a home curator who are at home here; NaN where nobody has one."""
    homes = view.seen.population.by_home[:-1].astype(np.float64)
    return ratio(homes, np.full(len(homes), homes.sum()))


@measure("curators", name="items", unit="items per month")
def curator_items(view: View) -> F64:
    """New items hosted here, those that it removed included."""
    return view.seen.census.by_host[:-1].sum(axis=1).astype(np.float64)


@measure("curators", name="human_items", unit="items per month")
def curator_human_items(view: View) -> F64:
    """New items hosted here that people wrote alone."""
    return view.seen.census.by_host[:-1, Origin.HUMAN].astype(np.float64)


@measure("curators", name="synthetic_share", unit="share")
def curator_synthetic_share(view: View) -> F64:
    """Share of the new items hosted here that models wrote altogether; NaN without any."""
    synthetic = view.seen.census.by_host[:-1, Origin.SYNTHETIC].astype(np.float64)
    return ratio(synthetic, curator_items(view))


@measure("curators", name="views", unit="simulated views per month")
def curator_views(view: View) -> F64:
    """Reads this month of items hosted here, of whatever age."""
    return view.seen.reception.by_curator[:-1, :, :, VIEWS].sum(axis=(1, 2)).astype(np.float64)


@measure("curators", unit="share")
def mean_quality(view: View) -> F64:
    """Share of the month's views here that fall on items which are right; NaN without views."""
    right = view.seen.reception.by_curator[:-1, :, 1, VIEWS].sum(axis=1)
    return ratio(right.astype(np.float64), curator_views(view))


@measure("curators", unit="1 if closed, else 0")
def closed(view: View) -> F64:
    """1 where the terms in force keep crawlers out that respect them and have no licence, 0 where all may crawl."""
    terms = (curator.settings.crawl for curator in view.seen.world.curators.values())
    return np.array([term != "open" for term in terms], dtype=np.float64)


# --- publishers -----------------------------------------------------------------------------------


def _active(view: View, values: NDArray[np.number | np.bool_] | None = None) -> F64:
    """Publishers in business by group, or the sum of ``values`` (publishers,) over them."""
    publishers = view.seen.world.publishers
    group = np.where(publishers.active, publishers.group.astype(np.int64), -1)
    return sums(group, view.rows, values)


@measure("publishers", unit="simulated publishers")
def active(view: View) -> F64:
    """Publishers in business at the end of the month, those founded for the next one included."""
    return _active(view)


@measure("publishers", name="items", unit="items per month")
def publisher_items(view: View) -> F64:
    """New public items by publishers of the group."""
    return view.seen.census.by_group.astype(np.float64)


@measure("publishers", name="views", unit="simulated views per month")
def publisher_views(view: View) -> F64:
    """Reads this month of items by publishers of the group, of whatever age."""
    views = view.seen.reception.by_publisher.sum(axis=0)
    return sums(view.seen.world.publishers.group[: len(views)], view.rows, views)  # without the newest


@measure("publishers", unit="items per month and publisher")
def volume(view: View) -> F64:
    """Mean number of items that publishers in business set out to write; NaN where none is."""
    return ratio(_active(view, view.seen.world.publishers.volume), _active(view))


@measure("publishers", unit="ratio")
def margin(view: View) -> F64:
    """Mean profit per cost of one more item, as publishers in business see it.

    Over those that have something to judge by; NaN where none has.
    """
    seen = view.seen.world.publishers.margin
    judged = ~np.isnan(seen)
    return ratio(_active(view, np.where(judged, seen, 0.0)), _active(view, judged))
