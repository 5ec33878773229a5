"""The Gaussian detector: its scores, its threshold and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ecosystem.core.streams import Streams
from ecosystem.strategies.detectors.base import Samples
from ecosystem.strategies.detectors.gaussian import FittedGaussian, Gaussian, fit_class

MANY = 4000
MACHINE = np.array([1.0, 0.5])


def sample(name: str, count: int = MANY, mean: NDArray[np.float64] | float = 0.0, scale: float = 1.0) -> Samples:
    """Normal texts in two domains, the second of which lies 10 off."""
    streams, who = Streams(4), np.arange(count)
    domain = streams.integers(name + ".domain", who, 2)
    style = mean + scale * streams.normal(name, who, 2) + 10.0 * domain[:, None]
    return Samples(domain, style.astype(np.float32))


def fitted(kind: Gaussian, human: Samples, machine: Samples) -> FittedGaussian:
    """A detector of these samples."""
    detector = kind.fit(human, machine, 2)
    assert detector is not None
    return detector


def auroc(machine: NDArray[np.float64], human: NDArray[np.float64]) -> float:
    """Chance that a machine text scores above a human one."""
    return float(stats.mannwhitneyu(machine, human).statistic) / (len(machine) * len(human))


def test_scores_are_log_likelihood_ratios() -> None:
    kind = Gaussian(ridge=0.01, shrinkage=1.0)
    human, machine = sample("human"), sample("machine", mean=MACHINE, scale=0.5)
    detector = fitted(kind, human, machine)
    texts = sample("new", 50)
    classes = [
        fit_class(Samples(human.domain[::2], human.style[::2]), 2, 1.0, 0.01), fit_class(machine, 2, 1.0, 0.01),
    ]  # fmt: skip
    told = [
        stats.multivariate_normal(classes[1][0][d], classes[1][1]).logpdf(x)
        - stats.multivariate_normal(classes[0][0][d], classes[0][1]).logpdf(x)
        for d, x in zip(texts.domain, texts.style.astype(float), strict=True)
    ]
    assert np.allclose(detector.score(texts.domain, texts.style), told)


def test_classes_are_a_mean_per_domain_and_a_common_covariance() -> None:
    samples = sample("human", 400)
    mean, covariance = fit_class(samples, 3, 4.0, 0.0)
    style, common = samples.style.astype(float), samples.style.astype(float).mean(axis=0)
    for domain in range(2):
        mine = style[samples.domain == domain]
        assert np.allclose(mean[domain], (mine.sum(axis=0) + 4.0 * common) / (len(mine) + 4.0))
    assert np.allclose(mean[2], common)  # of a domain without texts nothing else is known
    apart = style - mean[samples.domain]
    assert np.allclose(covariance, apart.T @ apart / 400, rtol=1e-4)


def test_the_threshold_lets_its_target_of_held_out_text_through() -> None:
    detector = fitted(Gaussian(false_positive=0.1), sample("human"), sample("machine", mean=MACHINE))
    assert np.mean(detector.human_scores > detector.threshold) == pytest.approx(0.1, abs=1e-3)
    assert len(detector.human_scores) == MANY // 2
    fresh = sample("fresh", 20_000)
    # Beyond the sampling of the fresh texts, the quantile of 2,000 is off by 0.007, in standard errors.
    assert abs(np.mean(detector.score(fresh.domain, fresh.style) > detector.threshold) - 0.1) < 5 * 0.007


@pytest.mark.parametrize("distance", [0.5, 1.0, 3.0])
def test_power_is_nearly_that_of_the_best_test(distance: float) -> None:
    """Of two normals of one covariance the best test has an AUROC of Phi(distance / sqrt 2)."""
    mean = distance * np.array([0.6, 0.8])
    detector = fitted(Gaussian(), sample("human"), sample("machine", mean=mean))
    human, machine = sample("fresh"), sample("made", mean=mean)
    found = auroc(detector.score(machine.domain, machine.style), detector.score(human.domain, human.style))
    # The standard error of an AUROC of 4,000 by 4,000 is below 0.0065 (Hanley and McNeil 1982).
    assert abs(found - stats.norm.cdf(distance / np.sqrt(2))) < 5 * 0.0065


def test_where_there_is_no_difference_there_is_no_power() -> None:
    detector = fitted(Gaussian(), sample("human"), sample("more human"))
    human, machine = sample("fresh"), sample("made")
    found = auroc(detector.score(machine.domain, machine.style), detector.score(human.domain, human.style))
    assert abs(found - 0.5) < 5 * 0.0065


def test_power_rises_as_a_model_narrows() -> None:
    found = []
    for scale in (1.0, 0.5, 0.1, 0.02):
        detector = fitted(Gaussian(), sample("human"), sample("machine", scale=scale))
        machine = sample("made", scale=scale)
        found.append(np.mean(detector.score(machine.domain, machine.style) > detector.threshold))
    assert np.all(np.diff(found) > 0.01)
    assert found[0] < 0.05
    assert found[-1] > 0.95


def test_a_stale_detector_misses_what_has_moved() -> None:
    old = fitted(Gaussian(), sample("human"), sample("machine", mean=np.array([3.0, 0.0])))
    moved = sample("made", mean=np.array([0.0, 3.0]))
    new = fitted(Gaussian(), sample("human"), sample("machine", mean=np.array([0.0, 3.0])))
    found = [np.mean(d.score(moved.domain, moved.style) > d.threshold) for d in (old, new)]
    assert found[0] < 0.2
    assert found[1] > 0.6


def test_a_model_that_says_all_in_one_way_can_be_fitted() -> None:
    detector = fitted(Gaussian(), sample("human"), sample("machine", scale=0.0, mean=MACHINE))
    scores = detector.score(np.array([0, 0, 1]), np.array([MACHINE, [0.0, 0.0], MACHINE + 10], dtype=np.float32))
    assert np.isfinite(scores).all()
    assert (scores > detector.threshold).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("human", "machine", "enough"), [(5, 100, False), (100, 5, False), (6, 6, True), (0, 0, False)]
)
def test_too_few_texts_make_no_detector(human: int, machine: int, enough: bool) -> None:  # noqa: FBT001
    assert (Gaussian().fit(sample("human", human), sample("machine", machine), 2) is not None) == enough
