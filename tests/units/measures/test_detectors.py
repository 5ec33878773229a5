"""How well curators' detectors do: against counting pairs one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.measures.detectors import auroc
from ecosystem.world.content import Marks, Origin
from tests.units.measures.conftest import Measured, WorldOf, invent, publish

HUMAN, ASSISTED, SYNTHETIC = (int(origin) for origin in Origin)

CASES = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(-2, 2)), max_size=30)


def by_pairs(cases: list[tuple[int, bool, int]], group: int) -> float:
    positive = [score for where, synthetic, score in cases if where == group and synthetic]
    negative = [score for where, synthetic, score in cases if where == group and not synthetic]
    won = [1.0 if a > b else 0.5 if a == b else 0.0 for a in positive for b in negative]
    return sum(won) / len(won) if won else math.nan


@settings(deadline=None)
@given(CASES)
def test_the_area_is_the_share_of_pairs_in_the_right_order(cases: list[tuple[int, bool, int]]) -> None:
    for group in range(3):
        classes = [
            np.array([score for at, made, score in cases if at == group and made == synthetic], dtype=np.float32)
            for synthetic in (True, False)
        ]
        assert auroc(*classes) == pytest.approx(by_pairs(cases, group), nan_ok=True)


@pytest.mark.parametrize("seed", range(3))
def test_rates_and_area_of_an_invented_month(seed: int, world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    invent(world, seed, count=200)
    items = [world.content.row(at) for at in range(len(world.content))]
    month = [r for r in items if r.step == world.clock.step and r.curator == 0 and not math.isnan(r.score)]
    for name, origin in (("detector_tpr", SYNTHETIC), ("detector_fpr", HUMAN)):
        flagged = [bool(r.marks & Marks.FLAGGED) for r in month if r.origin == origin]
        assert measured(world, f"curators.{name}") == pytest.approx(
            [sum(flagged) / len(flagged), math.nan], nan_ok=True
        )
    cases = [(0, bool(r.origin == SYNTHETIC), int(r.score)) for r in month if r.origin != ASSISTED]
    assert measured(world, "curators.detector_auroc") == pytest.approx([by_pairs(cases, 0), math.nan], nan_ok=True)


def test_a_missing_class_leaves_undefined_what_needs_it(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    publish(world, curator=[0, 0, 1], origin=[HUMAN, HUMAN, SYNTHETIC], score=[0.0, 1.0, 2.0], marks=[0, 64, 64])
    assert measured(world, "curators.detector_tpr") == pytest.approx([math.nan, 1.0], nan_ok=True)
    assert measured(world, "curators.detector_fpr") == pytest.approx([0.5, math.nan], nan_ok=True)
    assert all(math.isnan(value) for value in measured(world, "curators.detector_auroc"))
