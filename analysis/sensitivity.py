"""Which uncertain keys an outcome depends on: indices of Sobol and Morris, rank regression for other designs."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.intervals import Interval, fisher_z
from analysis.outcomes import Floats, StudyFolder, complete, noise_share
from analysis.results import NothingToDraw, ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["indices", "morris_indices", "rank_indices", "sobol_indices", "words"]

RESAMPLES = 1000
"""Bootstrap samples behind an interval. assumption: its ends then vary by some 3 %."""
SEED = 1
"""Of the bootstrap; SALib takes 0 for no seed."""
NOISY = 0.1
"""Share of the variance from seeds beyond which more replicates are advised. assumption: a tenth."""

SPARE = 5
"""States beyond the number of keys from which on ranks are looked at; with fewer an interval has no end."""

type Indices = dict[str, list[Interval]]
"""For each index a number with its interval per factor."""


def _problem(number: int) -> dict[str, Any]:
    return {"num_vars": number, "names": [f"x{i}" for i in range(number)], "bounds": [[0.0, 1.0]] * number}


def _about(value: Any, half: Any) -> list[Interval]:
    return [Interval(float(v), float(v - h), float(v + h)) for v, h in zip(value, half, strict=True)]


def _nothing(names: Sequence[str], factors: int) -> Indices:
    return {name: [Interval(math.nan, math.nan, math.nan)] * factors for name in names}


def sobol_indices(values: Floats, factors: int, *, second_order: bool = False) -> Indices:
    """Share of the variance that each factor makes alone (S1) and with the others (ST).

    S1 by Saltelli et al. (2010, doi:10.1016/j.cpc.2009.09.018), ST by Jansen (1999,
    doi:10.1016/S0010-4655(98)00154-4), both as SALib has them; intervals by bootstrap.

    Args:
        values: of the outcome in the order of the design, without NaN, (points,).
        factors: how many.
        second_order: whether the design has the points for pairs.
    """
    if values.min() == values.max():
        return _nothing(("S1", "ST"), factors)
    from SALib.analyze import sobol  # noqa: PLC0415 - slow to import

    found = sobol.analyze(
        _problem(factors), values, calc_second_order=second_order, num_resamples=RESAMPLES, seed=SEED
    )  # fmt: skip
    return {"S1": _about(found["S1"], found["S1_conf"]), "ST": _about(found["ST"], found["ST_conf"])}


def morris_indices(values: Floats, unit: Floats, levels: int) -> Indices:
    """Mean size of elementary effects (mu_star), their mean (mu) and spread (sigma).

    Morris (1991, doi:10.2307/1269043) and Campolongo et al. (2007, doi:10.1016/j.envsoft.2006.10.004), as SALib
    has them.

    Args:
        values: of the outcome in the order of the design, without NaN, (points,).
        unit: the design in the unit cube, (points, factors).
        levels: steps of a range.
    """
    if values.min() == values.max():
        return _nothing(("mu_star", "mu", "sigma"), unit.shape[1])
    from SALib.analyze import morris  # noqa: PLC0415 - slow to import

    found = morris.analyze(
        _problem(unit.shape[1]), unit, values, num_levels=levels, num_resamples=RESAMPLES, seed=SEED
    )  # fmt: skip
    none = np.full(unit.shape[1], np.nan)
    return {
        "mu_star": _about(found["mu_star"], found["mu_star_conf"]),
        "mu": _about(found["mu"], none),
        "sigma": _about(found["sigma"], none),
    }


def rank_indices(values: Floats, points: Floats) -> Indices:
    """Standardised coefficients of a regression of ranks on ranks (SRRC), and partial rank correlations (PRCC).

    Any design allows for them; they see what rises or falls throughout, and miss what does both (Saltelli and
    Marivoet 1990, doi:10.1016/0951-8320(90)90065-U). Intervals by Fisher's z.

    Args:
        values: of the outcome, without NaN, (points,).
        points: the design, (points, factors).
    """
    number, factors = points.shape
    ranks = np.column_stack([stats.rankdata(column) for column in points.T])
    moving = ranks.std(axis=0) > 0
    y = stats.rankdata(values)
    if y.std() == 0 or number < factors + 2:
        return _nothing(("SRRC", "PRCC"), factors)
    x, y = (ranks - ranks.mean(axis=0)) / np.where(moving, ranks.std(axis=0), 1), (y - y.mean()) / y.std()
    slope = np.linalg.lstsq(x, y, rcond=None)[0]
    free, rest = number - factors - 1, y - x @ slope
    spread = np.sqrt(np.diag(np.linalg.pinv(x.T @ x)) * (rest @ rest) / max(free, 1))
    half = float(stats.t.ppf(0.975, max(free, 1))) * spread
    none = Interval(math.nan, math.nan, math.nan)
    pairs = enumerate(_about(slope, half))
    return {
        "SRRC": [found if moving[place] else none for place, found in pairs],
        "PRCC": [_partial(x, y, place) if moving[place] else none for place in range(factors)],
    }


def _partial(x: Floats, y: Floats, place: int) -> Interval:
    """Correlation of what the other factors leave of one factor and of the outcome."""
    others = np.delete(x, place, axis=1)
    left = [one - others @ np.linalg.lstsq(others, one, rcond=None)[0] for one in (x[:, place], y)]
    scale = math.sqrt(float(left[0] @ left[0]) * float(left[1] @ left[1]))
    value = float(left[0] @ left[1]) / scale if scale > 0 else 0.0
    return fisher_z(min(max(value, -1.0), 1.0), len(y), others.shape[1])


def indices(study: StudyFolder) -> pd.DataFrame:
    """The table `indices`: outcome, lever, factor, index, value, low, high, noise.

    With common seeds it is about the mean over these seeds. `noise` is the share of the variance between points that
    the seeds alone would make.

    Raises:
        NothingToDraw: there are no uncertain keys, or too few points.
        ResultsError: an outcome is missing at some point.
    """
    factors = [factor for factor in study.factors if factor.ordered or study.study["design"] == "sobol"]
    if not factors or not study.kinds or study.study["design"] == "sweep":
        message = "no uncertain keys with values in order, or no outcome that is complete"
        raise NothingToDraw(message)
    if study.study["design"] not in MAIN and len(study.states) < len(factors) + SPARE:
        message = f"{len(study.states)} states are too few for {len(factors)} keys; at least {len(factors) + SPARE}"
        raise ResultsError(message)
    rows = [row for outcome in study.kinds for row in _rows(study, outcome.label, [f.key for f in factors])]
    columns = ["outcome", "lever", "levers", "factor", "index", "value", "low", "high", "noise"]
    return pd.DataFrame(rows, columns=columns)


def _rows(study: StudyFolder, label: str, factors: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    every = complete(study, label)
    for lever, (name, values) in enumerate(zip(study.lever_names, every, strict=True)):
        noise = noise_share(values)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SALib's and scipy's remarks on what is told in words here
            found = _indices(study, values.mean(axis=1), factors)
        for index, entries in found.items():
            for factor, entry in zip(factors, entries, strict=True):
                yield label, lever, name, factor, index, *entry, noise


def _indices(study: StudyFolder, means: Floats, factors: Sequence[str]) -> Indices:
    design = study.study["design"]
    if design == "sobol":
        return sobol_indices(means, len(factors), second_order=bool(study.study["second_order"]))
    if design == "morris":
        return morris_indices(means, study.unit(), int(study.study["levels"]))
    return rank_indices(means, study.states[list(factors)].to_numpy(dtype=np.float64))


MAIN = {"sobol": "ST", "morris": "mu_star"}
"""By which index factors are ranked; by PRCC in other designs."""


def words(study: StudyFolder, table: pd.DataFrame) -> list[str]:
    """The indices in sentences, an outcome and combination of levers each."""
    main = MAIN.get(str(study.study["design"]), "PRCC")
    told = []
    for (outcome, name), part in table[table["index"] == main].groupby(["outcome", "levers"], sort=False):
        where = f"{outcome} ({name})" if len(study.levers) > 1 else str(outcome)
        if part["value"].isna().all():
            told.append(f"{where} does not move.")
            continue
        known = part.dropna(subset=["value"])  # a key that does not vary has none
        order = known.reindex(known["value"].abs().sort_values(ascending=False).index)
        listed = ", ".join(_entry(row) for row in order.to_dict("records"))
        noise = float(part["noise"].iloc[0])
        remark = f" Seeds make {noise:.0%} of the variance: raise replicates." if noise > NOISY else ""
        told.append(f"{where} depends on ({main}): {listed}.{remark}")
    return told


def _entry(row: Mapping[Any, Any]) -> str:
    if math.isnan(row["low"]):
        return f"{row['factor']} {row['value']:.2g}"
    return f"{row['factor']} {row['value']:.2g} [{row['low']:.2g}, {row['high']:.2g}]"
