"""Exact sums over a true language of what a model of word sequences thinks of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.chains import Chain
from ecosystem.core.compiled import compiled
from ecosystem.strategies.learners.ngrams import Backoff, chance_of, find

__all__ = ["context_states", "expectations", "next_words"]

type I64 = NDArray[np.int64]
type F64 = NDArray[np.float64]

ROUNDING = 1e-12
"""Share of a context's mass that may be left over by rounding when all that precedes it has been taken off."""


def expectations(tables: Backoff, chain: Chain, domains: I64) -> F64:
    """Cross-entropy and heterozygosity of a model under the truth, for some domains, shape (domains, 2).

    The means, over the contexts of a long true text, of -ln Q(next word) in nats, infinite where the
    model rules out what follows, and of 1 minus the sum of squared Q. Each context is taken as long as
    the model knows it, so that nothing is left out and nothing is sampled. NaN for a domain of which
    the model saw no text.

    Args:
        tables: the model's chances Q.
        chain: the truth.
        domains: whose truth it is, shape (domains,).
    """
    entering = np.argsort(chain.after, kind="stable")
    way = _Way(
        np.repeat(np.arange(len(chain.stationary)), np.diff(chain.start)),
        entering,
        np.searchsorted(chain.after[entering], np.arange(len(chain.stationary) + 1)),
    )
    out = np.full((len(domains), 2), np.nan)
    _expect(tables, chain, way, domains, out)
    return out


class _Way(NamedTuple):
    """How a chain is walked backwards; C contexts, E transitions."""

    source: I64
    """Context that each transition leaves, shape (E,)."""
    entering: I64
    """Transitions in the order of the contexts that they lead to, shape (E,)."""
    first: I64
    """First of them for each context, and the end, shape (C + 1,)."""


@compiled
def _expect(tables: Backoff, chain: Chain, way: _Way, domains: I64, out: F64) -> None:
    """See `expectations`."""
    order = chain.context.shape[1]
    # Runs still to be told apart by what precedes them: the model's context, the chain's context where the
    # run begins, its length; and its mass.
    room = max(1, (tables.order - order) * max(1, chain.vocabulary) + 1)
    runs, masses = np.empty((room, 3), np.int64), np.empty(room)
    for i in range(domains.size):
        if not tables.total[domains[i]] > 0.0:
            continue
        out[i] = 0.0
        for context in range(chain.stationary.size):
            if not chain.stationary[context] > 0.0:
                continue
            row, depth = _longest(tables.child, tables.symbol, domains[i], chain.context[context], tables.order)
            runs[0, 0], runs[0, 1], runs[0, 2], masses[0] = row, context, depth, chain.stationary[context]
            waiting = 1
            while waiting > 0:
                row, mass = runs[waiting - 1, 0], masses[waiting - 1]
                waiting, rest = _tell_apart(tables, chain, way, runs, masses, waiting - 1)
                if rest > ROUNDING * mass:
                    out[i, 0] += rest * _surprise(tables, row, domains[i], chain, context)
                    out[i, 1] += rest * (1.0 - tables.square[row])


@compiled
def _longest(child: I64, symbol: I64, row: int, words: NDArray[np.integer], order: int) -> tuple[int, int]:
    """The longest context that ends some words and is known below a row, and how many words it has."""
    depth = 0
    while depth < min(order, words.size):
        below = find(symbol, child[row], child[row + 1], words[words.size - 1 - depth] + 1)
        if below < 0:
            break
        row, depth = below, depth + 1
    return row, depth


@compiled
def _tell_apart(tables: Backoff, chain: Chain, way: _Way, runs: I64, masses: F64, at: int) -> tuple[int, float]:
    """Replace a run by those with one word more before it, as far as the model knows them.

    Returns:
        the number of runs now, and the mass of what precedes the run otherwise.
    """
    order = chain.context.shape[1]
    row, begin, depth, mass = runs[at, 0], runs[at, 1], runs[at, 2], masses[at]
    rest = mass
    if depth < order or depth >= tables.order:
        return at, rest
    for place in range(way.first[begin], way.first[begin + 1]):
        edge = way.entering[place]
        earlier = way.source[edge]
        word = chain.context[earlier, 0] if order > 0 else chain.word[edge]
        below = find(tables.symbol, tables.child[row], tables.child[row + 1], word + 1)
        part = mass / chain.stationary[begin] * chain.stationary[earlier] * chain.probability[edge]
        if below >= 0 and part > 0.0:
            rest -= part
            runs[at, 0], runs[at, 1], runs[at, 2], masses[at] = below, earlier, depth + 1, part
            at += 1
    return at, rest


@compiled
def _surprise(tables: Backoff, row: int, domain: int, chain: Chain, context: int) -> float:
    """Mean of -ln Q(next word) after a context that the model takes for its ``row``."""
    parent, start, words, chance, tail = tables.parent, tables.start, tables.word, tables.chance, tables.tail
    size, total = tables.vocabulary[domain], 0.0
    for edge in range(chain.start[context], chain.start[context + 1]):
        if chain.probability[edge] > 0.0:
            guess = chance_of(parent, start, words, chance, tail, row, chain.word[edge], size)
            total -= chain.probability[edge] * np.log(guess)
    return total


def next_words(tables: Backoff, domain: int, context: NDArray[np.integer]) -> F64:
    """Chances of the next word after contexts of a domain, shape (contexts, V).

    Args:
        tables: the model's chances.
        domain: of the texts.
        context: words, the oldest first, shape (contexts, length); of more than the model's order the
            last count.
    """
    rows, _ = _rows(tables, np.array([domain]), context)
    chances = np.empty((len(context), int(tables.vocabulary[domain])))
    _spread(tables, rows[0], chances)
    return chances


def context_states(tables: Backoff, domains: I64, context: NDArray[np.integer]) -> tuple[F64, F64]:
    """Heterozygosity of the next word after contexts, and their weight in training, shape (domains, contexts) each.

    Args:
        tables: the model's chances.
        domains: shape (domains,).
        context: as for :func:`next_words`, the same in all domains.

    Returns:
        1 minus the sum of squared chances, NaN in a domain of which the model saw no text; and how
        often the model saw a word follow the context, 0 for one it never saw.
    """
    rows, known = _rows(tables, domains, context)
    told = tables.total[domains][:, None] > 0
    return np.where(told, 1.0 - tables.square[rows], np.nan), np.where(known, tables.total[rows], 0.0)


def _rows(tables: Backoff, domains: I64, context: NDArray[np.integer]) -> tuple[I64, NDArray[np.bool_]]:
    """The longest context known within each, and whether that is the whole, shape (domains, contexts) each."""
    rows = np.empty((len(domains), len(context)), dtype=np.int64)
    known = np.empty(rows.shape, dtype=np.bool_)
    wanted = min(context.shape[1], tables.order)
    last = np.ascontiguousarray(context[:, context.shape[1] - wanted :], dtype=np.int64)
    _look_up(tables, domains.astype(np.int64), last, rows, known)
    return rows, known


@compiled
def _look_up(tables: Backoff, domains: I64, context: I64, rows: I64, known: NDArray[np.bool_]) -> None:
    """See `_rows`, for contexts no longer than the model's order."""
    for i in range(domains.size):
        for at in range(context.shape[0]):
            row, depth = _longest(tables.child, tables.symbol, domains[i], context[at], tables.order)
            rows[i, at], known[i, at] = row, depth == context.shape[1]


@compiled
def _spread(tables: Backoff, rows: I64, out: F64) -> None:
    """Chances of every word after each row, shape (rows, V)."""
    parent, start, words, chance, tail = tables.parent, tables.start, tables.word, tables.chance, tables.tail
    for i in range(rows.size):
        for word in range(out.shape[1]):
            out[i, word] = chance_of(parent, start, words, chance, tail, rows[i], word, out.shape[1])
