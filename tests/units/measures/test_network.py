"""The exponent of in-links: against the likelihood itself, and samples whose exponent is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import zeta

from ecosystem.core.streams import Streams
from ecosystem.measures.network import FEWEST_ITEMS, exponent_of
from ecosystem.measures.observation import LEAST_LINKS
from ecosystem.world.content import PRIVATE
from tests.units.measures.conftest import Measured, WorldOf, publish


@pytest.mark.parametrize("alpha", [1.2, 2.1, 3.0, 8.0])
def test_the_exponent_maximises_the_likelihood(alpha: float) -> None:
    k = np.arange(LEAST_LINKS, 4_000_000)
    weight = k**-alpha / zeta(alpha, LEAST_LINKS)
    # Beyond the sum, the tail is close to an integral of ln(k) k^-alpha.
    end, power = k[-1] + 0.5, alpha - 1
    beyond = end**-power * (math.log(end) / power + 1 / power**2) / zeta(alpha, LEAST_LINKS)
    mean_log = float((weight * np.log(k)).sum() + beyond)
    # Interpolation on 4,000 points a factor 1.0015 apart: an error of order 1e-6 of alpha - 1.
    assert exponent_of(np.array([mean_log]), LEAST_LINKS)[0] == pytest.approx(alpha, rel=1e-5)


def test_samples_of_a_power_law_give_its_exponent_back(world_of: WorldOf, measured: Measured) -> None:
    # 4,000 draws by inversion: standard error (alpha - 1) / sqrt(n) = 0.017. Four of them: a false
    # alarm in 6 of 100,000 seeds, and the seed is fixed.
    alpha, count = 2.1, 4000
    k = np.arange(LEAST_LINKS, 1_000_000)
    below = np.cumsum(k**-alpha)
    lot = Streams(5).uniform("links", np.arange(count))
    links = k[np.searchsorted(below, lot * below[-1], side="right")]
    world = world_of()
    publish(world, domain=[0] * count, links=list(links))
    publish(world, domain=[1] * 500, links=[LEAST_LINKS - 1] * 500)
    assert measured(world, "web.in_degree_exponent") == pytest.approx([alpha], abs=0.07)
    domains = measured(world, "domains.in_degree_exponent")
    assert domains[0] == measured(world, "web.in_degree_exponent")[0]
    assert math.isnan(domains[1])


def test_too_few_items_in_the_tail_give_no_exponent(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, links=[LEAST_LINKS, 2 * LEAST_LINKS] * (FEWEST_ITEMS // 2 - 1))
    assert math.isnan(measured(world, "web.in_degree_exponent")[0])
    publish(world, links=[LEAST_LINKS] * 2, curator=PRIVATE)
    assert math.isnan(measured(world, "web.in_degree_exponent")[0])
    publish(world, links=[LEAST_LINKS] * 2)
    assert not math.isnan(measured(world, "web.in_degree_exponent")[0])


def test_items_of_equal_links_have_no_finite_exponent(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, links=[LEAST_LINKS] * FEWEST_ITEMS)
    assert math.isnan(measured(world, "web.in_degree_exponent")[0])
