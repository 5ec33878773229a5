"""The kernel density learner: what it estimates, and that it writes near what it has read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Documents
from ecosystem.strategies.learners.empirical import Empirical
from ecosystem.strategies.learners.kernel_density import KernelCorpus, KernelDensity, KernelModel
from tests.units.phases.worlds import keys, near, proportional

SPACE = Ragged.of_lengths(np.array([6, 4]))
KEY = np.uint64(5)
MANY = 5000


def documents(style: Any, *, name: str = "document", domain: Any = 0, weight: Any = 1.0) -> Documents:
    """Right documents on idea 0 in these styles, shape (documents, styles)."""
    table = np.array(style, dtype=np.float32)
    count, one = len(table), np.ones(len(table))
    return Documents(
        np.full(count, domain, dtype=np.int64) if np.ndim(domain) == 0 else np.array(domain),
        np.zeros(count, dtype=np.int64), one > 0, table, 0 * one, 0 * one, weight * one, keys(count, name),
    )  # fmt: skip


def taught(learner: KernelDensity, *batches: Documents) -> KernelCorpus:
    """A corpus of some batches."""
    corpus = learner.corpus(SPACE, batches[0].style.shape[1])
    for batch in batches:
        corpus.absorb(batch)
    return corpus


def fitted(learner: KernelDensity, *batches: Documents, tuning: float = 0.0) -> KernelModel:
    """The model of some batches of documents."""
    corpus = taught(learner, *batches)
    return learner.fit(corpus, None, np.full(corpus.mean.shape[1], tuning), KEY, Streams(1))


def styles(model: KernelModel, count: int = MANY, *, temperature: float = 1.0, domain: int = 0) -> NDArray[np.float64]:
    """Styles of so many texts, shape (texts, styles)."""
    return model.write(keys(count), np.full(count, domain), temperature, 1.0, Streams(1)).style.astype(float)


def told(model: KernelModel, at: NDArray[np.float64], count: int = MANY) -> NDArray[np.int64]:
    """How often a model without a kernel repeats each of the styles ``at``, shape (styles,)."""
    found = styles(model, count)[:, 0]
    times = np.array([np.sum(found == place) for place in at])
    assert times.sum() == count
    return times


# --- estimates ------------------------------------------------------------------------------------


def test_ideas_correctness_and_depth_are_the_empirical_learners() -> None:
    batch = documents(Streams(3).normal("style", np.arange(60), 2), domain=np.arange(60) % 2)
    batch = batch._replace(idea=np.arange(60) % 4, correct=np.arange(60) % 3 > 0, depth=np.arange(60.0))
    plain = Empirical(prior=2.0, hallucination=0.4)
    corpus = plain.corpus(SPACE, 2)
    corpus.absorb(batch)
    known = plain.fit(corpus, 5, np.ones(2), KEY, Streams(1))
    model = KernelDensity(prior=2.0, hallucination=0.4, bandwidth=0.5)
    found = model.fit(taught(model, batch), 5, np.ones(2), KEY, Streams(1))
    for name in ("probability", "accuracy", "known", "mean", "depth", "weight"):
        assert np.array_equal(getattr(found, name), getattr(known, name)), name
    one, other = (m.write(keys(200), np.arange(200) % 2, 0.7, 0.8, Streams(1)) for m in (found, known))
    assert np.array_equal(one.idea, other.idea)
    assert np.array_equal(one.correct, other.correct)


def test_the_covariance_is_that_of_the_documents_and_of_the_kernel() -> None:
    style = np.array([[0, 0], [2, 1], [4, 2], [2, 9]])
    model = fitted(KernelDensity(bandwidth=0.5), documents(style), tuning=0.25)
    apart = style - style.mean(axis=0)
    assert np.allclose(model.mean[0], style.mean(axis=0) + 0.25)
    assert np.allclose(model.covariance[0], apart.T @ apart / 4 + 0.25 * np.eye(2))
    assert not model.covariance[1].any()  # nothing was seen of the other domain


def test_temperature_widens_the_kernels_alone() -> None:
    batch = documents(np.array([[-3.0], [1.0], [2.0], [4.0]]))
    model = fitted(KernelDensity(bandwidth=0.8), batch)
    for temperature in (0.3, 1.0, 2.0):
        expected = batch.style.astype(float).var() + (0.8 * temperature) ** 2
        assert model.style_variance(temperature).tolist() == pytest.approx([expected, 0.0])
        apart = styles(model, temperature=temperature)[:, 0] - 1.0
        # A kernel around four points has lighter tails than a normal: its squares vary less than 2 variance^2.
        assert near(float((apart**2).sum()), expected * MANY, 2 * expected**2 * MANY)


# --- writing --------------------------------------------------------------------------------------


def test_without_a_kernel_documents_are_repeated_in_proportion_to_weight() -> None:
    places, weight = np.array([-1.0, 0.5, 2.0]), np.array([1.0, 4.0, 2.5])
    model = fitted(KernelDensity(bandwidth=0.0), documents(places[:, None], weight=weight))
    assert proportional(told(model, places), weight)


def test_texts_lie_around_documents_of_their_own_domain() -> None:
    batch = documents(np.array([[0.0], [10.0], [20.0], [30.0]]), domain=[0, 1, 0, 1])
    model = fitted(KernelDensity(bandwidth=0.01), batch, tuning=0.5)
    for domain, near_to in ((0, [0.5, 20.5]), (1, [10.5, 30.5])):
        apart = np.abs(styles(model, domain=domain) - np.array(near_to)).min(axis=1)
        assert apart.max() < 0.06  # six bandwidths: 1e-5 for 10,000 normals, and the seed is fixed
        assert apart.std() > 0


def test_a_document_more_displaces_few_choices() -> None:
    styles_of = Streams(3).normal("style", np.arange(201), 1)
    learner = KernelDensity(bandwidth=0.0)
    one, other = fitted(learner, documents(styles_of[:200])), fitted(learner, documents(styles_of))
    moved = styles(one)[:, 0] != styles(other)[:, 0]
    # A share of 1/201 goes to the newcomer, and its neighbours in the table move as well.
    assert 0 < moved.mean() < 0.03


def test_what_is_written_does_not_depend_on_the_order_of_documents() -> None:
    batch = documents(Streams(3).normal("style", np.arange(90), 2), weight=1.0 + np.arange(90) % 7)
    learner = KernelDensity(bandwidth=0.4)
    one = fitted(learner, batch)
    other = fitted(learner, batch.take(np.arange(90)[::-1][:30]), batch.take(np.arange(60)))
    assert np.array_equal(styles(one), styles(other))


def test_of_an_unknown_domain_nothing_is_said() -> None:
    model = fitted(KernelDensity(), documents(np.ones((3, 2))))
    text = model.write(keys(6), np.array([0, 1] * 3), 1.0, 1.0, Streams(1))
    assert text.idea.tolist() == [0, -1] * 3
    assert np.isfinite(text.style).all()
    corpus = KernelDensity().corpus(SPACE, 2)
    nothing = KernelDensity().fit(corpus, None, np.zeros(2), KEY, Streams(1))
    assert nothing.write(keys(6), np.array([0, 1] * 3), 1.0, 1.0, Streams(1)).idea.tolist() == [-1] * 6


def test_texts_without_style_have_none() -> None:
    model = fitted(KernelDensity(), documents(np.empty((5, 0))))
    text = model.write(keys(6), np.zeros(6, dtype=np.int64), 1.0, 1.0, Streams(1))
    assert text.style.shape == (6, 0)
    assert text.idea.tolist() == [0] * 6


# --- the corpus -----------------------------------------------------------------------------------


def test_what_is_forgotten_is_repeated_less() -> None:
    learner, places = KernelDensity(bandwidth=0.0), np.array([1.0, 2.0])
    corpus = taught(learner, documents([[1.0]], name="old"))
    corpus.forget(0.25)
    corpus.absorb(documents([[2.0]], name="new"))
    model = learner.fit(corpus, None, np.zeros(1), KEY, Streams(1))
    assert proportional(told(model, places), [0.25, 1.0])
    corpus.forget(0.0)
    corpus.absorb(documents([[2.0]], name="newer"))
    assert told(learner.fit(corpus, None, np.zeros(1), KEY, Streams(1)), places).tolist() == [0, MANY]


def test_documents_too_light_to_matter_are_dropped_in_each_domain_by_itself() -> None:
    corpus = taught(KernelDensity(), documents([[1.0], [5.0]], name="old", domain=[0, 1]))
    for _ in range(40):
        corpus.forget(0.5)  # to 9e-13 of what it was
    corpus.absorb(documents([[2.0]], name="new"))
    corpus.forget(0.5)
    # The other domain has nothing newer, so that there the old is still all there is.
    assert corpus.row_style.tolist() == [[5.0], [2.0]]
    assert KernelDensity().fit(corpus, None, np.zeros(1), KEY, Streams(1)).write(
        keys(9), np.ones(9, dtype=np.int64), 0.01, 1.0, Streams(1)
    ).style == pytest.approx(5.0, abs=0.1)


def test_documents_of_no_weight_are_not_kept() -> None:
    corpus = taught(KernelDensity(), documents([[1.0], [2.0]], weight=np.array([0.0, 1.0])))
    assert corpus.row_style.tolist() == [[2.0]]


def test_documents_need_an_identity() -> None:
    with pytest.raises(ValueError, match=r"give Documents\.key"):
        taught(KernelDensity(), documents([[1.0]])._replace(key=None))


def test_a_corpus_of_another_learner_is_refused() -> None:
    corpus = Empirical().corpus(SPACE, 2)
    with pytest.raises(TypeError, match="own corpus, not EmpiricalCorpus"):
        KernelDensity().fit(corpus, None, np.zeros(2), KEY, Streams(1))
