"""One month seen row by row of one table: what lets one definition serve several tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.observation import Observation
from ecosystem.measures.rows import row_count
from ecosystem.measures.sums import sums
from ecosystem.world.ledger import Kind

__all__ = ["CENTS", "View"]

type F64 = NDArray[np.float64]

CENTS = 100.0
"""Cents to a dollar; the ledger keeps cents."""


class View:
    """An observation, to be summed up by the rows of a table.

    Attributes:
        seen: the observation.
        table: what rows are about.
        rows: rows that the table gets this month.
    """

    def __init__(self, seen: Observation, table: str) -> None:
        """Count the rows."""
        self.seen, self.table, self.rows = seen, table, row_count(seen, table)

    def total(self, by_domain: F64) -> F64:
        """Sums over the domains of each row (tables web and domains), shape (rows,).

        Args:
            by_domain: shape (domains,).
        """
        return by_domain.sum(keepdims=True) if self.table == "web" else by_domain

    def usd(self, cents: Mapping[Kind, NDArray[np.int64]]) -> F64:
        """Books of the row's accounts (tables labs, curators and publishers), USD, shape (rows,).

        Args:
            cents: one array of accounts for each kind.
        """
        if self.table == "publishers":
            group = self.seen.world.publishers.group
            return sums(group, self.rows, cents[Kind.PUBLISHER]) / CENTS
        kind = Kind.LAB if self.table == "labs" else Kind.CURATOR
        return cents[kind].astype(np.float64) / CENTS
