"""Labs, their models and training sets, the markets around them, and the detectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from analysis.dated import mark_events
from analysis.drawing import family, line, looks
from analysis.labels import end_labels, named_ends
from analysis.results import ENTITY, NothingToDraw
from analysis.scales import date_axis, from_zero, percent_axis, quantity_axis, share_axis
from analysis.series import series
from analysis.style import QUIET, SYNTHETIC, Look, finish, house_style, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.results import ResultsFolder
    from analysis.series import Series

REFERENCE = Look(SYNTHETIC, (0.0, (2.0, 1.2)))
"""Look of the web's own synthetic share beside those of training sets."""


@dataclass(frozen=True)
class Panel:
    """One small multiple.

    Attributes:
        metric: `table.column`.
        title: Its headline.
        label: Label of the y axis, with the unit.
        kind: Its scale: `share` (0 to 100 %), `small` (per cent from 0), `auroc`, `quantity`,
            `positive` (from 0), `log` (over decades).
    """

    metric: str
    title: str
    label: str
    kind: str = "quantity"

    @property
    def table(self) -> str:
        """The table it is read from."""
        return self.metric.partition(".")[0]

    def lines(self, results: ResultsFolder) -> list[Series]:
        """Read its series that are defined in some month."""
        table, _, column = self.metric.partition(".")
        read = series(results.table(table), column, ENTITY[table])
        return [one for one in read if one.defined]


TRAINING = (
    Panel("labs.train_synthetic_share", "Synthetic share", "share of training items", "share"),
    Panel("labs.train_depth", "Depth", "model generations, mean", "positive"),
    Panel("labs.train_items", "Size", "training items", "log"),
)

QUALITY = (
    Panel("labs.benchmark", "Benchmark: fixed public set", "accuracy", "share"),
    Panel("labs.accuracy", "Accuracy on all ideas", "accuracy, by real weight", "share"),
    Panel("labs.tail_coverage", "Rarest tenth known", "share of its weight", "share"),
    Panel("labs.fresh_coverage", "Last year's ideas known", "share of their weight", "share"),
    Panel("labs.effective_ideas", "Diversity", "effective ideas, exp(H)", "positive"),
)

MARKETS = (
    Panel("labs.market_share", "Labs: market share", "share of subscribers", "share"),
    Panel("labs.cash", "Labs: cash", "USD"),
    Panel("curators.audience_share", "Curators: audience", "share of audience", "share"),
    Panel("publishers.items", "Publishers: volume", "items a month", "positive"),
)

DETECTION = (
    Panel("curators.detector_tpr", "Synthetic items found", "true-positive rate", "share"),
    Panel("curators.detector_fpr", "Human items hit by mistake", "false-positive rate", "small"),
    Panel("curators.detector_auroc", "Power at any threshold", "area under the ROC curve", "auroc"),
)


@house_style
def training_sets(results: ResultsFolder) -> Figure:
    """Draw what labs train on: synthetic share, depth, size. Raises NothingToDraw."""
    figure, panels, notes = _multiples(results, TRAINING, "labs", (2, 2), 5.4)
    reference = series(results.table("web"), "synthetic_share")
    for one in reference:
        line(panels[0], one, REFERENCE, width=1.0, zorder=2.4)
    if reference:
        _legend(panels[-1], {"web: share of new items": REFERENCE}, "Reference", low=True)
    reading = (
        "Depth counts how many models a text has been through: 0 for a person's own, 1 for a model "
        "trained on people alone, and so on. Lines break where a lab has no training set."
    )
    return finish(figure, results, ("What labs train on", reading), notes)


@house_style
def model_quality(results: ResultsFolder) -> Figure:
    """Draw model quality by lab: benchmark against what it hides. Raises NothingToDraw."""
    figure, _, notes = _multiples(results, QUALITY, "labs", (3, 2), 7.4)
    reading = (
        "The benchmark asks a fixed set of well-known ideas; the other panels show what it cannot "
        "see: all ideas by real weight, the rarest, the newest, and how many a model tells apart."
    )
    return finish(figure, results, ("What models know", reading), notes)


@house_style
def markets(results: ResultsFolder) -> Figure:
    """Draw labs' shares and cash, curators' audiences, publishers' volume. Raises NothingToDraw."""
    figure, _, notes = _multiples(results, MARKETS, "", (2, 2), 5.6)
    reading = "Who gains and who loses. Lines end where a lab, curator or group leaves the market."
    return finish(figure, results, ("Markets", reading), notes)


@house_style
def detector_power(results: ResultsFolder) -> Figure:
    """Draw the detectors of the curators. Raises NothingToDraw."""
    figure, panels, notes = _multiples(results, DETECTION, "curators", (2, 2), 5.4)
    panels[2].axhline(0.5, color=QUIET, linewidth=0.8)
    panels[2].annotate(
        "a coin toss",
        (0.01, 0.5),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        fontsize=6.5,
        color=QUIET,
    )
    reading = (
        "Each curator sets its threshold for a false-positive rate; what it then finds depends on "
        "how far the style of models is from that of people, and on how old its detector is."
    )
    return finish(figure, results, ("Can curators tell models from people?", reading), notes)


def _multiples(
    results: ResultsFolder,
    wanted: Sequence[Panel],
    legend: str,
    grid: tuple[int, int],
    height: float,
) -> tuple[Figure, list[Axes], list[str]]:
    """Draw small multiples; with `legend` (a table) the last cell of the grid holds its legend."""
    if not any(panel.lines(results) for panel in wanted):
        columns = ", ".join(panel.metric for panel in wanted)
        message = f"no value in any month of {columns}"
        raise NothingToDraw(message)
    figure, cells = sheet(*grid, height)
    drawn = cells[: len(wanted)]
    shown: set[str] = set()
    for axes, panel in zip(drawn, wanted, strict=True):
        given = looks(results, panel.table)
        members = family(axes, panel.lines(results), given)
        shown |= {one.name for one in members}
        axes.set_title(panel.title)
        date_axis(axes, results.dates[0], results.dates[-1])
        _scale(axes, panel, defined=bool(axes.lines))
        if not legend:
            end_labels(axes, named_ends(axes, members, given))
    if legend:
        given = looks(results, legend)
        labelled = {n if n in shown else f"{n} (no value)": look for n, look in given.items()}
        _legend(cells[-1], labelled, legend.capitalize())
    return figure, cells, [mark_events(drawn, results.events)]


def _scale(axes: Axes, panel: Panel, *, defined: bool) -> None:
    if not defined:
        return
    if panel.kind == "share":
        share_axis(axes, panel.label)
    elif panel.kind == "small":
        percent_axis(axes, panel.label)
        from_zero(axes)
    elif panel.kind == "auroc":
        axes.set_ylabel(panel.label)
        axes.set_ylim(0.4, 1.0)
    else:
        if panel.kind == "log":
            axes.set_yscale("log")
        elif panel.kind == "positive":
            from_zero(axes)
        quantity_axis(axes, panel.label)


def _legend(axes: Axes, given: Mapping[str, Look], title: str, *, low: bool = False) -> None:
    axes.set_axis_off()
    handles = [Line2D([], [], color=look.color, linestyle=look.dash, label=name) for name, look in given.items()]
    box = axes.legend(
        handles=handles,
        loc="lower left" if low else "upper left",
        title=title,
        alignment="left",
        handlelength=3.2,
        title_fontproperties={"weight": "bold"},
    )
    axes.add_artist(box)
