"""The n-gram learner: counts, smoothing, writing and exact sums, each against a slow twin."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from ecosystem.core.chains import conditional, contexts, entropy_rate, sampled
from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, agent_base, child_keys, draw_bits
from ecosystem.strategies.learners.base import Documents, TextModel
from ecosystem.strategies.learners.empirical import Empirical
from ecosystem.strategies.learners.n_gram import NGram, NGramCorpus, NGramText
from ecosystem.strategies.learners.ngram_writing import nucleus
from ecosystem.strategies.texts.markov import Markov
from ecosystem.strategies.texts.matrix import Matrix
from tests.units.strategies.slow_ngrams import SlowText, kept

ALARM = 1e-6
SPACE = Ragged.of_lengths(np.array([3, 2]))
KEY = np.uint64(5)


def documents(
    texts: NDArray[np.integer] | list[list[int]], domain: int = 0, vocabulary: int = 4, weight: Any = 1.0
) -> Documents:
    """Documents of one domain with these texts."""
    tokens = np.array(texts, dtype=np.int32)
    count = len(tokens)
    return Documents(
        np.full(count, domain), np.zeros(count, np.int64), np.ones(count, np.bool_), np.zeros((count, 2), np.float32),
        np.zeros(count), np.zeros(count), np.broadcast_to(np.asarray(weight, float), (count,)).copy(),
        tokens=tokens, words=np.full(count, vocabulary),
    )  # fmt: skip


def lots(count: int, length: int, vocabulary: int, seed: int) -> NDArray[np.int32]:
    """Texts by lot in which small numbers are common."""
    drawn = Streams(seed).uniforms("texts", np.arange(count), length)
    return np.floor(drawn**2 * vocabulary).astype(np.int32)


def learnt(learner: NGram, *batches: Documents) -> NGramText:
    """What a learner knows of text after some batches."""
    corpus = learner.corpus(SPACE, 2)
    for batch in batches:
        corpus.absorb(batch)
    text = learner.fit(corpus, None, np.zeros(2), KEY, Streams(1)).text
    assert text is not None
    return text


def every_context(order: int, vocabulary: int) -> NDArray[np.int64]:
    """All runs of that length."""
    return np.array(list(itertools.product(range(vocabulary), repeat=order)), dtype=np.int64).reshape(
        vocabulary**order, order
    )


# --- chances ----------------------------------------------------------------------------------------


def test_chances_are_those_of_the_definition() -> None:
    # 0 1 0 2 twice and 0 1: after 0 came 1, 2, 1, 2, 1, after 1 came 0 twice.
    batch = documents([[0, 1, 0, 2], [0, 1, 0, 2]])
    text = learnt(NGram(order=1, smoothing=2.0), batch, documents([[0, 1]]))
    unigram = (np.array([5, 3, 2, 0]) + 2 / 4) / 12
    assert np.allclose(text.next_words(0, np.empty((1, 0), np.int64))[0], unigram)
    assert np.allclose(text.next_words(0, np.array([[0]]))[0], (np.array([0, 3, 2, 0]) + 2 * unigram) / 7)
    assert np.allclose(text.next_words(0, np.array([[2]]))[0], unigram)  # nothing ever followed 2
    assert np.allclose(text.next_words(0, np.array([[3, 1, 0]]))[0], text.next_words(0, np.array([[0]]))[0])


def test_without_smoothing_only_what_was_never_seen_gives_way() -> None:
    text = learnt(NGram(order=2, smoothing=0.0), documents([[0, 1, 0, 2, 3]]))
    after = {context: text.next_words(0, np.array([context]))[0].tolist() for context in ((0, 1), (1, 0), (3, 0))}
    assert after[0, 1] == [1, 0, 0, 0]
    assert after[1, 0] == [0, 0, 1, 0]
    assert after[3, 0] == [0, 0.5, 0.5, 0]


@given(
    order=st.integers(0, 4), smoothing=st.sampled_from([0.0, 0.01, 1.0, 7.5]), vocabulary=st.integers(1, 4),
    count=st.integers(1, 12), length=st.integers(1, 7), seed=st.integers(0, 1000),
)  # fmt: skip
def test_chances_are_those_of_the_slow_twin(
    order: int, smoothing: float, vocabulary: int, count: int, length: int, seed: int
) -> None:
    texts = lots(count, length, vocabulary, seed)
    weight = 0.5 + np.arange(count) % 3
    text = learnt(NGram(order=order, smoothing=smoothing), documents(texts, 1, vocabulary, weight))
    slow = SlowText(order, smoothing, vocabulary)
    for words, each in zip(texts.tolist(), weight.tolist(), strict=True):
        slow.read(words, each)
    for longer in range(min(order, 3) + 2):
        runs = every_context(longer, vocabulary)
        expected = np.array([slow.chances(run) for run in runs.tolist()]).reshape(len(runs), vocabulary)
        assert np.allclose(text.next_words(1, runs), expected)
        varied, seen = text.context_states(np.array([1, 0]), runs)
        assert np.allclose(varied[0], 1 - (expected**2).sum(axis=1), atol=1e-12)
        found = [sum(slow.count.get(tuple(run[max(0, longer - order) :]), {}).values()) for run in runs.tolist()]
        assert np.allclose(seen[0], found)
        assert np.isnan(varied[1]).all()
        assert not seen[1].any()


# --- what a corpus keeps ----------------------------------------------------------------------------


def test_texts_can_be_read_in_any_batches_and_what_is_forgotten_counts_less() -> None:
    learner, texts = NGram(order=2, smoothing=0.5), lots(40, 6, 4, 1)
    corpus, whole = learner.corpus(SPACE, 2), learner.corpus(SPACE, 2)
    for part in np.split(texts, [7, 7, 30]):
        corpus.absorb(documents(part))
    whole.absorb(documents(texts))
    assert np.array_equal(corpus.sequences, whole.sequences)
    assert np.array_equal(corpus.occurrences, whole.occurrences)
    corpus.forget(0.25)
    assert np.array_equal(corpus.occurrences, 0.25 * whole.occurrences)
    corpus.absorb(documents(lots(40, 6, 4, 2)))
    slow = SlowText(2, 0.5, 4)
    for weight, part in ((0.25, texts), (1.0, lots(40, 6, 4, 2))):
        for words in part.tolist():
            slow.read(words, weight)
    text = learner.fit(corpus, None, np.zeros(2), KEY, Streams(1)).text
    assert text is not None
    runs = every_context(2, 4)
    assert np.allclose(text.next_words(0, runs), [slow.chances(run) for run in runs.tolist()])


def test_traces_are_dropped_but_never_a_whole_language() -> None:
    corpus = NGram(order=1).corpus(SPACE, 2)
    corpus.absorb(documents([[0, 1], [0, 1], [2, 3]]))
    for _ in range(200):
        corpus.forget(0.5)
    kept_of_first = corpus.sequences.tolist()
    assert len(kept_of_first) == 4  # begin 0, 0 1, begin 2, 2 3
    corpus.absorb(documents([[1, 1]]))
    corpus.forget(1.0)
    assert len(corpus.sequences) == 6  # what keeps its weight is kept
    corpus.forget(0.5)
    assert corpus.sequences.tolist() == [[0, -1, 1], [0, 1, 1]]


def test_documents_without_text_count_for_ideas_alone() -> None:
    learner = NGram(order=1, smoothing=0.0)
    corpus = learner.corpus(SPACE, 2)
    corpus.absorb(documents([[-1, -1, -1], [0, 1, 0]]))
    corpus.absorb(documents([[2, 2, 2]])._replace(tokens=None, words=None))
    assert corpus.documents == 3
    assert corpus.sequences.tolist() == [[0, -1, 0], [0, 0, 1], [0, 1, 0]]


def test_a_text_that_counts_for_nothing_is_not_read() -> None:
    corpus = NGram(order=1).corpus(SPACE, 2)
    corpus.absorb(documents([[0, 1], [2, 3]], weight=[0.0, 2.0]))
    assert corpus.sequences[:, 2].tolist() == [2, 3]
    assert corpus.occurrences.tolist() == [2.0, 2.0]


def test_any_order_and_vocabulary_fit() -> None:
    # 200,001 ^ 6 and two domains pass 2 ^ 64 by far.
    texts = np.array([[199_999, 5, 199_999, 5, 199_998], [5, 199_999, 5, 199_999, 5]])
    text = learnt(NGram(order=5, smoothing=0.0), documents(texts, 1, 200_000), documents(texts, 0, 200_000))
    for domain in (0, 1):
        chance = text.next_words(domain, np.array([[199_999, 5, 199_999], [5, 199_999, 5]]))
        assert chance[0, 5] == 1.0
        assert chance[1, [199_998, 199_999]].tolist() == [0.5, 0.5]
        assert text.next_words(domain, np.array([[199_999, 5, 199_999, 5]]))[0, 199_998] == 1.0


def test_it_is_the_empirical_learner_for_all_but_words() -> None:
    batch = documents(lots(30, 5, 4, 3))._replace(style=Streams(1).normal("style", np.arange(30), 2))
    models = []
    for learner in (NGram(), Empirical()):
        corpus = learner.corpus(SPACE, 2)
        corpus.absorb(batch)
        models.append(learner.fit(corpus, 1, np.ones(2), KEY, Streams(1)))
    one, other = (
        model.write(np.arange(9).astype(np.uint64), np.zeros(9, int), 0.7, 0.9, Streams(2)) for model in models
    )
    assert np.array_equal(one.idea, other.idea)
    assert np.array_equal(one.correct, other.correct)
    assert np.array_equal(one.style, other.style)
    assert one.tokens is not None
    assert other.tokens is None
    assert np.array_equal(models[0].covariance, models[1].covariance)


def test_another_learners_corpus_is_refused() -> None:
    with pytest.raises(TypeError, match="n-gram learner needs its own corpus, not EmpiricalCorpus"):
        NGram().fit(Empirical().corpus(SPACE, 2), None, np.zeros(2), KEY, Streams(1))
    assert isinstance(NGram().corpus(SPACE, 2), NGramCorpus)


# --- writing ----------------------------------------------------------------------------------------


def word_lots(text: NGramText, vocabulary: int, domain: int = 0) -> NDArray[np.uint64]:
    """The lot of each word in ties of top-p."""
    base = agent_base(text._tie, np.uint64(domain))
    return np.array([draw_bits(base, word) for word in range(vocabulary)], dtype=np.uint64)


@pytest.mark.parametrize("smoothing", [0.0, 0.8])
@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (0.5, 1.0), (1.7, 1.0), (1.0, 0.6), (0.8, 0.35)])
@pytest.mark.parametrize("order", [0, 1, 3])
def test_texts_are_those_of_the_slow_twin(order: int, smoothing: float, temperature: float, top_p: float) -> None:
    texts = lots(25, 8, 5, order)
    text = learnt(NGram(order=order, smoothing=smoothing), documents(texts, vocabulary=6))
    slow = SlowText(order, smoothing, 6)
    for words in texts.tolist():
        slow.read(words)
    who = child_keys(np.full(60, KEY), 1, np.arange(60))
    found = text.write(who, np.zeros(60, np.int64), temperature, top_p, Streams(4))
    expected = slow.write(Streams(4).key("model.text"), who, 8, temperature, top_p, word_lots(text, 6))
    assert found.tolist() == expected


@given(count=st.integers(1, 30), levels=st.integers(1, 5), top_p=st.floats(0.01, 1.0), seed=st.integers(0, 10_000))
def test_the_nucleus_is_the_smallest_set_and_ties_fall_by_lot(count: int, levels: int, top_p: float, seed: int) -> None:
    # Weights that are whole numbers, so that sums are exact and equal weights common; some are 0.
    weight = Streams(seed).integers("weight", np.arange(count), levels).astype(float)
    weight[0] = levels
    base, words = agent_base(np.uint64(seed), np.uint64(0)), np.arange(count).astype(np.int32)
    drawn = np.array([draw_bits(base, word) for word in range(count)], dtype=np.uint64)
    mass, edge, lot = nucleus(weight, words, base, top_p)
    stays = (weight > 0) & ((weight > edge) | ((weight == edge) & (drawn <= lot)))
    expected = kept(weight, top_p, drawn) > 0
    assert stays.tolist() == expected.tolist()
    assert mass == pytest.approx(weight[stays].sum())


def test_the_coldest_model_repeats_the_likeliest_word() -> None:
    text = learnt(NGram(order=1, smoothing=1.0), documents(lots(50, 9, 5, 8), vocabulary=5))
    cold = text.write(np.arange(30).astype(np.uint64), np.zeros(30, np.int64), 1e-6, 1.0, Streams(1))
    for place in range(1, 9):
        likeliest = text.next_words(0, cold[:, place - 1 : place]).argmax(axis=1)
        assert np.array_equal(cold[:, place], likeliest)


def test_a_domain_without_text_gets_none() -> None:
    text = learnt(NGram(order=2), documents([[0, 1, 2]]))
    found = text.write(np.arange(4).astype(np.uint64), np.array([0, 1, 0, 1]), 1.0, 1.0, Streams(1))
    assert np.all(found[1::2] == -1)
    assert np.all(found[::2] >= 0)


# --- exact sums -------------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("model_order", [0, 1, 2, 4])
@pytest.mark.parametrize("true_order", [0, 1, 2])
def test_fits_are_those_of_brute_force(true_order: int, model_order: int, smoothing: float) -> None:
    source = Markov(vocabulary=4, order=true_order, successors=3 if true_order else None).source(KEY, Streams(3))
    texts = source.write(np.uint64(1), np.arange(12).astype(np.uint64), 7)
    text = learnt(NGram(order=model_order, smoothing=smoothing), documents(texts))
    slow = SlowText(model_order, smoothing, 4)
    for words in texts.tolist():
        slow.read(words)
    fit = text.fit_to(source.chain, np.array([0, 1]))
    entropy, varied = slow.fit_to(source.chain)
    assert fit.cross_entropy[0] == pytest.approx(entropy, rel=1e-9)
    assert fit.heterozygosity[0] == pytest.approx(varied, rel=1e-9)
    assert np.isnan([fit.cross_entropy[1], fit.heterozygosity[1]]).all()
    assert text.fit_to(source.chain, np.array([0, 1])) is fit


def test_cross_entropy_is_what_true_text_costs_on_average() -> None:
    source = Markov(vocabulary=30, order=2, successors=6).source(KEY, Streams(3))
    text = learnt(
        NGram(order=2, smoothing=0.5), documents(source.write(KEY, np.arange(300).astype(np.uint64), 20), vocabulary=30)
    )
    # 40,000 words from the midst of texts, correlated over a few words at most: the error is that of
    # independent ones within a factor 2.
    fresh = source.write(np.uint64(9), np.arange(2000).astype(np.uint64), 22)
    runs = np.lib.stride_tricks.sliding_window_view(fresh, 3, axis=1).reshape(-1, 3)
    cost = -np.log(text.next_words(0, runs[:, :2])[np.arange(len(runs)), runs[:, 2]])
    exact = text.fit_to(source.chain, np.array([0])).cross_entropy[0]
    assert abs(cost.mean() - exact) < stats.norm.isf(ALARM / 2) * 2 * cost.std() / np.sqrt(len(cost))


def test_what_the_model_rules_out_is_infinitely_surprising() -> None:
    chain = Matrix(transition=((0.5, 0.5), (0.5, 0.5))).source(KEY, Streams(1)).chain
    text = learnt(NGram(order=1, smoothing=0.0), documents([[0, 0, 0, 1, 0]], vocabulary=2))
    assert text.fit_to(chain, np.array([0])).cross_entropy[0] == np.inf


@pytest.mark.parametrize("order", [0, 1, 2])
def test_with_text_enough_the_model_is_the_source(order: int) -> None:
    # The rarest of its 125 sequences has a share of 9e-5: seen 27 times on average, so never missed.
    source = Markov(vocabulary=5, order=order, zipf=0.5).source(KEY, Streams(8))
    count = 40_000
    texts = source.write(np.uint64(1), np.arange(count).astype(np.uint64), 10)
    text = learnt(NGram(order=order, smoothing=0.0), documents(texts, vocabulary=5))
    runs, _ = contexts(source.chain, order)
    # Twice the excess over the entropy, times words, is chi-square in the limit: 4 degrees for each context.
    excess = text.fit_to(source.chain, np.array([0])).cross_entropy[0] - entropy_rate(source.chain)
    assert 0 <= excess < stats.chi2.isf(ALARM, 4 * len(runs)) / (2 * count * (10 - order))
    assert np.allclose(text.next_words(0, runs), conditional(source.chain, runs), atol=0.05)


# --- drift ------------------------------------------------------------------------------------------


def test_each_context_drifts_by_itself() -> None:
    """Of a context seen N times heterozygosity is (1 - 1/N) of what it was, on average.

    Wright-Fisher drift by context, Seddik et al. 2024, arXiv:2404.05090, section 2. 3,000 replicates of a
    chain of three words, 60 words long; a context never seen is left out. How often a context is visited
    depends a little on what follows it, so that the law is not exact: 2 % are allowed beside 5 standard
    errors (18 comparisons, 1e-5 in all).
    """
    chain = Matrix(transition=((0.2, 0.5, 0.3), (0.6, 0.1, 0.3), (0.3, 0.3, 0.4))).source(KEY, Streams(1)).chain
    truth = 1 - np.array([0.38, 0.46, 0.34])
    replicates, learner = 3000, NGram(order=1, smoothing=0.0)
    domains, space = np.arange(replicates), Ragged.of_lengths(np.ones(replicates, dtype=np.int64))
    who = child_keys(np.full(replicates, KEY), 0, domains)
    tokens = sampled(chain, np.uint64(1), who, 60)
    before = np.broadcast_to(truth, (replicates, 3))
    for generation in range(3):
        corpus = learner.corpus(space, 0)
        corpus.absorb(
            Documents(
                domains, np.zeros(replicates, np.int64), np.ones(replicates, np.bool_),
                np.zeros((replicates, 0), np.float32), np.zeros(replicates), np.zeros(replicates),
                np.ones(replicates), tokens=tokens, words=np.full(replicates, 3),
            )
        )  # fmt: skip
        text = learner.fit(corpus, None, np.zeros(0), KEY, Streams(1)).text
        assert isinstance(text, TextModel)
        after, seen = text.context_states(domains, np.arange(3)[:, None])
        assert np.array_equal(seen.sum(axis=1), np.full(replicates, 59.0))
        for context in range(3):
            there = seen[:, context] > 0
            expected = before[there, context] * (1 - 1 / seen[there, context])
            apart = after[there, context] - expected
            error = apart.std() / np.sqrt(len(apart))
            assert abs(apart.mean()) < 5 * error + 0.02 * expected.mean(), (generation, context)
        before = after
        tokens = text.write(who, domains, 1.0, 1.0, Streams(2, generation))
