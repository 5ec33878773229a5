"""How an uncertain key is spread: each distribution by the inverse of its distribution function.

Designs are laid out in the unit cube, and a number from 0 to 1 becomes a value here, so that every design
works with every distribution.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ecosystem.core.parameters import Parameters, param

__all__ = ["DISTRIBUTIONS", "Choice", "Distribution", "Uniform"]

type Numbers = NDArray[np.float64]

TAIL = 1e-3
"""Chance beyond which a distribution without ends is not checked against the range of its key, and where the ends of
its axis are drawn. assumption: one point in a thousand."""

_CHOSEN = "chosen by the study"


class Distribution(Parameters):
    """A distribution of one uncertain value."""

    @abstractmethod
    def value(self, u: Numbers) -> list[Any]:
        """The value below which the distribution has the share ``u``, for each of u (n,) in 0 to 1."""

    @property
    def ends(self) -> list[Any]:
        """Values that have to be valid: the ends of the range, or all of a choice."""
        return self.value(np.array([TAIL, 1 - TAIL]))


class _Ranged(Distribution):
    """A distribution between two ends."""

    low: float = param(unit="of the key", source=_CHOSEN, meaning="least value")
    high: float = param(unit="of the key", source=_CHOSEN, meaning="greatest value")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            message = f"low ({self.low:g}) must be less than high ({self.high:g})"
            raise ValueError(message)
        return self

    @property
    def ends(self) -> list[Any]:
        """The range itself."""
        return [self.low, self.high]


class Uniform(_Ranged):
    """Every value in a range is as likely."""

    def value(self, u: Numbers) -> list[Any]:
        """See Distribution."""
        return [float(x) for x in self.low + u * (self.high - self.low)]


class LogUniform(_Ranged):
    """Every order of magnitude in a range is as likely."""

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.low <= 0:
            message = f"low ({self.low:g}) must be above 0: a logarithm is taken"
            raise ValueError(message)
        return self

    def value(self, u: Numbers) -> list[Any]:
        """See Distribution."""
        first, last = math.log(self.low), math.log(self.high)
        # The logarithm of an end need not lead back to it.
        return [float(x) for x in np.clip(np.exp(first + u * (last - first)), self.low, self.high)]


class Triangular(_Ranged):
    """From the least value the chance rises to the mode, and falls to the greatest."""

    mode: float = param(unit="of the key", source=_CHOSEN, meaning="most likely value")

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.low <= self.mode <= self.high:
            message = f"mode ({self.mode:g}) must lie between low ({self.low:g}) and high ({self.high:g})"
            raise ValueError(message)
        return self

    def value(self, u: Numbers) -> list[Any]:
        """See Distribution."""
        from scipy import stats  # noqa: PLC0415 - slow to import

        width = self.high - self.low
        return [float(x) for x in stats.triang.ppf(u, (self.mode - self.low) / width, self.low, width)]


class Normal(Distribution):
    """The normal distribution; values beyond the range of a key are refused as they come up."""

    mean: float = param(unit="of the key", source=_CHOSEN, meaning="mean")
    sd: float = param(gt=0, unit="of the key", source=_CHOSEN, meaning="standard deviation")

    def value(self, u: Numbers) -> list[Any]:
        """See Distribution."""
        from scipy import stats  # noqa: PLC0415 - slow to import

        return [float(x) for x in stats.norm.ppf(np.clip(u, TAIL, 1 - TAIL), self.mean, self.sd)]


class TruncatedNormal(_Ranged):
    """The normal distribution cut off at both ends of a range."""

    mean: float = param(unit="of the key", source=_CHOSEN, meaning="mean before it is cut off")
    sd: float = param(gt=0, unit="of the key", source=_CHOSEN, meaning="standard deviation before it is cut off")

    def value(self, u: Numbers) -> list[Any]:
        """See Distribution."""
        from scipy import stats  # noqa: PLC0415 - slow to import

        low, high = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        return [float(x) for x in stats.truncnorm.ppf(u, low, high, self.mean, self.sd)]


class Choice(Distribution):
    """One of several values, each as likely; the values may be texts."""

    values: tuple[Any, ...] = param(unit="of the key", source=_CHOSEN, meaning="what is chosen from")

    @model_validator(mode="after")
    def _several(self) -> Self:
        if not self.values:
            message = "values must not be empty"
            raise ValueError(message)
        twice = next((value for i, value in enumerate(self.values) if value in self.values[:i]), None)
        if twice is not None:
            message = f"values holds {twice!r} twice"
            raise ValueError(message)
        return self

    def value(self, u: Numbers) -> list[Any]:
        """See Distribution."""
        places = np.minimum((u * len(self.values)).astype(np.int64), len(self.values) - 1)
        return [self.values[place] for place in places]

    @property
    def ends(self) -> list[Any]:
        """All of them."""
        return list(self.values)

    @property
    def ordered(self) -> bool:
        """Whether all values are numbers, and can stand on an axis."""
        return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in self.values)


DISTRIBUTIONS: Mapping[str, type[Distribution]] = {
    "uniform": Uniform,
    "loguniform": LogUniform,
    "triangular": Triangular,
    "normal": Normal,
    "truncnorm": TruncatedNormal,
    "choice": Choice,
}
"""Distributions by the name that a study file uses."""
