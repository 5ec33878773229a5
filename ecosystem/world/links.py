"""Hyperlinks between items."""

from __future__ import annotations

import numpy as np

from ecosystem.core.table import Table, column

__all__ = ["Links"]


class Links(Table):
    """Item-to-item links in order of creation."""

    step = column(np.int32, unit="month", meaning="step of creation")
    source = column(np.int64, unit="row", meaning="item that links")
    target = column(np.int64, unit="row", meaning="item linked to")
