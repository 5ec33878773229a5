"""Income, spending and cash; who paid whom for what."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.view import CENTS, View

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("labs", "curators", "publishers", unit="USD per month")
def revenue(view: View) -> F64:
    """Operating income of the month: all that was received but for capital.

    Capital is endowments, investments, what is left and what is owed when a business ends (liquidations, defaults).
    Of publishers the sum over the group.
    """
    return view.usd(view.seen.world.ledger.income)


@measure("labs", "curators", "publishers", unit="USD per month")
def cost(view: View) -> F64:
    """Operating spending of the month: all that was paid but for capital. Of publishers the sum over the group."""
    return view.usd(view.seen.world.ledger.spending)


@measure("labs", "curators", "publishers", unit="USD")
def cash(view: View) -> F64:
    """Balance at the end of the month. Of publishers the sum over the group, closed ones included."""
    return view.usd(view.seen.world.ledger.balances)


@measure("labs", unit="USD per month")
def training_spend(view: View) -> F64:
    """Paid for a training this month; 0 in a month without one."""
    labs, now = view.seen.world.labs.values(), view.seen.world.clock.step
    spent = (lab.training_bill if lab.trained_at == now else 0.0 for lab in labs)
    return np.fromiter(spent, dtype=np.float64, count=len(labs))


@measure("ledger", unit="USD per month")
def amount(view: View) -> F64:
    """Paid by accounts of one kind to accounts of another for one reason; no row for nothing.

    In the month, and in the months before it that were not recorded (`observation.every`), so that the
    rows of a run add up to all that was paid.
    """
    return view.seen.paid[view.seen.flows].astype(np.float64) / CENTS
