"""Who pays whom: a chord diagram of the last year's payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.chord import Flow, chord, color_of, name_of
from analysis.results import NothingToDraw
from analysis.scales import short
from analysis.style import WIDTH, finish, house_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.results import ResultsFolder

MONTHS = 12
"""Length of the window: a year, which evens out the months without a training."""

SMALLEST = 0.005
"""Share of all that is drawn below which a ribbon would be a hair: such payments are listed, not drawn."""

CAPITAL = ("endowment", "investment", "liquidation", "default")
"""Reasons that buy nothing: money of owners. Far more than trade in a boom, so it is listed and not drawn."""

ROWS = 13
"""Flows that the list beside the diagram has room for; the rest is summed up in its last line."""

LEAST_ROWS = 9
"""Lines that the list is laid out for at least, so that a few do not drift apart."""

ROW_CHARACTERS = 50
"""Characters of the reasons that fit on a line of the list; read off drawn sheets."""


class Books(NamedTuple):
    """The window and its flows, largest first."""

    first: str
    last: str
    trade: list[Flow]
    capital: list[Flow]


def books(results: ResultsFolder) -> Books:
    """Sum the ledger over the last months of a run, mean over replicates.

    Raises:
        NothingToDraw: Nobody paid anybody in these months.
    """
    ledger, dates = results.table("ledger"), results.dates
    if not dates or not len(ledger):
        message = "no payment in the ledger"
        raise NothingToDraw(message)
    last = pd.Period(dates[-1], freq="M")
    inside = [date for date in dates if pd.Period(date, freq="M") > last - MONTHS]
    before = dates[: len(dates) - len(inside)]
    # A row stands for the months since the one recorded before, too.
    first = str(pd.Period(before[-1], freq="M") + 1) if before else inside[0]
    part = ledger[ledger["date"].isin(inside)]
    total = part.groupby(["payer", "payee", "reason"], observed=True, as_index=False)["amount"].sum()
    reasons: dict[tuple[bool, str, str], dict[str, float]] = {}
    for row in pd.DataFrame(total).sort_values("amount", ascending=False).to_dict("records"):
        if (usd := float(row["amount"]) / results.replicates) > 0:
            reason = str(row["reason"])
            reasons.setdefault((reason in CAPITAL, str(row["payer"]), str(row["payee"])), {})[reason] = usd
    flows: dict[bool, list[Flow]] = {True: [], False: []}
    for (capital, payer, payee), parts in reasons.items():
        flows[capital].append(Flow(payer, payee, parts))
    for each in flows.values():
        each.sort(key=lambda flow: (-flow.usd, flow.payer, flow.payee))
    if not flows[False]:
        message = f"nobody paid for anything from {first} to {dates[-1]}"
        raise NothingToDraw(message)
    return Books(first, dates[-1], flows[False], flows[True])


@house_style
def who_pays_whom(results: ResultsFolder) -> Figure:
    """Draw who paid whom in the last year of a run, as ribbons from payer to payee. Raises NothingToDraw."""
    year = books(results)
    total = sum(flow.usd for flow in year.trade)
    drawn = [flow for flow in year.trade if flow.usd >= SMALLEST * total]
    figure = Figure(figsize=(WIDTH, 4.9))
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(1, 2, width_ratios=(1.12, 1.0))
    chord(figure, grid[0], drawn)
    _list(figure.add_subplot(grid[1]), year, len(drawn))
    capital = sum(flow.usd for flow in year.capital)
    reading = (
        f"{year.first} to {year.last}: {short(total)} USD paid for goods and services"
        + (f" ({short(capital)} USD of capital not drawn)" if capital else "")
        + ". Ribbons leave the payer in its colour and end short of who is paid; width and numbers: USD."
    )
    notes = [] if results.replicates == 1 else ["Mean over replicates."]
    return finish(figure, results, ("Who pays whom", reading), notes, bands=False)


def _list(axes: Axes, year: Books, drawn: int) -> None:
    """Write the flows as text, largest first, with what they are for."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    lines: list[tuple[str, str, str, str]] = [("", "Paid for goods and services, USD", "", "")]
    lines += [_line(flow, filled=row < drawn) for row, flow in enumerate(year.trade[:ROWS])]
    if rest := year.trade[ROWS:]:
        lines.append(("", f"{len(rest)} smaller flows", short(sum(flow.usd for flow in rest)), ""))
    if year.capital:
        lines.append(("", "Capital, not drawn", "", ""))
        lines += [_line(flow, filled=False) for flow in year.capital]
    axes.set_ylim(max(len(lines), LEAST_ROWS) + 0.2, -0.5)
    for row, (color, who, usd, what) in enumerate(lines):
        if color:
            axes.add_patch(Rectangle((0.0, row - 0.28), 0.025, 0.4, color=color, linewidth=0))
        if not usd:  # a heading
            axes.text(0.0, row + 0.3, who, fontsize=7.5, fontweight="bold")
            continue
        axes.text(0.045, row, who, fontsize=7.2)
        axes.text(1.0, row, usd, fontsize=7.2, ha="right")
        axes.text(0.045, row + 0.42, what, fontsize=5.8, color="#555555")


def _line(flow: Flow, *, filled: bool) -> tuple[str, str, str, str]:
    """Colour, who to whom, amount and reasons of a flow."""
    several = len(flow.reasons) > 1
    parts = [
        f"{reason.replace('_', ' ')} {short(usd)}" if several else reason.replace("_", " ")
        for reason, usd in flow.reasons.items()
    ]
    text = parts[0]
    for part in parts[1:]:
        if len(text) + len(part) > ROW_CHARACTERS:
            text += ", ..."
            break
        text += f", {part}"
    who = f"{name_of(flow.payer)} → {name_of(flow.payee)}"
    return (color_of(flow.payer) if filled else "", who, short(flow.usd), text)
