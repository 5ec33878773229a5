"""What people are born with."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.world.humans import Humans
from ecosystem.world.settings.humans import HumanParameters

MANY = 200_000
"""People: the standard error of mean activity is its deviation, below 3, over the root of this: 0.7 %."""


def born(**settings: float) -> Humans:
    people = Humans(styles=2)
    people.settle(MANY, np.ones(3))
    people.endow(HumanParameters.model_validate(settings), np.zeros((3, 2)), Streams(5))
    return people


@pytest.mark.parametrize(("tail", "cap"), [(1.5, 30.0), (1.5, 5.0), (2.5, 100.0)])
def test_activity_has_its_mean_whatever_its_tail(tail: float, cap: float) -> None:
    activity = born(activity=0.4, activity_tail=tail, activity_cap=cap).activity
    assert activity.mean() == pytest.approx(0.4, rel=0.03)  # 4 standard errors: a false alarm in 16,000
    assert activity.max() < 0.4 * cap * 1.6


def test_few_people_write_much() -> None:
    activity = np.sort(born().activity)[::-1]
    top = activity[: round(0.03 * MANY)].sum() / activity.sum()
    # Usenet: 25 % of messages from 3 % of posters (Whittaker et al. 1998); sampled posts blur the top.
    assert 0.2 < top < 0.32
