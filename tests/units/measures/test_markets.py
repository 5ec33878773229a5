"""Measures of investors, of labs' capital and of licences."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.world.ledger import Kind, Reason, Transfers
from tests.units.measures.conftest import Measured, WorldOf

LABS = [
    {"name": "alpha", "compute": 3.0, "capital": 60.0},
    {"name": "beta", "capital": 5.0},
    {"name": "gamma", "enters": "market"},
]


def test_labs_in_business_their_runway_and_what_they_raised(world_of: WorldOf, measured: Measured) -> None:
    world = world_of(labs=LABS)
    both, usd = np.array([0, 1]), np.array([40.0, 7.0])
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, both, Reason.INVESTMENT, usd))
    world.ledger.settle(Transfers.of(Kind.LAB, 1, Kind.INVESTORS, 0, Reason.LIQUIDATION, 2.0))
    world.ledger.settle(Transfers.of(Kind.LAB, 0, Kind.SUPPLIERS, 0, Reason.CRAWL, 10.0))
    world.labs["alpha"].losses[-2:] = [10.0, 20.0]
    world.labs["beta"].losses[-1] = -5.0
    assert measured(world, "labs.active") == [1.0, 1.0, 0.0]
    assert measured(world, "labs.raised") == [100.0, 10.0, 0.0]
    assert measured(world, "labs.runway") == pytest.approx([90 / 15, np.nan, np.nan], nan_ok=True)
    world.labs["alpha"].compute = 2.0
    assert measured(world, "labs.compute") == [6.0, 1.0, 1.0]


def test_sentiment_is_the_share_of_optimists(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    assert measured(world, "web.sentiment") == [0.5]
    world.investors.optimism = 0.8
    assert measured(world, "web.sentiment") == [0.8]


def test_what_hosts_ask_and_got(world_of: WorldOf, measured: Measured) -> None:
    hosts = [{"name": "feed", "licence_price": 3.0}, {"name": "forum", "crawl": "licence", "licence_price": 8.0}]
    posted, traded = world_of(curators=hosts), world_of(curators=hosts, licences={"market": True})
    assert measured(posted, "curators.licence_ask") == pytest.approx([np.nan, 8.0], nan_ok=True)
    traded.licences.terms.ask[1] = 9.5
    assert measured(traded, "curators.licence_ask") == pytest.approx([np.nan, 9.5], nan_ok=True)
    traded.licences.income[:] = [0.0, 19.0]
    assert measured(traded, "curators.licence_income") == [0.0, 19.0]
