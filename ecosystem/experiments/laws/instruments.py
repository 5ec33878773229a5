"""Sources and instruments: what comes of a share of documents from elsewhere, and of measuring with error."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.laws.base import Found, Trial, law

if TYPE_CHECKING:
    from ecosystem.experiments.laws.cases import Case
    from ecosystem.model import WebEcosystem
    from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]


@law("A40")
def static_contamination(trial: Trial) -> Found:
    """E|m - mu|^2 = q^2 c^2 + (s^2 d + q (1-q) c^2)/n: the floor q^2 c^2 stays however many documents there are."""
    found = [_Contaminated.of(case) for case in trial.cases]
    for one in found:
        yield trial.mean(one.case, "squared error", one.error, one.expected)
    yield trial.mean(found[0].case, "squared shift of the source", found[0].shift, found[0].intended)
    for documents in sorted({one.case.documents for one in found}):
        some = sorted((one for one in found if one.case.documents == documents), key=lambda one: one.share)
        yield trial.curve(
            some[0].case, "squared error of the mean", np.array([one.error.mean() for one in some]),
            np.array([one.expected for one in some]), x=np.array([one.share for one in some]),
            standard_error=np.array([one.error.std(ddof=1) / np.sqrt(len(one.error)) for one in some]),
            label=f"n = {documents:,}", x_label="share q from the source", log_y=True,
        )  # fmt: skip


class _Contaminated(NamedTuple):
    """What came of a case."""

    case: Case
    share: float
    """q, of the documents that come from the source."""
    error: FloatArray
    """|m - mu|^2 of the lab's fit of each month in each domain, shape (months x domains,)."""
    shift: FloatArray
    """c^2, squared distance of the source's mean from that of people, shape (domains,)."""
    intended: float
    """What that is on average: the tuning's, and the error of the documents from which the source learnt."""
    expected: float
    """Of the squared error; from the source as it came out, whose own error is that of its training."""

    @classmethod
    def of(cls, case: Case) -> Self:
        """Run a case."""
        writer, first = case.settings.publishers.groups[0], case.timeline[0]
        source = next(lab for lab in first.labs if lab.name == writer.lab)

        def look(model: WebEcosystem) -> tuple[FloatArray, FloatArray, FloatArray]:
            own, other = model.labs[case.lab.name].fitted, model.labs[source.name].fitted
            return _from_zero(own), _from_zero(other), _spread(other)

        error, shift, spread = case.watch(look, start=1)  # in month 0 there is no source yet
        n, q, own = case.documents, 1 - case.human_share, case.style_variance * case.scenario.reality.styles
        far, other = float(shift[0].mean()), float(spread[0].mean())
        expected = q**2 * far + ((1 - q) * own + q * other + q * (1 - q) * far) / n
        intended = source.tuning**2 + own / source.data.commissions_per_domain
        return cls(case, q, error.ravel(), shift[0], intended, expected)


def _from_zero(model: Model | None) -> FloatArray:
    """Squared distance of the fitted mean from the human one, 0, shape (domains,)."""
    assert model is not None  # noqa: S101 - both labs train in the first month
    return (model.mean**2).sum(axis=1)


def _spread(model: Model | None) -> FloatArray:
    """Trace of the fitted covariance, shape (domains,)."""
    assert model is not None  # noqa: S101 - both labs train in the first month
    trace: FloatArray = np.trace(model.covariance, axis1=1, axis2=2)
    return trace
