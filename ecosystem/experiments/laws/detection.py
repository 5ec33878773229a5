"""Detection and exposure: how well synthetic text can be told, and how much of it is seen."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case
from ecosystem.model import WebEcosystem
from ecosystem.phases.watermarks import chances
from ecosystem.world.content import Marks, Origin
from ecosystem.world.settings.general import MarkParameters, WatermarkTest

type FloatArray = NDArray[np.float64]

TEXTS = (1, 2, 4, 8, 16)
"""Texts of one author that are judged together. assumption: as many as it takes for near certainty at one s.d."""


@law("A33")
def best_detector(trial: Trial) -> Found:
    """AUROC is at most 1/2 + TV - TV^2/2, met where a uniform density is shifted; TPR - FPR is at most TV."""
    bounds = []
    for case in trial.cases:
        seen = _Scores.of(case)
        shift, uniform = case.lab.tuning / math.sqrt(case.style_variance), case.settings.humans.noise == "uniform"
        distance = shift / math.sqrt(12) if uniform else float(2 * ndtr(shift / 2) - 1)
        most = 0.5 + distance - distance**2 / 2
        area, error = seen.area()
        yield trial.estimate(case, "AUROC", area, error, most if uniform else float(ndtr(shift / math.sqrt(2))))
        # A likelihood ratio of 1 is where the two rates are as far apart as they can be.
        yield trial.estimate(case, "TPR - FPR", *seen.difference(0.0), distance)
        if uniform:
            bounds.append((distance, area, most, error))
        else:
            yield trial.within(case, "bound of AUROC", area, 0.5, most)
            yield from _several_texts(trial, seen, shift)
    x, measured, most, error = np.array(bounds).T
    yield trial.curve(
        trial.cases[0], "AUROC", measured, most, x=x, standard_error=error,
        label="uniform densities", x_label="total variation distance",
    )  # fmt: skip


def _several_texts(trial: Trial, seen: _Scores, shift: float) -> Found:
    """Several texts of one author restore detection: k normal texts are sqrt(k) times as far apart as one."""
    found = [seen.area(texts) for texts in TEXTS]
    expected = ndtr(shift * np.sqrt(np.array(TEXTS) / 2))
    yield trial.estimate(seen.case, "AUROC", *found[2], float(expected[2]), f"{TEXTS[2]} texts")
    yield trial.curve(
        seen.case, "AUROC", [area for area, _ in found], expected, x=TEXTS,
        standard_error=[error for _, error in found], x_label="texts of one author", log_x=True,
    )  # fmt: skip


class _Scores(NamedTuple):
    """What a host's detector made of the last month's texts."""

    case: Case
    human: FloatArray
    """Score of each text of a person."""
    machine: FloatArray
    """Score of each text of a model."""
    learnt: float
    """Documents from which the model learnt; its style is as uncertain as theirs."""

    @classmethod
    def of(cls, case: Case) -> Self:
        """Run a case."""
        human, machine, learnt = np.empty(0), np.empty(0), 0.0
        for model in case.months():
            world = model.world
            rows, lab = world.rows_of(world.clock.step - 1), model.labs[case.lab.name]
            score, written = world.content.score[rows].astype(np.float64), world.content.origin[rows]
            human, machine = score[written == Origin.HUMAN], score[written == Origin.SYNTHETIC]
            learnt = lab.trained_on
        return cls(case, human, machine, learnt)

    def area(self, texts: int = 1) -> tuple[float, float]:
        """AUROC of so many texts together, and its standard error.

        By placements (DeLong et al. 1988, doi:10.2307/2531595), with the error of the texts that the model learnt from.
        """
        human, machine = _together(self.human, texts), _together(self.machine, texts)
        above, below = _placements(machine, human), 1 - _placements(human, machine)
        spread = float(above.var(ddof=1)) * (1 / len(machine) + texts / self.learnt)
        return float(above.mean()), math.sqrt(spread + float(below.var(ddof=1)) / len(human))

    def difference(self, threshold: float) -> tuple[float, float]:
        """Rate of true less that of false positives at a threshold, and its standard error."""
        true, false = float((self.machine > threshold).mean()), float((self.human > threshold).mean())
        spread = true * (1 - true) * (1 / len(self.machine) + 1 / self.learnt) + false * (1 - false) / len(self.human)
        return true - false, math.sqrt(spread)


def _together(score: FloatArray, texts: int) -> FloatArray:
    """Sum of the scores of every so many texts."""
    groups = len(score) // texts
    total: FloatArray = score[: groups * texts].reshape(groups, texts).sum(axis=1)
    return total


def _placements(one: FloatArray, other: FloatArray) -> FloatArray:
    """Share of the other class that each score of one lies above, ties counted half."""
    ordered = np.sort(other)
    low, high = np.searchsorted(ordered, one, "left"), np.searchsorted(ordered, one, "right")
    share: FloatArray = (low + high) / (2 * len(ordered))
    return share


@law("A34")
def watermark_test(trial: Trial) -> Found:
    """Unmarked text has z > 4 with the chance of a binomial tail, 2.5e-5 for 200 tokens; the normal limit is near."""
    for case in trial.cases:
        test, marked = case.settings.marks.watermark_test, case.human_share == 0
        assert test is not None  # noqa: S101 - the law is about it
        expected, known = _tail(test, test.green_share if marked else test.green_list), chances(case.settings.marks)
        yield trial.exact(case, "chance of the test", known.power if marked else known.false_positive, expected)
        yield trial.mean(case, "share found", case.watch(_labelled, start=1).ravel(), expected)
        if not marked:
            yield trial.exact(case, "normal limit", known.false_positive, float(ndtr(-test.threshold)))
    yield from _thresholds(trial, trial.cases[0])


def _labelled(model: WebEcosystem) -> FloatArray:
    """Share of the month's texts that got a label, shape (domains,)."""
    world = model.world
    rows = world.rows_of(world.clock.step - 1)
    domain = world.content.domain[rows]
    return np.bincount(domain, world.content.has(Marks.LABELLED, rows)) / np.bincount(domain)


def _tail(test: WatermarkTest, green: float) -> float:
    """Chance that z exceeds the threshold, each token being green with the chance ``green``; term by term."""
    tokens, share, one = test.tokens, test.green_list, Fraction(green)
    least = share * tokens + test.threshold * math.sqrt(tokens * share * (1 - share))
    terms = (math.comb(tokens, n) * one**n * (1 - one) ** (tokens - n) for n in range(tokens + 1) if n > least)
    return float(sum(terms, Fraction(0)))


def _thresholds(trial: Trial, case: Case) -> Found:
    """The test's chance at thresholds from 1 to 5, against the binomial tail."""
    test = case.settings.marks.watermark_test
    assert test is not None  # noqa: S101 - the law is about it
    z = np.linspace(1, 5, 81)
    tests = [test.model_copy(update={"threshold": float(at)}) for at in z]
    known = [chances(MarkParameters(watermark_test=at)).false_positive for at in tests]
    expected = [_tail(at, at.green_list) for at in tests]
    yield trial.curve(
        case, "chance that an unmarked text is accused", known, expected,
        x=z, label="binomial", x_label="threshold z", log_y=True,
    )  # fmt: skip


@law("A36")
def exposure(trial: Trial) -> Found:
    """Synthetic text of a share q, shown w times as readily, has the share wq / (wq + 1 - q) of views."""
    found = []
    for case in trial.cases:
        boost, views = case.settings.curators[0].penalty, case.watch(_synthetic_views, start=1)
        expected = _exposed(1 - case.human_share, boost)
        yield trial.mean(case, "share of views", views, expected)
        found.append((boost, views, expected))
    found.sort(key=lambda entry: entry[0])
    yield trial.curve(
        trial.cases[0], "synthetic share of views", np.stack([views for _, views, _ in found]),
        [expected for *_, expected in found], x=[boost for boost, *_ in found],
        label=f"q = {1 - trial.cases[0].human_share:g}", x_label="boost w",
    )  # fmt: skip


def _exposed(written: float, boost: float) -> float:
    """Share of views of what is the share ``written`` of the items and is shown ``boost`` times as readily."""
    return boost * written / (boost * written + 1 - written)


def _synthetic_views(model: WebEcosystem) -> float:
    """Share of the month's views that fall on what models wrote."""
    world = model.world
    rows = world.rows_of(world.clock.step - 1)
    views, synthetic = world.content.views[rows], world.content.origin[rows] == Origin.SYNTHETIC
    return float(views[synthetic].sum(dtype=np.float64) / views.sum(dtype=np.float64))
