"""Revision: curators and labs review what they earned and move their levers; labs can go bankrupt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.phases.revision import bankruptcies, lasting, revise_curators, revise_labs
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, later_worlds, live, next_month, world_of

STILL = {"operations": 0.0, "training_cost": 0.0, "capital": 1000.0, "data": {"crawlers": []}}


def labs(*intervals: int, kind: str = "explore", **rule: Any) -> World:
    """A world without people, with labs that review in these months."""
    entries = [
        STILL | {"name": f"lab {at}", "adaptation": {"kind": kind, "interval": interval} | rule}
        for at, interval in enumerate(intervals)
    ]
    return world_of(scale={"humans": 0}, labs=entries)


def pay(world: World, usd: list[float]) -> None:
    """Let labs earn so much this month; a negative amount is spent."""
    who, amount = np.arange(len(usd)), np.array(usd)
    income = Transfers.of(Kind.PEOPLE, 0, Kind.LAB, who, Reason.SUBSCRIPTION, np.maximum(amount, 0))
    costs = Transfers.of(Kind.LAB, who, Kind.SUPPLIERS, 0, Reason.OPERATIONS, np.maximum(-amount, 0))
    world.ledger.settle(income)
    world.ledger.settle(costs)


def commit(world: World, trials: dict[str, Trials]) -> None:
    """Book the month and put the trials into force, as the world does."""
    earned = world.ledger.earned(Kind.LAB)
    for name, lab in world.labs.items():
        lab.earned += float(earned[lab.index])
        if name in trials:
            lab.trial, lab.earned = trials[name], 0.0
    next_month(world)


def test_reviews_come_at_the_end_of_every_interval() -> None:
    world = labs(2, 3)
    due = []
    for _ in range(6):
        trials = revise_labs(world, world.draw)
        due.append(sorted(trials))
        commit(world, trials)
    assert due == [[], ["lab 0"], ["lab 1"], ["lab 0"], [], ["lab 0", "lab 1"]]


def test_the_payoff_is_what_was_earned_per_month_since_the_last_review() -> None:
    world = labs(3)
    for usd in (10.0, 20.0, 60.0):
        pay(world, [usd])
        trials = revise_labs(world, world.draw)
        commit(world, trials)
    assert trials["lab 0"].settled_payoff == 30.0
    for usd in (100.0, 20.0, -60.0):
        pay(world, [usd])
        trials = revise_labs(world, world.draw)
        commit(world, trials)
    assert trials["lab 0"].settled_payoff == 30.0  # it earned 20 a month: what was tried did not pay


def test_capital_is_no_payoff() -> None:
    world = labs(1)
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, 0, Reason.INVESTMENT, 500.0))
    assert revise_labs(world, world.draw)["lab 0"].settled_payoff == 0.0


def test_rivals_earnings_are_per_month_whatever_their_own_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    world = labs(6, 2, 12)
    seen = []

    def look(_: Adaptation, own: Trials, others: Public, _who: object, _space: Space, _draw: Streams) -> Trials:
        if own.payoff == 10.0:
            seen.append(others.payoff.tolist())
        return own

    monkeypatch.setattr(Adaptation.registry.get("explore"), "revise", look)
    for _ in range(6):
        pay(world, [10.0, 20.0, 30.0])
        commit(world, revise_labs(world, world.draw))
    assert seen == [[10.0, 20.0, 30.0]]


def test_closed_labs_neither_review_nor_count_as_rivals() -> None:
    world = labs(1, 1, kind="imitate")
    world.labs["lab 1"].active = False
    world.labs["lab 1"].trial = world.labs["lab 1"].trial._replace(levers=np.array([[1.0, 1.0]]))
    trials = revise_labs(world, world.draw)
    assert list(trials) == ["lab 0"]
    assert trials["lab 0"].levers.tolist() == [[0.0, 0.0]]


def test_what_paid_is_kept_and_what_did_not_is_taken_back() -> None:
    """A lab that earns most at twice its price finds its way there, and one that earns nothing stays about."""
    world = later_worlds([(400, {
        "scale": {"humans": 0},
        "labs": [STILL | {"name": "alpha", "adaptation": {"kind": "explore", "interval": 1, "step": 0.1}}],
    })])  # fmt: skip
    distance = []
    for _ in range(300):
        lever = world.labs["alpha"].trial.levers[0, 0]
        distance.append(abs(lever - np.log(2.0)))
        pay(world, [1000.0 * np.exp(-(distance[-1] ** 2))])
        commit(world, revise_labs(world, world.draw))
    assert np.mean(distance[-50:]) < 0.2 < distance[0]


def test_better_earning_rivals_are_copied() -> None:
    world = labs(1, 1, 1, kind="imitate", noise=1e-3)
    for at, lab in enumerate(world.labs.values()):
        lab.trial = lab.trial._replace(levers=np.array([[float(at), 0.0]]))
    for _ in range(12):
        pay(world, [10.0, 30.0, 20.0])  # differences are many times the noise: the better is always copied
        commit(world, revise_labs(world, world.draw))
    assert [lab.trial.levers[0, 0] for lab in world.labs.values()] == [1.0, 1.0, 1.0]


def test_curators_review_by_their_own_accounts() -> None:
    explore = {"kind": "explore", "interval": 1}
    hosts = [{"name": name, "capital": 0.0, "detector": "gaussian", "adaptation": explore} for name in ("a", "b")]
    world = world_of(curators=hosts)
    world.ledger.settle(Transfers.of(Kind.ADVERTISERS, 0, Kind.CURATOR, 1, Reason.ADVERTISING, 70.0))
    trials = revise_curators(world, world.draw)
    assert [trials[name].settled_payoff for name in ("a", "b")] == [0.0, 70.0]
    assert all(np.abs(trial.levers).sum() == pytest.approx(0.1) for trial in trials.values())


def test_levers_stand_still_by_default() -> None:
    world = world_of(scale={"humans": 30}, curators=[{"name": "a"}], labs=[{"name": "alpha", "cadence": 2}])
    live(world, 13)
    assert world.labs["alpha"].trial.levers.tolist() == [[0.0, 0.0]]
    assert world.curators["a"].trial.levers.tolist() == [[0.0, 0.0]]
    assert not np.isnan(world.labs["alpha"].trial.payoff)  # it did review


def test_labs_close_when_their_cash_has_run_out() -> None:
    world = labs(6, 6, 6)
    give_model(world, "lab 0")
    give_model(world, "lab 1")
    pay(world, [-1000.0, -1000.01, -2000.0])
    world.labs["lab 2"].active = False  # it has closed before
    assert bankruptcies(world) == ("lab 1",)
    assert lasting(world).tolist() == [True, False, False, False]


def test_a_bankrupt_lab_is_gone_next_month() -> None:
    poor = STILL | {"price": 0.0}
    world = world_of(
        labs=[poor | {"name": "alpha"}, poor | {"name": "beta"}], humans={"assistants": {"reconsider": 0.0}}
    )
    for name in ("alpha", "beta"):
        give_model(world, name)
    world.humans.assistant, world.labs["alpha"].subscribers = 0, 12
    world.ledger.settle(Transfers.of(Kind.LAB, 0, Kind.SUPPLIERS, 0, Reason.OPERATIONS, 1000.01))
    live(world, 1)
    lab = world.labs["alpha"]
    assert (lab.active, lab.fitted, lab.subscribers) == (False, None, 0)
    assert not np.any(world.humans.assistant == 0)
