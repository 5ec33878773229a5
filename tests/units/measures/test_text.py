"""What is measured of words: how models know a language, and how varied texts are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.core.chains import contexts, entropy_rate
from ecosystem.core.streams import Streams
from ecosystem.measures.sequences import distinct_sequences
from ecosystem.measures.text import context_states, cross_entropies, divergences, heterozygosities
from ecosystem.strategies.learners.base import Documents, Model
from ecosystem.strategies.learners.n_gram import NGram
from ecosystem.world.content import NO_TEXT, PRIVATE
from ecosystem.world.world import World
from tests.units.measures.conftest import Measured, WorldOf, give_model, publish

MATRIX = {"kind": "matrix", "transition": [[0.25, 0.75], [0.5, 0.5]]}
"""Two words; after 0 mostly 1, after 1 either. Stationary shares 0.4 and 0.6."""
LENGTH = 4
REALITY: dict[str, Any] = {
    "styles": 2,
    "tokens": LENGTH,
    "domains": [
        {"name": "code", "ideas": 6, "demand": 3.0, "text": MATRIX},
        {"name": "news", "ideas": 9, "demand": 1.0, "text": {"kind": "markov", "vocabulary": 3, "order": 0}},
        {"name": "silent", "ideas": 2, "demand": 4.0},
    ],
}
LABS = ["cross_entropy", "text_kl", "perplexity", "context_heterozygosity"]
TEXTS = ["type_token_ratio", "distinct_2", "distinct_3"]


def model_of(world: World, texts: dict[int, list[list[int]]], smoothing: float = 1.0, order: int = 1) -> Model:
    """A model of the given texts of each domain."""
    learner = NGram(order=order, smoothing=smoothing)
    corpus = learner.corpus(world.reality.space, 2)
    for domain, found in texts.items():
        count = len(found)
        corpus.absorb(
            Documents(
                np.full(count, domain), np.zeros(count, np.int64), np.ones(count, np.bool_),
                np.zeros((count, 2), np.float32), np.zeros(count), np.zeros(count), np.ones(count),
                tokens=np.array(found, dtype=np.int32),
                words=np.full(count, world.reality.language.vocabulary[domain]),
            )
        )  # fmt: skip
    return learner.fit(corpus, None, np.zeros(2), np.uint64(1), Streams(1))


@pytest.fixture
def world(world_of: WorldOf) -> World:
    return world_of(reality=REALITY)


# --- models -----------------------------------------------------------------------------------------


def test_a_model_is_held_against_the_language_of_each_domain(world: World) -> None:
    # In code 0 0 1 0: after 0 came 0 once and 1 once, after 1 came 0. Smoothing 1, unigram (3.5, 1.5) / 5.
    model = model_of(world, {0: [[0, 0, 1, 0]]})
    after_0, after_1 = (np.array([1 + 0.7, 1 + 0.3]) / 3), (np.array([1 + 0.7, 0.3]) / 2)
    truth = np.array([[0.25, 0.75], [0.5, 0.5]])
    expected = -(0.4 * truth[0] @ np.log(after_0) + 0.6 * truth[1] @ np.log(after_1))
    language = world.reality.language
    found = cross_entropies(model, language)
    assert found[0] == pytest.approx(expected)
    assert np.isnan(found[1:]).all()
    entropy = -(0.4 * truth[0] @ np.log(truth[0]) + 0.6 * truth[1] @ np.log(truth[1]))
    assert divergences(model, language)[0] == pytest.approx(expected - entropy)
    varied = 0.4 * (1 - (after_0**2).sum()) + 0.6 * (1 - (after_1**2).sum())
    assert heterozygosities(model, language)[0] == pytest.approx(varied)
    single, seen = context_states(model, np.array([0, 1]), np.array([[0], [1]]))
    assert single[0].tolist() == pytest.approx([1 - (after_0**2).sum(), 1 - (after_1**2).sum()])
    assert seen.tolist() == [[2, 1], [0, 0]]
    assert np.isnan(single[1]).all()


def test_labs_are_measured_over_domains_by_demand(world: World, measured: Measured) -> None:
    model = model_of(world, {0: [[0, 0, 1, 0]], 1: [[0, 1, 2, 2]]})
    world.labs["alpha"].fitted = model
    give_model(world, "beta", [[1.0]])
    language = world.reality.language
    for key, values in (
        ("cross_entropy", cross_entropies(model, language)), ("text_kl", divergences(model, language)),
        ("context_heterozygosity", heterozygosities(model, language)),
    ):  # fmt: skip
        found = measured(world, f"labs.{key}")
        assert found[0] == pytest.approx((3 * values[0] + values[1]) / 4)
        assert np.isnan(found[1:]).all()
    entropy = measured(world, "labs.cross_entropy")[0]
    assert measured(world, "labs.perplexity")[0] == pytest.approx(np.exp(entropy))


def test_what_is_ruled_out_makes_the_cross_entropy_undefined(world: World, measured: Measured) -> None:
    world.labs["alpha"].fitted = model_of(world, {0: [[0, 0, 0, 0]]}, smoothing=0.0)
    assert cross_entropies(world.labs["alpha"].fitted, world.reality.language)[0] == np.inf
    for key in LABS[:3]:
        assert np.isnan(measured(world, f"labs.{key}")).all()
    assert measured(world, "labs.context_heterozygosity")[0] == 0.0


def test_a_model_of_endless_text_fits(world: World) -> None:
    source = world.reality.language.of(0)
    assert source is not None
    runs, share = contexts(source.chain, LENGTH)
    model = model_of(world, {0: np.repeat(runs, np.round(1e4 * share).astype(int), axis=0).tolist()}, smoothing=0.0)
    assert 0 <= divergences(model, world.reality.language)[0] < 1e-8
    assert cross_entropies(model, world.reality.language)[0] == pytest.approx(entropy_rate(source.chain))


def test_models_without_words_have_nothing_to_compare(world: World) -> None:
    give_model(world, "alpha", [[1.0], [1.0]])
    model = world.labs["alpha"].fitted
    assert model is not None
    assert np.isnan(cross_entropies(model, world.reality.language)).all()
    single, seen = context_states(model, np.arange(3), np.array([[0], [1]]))
    assert np.isnan(single).all()
    assert seen.tolist() == [[0, 0]] * 3


# --- texts ------------------------------------------------------------------------------------------


def test_variety_is_the_share_of_runs_that_are_no_repetition(world: World, measured: Measured) -> None:
    publish(world, domain=[0, 0, 1, 2], tokens=[[0, 1, 0, 1], [0, 1, 1, 1], [2, 2, 2, 2], [NO_TEXT] * 4])
    publish(world, domain=[0], tokens=[[0, 0, 0, 0]], curator=PRIVATE)
    # Code: words 0 and 1 of 8; pairs 01, 10, 11 of 6; 010, 101, 011, 111 of 4. News: one of each.
    assert measured(world, "domains.type_token_ratio")[:2] == pytest.approx([2 / 8, 1 / 4])
    assert measured(world, "domains.distinct_2")[:2] == pytest.approx([3 / 6, 1 / 3])
    assert measured(world, "domains.distinct_3")[:2] == pytest.approx([4 / 4, 1 / 2])
    assert measured(world, "web.distinct_2") == pytest.approx([4 / 9])
    for key in TEXTS:
        assert np.isnan(measured(world, f"domains.{key}")[2])


def test_without_text_nothing_is_varied(world_of: WorldOf, measured: Measured) -> None:
    plain = world_of()
    publish(plain, domain=[0, 1])
    for key in TEXTS:
        assert np.isnan(measured(plain, f"web.{key}") + measured(plain, f"domains.{key}")).all()
    for key in LABS:
        assert np.isnan(measured(plain, f"labs.{key}")).all()


@given(
    texts=st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), max_size=12), length=st.integers(1, 7),
    seed=st.integers(0, 100),
)  # fmt: skip
def test_runs_are_counted_as_by_hand(texts: list[list[int]], length: int, seed: int) -> None:
    tokens = np.array(texts, dtype=np.int32).reshape(-1, 5)
    domain = Streams(seed).integers("domain", np.arange(len(texts)), 3)
    if len(texts) > 2:
        tokens[2] = NO_TEXT
    different, every = distinct_sequences(domain, tokens, length, 3)
    for here in range(3):
        found = [
            tuple(text[at : at + length])
            for text, where in zip(tokens.tolist(), domain.tolist(), strict=True)
            for at in range(5 - length + 1)
            if where == here and text[0] != NO_TEXT
        ]
        assert every[here] == len(found)
        assert different[here] == len(set(found))
