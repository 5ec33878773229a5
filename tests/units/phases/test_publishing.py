"""How publishers make items: they generate afresh or rewrite what is widely seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.publishers.standing import open_for_business
from ecosystem.phases.publishing import generate, output
from ecosystem.world.content import NO_LAB, Marks, Origin
from ecosystem.world.proposals import Drafts
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, near, next_month, proportional, publish, world_of

MANY = 4000
"""Items per test: a share is then known to about 0.04 at the false-alarm rate of the verdicts."""


def farms(*, lab: dict[str, Any] | None = None, market: dict[str, Any] | None = None, **group: Any) -> World:
    """A world with one group of fifty publishers that buy from the one lab, which has no model yet."""
    world = world_of(
        labs=[{"name": "alpha"} | (lab or {})],
        publishers={"groups": [{"name": "farm", "count": 50} | group]} | (market or {}),
        curators=[{"name": "search", "ranking": ["engagement"]}],
    )
    world.publishers.lab = 0
    return world


def made(world: World, domain: int = 0) -> Drafts:
    """What the publishers make of equal numbers of items in one domain."""
    count = len(world.publishers)
    author, key = repeated(world.publishers.key, np.full(count, MANY // count), world.draw.step)
    return generate(world, Assignments(author, key, np.full(len(key), domain)), world.draw)


def rewriting(
    *, source: dict[str, Any], model: dict[str, Any] | None = None, slip: float = 0.0, **group: Any
) -> Drafts:
    """What the publishers make of the one item on show."""
    world = farms(mode="rewrite", market={"slip": slip}, **group)
    give_model(world, "alpha", **(model or {}))
    publish(world, 1, **({"curator": 0} | source))
    return made(world)


# --- how much, and about what -------------------------------------------------------------------------


def test_publishers_write_their_volume() -> None:
    world = farms(volume=40.0)
    give_model(world, "alpha")
    world.publishers.volume[:25] = 20.0
    counts = np.bincount(output(world, world.draw).author, minlength=50)
    assert near(float(counts[:25].sum()), 500.0, 500.0)
    assert near(float(counts[25:].sum()), 1000.0, 1000.0)


def test_nobody_publishes_without_a_model_a_lab_or_a_business() -> None:
    world = farms()
    assert not open_for_business(world).any()
    give_model(world, "alpha")
    assert open_for_business(world).all()
    world.publishers.active[0] = False
    world.publishers.lab[1] = NO_LAB
    assert np.flatnonzero(~open_for_business(world)).tolist() == [0, 1]
    assert not {0, 1} & set(output(world, world.draw).author.tolist())


def test_publishers_wait_for_their_start() -> None:
    world = farms(market={"starts": "2018-02"})
    give_model(world, "alpha")
    assert not open_for_business(world).any()
    next_month(world)
    assert open_for_business(world).all()


@pytest.mark.parametrize(
    ("mix", "weights"), [({}, [3.0, 1.0]), ({"news": 2.0}, [0.0, 1.0]), ({"code": 1.0, "news": 1.0}, [3.0, 1.0])]
)
def test_domains_follow_the_mix_and_demand(mix: dict[str, float], weights: list[float]) -> None:
    world = farms(volume=40.0, mix=mix)
    give_model(world, "alpha")
    world.reality.demand = np.array([0.75, 0.25])
    assert proportional(np.bincount(output(world, world.draw).domain, minlength=2), weights)


# --- generating ---------------------------------------------------------------------------------------


def test_generated_items_are_wholly_synthetic_and_one_generation_deeper() -> None:
    world = farms()
    give_model(world, "alpha", depth=[1.5, 0.0])
    drafts = made(world)
    assert set(drafts.origin.tolist()) == {Origin.SYNTHETIC}
    assert np.all(drafts.share == 1)
    assert np.all(drafts.depth == 2.5)
    assert np.all(drafts.lab == 0)
    assert np.all(drafts.source == -1)


def test_generated_ideas_and_correctness_are_the_models() -> None:
    world = farms(temperature=1.0, top_p=1.0)
    space = world.reality.space
    probability = space.shares((np.arange(space.size) % 4).astype(np.float64))
    accuracy = np.linspace(0.1, 0.9, space.size)
    give_model(world, "alpha", probability=probability, accuracy=accuracy)
    drafts = made(world)
    assert proportional(np.bincount(drafts.idea, minlength=8), probability[:8])
    assert frequent(drafts.correct, accuracy[drafts.idea])


def test_temperature_and_nucleus_are_the_groups() -> None:
    cold = farms(temperature=0.1, top_p=1.0)
    narrow = farms(temperature=1.0, top_p=0.5)
    probability = np.array([0.55, 0.45, 0, 0, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2])
    for world, expected in ((cold, [0.55**10, 0.45**10]), (narrow, [1.0, 0.0])):
        give_model(world, "alpha", probability=probability)
        assert proportional(np.bincount(made(world).idea, minlength=8), [*expected, *[0.0] * 6])


def test_style_is_the_models_at_the_groups_temperature() -> None:
    world = farms(temperature=0.5)
    give_model(world, "alpha", mean=3.0, covariance=4 * np.eye(2))
    style = made(world).style.astype(float)
    assert near(float(style.sum()), 3.0 * style.size, 1.0 * style.size)
    assert near(float(((style - 3) ** 2).sum()), 1.0 * style.size, 2.0 * style.size)


@pytest.mark.parametrize("watermarks", [True, False])
@pytest.mark.parametrize("strips", [True, False])
@pytest.mark.parametrize("labels", [True, False])
def test_marks_stay_unless_stripped_and_labels_are_volunteered(watermarks: bool, strips: bool, labels: bool) -> None:  # noqa: FBT001
    world = farms(lab={"watermarks": watermarks}, strips_marks=strips, labels=labels)
    give_model(world, "alpha")
    expected = (Marks.WATERMARKED if watermarks and not strips else 0) | (Marks.LABELLED if labels else 0)
    assert set(made(world).marks.tolist()) == {expected}


def test_a_lab_that_lost_its_model_writes_nothing() -> None:
    world = farms()
    give_model(world, "alpha")
    world.labs["alpha"].active = False
    assert np.all(made(world).idea == -1)


# --- rewriting ----------------------------------------------------------------------------------------


def test_rewriting_keeps_the_idea_and_names_its_source() -> None:
    drafts = rewriting(source={"idea": 5})
    assert set(drafts.idea.tolist()) == {5}
    assert set(drafts.source.tolist()) == {0}


def test_a_slip_breaks_what_was_right() -> None:
    assert frequent(~rewriting(source={"correct": True}, slip=0.3).correct, 0.3)
    assert np.all(rewriting(source={"correct": True}, slip=0.0).correct)


def test_rewriting_never_repairs() -> None:
    assert not np.any(rewriting(source={"correct": False}, slip=0.3, model={"accuracy": 1.0}).correct)


@pytest.mark.parametrize("mixing", [0.0, 0.3, 1.0])
def test_rewrites_mix_the_sources_style_with_the_models(mixing: float) -> None:
    source, model = {"style": [5.0, -5.0]}, {"mean": 1.0, "covariance": np.zeros((2, 2))}
    drafts = rewriting(source=source, model=model, mixing=mixing)
    told = mixing * np.array([5.0, -5.0]) + (1 - mixing) * 1.0
    assert np.allclose(drafts.style, told, atol=1e-6)  # float32


@pytest.mark.parametrize(("source", "model", "depth"), [(0.0, 2.0, 3.0), (4.5, 2.0, 5.5)])
def test_a_rewrite_is_one_deeper_than_the_deeper_of_source_and_model(source: float, model: float, depth: float) -> None:
    assert np.all(rewriting(source={"depth": source}, model={"depth": model}).depth == depth)


def test_sources_are_drawn_by_exposure() -> None:
    world = farms(mode="rewrite")
    give_model(world, "alpha")
    rows = publish(world, 4, curator=0).rows
    world.content.votes[rows] = [0, 1, 4, 9]
    next_month(world)
    publish(world, 0)  # puts the votes on show
    assert proportional(np.bincount(made(world).source, minlength=4), [1, 2, 5, 10])


def test_only_what_the_targeted_host_shows_in_that_domain_is_rewritten() -> None:
    drafts = rewriting(source={"domain": 1})
    assert np.all(drafts.source == -1)  # they write on domain 0, afresh
    assert np.all(drafts.idea >= 0)
    assert np.all(rewriting(source={"curator": -1}).source == -1)


def test_without_anything_on_show_rewriters_write_afresh() -> None:
    world = farms(mode="rewrite")
    give_model(world, "alpha")
    drafts = made(world)
    assert np.all(drafts.source == -1)
    assert np.all(drafts.idea >= 0)


def test_a_model_that_knows_nothing_of_a_domain_rewrites_nothing_of_it() -> None:
    """Its style there is no style and its depth is undefined, which would spread to all who train on it."""
    world = farms(mode="rewrite")
    offsets = world.reality.space.offsets
    only_news = np.where(np.arange(offsets[2]) >= offsets[1], 1 / 5, 0.0)
    give_model(world, "alpha", probability=only_news, known=only_news > 0, depth=[np.nan, 1.0])
    publish(world, 1, curator=0, domain=0)
    drafts = made(world, domain=0)
    assert np.all(drafts.idea == -1)
    assert np.all(drafts.source == -1)
