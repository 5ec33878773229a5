"""Who writes the web, and what became of the forums: simulated against observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.dated import mark_events
from analysis.drawing import area, line
from analysis.labels import end_labels, legend_above
from analysis.results import NothingToDraw
from analysis.scales import date_axis, from_zero, quantity_axis, share_axis
from analysis.series import days, series
from analysis.style import (
    ASSISTED,
    HUMAN,
    OBSERVED,
    SYNTHETIC,
    Look,
    finish,
    house_style,
    sheet,
)
from analysis.targets.articles import ONE_DETECTOR, THREE_DETECTORS, Anchor
from analysis.targets.base import months_of, window_mean
from analysis.targets.forum import QUESTIONS, SOURCE, indexed_posts, observed_index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.results import ResultsFolder
    from analysis.series import Series

ORIGINS = {"synthetic": SYNTHETIC, "assisted": ASSISTED, "human": HUMAN}
"""Origins from the bottom of the stack up: the observed AI share reads on the first edge."""

REPORTED = Look("#000000", (0.0, (4.0, 1.5)))
MONTHLY = Look(HUMAN, "-")

STUDIES = (
    (THREE_DETECTORS, "black", "observed, mean of three detectors", "2026 (three detectors)"),
    (ONE_DETECTOR, "white", "observed, one detector", "2025 (one detector, reads 3 points higher)"),
)
"""Observed series: points, face of the marker, legend, words for the footer."""


@house_style
def who_writes_the_web(results: ResultsFolder) -> Figure:
    """Draw new items by origin, as shares with the observed AI share, and in number.

    Raises:
        NothingToDraw: No rows in `web`, items of some origin not recorded, or no new item in any month.
    """
    web = results.table("web")
    if not len(web):
        message = "the table web has no rows"
        raise NothingToDraw(message)
    if missing := [f"web.{origin}_items" for origin in ORIGINS if f"{origin}_items" not in web]:
        message = f"not recorded in this run: {', '.join(missing)}"
        raise NothingToDraw(message)
    shares, numbers = _edges(web, of_total=True), _edges(web, of_total=False)
    if not shares["human"].defined:
        message = "the table web has no month with a new item"
        raise NothingToDraw(message)
    figure, (top, bottom) = sheet(2, 1, 6.4)
    _stack(top, shares)
    _stack(bottom, numbers)
    share_axis(top, "share of the month's new items")
    quantity_axis(bottom, "new items a month")
    from_zero(bottom)
    for panel, name in ((top, "By share"), (bottom, "In number")):
        panel.set_title(name)
        date_axis(panel, results.dates[0], results.dates[-1])
    _label_stack(top, shares, _reported(top, web))
    _label_stack(bottom, numbers, [])
    notes = [_observed_shares(top, results), mark_events([top, bottom], results.events)]
    reading = (
        "New items by who wrote them: people alone, people with an assistant, a model alone "
        "(synthetic). Diamonds (observed AI share) compare with the top of the synthetic area. "
        "Dashed: what an imperfect detector reports in the model."
    )
    return finish(figure, results, ("Who writes the web", reading), notes)


def _edges(web: pd.DataFrame, *, of_total: bool) -> dict[str, Series]:
    """Upper edge of each origin in the stack, summarised over replicates."""
    counts = [web[f"{origin}_items"].astype("float64") for origin in ORIGINS]
    upper = np.cumsum(np.column_stack(counts), axis=1)
    if of_total:
        total = upper[:, -1:]
        upper = upper / np.where(total > 0, total, np.nan)
    return {origin: series(web.assign(edge=upper[:, position]), "edge")[0] for position, origin in enumerate(ORIGINS)}


def _stack(axes: Axes, edges: dict[str, Series]) -> None:
    floor = None
    for origin, one in edges.items():
        below = np.zeros_like(one.median) if floor is None else floor
        area(axes, one.x, below, one.median, ORIGINS[origin])
        axes.plot(one.x, one.median, color="white", linewidth=0.9, zorder=1.8)
        floor = one.median
    for one in edges.values():
        if one.replicates > 1:
            for edge in (one.low, one.high):
                axes.plot(one.x, edge, color="black", linewidth=0.7, linestyle=":", zorder=1.9)


def _label_stack(axes: Axes, edges: dict[str, Series], more: list[tuple[float, str, Look]]) -> None:
    floor, labels = 0.0, list(more)
    for origin, one in edges.items():
        upper = one.last[1]
        labels.append(((floor + upper) / 2, origin, Look(ORIGINS[origin], "-")))
        floor = upper
    end_labels(axes, labels)


def _reported(axes: Axes, web: pd.DataFrame) -> list[tuple[float, str, Look]]:
    """Draw what the detector reports, where the run has it; return its label."""
    defined = [one for one in series(web, "detected_share") if one.defined]
    for one in defined:
        line(axes, one, REPORTED, width=1.1)
    return [(one.last[1], "detector's report", REPORTED) for one in defined]


def _observed_shares(axes: Axes, results: ResultsFolder) -> str:
    """Draw the published points that fall into the run; return their source, if any."""
    sources = []
    for anchors, face, label, words in STUDIES:
        points = [anchor for anchor in anchors if _inside(results, anchor)]
        if points:
            axes.plot(
                [sum(days(anchor.at)) / 2 for anchor in points],
                [anchor.share for anchor in points],
                "D",
                markerfacecolor=face,
                markeredgecolor="white" if face == "black" else "black",
                markersize=6.0,
                label=label,
                zorder=6.0,
                clip_on=False,
            )
            sources.append(words)
    if not sources:
        return ""
    legend_above(axes)
    studies = " and ".join(sources)
    return f"Observed: AI share of new English articles, Graphite {studies}, graphite.io/five-percent."


def _inside(results: ResultsFolder, anchor: Anchor) -> bool:
    months = months_of(anchor.at)
    return results.dates[0] <= months[0] and months[-1] <= results.dates[-1]


@house_style
def forum_decline(results: ResultsFolder) -> Figure:
    """Draw what people write on forums beside the questions on Stack Overflow, 2018 = 100.

    Raises:
        NothingToDraw: No forum among the curators, or no month of 2018 to index to.
    """
    posts = indexed_posts(results)
    monthly = series(posts, "index")
    if not monthly:
        message = "the table curators has no forum with human_items"
        raise NothingToDraw(message)
    if not monthly[0].defined:
        message = "no forum post in 2018, the year that counts as 100"
        raise NothingToDraw(message)
    figure, (axes,) = sheet(1, 1, 4.4)
    line(axes, monthly[0], MONTHLY, width=1.0)
    axes.lines[0].set_label("simulated, monthly")
    observed = _yearly_means(axes, posts, results.dates[-1])
    axes.set_ylabel("posts a month, 2018 = 100")
    from_zero(axes)
    date_axis(axes, results.dates[0], results.dates[-1])
    legend_above(axes)
    notes = [observed, mark_events([axes], results.events)]
    reading = (
        "What people write on question-and-answer forums in the model, beside questions asked on "
        "Stack Overflow. Each is 100 in 2018, so that only the course compares, not the size."
    )
    return finish(figure, results, ("What became of the forums", reading), notes)


def _yearly_means(axes: Axes, posts: pd.DataFrame, last: str) -> str:
    """Draw means over windows the run covers, observed and simulated; return the source, if any."""
    windows = [window for window in QUESTIONS if months_of(window)[-1] <= last]
    means = {window: window_mean(posts, "index", window) for window in windows}
    known = [window for window in windows if np.isfinite(means[window])]
    for number, window in enumerate(known):
        axes.plot(
            days(window),
            [means[window]] * 2,
            color=HUMAN,
            alpha=0.4,
            linewidth=6.0,
            solid_capstyle="butt",
            label="simulated, mean of the year" if not number else "_nolegend_",
        )
    for number, window in enumerate(windows):
        first, end = days(window)
        axes.plot(
            [first, (first + end) / 2, end],
            [observed_index(window)] * 3,
            "-D",
            color=OBSERVED,
            linewidth=1.3,
            markersize=5.0,
            markevery=[1],
            label="observed, mean of the year" if not number else "_nolegend_",
            zorder=5.0,
        )
    if not windows:
        return ""
    return f"Observed: questions on Stack Overflow (2024: January to June), {SOURCE}."
