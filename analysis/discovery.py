"""Scenario discovery: under which circumstances an outcome fails, as boxes in words.

The patient rule induction method (PRIM; Friedman and Fisher 1999, doi:10.1023/A:1008894516817; for scenarios Bryant
and Lempert 2010, doi:10.1016/j.techfore.2009.08.002) and, as a check, a classification tree (CART; Breiman et al.
1984), both of EMA Workbench (Kwakkel 2017, doi:10.1016/j.envsoft.2017.06.054), which is an extra.
"""

from __future__ import annotations

import logging
import math
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.outcomes import Outcome, StudyFolder, complete, failed
from analysis.results import NothingToDraw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["MISSING", "boxes", "boxes_of", "words"]

MISSING = "scenario discovery needs EMA Workbench: pip install 'ecosystem[discovery]'"

BOXES = 3
"""Boxes looked for, one after another in what the earlier leave. assumption: more are seldom told apart."""
CHANCE = 0.05
"""Restrictions are dropped whose effect on density would come about by chance this often (Bryant and Lempert)."""
LEAF = 0.05
"""Least share of the points in a leaf of the tree. assumption: as PRIM peels."""
CASES = 5
"""Least number of points in a leaf of the tree. assumption: fewer say little."""
FEWEST = 2
"""Failures, and cases without failure, that have to be there at least to look for a box."""

type Flags = npt.NDArray[np.bool_]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """EMA Workbench and what it stands on warn of their own affairs."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def boxes(study: StudyFolder) -> pd.DataFrame:
    """The table `boxes`: a row for each restriction of each box, in each outcome with `fails` and levers.

    A state counts as failed where more than half of its replicates fail.

    Raises:
        NothingToDraw: no outcome can fail, no keys are uncertain, or the extra is not installed.
        ResultsError: an outcome is missing at some point.
    """
    wanted = [outcome for outcome in study.kinds if outcome.fails]
    if not wanted or not study.factors or study.study["design"] == "sweep":
        message = "scenario discovery needs an outcome that can fail, and uncertain keys"
        raise NothingToDraw(message)
    rows = [row for outcome in wanted for row in _rows(study, outcome)]
    columns = [
        "outcome", "lever", "levers", "fails", "method", "box", "key", "low", "high", "values", "cases", "failures",
        "density", "coverage", "states", "failed_states",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _rows(study: StudyFolder, outcome: Outcome) -> Iterator[dict[str, Any]]:
    points = study.states[[factor.key for factor in study.factors]].reset_index(drop=True)
    every = failed(complete(study, outcome.label), outcome.fails).mean(axis=2) > 0.5  # noqa: PLR2004 - half
    for lever, name in enumerate(study.lever_names):
        fails = every[lever]
        about = {"outcome": outcome.label, "lever": lever, "levers": name, "fails": outcome.fails}
        about |= {"states": len(fails), "failed_states": int(fails.sum())}
        found = list(boxes_of(points, fails, float(study.study["density"])))
        if not found:
            yield about | {"method": "", "box": 0}
        for row in found:
            yield about | row


def boxes_of(points: pd.DataFrame, fails: Flags, density: float) -> Iterator[dict[str, Any]]:
    """Restrictions of the boxes in which cases fail.

    Args:
        points: a row for each case.
        fails: which of them failed.
        density: share of failures that a box should have at least.
    """
    if min(int(fails.sum()), int((~fails).sum())) < FEWEST:
        return
    try:
        with _undisturbed():
            from ema_workbench.analysis import cart, prim  # noqa: PLC0415 - an extra, and very slow to import
    except ImportError as error:
        raise NothingToDraw(MISSING) from error
    usable = pd.DataFrame(
        {
            name: column
            if column.dtype.kind == "f"
            else column.astype(float if column.dtype.kind in "iub" else "category")
            for name, column in points.items()
        }
    )
    with _undisturbed():
        yield from _prim(prim, usable, fails, density)
        yield from _cart(cart, usable, fails, density)


def _prim(prim: Any, points: pd.DataFrame, fails: Flags, density: float) -> Iterator[dict[str, Any]]:
    """Boxes of PRIM, one after another in the cases that the earlier ones leave."""
    left = np.ones(len(points), dtype=np.bool_)
    for number in range(1, BOXES + 1):
        failing = fails & left
        if failing.sum() < FEWEST:
            return
        rest = points[left].reset_index(drop=True)
        box = prim.Prim(rest, fails[left]).find_box()
        limits = {} if box is None else _best(box, rest, fails[left], density)
        inside = _inside(points, limits)
        if not limits or not failing[inside & left].any():
            return
        if fails[inside & left].mean() <= failing.sum() / left.sum():  # no denser than what is left
            return
        yield from _told("prim", number, limits, inside, fails)
        left &= ~inside


def _best(box: Any, points: pd.DataFrame, fails: Flags, density: float) -> dict[str, Any]:
    """Of all steps of a peeling the box with the largest coverage that is dense enough, else a compromise.

    Density and coverage are those without the restrictions that may be by chance.
    """
    best, rank = dict[str, Any](), (False, 0.0, 0.0)
    for place in range(len(box.peeling_trajectory)):
        limits = _limits(box, place, points)
        inside = _inside(points, limits)
        if not limits or not inside.any():
            continue
        share, coverage = float(fails[inside].mean()), float(fails[inside].sum() / fails.sum())
        now = (True, coverage, share) if share >= density else (False, coverage * share, share)
        if now > rank:
            best, rank = limits, now
    return best


def _limits(box: Any, place: int, points: pd.DataFrame) -> dict[str, Any]:
    """Restrictions of a step of a peeling that are not by chance, and not at the edge of what there is."""
    table, chances = box.box_lims[place], box.p_values[place]
    found: dict[str, Any] = {}
    for key, (below, above) in chances.items():
        if points[key].dtype == "category":
            if max(below, above) <= CHANCE:
                found[key] = set(table[key].iloc[0])
            continue
        low, high = float(table[key].iloc[0]), float(table[key].iloc[1])
        ends = (
            low if low > points[key].min() and below <= CHANCE else -math.inf,
            high if high < points[key].max() and above <= CHANCE else math.inf,
        )
        if ends != (-math.inf, math.inf):
            found[key] = ends
    return found


def _inside(points: pd.DataFrame, limits: Mapping[str, Any]) -> Flags:
    inside = np.ones(len(points), dtype=np.bool_)
    for key, limit in limits.items():
        if isinstance(limit, set):
            inside &= points[key].isin(limit).to_numpy()
        else:
            inside &= ((points[key] >= limit[0]) & (points[key] <= limit[1])).to_numpy()
    return inside


def _cart(cart: Any, points: pd.DataFrame, fails: Flags, density: float) -> Iterator[dict[str, Any]]:
    """Leaves of a classification tree in which enough cases fail, largest coverage first."""
    tree = cart.CART(points, fails, mass_min=max(LEAF, CASES / len(points)))
    # Where two splits are as good, scikit-learn takes one by numpy's global generator.
    before = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(0)  # noqa: NPY002
        tree.build_tree()
    finally:
        np.random.set_state(before)  # noqa: NPY002
    leaves: list[tuple[int, dict[str, Any], Flags]] = []
    for table in tree.boxes:
        limits: dict[str, Any] = {}
        for key in points:
            if points[key].dtype == "category":
                if len(table[key].iloc[0]) < points[key].nunique():
                    limits[str(key)] = set(table[key].iloc[0])
                continue
            low, high = float(table[key].iloc[0]), float(table[key].iloc[1])
            ends = (low if low > points[key].min() else -math.inf, high if high < points[key].max() else math.inf)
            if ends != (-math.inf, math.inf):
                limits[str(key)] = ends
        inside = _inside(points, limits)
        seen = any(np.array_equal(inside, other) for _, _, other in leaves)  # leaves share their sets of names
        if limits and not seen and inside.any() and fails[inside].mean() >= density:
            leaves.append((int(fails[inside].sum()), limits, inside))
    leaves.sort(key=lambda leaf: -leaf[0])
    for number, (_, limits, inside) in enumerate(leaves[:BOXES], 1):
        yield from _told("cart", number, limits, inside, fails)


def _told(method: str, number: int, limits: Mapping[str, Any], inside: Flags, fails: Flags) -> Iterator[dict[str, Any]]:
    cases, failures = int(inside.sum()), int(fails[inside].sum())
    about = {
        "method": method, "box": number, "cases": cases, "failures": failures,
        "density": failures / cases, "coverage": failures / int(fails.sum()),
    }  # fmt: skip
    for key, limit in limits.items():
        if isinstance(limit, set):
            yield about | {"key": key, "low": math.nan, "high": math.nan, "values": ", ".join(sorted(map(str, limit)))}
        else:
            low, high = (end if math.isfinite(end) else math.nan for end in limit)
            yield about | {"key": key, "low": low, "high": high, "values": None}


def words(table: pd.DataFrame, density: float) -> list[str]:
    """The boxes in sentences; ``density`` is what they should have at least."""
    told = []
    for (outcome, name), part in table.groupby(["outcome", "levers"], sort=False):
        where = f"{outcome} ({name})" if len(set(table["levers"])) > 1 else str(outcome)
        first = part.iloc[0]
        bad, states = int(first["failed_states"]), int(first["states"])
        if bad == 0:
            told.append(f"{where} never fails in {states} states.")
        elif bad == states:
            told.append(f"{where} fails in all {states} states.")
        elif not part["box"].any():
            told.append(f"{where} fails in {bad} of {states} states, which no box holds together.")
        for (method, _), box in part[part["box"] > 0].groupby(["method", "box"], sort=False):
            by = " (by CART)" if method == "cart" else ""
            sparse = "" if box["density"].iloc[0] >= density else f"; no box reaches a density of {density:g}"
            told.append(f"{where} fails {_box(box)}{sparse}{by}")
    return told


def _box(box: pd.DataFrame) -> str:
    limits = " and ".join(_limit(row) for row in box.to_dict("records"))
    row = box.iloc[0]
    return (
        f"where {limits}: {int(row['failures'])} of {int(row['cases'])} such cases (density {row['density']:.2f}), "
        f"{row['coverage']:.0%} of all failures (coverage)"
    )


def _limit(row: Mapping[Any, Any]) -> str:
    if isinstance(row["values"], str):
        return f"{row['key']} is {row['values'].replace(', ', ' or ')}"
    if math.isnan(row["low"]):
        return f"{row['key']} < {row['high']:.3g}"
    if math.isnan(row["high"]):
        return f"{row['key']} > {row['low']:.3g}"
    return f"{row['low']:.3g} < {row['key']} < {row['high']:.3g}"
