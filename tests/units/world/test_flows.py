"""Which payments are legal, and that nothing else moves a balance."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.model import WebEcosystem
from ecosystem.policies import Policy
from ecosystem.world.flows import FLOWS, SINKS, SOURCES, audit, legal
from ecosystem.world.ledger import INSIDE, LARGEST, NO_TRANSFERS, Kind, Ledger, Reason, Transfers, join
from ecosystem.world.proposals import Money
from tests.randomness.worlds import document, run, web

ONE_EACH = dict.fromkeys(INSIDE, 1)


def one_dollar(payer: Kind, payee: Kind, reason: Reason) -> Transfers:
    return Transfers.of(payer, 0, payee, 0, reason, 1.0)


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.name.lower())
def test_only_the_flows_of_a_reason_pass(reason: Reason) -> None:
    ledger = Ledger(ONE_EACH, legal())
    for payer in Kind:
        for payee in Kind:
            if (payer, payee) in FLOWS[reason]:
                ledger.settle(one_dollar(payer, payee, reason))
                assert ledger.flow(payer=payer, payee=payee, reason=reason) == 1.0
            else:
                with pytest.raises(ValueError, match=f"{payer.name} may not pay {payee.name} for {reason.name}: "):
                    ledger.settle(one_dollar(payer, payee, reason))
    assert ledger.month.sum() == 100 * len(FLOWS[reason])


def test_every_reason_has_its_flows() -> None:
    assert set(FLOWS) == set(Reason)
    assert all(FLOWS.values())


def test_the_page_of_the_model_lists_every_flow() -> None:
    page = (Path(__file__).parents[3] / "docs" / "model.md").read_text(encoding="utf-8")
    section = page.partition("\n### Money\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([a-z]+) \| ([a-z, ]+) \|", section, re.MULTILINE)
    listed = {(reason, payer, payee) for reason, payer, payees in rows for payee in payees.split(", ")}
    legal_flows = {(r.name.lower(), a.name.lower(), b.name.lower()) for r, pairs in FLOWS.items() for a, b in pairs}
    assert listed == legal_flows


def test_money_comes_from_sources_and_goes_to_sinks_through_those_inside() -> None:
    for reason, pairs in FLOWS.items():
        for payer, payee in pairs:
            assert payer in SOURCES.union(INSIDE), reason.name
            assert payee in SINKS.union(INSIDE), reason.name
            # A programme of the state is nobody's income, but it has a price.
            simulated = {payer, payee} & {*INSIDE, Kind.PEOPLE}
            assert simulated or reason is Reason.PROGRAMME, f"{reason.name} passes by everyone simulated"
    assert not (SOURCES | SINKS) & set(INSIDE)


def test_one_illegal_payment_among_legal_ones_stops_them_all() -> None:
    ledger = Ledger(ONE_EACH, legal())
    good = one_dollar(Kind.PEOPLE, Kind.LAB, Reason.SUBSCRIPTION)
    bad = one_dollar(Kind.ADVERTISERS, Kind.LAB, Reason.SUBSCRIPTION)
    with pytest.raises(ValueError, match=r"allowed for it is PEOPLE to LAB; .*FLOWS of world/flows\.py"):
        ledger.settle(join([good, bad]))
    assert not ledger.month.any()
    assert not ledger.totals().any()


class Patron(Policy):
    """Gives the first lab a dollar a month that a kind of payer has no reason to give."""

    def amend[P](self, proposal: P, world: Any, draw: Streams) -> P:
        del world, draw
        if not isinstance(proposal, Money):
            return proposal
        gift = one_dollar(Kind.STATE, Kind.LAB, Reason.SUBSCRIPTION)
        return replace(proposal, transfers=join([proposal.transfers, gift]))


def test_a_policy_cannot_pay_as_it_likes() -> None:
    model = web(document(policies=[]))
    model.policies = (Patron(start=model.plan.start),)
    with pytest.raises(ValueError, match="STATE may not pay LAB for SUBSCRIPTION"):
        model.step()


class Thief(Policy):
    """Takes a cent out of an account without a payment."""

    def amend[P](self, proposal: P, world: Any, draw: Streams) -> P:
        del draw
        if isinstance(proposal, Money):
            world.ledger.balances[Kind.CURATOR][0] -= 1
            world.ledger.balances[Kind.STATE][0] += 1  # so that the sum over all stays zero
        return proposal


def test_a_balance_that_moves_by_itself_stops_the_run() -> None:
    model = web(document(policies=[]))
    model.policies = (Thief(start=model.plan.start),)
    with pytest.raises(ArithmeticError, match=r"accounts of curator moved by .*; accounts of state moved by 0\.01 USD"):
        model.step()


def test_the_audit_goes_on_after_a_dump() -> None:
    first = run(web(document(policies=[])), 8)
    assert first.world.ledger.month.any()
    other: WebEcosystem = web(document(policies=[]))
    other.load(first.dump())
    audit(other.world.ledger)
    np.testing.assert_array_equal(other.world.ledger.opening, first.world.ledger.opening)
    run(other, 2)


def test_thousands_of_the_largest_payments_fit_into_an_account() -> None:
    ledger, usd = Ledger(ONE_EACH), np.full(9000, LARGEST - 1)
    ledger.settle(Transfers.of(Kind.PEOPLE, 0, Kind.LAB, 0, Reason.SUBSCRIPTION, usd))
    assert int(ledger.balances[Kind.LAB][0]) == 9000 * 100 * int(LARGEST - 1)
    with pytest.raises(ValueError, match=r"must lie between 0 and 1e\+13 USD"):
        Transfers.of(Kind.PEOPLE, 0, Kind.LAB, 0, Reason.SUBSCRIPTION, LARGEST)


def test_a_month_without_payments_passes() -> None:
    ledger = Ledger(ONE_EACH, legal())
    ledger.settle(one_dollar(Kind.INVESTORS, Kind.LAB, Reason.ENDOWMENT))
    audit(ledger)
    for _ in range(2):
        ledger.begin()
        ledger.settle(NO_TRANSFERS)
        audit(ledger)
    ledger.balances[Kind.LAB][0] += 7
    with pytest.raises(ArithmeticError, match=r"accounts of lab moved by 0\.07 USD, payments by 0\.00"):
        audit(ledger)
