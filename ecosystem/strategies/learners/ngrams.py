"""Counts of word sequences, and the smoothed chances of the next word that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.distinct import distinct_rows

__all__ = ["BEFORE", "Backoff", "backoff", "chance_of", "counted", "find", "merged"]

type I32 = NDArray[np.int32]
type I64 = NDArray[np.int64]
type F64 = NDArray[np.float64]

BEFORE = -1
"""In place of a word: the text has not begun."""


# --- counting ---------------------------------------------------------------------------------------


def counted(domain: I64, tokens: I32, weight: F64, order: int) -> tuple[I32, F64]:
    """How often each word followed each run of ``order`` words.

    Args:
        domain: of each text, shape (texts,).
        tokens: words of each text, shape (texts, length); a text whose first is negative has none.
        weight: what each text counts for, shape (texts,).
        order: words of context.

    Returns:
        the sequences found, rising, shape (found, order + 2): domain, context with the oldest word
        first and BEFORE where the text has not begun, next word; and their weights, shape (found,).
    """
    some = (tokens[:, :1] >= 0).any(axis=1) & (weight > 0)
    domain, tokens, weight = domain[some], tokens[some], weight[some]
    length = tokens.shape[1]
    padded = np.concatenate([np.full((len(tokens), order), BEFORE, dtype=np.int32), tokens], axis=1)
    columns = [padded[:, place : place + length].ravel() for place in range(order + 1)]
    return _summed([np.repeat(domain.astype(np.int32), length), *columns], np.repeat(weight, length))


def merged(sequences: I32, count: F64, further: I32, further_count: F64) -> tuple[I32, F64]:
    """Two counts as :func:`counted` gives them, put together."""
    both = np.concatenate([sequences, further])
    return _summed(list(both.T), np.concatenate([count, further_count]))


def _summed(columns: Sequence[I32], weight: F64) -> tuple[I32, F64]:
    """The different rows of some columns, rising, and the sum of weights of each."""
    first, place = distinct_rows(columns)
    return np.stack([column[first] for column in columns], axis=1), np.bincount(place, weight, len(first))


# --- chances ----------------------------------------------------------------------------------------


class Backoff(NamedTuple):
    """A tree of contexts: below each context stand those with one word more before it.

    Row d is the empty context of domain d; children have higher numbers than their parents and stand
    next to each other, rising by the word added. D domains, R contexts, E words seen after contexts.
    """

    order: int
    """Most words of a context."""
    vocabulary: I64
    """Words of each domain's vocabulary, shape (D,)."""
    parent: I64
    """The context without its oldest word, -1 for an empty one, shape (R,)."""
    child: I64
    """First child of each context, and the end, shape (R + 1,)."""
    symbol: I64
    """Oldest word of each context less BEFORE, so 0 where the text has not begun, shape (R,)."""
    start: I64
    """First word seen after each context, and the end, shape (R + 1,)."""
    word: I32
    """Words seen after contexts, rising within each, shape (E,)."""
    chance: F64
    """Smoothed chance of each of them, shape (E,)."""
    total: F64
    """Weight of each context in training, shape (R,)."""
    tail: F64
    """What the chances that the parent gives are multiplied by for words not seen here, shape (R,)."""
    square: F64
    """Sum of squared chances over the vocabulary, shape (R,)."""
    top: F64
    """Largest chance of any word, shape (R,)."""


def backoff(sequences: I32, count: F64, vocabulary: I64, smoothing: float) -> Backoff:
    """The smoothed chances of every next word after every context, from counts of the longest sequences.

    With smoothing d, the chance of word w after context c is (n(c, w) + d P(w | c')) / (n(c) + d), c'
    being c without its oldest word, and P(w) = 1 / V beyond the empty context: the predictive
    distribution under Dirichlet priors (MacKay and Peto 1995, doi:10.1017/S1351324900000218). With
    d = 0 it is n(c, w) / n(c), or P(w | c') after a context never seen. The context at the beginning
    of a text is that it begins, and the words so far.

    Args:
        sequences: as :func:`counted` gives them, shape (found, order + 2).
        count: weight of each, shape (found,).
        vocabulary: words of each domain's vocabulary, shape (D,); 0 for one without text.
        smoothing: d, in words.
    """
    order, domains = sequences.shape[1] - 2, len(vocabulary)
    parents, symbols = [np.full(domains, -1)], [np.zeros(domains, dtype=np.int64)]
    active, row, rows = np.arange(len(sequences)), sequences[:, 0].astype(np.int64), domains
    entries = [_entries(row, sequences[:, -1], count)]
    for level in range(1, order + 1):
        if level > 1:
            active = active[sequences[active, order + 2 - level] != BEFORE]
        older = sequences[active, order + 1 - level]
        first, place = distinct_rows([row[active], older])
        parents.append(row[active][first])
        symbols.append((older[first] - BEFORE).astype(np.int64))
        row[active] = rows + place
        entries.append(_entries(row[active], sequences[active, -1], count[active]))
        rows += len(first)
    parent, edge_row = np.concatenate(parents), np.concatenate([entry[0] for entry in entries])
    tables = Backoff(
        order, vocabulary, parent,
        domains + np.searchsorted(parent[domains:], np.arange(rows + 1)), np.concatenate(symbols),
        np.searchsorted(edge_row, np.arange(rows + 1)), np.concatenate([entry[1] for entry in entries]),
        np.concatenate([entry[2] for entry in entries]),
        np.empty(rows), np.empty(rows), np.empty(rows), np.empty(rows),
    )  # fmt: skip
    _smooth(tables, float(smoothing))
    return tables


def _entries(row: I64, word: I32, count: F64) -> tuple[I64, I32, F64]:
    """The different pairs of row and word, rising, and the sum of counts of each."""
    first, place = distinct_rows([row, word])
    return row[first], word[first], np.bincount(place, count, len(first))


@compiled
def find(numbers: NDArray[np.integer], start: int, stop: int, number: int) -> int:
    """Where a number stands among ``numbers[start:stop]``, which rise; -1 if it is not there."""
    low, high = start, stop
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    if low < stop and numbers[low] == number:
        return low
    return -1


@compiled
def chance_of(
    parent: I64, start: I64, words: I32, chance: F64, tail: F64, row: int, word: int, vocabulary: int
) -> float:
    """Chance of a word after a context, from columns of :class:`Backoff` (kernels are slow to hand on all of them)."""
    scale = 1.0
    while row >= 0:
        at = find(words, start[row], start[row + 1], word)
        if at >= 0:
            return scale * chance[at]
        scale *= tail[row]
        row = parent[row]
    return scale / vocabulary


@compiled
def _smooth(tables: Backoff, smoothing: float) -> None:
    """Turn counts, which stand in `chance`, into chances; fill total, tail, square and top, parents first."""
    parent, start, words = tables.parent, tables.start, tables.word
    chance, tail, square, top = tables.chance, tables.tail, tables.square, tables.top
    domain_of = np.empty(parent.size, np.int64)
    for row in range(parent.size):
        above = parent[row]
        domain_of[row] = row if above < 0 else domain_of[above]
        size = max(1, tables.vocabulary[domain_of[row]])
        total = 0.0
        for at in range(start[row], start[row + 1]):
            total += chance[at]
        tables.total[row] = total
        tail[row] = smoothing / (total + smoothing) if total > 0.0 else 1.0
        rest = square[above] if above >= 0 else 1.0 / size
        most, squares = 0.0, 0.0
        for at in range(start[row], start[row + 1]):
            shorter = 1.0 / size
            if above >= 0 and smoothing > 0.0:
                shorter = chance_of(parent, start, words, chance, tail, above, words[at], size)
            value = (chance[at] + smoothing * shorter) / (total + smoothing)
            chance[at] = value
            squares += value * value
            rest -= shorter * shorter
            most = max(most, value)
        square[row] = squares + tail[row] * tail[row] * max(rest, 0.0)
        top[row] = max(most, tail[row] * (top[above] if above >= 0 else 1.0 / size))
