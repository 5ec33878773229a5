"""The test for watermarks: its chances to the last digit, and who applies it."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.phases.earn import earn
from ecosystem.phases.gate import gate
from ecosystem.phases.produce import produce
from ecosystem.phases.regulate import regulate
from ecosystem.phases.scrape import scrape
from ecosystem.phases.watermarks import chances, in_use
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.proposals import Asked
from ecosystem.world.settings.general import MarkParameters
from ecosystem.world.world import World
from tests.units.phases.worlds import drafts, frequent, give_model, next_month, publish, world_of

MANY = 4000


def marks(**test: Any) -> MarkParameters:
    """Marks told by such a test."""
    return MarkParameters.model_validate({"watermark_test": test})


def tail(tokens: int, green: Fraction, above: int) -> float:
    """Chance of more than ``above`` green tokens, in whole numbers until the end."""
    terms = [comb(tokens, g) * green**g * (1 - green) ** (tokens - g) for g in range(above + 1, tokens + 1)]
    return float(sum(terms, Fraction(0)))


def test_without_a_test_the_chances_are_those_set() -> None:
    assert chances(MarkParameters(watermark_power=0.8, watermark_false_positive=0.1)) == (0.8, 0.1)


def test_at_four_standard_deviations_of_200_tokens_one_unmarked_text_in_40_000_is_flagged() -> None:
    """2.5e-5 by the binomial, where the normal limit has 3.2e-5 (Kirchenbauer et al. 2023, arXiv:2301.10226)."""
    found = chances(marks())
    # z > 4 is g > 100 + 4 sqrt(50) = 128.3 of 200. 1e-12: the rounding of an incomplete beta function.
    assert found.false_positive == pytest.approx(tail(200, Fraction(1, 2), 128), rel=1e-12)
    assert found.power == pytest.approx(tail(200, Fraction(3, 4), 128), rel=1e-12)
    assert found.false_positive == pytest.approx(2.5e-5, rel=0.01)


def test_z_has_to_exceed_the_threshold() -> None:
    # 70 green tokens of 100 are exactly 4 standard deviations from 50: not enough.
    assert chances(marks(tokens=100)).false_positive == pytest.approx(tail(100, Fraction(1, 2), 70), rel=1e-12)


@pytest.mark.parametrize(
    ("test", "power", "false_positive"),
    [
        ({"tokens": 1}, 0.0, 0.0),  # one token is one standard deviation off at most
        ({"threshold": -20.0}, 1.0, 1.0),
        ({"green_share": 1.0}, 1.0, None),
        ({"green_share": 0.0}, 0.0, None),
        ({"green_share": 0.5}, None, None),
    ],
)
def test_edges(test: dict[str, Any], power: float | None, false_positive: float | None) -> None:
    found = chances(marks(**test))
    assert found.power == (found.false_positive if power is None else power)
    if false_positive is not None:
        assert found.false_positive == false_positive


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.floats(0.05, 0.95), st.floats(0.0, 1.0), st.floats(-3.0, 6.0))
def test_both_chances_are_probabilities_in_the_order_of_the_shares(
    tokens: int, gamma: float, share: float, threshold: float
) -> None:
    found = chances(marks(tokens=tokens, green_list=gamma, green_share=share, threshold=threshold))
    assert min(found) >= 0
    assert max(found) <= 1
    assert (found.power >= found.false_positive) if share >= gamma else (found.power <= found.false_positive)


@pytest.mark.parametrize("who", ["gate", "crawler"])
def test_hosts_and_labs_find_marks_with_these_chances(who: str) -> None:
    test = {"tokens": 20, "threshold": 1.5, "green_share": 0.6}
    crawler = {"kind": "curated", "min_votes": 0.0, "unmarked_only": True}
    world = world_of(
        curators=[{"name": "forum", "ai_policy": "label"}],
        labs=[{"name": "alpha", "data": {"settle": 0, "crawlers": [crawler]}}],
        marks={"watermark_test": test},
    )
    given_marks = np.where(np.arange(2 * MANY) < MANY, Marks.WATERMARKED, 0)
    if who == "gate":
        after = gate(world, drafts(world, 2 * MANY, curator=0, marks=given_marks), world.draw).drafts.marks
        found = (after & Marks.LABELLED) > 0
    else:
        publish(world, 2 * MANY, curator=0, marks=given_marks)
        found = np.ones(2 * MANY, dtype=np.bool_)
        found[scrape(world, world.draw).row] = False
    known = chances(world.settings.marks)
    assert 0.05 < known.false_positive < known.power < 0.95
    assert frequent(found[:MANY], known.power)
    assert frequent(found[MANY:], known.false_positive)


# --- which labs put them in ---------------------------------------------------------------------------


def marking_labs(expected: float, **given: float) -> World:
    """Two labs, of which the first marks; each had a part in two public items last month, and in one more now."""
    world = world_of(labs=[{"name": "a", "watermarks": True}, {"name": "b"}], marks=given)
    publish(world, 5, lab=[0, 1, 0, 1, 1], origin=Origin.SYNTHETIC, curator=[OPEN_WEB] * 4 + [PRIVATE])
    next_month(world)
    publish(world, 2, lab=[0, 1], origin=Origin.ASSISTED, curator=OPEN_WEB)
    world.enact(regulate(world).plus(labs={"unwatermarked": expected}))
    return world


@pytest.mark.parametrize(("expected", "put_in"), [(0.0, False), (4.99, False), (5.0, True)])
def test_labs_mark_where_the_fine_is_at_least_what_a_month_of_marking_costs(expected: float, *, put_in: bool) -> None:
    world = marking_labs(expected, watermark_cost=0.25)  # two items, each of which stands for ten
    assert in_use(world).tolist() == [True, put_in]
    world.ledger.settle(earn(world, Asked.none(), scrape(world, world.draw)).transfers)
    assert world.ledger.flow(payer=Kind.LAB, reason=Reason.COMPLIANCE) == 10 * 0.25 * (1 + put_in)


def test_free_watermarks_are_put_in_for_any_fine_and_nobody_pays() -> None:
    world = marking_labs(1e-9)
    assert in_use(world).all()
    world.ledger.settle(earn(world, Asked.none(), scrape(world, world.draw)).transfers)
    assert world.ledger.flow(reason=Reason.COMPLIANCE) == 0


def test_what_publishers_buy_of_a_lab_that_has_to_mark_is_marked() -> None:
    for expected in (0.0, 1.0):
        group = {"name": "farm", "count": 3, "volume": 9.0, "strips_marks": False}
        world = world_of(labs=[{"name": "alpha"}], publishers={"groups": [group]})
        give_model(world, "alpha")
        world.publishers.lab = 0
        world.enact(regulate(world).plus(labs={"unwatermarked": expected}))
        drafts = produce(world, world.draw)
        theirs = drafts.origin == Origin.SYNTHETIC
        assert theirs.any()
        assert (((drafts.marks[theirs] & Marks.WATERMARKED) > 0) == (expected > 0)).all()
