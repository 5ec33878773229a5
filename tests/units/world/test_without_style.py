"""A world in which items have no style: everything else goes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.detectors.base import Samples
from tests.units.phases.worlds import later_worlds, live, lively, world_of

CURATORS: list[dict[str, Any]] = [{"name": "feed", "loyalty": 0.5}, {"name": "forum", "ai_policy": "downrank"}]
STYLE = ["style_variance"]
"""Columns that say something about style."""


def scenario(styles: int, attention: int = 6, learner: str = "empirical") -> eco.Scenario:
    """A lively small web."""
    return eco.Scenario.from_dict(
        {
            "name": "small",
            "steps": 8,
            "scale": {"humans": 120, "people_per_human": 1e5},
            "reality": {"styles": styles, "domains": [{"name": "news", "ideas": 40}]},
            "humans": {"attention": attention, "activity": 2.0, "assistants": {"innovation": 0.5, "outside": 0.0}},
            "curators": CURATORS,
            "labs": [{"name": "alpha", "cadence": 1, "learner": learner, "tuning": 1.0,
                      "data": {"commissions": 3.0, "synthetic": 3.0, "log_share": 0.3}}],
            "publishers": {"groups": [{"name": "farm", "count": 4, "volume": 4.0, "mode": "rewrite"}]},
        }
    )  # fmt: skip


@pytest.mark.parametrize("learner", ["empirical", "kernel_density"])
def test_a_web_without_style_lives_and_its_style_is_undefined(learner: str) -> None:
    found = eco.run(scenario(0, learner=learner), seed=1)
    for table in (found.web, found.labs, found.domains):
        for name in STYLE:
            assert name not in table or table[name].isna().all()
    assert found.web["synthetic_share"].iloc[-1] > 0
    assert found.labs["accuracy"].notna().any()


def test_where_nobody_reads_style_changes_nothing_else() -> None:
    without, with_style = (eco.run(scenario(styles, attention=0), seed=1) for styles in (0, 3))
    for name in ("web", "labs", "domains", "curators", "publishers", "humans"):
        one, other = (getattr(found, name).drop(columns=STYLE, errors="ignore") for found in (without, with_style))
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert with_style.web["style_variance"].notna().all()


def test_every_text_is_as_fluent_as_any_other() -> None:
    world = world_of(reality={"styles": 0, "domains": [{"name": "news", "ideas": 4}]}, curators=CURATORS,
                     humans={"network": "none", "novelty_taste": 0.0, "activity": 3.0})  # fmt: skip
    live(world, 1)
    assert world.feed is not None
    assert len(world.feed.charm) > 0
    people, unseen = world.settings.humans, 1 - world.reality.verifiability[0]
    assert np.allclose(world.feed.charm, unseen * people.appeal)


def test_a_taste_for_novelty_that_comes_later_knows_what_was_said_before() -> None:
    def part(taste: float) -> dict[str, Any]:
        return {"reality": {"styles": 0, "domains": [{"name": "news", "ideas": 4}]}, "curators": CURATORS,
                "humans": {"network": "none", "novelty_taste": taste, "activity": 3.0}}  # fmt: skip

    world = later_worlds([(1, part(0.0)), (2, part(1.0))])
    live(world, 2)
    assert world.feed is not None
    assert world.feed.first < world.month_start[1]  # something of the first month is on show
    idea = world.content.idea[world.feed.first : world.feed.stop]
    rarity = 1 / np.bincount(idea)[idea]
    people, unseen = world.settings.humans, 1 - world.reality.verifiability[0]
    assert np.allclose(world.feed.charm, unseen * people.appeal * rarity)


def test_a_world_without_style_comes_back_to_the_bit() -> None:
    # The checkpoint of a world holds tables of no columns.
    quiet: dict[str, Any] = {"reality": {"styles": 0, "domains": [{"name": "news", "ideas": 9}]}}
    world = lively(curators=CURATORS, labs=[{"name": "alpha", "cadence": 1, "learner": "kernel_density"}], **quiet)
    state = world.dump()
    assert world.content.style.shape == (len(world.content), 0)
    again = lively(curators=CURATORS, labs=[{"name": "alpha", "cadence": 1, "learner": "kernel_density"}], **quiet)
    again.load(state)
    for one in (world, again):
        live(one, 2)
    assert np.array_equal(world.content.idea, again.content.idea)
    assert np.array_equal(world.content.views, again.content.views)


@pytest.mark.parametrize("kind", [kind for kind, _ in Detector.registry.items()])
def test_there_is_nothing_to_detect(kind: str) -> None:
    texts = Samples(np.zeros(50, dtype=np.int64), np.empty((50, 0), dtype=np.float32))
    assert Detector.registry.get(kind)().fit(texts, texts, 1) is None
