"""Investors: how they feel about labs, and what they have put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["YEAR", "Investors"]

YEAR = 12
"""Months that an investment is looked back on."""


class Investors:
    """Everybody outside who may put money into labs; their account is in the ledger."""

    def __init__(self) -> None:
        """Begin undecided."""
        self.optimism = 0.5
        """Share of investors who are optimists."""
        self.income = np.nan
        """What users pay all labs in a month, USD, averaged over months; NaN before the first payment."""
        self.invested = np.zeros(YEAR)
        """USD put into labs in each of the last months, the newest last."""

    def remember(self, usd: float) -> None:
        """Count what was put into labs this month."""
        self.invested = np.append(self.invested[1:], usd)

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""
        return {
            "optimism": np.asarray(self.optimism),
            "income": np.asarray(self.income),
            "invested": self.invested.copy(),
        }

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        self.optimism, self.income = float(state["optimism"]), float(state["income"])
        self.invested = state["invested"].astype(np.float64)
