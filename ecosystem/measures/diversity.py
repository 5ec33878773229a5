"""How varied the web is: what is said, and how."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio, sums
from ecosystem.measures.view import View

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", "domains", unit="ideas")
def distinct_ideas(view: View) -> F64:
    """Ideas that at least one new public item tells; an idea belongs to one domain."""
    return view.total(sums(view.seen.ideas.domain, view.seen.domains))


@measure("web", "domains", unit="ideas")
def effective_ideas(view: View) -> F64:
    """exp(H) of the ideas of the new public items, H being Shannon entropy in nats.

    The number of equally frequent ideas that would be as diverse (Hill 1973, doi:10.2307/1934352,
    order 1). For the whole web the ideas of all domains are pooled as they come, each item counting
    once, so large domains weigh more; demand does not enter. NaN without new items.
    """
    told = view.seen.ideas
    count = view.total(view.seen.items)
    # H = ln n - (sum of c ln c) / n over counts c: the form that sums up over domains.
    logs = view.total(sums(told.domain, view.seen.domains, told.items * np.log(told.items)))
    mean_log = ratio(logs, count)
    return np.exp(np.log(count, out=np.full(view.rows, np.nan), where=count > 0) - mean_log)


@measure("web", "domains", unit="style units squared")
def style_variance(view: View) -> F64:
    """Variance of the style of the new public items around their domain's mean.

    Mean over the style dimensions, with divisor n - 1 in each domain; for the whole web pooled over
    domains: the sum of squares over the sum of n - 1. NaN where no domain has two new items, and without style.
    """
    free = np.maximum(view.seen.items - 1.0, 0.0)
    return ratio(view.total(view.seen.scatter), view.total(free))
