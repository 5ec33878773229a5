"""The author graph as GraphML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["graphml"]

HEAD = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="d3" for="edge" attr.name="weight" attr.type="long" />
  <key id="d2" for="node" attr.name="authority" attr.type="double" />
  <key id="d1" for="node" attr.name="domain" attr.type="string" />
  <key id="d0" for="node" attr.name="kind" attr.type="string" />
  <graph edgedefault="directed">
"""
TAIL = "  </graph>\n</graphml>\n"


def graphml(graph: nx.DiGraph[str]) -> bytes:
    """What `measures.authors.author_graph` gave as `networkx.write_graphml` would write it, in a third of the time.

    That finds out which attributes there are, of which types.
    """
    nodes = (
        f"    <node id={quoteattr(name)}>\n"
        f'      <data key="d0">{about["kind"]}</data>\n'
        f'      <data key="d1">{escape(about["domain"])}</data>\n'
        f'      <data key="d2">{about["authority"]}</data>\n'
        "    </node>\n"
        for name, about in graph.nodes(data=True)
    )
    edges = (
        f"    <edge source={quoteattr(source)} target={quoteattr(target)}>\n"
        f'      <data key="d3">{about["weight"]}</data>\n'
        "    </edge>\n"
        for source, target, about in graph.edges(data=True)
    )
    return "".join((HEAD, *nodes, *edges, TAIL)).encode()
