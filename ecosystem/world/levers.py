"""Levers: the settings that agents move by themselves, and what their positions make of a file's settings.

Not levers are settings by which memory is laid out before the run: windows, months to settle, which learner there
is, whether there is a detector or a budget at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import Parameters, limits
from ecosystem.strategies.adaptation.base import Space

__all__ = [
    "CURATORS", "FAR", "LABS", "MOST_FALSE_POSITIVES", "NEVER_ALL", "PUBLISHERS", "Lever", "apart", "chosen",
    "in_force", "space", "stuck", "values",
]  # fmt: skip

MOST_FALSE_POSITIVES = 0.5
"""Share of human text that a curator flags at most. assumption: nobody flags most of what people write."""
NEVER_ALL = 0.005
"""Share that is moved from where the file says 0, and that is left where it says 1. assumption: half a per cent."""
FAR = math.log(100.0)
"""How far rules move a multiplier in logarithm. assumption: nobody goes beyond a hundred times, or a hundredth."""


def _unbounded(given: float) -> float:
    del given
    return math.inf


def _no_reward(given: float) -> float:
    """A lever can undo a penalty but not make it a reward, nor raise a reward beyond the file's."""
    return max(given, 1.0)


def _not_most(given: float) -> float:
    del given
    return MOST_FALSE_POSITIVES


class Lever(NamedTuple):
    """A setting that an agent moves."""

    name: str
    path: str
    """Where the setting is, its parts joined by dots; "ranking[engagement].votes" is that of every such ranker."""
    kind: Literal["ratio", "share", "count", "choice"] = "ratio"
    """From the value v given and the position x: v e^x, 1 / (1 + e^-(logit v + x)), round(v e^x), the x-th option
    after v."""
    options: tuple[Any, ...] = ()
    """What a choice is among."""
    most: Callable[[float], float] = _unbounded
    """The largest value in force, from the value given."""
    shows: bool = True
    """Whether anyone can see where it stands."""


_YES_OR_NO = (False, True)
LABS = (
    Lever("price", "price"),
    Lever("api_ratio", "api_ratio"),
    Lever("compute", "compute", shows=False),
    Lever("cadence", "cadence", "count"),
    Lever("min_votes", "data.crawlers[curated].min_votes", "count", shows=False),
    Lever("false_positive", "detector.false_positive", most=_not_most, shows=False),
    Lever("retention", "data.retention", "share", shows=False),
    Lever("synthetic", "data.synthetic", shows=False),
    Lever("commissions", "data.commissions", shows=False),
    Lever("log_share", "data.log_share", "share", shows=False),
    Lever("document_value", "data.document_value", shows=False),
    Lever("crawl_budget", "data.crawl_budget", "count", shows=False),
    Lever("respects_opt_out", "data.respects_opt_out", "choice", _YES_OR_NO),
)
"""Those of labs: what they charge, and how they come by data and models. What they do with data does not show unless
they tell."""
CURATORS = (
    Lever("penalty", "penalty", most=_no_reward),
    Lever("false_positive", "detector.false_positive", most=_not_most),
    Lever("refresh", "detector.refresh", "count"),
    Lever("ai_policy", "ai_policy", "choice", ("allow", "label", "downrank", "remove")),
    Lever("crawl", "crawl", "choice", ("open", "opt_out", "licence")),
    Lever("licence_price", "licence_price"),
    Lever("votes", "ranking[engagement].votes"),
    Lever("links", "ranking[engagement].links"),
    Lever("authority", "ranking[authority].exponent"),
    Lever("half_life", "ranking[recency].half_life"),
    Lever("publisher_share", "publisher_share", "share"),
    Lever("author_share", "author_share", "share"),
)
"""Those of curators: rules of their house, which are public."""
PUBLISHERS = (
    Lever("temperature", "temperature", shows=False),
    Lever("mode", "mode", "choice", ("generate", "rewrite")),
    Lever("strips_marks", "strips_marks", "choice", _YES_OR_NO, shows=False),
    Lever("labels", "labels", "choice", _YES_OR_NO),
)
"""Those of publishers, from the settings of their group. At what temperature a text was written does not show, nor
whether there was a mark on it."""


def chosen(levers: tuple[Lever, ...], names: tuple[str, ...]) -> tuple[Lever, ...]:
    """The levers of these names, in their own order: that of a file changes nothing."""
    return tuple(lever for lever in levers if lever.name in names)


def values(lever: Lever, part: Parameters, positions: NDArray[np.float64]) -> NDArray[Any]:
    """What many positions make of one setting, shape (n,); of a choice the number of the option.

    Args:
        lever: which setting moves.
        part: the settings that it is in, at the end of its path.
        positions: shape (n,).
    """
    name = lever.path.rpartition(".")[2]
    given = getattr(part, name)
    if lever.kind == "choice":
        return (lever.options.index(given) + np.rint(positions).astype(np.int64)) % len(lever.options)
    low, high = limits(type(part), name)
    if lever.kind == "share":
        odds = positions + _logit(min(max(given, NEVER_ALL), 1 - NEVER_ALL))
        moved = np.exp(-np.logaddexp(0.0, -odds))
    else:
        moved = given * np.exp(positions)
        moved = np.rint(moved) if lever.kind == "count" else np.minimum(moved, lever.most(given))
    return np.where(positions == 0, given, np.clip(moved, low, high))


def in_force[P: Parameters](given: P, levers: tuple[Lever, ...], positions: NDArray[np.float64]) -> P:
    """Settings as the levers make them; where all stand at 0, the very object that was given.

    A lever on a part that is absent, such as the target of no detector, moves nothing.

    Args:
        given: what the scenario says for the month.
        levers: which settings move.
        positions: where they stand, shape (levers,).
    """
    settings = given
    for lever, position in zip(levers, positions, strict=True):
        if position != 0:
            settings = _moved(settings, lever.path.split("."), lever, np.array([position]))
    return settings


def _moved[P: Parameters](part: P, path: list[str], lever: Lever, position: NDArray[np.float64]) -> P:
    """Settings with the value at the end of the path changed, in copies of the parts on the way."""
    name, kind = _step(path[0])
    before = getattr(part, name)
    after: Any = before
    if before is None:
        pass
    elif len(path) == 1:
        value = values(lever, part, position).item()
        after = lever.options[value] if lever.kind == "choice" else type(before)(value)
    elif kind:
        after = tuple(_moved(one, path[1:], lever, position) if one.kind == kind else one for one in before)
    else:
        after = _moved(before, path[1:], lever, position)
    same = after == before if isinstance(before, tuple) else after is before
    return part if same else part.model_copy(update={name: after})


def _step(text: str) -> tuple[str, str]:
    """Name of a part, and the kind of its entries that are meant ("" if it is no list)."""
    name, _, kind = text.removesuffix("]").partition("[")
    return name, kind


def _holder(settings: Parameters, lever: Lever) -> Parameters | None:
    """The part that the lever's setting is in, the first where there are several; None if it is absent."""
    part: Any = settings
    for step in lever.path.split(".")[:-1]:
        name, kind = _step(step)
        part = getattr(part, name)
        if kind:
            part = next((one for one in part if one.kind == kind), None)
        if part is None:
            return None
    return part if getattr(part, lever.path.rpartition(".")[2]) is not None else None


def stuck(settings: Parameters, lever: Lever) -> str:
    """Why a lever moves nothing under these settings; "" if it moves something."""
    part = _holder(settings, lever)
    if part is None:
        return f"moves {lever.path}, which is not there"
    given = getattr(part, lever.path.rpartition(".")[2])
    return f"multiplies {lever.path}, which is 0" if lever.kind in ("ratio", "count") and given == 0 else ""


def apart(lever: Lever, given: Parameters, looker: Parameters) -> float:
    """How far ahead a lever at 0 stands for whoever was given other settings; NaN where there is none to see.

    Multipliers and odds are relative to what each was given, so only choices differ.

    Args:
        lever: which setting.
        given: of the one that is looked at.
        looker: of the one that looks.
    """
    there, here = _holder(given, lever), _holder(looker, lever)
    if there is None or here is None:
        return math.nan
    if lever.kind != "choice":
        return 0.0
    still = np.zeros(1)
    return float(values(lever, there, still).item() - values(lever, here, still).item())


def space(settings: Parameters, levers: tuple[Lever, ...]) -> Space:
    """Where levers can go from the settings given; those that move nothing stay at 0."""
    ways = np.array([_way(settings, lever) for lever in levers]).reshape(len(levers), 3)
    whole = np.array([lever.kind == "choice" for lever in levers], dtype=np.bool_)
    return Space(whole, *ways.T)


def _way(settings: Parameters, lever: Lever) -> tuple[float, float, float]:
    """Lowest and highest position of a lever, and its least move that shows."""
    part = _holder(settings, lever)
    if part is None or stuck(settings, lever):
        return 0.0, 0.0, 0.0
    if lever.kind == "choice":
        return 0.0, len(lever.options) - 1.0, 1.0
    name = lever.path.rpartition(".")[2]
    given, (low, high) = getattr(part, name), limits(type(part), name)
    if lever.kind == "share":
        edge = _logit(1 - NEVER_ALL)
        start = min(max(_logit(given), -edge), edge) if 0 < given < 1 else math.copysign(edge, given - NEVER_ALL)
        return -edge - start, edge - start, 0.0
    high = min(high, lever.most(given))
    # One more than is given, or one less from there, is what rounding leaves of a move.
    least = math.log1p(1 / given) if lever.kind == "count" else 0.0
    down = math.log(low) - math.log(given) if low > 0 else -math.inf
    return max(-FAR, min(0.0, down)), min(FAR, max(0.0, math.log(high / given))), least


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
