"""Who paid whom, how much and for what: double entry, in whole cents."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["INSIDE", "NO_TRANSFERS", "Kind", "Ledger", "Reason", "Transfers", "join"]


class Kind(IntEnum):
    """Kinds of account. Those inside hold one account each agent; the rest are the world outside."""

    PUBLISHER = 0
    CURATOR = 1
    LAB = 2
    ADVERTISERS = 3
    PEOPLE = 4
    INVESTORS = 5
    SUPPLIERS = 6
    STATE = 7
    CUSTOMERS = 8


LARGEST = 1e13
"""USD that a single payment must stay below: 10^15 cents, of which 2^63 - 1 cents, what an account holds, are 9,223."""

INSIDE = (Kind.PUBLISHER, Kind.CURATOR, Kind.LAB)


class Reason(IntEnum):
    """What a transfer is for."""

    ENDOWMENT = 0
    ADVERTISING = 1
    REVENUE_SHARE = 2
    AUTHOR_PAY = 3
    API = 4
    PRODUCTION = 5
    SUBSCRIPTION = 6
    CRAWL = 7
    LICENCE = 8
    COMMISSION = 9
    TRAINING = 10
    INFERENCE = 11
    MODERATION = 12
    INVESTMENT = 13
    OPERATIONS = 14
    FINE = 15
    AUTHOR_LICENCE = 16
    SUBSIDY = 17
    LEVY = 18
    EVASION = 19
    REVIEW = 20
    FIXED_COST = 21
    LIQUIDATION = 22
    CRAWL_FEE = 23
    ROYALTY = 24
    COMPLIANCE = 25
    DATA_SHARING = 26
    PROGRAMME = 27
    DEFAULT = 28


CAPITAL = (Reason.ENDOWMENT, Reason.INVESTMENT, Reason.LIQUIDATION, Reason.DEFAULT)
"""Reasons that are not part of operating profit."""


class Transfers(NamedTuple):
    """Payments; arrays of shape (payments,)."""

    payer_kind: NDArray[np.int64]
    payer: NDArray[np.int64]
    """Account within the kind; 0 for the world outside."""
    payee_kind: NDArray[np.int64]
    payee: NDArray[np.int64]
    reason: NDArray[np.int64]
    cents: NDArray[np.int64]
    """Amount, US cents, >= 0."""

    @classmethod
    def of(
        cls,
        payer_kind: Kind,
        payer: NDArray[np.integer] | int,
        payee_kind: Kind,
        payee: NDArray[np.integer] | int,
        reason: Reason,
        usd: NDArray[np.floating] | float,
    ) -> Transfers:
        """Payments of one kind and reason; amounts in USD are rounded to the cent and zeros dropped.

        Raises:
            ValueError: an amount is negative, not finite, or too large to be kept in cents.
        """
        amount = np.asarray(usd, dtype=float)
        if not np.count_nonzero(amount):  # often, and quick to see
            return NO_TRANSFERS
        amount = np.atleast_1d(amount)
        if not np.all((amount >= 0) & (amount < LARGEST)):
            found = f"{amount.min()} to {amount.max()}"
            message = f"a payment for {reason.name.lower()} must lie between 0 and {LARGEST:g} USD, not {found}"
            raise ValueError(message)
        cents = np.rint(100 * amount).astype(np.int64)
        some = cents > 0
        if not some.any():
            return NO_TRANSFERS
        payers, payees = (np.broadcast_to(np.asarray(who, dtype=np.int64), cents.shape) for who in (payer, payee))

        def constant(value: int) -> NDArray[np.int64]:
            return np.full(int(some.sum()), value, dtype=np.int64)

        return cls(
            constant(payer_kind), payers[some], constant(payee_kind), payees[some], constant(reason), cents[some]
        )


NO_TRANSFERS = Transfers(*(np.empty(0, dtype=np.int64) for _ in Transfers._fields))


def join(parts: list[Transfers]) -> Transfers:
    """All payments of a list as one."""
    some = [part for part in parts if len(part.cents)]
    return Transfers(*map(np.concatenate, zip(*some, strict=True))) if some else NO_TRANSFERS


class Ledger:
    """Balances of every account, in cents. The sum over all accounts is always zero."""

    def __init__(self, accounts: dict[Kind, int], legal: NDArray[np.bool_] | None = None) -> None:
        """Open ``accounts[kind]`` accounts inside, and one for each kind outside.

        Args:
            accounts: how many of each kind inside.
            legal: which payments may be made, shape as :attr:`month`; None for all.
        """
        self.legal = legal
        self.balances = {
            kind: np.zeros(accounts.get(kind, 0) if kind in INSIDE else 1, dtype=np.int64) for kind in Kind
        }
        self.month = np.zeros((len(Kind), len(Kind), len(Reason)), dtype=np.int64)
        """Cents paid in the current month, by kind of payer, kind of payee and reason."""
        self.income = {kind: np.zeros_like(balance) for kind, balance in self.balances.items()}
        """Operating income of the current month, cents, by account."""
        self.spending = {kind: np.zeros_like(balance) for kind, balance in self.balances.items()}
        """Operating spending of the current month, cents, by account."""
        self.opening = self.totals()
        """Cents in all accounts of each kind when the month began, shape (kinds,)."""
        self.raised = {kind: np.zeros_like(balance) for kind, balance in self.balances.items()}
        """Capital received in the current month less capital paid out, cents, by account."""

    def open(self, kind: Kind, accounts: int) -> None:
        """Open more accounts, with nothing in them."""
        for books in (self.balances, self.income, self.spending, self.raised):
            books[kind] = np.concatenate([books[kind], np.zeros(accounts, dtype=np.int64)])

    def begin(self) -> None:
        """Start a new month's tally."""
        if not np.count_nonzero(self.month):
            return  # nothing has been paid since the last
        self.opening = self.totals()
        self.month[:] = 0
        for flows in (*self.income.values(), *self.spending.values(), *self.raised.values()):
            flows[:] = 0

    def settle(self, transfers: Transfers) -> None:
        """Carry out payments.

        Raises:
            ValueError: an amount is negative, or a payment is not legal.
            ArithmeticError: the books do not balance, which would be a defect of this class.
        """
        if not len(transfers.cents):
            return
        if np.any(transfers.cents < 0):
            message = "a payment cannot be negative; swap payer and payee"
            raise ValueError(message)
        self._refuse(transfers)
        operating = ~np.isin(transfers.reason, CAPITAL)
        for kind in Kind:
            paid, got = transfers.payer_kind == kind, transfers.payee_kind == kind
            if not (paid.any() or got.any()):
                continue
            np.subtract.at(self.balances[kind], transfers.payer[paid], transfers.cents[paid])
            np.add.at(self.balances[kind], transfers.payee[got], transfers.cents[got])
            np.subtract.at(self.raised[kind], transfers.payer[paid & ~operating], transfers.cents[paid & ~operating])
            np.add.at(self.raised[kind], transfers.payee[got & ~operating], transfers.cents[got & ~operating])
            paid, got = paid & operating, got & operating
            np.add.at(self.spending[kind], transfers.payer[paid], transfers.cents[paid])
            np.add.at(self.income[kind], transfers.payee[got], transfers.cents[got])
        np.add.at(self.month, (transfers.payer_kind, transfers.payee_kind, transfers.reason), transfers.cents)
        if (total := self.total()) != 0:
            message = f"the books are off by {total} cents"
            raise ArithmeticError(message)

    def _refuse(self, transfers: Transfers) -> None:
        """Let no payment pass that is not legal."""
        if self.legal is None:
            return
        may = self.legal[transfers.payer_kind, transfers.payee_kind, transfers.reason]
        if may.all():
            return
        first = int(np.argmin(may))
        payer, payee = Kind(transfers.payer_kind[first]), Kind(transfers.payee_kind[first])
        reason = Reason(transfers.reason[first])
        allowed = [f"{Kind(a).name} to {Kind(b).name}" for a, b in np.argwhere(self.legal[:, :, reason])]
        message = (
            f"{payer.name} may not pay {payee.name} for {reason.name}: allowed for it is "
            f"{', '.join(allowed) or 'nobody'}; a new way for money to go belongs into FLOWS of world/flows.py"
        )
        raise ValueError(message)

    def totals(self) -> NDArray[np.int64]:
        """Cents in all accounts of each kind, shape (kinds,)."""
        return np.array([self.balances[kind].sum() for kind in Kind], dtype=np.int64)

    def net(self) -> NDArray[np.int64]:
        """Cents that each kind received less those it paid in the current month, shape (kinds,)."""
        net: NDArray[np.int64] = self.month.sum(axis=(0, 2)) - self.month.sum(axis=(1, 2))
        return net

    def total(self) -> int:
        """Sum of all balances, in cents: zero."""
        return sum(int(balance.sum()) for balance in self.balances.values())

    def usd(self, kind: Kind) -> NDArray[np.float64]:
        """Balances of all accounts of a kind, USD."""
        return self.balances[kind] / 100.0

    def earned(self, kind: Kind) -> NDArray[np.float64]:
        """Operating profit of the current month of all accounts of a kind, USD."""
        return (self.income[kind] - self.spending[kind]) / 100.0

    def flow(self, *, payer: Kind | None = None, payee: Kind | None = None, reason: Reason | None = None) -> float:
        """USD paid in the current month, narrowed to what is given."""
        part: NDArray[np.int64] = self.month
        part = part if payer is None else part[payer : payer + 1]
        part = part if payee is None else part[:, payee : payee + 1]
        part = part if reason is None else part[:, :, reason : reason + 1]
        return float(part.sum()) / 100.0

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """A copy of the balances and of the month's tallies."""
        books = {"balance": self.balances, "income": self.income, "spending": self.spending, "raised": self.raised}
        return {"month": self.month.copy()} | {
            f"{book}.{kind.name}": part.copy() for book, parts in books.items() for kind, part in parts.items()
        }

    def load(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Take back what :meth:`dump` gave."""
        self.month = state["month"].astype(np.int64)
        self.balances = {kind: state[f"balance.{kind.name}"].astype(np.int64) for kind in Kind}
        self.income = {kind: state[f"income.{kind.name}"].astype(np.int64) for kind in Kind}
        self.spending = {kind: state[f"spending.{kind.name}"].astype(np.int64) for kind in Kind}
        self.opening = self.totals() - self.net()
        self.raised = {kind: state[f"raised.{kind.name}"].astype(np.int64) for kind in Kind}
