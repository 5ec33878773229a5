"""Habits of publishers: what they are, what marks make them do, and what they learn of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.payments.publishing import payments
from ecosystem.phases.publishers.beliefs import learn
from ecosystem.phases.publishers.books import keep_books
from ecosystem.phases.publishers.costs import evasion_cost, item_cost, marginal_cost
from ecosystem.phases.publishers.habits import at_stake, habits
from ecosystem.phases.publishers.learning import MOST_SEEN, Review, review
from ecosystem.phases.publishing import generate
from ecosystem.phases.regulate import regulate
from ecosystem.policies.label_mandate import LabelMandate
from ecosystem.world.content import Marks, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.levers import PUBLISHERS
from ecosystem.world.proposals import Drafts
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, later_worlds, live, next_month, publish, world_of

TEMPERATURE, MODE, STRIPS, LABELS = range(4)
MARKS: dict[str, Any] = {"weighs_marks": True, "mark_loss": 0.25}
MANDATE = LabelMandate(start="2018-01", fine=10.0, enforcement=0.05)  # type: ignore[arg-type]  # is read
"""The fine to be expected is 0.5 USD an item."""


def web(
    count: int = 4,
    *,
    labs: dict[str, Any] | None = None,
    market: dict[str, Any] | None = None,
    scale: float = 10.0,
    **group: Any,
) -> World:
    """Publishers of one group; one person stands for ten or so many, and an item costs 2 USD."""
    farm = {"name": "farm", "count": count, "volume": 3.0, "temperature": 0.8}
    given = {"api_price": 0.0, "production": 2.0, "cost_spread": 0.0, "diseconomy": 0.5, "memory": 1.0}
    world = world_of(
        labs=[{"name": "alpha", "temperature": 0.8, "watermarks": True} | (labs or {})],
        publishers=given | {"groups": [farm | group]} | (market or {}),
        curators=[{"name": "search", "ranking": [], "rpm": 10.0, "publisher_share": 0.5}],
        scale={"people_per_human": scale},
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab = 0
    return world


def sold(world: World, usd: list[float]) -> None:
    """Let each have sold an item a month at so much of a real publisher, by its own books."""
    world.publishers.produced, world.publishers.revenue = 1.0, 10 * np.array(usd)


def made(world: World, each: int = 20) -> Drafts:
    """What publishers make of equal numbers of items in domain 0."""
    author, key = repeated(world.publishers.key, np.full(len(world.publishers), each), world.draw.step)
    return generate(world, Assignments(author, key, np.zeros(len(key), dtype=np.int64)), world.draw)


# --- what they are --------------------------------------------------------------------------------


def test_without_levers_habits_are_the_files() -> None:
    groups = [
        {"name": "a", "count": 1, "temperature": 0.33, "mode": "rewrite", "strips_marks": False, "labels": True},
        {"name": "b", "count": 2},
    ]
    found = habits(world_of(labs=[{"name": "alpha"}], publishers={"groups": groups}))
    assert found.temperature.tolist() == [0.33, 0.8, 0.8]
    assert found.rewrites.tolist() == [True, False, False]
    assert found.strips.tolist() == [False, True, True]
    assert found.labels.tolist() == [True, False, False]


def test_levers_move_habits_of_each_by_itself() -> None:
    world = web(3, levers=["temperature", "mode", "strips_marks", "labels"])
    levers = world.publishers.writable("levers")
    levers[1] = [0.2, 1, 1, 1]
    levers[2] = [-9.0, 0, 0, 0]
    found = habits(world)
    # 0.8 e^0.2 is 0.977, set as 1.0; nothing is colder than the least step.
    assert found.temperature.tolist() == pytest.approx([0.8, 1.0, 0.1])
    assert found.rewrites.tolist() == [False, True, False]
    assert found.strips.tolist() == [True, False, True]
    assert found.labels.tolist() == [False, True, False]


@pytest.mark.parametrize("tenths", [3, 6, 7, 12, 14])
def test_temperatures_that_have_moved_are_the_decimals_that_files_say(tenths: int) -> None:
    usual = tenths / 10
    world = web(1, labs={"temperature": usual}, market={"paraphrase_cost": 0.5}, levers=["temperature"])
    world.publishers.writable("levers")[:, TEMPERATURE] = np.log(usual / 0.8)
    assert habits(world).temperature.tolist() == [usual]
    assert not evasion_cost(world).any()


def test_levers_that_a_group_does_not_have_move_nothing() -> None:
    world = web(1, levers=["labels"])
    world.publishers.writable("levers")[:] = 1.0
    found = habits(world)
    assert (found.temperature.tolist(), found.strips.tolist(), found.labels.tolist()) == ([0.8], [True], [True])


def test_each_writes_at_its_own_temperature_as_if_all_did() -> None:
    world = web(3, levers=["temperature"])
    world.publishers.writable("levers")[1:, TEMPERATURE] = [np.log(0.5 / 0.8), np.log(1.5 / 0.8)]
    drafts = made(world)
    for number, temperature in enumerate((0.8, 0.5, 1.5)):
        alike = made(web(3, temperature=temperature))
        mine = drafts.author == number
        assert np.array_equal(drafts.idea[mine], alike.idea[mine])
        assert np.array_equal(drafts.style[mine], alike.style[mine])


def test_each_marks_as_it_is_used_to() -> None:
    world = web(4, levers=["strips_marks", "labels"])
    world.publishers.writable("levers")[:, STRIPS] = [0, 1, 0, 1]
    world.publishers.writable("levers")[:, LABELS] = [0, 0, 1, 1]
    drafts = made(world)
    expected = [0, Marks.WATERMARKED, Marks.LABELLED, Marks.WATERMARKED | Marks.LABELLED]
    assert np.array_equal(drafts.marks, np.array(expected, dtype=np.uint8)[drafts.author])


def test_each_rewrites_or_not_as_it_is_used_to() -> None:
    world = web(2, levers=["mode"])
    world.publishers.writable("levers")[1, MODE] = 1
    publish(world, 1, curator=0)
    drafts = made(world)
    assert ((drafts.source >= 0) == (drafts.author == 1)).all()


# --- marks: what evasion costs, what the law makes it worth -----------------------------------------


def test_taking_marks_off_and_paraphrasing_cost_something() -> None:
    world = web(4, levers=["temperature", "strips_marks"], market={"strip_cost": 0.25, "paraphrase_cost": 0.5})
    levers = world.publishers.writable("levers")
    levers[:, STRIPS], levers[:, TEMPERATURE] = [0, 1, 0, 1], [0.0, 0.0, 0.5, 0.5]
    assert evasion_cost(world).tolist() == [0.25, 0.0, 0.75, 0.5]
    assert item_cost(world).tolist() == [2.25, 2.0, 2.75, 2.5]
    publish(world, 3, author=[0, 2, 2], origin=Origin.SYNTHETIC)
    world.ledger.settle(join(payments(world)))
    assert world.ledger.flow(payer=Kind.PUBLISHER, payee=Kind.SUPPLIERS, reason=Reason.EVASION) == 10 * (0.25 + 1.5)


def test_where_labs_do_not_mark_there_is_nothing_to_take_off() -> None:
    world = web(2, labs={"watermarks": False}, market={"strip_cost": 0.25})
    world.publishers.lab[1] = -1
    assert evasion_cost(world).tolist() == [0.0, 0.0]


def test_the_law_tells_what_to_expect() -> None:
    world = web(200)
    assert not regulate(world).publishers.unlabelled.any()
    half = MANDATE.model_copy(update={"coverage": 0.5})
    fine = half.amend(regulate(world), world, world.draw).publishers.unlabelled
    reached = half.reaches(world.publishers.key, world, world.draw)
    assert 0 < reached.sum() < 200
    assert fine.tolist() == pytest.approx(np.where(reached, 0.5, 0.0).tolist())
    twice = half.amend(half.amend(regulate(world), world, world.draw), world, world.draw)
    assert twice.publishers.unlabelled.tolist() == (2 * fine).tolist()


def test_rules_last_for_their_month() -> None:
    world = web()
    world.enact(MANDATE.amend(regulate(world), world, world.draw))
    assert world.rules.publishers.unlabelled.tolist() == [0.5] * 4
    next_month(world)
    assert world.rules.publishers.unlabelled.tolist() == [0.0] * 4


def test_labels_come_where_the_fine_exceeds_what_they_cost() -> None:
    world = web(**MARKS)
    sold(world, [1.99, 2.0, 2.01, 0.0])  # a label costs a quarter, the fine to be expected is 0.5 USD
    assert at_stake(world).tolist() == pytest.approx([0.4975, 0.5, 0.5025, 0.0])
    assert not habits(world).labels.any()  # no law, no label
    world.enact(MANDATE.amend(regulate(world), world, world.draw))
    assert habits(world).labels.tolist() == [True, True, False, True]
    assert marginal_cost(world).tolist() == pytest.approx([3.0, 3.0, 3.5, 3.0])


def test_marks_stay_where_taking_them_off_costs_more_than_they_do() -> None:
    world = web(market={"strip_cost": 0.5}, **MARKS)
    sold(world, [1.99, 2.0, 2.01, 8.0])
    assert habits(world).strips.tolist() == [False, False, True, True]
    world.publishers.produced[:] = 0.0
    assert habits(world).strips.tolist() == [True] * 4  # nothing sold yet: as the file says


def test_under_a_law_all_weigh_labels_but_those_who_try_them() -> None:
    plain, weighing, trying = web(mark_loss=0.25), web(**MARKS), web(mark_loss=0.25, levers=["labels"])
    for world in (plain, weighing, trying):
        sold(world, [1.0, 1.99, 2.0, 5.0])
        world.enact(MANDATE.amend(regulate(world), world, world.draw))
    drafts = made(plain)
    assert np.array_equal(drafts.marks, made(weighing).marks)
    assert np.array_equal((drafts.marks & Marks.LABELLED) != 0, drafts.author < 3)
    assert MANDATE.amend(drafts, plain, plain.draw) is drafts  # the law asks, and does nothing for them
    assert not habits(trying).labels.any()


def law(world: World, **publishers: float) -> None:
    world.enact(regulate(world).plus(publishers=publishers))


def test_marks_stay_where_fines_make_taking_them_off_dearer_than_they_are() -> None:
    for marks in ({"mark_loss": 0.25}, MARKS):
        world = web(market={"strip_cost": 0.25}, **marks)
        sold(world, [2.99, 3.0, 3.01, 8.0])
        law(world, unwatermarked=0.5)
        assert habits(world).strips.tolist() == [False, False, True, True]
        assert item_cost(world).tolist() == [2.0, 2.0, 2.75, 2.75]


def test_signatures_are_forged_where_they_are_trusted_and_a_mark_would_cost_more() -> None:
    market = {"forging_cost": 0.25}
    for rules, forges in (
        ({}, []),
        ({"hosts": {"trusts": True}}, [1, 2, 3]),
        ({"hosts": {"trusts": True}, "publishers": {"forged": 0.25}}, [2, 3]),
        ({"hosts": {"trusts": True}, "publishers": {"unlabelled": 0.75}}, [3]),
    ):
        world = web(market=market, **MARKS)
        sold(world, [1.0, 1.5, 3.0, 8.0])  # a mark costs 0.25, 0.375, 0.75 and 2 USD
        world.enact(regulate(world).plus(**rules))
        assert np.flatnonzero(habits(world).forges).tolist() == forges
        assert np.flatnonzero(evasion_cost(world) == 0.25).tolist() == forges
        signed = (made(world).marks & Marks.SIGNED) > 0
        assert set(made(world).author[signed]) == set(forges)
    fined = web(market=market, **MARKS)
    sold(fined, [1.0, 1.5, 3.0, 8.0])
    fined.enact(regulate(fined).plus(hosts={"trusts": True}, publishers={"forged": 0.25}))
    assert item_cost(fined).tolist() == [2.0, 2.0, 2.5, 2.5]
    plain = web(market=market)
    sold(plain, [8.0] * 4)
    plain.enact(regulate(plain).plus(hosts={"trusts": True}))
    assert not habits(plain).forges.any()  # who does not think of marks does not forge any


def test_levies_and_fines_to_be_expected_are_part_of_what_an_item_costs() -> None:
    world = web(mark_loss=0.25)
    sold(world, [1.0, 8.0, 1.0, 8.0])
    assert item_cost(world).tolist() == [2.0] * 4
    law(world, levy=0.125, unlabelled=0.5)
    assert item_cost(world).tolist() == [2.125, 2.625, 2.125, 2.625]
    assert marginal_cost(world).tolist() == [3.125, 3.625, 3.125, 3.625]


def test_a_fine_that_was_expected_leaves_no_trace_in_the_books() -> None:
    """One expected fine is paid by each: it takes nothing off what they think that an item brings in."""
    revenue = []
    for fine in (0.0, 0.5):
        world = web(mark_loss=1.0)
        sold(world, [8.0] * 4)
        law(world, unlabelled=fine)
        publish(world, 4, author=np.arange(4), origin=Origin.SYNTHETIC)
        world.ledger.settle(join(payments(world)))
        world.ledger.settle(
            Transfers.of(Kind.PUBLISHER, np.arange(4), Kind.STATE, 0, Reason.FINE, np.full(4, 10 * fine))
        )
        revenue.append(keep_books(world, learn(world)).revenue.tolist())
    assert revenue[0] == pytest.approx(revenue[1])


def test_fixed_costs_are_costs_and_take_nothing_off_what_an_item_brings_in() -> None:
    found = []
    for fixed in (0.0, 25.0):
        world = web(market={"fixed_cost": fixed, "pooling": 0.0}, **MARKS)
        publish(world, 4, author=np.arange(4), origin=Origin.SYNTHETIC)
        world.ledger.settle(join(payments(world)))
        earn(world, [30.0] * 4)
        books = keep_books(world, learn(world))
        assert books.cost.tolist() == [10 * (2 + fixed)] * 4
        world.publishers.produced, world.publishers.revenue = books.produced, books.revenue
        assert at_stake(world).tolist() == [0.25 * 3] * 4
        assert not habits(world).labels.any()  # nothing is to be expected for being without
        found.append((books.revenue.tolist(), books.margin.tolist()))
    assert found[0] == found[1] == ([30.0] * 4, [0.5] * 4)


# --- learning --------------------------------------------------------------------------------------

EXPLORE: dict[str, Any] = {"adaptation": {"kind": "explore", "interval": 2}}


def commit(world: World, found: Review) -> None:
    """Let the levers stand where they were put."""
    for name, column in found._asdict().items():
        setattr(world.publishers, name, column)


def earn(world: World, usd: list[float]) -> None:
    """Let each earn so much this month."""
    world.ledger.settle(
        Transfers.of(Kind.CURATOR, 0, Kind.PUBLISHER, np.arange(len(usd)), Reason.REVENUE_SHARE, np.array(usd))
    )


def reviewed(world: World, usd: list[float]) -> NDArray[np.float64]:
    """Levers after a month with these earnings."""
    publish(world, 0)
    earn(world, usd)
    commit(world, review(world, world.draw))
    next_month(world)
    return world.publishers.levers.copy()


def test_levers_move_at_reviews_and_only_those_chosen() -> None:
    world = web(200, levers=["temperature", "labels"], **EXPLORE)
    assert not reviewed(world, [6.0] * 200).any()
    assert world.publishers.earned.tolist() == [6.0] * 200
    assert world.publishers.months.tolist() == [1] * 200
    levers = reviewed(world, [2.0] * 200)
    assert world.publishers.settled_payoff.tolist() == [0.4] * 200  # a month, of a real one
    assert not world.publishers.earned.any()
    assert not world.publishers.months.any()
    assert not levers[:, [MODE, STRIPS]].any()
    assert set(np.round(levers[:, TEMPERATURE], 6)) == {-0.1, 0.0, 0.1}
    assert set(levers[:, LABELS]) == {0.0, 1.0}
    assert ((levers != 0).sum(axis=1) == 1).all()


def test_what_paid_worse_is_given_up_and_what_paid_better_kept() -> None:
    world = web(2, levers=["labels"], adaptation={"kind": "explore", "interval": 1})
    assert reviewed(world, [5.0, 5.0])[:, LABELS].tolist() == [1.0, 1.0]
    reviewed(world, [4.0, 6.0])
    assert world.publishers.settled[:, LABELS].tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(world.publishers.settled_payoff, [np.nan, 0.6])
    assert world.publishers.levers[0, LABELS] == 0.0  # for once, to learn what that pays now


def test_newcomers_and_the_idle_count_the_months_in_business() -> None:
    world = web(3, levers=["labels"], **EXPLORE)
    world.publishers.lab[2] = -1
    reviewed(world, [6.0, 6.0, 0.0])
    world.enter(np.array([0]))
    world.publishers.lab[3] = 0
    reviewed(world, [6.0, 6.0, 0.0, 8.0])
    assert world.publishers.settled_payoff[[0, 1, 3]].tolist() == [0.6, 0.6, 0.8]
    assert np.isnan(world.publishers.settled_payoff[2])
    assert world.publishers.months.tolist() == [0] * 4


def test_habits_that_the_law_makes_pay_spread_by_trial() -> None:
    """Fines take more than labels cost, so whoever tries labels keeps them, and tries again to be sure."""
    world = web(60, levers=["labels"], adaptation={"kind": "explore", "interval": 1})
    kept = []
    for _ in range(12):
        labelled = habits(world).labels
        reviewed(world, np.where(labelled, 7.0, 5.0).tolist())
        kept.append(world.publishers.settled[:, LABELS].mean())
    assert kept[0] == 0.0
    assert kept[-1] == 1.0


def test_imitators_copy_who_takes_in_more_as_anyone_can_see() -> None:
    world = web(2, levers=["labels"], adaptation={"kind": "imitate", "interval": 1, "noise": 1e-6})
    world.publishers.writable("levers")[0, LABELS] = 1.0
    first = publish(world, 1, author=0, origin=Origin.SYNTHETIC, curator=0).first
    world.remember(np.full((12, 1), first, dtype=np.int32), np.zeros((12, 1), dtype=np.bool_))
    earn(world, [0.0, 1e6])  # what is in its books does not show
    assert review(world, world.draw).levers[:, LABELS].tolist() == [1.0, 1.0]


def test_imitators_copy_only_what_shows() -> None:
    names = ["temperature", "mode", "strips_marks", "labels"]
    world = web(2, levers=names, adaptation={"kind": "imitate", "interval": 1, "noise": 1e-6})
    world.publishers.writable("levers")[0] = [0.3, 1.0, 1.0, 1.0]
    first = publish(world, 1, author=0, origin=Origin.SYNTHETIC, curator=0).first
    world.remember(np.full((12, 1), first, dtype=np.int32), np.zeros((12, 1), dtype=np.bool_))
    assert review(world, world.draw).levers.tolist() == [[0.3, 1.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]


@pytest.mark.parametrize("given", [{}, {"noise": 0.01}])
def test_imitation_does_not_depend_on_how_many_a_simulated_person_stands_for(given: dict[str, float]) -> None:
    copied = []
    for scale in (10.0, 1e7):
        rule = {"kind": "imitate", "interval": 1} | given
        world = web(400, labs={"watermarks": False}, scale=scale, levers=["labels"], adaptation=rule)
        assert world.settings.publishers.groups[0].adaptation.model_dump()["noise"] == given.get("noise", 1.0)
        world.publishers.writable("levers")[:200, LABELS] = 1.0
        rows = publish(world, 200, author=np.arange(200), origin=Origin.SYNTHETIC, curator=0).first + np.arange(200)
        reads = rows[np.arange(240).reshape(12, 20) % 200]
        world.remember(reads.astype(np.int32), np.zeros(reads.shape, dtype=np.bool_))
        copied.append(review(world, world.draw).levers[:, LABELS])
    assert np.array_equal(copied[0], copied[1])
    # Half of the others are labelled and read; half of those who compare copy them by default, all where noise is low.
    assert copied[0][200:].mean() == pytest.approx(0.5 if given else 0.25, abs=0.17)  # five standard deviations


def test_nobodys_earnings_move_anothers_levers() -> None:
    for kind in ("explore", "imitate"):
        found = []
        for other in (0.0, 500.0):
            world = web(3, levers=["temperature", "labels"], adaptation={"kind": kind, "interval": 1})
            world.publishers.writable("levers")[0, LABELS] = 1.0
            reviewed(world, [5.0, 5.0, other])
            reviewed(world, [3.0, 7.0, other / 2])
            found.append(world.publishers.levers[:2].copy())
        assert np.array_equal(found[0], found[1])


def test_where_there_are_many_all_look_at_the_same_few() -> None:
    world = web(MOST_SEEN + 100, levers=["labels"], adaptation={"kind": "imitate", "interval": 1, "noise": 1.0})
    publish(world, 0)
    assert review(world, world.draw).levers.shape == (MOST_SEEN + 100, len(PUBLISHERS))


def test_another_rule_begins_without_memories() -> None:
    group = {"name": "farm", "count": 2, "levers": ["labels"]}
    first, then = ({"kind": "explore", "interval": n} for n in (2, 3))
    world = later_worlds([(1, {"labs": [{"name": "alpha"}], "publishers": {"groups": [group | {"adaptation": rule}]}})
                          for rule in (first, first, then)])  # fmt: skip
    world.publishers.writable("memory")[:] = 7.0
    next_month(world)
    assert world.publishers.memory.tolist() == [[7.0], [7.0]]
    next_month(world)
    assert world.publishers.memory.tolist() == [[0.0], [0.0]]


def test_a_market_of_learners_lives() -> None:
    group = {"name": "farm", "count": 8, "volume": 3.0, "adaptation": {"kind": "explore", "interval": 2}}
    world = world_of(
        labs=[{"name": "alpha", "cadence": 2, "watermarks": True}], curators=[{"name": "search"}],
        publishers={"production": 0.1, "api_price": 0.0, "strip_cost": 0.01, "groups": [
            group | {"levers": ["temperature", "mode", "strips_marks", "labels"]}]},
    )  # fmt: skip
    live(world, 12)
    assert world.publishers.levers.any(axis=0).all()
