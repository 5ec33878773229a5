"""Revision: curators and labs review what they earned and move their levers; labs can go bankrupt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.phases.revision import bankruptcies, lasting, revise_curators, revise_labs
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials
from ecosystem.world import public
from ecosystem.world.content import Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, later_worlds, live, next_month, publish, read_rows, world_of

STILL = {"operations": 0.0, "training_cost": 0.0, "capital": 1000.0, "data": {"crawlers": []}}


def labs(*intervals: int, kind: str = "explore", **rule: Any) -> World:
    """A world without people, with labs that sell a model and review in these months."""
    entries = [
        STILL | {"name": f"lab {at}", "adaptation": {"kind": kind, "interval": interval} | rule}
        for at, interval in enumerate(intervals)
    ]
    world = world_of(scale={"humans": 0}, labs=entries)
    for name in world.labs:
        give_model(world, name)
    return world


def with_users(*users: int, **rule: Any) -> World:
    """A world of labs that review every month, with so many users each; all pay 20 USD a month."""
    entries = [STILL | {"name": f"lab {at}", "adaptation": {"interval": 1} | rule} for at in range(len(users))]
    people = {"assistants": {"paying": 1.0}}
    world = world_of(scale={"humans": sum(users), "people_per_human": 10.0}, humans=people, labs=entries)
    for name in world.labs:
        give_model(world, name)
    world.humans.assistant = np.repeat(np.arange(len(users)), users).astype(np.int16)
    return world


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
    assert not trials["lab 0"].levers.any()  # it earned 20 a month: what was tried did not pay
    for usd in (7.0, 8.0, 9.0):
        pay(world, [usd])
        trials = revise_labs(world, world.draw)
        commit(world, trials)
    assert trials["lab 0"].settled_payoff == 8.0  # what the old levers pay now


def test_capital_is_no_payoff() -> None:
    world = labs(1)
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, 0, Reason.INVESTMENT, 500.0))
    assert revise_labs(world, world.draw)["lab 0"].settled_payoff == 0.0


def looked_at(monkeypatch: pytest.MonkeyPatch, world: World, reviews: Callable[..., Any]) -> list[Public]:
    """What everyone who reviews sees of others, in order of names."""
    seen = []

    def look(_: Adaptation, own: Trials, others: Public, _who: object, _space: Space, _draw: Streams) -> Trials:
        seen.append(others)
        return own

    monkeypatch.setattr(Adaptation.registry.get("explore"), "revise", look)
    reviews(world, world.draw)
    return seen


def test_what_labs_take_in_is_worked_out_from_users_and_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    world = with_users(3, 5, kind="explore")
    pay(world, [7.0, -7.0])  # nobody else knows of this
    world.labs["lab 1"].trial = world.labs["lab 1"].trial._replace(levers=np.log([[2.0, 1.0]]))
    for others in looked_at(monkeypatch, world, revise_labs):
        assert others.payoff == pytest.approx([3 * 10 * 20.0, 5 * 10 * 40.0])
        assert others.key.tolist() == [lab.key for lab in world.labs.values()]
        assert np.allclose(others.levers, [[0.0, 0.0], [np.log(2.0), 0.0]])


def test_what_curators_take_in_is_worked_out_from_views_and_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    explore = {"kind": "explore", "interval": 1}
    hosts = [{"name": name, "rpm": rpm, "adaptation": explore} for name, rpm in (("a", 3.0), ("b", 0.0))]
    world = world_of(curators=hosts, scale={"humans": 2, "people_per_human": 10.0}, humans={"views_per_read": 7.0})
    publish(world, 2, curator=[0, 1])
    read_rows(world, [[0, 0, 0, 1], [0, -1, -1, -1]])
    for others in looked_at(monkeypatch, world, revise_curators):
        assert others.payoff == pytest.approx([4 * 70 * 3.0 / 1000, 0.0])


def test_what_publishers_take_in_is_worked_out_from_views_and_shares() -> None:
    hosts = [{"name": "a", "rpm": 3.0, "publisher_share": 0.5}, {"name": "b", "rpm": 1.0, "publisher_share": 0.1}]
    world = world_of(
        curators=hosts, scale={"humans": 2, "people_per_human": 10.0}, humans={"views_per_read": 7.0},
        labs=[{"name": "alpha"}], publishers={"groups": [{"name": "farm", "count": 2}]},
    )  # fmt: skip
    publish(world, 3, curator=[0, 1, 0], origin=int(Origin.SYNTHETIC), author=[0, 0, 1], lab=0)
    read_rows(world, [[0, 0, 1, 2], [2, 2, 2, 2]])
    mine, other = public.publishers(world)
    assert mine == pytest.approx((2 * 3.0 * 0.5 + 1 * 1.0 * 0.1) * 7 / 1000)  # of one real publisher
    assert other == pytest.approx(5 * 3.0 * 0.5 * 7 / 1000)


def test_what_labs_do_not_tell_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    levers = ["price", "retention", "respects_opt_out"]
    entries = [
        STILL | {"name": name, "levers": levers, "adaptation": {"kind": "explore", "interval": 1}} | more
        for name, more in (("a", {}), ("b", {"discloses": False}), ("c", {"data": {"respects_opt_out": False}}))
    ]
    world = world_of(scale={"humans": 0}, labs=entries)
    for name, lab in world.labs.items():
        give_model(world, name)
        lab.trial = lab.trial._replace(levers=np.array([[0.1, 0.2, 1.0]]))
    first, second, third = looked_at(monkeypatch, world, revise_labs)
    # c disobeys where the file says that the others obey: from where they stand it is one option on.
    assert np.allclose(first.levers, [[0.1, 0.2, 1.0], [0.1, np.nan, 1.0], [0.1, 0.2, 0.0]], equal_nan=True)
    assert np.array_equal(second.levers, first.levers, equal_nan=True)
    assert np.allclose(third.levers[:, 2] % 2, [0.0, 0.0, 1.0])


def test_levers_of_others_are_at_rest_or_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rival that does not move a lever stands where its file says; one that has no detector shows no target."""
    explore = {"kind": "explore", "interval": 1}
    hosts = [
        {"name": "a", "adaptation": explore, "detector": "gaussian"},
        {"name": "b", "adaptation": explore, "levers": ["author_share"]},
    ]
    world = world_of(curators=hosts, scale={"humans": 1})
    publish(world, 2, curator=[0, 1])
    read_rows(world, [[0, 1, 1, 1]])
    first, second = looked_at(monkeypatch, world, revise_curators)
    assert np.array_equal(first.levers, [[0.0, 0.0], [0.0, np.nan]], equal_nan=True)
    assert np.array_equal(second.levers, [[0.0], [0.0]])


def test_labs_that_sell_nothing_neither_review_nor_count_as_rivals() -> None:
    world = with_users(1, 9, 9, kind="imitate", noise=1e-3)
    world.labs["lab 1"].active = False
    world.labs["lab 2"].fitted = None  # not launched yet
    for name in ("lab 1", "lab 2"):
        world.labs[name].trial = world.labs[name].trial._replace(levers=np.array([[1.0, 1.0]]))
    trials = revise_labs(world, world.draw)
    assert trials["lab 0"].levers.tolist() == [[0.0, 0.0]]
    assert trials["lab 2"] is world.labs["lab 2"].trial


def test_books_begin_anew_where_there_was_nothing_to_review() -> None:
    world = labs(2)
    world.labs["lab 0"].fitted = None
    for usd in (-100.0, -100.0):
        pay(world, [usd])
        commit(world, revise_labs(world, world.draw))
    assert world.labs["lab 0"].trial.levers.tolist() == [[0.0, 0.0]]
    give_model(world, "lab 0")
    for usd in (10.0, 30.0):
        pay(world, [usd])
        trials = revise_labs(world, world.draw)
        commit(world, trials)
    assert trials["lab 0"].settled_payoff == 20.0


def test_nobody_moves_where_nothing_is_earned() -> None:
    free = {"price": 0.0, "api_ratio": 0.0, "operations": 0.0, "training_cost": 0.0, "crawl_cost": 0.0}
    explore = {"kind": "explore", "interval": 1}
    world = world_of(
        scale={"humans": 40}, curators=[{"name": "a", "rpm": 0.0, "operations": 0.0, "adaptation": explore}],
        labs=[free | {"name": "alpha", "cadence": 1, "inference_cost": 0.0, "adaptation": explore}],
    )  # fmt: skip
    tried = []
    for _ in range(8):
        live(world, 1)
        tried.append(world.curators["a"].trial)
    # What does not pay is given up for a month, in which the old levers do not pay either.
    assert [trial.levers.any() for trial in tried] == [True, False] * 4
    assert not any(trial.settled.any() for trial in tried)
    assert world.labs["alpha"].generation > 3
    assert not world.ledger.month.any()
    assert not world.labs["alpha"].trial.levers.any()


def test_what_paid_is_kept_and_what_did_not_is_taken_back() -> None:
    """A lab that earns most at twice its price finds its way there, and one that earns nothing stays about."""
    world = later_worlds([(400, {
        "scale": {"humans": 0},
        "labs": [STILL | {"name": "alpha", "adaptation": {"kind": "explore", "interval": 1, "step": 0.1}}],
    })])  # fmt: skip
    give_model(world, "alpha")
    distance = []
    for _ in range(300):
        lever = world.labs["alpha"].trial.levers[0, 0]
        distance.append(abs(lever - np.log(2.0)))
        pay(world, [1000.0 * np.exp(-(distance[-1] ** 2))])
        commit(world, revise_labs(world, world.draw))
    assert np.mean(distance[-50:]) < 0.2 < distance[0]


def test_better_earning_rivals_are_copied() -> None:
    world = with_users(1, 3, 2, kind="imitate", noise=1e-3)
    for at, lab in enumerate(world.labs.values()):
        lab.trial = lab.trial._replace(levers=np.array([[0.0, float(at)]]))
    for _ in range(12):  # differences are many times the noise: the better is always copied
        commit(world, revise_labs(world, world.draw))
    assert [lab.trial.levers[0, 1] for lab in world.labs.values()] == [1.0, 1.0, 1.0]


def test_curators_review_by_their_own_accounts() -> None:
    explore = {"kind": "explore", "interval": 1}
    hosts = [{"name": name, "capital": 0.0, "detector": "gaussian", "adaptation": explore} for name in ("a", "b")]
    world = world_of(curators=hosts, scale={"humans": 1})
    publish(world, 2, curator=[0, 1])
    read_rows(world, [[0, 1, 1, 1]])
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
