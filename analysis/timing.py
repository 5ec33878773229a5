"""When and how strongly: differences to doing nothing over start date and strength, and what is left after the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.intervals import fieller, t_interval
from analysis.outcomes import POLICY, Floats, StudyFolder, complete
from analysis.results import NothingToDraw, ResultsError
from analysis.scales import short
from analysis.study_sheet import finish_study
from analysis.style import LOOKS, QUIET, house_style, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["control", "returns", "surface", "timing_figure", "words"]

NO_POLICY = "none"
AFTER = (12, 24, 36, 48, 60)
"""Months after the end of a policy at which its remaining effect is told. assumption: years."""
BEFORE = 12
"""Months at the end of a policy of which the mean is its effect. assumption: a year, as elsewhere."""
_MONTHS = 12


def control(study: StudyFolder) -> int:
    """The combination of levers without any policy.

    Raises:
        NothingToDraw: there is none.
    """
    levers = study.levers
    if POLICY not in levers:
        message = "effects of policies need the lever policy, with none among its values"
        raise NothingToDraw(message)
    found = np.flatnonzero(levers[POLICY] == NO_POLICY)
    if len(found) != 1:
        message = f"effects need exactly one choice without policy to compare with; there are {len(found)}"
        raise NothingToDraw(message)
    return int(found[0])


def surface(study: StudyFolder) -> pd.DataFrame:
    """The table `timing`: the difference to no policy, by outcome and combination of levers.

    Differences are paired: the same state and seed with and without the policy. The interval is Student's over seeds,
    each the mean over states.

    Raises:
        NothingToDraw: nothing to compare with.
        ResultsError: an outcome is missing at some point.
    """
    without = control(study)
    rows = []
    for outcome in study.kinds:
        values = complete(study, outcome.label)
        for lever, name in enumerate(study.lever_names):
            if lever == without:
                continue
            change = (values[lever] - values[without]).mean(axis=0)  # a number per seed
            mean, low, high = t_interval(change)
            own = study.levers.loc[lever].to_dict()
            rows.append({"outcome": outcome.label, "lever": lever, "levers": name, **own,
                         "difference": mean, "low": low, "high": high})  # fmt: skip
    if not rows:
        message = "there is no policy to compare with none"
        raise NothingToDraw(message)
    return pd.DataFrame(rows)


def axes_of(study: StudyFolder) -> tuple[str, str] | None:
    """Keys of start and strength; None unless the study varies both."""
    starts = [key for key in study.lever_keys if key.startswith("policies.") and key.endswith(".start")]
    others = [
        key
        for key in study.lever_keys
        if key.startswith("policies.")
        and not key.endswith((".start", ".end"))
        and study.design[key].dtype.kind in "iuf"
    ]  # fmt: skip
    return (starts[0], others[0]) if starts and others else None


@house_style
def timing_figure(study: StudyFolder) -> Figure:
    """Draw the difference to no policy over start date, a line for each strength, a panel for each outcome.

    Raises:
        NothingToDraw: the study does not vary start and strength of a policy, or has no policy-free choice.
    """
    keys = axes_of(study)
    if keys is None:
        message = "a response surface needs the start and one other key of a policy as levers"
        raise NothingToDraw(message)
    table = surface(study)
    outcomes = list(dict.fromkeys(table["outcome"]))
    figure, panels = sheet(len(outcomes), 1, 1.0 + 2.4 * len(outcomes))
    for axes, outcome in zip(panels, outcomes, strict=True):
        part = table[(table["outcome"] == outcome)].dropna(subset=list(keys))
        starts = sorted(part[keys[0]].unique())
        where = np.array([_months(start) for start in starts], dtype=np.float64)
        for look, (strength, line) in zip(LOOKS, part.groupby(keys[1]), strict=False):
            by_start = line.groupby(keys[0])[["difference", "low", "high"]].mean().reindex(starts)
            axes.plot(where, by_start["difference"], color=look.color, linestyle=look.dash, marker="o", markersize=3,
                      label=f"{keys[1].rpartition('.')[2]} = {strength:g}")  # fmt: skip
            axes.fill_between(where, by_start["low"], by_start["high"], color=look.color, alpha=0.15, linewidth=0)
        axes.axhline(0.0, color=QUIET, linewidth=0.8)
        axes.set_xticks(where, starts)
        axes.set_ylabel(f"{outcome}:\ndifference")
        axes.yaxis.set_major_formatter(lambda value, _: short(value))
    panels[-1].set_xlabel("first month in force")
    panels[0].legend(loc="best")
    reading = "Difference to the same states and seeds without policy; band: 95 % interval over seeds."
    return finish_study(figure, study, ("When to begin, and how strongly", reading))


def _months(date: str) -> int:
    return _MONTHS * int(date[:4]) + int(date[5:7])


def returns(study: StudyFolder) -> pd.DataFrame:
    """The table `returns`: what is left of a policy's effect some months after its end.

    The effect is the mean paired difference over the year before the end; what remains is that over the year up to so
    many months after it. Their ratio has Fieller's interval over seeds. `back_by` is the first month from which on
    the 95 % interval of the difference always holds 0.

    Raises:
        NothingToDraw: no policy of the study ends, or its monthly tables were not kept.
    """
    without = control(study)
    ends = [key for key in study.lever_keys if key.startswith("policies.") and key.endswith(".end")]
    stated = {str(entry["arm"]): entry.get("end") for entry in study.study.get("arms", [])}
    rows: list[dict[str, Any]] = []
    for lever, own in study.levers.to_dict("index").items():
        end = next((str(own[key]) for key in ends if isinstance(own[key], str)), stated.get(str(own[POLICY])))
        if lever == without or not end:
            continue
        rows += _returns(study, int(str(lever)), without, end)
    if not rows:
        message = "no policy of the study ends within the run"
        raise NothingToDraw(message)
    return pd.DataFrame(rows)


def _returns(study: StudyFolder, lever: int, without: int, end: str) -> Iterator[dict[str, Any]]:
    for metric, name in dict.fromkeys((outcome.metric, outcome.name) for outcome in study.kinds):
        dates, change = _difference(study, metric, name, lever, without)
        months = np.array([_months(date) for date in dates]) - _months(end)
        if not ((months < 0).any() and (months >= 0).any()):
            continue
        before = change[:, (months < 0) & (months >= -BEFORE)].mean(axis=1)
        back = _back(change, months)
        for after in AFTER:
            window = (months >= after - BEFORE) & (months < after)
            if months.max() < after - 1:
                break
            ratio, low, high = fieller(change[:, window].mean(axis=1), before)
            yield {
                "metric": metric, "name": name, "lever": lever, "levers": study.lever_names[lever], "end": end,
                "after": after, "effect": float(before.mean()), "remains": ratio, "low": low, "high": high,
                "back_by": dates[back] if back is not None else None,
            }  # fmt: skip


def _back(change: Floats, months: Any) -> int | None:
    """The first month after the end from which on the interval of the difference always holds 0; None for never."""
    found = [t_interval(column) for column in change.T]
    holds = np.array([low <= 0 <= high for _, low, high in found])
    later = np.flatnonzero(months >= 0)
    back = None
    for place in later[::-1]:
        if not holds[place]:
            break
        back = int(place)
    return back


def _difference(study: StudyFolder, metric: str, name: str, lever: int, without: int) -> tuple[list[str], Floats]:
    """Months, and the paired difference of a metric in each, the mean over states: (replicates, months).

    Raises:
        NothingToDraw: the monthly table was not kept.
    """
    table, _, column = metric.partition(".")
    path = study.path / f"{table}.parquet"
    if not path.exists():
        message = f'what is left after a policy ends needs monthly tables: tables = ["{table}"] in the study file'
        raise NothingToDraw(message)
    try:
        monthly = pd.read_parquet(path)
    except Exception as error:
        message = f"{path}: not a readable table: {error}"
        raise ResultsError(message) from error
    if name != "*":
        about = [
            c for c in monthly.columns if monthly[c].dtype.kind == "O" or str(monthly[c].dtype) in ("str", "category")
        ]
        monthly = monthly[monthly[[c for c in about if c not in ("date", "arm")]].isin([name]).any(axis=1)]
    by_run = monthly.pivot_table(column, "run", "date", dropna=False)
    runs = study.runs.set_index(["point", "replicate"])["run"]
    same = study.design.set_index(["lever", "state"])["same_as"]
    changes = []
    for replicate in range(int(study.runs["replicate"].max()) + 1):
        per_state = [
            by_run.loc[runs[same[lever, state], replicate]] - by_run.loc[runs[same[without, state], replicate]]
            for state in study.states.index
        ]
        changes.append(np.mean(np.array(per_state), axis=0))
    dates = [str(date) for date in by_run.columns]
    defined = ~np.isnan(np.array(changes)).any(axis=0)
    return [date for date, ok in zip(dates, defined, strict=True) if ok], np.array(changes)[:, defined]


def words(effects: pd.DataFrame | None, left: pd.DataFrame | None) -> list[str]:
    """Both tables in sentences."""
    told = []
    for row in [] if effects is None else effects.to_dict("records"):
        span = "" if np.isnan(row["low"]) else f" [{row['low']:.3g}, {row['high']:.3g}]"
        told.append(f"{row['outcome']}, {row['levers']}: {row['difference']:+.3g}{span} against no policy.")
    for row in [] if left is None else left.to_dict("records"):
        span = f"[{row['low']:.0%}, {row['high']:.0%}]" if not np.isnan(row["low"]) else "(interval not known)"
        back = (
            f"; indistinguishable from no policy since {row['back_by']}" if row["back_by"] else "; it has not come back"
        )
        told.append(
            f"{row['metric']}, {row['levers']}: {row['after']} months after its end {row['remains']:.0%} {span} of the "
            f"effect is left{back}."
        )
    return told
