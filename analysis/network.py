"""The web as a network: links between items, and who links to whom among authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Rectangle

from analysis.authors import discs, read_authors
from analysis.results import NothingToDraw
from analysis.style import HUMAN, SYNTHETIC, finish, house_style, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.results import ResultsFolder
    from analysis.series import FloatArray

IN_DEGREE_EXPONENT = 2.1
"""Exponent of the in-degree distribution of pages, P(k) ~ k^-2.1: Broder et al. (2000), "Graph
structure in the Web", doi 10.1016/S1389-1286(00)00083-9. Larger crawls find a heavy tail but no
pure power law (Meusel et al. 2015, doi 10.1561/106.00000003), hence a guide, not a target."""

NODES_LEGIBLE = 600
"""Authors on a snapshot, the most authoritative ones.

assumption: read off drawn sheets; with more, the smallest dots touch.
"""

KINDS = {"human": (HUMAN, "o", "person"), "publisher": (SYNTHETIC, "s", "publisher")}
"""Colour, marker and legend of each kind of author."""


@house_style
def in_degree(results: ResultsFolder) -> Figure:
    """Draw the share of items with at least k links to them, both axes logarithmic.

    Raises:
        NothingToDraw: No rows in `degrees`, or no item with a link to it.
    """
    degrees = results.table("degrees")
    if not len(degrees):
        message = "the table degrees has no rows"
        raise NothingToDraw(message)
    linked = degrees[(degrees["in_degree"] > 0) & (degrees["count"] > 0)]
    if not len(linked):
        message = "the table degrees has no item with a link to it"
        raise NothingToDraw(message)
    figure, (axes,) = sheet(1, 1, 4.6)
    several = len(set(degrees["replicate"])) > 1
    pooled = ", all replicates (thin: each)" if several else ""
    for _, part in degrees.groupby("replicate"):
        degree, share = survival(part)
        axes.plot(degree, share, color=HUMAN, linewidth=0.6, alpha=0.5)
    degree, share = survival(degrees)
    axes.plot(degree, share, "o", color=HUMAN, markersize=3.2, label=f"simulated{pooled}")
    _guide(axes, degree, share)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("k, links to an item (in-degree)")
    axes.set_ylabel("share of items with at least k links")
    axes.legend(loc="upper right")
    of_all = " of all replicates" if several else " of the run"
    total, unlinked = degrees["count"].sum(), degrees.loc[degrees["in_degree"] == 0, "count"].sum()
    reading = (
        f"{total:,.0f} items at the end{of_all}, {unlinked / total:.0%} of them without a link. "
        "A straight line is a power law; only its slope is to be compared, not its height."
    )
    note = (
        "Guide: exponent 2.1 of real pages, Broder et al. (2000), "
        "doi 10.1016/S1389-1286(00)00083-9; larger crawls find heavy tails but no pure power law."
    )
    heading = ("How unequally links fall on items", reading)
    return finish(figure, results, heading, [note], bands=False)


def survival(degrees: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Complementary cumulative distribution of in-degree.

    Args:
        degrees: Columns `in_degree` and `count`; equal degrees are pooled.

    Returns:
        Degrees above zero that occur, ascending, and for each the share of all items (those
        without a link included) with at least that many links.
    """
    counts = degrees.groupby("in_degree")["count"].sum().sort_index().astype("float64")
    share = counts[::-1].cumsum()[::-1] / counts.sum()
    share = share[(counts > 0) & (counts.index > 0)]
    return np.asarray(share.index, dtype=np.float64), np.asarray(share, dtype=np.float64)


def _guide(axes: Axes, degree: FloatArray, share: FloatArray) -> None:
    """Draw the published slope beside the points: P(K >= k) ~ k^-(exponent - 1)."""
    aside = 2.0  # factor above the points, so that the guide does not cover them
    start = degree[len(degree) // 3]
    level = aside * share[len(degree) // 3]
    ends = np.array([start, degree[-1]]) if degree[-1] > start else np.array([start, 10.0 * start])
    axes.plot(
        ends,
        level * (ends / start) ** (1.0 - IN_DEGREE_EXPONENT),
        color="black",
        linestyle=(0.0, (4.0, 1.5)),
        linewidth=1.0,
        label=f"slope published for real pages (exponent {IN_DEGREE_EXPONENT})",
    )


@house_style
def author_network(results: ResultsFolder) -> Figure:
    """Draw the sample of authors, a disc for each domain, the most authoritative in its centre.

    Raises:
        NothingToDraw: No `sites.graphml`, or no author in it.
        ResultsError: `sites.graphml` is not readable.
    """
    authors, links = read_authors(results.path / "sites.graphml")
    shown = authors[:NODES_LEGIBLE]
    places = discs(shown)
    figure, (axes,) = sheet(1, 1, 7.6)
    drawn = _draw_links(axes, links, places, shown)
    for kind, (color, _, _) in KINDS.items():
        part = places[shown["kind"] == kind]
        shapes = [_shape(kind, *row) for row in part[["x", "y", "radius"]].to_numpy()]
        axes.add_collection(PatchCollection(shapes, facecolor=color, edgecolor="white", linewidth=0.3, zorder=3))
    _name_discs(axes, places)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.set_axis_off()
    handles = [
        Line2D([], [], linestyle="", marker=marker, color=color, markersize=6, label=name)
        for color, marker, name in KINDS.values()
    ]
    axes.legend(handles=handles, loc="upper right", bbox_to_anchor=(1.0, 1.0))
    chosen = f" of highest authority, of {len(authors):,} sampled" if len(authors) > len(shown) else ""
    reading = (
        f"{len(shown):,} authors{chosen}, and {drawn:,} links between them. Each disc is a domain "
        "with its most authoritative author (PageRank, size of the mark) in the centre. Links have "
        "the colour of the author they point to."
    )
    return finish(figure, results, ("Who links to whom", reading), bands=False)


def _draw_links(axes: Axes, links: pd.DataFrame, places: pd.DataFrame, shown: pd.DataFrame) -> int:
    """Draw links between shown authors, faint where there are many; return how many."""
    inside = links[links["source"].isin(places.index) & links["target"].isin(places.index)]
    where = places[["x", "y"]]
    ends = np.stack([where.loc[inside["source"]].to_numpy(), where.loc[inside["target"]].to_numpy()], axis=1)
    ink = 300.0  # links at full strength that a sheet bears; read off drawn sheets
    alpha = float(np.clip(ink / max(len(inside), 1), 0.05, 0.4))
    colors = shown["kind"].map({kind: color for kind, (color, _, _) in KINDS.items()})
    axes.add_collection(
        LineCollection(
            list(ends),
            colors=list(colors.loc[inside["target"]]),
            linewidths=0.5,
            alpha=alpha,
            zorder=2,
        )
    )
    return len(inside)


def _shape(kind: str, x: float, y: float, radius: float) -> Patch:
    if kind == "human":
        return Circle((x, y), radius)
    side = radius * np.sqrt(np.pi)  # a square of the circle's area
    return Rectangle((x - side / 2.0, y - side / 2.0), side, side)


def _name_discs(axes: Axes, places: pd.DataFrame) -> None:
    for name, part in places.groupby("disc"):
        top = float((part["y"] + part["radius"]).max())
        centre = float(part["x"].iloc[0])
        axes.annotate(
            f"{name} ({len(part)})",
            (centre, top),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.8},
            zorder=4,
        )
