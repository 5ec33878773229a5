"""What a law's function hands over: single comparisons and curves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["CURVE_POINTS", "Curve", "Finding"]

CURVE_POINTS = 200
"""Points of a curve that are kept: more than a panel of 60 mm can show."""


@dataclass(frozen=True)
class Finding:
    """One comparison of what the engine does with what the law says.

    Attributes:
        quantity: what is measured.
        case: name of the case; "" if the law has only one.
        at: where, such as "n = 10"; "" where there is no more to say.
        measured: what the engine gives.
        expected: what the law says; of bounds the nearer one, of an order the value to exceed.
        standard_error: of what is measured (of a difference: of it); NaN of what is not drawn.
        tolerance: largest error allowed: relative, absolute, or in standard errors, as `rule` says.
        strain: share of the allowed error that is used up; above 1 the law is not met.
        rule: how far the two may be apart, in short: "3 % and 4 SE", "0.7 to 0.9", "larger by 4 SE".
    """

    quantity: str
    case: str
    at: str
    measured: float
    expected: float
    standard_error: float
    tolerance: float
    strain: float
    rule: str

    @classmethod
    def of(
        cls,
        where: tuple[str, str, str],
        figures: tuple[float, float, float],
        tolerance: float,
        strain: float,
        rule: str,
    ) -> Finding:
        """From quantity, case and place, and from measured, expected and standard error, numbers of any kind."""
        measured, expected, error = map(float, figures)
        return cls(*where, measured, expected, error, float(tolerance), float(strain), rule)

    @property
    def passed(self) -> bool:
        """Whether the law is met here; what is not a number never meets it."""
        return self.strain <= 1.0

    @property
    def where(self) -> str:
        """Quantity, case and place in words."""
        return ", ".join(part for part in (self.quantity, self.case, self.at) if part)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {**vars(self), "passed": self.passed}


@dataclass(frozen=True)
class Curve:
    """A quantity over generations or over a parameter, measured and as the law has it.

    Attributes:
        label: what tells this curve from others of the law.
        x: where, increasing.
        measured: as many values; NaN where there is none.
        standard_error: as many; NaN of what is not drawn.
        expected: as many, None where no formula is known.
        line: places and values of the formula on a finer grid, None where `expected` is enough of a line.
        x_label: what x is.
        y_label: what is measured.
        log_x: whether x is drawn on a logarithmic scale.
        log_y: whether the values are.
    """

    label: str
    x: tuple[float, ...]
    measured: tuple[float, ...]
    standard_error: tuple[float, ...]
    expected: tuple[float, ...] | None
    line: tuple[tuple[float, ...], tuple[float, ...]] | None
    x_label: str
    y_label: str
    log_x: bool = False
    log_y: bool = False

    def thinned(self) -> Curve:
        """The same with at most CURVE_POINTS points, evenly spread on its scale, the ends among them."""
        points = len(self.x)
        if points <= CURVE_POINTS:
            return self
        spread = np.geomspace(1, points, CURVE_POINTS) - 1 if self.log_x else np.linspace(0, points - 1, CURVE_POINTS)
        rows = np.unique(np.rint(spread).astype(np.int64))

        def at_rows(column: tuple[float, ...]) -> tuple[float, ...]:
            return tuple(column[row] for row in rows)

        return replace(
            self,
            x=at_rows(self.x),
            measured=at_rows(self.measured),
            standard_error=at_rows(self.standard_error),
            expected=None if self.expected is None else at_rows(self.expected),
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return dict(vars(self))


def floats(name: str, values: ArrayLike, length: int | None = None) -> tuple[float, ...]:
    """Plain numbers, as many as a curve has points; a single one counts for all.

    Raises:
        ValueError: another number of them, or a table of numbers.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0 and length is not None:
        array = np.full(length, float(array))
    if array.ndim != 1 or len(array) != (len(array) if length is None else length):
        message = f"a curve needs {'a list' if length is None else length} of {name}, has shape {array.shape}"
        raise ValueError(message)
    return tuple(map(float, array))


def mean_and_error(values: ArrayLike) -> tuple[float, float]:
    """Mean over replicates, and its standard error.

    Raises:
        ValueError: fewer than two replicates, more than one dimension, or values that are not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size < 2 or not np.isfinite(array).all():  # noqa: PLR2004 - a variance takes two
        message = f"needs one finite value for each of at least two replicates, has shape {array.shape}"
        if array.ndim == 1 and array.size > 1:
            message += f" with {int((~np.isfinite(array)).sum())} that are not finite"
        raise ValueError(message)
    return float(array.mean()), float(array.std(ddof=1)) / math.sqrt(array.size)
