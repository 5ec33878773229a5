"""Who may pay whom for what, and the monthly audit of the books.

Money comes in from those outside who buy, subscribe or invest, and leaves for what is bought outside;
whatever else moves, moves between publishers, curators and labs. A phase, a policy or a plug-in that
pays by another way is stopped when it pays, so that no result rests on money from nowhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.ledger import Kind, Ledger, Reason

__all__ = ["FLOWS", "SINKS", "SOURCES", "audit", "legal"]

SOURCES = frozenset({Kind.ADVERTISERS, Kind.PEOPLE, Kind.CUSTOMERS, Kind.INVESTORS, Kind.STATE})
"""Kinds outside that money comes from; the state by a policy alone."""

SINKS = frozenset({Kind.SUPPLIERS, Kind.PEOPLE, Kind.STATE, Kind.INVESTORS})
"""Kinds outside that money goes to."""

FLOWS: dict[Reason, frozenset[tuple[Kind, Kind]]] = {
    Reason.ENDOWMENT: frozenset((Kind.INVESTORS, owned) for owned in (Kind.PUBLISHER, Kind.CURATOR, Kind.LAB)),
    Reason.ADVERTISING: frozenset({(Kind.ADVERTISERS, Kind.CURATOR)}),
    Reason.REVENUE_SHARE: frozenset({(Kind.CURATOR, Kind.PUBLISHER)}),
    Reason.AUTHOR_PAY: frozenset({(Kind.CURATOR, Kind.PEOPLE)}),
    Reason.API: frozenset({(Kind.PUBLISHER, Kind.LAB), (Kind.CUSTOMERS, Kind.LAB)}),
    Reason.PRODUCTION: frozenset({(Kind.PUBLISHER, Kind.SUPPLIERS)}),
    Reason.SUBSCRIPTION: frozenset({(Kind.PEOPLE, Kind.LAB)}),
    Reason.CRAWL: frozenset({(Kind.LAB, Kind.SUPPLIERS)}),
    Reason.LICENCE: frozenset({(Kind.LAB, Kind.CURATOR)}),
    Reason.COMMISSION: frozenset({(Kind.LAB, Kind.PEOPLE)}),
    Reason.TRAINING: frozenset({(Kind.LAB, Kind.SUPPLIERS)}),
    Reason.INFERENCE: frozenset({(Kind.LAB, Kind.SUPPLIERS)}),
    Reason.MODERATION: frozenset({(Kind.CURATOR, Kind.SUPPLIERS)}),
    Reason.INVESTMENT: frozenset({(Kind.INVESTORS, Kind.LAB)}),
    Reason.OPERATIONS: frozenset({(Kind.LAB, Kind.SUPPLIERS), (Kind.CURATOR, Kind.SUPPLIERS)}),
    Reason.FINE: frozenset(
        {(Kind.PUBLISHER, Kind.STATE), (Kind.CURATOR, Kind.STATE), (Kind.LAB, Kind.STATE), (Kind.LAB, Kind.PEOPLE)}
    ),
    Reason.AUTHOR_LICENCE: frozenset({(Kind.CURATOR, Kind.PEOPLE)}),
    Reason.SUBSIDY: frozenset({(Kind.STATE, Kind.PEOPLE), (Kind.STATE, Kind.PUBLISHER)}),
    Reason.LEVY: frozenset((taxed, Kind.STATE) for taxed in (Kind.PUBLISHER, Kind.CURATOR, Kind.LAB)),
    Reason.EVASION: frozenset({(Kind.PUBLISHER, Kind.SUPPLIERS), (Kind.LAB, Kind.SUPPLIERS)}),
    Reason.REVIEW: frozenset({(Kind.CURATOR, Kind.SUPPLIERS)}),
    Reason.FIXED_COST: frozenset({(Kind.PUBLISHER, Kind.SUPPLIERS)}),
    Reason.LIQUIDATION: frozenset((owned, Kind.INVESTORS) for owned in (Kind.PUBLISHER, Kind.LAB)),
    Reason.CRAWL_FEE: frozenset({(Kind.LAB, Kind.CURATOR)}),
    Reason.ROYALTY: frozenset({(Kind.LAB, Kind.PEOPLE), (Kind.LAB, Kind.SUPPLIERS)}),
    Reason.COMPLIANCE: frozenset(
        (bound, Kind.SUPPLIERS) for bound in (Kind.PUBLISHER, Kind.CURATOR, Kind.LAB, Kind.PEOPLE)
    ),
    Reason.DATA_SHARING: frozenset({(Kind.LAB, Kind.LAB), (Kind.LAB, Kind.SUPPLIERS)}),
    Reason.PROGRAMME: frozenset({(Kind.STATE, Kind.SUPPLIERS)}),
    Reason.DEFAULT: frozenset((Kind.INVESTORS, owned) for owned in (Kind.PUBLISHER, Kind.LAB)),
}
"""For each reason the kinds of payer and payee between which it may be paid; a reason that is not here never."""


def legal() -> NDArray[np.bool_]:
    """Whether a payment may be made, by kind of payer, kind of payee and reason, as in `Ledger.month`."""
    allowed = np.zeros((len(Kind), len(Kind), len(Reason)), dtype=np.bool_)
    for reason, pairs in FLOWS.items():
        for payer, payee in pairs:
            allowed[payer, payee, reason] = True
    return allowed


def audit(ledger: Ledger) -> None:
    """Compare the balances with the month's tallies, kind by kind, in whole cents.

    Raises:
        ArithmeticError: balances have moved by more or less than was paid, so that something else than
            :meth:`Ledger.settle` has written them.
    """
    moved = ledger.totals() - ledger.opening
    paid = ledger.net()
    if np.array_equal(moved, paid):
        return
    wrong = "; ".join(
        f"accounts of {kind.name.lower()} moved by {moved[kind] / 100:,.2f} USD, payments by {paid[kind] / 100:,.2f}"
        for kind in Kind
        if moved[kind] != paid[kind]
    )
    message = f"the books of the month do not add up: {wrong}; change balances by Ledger.settle() alone"
    raise ArithmeticError(message)
