"""A compulsory licence: what it opens to whom, and what is due."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.phases.earn import earn
from ecosystem.phases.licensing import trade
from ecosystem.policies.compulsory_licence import CompulsoryLicence
from ecosystem.policies.copyright_removal import CopyrightRemoval
from ecosystem.world.content import Marks
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.licences import licensed
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, publish
from tests.units.policies.acts import DEAR, FREE, SHY, crawl, enact, hosts_and, labs, rows_of


def law(**settings: Any) -> CompulsoryLicence:
    return CompulsoryLicence.model_validate({"start": "2018-01", "royalty": 0.2} | settings)


def web(*entries: dict[str, Any]) -> World:
    world = hosts_and(labs(*entries))
    publish(world, 4, curator=[DEAR, FREE, SHY, FREE], marks=[0, 0, 0, Marks.OPTED_OUT])
    return world


@pytest.mark.parametrize(("royalty", "rows"), [(0.25, [0, 1, 2, 3]), (0.26, [1])])
def test_all_hosts_are_open_to_those_to_whom_a_document_is_worth_it(royalty: float, rows: list[int]) -> None:
    world, policy = web(), law(royalty=royalty)
    enact(policy, world)
    assert rows_of(crawl(policy, world)) == rows


@pytest.mark.parametrize(
    ("enforcement", "fine", "due"), [(1.0, 0.0, 0.2), (0.5, 0.2, 0.2), (0.5, 0.1, 0.15), (0.0, 9.0, 0.0), (0.1, 9, 0.2)]
)
def test_it_is_reported_where_that_is_not_dearer_than_an_audit(enforcement: float, fine: float, due: float) -> None:
    """Two royalties of every five cents more; the society keeps a quarter."""
    world = web()
    policy = law(enforcement=enforcement, fine=fine, administration=0.25)
    enact(policy, world)
    world.ledger.settle(earn(world, Asked.none(), crawl(policy, world)).transfers)
    paid = [world.ledger.flow(payer=Kind.LAB, payee=to, reason=Reason.ROYALTY) for to in (Kind.PEOPLE, Kind.SUPPLIERS)]
    assert paid == pytest.approx([0.75 * 10 * 4 * due, 0.25 * 10 * 4 * due])


def test_works_that_are_withdrawn_by_law_stay_withdrawn() -> None:
    world, policy = web(), law()
    removal = CopyrightRemoval.model_validate({"start": "2018-01"})
    world.enact(removal.amend(policy.amend(world.rules, world, world.draw), world, world.draw))
    assert rows_of(crawl(policy, world)) == [0, 1, 2]


def test_only_labs_that_are_reached_are_let_in_and_owe_anything() -> None:
    world, policy = web(*({},) * 200), law(coverage=0.4)
    enact(policy, world)
    rules = world.rules.labs
    reached = rules.royalty > 0
    assert frequent(reached, 0.4)
    assert (rules.opened == reached[:, None]).all()
    assert ((rules.administration > 0) == reached).all()


def test_nobody_buys_what_the_law_opens() -> None:
    world, policy = web({"data": {"licences": ["dear"], "crawlers": [{"kind": "licensed"}]}}), law()
    assert licensed(world.labs["lab 0"], world)[DEAR]
    enact(policy, world)
    assert not licensed(world.labs["lab 0"], world).any()
    assert rows_of(crawl(policy, world)) == [0, 1, 2, 3]  # what is open by law is as good as licensed


def test_in_a_market_nobody_bids_for_what_the_law_opens() -> None:
    for royalty, buys in ((0.25, False), (0.26, True)):
        world = hosts_and(labs({"data": {"licences": ["dear"]}}, document_value=0.25), licences={"market": True})
        publish(world, 1000, curator=DEAR)
        enact(law(royalty=royalty), world)
        assert (trade(world).until[0, DEAR] > 0) == buys
