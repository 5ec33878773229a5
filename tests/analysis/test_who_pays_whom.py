"""The figure of payments: sums, window, ribbons, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.chord import Flow, _apart, _places
from analysis.money import ROWS, books, who_pays_whom
from analysis.results import NothingToDraw, ResultsFolder, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    WriteResults = Callable[..., Path]

Tables = dict[str, pd.DataFrame]

MONTHLY = (
    ("advertisers", "curator", "advertising", 100.0),
    ("lab", "suppliers", "training", 60.0),
    ("lab", "suppliers", "operations", 20.0),
    ("curator", "publisher", "revenue_share", 30.0),
    ("publisher", "lab", "api", 0.1),
    ("investors", "lab", "investment", 500.0),
)


def paying(write_results: WriteResults, payments: tuple[tuple[str, str, str, float], ...] = MONTHLY,
           *, months: int = 30, replicates: int = 1, every: int = 1) -> ResultsFolder:  # fmt: skip
    """A run in which the same is paid every month, by the second replicate twice as much as by the first."""

    def change(tables: Tables) -> Tables:
        web = tables["web"]
        web = web[(web["step"] + 1) % every == 0]
        rows = [
            {"step": step, "date": date, "replicate": r, "payer": payer, "payee": payee, "reason": reason,
             "amount": usd * every * (1 + r)}
            for step, date, r in web[["step", "date", "replicate"]].itertuples(index=False)
            for payer, payee, reason, usd in payments
        ]  # fmt: skip
        return tables | {"web": web, "ledger": pd.DataFrame(rows)}

    return load(write_results(f"m{months}r{replicates}e{every}", months=months, replicates=replicates, change=change))


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_a_year_is_summed_by_pair_and_reason(write_results: WriteResults) -> None:
    year = books(paying(write_results))
    assert (year.first, year.last) == ("2019-07", "2020-06")
    assert [(flow.payer, flow.payee) for flow in year.trade] == [
        ("advertisers", "curator"),
        ("lab", "suppliers"),
        ("curator", "publisher"),
        ("publisher", "lab"),
    ]
    assert [flow.usd for flow in year.trade] == pytest.approx([1200, 960, 360, 1.2])
    assert year.trade[1].reasons == {"training": pytest.approx(720), "operations": pytest.approx(240)}
    (capital,) = year.capital
    assert capital.payer == "investors"
    assert capital.usd == pytest.approx(6000)


def test_replicates_are_averaged(write_results: WriteResults) -> None:
    once, twice = (books(paying(write_results, replicates=count)) for count in (1, 2))
    assert twice.trade[0].usd == pytest.approx(1.5 * once.trade[0].usd)
    assert "Mean over replicates." in " ".join(t.get_text() for t in who_pays_whom(paying(write_results, months=20,
                                                                                     replicates=2)).texts)  # fmt: skip


@pytest.mark.parametrize(("every", "first", "months"), [(3, "2019-07", 12), (5, "2019-04", 15)])
def test_months_that_were_not_recorded_are_in_the_window(
    write_results: WriteResults, every: int, first: str, months: int
) -> None:
    year = books(paying(write_results, every=every))
    assert (year.first, year.last) == (first, "2020-06")
    assert year.trade[0].usd == pytest.approx(100 * months)


def test_a_short_run_is_drawn_whole(write_results: WriteResults) -> None:
    year = books(paying(write_results, months=4))
    assert (year.first, year.last) == ("2018-01", "2018-04")
    assert year.trade[0].usd == pytest.approx(400)


def test_capital_alone_is_nothing_to_draw(write_results: WriteResults) -> None:
    with pytest.raises(NothingToDraw, match="nobody paid for anything from 2018-01 to 2018-03"):
        books(paying(write_results, MONTHLY[-1:], months=3))


def test_small_flows_are_listed_and_not_drawn(write_results: WriteResults) -> None:
    figure = who_pays_whom(paying(write_results))
    (ribbons,) = figure.axes[0].collections
    assert len(ribbons.get_paths()) == 3
    said = texts(figure)
    assert "publishers\n360" in said
    assert {"advertisers → curators", "publishers → labs", "investors → labs", "6k", "1.2"} <= set(said)
    assert "training 720, operations 240" in said
    heading = " ".join(text.get_text() for text in figure.texts).replace("\n", " ")
    assert "2019-07 to 2020-06: 2.52k USD paid for goods and services (6k USD of capital not drawn)" in heading


def test_a_long_list_ends_in_a_sum(write_results: WriteResults) -> None:
    many = tuple((f"kind {n:02d}", "suppliers", "production", 50.0 - n) for n in range(ROWS + 4))
    said = texts(who_pays_whom(paying(write_results, many)))
    assert "4 smaller flows" in said
    assert "1.7k" in said  # 12 * (37 + 36 + 35 + 34)


def test_the_library_leaves_the_style_alone(write_results: WriteResults) -> None:
    before = dict(mpl.rcParams)
    who_pays_whom(paying(write_results, months=2))
    assert dict(mpl.rcParams) == before
    assert before["savefig.bbox"] is None


KINDS = ("a", "b", "c", "d")


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS), st.integers(1, 9)), min_size=1, max_size=12))
def test_the_flows_of_a_sector_fill_it_side_by_side(payments: list[tuple[str, str, int]]) -> None:
    flows = [Flow(payer, payee, {"x": float(usd)}) for payer, payee, usd in payments if payer != payee]
    paid, got = _places(flows, KINDS)
    for kind in KINDS:
        ends = [(paid[flow], flow.usd) for flow in flows if flow.payer == kind]
        ends += [(got[flow], flow.usd) for flow in flows if flow.payee == kind]
        at = 0.0
        for start, usd in sorted(ends):
            assert start == at
            at += usd


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=9))
def test_labels_keep_apart_and_in_order(sizes: list[float]) -> None:
    ends = 2 * np.pi * np.cumsum(sizes) / np.sum(sizes)
    angles = np.array(_apart([float(angle) for angle in ends - np.pi * np.array(sizes) / np.sum(sizes)]))
    gaps = np.diff(np.append(angles, angles[0] + 2 * np.pi))
    assert gaps.min() > np.radians(8.5) if len(sizes) > 1 else len(angles) == 1
