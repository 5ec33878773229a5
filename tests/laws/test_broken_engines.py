"""An engine that is broken on purpose fails the laws that it breaks, and only those.

The laws run for ten generations at full width. False alarms: in those that are to hold, 20 means may
each miss by 4 standard errors, together 1.3e-3, once, for the fixed seed. The errors planted move some
mean by at least 5 standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import ecosystem.model
from ecosystem.experiments.laws.base import LAWS, Trial
from ecosystem.experiments.laws.files import known, load_functions
from ecosystem.experiments.laws.finding import Finding
from ecosystem.phases.train import train
from ecosystem.scenario import Scenario
from ecosystem.strategies.learners.empirical import Counting, EmpiricalCorpus, EmpiricalModel
from ecosystem.world.proposals import Training
from ecosystem.world.world import World

FILES = known(Path(__file__).parents[2] / "scenarios" / "laws")
SEED = 2

type Patch = pytest.MonkeyPatch


def missed(identifier: str) -> list[str]:
    """Where a law of ten generations is not met."""
    load_functions()
    trial = Trial.of(Scenario.read(FILES[identifier]).replace({"steps": 10}), SEED)
    found = [entry for entry in LAWS.get(identifier)(trial) if isinstance(entry, Finding)]
    assert found
    return [finding.where for finding in found if not finding.passed]


def one_generation_late(patch: Patch) -> None:
    """The first model is kept for another month."""

    def late(world: World, draw: Any) -> Training:
        fresh = train(world, draw)
        old = {name: world.labs[name].fitted or model for name, model in fresh.models.items()}
        return replace(fresh, models=old) if world.clock.step == 1 else fresh

    patch.setattr(ecosystem.model, "train", late)


def another_divisor(patch: Patch) -> None:
    """Covariance is divided by N - 1 where N is asked for."""
    estimates = Counting.estimates

    def corrected(self: Counting, corpus: EmpiricalCorpus, free: NDArray[np.float64], *rest: Any) -> dict[str, Any]:
        return estimates(self, corpus, free - 1, *rest)

    patch.setattr(Counting, "estimates", corrected)


def nothing_forgotten(patch: Patch) -> None:
    """A lab keeps what it has counted, whatever its retention."""
    patch.setattr(EmpiricalCorpus, "forget", lambda _self, _retention: None)


def no_tail(patch: Patch) -> None:
    """Models leave the rarest twentieth of their ideas unsaid."""
    cumulative = EmpiricalModel.cumulative
    patch.setattr(EmpiricalModel, "cumulative", lambda self, temperature, _top_p: cumulative(self, temperature, 0.95))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "breaks", "keeps"),
    [
        (one_generation_late, ("A1", "A5", "A16"), ()),
        (another_divisor, ("A1", "A16"), ("A5",)),
        (nothing_forgotten, ("A1", "A5"), ("A16",)),
        (no_tail, ("A5", "A16"), ("A1",)),
    ],
)
def test_a_planted_error_is_found_by_the_laws_it_breaks(
    monkeypatch: Patch, plant: Callable[[Patch], None], breaks: tuple[str, ...], keeps: tuple[str, ...]
) -> None:
    plant(monkeypatch)
    assert {identifier: bool(missed(identifier)) for identifier in (*breaks, *keeps)} == {
        **dict.fromkeys(breaks, True),
        **dict.fromkeys(keeps, False),
    }


@pytest.mark.slow
def test_without_an_error_all_hold() -> None:
    assert [where for identifier in ("A1", "A5", "A16") for where in missed(identifier)] == []
