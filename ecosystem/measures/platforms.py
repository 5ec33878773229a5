"""What readers find at each curator."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.world.reception import VIEWS

__all__: list[str] = []


@measure("curators", name="synthetic_view_share", unit="share")
def curator_synthetic_view_share(view: View) -> NDArray[np.float64]:
    """Share of the month's views here that fall on items which models wrote altogether; NaN without views."""
    views = view.seen.reception.by_curator[:-1, :, :, VIEWS].sum(axis=2).astype(np.float64)
    return ratio(views[:, 1], views.sum(axis=1))
