from __future__ import annotations

import io

import networkx as nx
import pytest
from networkx.readwrite.graphml import write_graphml_xml

from ecosystem.experiments.graphml import graphml


@pytest.mark.parametrize("size", [1, 3])
def test_a_graph_is_written_as_networkx_writes_it(size: int) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for number, domain in enumerate(["news", "R&D <new>", 'the "web", 網'][:size]):
        graph.add_node(f"human-{number}", kind="human", domain=domain, authority=1.1 / (number + 1))
    for source, target in [("human-0", "human-2"), ("human-2", "human-0"), ("human-1", "human-0")][: size - 1]:
        graph.add_edge(source, target, weight=10**12)
    theirs = io.BytesIO()
    write_graphml_xml(graph, theirs)
    found = graphml(graph)
    if size > 1:  # else networkx declares no attribute of edges
        assert found == theirs.getvalue()
    again = nx.read_graphml(io.BytesIO(found))
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(data=True)) == list(graph.edges(data=True))


def test_an_empty_graph_is_written() -> None:
    assert len(nx.read_graphml(io.BytesIO(graphml(nx.DiGraph())))) == 0
