"""Compiled generators of large random networks, keyed by node instead of drawn in sequence.

Each makes the family of its networkx namesake; the tests compare their degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import agent_base, draw_bits, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def barabasi_albert(key: np.uint64, n: int, m: int) -> Any:
    """Sources and targets i64[edges] of preferential attachment, 1 <= m < n.

    An end of an edge drawn at random belongs to a node in proportion to its degree. Edge e has
    node `sources[e]` and node `targets[e]` as its ends, so that no list of ends is needed.
    """
    edges = m + (n - m - 1) * m
    sources, targets = np.empty(edges, np.int64), np.empty(edges, np.int64)
    for edge in range(m):  # a star around node 0
        sources[edge], targets[edge] = edge + 1, 0
    made = m
    for node in range(m + 1, n):
        base, draw, chosen = agent_base(key, np.uint64(node)), 0, 0
        while chosen < m:
            end = int(unit(draw_bits(base, draw)) * (2 * made))
            draw += 1
            target = sources[end >> 1] if end & 1 else targets[end >> 1]
            known = False
            for k in range(made, made + chosen):
                known |= targets[k] == target
            if not known:
                sources[made + chosen], targets[made + chosen] = node, target
                chosen += 1
        made += m
    return sources, targets


@compiled
def _rewired(key: np.uint64, n: int, half: int, p: float) -> Any:
    """The ties i64[n * half, 2] of a ring after rewiring; a rare tie may be there twice."""
    ties = np.empty((n * half, 2), np.int64)
    for node in range(n):
        base, draw = agent_base(key, np.uint64(node)), half
        own = ties[node * half : (node + 1) * half]
        for k in range(half):
            own[k, 0], own[k, 1] = node, (node + k + 1) % n
        for k in range(half):
            if unit(draw_bits(base, k)) >= p:
                continue
            known = True
            while known:
                target = int(unit(draw_bits(base, draw)) * n)
                draw += 1
                known = target == node
                for other in range(half):
                    known |= own[other, 1] == target
            own[k, 1] = target
    return ties


def watts_strogatz(key: np.uint64, n: int, half: int, p: float) -> NDArray[np.int64]:
    """The ties i64[ties, 2] of a rewired ring with `half` neighbours on either side.

    A tie that two nodes rewired to each other, or onto a tie of the ring, is kept once: about
    p * half * half ties in all are lost by that, whatever n is.
    """
    ties = np.sort(_rewired(key, n, half, p), axis=1)
    _, first = np.unique(ties[:, 0] * n + ties[:, 1], return_index=True)
    return np.asarray(ties[np.sort(first)], np.int64)


@compiled
def _hits(base: np.uint64, draw: int, count: int, p: float, out: NDArray[np.int64]) -> Any:
    """Which of `count` events of probability p happen, by drawing the gaps between them.

    Writes them to `out`; returns how many, and how many draws were made.
    """
    made, at = 0, -1
    if p <= 0.0 or count == 0:
        return made, draw
    while True:
        gap = 0.0 if p >= 1.0 else np.floor(np.log1p(-unit(draw_bits(base, draw))) / np.log1p(-p))
        draw += 1
        if at + 1 + gap >= count:
            return made, draw
        at += 1 + int(gap)
        out[made] = at
        made += 1


@compiled
def _block_row(
    base: np.uint64,
    node: int,
    start: int,
    size: int,
    n: int,
    inside: float,
    outside: float,
    out: NDArray[np.int64],
) -> int:
    """Whom one node of the group at [start, start + size) follows; returns how many."""
    mine, draw = _hits(base, 0, size - 1, inside, out)
    for k in range(mine):
        out[k] += start + (start + out[k] >= node)  # all of the group but oneself
    others, draw = _hits(base, draw, n - size, outside, out[mine:])
    for k in range(mine, mine + others):
        out[k] += size * (out[k] >= start)  # all but the group
    return int(mine + others)


@compiled
def _block_rows(
    key: np.uint64,
    sizes: NDArray[np.int64],
    inside: NDArray[np.float64],
    outside: NDArray[np.float64],
    degree: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> int:
    """Whom the nodes follow, row after row; returns how many edges there are."""
    start, made = 0, 0
    for group in range(sizes.size):
        size, p, q = sizes[group], inside[group], outside[group]
        for node in range(start, start + size):
            base = agent_base(key, np.uint64(node))
            degree[node] = _block_row(base, node, start, size, degree.size, p, q, targets[made:])
            made += degree[node]
        start += size
    return made


def stochastic_block(
    key: np.uint64,
    sizes: NDArray[np.int64],
    inside: NDArray[np.float64],
    outside: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sources and targets i64[edges]; nodes are numbered group by group.

    Args:
        key: of the draws.
        sizes: i64[groups].
        inside: f64[groups], the probability of following each member of one's group.
        outside: f64[groups], the probability of following each other node.
    """
    n = int(sizes.sum())
    expected = float((sizes * (inside * (sizes - 1) + outside * (n - sizes))).sum())
    # Bernstein's inequality: the chance of more edges than this is below exp(-70) for any mean.
    targets = np.empty(int(expected + 12.0 * np.sqrt(expected)) + 64, np.int64)
    degree = np.empty(n, np.int64)
    made = _block_rows(key, sizes, inside, outside, degree, targets)
    return np.repeat(np.arange(n), degree), targets[:made]
