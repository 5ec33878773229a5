"""Where money for labs comes from and what hosts get for licences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", unit="share")
def sentiment(view: View) -> F64:
    """Share of investors who are optimists from next month on; twice the budget times it is what they offer."""
    return np.array([view.seen.world.investors.optimism])


@measure("labs", name="active", unit="yes or no")
def lab_active(view: View) -> F64:
    """Whether it is in business next month: 1, or 0 while it waits for the market and once it has closed."""
    return np.array([lab.active for lab in view.seen.world.labs.values()], dtype=np.float64)


@measure("labs", unit="USD per month")
def raised(view: View) -> F64:
    """Capital received in the month, debts at its end included, less capital paid back.

    What all start with counts in the first month.
    """
    return view.usd(view.seen.world.ledger.raised)


@measure("labs", unit="months")
def runway(view: View) -> F64:
    """Months for which cash lasts at the mean loss of the last six; NaN for a lab that loses nothing, or is closed."""
    burn = np.array([lab.burn if lab.active else np.nan for lab in view.seen.world.labs.values()], dtype=np.float64)
    return ratio(view.usd(view.seen.world.ledger.balances), np.where(burn > 0, burn, 0.0))


@measure("labs", unit="ratio")
def compute(view: View) -> F64:
    """Training compute in force relative to that of its launch at `labs.*.compute` = 1."""
    return np.array([lab.compute * lab.settings.compute for lab in view.seen.world.labs.values()], dtype=np.float64)


@measure("curators", unit="USD per month and lab")
def licence_ask(view: View) -> F64:
    """What it asks for a licence: of the market for the next month, otherwise as posted; NaN if it sells none."""
    world = view.seen.world
    if world.settings.licences.market:
        return world.licences.terms.ask.astype(np.float64)
    hosts = [curator.settings for curator in world.curators.values()]
    return np.array([host.licence_price if host.crawl == "licence" else np.nan for host in hosts], dtype=np.float64)


@measure("curators", unit="USD per month")
def licence_income(view: View) -> F64:
    """What labs paid it for licences."""
    return view.seen.world.licences.income
