"""What publishers believe an item pays, and where and how they publish for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.hosting import hosts_of_publishers
from ecosystem.phases.publishers.beliefs import Beliefs, expected, held, learn, public_pay
from ecosystem.phases.publishers.choice import choose
from ecosystem.world.content import Origin
from ecosystem.world.publishers import GENERATE, MODES, REWRITE
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, next_month, proportional, publish, read_rows, world_of

HOSTS = [
    {"name": "forum", "rpm": 10.0, "publisher_share": 0.4},
    {"name": "search", "rpm": 5.0, "publisher_share": 0.2},
]
MANY = 6000
"""Items per test: a share of a half is then known to 0.006."""


def web(*, groups: list[dict[str, Any]] | None = None, market: dict[str, Any] | None = None, **rest: Any) -> World:
    """Two hosts and two publishers that choose; an item costs 2 USD, a read is 100 views: 0.4 and 0.1 USD."""
    farm = [{"name": "farm", "count": 2, "chooses": ["host", "mode"]}]
    given = {"production": 2.0, "api_price": 0.0, "cost_spread": 0.0, "memory": 0.25, "pooling": 3.0}
    world = world_of(
        humans={"views_per_read": 100.0}, curators=HOSTS, labs=[{"name": "alpha"}],
        publishers=given | {"groups": groups or farm} | (market or {}), **rest,
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab = 0
    return world


def believe(world: World, beliefs: Beliefs) -> None:
    """Commit beliefs."""
    world.publishers.pay, world.publishers.wrote = beliefs.pay, beliefs.wrote
    world.market.read, world.market.posted = beliefs.read, beliefs.posted


def month(world: World) -> None:
    """Four items of the first publisher, one of the second, two of people; all are read."""
    author = [0, 0, 0, 0, 1, 5, 6]
    host = [0, 0, 1, -1, 1, 0, 1]
    source = [-1, 3, -1, -1, 0, -1, 2]
    origin = [Origin.SYNTHETIC] * 5 + [Origin.HUMAN, Origin.ASSISTED]
    first = publish(world, 7, author=author, curator=host, source=source, origin=origin).first
    reads = np.full((12, 4), -1)
    reads[:5] = first + np.array([[0, 1, 1, 2], [3, 4, 4, 4], [5, 5, 6, 1], [5, 6, -1, -1], [2, 2, 2, 2]])
    read_rows(world, reads)
    believe(world, learn(world))


# --- beliefs --------------------------------------------------------------------------------------


def test_publishers_remember_what_their_views_paid_by_host_and_mode() -> None:
    world = web()
    month(world)
    # First: at the forum 1 read of what it generated and 3 of what it rewrote, at search 5 reads.
    pay = [[[1 * 0.4, 3 * 0.4], [5 * 0.1, 0.0]], [[0.0, 0.0], [0.0, 3 * 0.1]]]
    wrote = [[[1, 1], [1, 0]], [[0, 0], [0, 1]]]
    assert world.publishers.pay.tolist() == [pytest.approx(0.25 * np.array(one)) for one in pay]
    assert world.publishers.wrote.tolist() == (0.25 * np.array(wrote)).tolist()
    next_month(world)
    month(world)
    assert world.publishers.wrote.tolist() == ((0.75 * 0.25 + 0.25) * np.array(wrote)).tolist()


def test_everyone_sees_what_hosts_show_and_what_is_posted_there() -> None:
    world = web()
    month(world)
    # Of all authors and of publishers: two items of theirs at each host, read 4 and 8 times.
    assert world.market.posted.tolist() == [[0.25 * 3, 0.25 * 2], [0.25 * 3, 0.25 * 2]]
    assert world.market.read.tolist() == [[0.25 * 7, 0.25 * 4], [0.25 * 10, 0.25 * 8]]
    forum, search = (0.25 * 4 + 10 * 7 / 3) / (0.25 * 2 + 10), (0.25 * 8 + 10 * 10 / 3) / (0.25 * 2 + 10)
    assert public_pay(world, held(world)).tolist() == pytest.approx([forum * 0.4, search * 0.1])


def test_what_publishers_earn_counts_where_there_is_much_of_it() -> None:
    world = web()
    for items, share in ((0.0, 0.0), (10.0, 0.5), (990.0, 0.99)):
        # At the forum an item of all authors is read 8 times, of publishers 2 times.
        seen = held(world)._replace(
            read=np.array([[8e3, 2 * items], [0.0, 0.0]]), posted=np.array([[1e3, items], [0.0, 0.0]])
        )
        assert public_pay(world, seen).tolist() == pytest.approx([(share * 2 + (1 - share) * 8) * 0.4, 0.0])


def test_own_experience_counts_by_how_much_there_is_of_it() -> None:
    world = web(market={"memory": 1.0})
    month(world)
    forum, search = public_pay(world, held(world))
    first = [[(0.4 + 3 * forum) / 4, (1.2 + 3 * forum) / 4], [(0.5 + 3 * search) / 4, search]]
    second = [[forum, forum], [search, (0.3 + 3 * search) / 4]]
    assert expected(world, held(world), slice(None)) == pytest.approx(np.array([first, second]), rel=1e-6)  # float32
    assert np.array_equal(
        expected(world, held(world), np.array([1, 0, 1])), expected(world, held(world), slice(None))[[1, 0, 1]]
    )


def test_without_pooling_only_what_was_never_tried_is_judged_by_the_public() -> None:
    world = web(market={"memory": 1.0, "pooling": 0.0})
    month(world)
    search = public_pay(world, held(world))[1]
    assert expected(world, held(world), np.array([0]))[0].tolist() == [
        pytest.approx([0.4, 1.2]),
        pytest.approx([0.5, search]),
    ]


def test_before_anything_was_posted_nothing_is_expected() -> None:
    world = web()
    assert not expected(world, held(world), slice(None)).any()


def test_where_nobody_chooses_all_see_the_market_and_nobody_tells_its_hosts_apart() -> None:
    world = web(groups=[{"name": "farm", "count": 2}])
    month(world)
    assert not world.publishers.pay.any()
    assert not world.publishers.wrote.any()
    assert world.market.read.any()


# --- choice ---------------------------------------------------------------------------------------


def work_of(world: World) -> Assignments:
    """Many items of the first publisher on domain 0."""
    author, key = repeated(world.publishers.key, np.array([MANY] + [0] * (len(world.publishers) - 1)), 0)
    return Assignments(author, key, np.zeros(MANY, dtype=np.int64))


def chosen(world: World, pay: list[list[float]]) -> NDArray[np.int64]:
    """How many items the first publisher puts where and makes how, shape (curators, modes), if they pay that."""
    world.publishers.writable("pay")[0] = pay
    world.publishers.writable("wrote")[0] = 1.0
    host, rewrites = choose(world, work_of(world), world.draw)
    return np.bincount(host * MODES + rewrites, minlength=4).reshape(2, 2)


PAY = [[2.0, 2.4], [1.6, 2.2]]
SURE: dict[str, Any] = {"pooling": 0.0, "noise": 0.5}


def test_hosts_and_modes_are_chosen_by_a_logit_on_profit_over_cost() -> None:
    counts = chosen(web(market=SURE), PAY)
    assert proportional(counts.ravel(), np.exp(np.array(PAY) / (0.5 * 2.0)).ravel())


def test_a_group_that_only_chooses_hosts_keeps_its_mode() -> None:
    for mode, number in (("generate", GENERATE), ("rewrite", REWRITE)):
        world = web(groups=[{"name": "farm", "count": 2, "chooses": ["host"], "mode": mode}], market=SURE)
        counts = chosen(world, PAY)
        assert proportional(counts[:, number], np.exp(np.array(PAY)[:, number]))
        assert counts.sum() == counts[:, number].sum()


def test_a_group_that_only_chooses_the_mode_keeps_its_targets() -> None:
    group = {"name": "farm", "count": 2, "chooses": ["mode"], "targets": {"forum": 3.0, "search": 1.0}}
    counts = chosen(web(groups=[group], market=SURE), PAY)
    assert proportional(counts.sum(axis=1), [3.0, 1.0])
    assert proportional(counts[0], np.exp(np.array(PAY[0])))
    assert proportional(counts[1], np.exp(np.array(PAY[1])))


def test_targets_say_which_hosts_come_into_question() -> None:
    group = {"name": "farm", "count": 2, "chooses": ["host"], "targets": {"search": 0.1}}
    counts = chosen(web(groups=[group], market=SURE), [[100.0, 100.0], [1.0, 1.0]])
    assert counts.tolist() == [[0, 0], [MANY, 0]]


def test_however_much_one_host_pays_it_is_chosen() -> None:
    counts = chosen(web(market=SURE), [[1e4, 2e4], [1.0, 1.0]])
    assert counts.tolist() == [[0, MANY], [0, 0]]


def test_where_items_cost_nothing_shares_go_by_the_best_pay() -> None:
    counts = chosen(web(market=SURE | {"production": 0.0}), [[2.0, 2.0], [1.0, 1.0]])
    assert proportional(counts.ravel(), np.exp([2.0, 2.0, 1.0, 1.0]))
    assert proportional(chosen(web(market=SURE | {"production": 0.0}), [[0.0] * 2] * 2).ravel(), [1.0] * 4)


def test_who_does_not_choose_is_where_it_would_be_without_those_who_do() -> None:
    groups = [{"name": "fixed", "count": 1, "mode": "rewrite"}, {"name": "free", "count": 1, "chooses": ["host"]}]
    world = web(groups=groups)
    author, key = repeated(world.publishers.key, np.array([MANY, MANY]), 0)
    work = Assignments(author, key, np.zeros(2 * MANY, dtype=np.int64))
    host, rewrites = choose(world, work, world.draw)
    same = hosts_of_publishers(world, world.publishers.group[author].astype(np.int64), work.domain, key, world.draw)
    assert np.array_equal(host[:MANY], same[:MANY])
    assert rewrites.tolist() == [True] * MANY + [False] * MANY


def test_what_is_chosen_for_an_item_does_not_depend_on_the_others() -> None:
    world = web(market=SURE)
    world.publishers.writable("pay")[:] = PAY
    world.publishers.writable("wrote")[:] = 1.0
    work = work_of(world)
    host, rewrites = choose(world, work, world.draw)
    part = choose(world, work.part(100, 200), world.draw)
    assert np.array_equal(host[100:200], part[0])
    assert np.array_equal(rewrites[100:200], part[1])
