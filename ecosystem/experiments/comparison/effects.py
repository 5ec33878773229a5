"""What a comparison found: differences by metric and month, and headline effects at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ecosystem.experiments.comparison.cells import ENTITY, Cells
from ecosystem.experiments.comparison.paired import HalfWidth, Paired, factor_interval, paired
from ecosystem.experiments.files import Emerging
from ecosystem.experiments.summary import HEADLINES, window
from ecosystem.experiments.tables import TableFile, arrow

__all__ = ["DIFFERENCES", "EFFECTS", "Source", "effects_of", "write_differences", "write_effects"]

DIFFERENCES, EFFECTS = "differences", "effects"
"""Tables of a comparison: by month, and of the mean of the last months."""
ROWS = 1 << 14
"""Rows of a row group, held in memory at a time. assumption: a few megabytes."""


@dataclass(frozen=True)
class Source:
    """Where the runs of a comparison are.

    Attributes:
        folder: the results folder.
        arms: their names, control first.
        replicates: pairs.
        steps: months of a run.
        half_width: of intervals; None for Student's.
    """

    folder: Path
    arms: Sequence[str]
    replicates: int
    steps: int
    half_width: HalfWidth | None = None

    def cells(self, table: str) -> Cells | None:
        """A table; None if it was not kept."""
        path = self.folder / f"{table}.parquet"
        return Cells(path, table, self.arms, self.replicates) if path.exists() else None


def write_differences(source: Source) -> None:
    """Write the difference of every arm from the control, for each metric and month."""
    with_rows = Emerging(source.folder / f"{DIFFERENCES}.parquet")
    try:
        table = TableFile(with_rows.file, ROWS)
        for part in _differences(source):
            table.add(part)
        table.close()
        with_rows.publish()
    finally:
        with_rows.discard()


def _differences(source: Source) -> Iterator[pa.Table]:
    for name in ENTITY:
        cells = source.cells(name)
        if cells is None:
            continue
        for metric in cells.metrics:
            values = cells.values(metric)
            for place, arm in enumerate(source.arms[1:], start=1):
                found = paired(values[0], values[place], source.half_width)
                some = found.n > 0
                rows = int(some.sum())
                yield arrow(
                    {
                        "step": cells.steps[some], "date": cells.dates[some], "arm": np.full(rows, arm, object),
                        "metric": np.full(rows, f"{name}.{metric}", object), "name": cells.names[some],
                        **{column: numbers[some] for column, numbers in vars(found).items()},
                    }
                )  # fmt: skip


def write_effects(source: Source) -> None:
    """Write the headline effects: differences between means of the last months of each run.

    Which metrics these are stands in `ecosystem.experiments.summary.HEADLINES` and is not chosen by what was found.
    """
    frame = effects_of(source, HEADLINES, only_forums=True)
    with_rows = Emerging(source.folder / f"{EFFECTS}.parquet")
    try:
        table = TableFile(with_rows.file)
        table.add(arrow({name: frame[name].to_numpy() for name in _COLUMNS}))
        table.close()
        with_rows.publish()
    finally:
        with_rows.discard()


def effects_of(source: Source, metrics: Mapping[str, Sequence[str]], *, only_forums: bool = False) -> pd.DataFrame:
    """Differences between means of the last months of each run; columns as in the table of effects.

    Args:
        source: where the runs are.
        metrics: columns by table; those that are not there are left out.
        only_forums: of curators only forums, as in the summary of a run: their decline is observed.
    """
    rows = [row for table in metrics for row in _effects(source, table, metrics[table], only_forums=only_forums)]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ("arm", "metric", "name", "since", "until", *Paired.__annotations__, "factor_low", "factor_high")


def _effects(source: Source, table: str, metrics: Sequence[str], *, only_forums: bool) -> Iterator[tuple[Any, ...]]:
    cells = source.cells(table)
    if cells is None:
        return
    last = cells.steps >= source.steps - window(source.steps)
    if table == "curators" and only_forums:
        last &= cells.what == "forum"
    names = list(dict.fromkeys(cells.names[last]))
    for metric in metrics:
        if metric not in cells.metrics:
            continue
        values = cells.values(metric)
        for name in names:
            mine = last & (cells.names == name)
            means = _means(values[:, :, mine])
            dates = sorted(cells.dates[mine])
            for place, arm in enumerate(source.arms[1:], start=1):
                found = paired(means[0, :, None], means[place, :, None], source.half_width)
                if found.n[0]:
                    numbers = [values[0] for values in vars(found).values()]
                    interval = factor_interval(means[0], means[place])
                    yield (arm, f"{table}.{metric}", name, dates[0], dates[-1], *numbers, *interval)


def _means(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Means over the last axis of what is defined; NaN where nothing is."""
    known = np.isfinite(values)
    total, count = np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
