"""Differences, intervals and factors as people read them."""

from __future__ import annotations

import math
from typing import Any

from ecosystem.cli.run_numbers import compact

__all__ = ["change", "effect_text", "factor_text", "interval"]

_SHARES = ("share", "probability")
_MOST = 1_000
"""Largest factor that is written out. assumption: beyond it, only that it is large is of interest."""


def change(value: float, unit: str, half: float) -> str:
    """A difference with its sign, to two digits of the half width of its interval; shares in percentage points."""
    scale, sign = (100.0, " pp") if unit in _SHARES else (1.0, "")
    value, half = value * scale, half * scale
    if math.isnan(value):
        return "-"
    if math.isinf(half):
        half = abs(value)
    if abs(value) >= 1e5 or half >= 1e5:  # noqa: PLR2004 - as in compact
        return f"{'+' if value > 0 else '-' if value < 0 else ''}{compact(abs(value))}{sign}"
    size = half if half > 0 else abs(value)
    digits = min(max(1 - math.floor(math.log10(size)), 0), 6) if 0 < size < math.inf else 3
    text = f"{value:+,.{digits}f}"
    return ("0" if float(text.replace(",", "")) == 0 else text) + sign


def factor_text(value: float) -> str:
    """A variance-reduction factor: two digits or so, a bound where it is very large."""
    if math.isnan(value):
        return "-"
    if value > _MOST:
        return f">{_MOST:,}"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004 - two digits


def interval(row: dict[Any, Any], unit: str) -> str:
    """The interval of a difference; a dash of too few pairs."""
    if not math.isfinite(row["low"]):
        return "-"
    half = row["high"] - row["mean"]
    low, high = (change(row[end], unit, half).removesuffix(" pp") for end in ("low", "high"))
    return f"{low} to {high}"


def effect_text(value: float) -> str:
    """An effect in standard deviations of the control."""
    if math.isnan(value):
        return "-"
    if abs(value) >= _MOST:
        return "large"
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text
