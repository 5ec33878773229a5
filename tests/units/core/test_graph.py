"""Graphs as rows of neighbours, and PageRank against networkx."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.core.graph import Graph, pagerank
from ecosystem.core.streams import Streams
from ecosystem.core.threads import allowing


@st.composite
def edge_lists(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    return n, draw(st.lists(st.tuples(node, node), max_size=40))


def ends(edges: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [source for source, _ in edges], [target for _, target in edges]


@settings(deadline=None)
@given(edge_lists())
def test_rows_hold_the_edges_in_their_order(case: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = case
    graph = Graph.from_edges(n, *ends(edges))
    assert len(graph) == n
    for i in range(n):
        assert graph.neighbours(i).tolist() == [target for source, target in edges if source == i]
    assert graph.out_degree.tolist() == [ends(edges)[0].count(i) for i in range(n)]
    assert graph.in_degree.tolist() == [ends(edges)[1].count(i) for i in range(n)]
    assert graph.out_degree.dtype == graph.in_degree.dtype == np.int64
    sources, targets = graph.edges()
    assert Graph.from_edges(n, sources, targets).equals(graph)
    assert sorted(zip(sources.tolist(), targets.tolist(), strict=True)) == sorted(edges)
    again = Graph.load(graph.dump())
    assert again.equals(graph)
    assert again.indices is not graph.indices
    assert not graph.equals(Graph.from_edges(n + 1, *ends(edges)))
    assert not graph.equals(Graph.from_edges(n, *ends([*edges, (0, 0)])))


def test_graphs_without_nodes_or_edges() -> None:
    for n in (0, 1, 5):
        graph = Graph.empty(n)
        assert len(graph) == n
        assert graph.in_degree.tolist() == graph.out_degree.tolist() == [0] * n
        assert graph.equals(Graph.from_edges(n, [], []))
    assert repr(Graph.from_edges(3, [0, 1], [1, 2])) == "Graph(3 nodes, 2 edges)"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: Graph.from_edges(2, [0, 2], [0, 0]), IndexError, "source of edge 1 is 2; nodes go from 0 to 1"),
        (lambda: Graph.from_edges(2, [0], [-1]), IndexError, "target of edge 0 is -1"),
        (lambda: Graph.from_edges(2, [0, 1], [1]), ValueError, "sources and targets of one length"),
        (lambda: Graph.from_edges(-1, [], []), ValueError, "a graph of -1 nodes"),
        (lambda: Graph.empty(2).neighbours(2), IndexError, "no node 2, there are 2"),
        (lambda: Graph.empty(2).neighbours(-1), IndexError, "no node -1"),
        (lambda: Graph.load({"indptr": np.zeros(1, np.int64)}), ValueError, "dumped as indptr and indices"),
        (
            lambda: Graph.load({"indptr": np.array([0, 2]), "indices": np.zeros(1, np.int32)}),
            ValueError,
            "not the rows of a graph",
        ),
        (lambda: pagerank(2, [0], [1], damping=1.0), ValueError, "damping must be from 0 to below 1"),
        (lambda: pagerank(2, [0], [2]), IndexError, "an edge ends at a node outside 0 to 1"),
        (lambda: pagerank(2, [-1], [1]), IndexError, "an edge ends at a node outside 0 to 1"),
    ],
)
def test_bad_graphs_are_refused(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


@settings(deadline=None)
@given(edge_lists(), st.sampled_from([0.0, 0.5, 0.85]))
def test_pagerank_is_that_of_networkx(case: tuple[int, list[tuple[int, int]]], damping: float) -> None:
    n, edges = case
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)
    expected = nx.pagerank(graph, alpha=damping, tol=1e-15, max_iter=1000)
    found = pagerank(n, *ends(edges), damping=damping, rounds=250)
    # 0.85 ** 250 = 2e-18: what is left is rounding.
    assert found / found.sum() == pytest.approx([expected[i] for i in range(n)], abs=1e-12)


def test_pagerank_keeps_its_bound_when_stopped_early() -> None:
    # On a ring every node ends at 1 / (1 - damping), and each round takes the error down by the damping.
    n = 10
    ring = (np.arange(n), (np.arange(n) + 1) % n)
    for rounds in (1, 20, 50):
        rank = pagerank(n, *ring, rounds=rounds)
        assert 1 - rank * (1 - 0.85) == pytest.approx(0.85 ** (rounds + 1))


@settings(deadline=None)
@given(edge_lists())
def test_a_node_without_links_changes_nobody_to_the_bit(case: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = case
    alone = pagerank(n, *ends(edges))
    joined = pagerank(n + 1, *ends(edges))
    assert np.array_equal(alone, joined[:n])
    assert joined[n] == 1.0


def test_pagerank_does_not_depend_on_threads() -> None:
    streams, edges = Streams(4), np.arange(40_000)
    sources, targets = (streams.integers(name, edges, 3000) for name in ("source", "target"))
    targets = targets * targets // 3000  # some are linked to far more than others
    found = []
    for threads in (1, 2, 3):
        with allowing(threads):
            found.append(pagerank(3000, sources, targets))
    assert found[0].max() > 10
    assert all(np.array_equal(found[0], other) for other in found[1:])


def test_pagerank_of_small_webs() -> None:
    assert pagerank(0, [], []).shape == (0,)
    assert pagerank(1, [], []).tolist() == [1.0]
    assert pagerank(4, [], []).tolist() == [1.0] * 4
    assert pagerank(2, [0], [1], rounds=3).tolist() == [1.0, 1.85]
