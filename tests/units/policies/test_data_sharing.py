"""Shared logs and commissioned work: who gives what to whom, when, and who pays."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.policies.data_sharing import DataSharing
from ecosystem.world.content import NO_LAB, OPEN_WEB, PRIVATE, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.world import World
from tests.units.phases.worlds import next_month, publish
from tests.units.policies.acts import collected, crawl, hosts_and, labs, rows_of


def law(**settings: Any) -> DataSharing:
    return DataSharing.model_validate({"start": "2018-01", "delay": 0, "enforcement": 0.5} | settings)


def web(*entries: dict[str, Any]) -> World:
    """Three labs that do not crawl; private documents of the first, the first, the second, then what is not shared."""
    world = hosts_and(labs(*(entries or ({}, {}, {})), crawlers=[]))
    publish(
        world,
        6,
        domain=[0, 1, 0, 0, 0, 0],
        curator=[PRIVATE] * 5 + [OPEN_WEB],
        lab=[0, 0, 1, 1, NO_LAB, NO_LAB],
        origin=[Origin.HUMAN, Origin.HUMAN, Origin.HUMAN, Origin.SYNTHETIC, Origin.HUMAN, Origin.HUMAN],
    )
    return world


def held(policy: DataSharing, world: World) -> list[list[int]]:
    crawls = crawl(policy, world)
    return [rows_of(crawls, lab) for lab in range(len(world.labs))]


def test_each_lab_gets_the_human_documents_of_the_others_once() -> None:
    """Its own it has anyway, and what its model wrote it keeps."""
    assert held(law(), web()) == [[0, 1, 2], [0, 1, 2, 3], [0, 1, 2]]


def test_only_in_the_domains_that_it_trains_on() -> None:
    assert held(law(), web({}, {}, {"data": {"domains": ["news"]}}))[2] == [1]


@pytest.mark.parametrize(("fine", "shared"), [(0.0, False), (0.49, False), (0.5, True)])
def test_a_lab_shares_where_the_fine_to_be_expected_is_what_a_document_is_worth(
    fine: float,
    shared: bool,  # noqa: FBT001 - a case
) -> None:
    assert held(law(fine=fine), web())[2] == ([0, 1, 2] if shared else [])


def test_documents_are_shared_when_they_have_the_age() -> None:
    world, policy = web(), law(delay=2)
    for expected in ([], [], [0, 1, 2], []):
        assert held(policy, world)[2] == expected
        next_month(world)


def test_givers_pay_for_cleaning_and_takers_the_fee() -> None:
    world, policy = web(), law(fee=0.25, cleaning_cost=0.5)
    given = {
        (Kind.LAB, 0, Kind.SUPPLIERS, 0, Reason.COMPLIANCE): 10 * 2 * 0.5,
        (Kind.LAB, 1, Kind.SUPPLIERS, 0, Reason.COMPLIANCE): 10 * 1 * 0.5,
    }
    fees = {(taker, giver): {0: 2, 1: 1}[giver] for taker in range(3) for giver in (0, 1) if taker != giver}
    bought = {(Kind.LAB, a, Kind.LAB, b, Reason.DATA_SHARING): 10 * n * 0.25 for (a, b), n in fees.items()}
    assert collected(policy, world, crawl(policy, world)) == pytest.approx(given | bought)


def test_nobody_takes_what_costs_more_than_it_is_worth() -> None:
    world = web({}, {}, {"data": {"document_value": 0.24}})
    assert held(law(fee=0.25), world)[2] == []
    assert held(law(fee=0.24), web({}, {}, {"data": {"document_value": 0.24}}))[2] == [0, 1, 2]


def test_who_withholds_is_fined_for_what_is_found() -> None:
    world, policy = web(), law(fine=0.2, enforcement=1.0)
    assert collected(policy, world, crawl(policy, world)) == pytest.approx(
        {
            (Kind.LAB, 0, Kind.STATE, 0, Reason.FINE): 10 * 2 * 0.2,
            (Kind.LAB, 1, Kind.STATE, 0, Reason.FINE): 10 * 1 * 0.2,
        }
    )


def test_labs_that_are_not_reached_neither_give_nor_take() -> None:
    world, policy = web(*({},) * 8), law(coverage=0.5)
    lots = policy.expected(*_keys(world)) > 0
    assert 1 < lots.sum() < 8
    given = {row for row, owner in ((0, 0), (1, 0), (2, 1)) if lots[owner]}
    own = {0: {0, 1}, 1: {2}}
    # The second lab has a synthetic document of its own, which nobody else gets.
    for lab, rows in enumerate(held(policy, world)):
        assert set(rows) - {3} == own.get(lab, set()) | (given if lots[lab] else set())


def _keys(world: World) -> tuple[Any, World, Any]:
    return [lab.key for lab in world.labs.values()], world, world.draw


def test_alone_there_is_nobody_to_share_with() -> None:
    world, policy = web({}), law(fine=0.2, enforcement=1.0)
    assert collected(policy, world, crawl(policy, world)) == {}
