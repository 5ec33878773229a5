"""How text is written from counts of word sequences: word by word, with temperature and top-p."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import agent_base, draw_bits, unit
from ecosystem.strategies.learners.ngrams import Backoff, find

__all__ = ["Weights", "nucleus", "weights_at", "written"]

type I32 = NDArray[np.int32]
type I64 = NDArray[np.int64]
type F64 = NDArray[np.float64]
type U64 = NDArray[np.uint64]

ROUNDING = 1e-12
"""Share of the mass by which a sum may miss top-p and still reach it; sums of a million chances err by less."""
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


class Weights(NamedTuple):
    """What words are drawn by at a temperature T and top-p: chances to the power 1 / T, less those cut off.

    They are relative to the largest of their context, so that none underflows them all. Of words whose
    weight is `edge`, those stay whose lot is at most `lot`; the words below it are cut off.
    """

    top_p: float
    word: F64
    """Weight of each word seen after a context, shape (E,)."""
    tail: F64
    """What the parent's weights are multiplied by for words not seen after a context, shape (R,)."""
    mass: F64
    """Sum of the weights that stay in each context, NaN until it is asked for, shape (R,)."""
    edge: F64
    """Least weight that stays in each context, once `mass` is known, shape (R,)."""
    lot: U64
    """Largest lot that stays of the words at the edge, once `mass` is known, shape (R,)."""


def weights_at(tables: Backoff, temperature: float, top_p: float) -> Weights:
    """The weights that words are drawn by at a temperature above 0."""
    rows = len(tables.parent)
    row = np.repeat(np.arange(rows), np.diff(tables.start))
    above = np.where(tables.parent >= 0, tables.top[tables.parent], 0.0)
    above[: len(tables.vocabulary)] = 1.0 / np.maximum(tables.vocabulary, 1)
    return Weights(
        float(top_p),
        (tables.chance / tables.top[row]) ** (1.0 / temperature),
        (tables.tail * above / tables.top) ** (1.0 / temperature),
        np.full(rows, np.nan),
        np.zeros(rows),
        np.full(rows, _ALL),
    )


def written(
    tables: Backoff, weights: Weights, tie: np.uint64, key: np.uint64, who: U64, domains: I64, length: int
) -> I32:
    """Texts, shape (texts, length); -1 throughout in a domain of which no text was seen.

    Args:
        tables: the chances.
        weights: of :func:`weights_at`; what is worked out for a context is left there.
        tie: key of the lots by which ties at the edge of top-p fall.
        key: of the decision, from `Streams.key`.
        who: identity of each text, shape (texts,); the word at a place is a draw of its own.
        domains: of each text, shape (texts,).
        length: words of a text.
    """
    out = np.full((len(who), length), -1, dtype=np.int32)
    _write(tables, weights, tie, key, who, domains, out)
    return out


@compiled
def _write(tables: Backoff, weights: Weights, tie: np.uint64, key: np.uint64, who: U64, domains: I64, out: I32) -> None:
    """See `written`: draw t of a text is the word at place t."""
    path = np.empty(tables.order + 1, np.int64)
    every = np.arange(tables.vocabulary.max()).astype(np.int32)
    room = np.empty(every.size, np.float64)
    child, symbol, start, words = tables.child, tables.symbol, tables.start, tables.word
    mass, edge, lot = weights.mass, weights.edge, weights.lot
    for i in range(who.size):
        domain = domains[i]
        if not tables.total[domain] > 0.0:
            continue
        base, lots = agent_base(key, who[i]), agent_base(tie, np.uint64(domain))
        path[0] = domain
        for t in range(out.shape[1]):
            depth = _follow(child, symbol, out, i, t, path)
            row, u = path[depth], unit(draw_bits(base, t))
            if weights.tail[row] > 0.0:
                size = tables.vocabulary[domain]
                _fill(start, words, weights.word, weights.tail, path, depth, room, size)
                if np.isnan(mass[row]):
                    mass[row], edge[row], lot[row] = nucleus(room[:size], every[:size], lots, weights.top_p)
                out[i, t] = _pick(room, every, 0, size, lots, edge[row], lot[row], u * mass[row])
            else:
                first, stop = start[row], start[row + 1]
                if np.isnan(mass[row]):
                    seen = words[first:stop]
                    mass[row], edge[row], lot[row] = nucleus(weights.word[first:stop], seen, lots, weights.top_p)
                out[i, t] = _pick(weights.word, words, first, stop, lots, edge[row], lot[row], u * mass[row])


@compiled
def _follow(child: I64, symbol: I64, texts: I32, text: int, place: int, path: I64) -> int:
    """Fill the path from the empty context to the longest known one before a place; returns how long it is."""
    depth = 0
    while depth < path.size - 1:
        before = place - depth - 1
        row = path[depth]
        below = find(symbol, child[row], child[row + 1], 0 if before < 0 else texts[text, before] + 1)
        if below < 0:
            break
        depth += 1
        path[depth] = below
        if before < 0:
            break
    return depth


@compiled
def _fill(start: I64, words: I32, weight: F64, tail: F64, path: I64, depth: int, out: F64, size: int) -> None:
    """Weights of all words after the last context of a path, in the first ``size`` places."""
    scale = 1.0
    for level in range(depth + 1):
        scale *= tail[path[level]]
    for word in range(size):
        out[word] = scale
    # Whoever follows a context follows all shorter ones too, so that longer contexts overwrite shorter ones.
    for level in range(depth + 1):
        scale = 1.0
        for later in range(level + 1, depth + 1):
            scale *= tail[path[later]]
        for at in range(start[path[level]], start[path[level] + 1]):
            out[words[at]] = scale * weight[at]


@compiled
def _pick(
    weights: F64, words: I32, start: int, stop: int, lots: np.uint64, edge: float, lot: np.uint64, target: float
) -> int:
    """The first word at which the running sum of what stays exceeds the target; the last that stays if none does."""
    running, chosen = 0.0, -1
    for at in range(start, stop):
        weight = weights[at]
        if weight < edge or weight <= 0.0:
            continue
        if weight == edge and draw_bits(lots, words[at]) > lot:
            continue
        running += weight
        chosen = words[at]
        if running > target:
            break
    return chosen


@compiled
def nucleus(weights: F64, words: I32, lots: np.uint64, top_p: float) -> tuple[float, float, np.uint64]:
    """The smallest set of weights that has at least ``top_p`` of their sum: its mass, its least weight, a lot.

    Nucleus sampling, Holtzman et al. 2020, arXiv:1904.09751. Of equal weights at the edge those belong
    to it whose lots are smallest, up to the lot given back; the lot of word w is draw w of ``lots``.
    """
    if top_p >= 1.0:
        return weights.sum(), 0.0, _ALL
    missing, kept = top_p * weights.sum() * (1.0 - ROUNDING), 0.0
    left, low, high, edge = weights.copy(), 0, weights.size, 0.0
    while low < high:
        edge = _median(left[low], left[(low + high) >> 1], left[high - 1])
        above, below, heavier, equal = _split(left, low, high, edge)
        if kept + heavier >= missing:
            high = above
        elif kept + heavier + equal >= missing:
            kept += heavier
            break
        else:
            kept, low = kept + heavier + equal, below
    if edge <= 0.0:
        return kept, 0.0, _ALL
    return _lots_at_edge(weights, words, lots, edge, kept, missing)


@compiled
def _median(a: float, b: float, c: float) -> float:
    """The middle of three numbers."""
    return max(min(a, b), min(max(a, b), c))


@compiled
def _split(values: F64, low: int, high: int, edge: float) -> tuple[int, int, float, float]:
    """Order a part of values into those above an edge, at it and below it.

    Returns:
        where the first part ends, where the last begins, and the sums of the first two.
    """
    above, at, below, heavier, equal = low, low, high, 0.0, 0.0
    while at < below:
        value = values[at]
        if value > edge:
            values[at], values[above] = values[above], value
            heavier += value
            above += 1
            at += 1
        elif value < edge:
            below -= 1
            values[at], values[below] = values[below], value
        else:
            equal += value
            at += 1
    return above, below, heavier, equal


@compiled
def _lots_at_edge(
    weights: F64, words: I32, lots: np.uint64, edge: float, kept: float, missing: float
) -> tuple[float, float, np.uint64]:
    """Mass and edge of the set, and the largest lot of the words at the edge that it needs."""
    tied = np.flatnonzero(weights == edge)
    wanted = min(tied.size, max(1, int(np.ceil((missing - kept) / edge))))
    drawn = np.empty(tied.size, np.uint64)
    for at in range(tied.size):
        drawn[at] = draw_bits(lots, words[tied[at]])
    drawn.sort()
    return kept + wanted * edge, edge, drawn[wanted - 1]
