"""Measures of the web and of its domains, against sums that a reader can follow."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from ecosystem.measures.base import MEASURES
from ecosystem.measures.observation import Observation
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.world import World
from tests.units.measures.conftest import Measured, WorldOf, invent, publish, read

BOTH = (
    "items", "human_items", "assisted_items", "synthetic_items", "synthetic_share", "synthetic_view_share",
    "detected_share", "mean_depth", "distinct_ideas", "effective_ideas", "style_variance", "correct_share",
    "contradiction", "human_output", "views", "human_motivation", "marked_share", "rewrite_share",
)  # fmt: skip


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def plainly(world: World, domains: set[int]) -> dict[str, float]:
    """Every measure of BOTH over some domains, item by item."""
    content = [world.content.row(at) for at in range(len(world.content))]
    month = [r for r in content if r.step == world.clock.step and r.curator != PRIVATE and r.domain in domains]
    read_ = [content[at] for at in world.reads.ravel() if at >= 0 and content[at].domain in domains]
    made = [r for r in month if r.origin == Origin.SYNTHETIC]
    told: dict[tuple[int, int], list[bool]] = {}
    for row in month:
        told.setdefault((row.domain, row.idea), []).append(bool(row.correct))
    pairs = [a != b for told_ in told.values() for a, b in itertools.combinations(told_, 2)]
    parts = [len(told_) / len(month) for told_ in told.values()]
    survey = world.settings.observation
    return {
        "items": len(month),
        "human_items": sum(r.origin == Origin.HUMAN for r in month),
        "assisted_items": sum(r.origin == Origin.ASSISTED for r in month),
        "synthetic_items": len(made),
        "synthetic_share": mean([float(r.origin == Origin.SYNTHETIC) for r in month]),
        "synthetic_view_share": mean([float(r.origin == Origin.SYNTHETIC) for r in read_]),
        "detected_share": mean([1 - survey.false_negative if r.share > 0.5 else survey.false_positive for r in month]),
        "mean_depth": mean([float(r.depth) for r in month]),
        "distinct_ideas": len(told),
        "effective_ideas": math.exp(-sum(p * math.log(p) for p in parts)) if month else math.nan,
        "style_variance": plain_variance(month),
        "correct_share": mean([float(r.correct) for r in month]),
        "contradiction": mean([float(pair) for pair in pairs]),
        "human_output": sum(1.0 - float(r.share) for r in month),
        "views": len(read_),
        "human_motivation": mean([
            float(m) for m, d in zip(world.humans.motivation, world.humans.domain, strict=True) if d in domains
        ]),
        "marked_share": mean([float(bool(r.marks & (Marks.WATERMARKED | Marks.LABELLED))) for r in made]),
        "rewrite_share": mean([float(r.source >= 0) for r in made]),
    }  # fmt: skip


def plain_variance(month: list[Any]) -> float:
    squares, free = 0.0, 0
    for domain in {row.domain for row in month}:
        styles = [[float(x) for x in row.style] for row in month if row.domain == domain]
        free += len(styles) - 1
        for axis in zip(*styles, strict=True):
            squares += sum((x - mean(list(axis))) ** 2 for x in axis) / len(styles[0])
    return squares / free if free else math.nan


@pytest.mark.parametrize("seed", range(4))
def test_web_and_domains_agree_with_sums_item_by_item(seed: int, world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    invent(world, seed)
    web, domains = plainly(world, {0, 1}), [plainly(world, {0}), plainly(world, {1})]
    assert set(web) == set(BOTH)
    for name in BOTH:
        # Sums of float32 columns in another order: far more than the rounding of float64 needs.
        assert measured(world, f"web.{name}") == pytest.approx([web[name]], rel=1e-9, nan_ok=True), name
        by_hand = [domain[name] for domain in domains]
        assert measured(world, f"domains.{name}") == pytest.approx(by_hand, rel=1e-9, nan_ok=True), name


def test_without_items_counts_are_zero_and_everything_else_undefined(world_of: WorldOf, measured: Measured) -> None:
    world = world_of(scale={"humans": 0, "people_per_human": 1.0})
    counts = {"items", "human_items", "assisted_items", "synthetic_items", "human_output", "distinct_ideas", "views"}
    for name in (*BOTH, "in_degree_exponent"):
        expected = 0.0 if name in counts else math.nan
        assert measured(world, f"web.{name}") == pytest.approx([expected], nan_ok=True), name
        assert measured(world, f"domains.{name}") == pytest.approx([expected] * 2, nan_ok=True), name
    for top in (1, 5, 30):
        assert math.isnan(measured(world, f"web.vote_share_top{top}")[0])


def test_private_and_earlier_items_are_not_new(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, curator=[0, 1])
    world.clock.advance()
    world.open_month()
    publish(world, curator=[PRIVATE, OPEN_WEB, PRIVATE, 1])
    assert measured(world, "web.items") == [2.0]


def test_removed_items_are_counted(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, marks=[int(Marks.REMOVED), 0])
    assert measured(world, "web.items") == [2.0]


def test_effective_ideas_of_equal_and_single_ideas(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, domain=[0, 0, 0, 1, 1, 1], idea=[0, 1, 2, 4, 4, 4])
    assert measured(world, "domains.effective_ideas") == pytest.approx([3.0, 1.0])
    # Four ideas, one with half of the items: H = 3/6 ln 6 + 1/2 ln 2.
    assert measured(world, "web.effective_ideas") == pytest.approx([math.exp(0.5 * math.log(6) + 0.5 * math.log(2))])
    assert measured(world, "web.distinct_ideas") == [4.0]


def test_equal_numbers_of_ideas_in_different_domains_are_different_ideas(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, domain=[0, 1], idea=[3, 3], correct=[True, False])
    assert measured(world, "web.distinct_ideas") == [2.0]
    assert math.isnan(measured(world, "web.contradiction")[0])


def test_contradiction_counts_pairs(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    # Idea 0: one wrong of three, 2 of 3 pairs disagree; idea 1: two agree, 1 pair; idea 2: no pair.
    publish(world, idea=[0, 0, 0, 1, 1, 2], correct=[True, True, False, False, False, True])
    assert measured(world, "web.contradiction") == pytest.approx([2 / 4])


def test_style_variance_leaves_out_differences_between_domains(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, domain=[0, 0, 1, 1], style=[[0, 0], [2, 0], [100, 50], [100, 54]])
    # Domain 0: variances 2 and 0; domain 1: 0 and 8; divisor n - 1, mean over two dimensions.
    assert measured(world, "domains.style_variance") == pytest.approx([1.0, 4.0])
    assert measured(world, "web.style_variance") == pytest.approx([2.5])


def test_style_variance_of_one_item_is_undefined(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, domain=[0, 1], style=[[1, 2], [3, 4]])
    assert all(math.isnan(x) for x in measured(world, "domains.style_variance"))
    assert math.isnan(measured(world, "web.style_variance")[0])


def test_votes_are_those_of_the_most_viewed_curator(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, curator=[0] + [1] * 7)
    # Curator 1 has most views; its items 1 to 7 get 3, 1, 1, 1, 1, 1 and 0 votes.
    reads = [0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, -1]
    read(world, reads, votes=[0, 1, 2, 3, 4, 5, 6])
    assert measured(world, "web.vote_share_top1") == pytest.approx([3 / 8])
    assert measured(world, "web.vote_share_top5") == pytest.approx([7 / 8])
    assert measured(world, "web.vote_share_top30") == [1.0]
    read(world, reads, votes=[0])
    assert math.isnan(measured(world, "web.vote_share_top1")[0])


def test_votes_of_a_web_without_curators_are_undefined(world_of: WorldOf, measured: Measured) -> None:
    world = world_of(curators=[])
    publish(world)
    read(world, [0], votes=[0])
    assert measured(world, "web.views") == [1.0]
    assert math.isnan(measured(world, "web.vote_share_top1")[0])


def test_every_domain_figure_that_adds_up_does(world_of: WorldOf) -> None:
    domains = [{"name": "many", "count": 40, "ideas": 5}]
    world = world_of(reality={"styles": 2, "domains": domains}, scale={"humans": 80, "people_per_human": 1.0})
    invent(world, 1, count=500)
    seen = Observation(world)
    for name in ("items", "synthetic_items", "human_output", "distinct_ideas", "views"):
        by_domain = MEASURES.get(f"domains.{name}").compute(seen)
        assert by_domain.shape == (40,)
        assert np.isclose(by_domain.sum(), MEASURES.get(f"web.{name}").compute(seen)[0], rtol=1e-12)
