"""The sample of the author graph: read from file, and placed for a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd

from analysis.results import NothingToDraw, ResultsError

if TYPE_CHECKING:
    from pathlib import Path

DISCS_LEGIBLE = 8
"""Domains with a disc of their own; the others share one. assumption: read off drawn sheets."""

SMALLEST_MARK = 0.25
"""Radius of an author without authority, the largest being 1. assumption: still seen in print."""

SPACING = 1.4
"""Room for a mark on its disc, in units of its radius. assumption: the least at which marks of
equal size do not touch anywhere on the disc is about 1.25; the rest allows for unequal ones."""

GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
"""Angle between successive seeds of a sunflower: fills a disc evenly (Vogel 1979,
doi 10.1016/0025-5564(79)90080-4)."""


def read_authors(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the sample of the author graph.

    Returns:
        Authors indexed by name with `kind` (human or publisher), `domain` and `authority`, the most
        authoritative first; links with `source` and `target`, links to oneself left out.

    Raises:
        NothingToDraw: No such file, or no author in it.
        ResultsError: The file is no GraphML, or an author lacks an attribute.
    """
    if not path.exists():
        message = f"no {path.name}"
        raise NothingToDraw(message)
    try:
        graph = nx.read_graphml(path)
    except Exception as error:  # the XML parser and networkx raise several unrelated kinds
        message = f"{path}: not a readable GraphML file: {error}. Resume or repeat the run."
        raise ResultsError(message) from error
    if not len(graph):
        message = f"{path.name} has no author"
        raise NothingToDraw(message)
    authors = pd.DataFrame.from_dict(dict(graph.nodes(data=True)), orient="index")
    _check(path, authors)
    authors = authors.rename_axis("author").sort_values(["authority", "author"], ascending=[False, True])
    pairs = [(source, target) for source, target in graph.edges() if source != target]
    return authors, pd.DataFrame(pairs, columns=["source", "target"])


def _check(path: Path, authors: pd.DataFrame) -> None:
    missing = {"kind", "domain", "authority"} - set(authors.columns)
    if missing:
        message = f"{path}: authors lack {', '.join(sorted(missing))}. Repeat the run."
        raise ResultsError(message)
    strange = set(authors["kind"]) - {"human", "publisher"}
    if strange:
        message = f"{path}: unknown kind of author {sorted(strange)}; known: human, publisher."
        raise ResultsError(message)


def discs(authors: pd.DataFrame) -> pd.DataFrame:
    """Place authors without overlap: a disc for each domain, discs on a ring.

    Args:
        authors: As from `read_authors`, the most authoritative first.

    Returns:
        Same index: `disc` (domain, or `other` beyond the largest `DISCS_LEGIBLE`), `x`, `y` and
        `radius` of the mark, in units of the largest radius.
    """
    largest = authors["domain"].value_counts(sort=False).sort_index().nlargest(DISCS_LEGIBLE)
    disc = authors["domain"].where(authors["domain"].isin(largest.index), "other").astype(str)
    highest = float(authors["authority"].max())
    relative = authors["authority"] / highest if highest > 0 else 0.0 * authors["authority"]
    radius = SMALLEST_MARK + (1.0 - SMALLEST_MARK) * np.sqrt(relative)
    places = pd.DataFrame({"disc": disc, "radius": radius, "x": 0.0, "y": 0.0})
    for _, part in places.groupby("disc"):
        room = (SPACING * part["radius"].to_numpy()) ** 2
        away = np.sqrt(np.cumsum(room) - room / 2.0)
        angle = GOLDEN_ANGLE * np.arange(len(part))
        places.loc[part.index, "x"] = away * np.cos(angle)
        places.loc[part.index, "y"] = away * np.sin(angle)
    centres = _ring(places)
    return places.assign(
        x=places["x"] + places["disc"].map({name: x for name, (x, _) in centres.items()}),
        y=places["y"] + places["disc"].map({name: y for name, (_, y) in centres.items()}),
    )


def _ring(places: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Centres of the discs on a ring wide enough that neighbours do not touch."""
    reach = (np.hypot(places["x"], places["y"]) + places["radius"]).groupby(places["disc"]).max()
    if len(reach) == 1:
        return {str(reach.index[0]): (0.0, 0.0)}
    sizes = reach.to_numpy()
    gap = 3.0  # radii of the largest mark between discs, for the name and to keep links apart
    apart = sizes + np.roll(sizes, -1) + gap
    ring = float(apart.max()) / (2.0 * np.sin(np.pi / len(sizes)))
    turns = np.pi / 2.0 - 2.0 * np.pi * np.arange(len(sizes)) / len(sizes)
    spots = zip(reach.index, ring * np.cos(turns), ring * np.sin(turns), strict=True)
    return {str(name): (float(x), float(y)) for name, x, y in spots}
