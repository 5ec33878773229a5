"""What is read and upvoted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.world.reception import VIEWS, VOTES

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", "domains", unit="simulated views per month")
def views(view: View) -> F64:
    """Reads of public items this month, of whatever age.

    One stands for scale.people_per_human * humans.views_per_read real page views.
    """
    return view.total(view.seen.reception.by_domain[:, :, VIEWS].sum(axis=1).astype(np.float64))


@measure("web", "domains", unit="share")
def synthetic_view_share(view: View) -> F64:
    """Share of the month's views that fall on items which models wrote altogether; NaN without views."""
    synthetic = view.seen.reception.by_domain[:, 1, VIEWS].astype(np.float64)
    return ratio(view.total(synthetic), views(view))


def _vote_share(view: View, top: int) -> F64:
    """Share of the month's votes at the most viewed curator on its most voted items."""
    host, votes = view.seen.favourites
    if host < 0:
        return np.full(1, np.nan)
    everything = view.seen.reception.by_curator[host, :, :, VOTES].sum(keepdims=True)[0, 0]
    return ratio(votes[:top].sum(keepdims=True).astype(np.float64), everything.astype(np.float64))


@measure("web", unit="share")
def vote_share_top1(view: View) -> F64:
    """Share of the month's votes at the most viewed curator that its most voted item received.

    Votes are those of the month, on items of whatever age; NaN without votes there.
    """
    return _vote_share(view, 1)


@measure("web", unit="share")
def vote_share_top5(view: View) -> F64:
    """Share of the month's votes at the most viewed curator that its 5 most voted items received.

    Votes are those of the month, on items of whatever age; NaN without votes there.
    """
    return _vote_share(view, 5)


@measure("web", unit="share")
def vote_share_top30(view: View) -> F64:
    """Share of the month's votes at the most viewed curator that its 30 most voted items received.

    Votes are those of the month, on items of whatever age; NaN without votes there.
    """
    return _vote_share(view, 30)
