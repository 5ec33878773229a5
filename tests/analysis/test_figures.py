"""Whole figures: written, equal for equal input, honest about what is missing."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection

from analysis.institutions import markets, model_quality, training_sets
from analysis.plot import FIGURES, draw, drawing, metric_figure, metric_names, resolve
from analysis.results import NothingToDraw, ResultsError, ResultsFolder, load
from analysis.trajectories import forum_decline, who_writes_the_web

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    WriteResults = Callable[..., Path]

Tables = dict[str, pd.DataFrame]

SIGNATURES = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def words(figure: Figure) -> str:
    """Return header and footer as one line."""
    return " ".join(text.get_text() for text in figure.texts).replace("\n", " ")


@pytest.mark.parametrize("replicates", [1, 3])
def test_all_figures_are_written(write_results: WriteResults, replicates: int) -> None:
    folder = write_results(months=100, replicates=replicates)
    result = drawing(folder)
    assert result.skipped == {}
    assert [path.name for path in result.paths] == [f"{name}.png" for name in FIGURES]
    for path in result.paths:
        assert path.parent == folder / "figures"
        assert path.read_bytes().startswith(SIGNATURES["png"])


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_equal_input_gives_equal_bytes(write_results: WriteResults, kind: str) -> None:
    first = drawing(write_results("a", months=70, replicates=2), format=kind)
    second = drawing(write_results("b", months=70, replicates=2), format=kind)
    assert len(first.paths) == len(FIGURES)
    for one, other in zip(first.paths, second.paths, strict=True):
        assert one.read_bytes().startswith(SIGNATURES[kind])
        assert one.read_bytes() == other.read_bytes(), one.name


def test_one_month(write_results: WriteResults, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        paths = draw(write_results(months=1))
    assert {path.stem for path in paths} == {
        "who_writes_the_web",
        "markets",
        "forum_decline",
        "in_degree",
        "author_network",
    }
    assert "training_sets not drawn: no value in any month of labs.train_synthetic" in caplog.text


def test_empty_tables_are_skipped_with_reasons(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        return {name: table.iloc[:0] for name, table in tables.items()}

    folder = write_results(months=2, change=change)
    (folder / "sites.graphml").unlink()
    result = drawing(folder)
    assert result.paths == []
    assert set(result.skipped) == set(FIGURES)
    assert all(result.skipped.values())
    assert not (folder / "figures").exists()


def test_a_folder_with_provenance_alone(write_results: WriteResults) -> None:
    folder = write_results(months=2)
    for path in (*folder.glob("*.parquet"), folder / "sites.graphml"):
        path.unlink()
    assert set(drawing(folder).skipped) == set(FIGURES)


def test_gaps_in_the_stack_are_gaps(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        web = tables["web"]
        gap = web["date"].between("2018-06", "2018-08")
        web.loc[gap, ["human_items", "assisted_items", "synthetic_items"]] = np.nan
        return tables | {"web": web}

    figure = who_writes_the_web(load(write_results(months=24, change=change)))
    areas = [item for item in figure.axes[0].collections if isinstance(item, PolyCollection)]
    assert [len(item.get_paths()) for item in areas[:3]] == [2, 2, 2]


def test_months_without_items_have_no_shares(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        columns = dict.fromkeys(("human_items", "assisted_items", "synthetic_items"), 0.0)
        return tables | {"web": tables["web"].assign(**columns)}

    with pytest.raises(NothingToDraw, match="no month with a new item"):
        who_writes_the_web(load(write_results(months=3, change=change)))


def test_stack_reaches_the_whole(write_results: WriteResults) -> None:
    figure = who_writes_the_web(load(write_results(months=60)))
    edges = [np.asarray(line.get_ydata()) for line in figure.axes[0].lines[:3]]
    assert (edges[0] <= edges[1]).all()
    np.testing.assert_allclose(edges[2], 1.0)


def test_observed_points_only_inside_the_run(write_results: WriteResults) -> None:
    early = who_writes_the_web(load(write_results("early", months=58)))
    assert "Observed" not in words(early)
    late = who_writes_the_web(load(write_results("late", months=72)))
    assert "Observed: AI share" in words(late)
    (points,) = [x for x in late.axes[0].lines if "three detectors" in str(x.get_label())]
    np.testing.assert_array_equal(np.asarray(points.get_ydata()), [0.0, 0.359])


def test_forum_is_indexed_to_2018(write_results: WriteResults) -> None:
    figure = forum_decline(load(write_results(months=36)))
    monthly = np.asarray(figure.axes[0].lines[0].get_ydata())
    assert monthly[:12].mean() == pytest.approx(100.0)
    observed = [x for x in figure.axes[0].lines if x.get_marker() == "D"]
    assert len(observed) == 3


def test_forum_without_2018_is_not_drawn(write_results: WriteResults) -> None:
    with pytest.raises(NothingToDraw, match="2018"):
        forum_decline(load(write_results(months=12, start="2020-01")))


def test_labs_that_leave_are_drawn_to_their_end(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        labs = tables["labs"]
        return tables | {"labs": labs[(labs["lab"] != "open") | (labs["date"] < "2024-06")]}

    figure = markets(load(write_results(months=100, change=change)))
    labels = [str(item.get_text()) for item in figure.axes[0].texts]
    assert "open (to 2024)" in labels
    assert "frontier" in labels


def test_many_labs_keep_eight_looks_and_one_note(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        copies = [tables["labs"][tables["labs"]["lab"] == "open"].assign(lab=f"lab {n:02d}") for n in range(20)]
        return tables | {"labs": pd.concat(copies, ignore_index=True)}

    figure = model_quality(load(write_results(months=70, change=change)))
    legend = figure.axes[-1].get_legend()
    assert legend is not None
    assert len(legend.get_texts()) == 8
    assert "grey: 12 others" in [str(item.get_text()) for item in figure.axes[0].texts]


def test_legend_names_those_without_a_value(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        labs = tables["labs"]
        metrics = [name for name in labs.columns if name.startswith("train_")]
        labs.loc[labs["lab"] == "archive", metrics] = np.nan
        return tables | {"labs": labs}

    figure = training_sets(load(write_results(months=80, change=change)))
    legends = [item for item in figure.axes[-1].get_children() if hasattr(item, "get_texts")]
    texts = {text.get_text() for legend in legends for text in legend.get_texts()}
    assert {"archive (no value)", "frontier", "web: share of new items"} <= texts


def test_unfinished_run_is_marked(write_results: WriteResults) -> None:
    running = load(write_results("running", months=5, status="running"))
    assert "UNFINISHED RUN (status: running): drawn as far as 2018-05." in words(who_writes_the_web(running))
    done = load(write_results("done", months=5))
    assert "UNFINISHED" not in words(who_writes_the_web(done))


def test_footer_names_scenario_seeds_and_replicates(write_results: WriteResults) -> None:
    text = words(who_writes_the_web(load(write_results(months=5, replicates=6))))
    assert "Simulated: A made-up web · 2018-01 to 2018-05 · seed 7 and 5 derived from it · 6 rep" in text
    single = words(who_writes_the_web(load(write_results("one", months=1))))
    assert "2018-01 · seed 7." in single


def test_dated_changes_are_marked_or_listed(write_results: WriteResults) -> None:
    results = load(write_results())
    assert "Dated changes: (1) 2022-12 publishers: api price = 20" in words(markets(results))
    named = [str(text.get_text()) for text in forum_decline(results).axes[0].texts]
    assert {"label mandate", "licence floor"} <= set(named)


def test_one_plain_figure_for_each_metric(write_results: WriteResults, tmp_path: Path) -> None:
    folder = write_results(months=70, replicates=2)
    out = tmp_path / "elsewhere"
    paths = draw(folder, ["labs.accuracy", "web.items", "vote_share_top1"], "svg", out)
    assert [path.relative_to(out).as_posix() for path in paths] == [
        "labs.accuracy.svg",
        "web.items.svg",
        "web.vote_share_top1.svg",
    ]


def test_every_metric_of_a_folder_can_be_drawn(write_results: WriteResults) -> None:
    results = load(write_results(months=70))
    names = metric_names(results)
    assert {"web.items", "domains.views", "humans.adoption", "ledger.amount"} <= set(names)
    for name in names:
        assert metric_figure(results, name).axes[0].get_ylabel()


def test_plain_figure_has_the_unit(write_results: WriteResults) -> None:
    results = load(write_results(months=70))
    assert metric_figure(results, "labs.cash").axes[0].get_ylabel() == "cash (USD)"
    assert metric_figure(results, "web.views").axes[0].get_ylabel() == "views"


def test_undefined_metric_is_skipped(write_results: WriteResults) -> None:
    result = drawing(write_results(months=2), ["labs.accuracy"])
    assert result.skipped == {"labs.accuracy": "labs.accuracy is undefined in every month"}


@pytest.mark.parametrize(
    ("metric", "hint"),
    [
        ("labs.acuracy", "nearest: labs.accuracy"),
        ("acuracy", "nearest: labs.accuracy"),
        ("cash", "in several tables; say which: labs.cash, publishers.cash"),
        ("zzzz", "known: web.items"),
    ],
)
def test_unknown_metric(write_results: WriteResults, metric: str, hint: str) -> None:
    folder = write_results(months=2)
    with pytest.raises(ResultsError, match=hint):
        draw(folder, ["web.items", metric])
    assert not (folder / "figures").exists()


def test_index_columns_are_no_metrics(write_results: WriteResults) -> None:
    results = load(write_results(months=2))
    with pytest.raises(ResultsError, match="is not in"):
        resolve(results, "curators.kind")


def test_bare_name_of_the_web(write_results: WriteResults) -> None:
    folder = write_results(months=2)
    assert resolve(load(folder), "mean_depth") == "web.mean_depth"
    (folder / "domains.parquet").unlink()
    assert resolve(load(folder), "mean_depth") == "web.mean_depth"


def test_unknown_format(write_results: WriteResults) -> None:
    with pytest.raises(ResultsError, match="choose one of png, svg, pdf"):
        draw(write_results(months=2), format="gif")


def test_arms_have_folders_of_their_own(two_arms: ResultsFolder) -> None:
    paths = [path.relative_to(two_arms.path).as_posix() for path in draw(two_arms.path)]
    assert {"figures/control/who_writes_the_web.png", "figures/mandate/who_writes_the_web.png"} < set(paths)


def test_house_style_holds_inside_only(write_results: WriteResults) -> None:
    before = dict(mpl.rcParams)
    draw(write_results(months=2), ["web.items"])
    assert dict(mpl.rcParams) == before


def test_pyplot_is_never_loaded() -> None:
    code = "import sys, analysis.plot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
