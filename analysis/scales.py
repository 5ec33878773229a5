"""Axes of a panel: dates, shares, quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.dates import DateFormatter, MonthLocator, YearLocator
from matplotlib.ticker import FuncFormatter, PercentFormatter

from analysis.series import days

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEARS_LEGIBLE = 9
"""Yearly tick labels that fit beside one another on a panel of half the width."""


def date_axis(axes: Axes, first: str, last: str) -> None:
    """Set a date axis from the first to the last month, ticks at years or months."""
    start, end = days(first)[0], days(last)[1]
    margin = 15.0 if first == last else 0.0  # days: room around a single month
    axes.set_xlim(start - margin, end + margin)
    if first == last:
        axes.set_xticks([(start + end) / 2], [first])
        return
    years = (end - start) / 365.25
    if years > 2.5:  # noqa: PLR2004  below it, years alone would give fewer than three ticks
        step = int(np.ceil(years / YEARS_LEGIBLE))
        axes.xaxis.set_major_locator(YearLocator(step))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(DateFormatter("%Y"))  # type: ignore[no-untyped-call]
        return
    months = max(1, int(np.ceil(years * 12 / 5)))
    axes.xaxis.set_major_locator(MonthLocator(interval=months))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]


def percent_axis(axes: Axes, label: str) -> None:
    """Write shares on the y axis in per cent."""
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylabel(label)


def share_axis(axes: Axes, label: str) -> None:
    """Make the y axis a share in per cent, from 0 to 100."""
    percent_axis(axes, label)
    axes.set_ylim(0.0, 1.0)


def from_zero(axes: Axes) -> None:
    """Start the y axis at 0, and leave a little room above the highest value."""
    top = axes.get_ylim()[1]
    axes.set_ylim(0.0, 1.04 * top if top > 0 else 1.0)


def quantity_axis(axes: Axes, label: str) -> None:
    """Write large numbers on the y axis with k, M, bn."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.set_ylabel(label)


def short(value: float) -> str:
    """Write a number in at most four characters or so: 1.2k, 35M, 4bn."""
    for size, letter in ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
