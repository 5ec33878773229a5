"""Withdrawn works: whose they are, whom they bind, and who pays what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.pay import credit
from ecosystem.policies.copyright_removal import CopyrightRemoval
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.proposals import Releases
from ecosystem.world.world import World
from tests.units.phases.worlds import drafts, publish
from tests.units.policies.acts import DEAR, FREE, SHY, collected, crawl, enact, hosts_and, labs, rows_of

COLUMNS: dict[str, Any] = {
    "curator": [DEAR, FREE, OPEN_WEB, PRIVATE, FREE],
    "origin": [Origin.HUMAN, Origin.ASSISTED, Origin.HUMAN, Origin.HUMAN, Origin.SYNTHETIC],
    "marks": [Marks.SIGNED, 0, 0, 0, 0],
}
"""Three public items by people, one that is private, and one by a publisher."""


def law(**settings: Any) -> CopyrightRemoval:
    return CopyrightRemoval.model_validate({"start": "2018-01", "enforcement": 0.01} | settings)


def web(policy: CopyrightRemoval, *entries: dict[str, Any], **data: Any) -> World:
    world = hosts_and(labs(*entries, **data))
    enact(policy, world)
    released = Releases(drafts(world, 5, **COLUMNS), np.full(5, np.nan, dtype=np.float32))
    world.publish(policy.amend(released, world, world.draw))
    return world


def test_public_items_by_people_are_withdrawn_and_keep_their_marks() -> None:
    world = web(law())
    withdrawn = Marks.OPTED_OUT
    assert world.content.marks[:].tolist() == [Marks.SIGNED | withdrawn, withdrawn, withdrawn, 0, 0]


def test_behind_a_paywall_they_are_gone_for_readers_too() -> None:
    world = web(law(paywall=True))
    assert world.content.has(Marks.REMOVED).tolist() == [True, True, True, False, False]


def test_only_those_reached_withdraw() -> None:
    policy, world = law(coverage=0.5), hosts_and(labs())
    released = Releases(drafts(world, 12, author=np.arange(12)), np.full(12, np.nan, dtype=np.float32))
    marks = policy.amend(released, world, world.draw).drafts.marks
    reached = policy.reaches(world.humans.key, world, world.draw)
    assert 0 < reached.sum() < 12
    assert ((marks & np.uint8(Marks.OPTED_OUT)) > 0).tolist() == reached.tolist()


def test_a_licence_does_not_cover_what_is_withdrawn() -> None:
    assert rows_of(crawl(law(), web(law(), licences=["dear"]))) == [4]


@pytest.mark.parametrize(("fine", "rows"), [(24.0, [0, 1, 2, 4]), (25.0, [4])])
def test_who_does_not_care_takes_it_where_damages_to_be_expected_are_less_than_it_is_worth(
    fine: float, rows: list[int]
) -> None:
    policy = law(fine=fine)
    assert rows_of(crawl(policy, web(policy, respects_opt_out=False))) == rows


def test_terms_of_hosts_stay_no_matter_of_it() -> None:
    """A lab that does not care for terms takes from a closed host what nobody has withdrawn."""
    policy, world = law(fine=1e6), hosts_and(labs(respects_opt_out=False))
    enact(policy, world)
    released = Releases(drafts(world, 2, curator=SHY, marks=[0, Marks.OPTED_OUT]), np.full(2, np.nan, dtype=np.float32))
    world.publish(released)
    assert rows_of(crawl(policy, world)) == [0]


def test_damages_go_to_people_and_authors_pay_for_notices() -> None:
    policy = law(fine=0.2, enforcement=1.0, notice_cost=0.5)
    world = web(policy, {}, {"data": {"respects_opt_out": False}})
    assert collected(policy, world, crawl(policy, world)) == pytest.approx(
        {
            (Kind.PEOPLE, 0, Kind.SUPPLIERS, 0, Reason.COMPLIANCE): 10 * 3 * 0.5,
            (Kind.LAB, 1, Kind.PEOPLE, 0, Reason.FINE): 10 * 3 * 0.2,
        }
    )


def test_damages_are_divided_by_withdrawn_items_on_show() -> None:
    """Person 0 has two of them, person 1 one and one that is not withdrawn; one stands for ten."""
    world = hosts_and(labs(), humans={"pay_reward": 1.0})
    publish(world, 4, curator=FREE, author=[0, 0, 1, 1], marks=[Marks.OPTED_OUT] * 3 + [0])
    world.ledger.settle(Transfers.of(Kind.LAB, 0, Kind.PEOPLE, 0, Reason.FINE, 30.0))
    assert credit(world).tolist() == pytest.approx([2.0, 1.0] + [0.0] * 10)
