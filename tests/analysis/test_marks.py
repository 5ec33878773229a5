"""Marks on a panel: gaps, bands, labels that keep apart, dated changes."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from analysis.dated import mark_events
from analysis.drawing import area, line
from analysis.labels import LABEL_POINTS, end_labels, named_ends, panel_inches
from analysis.results import Event
from analysis.scales import date_axis, from_zero, short
from analysis.series import Series
from analysis.style import LOOKS, Look, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

LOOK = Look("#000000", "-")


def run(values: Sequence[float], replicates: int = 1, spread: float = 0.0) -> Series:
    """Return a series from 2020-01 on."""
    middle = np.array(values)
    months = pd.period_range("2020-01", periods=len(values), freq="M")
    return Series("a", months, middle, middle - spread, middle + spread, replicates)


def panel() -> Axes:
    """Return one empty panel."""
    return sheet(1, 1, 4.0)[1][0]


def names(axes: Axes) -> list[Annotation]:
    """Return the annotations of a panel."""
    return [child for child in axes.get_children() if isinstance(child, Annotation)]


def test_a_gap_stays_a_gap_in_the_line() -> None:
    axes = panel()
    line(axes, run([1.0, math.nan, math.nan, 4.0, 5.0]), LOOK)
    drawn = np.asarray(axes.lines[0].get_ydata())
    np.testing.assert_array_equal(np.isnan(drawn), [False, True, True, False, False])


def test_a_lone_month_is_a_dot() -> None:
    axes = panel()
    line(axes, run([1.0, math.nan, 3.0, 4.0]), LOOK)
    dots = axes.lines[1]
    assert dots.get_marker() == "o"
    np.testing.assert_array_equal(np.asarray(dots.get_ydata()), [1.0])


def test_band_only_with_replicates_and_broken_at_gaps() -> None:
    axes = panel()
    line(axes, run([1.0, 2.0, math.nan, 4.0, 5.0]), LOOK)
    assert not axes.collections
    line(axes, run([1.0, 2.0, math.nan, 4.0, 5.0], replicates=3, spread=0.5), LOOK)
    (band,) = [c for c in axes.collections if isinstance(c, PolyCollection)]
    assert len(band.get_paths()) == 2


def test_spread_of_a_lone_month_is_a_bar() -> None:
    axes = panel()
    line(axes, run([2.0], replicates=3, spread=0.5), LOOK)
    (bar,) = [c for c in axes.collections if isinstance(c, LineCollection)]
    assert [point[1] for point in bar.get_segments()[0]] == [1.5, 2.5]


def test_area_is_broken_at_gaps() -> None:
    axes = panel()
    one = run([1.0, 2.0, math.nan, 4.0, 5.0, math.nan, 7.0])
    area(axes, one.x, np.zeros(7), one.median, "red")
    (filled,) = [c for c in axes.collections if isinstance(c, PolyCollection)]
    assert len(filled.get_paths()) == 2
    (bar,) = axes.patches
    assert isinstance(bar, Rectangle)
    assert bar.get_height() == 7.0


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=len(LOOKS)))
def test_labels_beside_a_panel_do_not_touch(heights: list[float]) -> None:
    axes = panel()
    axes.set_ylim(0, 1)
    end_labels(axes, [(height, f"n{n}", LOOK) for n, height in enumerate(heights)])
    placed = sorted(note.xyann[1] for note in names(axes))
    text = LABEL_POINTS / 72.0 / panel_inches(axes)[1]
    assert all(after - before > text for before, after in pairwise(placed))
    assert placed[0] >= -1e-9  # rounding of sums of gaps
    assert placed[-1] <= 1.0 + 1e-9


def test_a_single_label_stands_at_its_value() -> None:
    axes = panel()
    axes.set_yscale("log")
    axes.set_ylim(1.0, 100.0)
    end_labels(axes, [(10.0, "a", LOOK)])
    assert names(axes)[0].xyann[1] == pytest.approx(0.5)


def test_line_that_ends_early_says_when() -> None:
    axes = panel()
    labels = named_ends(axes, [run([1.0, 2.0, math.nan])], {"a": LOOK})
    assert labels == [(2.0, "a (to 2020)", LOOK)]
    assert named_ends(axes, [run([1.0, 2.0])], {"a": LOOK})[0][1] == "a"


def test_long_names_lose_their_middle() -> None:
    axes = sheet(2, 2, 4.0)[1][0]
    months = pd.period_range("2020-01", periods=1, freq="M")
    value = np.ones(1)
    long = Series("laboratory-number-0017", months, value, value, value, 1)
    label = named_ends(axes, [long], {long.name: LOOK})[0][1]
    assert len(label) <= 15
    assert label.startswith("lab")
    assert label.endswith("17")


def test_events_are_named_where_there_is_room() -> None:
    axes = panel()
    date_axis(axes, "2018-01", "2029-12")
    key = mark_events([axes], [Event("2020-01", "mandate"), Event("2026-01", "levy")])
    assert key == ""
    assert [note.get_text() for note in names(axes)] == ["mandate", "levy"]


def test_events_are_numbered_where_there_is_not() -> None:
    axes = sheet(2, 2, 4.0)[1][0]
    date_axis(axes, "2018-01", "2029-12")
    events = [Event(f"20{year}-01", f"a rather long change {year}") for year in range(19, 29)]
    key = mark_events([axes], events)
    assert key.startswith("Dated changes: (1) 2019-01 a rather long change 19; (2)")
    assert names(axes)[0].get_text() == "1"
    assert len(axes.lines) == len(events)


def test_events_of_one_month_share_a_mark() -> None:
    axes = panel()
    date_axis(axes, "2018-01", "2029-12")
    mark_events([axes], [Event("2020-01", "mandate"), Event("2020-01", "levy")])
    assert [note.get_text() for note in names(axes)] == ["mandate, levy"]


def test_events_outside_the_run_are_left_out() -> None:
    axes = panel()
    date_axis(axes, "2018-01", "2019-12")
    assert mark_events([axes], [Event("2026-01", "levy")]) == ""
    assert not axes.lines


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        ("2018-01", "2018-01", ["2018-01"]),
        ("2018-01", "2018-03", ["2018-01", "2018-02", "2018-03"]),
        ("2018-01", "2023-12", ["2018", "2019", "2020", "2021", "2022", "2023"]),
    ],
)
def test_ticks_are_dates(first: str, last: str, ticks: list[str]) -> None:
    axes = panel()
    date_axis(axes, first, last)
    low, high = axes.get_xlim()
    axes.figure.canvas.draw()
    labels = [
        label.get_text()
        for label, at in zip(axes.get_xticklabels(), axes.get_xticks(), strict=True)
        if low <= at <= high
    ]
    assert labels[: len(ticks)] == ticks


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (0.25, "0.25"), (1_200, "1.2k"), (-35e6, "-35M"), (4e9, "4bn"), (2e12, "2tn")],
)
def test_short_numbers(value: float, words: str) -> None:
    assert short(value) == words


def test_from_zero_leaves_room_above() -> None:
    axes = panel()
    axes.plot([0, 1], [5.0, 5.0])
    from_zero(axes)
    low, high = axes.get_ylim()
    assert low == 0.0
    assert high > 5.0
