"""An engine that is broken on purpose fails the laws that it breaks, and only those.

The laws are shortened, by months and replicates. False alarms: in those that are to hold, 50 means may each
miss by 4 standard errors, together 3.2e-3, once, for the fixed seed. The errors planted move some mean by at
least 5 standard errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import ecosystem.model
import ecosystem.phases.scrape
from ecosystem.experiments.laws.base import LAWS, Trial
from ecosystem.experiments.laws.files import known, load_functions
from ecosystem.experiments.laws.finding import Finding
from ecosystem.phases import private
from ecosystem.phases.curation import curate
from ecosystem.phases.private import synthesise
from ecosystem.phases.train import train
from ecosystem.scenario import Scenario
from ecosystem.strategies.crawlers.curated import Curated
from ecosystem.strategies.learners.empirical import Counting, EmpiricalCorpus, EmpiricalModel
from ecosystem.strategies.learners.kernel_density import KernelModel
from ecosystem.strategies.learners.n_gram import NGramCorpus
from ecosystem.world.labs import Lab
from ecosystem.world.proposals import Training
from ecosystem.world.settings.data import DataStrategy
from ecosystem.world.world import World

FILES = known(Path(__file__).parents[2] / "scenarios" / "laws")
SEED = 2
SHORT: dict[str, dict[str, Any]] = {
    "A1": {"steps": 10},
    "A5": {"steps": 10},
    "A16": {"steps": 10},
    "A5b": {},
    "A15": {"steps": 40, "scale.humans": 400, "reality.domains.replicate.count": 200},
    "A26": {},
    "A30": {"scale.humans": 20, "reality.domains.replicate.count": 10},
    "A35": {},
    "A39": {"steps": 100, "scale.humans": 2000, "reality.domains.replicate.count": 1000},
}
"""What is changed of the laws' files, to be quick: as few months as their functions can do with, fewer replicates."""
CASES = {"A30": 1, "A35": 1}
"""Cases that are run of laws with many: the first ones."""

type Patch = pytest.MonkeyPatch


def missed(identifier: str) -> list[str]:
    """Where a shortened law is not met."""
    load_functions()
    trial = Trial.of(Scenario.read(FILES[identifier]).replace(SHORT[identifier]), SEED)
    trial = replace(trial, cases=trial.cases[: CASES.get(identifier)])
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


def no_sequence_forgotten(patch: Patch) -> None:
    """A lab keeps every sequence of words that it has counted, but forgets ideas."""
    patch.setattr(NGramCorpus, "forget", EmpiricalCorpus.forget)


def with_data(labs: Iterable[Lab], changes: Callable[[DataStrategy], dict[str, Any]], work: Callable[[], Any]) -> Any:
    """Do some work while labs take their data to be collected in another way than they say."""
    said = {lab: lab.settings for lab in labs}
    for lab, settings in said.items():
        other = settings.data.model_copy(update=changes(settings.data))
        lab.settings = settings.model_copy(update={"data": other})
    try:
        return work()
    finally:
        for lab, settings in said.items():
            lab.settings = settings


def in_curation(patch: Patch, changes: Callable[[DataStrategy], dict[str, Any]]) -> None:
    """What a lab has collected is weighed and chosen in another way than it says."""

    def changed(lab: Lab, *rest: Any) -> Any:
        return with_data([lab], changes, lambda: curate(lab, *rest))

    patch.setattr(ecosystem.phases.scrape, "curate", changed)


def origin_ignored(patch: Patch) -> None:
    """All documents weigh the same, whoever wrote them."""
    in_curation(patch, lambda data: {"weights": type(data.weights)(human=1.0, assisted=1.0, synthetic=1.0)})


def reward_ignored(patch: Patch) -> None:
    """What pleases is not preferred."""
    in_curation(patch, lambda data: {"reward": data.reward.model_copy(update={"strength": 0.0})})


def verifier_ignored(patch: Patch) -> None:
    """A lab keeps all that it makes for itself, right or wrong."""

    def unchecked(world: World, draw: Any) -> Any:
        every = {"verifier_true_positive": 1.0, "verifier_false_positive": 1.0}
        return with_data(world.labs.values(), lambda _: every, lambda: synthesise(world, draw))

    patch.setattr(private, "synthesise", unchecked)


def marks_ignored(patch: Patch) -> None:
    """Pages with a watermark are collected like others."""
    accepts = Curated.accepts
    patch.setattr(
        Curated, "accepts", lambda self, pages: accepts(self.model_copy(update={"unmarked_only": False}), pages)
    )


def no_bandwidth(patch: Patch) -> None:
    """A kernel density repeats the documents themselves."""
    styles = KernelModel._styles

    def bare(self: KernelModel, keys: Any, domains: Any, _: float, draw: Any) -> NDArray[np.float32]:
        return styles(self, keys, domains, 0.0, draw)  # temperature multiplies the bandwidth alone

    patch.setattr(KernelModel, "_styles", bare)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "breaks", "keeps"),
    [
        (one_generation_late, ("A1", "A5", "A16"), ()),
        (another_divisor, ("A1", "A16"), ("A5",)),
        (nothing_forgotten, ("A1", "A5"), ("A16",)),
        (no_tail, ("A5", "A16"), ("A1",)),
        (no_sequence_forgotten, ("A5b",), ("A39",)),
        (origin_ignored, ("A15",), ("A30",)),
        (reward_ignored, ("A26",), ("A39",)),
        (verifier_ignored, ("A30",), ("A39",)),
        (marks_ignored, ("A35",), ("A30",)),
        (no_bandwidth, ("A39",), ("A30",)),
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
@pytest.mark.parametrize("identifier", SHORT)
def test_without_an_error_all_hold(identifier: str) -> None:
    assert missed(identifier) == []
