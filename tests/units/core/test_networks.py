"""Networks by name, their fast path against networkx, and files.

Statistical tests use fixed seeds and fail for a sound generator with a chance of at most ALARM.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from ecosystem.core import networks
from ecosystem.core.graph import Graph
from ecosystem.core.networks import (
    NETWORKS,
    BarabasiAlbert,
    EdgeList,
    GraphML,
    Network,
    NetworkFileError,
    NoNetwork,
    StochasticBlock,
    WattsStrogatz,
)

if TYPE_CHECKING:
    from pathlib import Path

ALARM = 1e-6  # false alarms per test
SEED = 2**63 + 12345  # as large as keys are
FAMILIES: list[Network] = [
    BarabasiAlbert(m=3),
    WattsStrogatz(k=6, p=0.2),
    WattsStrogatz(k=6, p=1.0),
    StochasticBlock(within=5.0, between=2.0),
    NoNetwork(),
]


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the compiled generators make networks of every size."""
    monkeypatch.setattr(networks, "NETWORKX_LIMIT", 0)
    monkeypatch.setattr(networks, "NETWORKX_BLOCKS_LIMIT", 0)


def has_simple_edges(graph: Graph) -> bool:
    """Whether nobody follows themselves or anyone twice."""
    sources, targets = graph.edges()
    pairs = sources * len(graph) + targets
    return bool((sources != targets).all()) and np.unique(pairs).size == pairs.size


def is_mutual(graph: Graph) -> bool:
    sources, targets = graph.edges()
    n = len(graph)
    return bool(np.array_equal(np.sort(sources * n + targets), np.sort(targets * n + sources)))


def blocks_of(n: int) -> Any:
    return np.arange(n) % 3


@pytest.mark.parametrize("network", FAMILIES, ids=repr)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 50])
def test_any_number_of_nodes_makes_a_simple_network(network: Network, n: int) -> None:
    graph = network.generate(n, SEED, blocks_of(n))
    assert len(graph) == n
    assert has_simple_edges(graph)
    if isinstance(network, NoNetwork):
        assert graph.indices.size == 0
    elif n > 1:
        assert graph.indices.size > 0


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("network", FAMILIES, ids=repr)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 50])
def test_the_fast_path_does_so_too(network: Network, n: int) -> None:
    test_any_number_of_nodes_makes_a_simple_network(network, n)


@pytest.mark.parametrize("network", FAMILIES[:-1], ids=repr)
@pytest.mark.parametrize("path", ["networkx", "fast"])
def test_the_seed_decides(network: Network, path: str, request: pytest.FixtureRequest) -> None:
    if path == "fast":
        request.getfixturevalue("fast")
    one = network.generate(200, SEED, blocks_of(200))
    assert network.generate(200, SEED, blocks_of(200)).equals(one)
    assert not network.generate(200, SEED + 1, blocks_of(200)).equals(one)


def both_paths(network: Network, n: int, monkeypatch: pytest.MonkeyPatch) -> list[Graph]:
    """The same family by networkx and by the compiled generator."""
    blocks = blocks_of(n)
    monkeypatch.setattr(networks, "NETWORKX_BLOCKS_LIMIT", n)
    made = [network.generate(n, SEED, blocks)]
    monkeypatch.setattr(networks, "NETWORKX_LIMIT", 0)
    monkeypatch.setattr(networks, "NETWORKX_BLOCKS_LIMIT", 0)
    return [*made, network.generate(n, SEED, blocks)]


@pytest.mark.parametrize("network", FAMILIES[:-1], ids=repr)
def test_both_paths_make_the_same_degrees(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    # 3,000 nodes a side: a shift of the degrees by 0.17 standard deviations shows.
    theirs, ours = both_paths(network, 3000, monkeypatch)
    for degrees in ("in_degree", "out_degree"):
        a, b = getattr(theirs, degrees), getattr(ours, degrees)
        top = int(np.quantile(np.r_[a, b], 0.99))
        table = np.array([np.bincount(np.minimum(d, top), minlength=top + 1) for d in (a, b)])
        table = table[:, table.sum(axis=0) >= 20]
        assert table.shape[1] == 1 or stats.chi2_contingency(table).pvalue > ALARM
    # The number of edges varies by less than its square root.
    sizes = [theirs.indices.size, ours.indices.size]
    assert abs(sizes[0] - sizes[1]) < 6 * math.sqrt(2 * sizes[0])


@pytest.mark.usefixtures("fast")
def test_preferential_attachment_has_its_power_law_tail() -> None:
    # Degrees k follow 2 m (m + 1) / (k (k + 1) (k + 2)) in the limit, so at least k: m (m + 1) /
    # (k (k + 1)). With 100,000 nodes the fewest counted is 60. Bollobas et al. 2001,
    # doi:10.1002/rsa.1009.
    n, m = 100_000, 3
    graph = BarabasiAlbert(m=m).generate(n, SEED)
    degree = graph.in_degree + graph.out_degree
    for k in (6, 12, 25, 50, 100, 140):
        expected = n * m * (m + 1) / (k * (k + 1))
        # assumption: dependence between degrees at most doubles the error of independent ones.
        assert abs((degree >= k).sum() - expected) < 2 * 5 * math.sqrt(expected), k
    sources, targets = graph.edges()
    assert (sources > targets).all()  # newcomers follow those who were there
    assert (graph.out_degree[m + 1 :] == m).all()


def test_newcomers_of_networkx_follow_the_old_too() -> None:
    graph = BarabasiAlbert(m=3).generate(500, SEED)
    sources, targets = graph.edges()
    assert (sources > targets).all()
    assert (graph.out_degree[4:] == 3).all()


@pytest.mark.parametrize("path", ["networkx", "fast"])
def test_a_ring_without_rewiring_is_a_ring(path: str, request: pytest.FixtureRequest) -> None:
    if path == "fast":
        request.getfixturevalue("fast")
    graph = WattsStrogatz(k=4, p=0.0).generate(20, SEED)
    for i in range(20):
        assert sorted(graph.neighbours(i)) == sorted((i + step) % 20 for step in (-2, -1, 1, 2))
    assert is_mutual(WattsStrogatz(k=4, p=0.5).generate(20, SEED))
    few = WattsStrogatz(k=10, p=0.0).generate(4, SEED)
    assert few.out_degree.tolist() == [2] * 4


@pytest.mark.parametrize("path", ["networkx", "fast"])
def test_blocks_have_their_mean_degrees(path: str, request: pytest.FixtureRequest) -> None:
    if path == "fast":
        request.getfixturevalue("fast")
    n = 4000
    blocks = np.where(np.arange(n) % 5 == 0, 77, -3)  # any labels, mixed, of unequal size
    graph = StochasticBlock(within=6.0, between=1.5).generate(n, SEED, blocks)
    sources, targets = graph.edges()
    same = blocks[sources] == blocks[targets]
    for label in (77, -3):
        members = (blocks == label).sum()
        mine = blocks[sources] == label
        for mean, count in ((6.0, (mine & same).sum()), (1.5, (mine & ~same).sum())):
            # A sum of many rare events: nearly Poisson.
            z = (count - mean * members) / math.sqrt(mean * members)
            assert abs(z) < stats.norm.isf(ALARM / 8)


@pytest.mark.parametrize("path", ["networkx", "fast"])
def test_blocks_too_small_for_their_degree_are_complete(path: str, request: pytest.FixtureRequest) -> None:
    if path == "fast":
        request.getfixturevalue("fast")
    blocks = np.array([0, 1, 0, 1, 1])
    graph = StochasticBlock(within=9.0, between=0.0).generate(5, SEED, blocks)
    assert [sorted(graph.neighbours(i)) for i in range(5)] == [[2], [3, 4], [0], [1, 4], [1, 3]]
    everyone = StochasticBlock(within=9.0, between=9.0).generate(5, SEED, blocks)
    assert everyone.out_degree.tolist() == [4] * 5
    alone = StochasticBlock().generate(3, SEED)  # one group if none is given
    assert alone.out_degree.tolist() == [2] * 3


def test_two_thousand_blocks_do_not_go_through_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    import networkx as nx  # noqa: PLC0415 - as in the module tested

    monkeypatch.setattr(nx, "stochastic_block_model", None)  # would fail if called
    graph = StochasticBlock(within=1.0, between=2.0).generate(4000, SEED, np.arange(4000) % 2000)
    assert graph.indices.size == pytest.approx(4000 * 3, rel=0.05)


def test_groups_must_be_given_for_every_node() -> None:
    with pytest.raises(ValueError, match="stochastic_block: 2 groups given for 3 nodes"):
        StochasticBlock().generate(3, SEED, np.array([0, 1]))


def test_every_network_is_registered() -> None:
    assert list(NETWORKS) == [
        "barabasi_albert",
        "edge_list",
        "graphml",
        "none",
        "stochastic_block",
        "watts_strogatz",
    ]


def test_an_edge_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "edges.txt"
    path.write_text("# follower followed\n0 1\n2,0\n\n 1\t2  # a note\n")
    graph = EdgeList(path=str(path)).generate(4, SEED)
    assert graph.equals(Graph.from_edges(4, [0, 2, 1], [1, 0, 2]))
    path.write_text("# nothing\n")
    assert EdgeList(path=str(path)).generate(4, SEED).equals(Graph.empty(4))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("0 1\n0\n", r"edges.txt, line 2: '0' is not two node numbers from 0 up"),
        ("0 1 2\n", r"line 1: '0 1 2' is not two node numbers"),
        ("0 x\n", r"line 1: '0 x' is not two node numbers"),
        ("0 -1\n", r"line 1: '0 -1' is not two node numbers"),
        ("0 1.5\n", r"line 1: '0 1.5' is not two node numbers"),
        ("0 1\n\n1 9\n", r"line 3: node 9, but the network has only 4 nodes, numbered from 0"),
        (None, r"edges.txt: cannot be read: .*No such file"),
        (b"\xff\xfe\x00", r"edges.txt: cannot be read: .*utf-8"),
    ],
)
def test_a_bad_edge_list_is_named_with_its_line(content: str | bytes | None, text: str, tmp_path: Path) -> None:
    path = tmp_path / "edges.txt"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(NetworkFileError, match=text):
        EdgeList(path=str(path)).generate(4, SEED)


GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <graph edgedefault="{kind}">
    <node id="ann"/><node id="bob"/><node id="cid"/>
    <edge source="ann" target="bob"/><edge source="bob" target="cid"/>
  </graph>
</graphml>
"""


def test_graphml_is_read_in_the_order_of_its_nodes(tmp_path: Path) -> None:
    path = tmp_path / "web.graphml"
    path.write_text(GRAPHML.format(kind="directed"))
    graph = GraphML(path=str(path)).generate(4, SEED)
    assert graph.equals(Graph.from_edges(4, [0, 1], [1, 2]))
    path.write_text(GRAPHML.format(kind="undirected"))
    mutual = GraphML(path=str(path)).generate(3, SEED)
    assert is_mutual(mutual)
    assert mutual.out_degree.tolist() == [1, 2, 1]
    with pytest.raises(NetworkFileError, match=r"web.graphml: 3 nodes, but the network has only 2"):
        GraphML(path=str(path)).generate(2, SEED)


@pytest.mark.parametrize("content", ["<graphml", "<html></html>", "", None])
def test_bad_graphml_names_the_file(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "web.graphml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NetworkFileError, match=r"web.graphml: not readable as GraphML: "):
        GraphML(path=str(path)).generate(4, SEED)


def test_malformed_graphml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "web.graphml"
    path.write_text(GRAPHML.format(kind="directed").replace("</graph>", ""))
    with pytest.raises(NetworkFileError, match="line 7"):
        GraphML(path=str(path)).generate(4, SEED)
