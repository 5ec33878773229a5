"""Markov chains as arrays: stationary shares, exact distributions of runs, draws."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from ecosystem.core import stationary as solver
from ecosystem.core.chains import Chain, chain_of, conditional, contexts, entropy_rate, sampled
from ecosystem.core.stationary import stationary
from ecosystem.core.streams import Streams, agent_base, child_keys, draw_bits, unit

ALARM = 1e-6

type F64 = NDArray[np.float64]


def edges(matrix: F64) -> tuple[Any, Any, Any]:
    """Transitions of a matrix: where each state's begin, where they lead, how likely they are."""
    row, word = np.nonzero(matrix)
    return np.append(0, np.cumsum(np.count_nonzero(matrix, axis=1))), word, matrix[row, word]


def first_order(matrix: F64) -> Chain:
    """The chain of order 1 of a matrix."""
    start, after, probability = edges(matrix)
    words = len(matrix)
    return chain_of(words, np.arange(words, dtype=np.int32)[:, None], start, after.astype(np.int32), probability, after)


def second_order(words: int, seed: int) -> tuple[Chain, F64]:
    """A chain of order 2 by lot in which every run is possible, and its chances, shape (words, words, words)."""
    chance = Streams(seed).uniforms("chance", np.arange(words**2), words).reshape(words, words, words) ** 3 + 0.01
    chance /= chance.sum(axis=2, keepdims=True)
    code = np.arange(words**3)
    pairs = np.stack(np.divmod(np.arange(words**2), words), axis=1).astype(np.int32)
    chain = chain_of(
        words, pairs, np.arange(words**2 + 1) * words, (code % words).astype(np.int32), chance.ravel(),
        code % words**2,
    )  # fmt: skip
    return chain, chance


@st.composite
def matrices(draw: st.DrawFn) -> F64:
    """Transition matrices in which a ring links all states; some other entries are 0."""
    size = draw(st.integers(1, 7))
    lots = Streams(draw(st.integers(0, 2**32))).uniforms("matrix", np.arange(size), size)
    matrix = np.where(lots < draw(st.floats(0, 0.9)), 0.0, lots)
    matrix[np.arange(size), (np.arange(size) + 1) % size] += draw(st.floats(1e-6, 1.0))
    return matrix / matrix.sum(axis=1, keepdims=True)


@given(matrix=matrices())
def test_a_step_leaves_the_stationary_distribution_as_it_is(matrix: F64) -> None:
    shares = stationary(*edges(matrix))
    assert shares.sum() == pytest.approx(1)
    assert np.allclose(shares @ matrix, shares, rtol=1e-10, atol=1e-15)


@given(matrix=matrices())
def test_iteration_and_elimination_agree(matrix: F64) -> None:
    # Where the ring carries 1e-6 and the rest next to nothing, iteration may take more rounds than it is given.
    matrix = 0.999 * matrix + 0.001 / len(matrix)
    direct = stationary(*edges(matrix))
    before, solver.DENSE = solver.DENSE, 0
    try:
        iterated = stationary(*edges(matrix))
    finally:
        solver.DENSE = before
    # A chain that forgets at least a thousandth a round: its error is its last change over that.
    assert np.allclose(iterated, direct, atol=1e-10)


def test_a_ring_is_stationary_though_it_never_settles() -> None:
    ring = np.roll(np.eye(5), 1, axis=1)
    assert np.allclose(stationary(*edges(ring)), 0.2)


def test_states_that_are_left_for_good_have_no_share() -> None:
    matrix = np.array([[0.5, 0.5, 0.0], [0.0, 0.25, 0.75], [0.0, 0.75, 0.25]])
    assert stationary(*edges(matrix)).tolist() == [0.0, 0.5, 0.5]


def test_parts_that_never_meet_are_refused() -> None:
    with pytest.raises(ValueError, match="falls into 2 parts that never lead to each other"):
        stationary(*edges(np.eye(2)))


def test_a_chain_that_does_not_settle_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "DENSE", 0)
    monkeypatch.setattr(solver, "ROUNDS", 3)
    with pytest.raises(ValueError, match="of 2 contexts does not settle in 3 rounds"):
        stationary(*edges(np.array([[0.9, 0.1], [0.2, 0.8]])))


def test_runs_of_any_length_are_counted_exactly() -> None:
    chain, chance = second_order(3, 1)
    pairs = chain.stationary.reshape(3, 3)
    assert np.allclose(np.einsum("ab,abc->bc", pairs, chance), pairs)
    for length in (0, 1, 2, 3, 5):
        runs, share = contexts(chain, length)
        assert runs.tolist() == [list(run) for run in itertools.product(range(3), repeat=length)]
        for run, found in zip(runs, share, strict=True):
            if length < 2:
                expected = pairs.sum(axis=0)[run[0]] if length else 1.0
            else:
                expected = pairs[run[0], run[1]]
                for at in range(2, length):
                    expected *= chance[run[at - 2], run[at - 1], run[at]]
            assert found == pytest.approx(expected)


def test_the_next_word_depends_on_the_last_words_alone() -> None:
    chain, chance = second_order(3, 2)
    runs = np.array([[0, 1], [2, 2], [1, 0]])
    assert np.allclose(conditional(chain, runs), chance[runs[:, 0], runs[:, 1]])
    longer = np.concatenate([np.array([[1], [0], [2]]), runs], axis=1)
    assert np.allclose(conditional(chain, longer), conditional(chain, runs))
    with pytest.raises(ValueError, match="depends on 2 words, but contexts have 1"):
        conditional(chain, runs[:, :1])


def test_nothing_follows_what_never_occurs() -> None:
    chain = first_order(np.array([[0.5, 0.5], [1.0, 0.0]]))._replace(vocabulary=3)
    found = conditional(chain, np.array([[2], [1]]))
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [1.0, 0.0, 0.0]


def test_the_entropy_rate_is_that_of_the_next_word() -> None:
    chain, chance = second_order(3, 3)
    expected = -(chain.stationary.reshape(3, 3, 1) * chance * np.log(chance)).sum()
    assert entropy_rate(chain) == pytest.approx(expected)
    assert entropy_rate(first_order(np.roll(np.eye(4), 1, axis=1))) == 0.0


@pytest.mark.parametrize("place", [0, 1, 4, 9])
def test_every_place_of_a_text_follows_the_chain(place: int) -> None:
    # 20,000 texts: chi-square over 27 runs of three words, false alarms by ALARM.
    chain, _ = second_order(3, 4)
    texts = sampled(chain, Streams(1).key("text"), child_keys(np.arange(20_000), 0, np.zeros(20_000, np.int64)), 12)
    runs = texts[:, place : place + 3] @ np.array([9, 3, 1])
    _, share = contexts(chain, 3)
    assert stats.chisquare(np.bincount(runs, minlength=27), 20_000 * share).pvalue > ALARM


@pytest.mark.parametrize("length", [0, 1, 2, 3, 30])
def test_a_text_is_a_draw_of_its_own_and_longer_texts_begin_alike(length: int) -> None:
    chain, _ = second_order(4, 5)
    who, key = np.arange(40).astype(np.uint64), Streams(1).key("text")
    long = sampled(chain, key, who, 30)
    assert np.array_equal(sampled(chain, key, who, length), long[:, :length])
    assert np.array_equal(sampled(chain, key, who[::-1].copy(), length), long[::-1, :length])
    assert np.array_equal(sampled(chain, key, who[:7], length), long[:7, :length])


def sampled_slowly(chain: Chain, key: np.uint64, who: NDArray[np.uint64], length: int) -> list[list[int]]:
    """The same told word by word."""
    texts = []
    for one in who:
        u = [unit(draw_bits(agent_base(key, one), t)) for t in range(length + 1)]
        at = int(np.searchsorted(np.cumsum(chain.stationary), u[0], side="right"))
        text = chain.context[at].tolist()[:length]
        for t in range(len(text), length):
            mine = slice(chain.start[at], chain.start[at + 1])
            edge = int(chain.start[at] + np.searchsorted(np.cumsum(chain.probability[mine]), u[t + 1], side="right"))
            text.append(int(chain.word[edge]))
            at = int(chain.after[edge])
        texts.append(text)
    return texts


def test_the_kernel_draws_as_the_slow_twin_does() -> None:
    for chain in (second_order(4, 6)[0], first_order(np.array([[0.1, 0.9], [0.6, 0.4]]))):
        key, who = Streams(3).key("text"), np.arange(60).astype(np.uint64)
        assert sampled(chain, key, who, 15).tolist() == sampled_slowly(chain, key, who, 15)
