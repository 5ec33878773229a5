"""The in-degree distribution and the author network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.authors import discs, read_authors
from analysis.network import author_network, in_degree, survival
from analysis.results import NothingToDraw, ResultsError, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    WriteResults = Callable[..., Path]


def test_survival_by_hand() -> None:
    degrees = pd.DataFrame({"in_degree": [0, 1, 3, 3], "count": [5, 3, 1, 1]})
    degree, share = survival(degrees)
    np.testing.assert_array_equal(degree, [1.0, 3.0])
    np.testing.assert_allclose(share, [0.5, 0.2])


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.integers(0, 50), st.integers(1, 1_000), min_size=1))
def test_survival_counts_items_with_at_least_so_many_links(counts: dict[int, int]) -> None:
    degrees = pd.DataFrame({"in_degree": list(counts), "count": list(counts.values())})
    degree, share = survival(degrees)
    items = np.repeat(list(counts), list(counts.values()))
    assert list(degree) == sorted(k for k in counts if k > 0)
    np.testing.assert_allclose(share, [(items >= k).mean() for k in degree])


def test_guide_has_the_published_slope(write_results: WriteResults) -> None:
    figure = in_degree(load(write_results(months=1)))
    (guide,) = [line for line in figure.axes[0].lines if "exponent" in str(line.get_label())]
    x, y = np.log(np.asarray(guide.get_xdata())), np.log(np.asarray(guide.get_ydata()))
    # exponent 2.1 of the density is 1.1 of the complementary cumulative distribution
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(-1.1)


@pytest.mark.parametrize(
    "degrees",
    [
        pd.DataFrame({"replicate": [], "in_degree": [], "count": []}),
        pd.DataFrame({"replicate": [0], "in_degree": [0], "count": [9]}),
    ],
    ids=["no rows", "no links"],
)
def test_in_degree_of_nothing(write_results: WriteResults, degrees: pd.DataFrame) -> None:
    folder = write_results(months=1, change=lambda tables: tables | {"degrees": degrees})
    with pytest.raises(NothingToDraw, match="degrees"):
        in_degree(load(folder))


def test_in_degree_of_one_linked_item(write_results: WriteResults) -> None:
    degrees = pd.DataFrame({"replicate": [0], "in_degree": [1], "count": [1]})
    folder = write_results(months=1, change=lambda tables: tables | {"degrees": degrees})
    assert in_degree(load(folder)).axes[0].lines


def authors(authority: list[float], domains: int) -> pd.DataFrame:
    """Return authors over so many domains in turn, the most authoritative first."""
    names = [f"d{position % domains:02d}" for position in range(len(authority))]
    ordered = sorted(authority, reverse=True)
    return pd.DataFrame({"kind": "human", "domain": names, "authority": ordered})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=120), st.integers(1, 12))
def test_discs_do_not_overlap_nor_reach_into_each_other(authority: list[float], domains: int) -> None:
    places = discs(authors(authority, domains))
    at = places[["x", "y"]].to_numpy()
    radius = places["radius"].to_numpy()
    distance = np.linalg.norm(at[:, None] - at[None], axis=2) + 10 * np.eye(len(at))
    other = places["disc"].to_numpy()[:, None] != places["disc"].to_numpy()[None]
    touching = distance < radius[:, None] + radius[None]
    assert not (touching & other).any()
    # inside a disc unequal neighbours may touch at the rim, but none may hide another
    assert (distance > np.maximum(radius[:, None], radius[None])).all()


def test_equal_marks_do_not_touch() -> None:
    places = discs(authors([0.5] * 200, 1))
    at = places[["x", "y"]].to_numpy()
    distance = np.linalg.norm(at[:, None] - at[None], axis=2) + 10 * np.eye(len(at))
    assert distance.min() > 2 * places["radius"].iloc[0]


def test_many_domains_share_one_disc() -> None:
    places = discs(authors([0.5] * 60, 20))
    assert places["disc"].nunique() == 9
    assert (places["disc"] == "other").sum() == 60 - 8 * 3


def test_the_most_authoritative_is_the_largest_and_nearest_the_centre() -> None:
    places = discs(authors(list(np.linspace(0, 1, 50)), 1))
    away = (places["x"] ** 2 + places["y"] ** 2) ** 0.5
    assert places["radius"].idxmax() == 0
    assert away.idxmin() == 0


def test_network_counts_authors_and_links(write_results: WriteResults) -> None:
    figure = author_network(load(write_results(months=1, authors=900)))
    text = " ".join(item.get_text() for item in figure.texts).replace("\n", " ")
    assert "600 authors of highest authority, of 900 sampled" in text


GRAPHML = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    '<key id="k" for="node" attr.name="kind" attr.type="string"/>'
    '<key id="d" for="node" attr.name="domain" attr.type="string"/>'
    '<key id="a" for="node" attr.name="authority" attr.type="double"/>'
    '<graph edgedefault="directed">{nodes}</graph></graphml>'
)
NODE = '<node id="{0}"><data key="k">{1}</data><data key="d">x</data><data key="a">0</data></node>'


def test_loops_are_left_out_and_no_authority_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "sites.graphml"
    loop = '<edge source="a" target="a"/><edge source="a" target="b"/>'
    nodes = NODE.format("a", "human") + NODE.format("b", "publisher") + loop
    path.write_text(GRAPHML.format(nodes=nodes), encoding="utf-8")
    found, links = read_authors(path)
    assert list(links.itertuples(index=False, name=None)) == [("a", "b")]
    assert np.isfinite(discs(found)[["x", "y", "radius"]].to_numpy()).all()


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (None, NothingToDraw, "no sites.graphml"),
        ("<graphml", ResultsError, "not a readable GraphML file"),
        (GRAPHML.format(nodes=""), NothingToDraw, "no author"),
        (GRAPHML.format(nodes='<node id="a"/>'), ResultsError, "authors lack"),
        (GRAPHML.format(nodes=NODE.format("a", "robot")), ResultsError, "robot"),
    ],
)
def test_unusable_author_graph(tmp_path: Path, content: str | None, error: type[Exception], words: str) -> None:
    path = tmp_path / "sites.graphml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=words):
        read_authors(path)
