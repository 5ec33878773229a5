"""Pages of laws are drawn from laws.json alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.laws import PAGES, _page, draw
from analysis.results import ResultsError

FINDING: dict[str, Any] = {
    "quantity": "share", "case": "few", "at": "n = 1", "measured": 1.1, "expected": 1.0, "standard_error": 0.1,
    "tolerance": 0.2, "strain": 0.5, "rule": "20 % and 4 SE", "passed": True,
}  # fmt: skip
CURVE: dict[str, Any] = {
    "label": "few", "x": list(range(1, 51)), "measured": [0.5] * 50, "standard_error": [0.01] * 50,
    "expected": [0.5] * 50, "line": None, "x_label": "generation n", "y_label": "share", "log_x": False, "log_y": False,
}  # fmt: skip


def law(identifier: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": identifier, "kind": "law", "name": "Something known", "verdict": "pass", "failure": "",
        "findings": [FINDING], "curves": [CURVE], **changes,
    }  # fmt: skip


def folder(place: Path, *laws: dict[str, Any]) -> Path:
    found = {"seed": 3, "versions": {"ecosystem": "0.1"}, "laws": list(laws)}
    (place / "laws.json").write_text(json.dumps(found), encoding="utf-8")
    return place


def page(*laws: dict[str, Any], name: str = "laws") -> Any:
    return _page(PAGES[name], laws, "source")


def titles(figure: Any) -> list[str]:
    return [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes if axes.axison or axes.texts]


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_laws_and_comparisons_have_a_page_each(tmp_path: Path, format_: str) -> None:
    place = folder(tmp_path, law("A1"), law("A2"), law("B1", kind="comparison"))
    paths = draw(place, format_)
    assert [path.name for path in paths] == [f"laws.{format_}", f"comparisons.{format_}"]
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in draw(place, format_)] == before


def test_a_page_without_laws_is_not_drawn(tmp_path: Path) -> None:
    assert [path.name for path in draw(folder(tmp_path, law("A1")), out=tmp_path / "else")] == ["laws.png"]
    assert (tmp_path / "else" / "laws.png").exists()


def test_every_law_has_a_panel_with_its_name() -> None:
    assert titles(page(law("A1"), law("A2"), law("A5b"))) == [f"{name} Something known" for name in ("A1", "A2", "A5b")]


def test_a_comparison_has_a_panel_for_each_quantity() -> None:
    curves = [CURVE | {"label": label, "y_label": unit} for unit in ("loss", "distinct-2") for label in ("a", "b")]
    figure = page(law("B1", kind="comparison", curves=curves), name="comparisons")
    assert [axes.get_ylabel() for axes in figure.axes if axes.axison] == ["loss", "distinct-2"]
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["a", "b"]


def test_each_comparison_has_rows_of_its_own_under_one_title() -> None:
    curves = [CURVE | {"y_label": unit} for unit in "abcd"]
    figure = page(law("B1", curves=curves), law("B2", curves=curves[:1]), name="comparisons")
    drawn = [
        [(axes.get_title(loc="left"), axes.get_ylabel()) for axes in figure.axes[row : row + 3]] for row in (0, 3, 6)
    ]
    assert drawn == [
        [("B1 Something known", "a"), ("", "b"), ("", "c")],
        [("", "d"), ("", ""), ("", "")],
        [("B2 Something known", "a"), ("", ""), ("", "")],
    ]


def test_there_is_no_tick_between_two_generations() -> None:
    short = CURVE | {name: CURVE[name][:4] for name in ("x", "measured", "standard_error", "expected")}
    whole, shares = (page(law("A1", curves=[curve])).axes[0] for curve in (short, short | {"x": [0.5, 1, 2, 3]}))
    assert all(tick == round(tick) for tick in whole.get_xticks())
    assert not all(tick == round(tick) for tick in shares.get_xticks())


def test_a_legend_stands_below_its_panel() -> None:
    figure = page(law("A1", curves=[CURVE, CURVE | {"label": "many"}, CURVE | {"label": "more"}]))
    figure.canvas.draw()
    axes = figure.axes[0]
    legend, label = axes.get_legend().get_window_extent(), axes.xaxis.label.get_window_extent()
    assert 0 < legend.y0 < legend.y1 < label.y0 < axes.get_window_extent().y0


def test_a_curve_that_is_a_formula_alone_has_no_points() -> None:
    bound = CURVE | {"label": "bound", "measured": [None] * 50}
    axes = page(law("A1", curves=[CURVE, bound])).axes[0]
    assert len(axes.containers) == 1
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["few", "bound"]


def test_the_footer_counts_what_is_on_its_page(tmp_path: Path) -> None:
    laws = [law("A1"), law("A2", verdict="fail"), law("B1", kind="comparison")]
    paths = draw(folder(tmp_path, *laws), "svg")
    told = [re.findall(r"<!-- (\d of \d on this page met; seed 3)", path.read_text(encoding="utf-8")) for path in paths]
    assert told == [["1 of 2 on this page met; seed 3"], ["1 of 1 on this page met; seed 3"]]


def test_a_law_has_a_panel_for_each_kind_of_x() -> None:
    curves = [CURVE, CURVE | {"label": "many", "y_label": "mass"}, CURVE | {"x_label": "share m"}]
    figure = page(law("A1", curves=curves))
    assert [axes.get_xlabel() for axes in figure.axes if axes.axison] == ["generation n", "share m"]
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["share, few", "mass, many"]


def test_a_curve_shows_points_with_two_standard_errors_and_the_formula() -> None:
    (axes, *_) = page(law("A1")).axes
    formula, points = axes.get_lines()[0], axes.containers[0]
    assert np.array_equal(formula.get_ydata(), CURVE["expected"])
    x, y = points[0].get_data()
    assert (x[0], x[-1]) == (1, 50)
    assert len(x) <= 12
    low, high = points[2][0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx((0.48, 0.52))
    assert y.tolist() == [0.5] * len(x)


def test_a_formula_with_a_grid_of_its_own_is_drawn_on_it() -> None:
    (axes, *_) = page(law("A1", curves=[CURVE | {"line": [[1, 2, 3], [0.1, 0.2, 0.3]]}])).axes
    assert axes.get_lines()[0].get_xydata().tolist() == [[1, 0.1], [2, 0.2], [3, 0.3]]


def test_without_curves_comparisons_are_shown_over_what_is_expected() -> None:
    findings = [FINDING | {"at": f"n = {n}", "strain": 0.1 * n} for n in range(12)]
    (axes, *_) = page(law("A1", curves=[], findings=findings)).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [f"few, n = {n}" for n in range(6, 12)]
    assert axes.containers[0][0].get_data()[0] == pytest.approx([1.1])


def test_what_is_expected_to_be_nothing_is_shown_as_a_difference() -> None:
    (axes, *_) = page(law("A1", curves=[], findings=[FINDING | {"measured": 0.05, "expected": 0.0}])).axes
    assert axes.containers[0][0].get_data()[0] == pytest.approx([1.05])


def test_a_law_that_is_not_met_says_so() -> None:
    figure = page(law("A1", verdict="fail"), law("A2", verdict="error", failure="it broke", findings=[], curves=[]))
    assert titles(figure) == ["A1 Something known, not met", "A2 Something known, not met"]
    assert "it broke" in figure.axes[1].texts[0].get_text()


def test_numbers_that_are_missing_are_drawn_as_gaps() -> None:
    curve = CURVE | {"measured": [None] * 25 + [0.5] * 25, "standard_error": [None] * 50, "expected": None}
    for name, kind in (("laws", "law"), ("comparisons", "comparison")):
        page(law("A1", kind=kind, curves=[curve | {"log_x": True, "log_y": True}]), name=name)
    page(law("A1", curves=[], findings=[FINDING | {"standard_error": None, "strain": None, "passed": False}]))


@pytest.mark.parametrize(
    ("content", "text"),
    [(None, "holds no laws.json. Make one with"), ("[", "cannot be read"), ("{}", "holds no results of laws")],
)
def test_a_folder_without_results_of_laws_is_refused(tmp_path: Path, content: str | None, text: str) -> None:
    if content is not None:
        (tmp_path / "laws.json").write_text(content, encoding="utf-8")
    with pytest.raises(ResultsError, match=text):
        draw(tmp_path)


def test_an_unknown_format_of_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="format 'jpg' is not known"):
        draw(folder(tmp_path, law("A1")), "jpg")
