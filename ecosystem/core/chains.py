"""Stationary Markov chains of any order over a finite vocabulary, as arrays: to draw from and to sum over exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.stationary import stationary
from ecosystem.core.streams import agent_base, draw_bits, search_running, unit

__all__ = ["Chain", "chain_of", "conditional", "contexts", "entropy_rate", "sampled"]

type I32 = NDArray[np.int32]
type I64 = NDArray[np.int64]
type F64 = NDArray[np.float64]


class Chain(NamedTuple):
    """A chain of order r over V words, with C contexts of r words and E transitions; words are numbers from 0.

    A NamedTuple of arrays, so that kernels can take it.
    """

    vocabulary: int
    """Words V."""
    context: I32
    """Words of each context, the oldest first, rising, shape (C, r)."""
    start: I64
    """First transition of each context, and the end, shape (C + 1,)."""
    word: I32
    """Next word of each transition, rising within a context, shape (E,)."""
    probability: F64
    """Of each transition, given its context, shape (E,)."""
    after: I64
    """Context that each transition leads to, shape (E,)."""
    stationary: F64
    """Share of each context in a long text, shape (C,)."""
    running: F64
    """Running sums of the probabilities within each context, shape (E,)."""
    first: F64
    """Running sums of the stationary shares, shape (C,)."""


def chain_of(
    vocabulary: int, context: I32, start: I64, word: I32, probability: F64, after: I64, shares: F64 | None = None
) -> Chain:
    """A chain from its transitions.

    Args:
        vocabulary: as in :class:`Chain`, and so the following.
        context: shape (C, r).
        start: shape (C + 1,).
        word: shape (E,).
        probability: shape (E,).
        after: shape (E,).
        shares: stationary shares of the contexts, if they are known; shape (C,).

    Raises:
        ValueError: the chain has several stationary distributions.
    """
    if shares is None:
        shares = stationary(start, after, probability)
    running = np.empty(len(probability))
    _restart(probability, start, running)
    return Chain(vocabulary, context, start, word, probability, after, shares, running, np.cumsum(shares))


@compiled
def _restart(values: F64, start: I64, out: F64) -> None:
    """Running sums that start again at each context."""
    for row in range(start.size - 1):
        total = 0.0
        for at in range(start[row], start[row + 1]):
            total += values[at]
            out[at] = total


def entropy_rate(chain: Chain) -> float:
    """Entropy of the next word given all before it, in nats."""
    row = np.repeat(np.arange(len(chain.stationary)), np.diff(chain.start))
    some = chain.probability > 0
    terms = chain.stationary[row[some]] * chain.probability[some] * np.log(chain.probability[some])
    return max(0.0, -float(terms.sum()))


# --- drawing ----------------------------------------------------------------------------------------


def sampled(chain: Chain, key: np.uint64, who: NDArray[np.uint64], length: int) -> I32:
    """Texts from the midst of the chain's endless text, shape (texts, length).

    Each begins with a context drawn from the stationary distribution, so that every place of a text
    follows it.

    Args:
        chain: what is drawn from.
        key: of the decision, from `Streams.key`.
        who: identity of each text, shape (texts,); the word at a place is a draw of its own.
        length: words of a text.
    """
    out = np.empty((len(who), length), dtype=np.int32)
    _sample(chain, key, who, out)
    return out


@compiled
def _sample(chain: Chain, key: np.uint64, who: NDArray[np.uint64], out: I32) -> None:
    """See `sampled`: draw 0 of a text is its first context, draw t + 1 the word at place t."""
    order, length = chain.context.shape[1], out.shape[1]
    for i in range(who.size):
        base = agent_base(key, who[i])
        first = np.int64(0)  # of the type that start has below: one signature
        at = search_running(chain.first, first, chain.first.size, unit(draw_bits(base, 0)))  # type: ignore[arg-type]
        for t in range(min(order, length)):
            out[i, t] = chain.context[at, t]
        for t in range(order, length):
            start = chain.start[at]
            edge = start + search_running(chain.running, start, chain.start[at + 1], unit(draw_bits(base, t + 1)))
            out[i, t] = chain.word[edge]
            at = chain.after[edge]


# --- exact distributions ------------------------------------------------------------------------------


def contexts(chain: Chain, length: int) -> tuple[I32, F64]:
    """All runs of ``length`` words that a long text holds, rising, and their shares.

    Exact at any length: shorter runs than the order are sums over contexts, longer ones products of
    transitions. There may be V^length of them.

    Returns:
        runs of shape (runs, length), shares of shape (runs,).
    """
    order = chain.context.shape[1]
    there = np.flatnonzero(chain.stationary > 0)
    runs, share, at = chain.context[there], chain.stationary[there], there
    for _ in range(length - order):
        counts = np.diff(chain.start)[at]
        row = np.repeat(np.arange(len(at)), counts)
        edge = chain.start[at][row] + np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
        runs = np.concatenate([runs[row], chain.word[edge][:, None]], axis=1)
        share, at = share[row] * chain.probability[edge], chain.after[edge]
        runs, share, at = runs[share > 0], share[share > 0], at[share > 0]
    if length < order:
        runs, place = np.unique(runs[:, order - length :], axis=0, return_inverse=True)
        share = np.bincount(place.ravel(), share, len(runs))
    return runs, share


def conditional(chain: Chain, context: NDArray[np.integer]) -> F64:
    """True distribution of the next word after each context, shape (contexts, V); NaN after what never occurs.

    Args:
        chain: the truth.
        context: runs of at least as many words as the order, the oldest first, shape (contexts, length).

    Raises:
        ValueError: the runs are shorter than the order.
    """
    order = chain.context.shape[1]
    if context.shape[1] < order:
        message = f"the next word depends on {order} words, but contexts have {context.shape[1]}"
        raise ValueError(message)
    known = {tuple(words): row for row, words in enumerate(chain.context.tolist())}
    out = np.full((len(context), chain.vocabulary), np.nan)
    for i, words in enumerate(context[:, context.shape[1] - order :].tolist()):
        row = known.get(tuple(words))
        if row is not None:
            edges = slice(chain.start[row], chain.start[row + 1])
            out[i] = 0.0
            out[i, chain.word[edges]] = chain.probability[edges]
    return out
