"""Does the web come back? A key that went up and came down again, and what was left of the way up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.intervals import holm, t_interval, t_p_value
from analysis.outcomes import Floats, StudyFolder, complete
from analysis.results import NothingToDraw
from analysis.scales import short
from analysis.study_sheet import finish_study
from analysis.style import HUMAN, SYNTHETIC, house_style, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["branches", "loop", "loops", "words"]


def branches(study: StudyFolder, base: str, lever: int, state: int) -> tuple[Floats, Floats, Floats]:
    """Values of the key (values,), and the outcome on the way up and down (values, replicates).

    The last value, where the way turns, is the same on both.
    """
    stays = {(o.branch, o.value_of_key): complete(study, o.label)[lever, state] for o in study.kinds if o.base == base}
    key = np.array(sorted(value for branch, value in stays if branch == "up"))
    up = np.array([stays["up", value] for value in key])
    down = np.array([stays.get(("down", value), stays["up", value]) for value in key])
    return key, up, down


def loops(study: StudyFolder) -> pd.DataFrame:
    """The table `hysteresis`: a row for each outcome, choice of levers, length of stay and value of the key.

    `gap` is the way up less the way down within the same run, over replicates, with Student's interval; `remains`
    whether it differs from 0 with all values taken together (Holm); `area` the area between both ways as a share of
    that spanned by key and outcome.

    Raises:
        NothingToDraw: the study is no sweep.
        ResultsError: an outcome is missing at some point.
    """
    if study.study["design"] != "sweep" or not study.kinds:
        message = "hysteresis is looked for in studies with design = sweep, in outcomes that are complete"
        raise NothingToDraw(message)
    return pd.DataFrame([row for base in bases(study) for row in _rows(study, base)])


def bases(study: StudyFolder) -> list[str]:
    """Outcomes without branch and value."""
    return list(dict.fromkeys(outcome.base for outcome in study.kinds))


def _rows(study: StudyFolder, base: str) -> Iterator[dict[str, Any]]:
    for lever, name in enumerate(study.lever_names):
        for state, dwell in enumerate(study.states["dwell"]):
            key, up, down = branches(study, base, lever, state)
            gaps = (up - down)[:-1]
            remains = holm(np.array([t_p_value(gap) for gap in gaps]))
            about = {"outcome": base, "lever": lever, "levers": name, "dwell": int(dwell)}
            about["area"] = loop(key, up.mean(axis=1), down.mean(axis=1))
            for place, gap in enumerate(gaps):
                value, low, high = t_interval(gap)
                yield about | {
                    "value": float(key[place]), "up": float(up[place].mean()), "down": float(down[place].mean()),
                    "gap": value, "low": low, "high": high, "remains": bool(remains[place]),
                }  # fmt: skip


def loop(key: Floats, up: Floats, down: Floats) -> float:
    """Area between two ways over the area that key and outcome span; 0 where nothing moves.

    >>> loop(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0]))
    0.75
    """
    height = max(float(np.ptp(np.concatenate([up, down]))), 0.0)
    if height == 0:
        return 0.0
    gap = np.abs(up - down)
    area = float(((gap[1:] + gap[:-1]) / 2 * np.diff(key)).sum())
    return area / (float(np.ptp(key)) * height)


def words(table: pd.DataFrame) -> list[str]:
    """The table in sentences: what is left when the key is back, and whether waiting longer closes it."""
    told = []
    for (outcome, name), part in table.groupby(["outcome", "levers"], sort=False):
        where = f"{outcome} ({name})" if len(set(table["levers"])) > 1 else str(outcome)
        found = []
        for dwell, stay in part.groupby("dwell"):
            left = stay[stay["remains"]]
            what = f"{len(left)} of {len(stay)} values differ" if len(left) else "no value differs"
            first = stay.iloc[0]
            span = "" if np.isnan(first["low"]) else f" [{first['low']:.3g}, {first['high']:.3g}]"
            found.append((len(left), float(stay["area"].iloc[0])))
            told.append(
                f"{where}, {dwell} months at each value: {what} between the way up and the way down; back at "
                f"{first['value']:g}, up less down is {first['gap']:.3g}{span}; area of the loop {first['area']:.2g}."
            )
        told.append(f"{where}: {_verdict(found)}")
    return told


def _verdict(found: list[tuple[int, float]]) -> str:
    """What the values that differ, and the area, say of the shortest and the longest stay."""
    (few, small), (many, large) = found[0], found[-1]
    if not few and not many:
        return "the web comes back."
    if not many:
        return "the web comes back if it is given time: a lag, not a second state."
    if not few:
        return "the web differs only where it is given more time: drift, not a loop."
    if large < small / 2:
        return "the loop shrinks to less than half when the stay is doubled: at least in part a lag."
    return "the loop remains when the stay is doubled: the web does not come back (hysteresis)."


@house_style
def sweep_figure(study: StudyFolder) -> Figure:
    """Draw the way up and the way down of every outcome, a panel for each length of stay.

    Raises:
        NothingToDraw: the study is no sweep.
    """
    table = loops(study)
    every, dwells = bases(study), sorted(table["dwell"].unique())
    figure, panels = sheet(len(every), len(dwells), 1.0 + 2.3 * len(every))
    for row, base in enumerate(every):
        for column, dwell in enumerate(dwells):
            axes = panels[row * len(dwells) + column]
            key, up, down = branches(study, base, 0, column)
            for values, color, dash, name in ((up, HUMAN, "-", "up"), (down, SYNTHETIC, (0, (5, 1.6)), "down")):
                means = [t_interval(one) for one in values]
                low, middle, high = (np.array([one[part] for one in means]) for part in (1, 0, 2))
                axes.plot(key, middle, color=color, linestyle=dash, marker="o", markersize=3, label=f"way {name}")
                axes.fill_between(key, low, high, color=color, alpha=0.15, linewidth=0)
            axes.set_title(f"{dwell} months at each value")
            axes.set_xlabel(str(study.study["sweep"]["key"]))
            axes.set_ylabel(base)
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_formatter(lambda value, _: short(value))
    panels[0].legend(loc="best")
    more = f" Levers: {study.lever_names[0]}." if len(study.levers) > 1 else ""
    reading = "Mean of the later half of each stay, with its 95 % interval over replicates. " + more
    return finish_study(figure, study, (f"Up and down again with {study.study['sweep']['key']}", reading.strip()))
