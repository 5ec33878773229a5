"""How right the web is, and how far from people its texts have come."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio, sums
from ecosystem.measures.view import View

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", "domains", unit="share")
def correct_share(view: View) -> F64:
    """Share of the new public items that are right; NaN without any."""
    told = view.seen.ideas
    right = sums(told.domain, view.seen.domains, told.correct)
    return ratio(view.total(right), view.total(view.seen.items))


@measure("web", "domains", unit="probability")
def contradiction(view: View) -> F64:
    """Chance that two different new public items on one idea disagree, one right and one wrong.

    Over all pairs of the month's items that share an idea; NaN without such a pair.
    """
    told = view.seen.ideas
    apart = told.correct * (told.items - told.correct)
    pairs = told.items * (told.items - 1.0) / 2.0
    domains = view.seen.domains
    return ratio(
        view.total(sums(told.domain, domains, apart)),
        view.total(sums(told.domain, domains, pairs)),
    )


@measure("web", "domains", unit="generations")
def mean_depth(view: View) -> F64:
    """Mean number of model generations that the new public items have been through.

    0 for what people wrote from reality and alone; NaN without new items.
    """
    return ratio(view.total(view.seen.sums.depth), view.total(view.seen.items))
