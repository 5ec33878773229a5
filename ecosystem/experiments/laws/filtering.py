"""Filters: a lab leaves out what looks synthetic, and what it keeps is more human than the web."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.laws import observe, theory
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case
from ecosystem.model import WebEcosystem
from ecosystem.phases.watermarks import chances
from ecosystem.world.content import Origin

type FloatArray = NDArray[np.float64]


@law("A35")
def filtered_inflow(trial: Trial) -> Found:
    """A filter makes m' = m (1-FPR) / (m (1-FPR) + (1-m)(1-TPR)) of a human share m, and diversity follows m'."""
    for case in trial.cases:
        first = 0 if case.lab.launch is None else case.lab.launch - case.scenario.start
        human, diversity, sorted_by = case.watch(_Look(case.lab.name), start=first)
        kept = _Kept.as_counted(case, sorted_by) if case.lab.detector is not None else _Kept.as_set(case)
        used, start = case.lab.data.sample_per_domain, theory.heterozygosity(theory.human(case.domain))
        assert used is not None  # noqa: S101 - the law is about it
        course = start * theory.mixed_course(used, np.broadcast_to(kept.copied, diversity.shape)).mean(axis=1)
        settled = slice(len(course) // 3, None)
        values = diversity[settled].mean(axis=0)
        share, expected = kept.share[settled].mean(axis=1), kept.share[settled].mean()
        yield trial.mean(case, "human share of what is used", human[settled] - share + expected, expected)
        yield trial.mean(case, "diversity H", values, course[settled].mean())
        yield trial.limit(case, "law of mean rates", values, start * theory.mixed_diversity(used, kept.rated))
        without = start * theory.mixed_diversity(used, case.human_share)
        yield trial.order("diversity H above that without a filter", (case, values), (case, without))
        yield trial.curve(case, "diversity H", diversity, course)


class _Look:
    """What a month's filter sorted, and what was learnt from the rest; to be given to `Case.watch`."""

    def __init__(self, lab: str) -> None:
        """Look at the lab of that name."""
        self._lab = lab

    def __call__(self, model: WebEcosystem) -> tuple[float, FloatArray, NDArray[np.int64]]:
        """Look at a month.

        Returns:
            human share of the documents learnt from; diversity of the fit, shape (domains,); numbers of documents
            by people or a model and left alone or flagged by the lab's classifier, shape (domains, 2, 2).
        """
        world, lab = model.world, model.labs[self._lab]
        assert lab.fitted is not None  # noqa: S101 - nobody looks before the first training
        items, rows = world.content, world.rows_of(world.clock.step - 1)
        cell = 2 * (items.origin[rows] != Origin.HUMAN) + 4 * items.domain[rows]
        if lab.detector is not None:
            cell += lab.detector.score(items.domain[rows], items.style[rows]) > lab.detector.threshold
        count = np.bincount(cell, minlength=4 * world.reality.domains).reshape(-1, 2, 2)
        return 1 - lab.fitted.synthetic_share, observe.heterozygosity(lab.fitted), count


class _Kept(NamedTuple):
    """What a filter leaves; arrays of shape (months, domains), or (months, 1) where it is the same in all."""

    share: FloatArray
    """Human share m'."""
    copied: FloatArray
    """Chance that two different documents are both from the last model."""
    rated: float
    """m' by the rates of all domains together, once the filter is at work."""

    @classmethod
    def as_set(cls, case: Case) -> Self:
        """By a watermark test of known chances; in the first month all is human."""
        known = chances(case.settings.marks)
        human = _filtered(case.human_share, known.false_positive, known.power)
        share = np.full((case.steps, 1), human)
        share[0] = 1
        return cls(share, (1 - share) ** 2, human)

    @classmethod
    def as_counted(cls, case: Case, count: NDArray[np.int64]) -> Self:
        """By a classifier that sorted each month's documents, shape (months, domains, 2, 2) as `_Look` has them."""
        human, synthetic = count[:, :, 0, 0], count[:, :, 1, 0]
        both = human + synthetic
        copied = synthetic * (synthetic - 1) / (both * (both - 1))
        total = count[len(count) // 3 :].sum(axis=(0, 1))
        false, true = total[:, 1] / total.sum(axis=1)
        return cls(human / both, copied, _filtered(case.human_share, false, true))


def _filtered(human: float, false: float, true: float) -> float:
    """Human share m' of what a filter of these false and true positive rates lets pass."""
    return human * (1 - false) / (human * (1 - false) + (1 - human) * (1 - true))
