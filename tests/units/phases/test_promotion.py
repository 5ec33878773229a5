"""A factor of exposure above 1: what is said to be AI is shown more often."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.phases.read import read
from ecosystem.world.content import Marks
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, publish, world_of

READERS, EACH = 400, 20


def host(penalty: float, lever: float = 1.0) -> World:
    """A host that ranks by nothing but this factor, times what its lever makes of it."""
    world = world_of(
        scale={"humans": READERS},
        humans={"network": "none", "attention": EACH, "follow": 0.0},
        curators=[{"name": "forum", "ranking": [], "penalty": penalty}],
        reality={"domains": [{"name": "news", "ideas": 3, "novelty": 0.0}]},
    )
    curator = world.curators["forum"]
    curator.trial = curator.trial._replace(levers=np.array([[np.log(lever), 0.0]]))
    return world


def promoted(world: World, marked: int, unmarked: int) -> NDArray[np.bool_]:
    """Whether each read found one of the marked items."""
    marks = np.repeat([Marks.DOWNRANKED, 0], [marked, unmarked])
    publish(world, marked + unmarked, curator=0, marks=marks)
    items = read(world, world.draw).item
    assert (items >= 0).all()
    found: NDArray[np.bool_] = items.ravel() < marked
    return found


@pytest.mark.parametrize(("penalty", "marked"), [(2.0, 67), (100.0, 5), (1.0, 67), (0.25, 67)])
def test_shares_of_views_go_by_the_factor(penalty: float, marked: int) -> None:
    """Share w q / (w q + 1 - q) of views, q of the items being marked and shown w times as much."""
    q = marked / 100
    share = penalty * q / (penalty * q + 1 - q)
    assert frequent(promoted(host(penalty), marked, 100 - marked), share)


@pytest.mark.parametrize(
    ("penalty", "lever", "factor"), [(2.0, 8.0, 2.0), (2.0, 0.5, 1.0), (2.0, 0.1, 0.2), (0.5, 8.0, 1.0)]
)
def test_a_lever_raises_no_reward_and_makes_none_of_a_penalty(penalty: float, lever: float, factor: float) -> None:
    assert frequent(promoted(host(penalty, lever), 50, 50), factor / (factor + 1))
