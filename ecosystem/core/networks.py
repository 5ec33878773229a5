"""Networks by name: the random families of networkx, and files.

Node i follows the nodes in row i. Up to NETWORKX_LIMIT nodes networkx itself generates the graph;
above (5,000 for the block model), a compiled generator of the same family takes over.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ecosystem.core import fast_networks
from ecosystem.core.graph import Graph
from ecosystem.core.parameters import param
from ecosystem.core.registry import Component, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# networkx takes 10 to 30 microseconds per node with ten edges: 1 to 3 seconds at this size. Its
# block model visits every pair of nodes or of groups instead: 0.2 s at 5,000, 74 s at 100,000.
NETWORKX_LIMIT = 100_000
NETWORKX_BLOCKS_LIMIT = 5_000
_EDGE_FIELDS = 2  # an edge is two nodes

NETWORKS: Registry[type[Network]] = Registry("network")


class NetworkFileError(ValueError):
    """A network file that cannot be read; the text names file, line and cause."""


class Network(Component):
    """A way to make the network of who follows whom."""

    registry: ClassVar[Registry[Any]] = NETWORKS

    @abstractmethod
    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """Make the network of n nodes.

        Args:
            n: number of nodes, 0 and 1 included.
            seed: 64 bits from `Streams.key`; the same seed gives the same network.
            blocks: i64[n], the group of each node, for the kinds that know groups; one group if
                not given.
        """


class NoNetwork(Network):
    """Nobody follows anybody."""

    kind: ClassVar[str] = "none"

    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """Nodes without edges."""
        del seed, blocks
        return Graph.empty(n)


class BarabasiAlbert(Network):
    """Preferential attachment: each newcomer follows m, chosen in proportion to their degree.

    Followers then have a power-law tail of exponent 3. Source: A.-L. Barabási and R. Albert,
    Science 286, 509 (1999), doi:10.1126/science.286.5439.509. The first m + 1 nodes form a star.
    """

    kind: ClassVar[str] = "barabasi_albert"
    m: int = param(
        5,
        unit="accounts",
        source="assumption: a few accounts followed by each newcomer",
        meaning="accounts that each newcomer follows",
        ge=1,
        role="uncertainty",
    )

    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """Newer nodes follow older ones; with n <= m nodes all follow the first."""
        del blocks
        m = min(self.m, n - 1)
        if m < 1:
            return Graph.empty(n)
        if n > NETWORKX_LIMIT:
            return Graph.from_edges(n, *fast_networks.barabasi_albert(np.uint64(seed), n, m))
        import networkx as nx  # noqa: PLC0415 - slow to import

        ends = _pairs(nx.barabasi_albert_graph(n, m, seed=int(seed)).edges())
        return Graph.from_edges(n, ends.max(axis=1), ends.min(axis=1))


class WattsStrogatz(Network):
    """A small world: a ring of neighbours of which some ties are rewired. Following is mutual.

    Source: D. J. Watts and S. H. Strogatz, Nature 393, 440 (1998), doi:10.1038/30918.
    """

    kind: ClassVar[str] = "watts_strogatz"
    k: int = param(
        10,
        unit="accounts",
        source="Watts and Strogatz 1998, figure 2 (k = 10)",
        meaning="neighbours on the ring that each node is tied to; an odd number counts one less",
        ge=2,
        role="uncertainty",
    )
    p: float = param(
        0.1,
        unit="1",
        source="assumption: within the small-world range 0.01 to 0.1 of Watts and Strogatz 1998",
        meaning="probability that a tie is rewired to a random node",
        ge=0.0,
        le=1.0,
        role="uncertainty",
    )

    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """Ties in both directions; with n <= k nodes everyone is tied to nearly everyone."""
        del blocks
        half = min(self.k, n - 1) // 2
        if half < 1:
            return Graph.from_edges(n, *(([0, 1], [1, 0]) if n == _EDGE_FIELDS else ([], [])))
        if n > NETWORKX_LIMIT:
            ends = fast_networks.watts_strogatz(np.uint64(seed), n, half, self.p)
        else:
            import networkx as nx  # noqa: PLC0415 - slow to import

            ends = _pairs(nx.watts_strogatz_graph(n, 2 * half, self.p, seed=int(seed)).edges())
        return _mutual(n, ends)


class StochasticBlock(Network):
    """Groups: everyone follows some of their own group and some of the others.

    Source: P. W. Holland, K. B. Laskey and S. Leinhardt, Social Networks 5, 109 (1983),
    doi:10.1016/0378-8733(83)90021-7. Probabilities are given by the mean degrees they make.
    """

    kind: ClassVar[str] = "stochastic_block"
    within: float = param(
        8.0,
        unit="accounts",
        source="assumption: most ties are within a field of interest",
        meaning="mean number of accounts followed in one's own group",
        ge=0.0,
        role="uncertainty",
    )
    between: float = param(
        2.0,
        unit="accounts",
        source="assumption: a fifth of the ties leave the field of interest",
        meaning="mean number of accounts followed in all other groups together",
        ge=0.0,
        role="uncertainty",
    )

    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """A group too small for its mean degree is complete."""
        labels = np.zeros(n, np.int64) if blocks is None else np.asarray(blocks, np.int64)
        if labels.shape != (n,):
            message = f"stochastic_block: {labels.size} groups given for {n} nodes"
            raise ValueError(message)
        _, label, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        order = np.argsort(label, kind="stable")
        inside = np.minimum(1.0, self.within / np.maximum(sizes - 1, 1))
        outside = np.minimum(1.0, self.between / np.maximum(n - sizes, 1))
        if n > NETWORKX_BLOCKS_LIMIT or sizes.size > np.sqrt(NETWORKX_BLOCKS_LIMIT):
            sources, targets = fast_networks.stochastic_block(np.uint64(seed), sizes, inside, outside)
            return Graph.from_edges(n, order[sources], order[targets])
        import networkx as nx  # noqa: PLC0415 - slow to import

        p = np.where(np.eye(sizes.size, dtype=bool), inside[:, None], outside[:, None])
        graph = nx.stochastic_block_model(sizes.tolist(), p.tolist(), seed=int(seed), directed=True)
        ends = _pairs(graph.edges())
        return Graph.from_edges(n, order[ends[:, 0]], order[ends[:, 1]])


class EdgeList(Network):
    """A text file with one edge a line: follower and followed, as numbers from 0."""

    kind: ClassVar[str] = "edge_list"
    path: str = param(
        unit="path",
        source="the user's data",
        meaning="file of edges: two node numbers a line, apart by space or comma; # starts a note",
    )

    def files(self) -> dict[str, str]:
        """See :class:`Component`."""
        return {"path": self.path}

    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """Nodes that the file does not name follow nobody."""
        del seed, blocks
        ends = np.array(list(_edges_of(self.path, n)), np.int64).reshape(-1, _EDGE_FIELDS)
        return Graph.from_edges(n, ends[:, 0], ends[:, 1])


class GraphML(Network):
    """A GraphML file; its nodes are taken in the order of the file."""

    kind: ClassVar[str] = "graphml"
    path: str = param(
        unit="path",
        source="the user's data",
        meaning="GraphML file; in an undirected graph following is mutual",
    )

    def files(self) -> dict[str, str]:
        """See :class:`Component`."""
        return {"path": self.path}

    def generate(self, n: int, seed: int, blocks: NDArray[np.int64] | None = None) -> Graph:
        """Nodes beyond those of the file follow nobody."""
        del seed, blocks
        import networkx as nx  # noqa: PLC0415 - slow to import

        try:
            graph = nx.read_graphml(self.path)
        except (OSError, SyntaxError, ValueError, KeyError, nx.NetworkXError) as error:
            message = f"{self.path}: not readable as GraphML: {error}"
            raise NetworkFileError(message) from error
        if len(graph) > n:
            message = f"{self.path}: {len(graph)} nodes, but the network has only {n}"
            raise NetworkFileError(message)
        number = {node: i for i, node in enumerate(graph)}
        ends = _pairs((number[a], number[b]) for a, b in graph.edges())
        if graph.is_directed():
            return Graph.from_edges(n, ends[:, 0], ends[:, 1])
        return _mutual(n, ends)


def _edges_of(path: str, n: int) -> Iterator[tuple[int, int]]:
    """Edges of an edge list file, or NetworkFileError naming the line."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise NetworkFileError(message) from error
    for number, line in enumerate(lines, start=1):
        fields = line.partition("#")[0].replace(",", " ").split()
        if not fields:
            continue
        if len(fields) != _EDGE_FIELDS or not all(field.isdecimal() for field in fields):
            message = f"{path}, line {number}: {line.strip()!r} is not two node numbers from 0 up"
            raise NetworkFileError(message)
        source, target = map(int, fields)
        if max(source, target) >= n:
            message = (
                f"{path}, line {number}: node {max(source, target)}, but the network has only "
                f"{n} nodes, numbered from 0"
            )
            raise NetworkFileError(message)
        yield source, target


def _pairs(edges: Any) -> NDArray[np.int64]:
    """Edges of networkx as i64[edges, 2]."""
    flat = np.fromiter((node for edge in edges for node in edge), np.int64)
    return flat.reshape(-1, _EDGE_FIELDS)


def _mutual(n: int, ends: NDArray[np.int64]) -> Graph:
    """Each tie in both directions."""
    both = np.concatenate([ends, ends[:, ::-1]])
    return Graph.from_edges(n, both[:, 0], both[:, 1])
