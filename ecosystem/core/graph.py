"""Directed graphs as compressed rows of out-neighbours, and PageRank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.shelves import loads, shelve
from ecosystem.core.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MAX_NODES = 2**31 - 1  # neighbours are kept as int32


class Graph:
    """Who follows whom: node i follows `indices[indptr[i]:indptr[i + 1]]`.

    Attributes:
        indptr: i64[n + 1], where each row starts.
        indices: i32[edges], the out-neighbours row by row.
    """

    def __init__(self, indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> None:
        """Take over rows that are already sorted; see `from_edges` for edges in any order."""
        self.indptr = indptr
        self.indices = indices

    @classmethod
    def from_edges(cls, n: int, sources: Any, targets: Any) -> Self:
        """Build from edges in any order; repeated edges are kept, each row in the order given."""
        ends = [np.asarray(a, np.int64) for a in (sources, targets)]
        if not 0 <= n <= _MAX_NODES or ends[0].shape != ends[1].shape or ends[0].ndim != 1:
            message = (
                f"a graph of {n} nodes needs sources and targets of one length, got shapes "
                f"{ends[0].shape} and {ends[1].shape}"
            )
            raise ValueError(message)
        for name, nodes in zip(("source", "target"), ends, strict=True):
            outside = (nodes < 0) | (nodes >= n)
            if outside.any():
                edge = int(np.argmax(outside))
                message = f"{name} of edge {edge} is {nodes[edge]}; nodes go from 0 to {n - 1}"
                raise IndexError(message)
        rows = shelve(ends[0].astype(np.int32), n)
        return cls(rows.start, ends[1].astype(np.int32)[rows.rows])

    @classmethod
    def empty(cls, n: int) -> Self:
        """A graph of n nodes without edges."""
        return cls(np.zeros(n + 1, np.int64), np.empty(0, np.int32))

    def __len__(self) -> int:
        """The number of nodes."""
        return len(self.indptr) - 1

    def __repr__(self) -> str:
        """Nodes and edges."""
        return f"Graph({len(self)} nodes, {self.indices.size} edges)"

    def neighbours(self, i: int) -> NDArray[np.int32]:
        """Whom node i follows (a view)."""
        if not 0 <= i < len(self):
            message = f"no node {i}, there are {len(self)}"
            raise IndexError(message)
        return self.indices[self.indptr[i] : self.indptr[i + 1]]

    @property
    def out_degree(self) -> NDArray[np.int64]:
        """How many each node follows, i64[n]."""
        return np.diff(self.indptr)

    @property
    def in_degree(self) -> NDArray[np.int64]:
        """How many follow each node, i64[n]."""
        return np.bincount(self.indices, minlength=len(self)).astype(np.int64, copy=False)

    def edges(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Sources and targets of all edges, by source."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.out_degree), self.indices

    def dump(self) -> dict[str, NDArray[Any]]:
        """Copies of the arrays, by name."""
        return {"indptr": self.indptr.copy(), "indices": self.indices.copy()}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The graph of a dump; raises ValueError if the arrays are not those of a graph."""
        if set(arrays) != {"indptr", "indices"}:
            message = f"a graph is dumped as indptr and indices, got {sorted(arrays)}"
            raise ValueError(message)
        indptr, indices = arrays["indptr"], arrays["indices"]
        sound = indptr.dtype == np.int64 and indices.dtype == np.int32 and indptr.size > 0
        if not sound or indptr[0] != 0 or indptr[-1] != indices.size or np.diff(indptr).min() < 0:
            message = (
                f"not the rows of a graph: indptr {indptr.dtype}{indptr.shape}, indices {indices.dtype}{indices.shape}"
            )
            raise ValueError(message)
        return cls(indptr.copy(), indices.copy())

    def equals(self, other: Graph) -> bool:
        """Whether both have the same edges in the same order."""
        mine, theirs = self.dump(), other.dump()
        return all(np.array_equal(mine[name], theirs[name]) for name in mine)


@compiled
def _pass_on(
    start: NDArray[np.int64],
    linkers: NDArray[np.int32],
    passed: NDArray[np.float64],
    share: NDArray[np.float64],
    first: int,
    stop: int,
    rank: NDArray[np.float64],
    passes: NDArray[np.float64],
) -> None:
    """Fill ``rank`` and ``passes`` for the nodes from ``first`` to before ``stop``; arrays are f64[nodes] but for two.

    Args:
        start: i64[nodes + 1], where the linkers of each node start.
        linkers: i32[edges].
        passed: what each node passed on to each that it links to.
        share: the part of its rank that it passes on to each.
        first: of the nodes.
        stop: after the last.
        rank: one more than what is passed on to a node.
        passes: what each node passes on now.
    """
    for node in range(np.uint64(first), np.uint64(stop)):
        got = 0.0
        for edge in range(np.uint64(start[node]), np.uint64(start[node + np.uint64(1)])):
            got += passed[np.uint64(linkers[edge])]
        rank[node] = 1.0 + got
        passes[node] = share[node] * rank[node]


def _look_up(table: NDArray[np.int32], places: NDArray[Any], out: NDArray[np.int32]) -> None:
    """Fill ``out`` with what stands at these places of a table."""
    out[:] = table[places]


def pagerank(n: int, sources: Any, targets: Any, *, damping: float = 0.85, rounds: int = 50) -> NDArray[np.float64]:
    """PageRank of n nodes, f64[n], in multiples of a node that nobody links to.

    Source: S. Brin and L. Page, "The anatomy of a large-scale hypertextual Web search engine",
    1998, doi:10.1016/S0169-7552(98)00110-X, where damping is 0.85. Their first form: each node has 1
    and a share `damping` of what its linkers pass on. Divided by its sum it is the form that sums to
    one, with dangling nodes spread over all. Left undivided, a node without links leaves everybody
    else's number as it was, to the bit.

    Args:
        n: number of nodes.
        sources: i32[edges], the node that links.
        targets: i32[edges], the node linked to; repeated edges add up.
        damping: the chance of following a link rather than jumping anywhere, in [0, 1).
        rounds: passes over the links. The relative error is at most `damping ** rounds`: 3e-4 for the
            defaults, more than which no ranking can notice.
    """
    if not 0.0 <= damping < 1.0:
        message = f"pagerank: damping must be from 0 to below 1, is {damping}"
        raise ValueError(message)
    source, target = plain(sources, np.int32), plain(targets, np.int32)
    if not source.size:
        return np.ones(n)
    if min(source.min(), target.min()) < 0 or max(source.max(), target.max()) >= n:
        message = f"pagerank: an edge ends at a node outside 0 to {n - 1}"
        raise IndexError(message)
    linked, place = _by_falling_degree(target, n)
    start, edges = shelve(place[target], n)
    linkers, from_place = np.empty(len(edges), np.int32), np.empty(len(edges), np.int32)
    share_out(lambda begin, end: _look_up(place, source[begin:end], from_place[begin:end]), len(edges))
    share_out(lambda begin, end: _look_up(from_place, edges[begin:end], linkers[begin:end]), len(edges))
    outgoing = loads(from_place, n)
    share = np.divide(damping, outgoing, out=np.zeros(n), where=outgoing > 0)
    rank, passed, passes = np.ones(n), share.copy(), share.copy()

    def work(begin: int, end: int) -> None:
        # Whole nodes: those whose edges end within the part.
        own = np.searchsorted(start[1 : linked + 1], [begin, end], side="right")
        _pass_on(start, linkers, passed, share, int(own[0]), int(own[1]), rank, passes)

    for _ in range(rounds):
        share_out(work, len(linkers))
        passed, passes = passes, passed
    return rank[place]


def _by_falling_degree(target: NDArray[np.int32], n: int) -> tuple[int, NDArray[np.int32]]:
    """How many nodes anybody links to, and the place of each node in order of how many do, most first.

    Passing over nodes in this order is fast: their numbers of linkers hardly change from one to the next,
    and the few that are in everybody's way lie side by side.
    """
    degree = loads(target, n)
    top = int(degree.max())
    order = shelve((top - degree).astype(np.int32), top + 1).rows
    place = np.empty(n, np.int32)
    place[order] = np.arange(n, dtype=np.int32)
    return int(np.count_nonzero(degree)), place
