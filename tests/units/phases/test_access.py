"""What the rules of a month do to labs: where they crawl, what they owe, how much they compute with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.access import shut
from ecosystem.phases.earn import earn
from ecosystem.phases.regulate import regulate
from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import compute_used, train
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World
from tests.units.phases.worlds import publish, world_of

HOSTS = [{"name": "dear", "crawl": "licence"}, {"name": "free"}, {"name": "shy", "crawl": "opt_out"}]
DEAR, FREE, SHY = range(3)


def web(*, lab: dict[str, Any] | None = None, **data: Any) -> World:
    """One lab to which a document is worth 0.25 USD; a row at each host, and one opted out at each and at none."""
    entry = {"name": "alpha", "data": {"settle": 0, "document_value": 0.25} | data}
    world = world_of(curators=HOSTS, labs=[entry | (lab or {})])
    publish(world, 8, curator=[DEAR, FREE, SHY, OPEN_WEB] * 2, marks=[0] * 4 + [Marks.OPTED_OUT] * 4)
    return world


def law(world: World, **labs: Any) -> None:
    world.enact(regulate(world).plus(labs=labs))


def taken(world: World) -> list[int]:
    rows: list[int] = scrape(world, world.draw).row.tolist()
    return rows


# --- trespass -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("expected", "rows"), [(0.0, range(8)), (0.24, range(8)), (0.25, [1, 3]), (9.0, [1, 3])])
def test_who_does_not_care_keeps_off_where_a_fine_costs_more_than_a_document_is_worth(
    expected: float, rows: range | list[int]
) -> None:
    world = web(respects_opt_out=False)
    law(world, trespass=expected)
    assert taken(world) == list(rows)


def test_a_fine_at_one_host_keeps_off_that_host_alone() -> None:
    world = web(respects_opt_out=False)
    law(world, trespass=[0.0, 0.0, 1.0, 1.0])
    assert taken(world) == [0, 1, 3, 4, 5]  # of the open web what is not opted out


def test_fines_change_nothing_for_those_who_keep_off_anyway() -> None:
    world = web()
    before = taken(world)
    law(world, trespass=1.0)
    assert taken(world) == before == [1, 3]


# --- what the law opens, and whom opt-outs bind ---------------------------------------------------------


def test_what_the_law_opens_is_taken_with_what_authors_opted_out() -> None:
    world = web()
    law(world, opened=[False, False, True, False])
    assert taken(world) == [1, 2, 3, 6]


def test_opt_outs_may_bind_those_too_who_are_let_in() -> None:
    for opened, rows in ((False, [0, 1, 3]), (True, [0, 1, 2, 3])):
        world = web(licences=["dear"])
        assert taken(world) == [0, 1, 3, 4]
        law(world, opened=opened, binding=True)
        assert taken(world) == rows


def test_a_compulsory_licence_is_not_used_where_it_costs_more_than_a_document_is_worth() -> None:
    for royalty, rows in ((0.25, range(8)), (0.26, [1, 3])):
        world = web()
        law(world, opened=True, royalty=royalty)
        assert taken(world) == list(rows)


def test_what_is_shut_is_known_whatever_the_lab_does() -> None:
    world = web(respects_opt_out=False, licences=["dear"])
    assert shut(world.labs["alpha"], world, slice(0, 8)).tolist() == [False, False, True, False, False] + [True] * 3


# --- what is owed ---------------------------------------------------------------------------------


def paid(world: World) -> dict[tuple[Kind, Reason], float]:
    """What the lab pays for crawling and documents this month."""
    crawls = scrape(world, world.draw)
    world.collect(crawls)
    world.ledger.settle(earn(world, Asked.none(), crawls).transfers)
    flows = {}
    for payee in Kind:
        for reason in (Reason.CRAWL_FEE, Reason.ROYALTY):
            if usd := world.ledger.flow(payer=Kind.LAB, payee=payee, reason=reason):
                flows[payee, reason] = usd
    return flows


def test_pages_fetched_cost_the_fee_of_their_host() -> None:
    world = web(respects_opt_out=False)
    assert paid(world) == {}
    law(world, fee=[0.125, 0.25, 0.0, 7.0])
    # Two pages of each host, one person standing for ten; nobody is paid for the open web.
    assert paid(world) == {(Kind.CURATOR, Reason.CRAWL_FEE): 10 * 2 * (0.125 + 0.25)}
    assert taken(world) == list(range(8))


def test_a_host_is_not_crawled_where_a_page_costs_more_than_its_share_of_documents_is_worth() -> None:
    world = web(respects_opt_out=False)
    world.licences.fetched[0], world.licences.taken[0] = [4.0, 4.0, 0.0], [1.0, 4.0, 0.0]
    # One page in four of the dear was taken, of the free all, of the shy it expects what it took anywhere: 5 in 8.
    law(world, fee=[0.0625, 0.25, 0.15625, 0.0])
    assert taken(world) == list(range(8))
    law(world, fee=[0.0626, 0.2501, 0.157, 0.0])
    assert taken(world) == [3, 7]


def test_royalties_are_owed_for_peoples_documents_and_the_society_keeps_a_part() -> None:
    world = web(respects_opt_out=False)
    publish(world, 3, curator=FREE, origin=[Origin.SYNTHETIC, Origin.ASSISTED, Origin.HUMAN])
    law(world, royalty=0.2, administration=0.25)
    usd = 10 * 10 * 0.2
    assert paid(world) == pytest.approx(
        {(Kind.PEOPLE, Reason.ROYALTY): 0.75 * usd, (Kind.SUPPLIERS, Reason.ROYALTY): 0.25 * usd}
    )


# --- compute --------------------------------------------------------------------------------------


def school() -> World:
    world = web(lab={"compute": 4.0, "training_cost": 1000.0, "capacity": 10, "cost_growth": 1.0})
    world.collect(scrape(world, world.draw))
    return world


@pytest.mark.parametrize(
    ("cap", "overrun", "used"),
    [(np.inf, 1e9, 4.0), (4.0, 1e9, 4.0), (1.0, 0.0, 4.0), (1.0, 2999.0, 4.0), (1.0, 3000.0, 1.0), (3.0, 1000.0, 3.0)],
)
def test_compute_is_capped_where_the_fine_is_at_least_what_the_rest_would_cost(
    cap: float, overrun: float, used: float
) -> None:
    """All compute costs 4,000 USD a training; what is above a cap at 1 is worth 3,000."""
    world = school()
    law(world, most_compute=cap, overrun=overrun)
    lab = world.labs["alpha"]
    assert compute_used(lab, world) == used
    world.deploy(train(world, world.draw))
    assert lab.training_bill == 1000 * used
    assert lab.compute * lab.settings.compute == 4.0  # it has what it has, and grows as it would


def test_a_capped_training_is_that_of_a_smaller_lab() -> None:
    capped, small = school(), web(lab={"compute": 1.0, "capacity": 10})
    small.collect(scrape(small, small.draw))
    law(capped, most_compute=1.0, overrun=1e9)
    one, other = (train(world, world.draw).models["alpha"] for world in (capped, small))
    assert np.array_equal(one.probability, other.probability)
