"""Draw the figures of a results folder into files."""

from __future__ import annotations

import difflib
import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.comparison import comparison
from analysis.dated import mark_events
from analysis.drawing import family, looks
from analysis.institutions import detector_power, markets, model_quality, training_sets
from analysis.labels import end_labels, named_ends
from analysis.money import who_pays_whom
from analysis.network import author_network, in_degree
from analysis.results import ENTITY, INDEX_COLUMNS, NothingToDraw, ResultsError, ResultsFolder, load
from analysis.scales import date_axis, quantity_axis
from analysis.series import series
from analysis.style import FORMATS, HUMAN, Look, finish, house_style, save, sheet
from analysis.trajectories import forum_decline, who_writes_the_web

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

FIGURES: dict[str, Callable[[ResultsFolder], Figure]] = {
    "who_writes_the_web": who_writes_the_web,
    "training_sets": training_sets,
    "model_quality": model_quality,
    "markets": markets,
    "who_pays_whom": who_pays_whom,
    "forum_decline": forum_decline,
    "detector_power": detector_power,
    "in_degree": in_degree,
    "author_network": author_network,
}
"""Every figure by the name of its file."""

WHOLE = Look(HUMAN, "-")
"""Look of a metric of the web as a whole."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawing:
    """What came of drawing a folder.

    Attributes:
        paths: Files written, in the order of the figures.
        skipped: Why a figure was left out, by its name.
    """

    paths: list[Path]
    skipped: dict[str, str]


def draw(
    folder: str | Path,
    metrics: Sequence[str] | None = None,
    format: str = "png",  # noqa: A002  the name of the command-line option
    out: str | Path | None = None,
) -> list[Path]:
    """Draw a results folder; `drawing` also says what was left out, which goes to the log here.

    Args:
        folder: Results folder.
        metrics: Names such as `labs.accuracy` for one plain figure each; none for all figures.
        format: png (200 dots per inch), svg or pdf.
        out: Folder to write into; `figures` in the results folder where not given.

    Returns:
        Files written. Of a comparison, single metrics are drawn with all arms in one figure; the other figures
        are drawn of each arm, in a folder of its own below `out`.

    Raises:
        ResultsError: Unreadable folder, unknown metric or unknown format; nothing is written.
    """
    result = drawing(folder, metrics, format, out)
    for name, reason in result.skipped.items():
        log.warning("%s not drawn: %s", name, reason)
    return result.paths


def drawing(
    folder: str | Path,
    metrics: Sequence[str] | None = None,
    format: str = "png",  # noqa: A002
    out: str | Path | None = None,
) -> Drawing:
    """Do what `draw` does, and return the reasons for figures left out as well."""
    if format not in FORMATS:
        message = f"format {format!r} is not known; choose one of {', '.join(FORMATS)}"
        raise ResultsError(message)
    results = load(folder)
    if "study" in results.provenance:
        return _of_study(results, metrics, format, out)
    names = [resolve(results, metric) for metric in metrics or ()]
    target = Path(out) if out is not None else results.path / "figures"
    paths: list[Path] = []
    skipped: dict[str, str] = {}
    for label, figure in _wanted(results, names).items():
        try:
            drawn = figure()
        except NothingToDraw as reason:
            skipped[label] = str(reason)
            continue
        path = target / f"{label}.{format}"
        path.parent.mkdir(parents=True, exist_ok=True)
        paths.append(save(drawn, path))
    return Drawing(paths, skipped)


def _of_study(
    results: ResultsFolder, metrics: Sequence[str] | None, format: str, out: str | Path | None  # noqa: A002
) -> Drawing:  # fmt: skip
    """The figures of a study: its runs differ in more than their seed, so that metrics over time have no bands."""
    from analysis.study import analyse  # noqa: PLC0415 - slow to import

    if metrics:
        message = f"{results.path}: holds a study, of which no single metrics are drawn; leave out --metric"
        raise ResultsError(message)
    found = analyse(results.path, format, Path(out) if out is not None else None, keep=False)
    return Drawing(found.figures, found.skipped)


def _wanted(results: ResultsFolder, metrics: Sequence[str]) -> dict[str, Callable[[], Figure]]:
    """What is to be drawn, by its place below the folder of figures."""
    if not results.arms:
        figures = {name: _plain(name) for name in metrics} or FIGURES
        return {name: partial(figure, results) for name, figure in figures.items()}
    effects = results.table("effects")
    compared = metrics or (list(effects["metric"].unique()) if len(effects) else [])
    found: dict[str, Callable[[], Figure]] = {name: partial(comparison, results, name) for name in compared}
    if not metrics:
        parts = [results.arm(arm) for arm in results.arms]
        found |= {
            f"{part.arm_name}/{name}": partial(figure, part) for part in parts for name, figure in FIGURES.items()
        }
    return found


def metric_names(results: ResultsFolder) -> list[str]:
    """List the metrics a folder has, as `table.column`."""
    return [
        f"{table}.{column}"
        for table in ENTITY
        for column in results.table(table).columns
        if column not in INDEX_COLUMNS
    ]


def resolve(results: ResultsFolder, metric: str) -> str:
    """Return the full name of a metric; a bare column name will do where one table has it.

    A name that `web` shares only with `domains`, its breakdown, is taken from `web`.

    Raises:
        ResultsError: No such metric, with the nearest names, or several tables have it.
    """
    known = metric_names(results)
    if metric in known:
        return metric
    alike = [name for name in known if name.partition(".")[2] == metric]
    if f"web.{metric}" in alike:
        alike = [name for name in alike if name != f"domains.{metric}"]
    if len(alike) == 1:
        return alike[0]
    if alike:
        message = f"metric {metric!r} is in several tables; say which: {', '.join(alike)}"
        raise ResultsError(message)
    columns = {name.partition(".")[2]: name for name in reversed(known)}
    near = difflib.get_close_matches(metric, known, 3, 0.5) or [
        columns[name] for name in difflib.get_close_matches(metric, columns, 3, 0.5)
    ]
    hint = f"nearest: {', '.join(near)}" if near else f"known: {', '.join(known) or 'none'}"
    message = f"metric {metric!r} is not in {results.path}; {hint}"
    raise ResultsError(message)


def _plain(metric: str) -> Callable[[ResultsFolder], Figure]:
    def figure(results: ResultsFolder) -> Figure:
        return metric_figure(results, metric)

    return figure


@house_style
def metric_figure(results: ResultsFolder, metric: str) -> Figure:
    """Draw one metric over time, a line for each entity.

    Args:
        results: The run.
        metric: Name as in `metric_names`.

    Raises:
        NothingToDraw: The metric is undefined in every month.
    """
    table, _, column = metric.partition(".")
    members = series(results.table(table), column, ENTITY[table])
    if not any(one.defined for one in members):
        message = f"{metric} is undefined in every month"
        raise NothingToDraw(message)
    figure, (axes,) = sheet(1, 1, 4.0)
    given = looks(results, table) if ENTITY[table] else {"": WHOLE}
    named = family(axes, members, given)
    unit = results.unit(metric)
    quantity_axis(axes, f"{column.replace('_', ' ')} ({unit})" if unit else column.replace("_", " "))
    date_axis(axes, results.dates[0], results.dates[-1])
    if ENTITY[table]:
        end_labels(axes, named_ends(axes, named, given))
    key = mark_events([axes], results.events)
    who = f", by {' and '.join(ENTITY[table])}" if ENTITY[table] else ", the whole web"
    return finish(figure, results, (metric, f"One value a month{who}."), [key])
