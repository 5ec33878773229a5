"""The empirical learner: estimates by hand, what a model holds, and how it writes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Documents, Learner, Model
from ecosystem.strategies.learners.empirical import Empirical, EmpiricalModel
from tests.units.phases.worlds import frequent, keys, near, proportional

SPACE = Ragged.of_lengths(np.array([6, 4]))
KEY = np.uint64(5)
MANY = 5000


def documents(**columns: Any) -> Documents:
    """Documents by column; right, on idea 0 of domain 0, in style (0, 0), unless said otherwise."""
    count = max(len(value) for value in columns.values())
    given: dict[str, Any] = {"domain": 0, "idea": 0, "correct": True, "style": np.zeros((count, 2))}
    given |= {"depth": 0.0, "share": 0.0, "weight": 1.0} | columns
    kinds = {"domain": np.int64, "idea": np.int64, "correct": np.bool_, "style": np.float32}
    filled: dict[str, Any] = {}
    for name, value in given.items():
        shape = (count, 2) if name == "style" else (count,)
        filled[name] = np.array(np.broadcast_to(value, shape), dtype=kinds.get(name, np.float64))
    return Documents(**filled)


def fitted(
    learner: Learner, *batches: Documents, capacity: int | None = None, tuning: float = 0.0, step: int = 0
) -> Model:
    """The model of some batches of documents."""
    corpus = learner.corpus(SPACE, 2)
    for batch in batches:
        corpus.absorb(batch)
    return learner.fit(corpus, capacity, np.full(2, tuning), KEY, Streams(1, step))


def written(model: Model, domain: int = 0, *, temperature: float = 1.0, top_p: float = 1.0) -> NDArray[np.int64]:
    """How often each idea is written about."""
    text = model.write(keys(MANY), np.full(MANY, domain), temperature, top_p, Streams(1))
    return np.bincount(text.idea[text.idea >= 0], minlength=6)


# --- estimates ------------------------------------------------------------------------------------


def test_frequencies_are_relative_counts_in_each_domain() -> None:
    model = fitted(
        Empirical(), documents(idea=[0, 0, 0, 5, 1, 1], domain=[0, 0, 0, 0, 1, 1], weight=[1, 1, 1, 1, 2, 2])
    )
    assert model.probability.tolist() == [0.75, 0, 0, 0, 0, 0.25, 0, 1, 0, 0]
    assert np.flatnonzero(model.known).tolist() == [0, 5, 7]


@pytest.mark.parametrize(("prior", "hallucination"), [(0.0, 0.2), (1.0, 0.2), (4.0, 0.5)])
def test_accuracy_is_smoothed_towards_hallucination(prior: float, hallucination: float) -> None:
    learner = Empirical(prior=prior, hallucination=hallucination)
    model = fitted(learner, documents(idea=[0, 0, 0, 0, 1], correct=[True, True, True, False, False]))
    told = [(3 + prior * hallucination) / (4 + prior), (0 + prior * hallucination) / (1 + prior), hallucination]
    assert model.accuracy[:3].tolist() == pytest.approx(told)


@pytest.mark.parametrize(("estimator", "divisor"), [("maximum_likelihood", 4), ("unbiased", 3)])
def test_covariance_is_that_of_the_estimator(estimator: Any, divisor: int) -> None:
    style = np.array([[0, 0], [2, 1], [4, 2], [2, 9]])
    model = fitted(Empirical(estimator=estimator), documents(style=style), tuning=0.5)
    apart = style - style.mean(axis=0)
    assert np.allclose(model.mean[0], style.mean(axis=0) + 0.5)
    assert np.allclose(model.covariance[0], apart.T @ apart / divisor)


def test_a_single_document_has_no_variance_by_either_estimator() -> None:
    for estimator in ("maximum_likelihood", "unbiased"):
        model = fitted(Empirical(estimator=estimator), documents(style=[[3.0, 4.0]]))
        assert not model.covariance.any()
        text = model.write(keys(5), np.zeros(5, dtype=np.int64), 1.0, 1.0, Streams(1))
        assert np.array_equal(text.style, np.tile([3.0, 4.0], (5, 1)))


def test_depth_and_share_are_means_and_undefined_without_documents() -> None:
    model = fitted(Empirical(), documents(depth=[1.0, 2.0, 6.0], share=[0.0, 1.0, 0.5], weight=[2.0, 1.0, 1.0]))
    assert model.depth[0] == (2 + 2 + 6) / 4
    assert np.isnan(model.depth[1])
    assert model.synthetic_share == (0 + 1 + 0.5) / 4
    assert np.isnan(fitted(Empirical(), documents(idea=np.empty(0, dtype=int))).synthetic_share)


def test_forgetting_weighs_what_was_before() -> None:
    learner = Empirical(prior=0.0)
    corpus = learner.corpus(SPACE, 2)
    corpus.absorb(documents(idea=[0, 0, 0, 0], style=[[-2, 0], [2, 0], [-2, 0], [2, 0]], depth=[4.0] * 4))
    corpus.forget(0.25)
    corpus.absorb(documents(idea=[1, 1, 1], style=[[4, 4]] * 3, correct=[False] * 3))
    model = learner.fit(corpus, None, np.zeros(2), KEY, Streams(1))
    assert model.probability[:2].tolist() == [0.25, 0.75]
    assert np.allclose(model.mean[0], 3.0)
    # A quarter about 0 with a variance of 4 and of 0, three quarters at 4: 3 between them, and a quarter of 4 within.
    assert np.allclose(model.covariance[0], [[4.0, 3.0], [3.0, 3.0]])
    assert model.depth[0] == 1.0


def test_a_foreign_corpus_is_refused() -> None:
    with pytest.raises(TypeError, match="own corpus"):
        Empirical().fit(object(), None, np.zeros(2), KEY, Streams(1))  # type: ignore[arg-type]


# --- capacity -------------------------------------------------------------------------------------


def test_capacity_holds_the_most_frequent_over_all_domains() -> None:
    batch = documents(idea=[0, 0, 0, 1, 2, 2, 0, 0], domain=[0, 0, 0, 0, 0, 0, 1, 1])
    model = fitted(Empirical(), batch, capacity=2)
    assert model.known[0]
    assert model.known.sum() == 2
    assert fitted(Empirical(), batch, capacity=4).known.sum() == 4
    assert fitted(Empirical(), batch, capacity=99).known.sum() == 4


def test_ties_at_the_capacity_fall_by_lot_and_not_by_number() -> None:
    held = np.zeros(6)
    for step in range(300):
        held += fitted(Empirical(), documents(idea=np.arange(6)), capacity=2, step=step).known[:6]
    assert held.sum() == 600
    assert proportional(held, np.ones(6))  # two of six at a time, which only narrows the counts


# --- writing --------------------------------------------------------------------------------------


def model_of(probability: list[float]) -> Model:
    """A model with these idea frequencies in the first domain and nothing in the second."""
    counts = np.rint(np.array(probability) * 1000).astype(int)
    return fitted(Empirical(), documents(idea=np.repeat(np.arange(len(counts)), counts)))


def test_ideas_are_written_about_by_their_frequency() -> None:
    assert proportional(written(model_of([0.5, 0.3, 0.2])), [0.5, 0.3, 0.2, 0, 0, 0])


@pytest.mark.parametrize("temperature", [0.02, 0.5, 2.0])
def test_temperature_sharpens_and_flattens(temperature: float) -> None:
    weights = np.array([0.5, 0.3, 0.2, 0, 0, 0]) ** (1 / temperature)
    weights[weights < 1e-6 * weights.max()] = 0  # too rare to turn up among so few
    assert proportional(written(model_of([0.5, 0.3, 0.2]), temperature=temperature), weights)


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [(0.4, [0]), (0.5, [0]), (0.6, [0, 1]), (0.85, [0, 1, 2]), (0.999, [0, 1, 2, 3]), (1.0, [0, 1, 2, 3])],
)
def test_the_nucleus_is_the_smallest_set_of_its_mass(top_p: float, kept: list[int]) -> None:
    weights = np.zeros(6)
    weights[kept] = np.array([0.5, 0.3, 0.15, 0.05])[kept]
    assert proportional(written(model_of([0.5, 0.3, 0.15, 0.05]), top_p=top_p), weights)


def test_the_nucleus_is_taken_after_the_temperature() -> None:
    # At T = 1/2 the frequencies 0.6, 0.4 become 0.69, 0.31: the first alone is a nucleus of 0.65.
    assert proportional(written(model_of([0.6, 0.4]), temperature=0.5, top_p=0.65), [1, 0, 0, 0, 0, 0])


def test_ties_at_the_edge_of_the_nucleus_fall_by_lot_and_not_by_number() -> None:
    """Idea numbers follow true salience, which no model may profit from."""
    kept = np.zeros(6)
    for step in range(300):
        model = fitted(Empirical(), documents(idea=np.arange(6)), step=step)
        text = model.write(keys(60), np.zeros(60, dtype=np.int64), 1.0, 0.5, Streams(1))
        told = np.unique(text.idea)
        assert len(told) == 3
        kept[told] += 1
    assert proportional(kept, np.ones(6))  # three of six at a time, which only narrows the counts


def test_a_restored_model_keeps_its_lots() -> None:
    model = fitted(Empirical(), documents(idea=np.arange(6)))
    again = Empirical().restore(SPACE, {name: np.array(value) for name, value in model.dump().items()})
    for one in (model, again):
        assert isinstance(one, EmpiricalModel)
    assert np.array_equal(written(model, top_p=0.5), written(again, top_p=0.5))


def test_nothing_is_written_about_an_unknown_domain() -> None:
    text = model_of([1.0]).write(keys(9), np.array([0, 1] * 4 + [1]), 1.0, 0.9, Streams(1))
    assert text.idea.tolist() == [0, -1] * 4 + [-1]


def test_style_spreads_with_temperature() -> None:
    style = Streams(3).normal("style", np.arange(400), 2) @ np.array([[2.0, 0.0], [1.0, 0.5]]) + 7
    model = fitted(Empirical(), documents(style=style))
    text = model.write(keys(MANY), np.zeros(MANY, dtype=np.int64), 0.5, 1.0, Streams(1)).style.astype(float)
    for a in range(2):
        variance = 0.25 * float(model.covariance[0, a, a])
        apart = text[:, a] - model.mean[0, a]
        assert near(float(apart.sum()), 0.0, variance * MANY)
        assert near(float((apart**2).sum()), variance * MANY, 2 * variance**2 * MANY)
    told = model.covariance[0, 0, 1] / np.sqrt(model.covariance[0, 0, 0] * model.covariance[0, 1, 1])
    assert abs(np.corrcoef(text.T)[0, 1] - told) < 5 * (1 - told**2) / np.sqrt(MANY)  # 5 standard errors


def test_answers_and_texts_are_as_right_as_the_estimate() -> None:
    model = fitted(
        Empirical(prior=0.0), documents(idea=[0] * 4 + [1] * 4, correct=[True, False, False, False] + [True] * 4)
    )
    ideas = np.arange(MANY) % 3
    right = model.answer(keys(MANY), np.zeros(MANY, dtype=np.int64), ideas, Streams(1))
    assert frequent(right, np.array([0.25, 1.0, 0.2])[ideas])
    text = model.write(keys(MANY), np.zeros(MANY, dtype=np.int64), 1.0, 1.0, Streams(1))
    assert frequent(text.correct, np.array([0.25, 1.0])[text.idea])
