"""Numbers as people read them."""

from __future__ import annotations

import math

__all__ = ["amount", "compact", "memory", "seconds"]

_WORDS = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_PER_CENT = ("share", "probability", "relative change", "change of a share")
_EXACT_BELOW = 1e5  # written out in full, with separators
_MINUTE, _HOUR = 60, 60  # seconds, minutes


def compact(value: float) -> str:
    """Three digits and a word, or the number itself below a hundred thousand; a dash if undefined."""
    if math.isnan(value):
        return "-"
    for size, word in _WORDS:
        if abs(value) >= size:
            return f"{_three(value / size)}{word}"
    if abs(value) >= _EXACT_BELOW:
        return f"{value / 1e3:,.0f} thousand"
    return _three(value)


def _three(value: float) -> str:
    """At least three digits of a number."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 4)}f}"
    return text.rstrip("0").rstrip(".") if "." in text and value == round(value) else text


def amount(value: float, unit: str) -> str:
    """A number of a unit: shares and the like in per cent, money in USD, others compact."""
    if math.isnan(value):
        return "-"
    if unit in _PER_CENT:
        return f"{100 * value:.1f} %"
    return f"{compact(value)} USD" if unit.startswith("USD") else compact(value)


def seconds(value: float) -> str:
    """A time that has passed."""
    if value < _MINUTE:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), _MINUTE)
    if minutes < _HOUR:
        return f"{minutes} min {rest} s"
    return "{} h {} min".format(*divmod(minutes, _HOUR))


def memory(size: float) -> str:
    """A number of bytes, in units of a thousand."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"  # noqa: PLR2004 - a gigabyte
