"""Monthly tables of a comparison as arrays: a value for each arm, replicate, and cell (whom a row is about, month)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecosystem.experiments.tables import LEADING, opened

__all__ = ["ENTITY", "NO_METRIC", "Cells"]

ENTITY: dict[str, tuple[str, ...]] = {
    "web": (),
    "domains": ("domain",),
    "labs": ("lab",),
    "curators": ("curator",),
    "publishers": ("group",),
    "humans": ("group",),
    "ledger": ("payer", "payee", "reason"),
}
"""Columns that name whom a row is about, by table."""
_WHAT = "what"
"""Column of curators that is no metric: what kind of place it is."""
NO_METRIC = frozenset({*LEADING, _WHAT, *(key for keys in ENTITY.values() for key in keys)})
"""Columns that say whose a row is."""


class Cells:
    """One table of a comparison, read a column at a time.

    Args:
        path: its file.
        table: its name.
        arms: control first.
        replicates: pairs.

    Attributes:
        names: whom each cell is about; empty for the web. Shape (cells,).
        steps: its month, counted from the start. Shape (cells,).
        dates: its calendar month. Shape (cells,).
        what: what kind of place a curator is; empty of others. Shape (cells,).
        metrics: columns that can be asked for.
    """

    def __init__(self, path: Path, table: str, arms: Sequence[str], replicates: int) -> None:
        """Read whose each row is."""
        self._file, self._shape = opened(path), (len(arms), replicates)
        self._absent = 0.0 if table == "ledger" else np.nan  # what has no row there was not paid
        keys = ENTITY[table]
        columns = self._file.schema_arrow.names
        self.metrics = [name for name in columns if name not in NO_METRIC]
        what = [_WHAT] if _WHAT in columns else []
        whose = self._read(["step", "date", "arm", "replicate", *keys, *what])
        names = whose[keys[0]].astype(str) if keys else pd.Series("", index=whose.index)
        for key in keys[1:]:
            names = names + " → " + whose[key].astype(str)
        who, known = pd.factorize(names)
        code = who * (int(whose["step"].max() if len(whose) else 0) + 1) + whose["step"].to_numpy()
        cells, first, cell = np.unique(code, return_index=True, return_inverse=True)
        self.names: NDArray[np.object_] = np.asarray(known, dtype=object)[who[first]]
        self.steps: NDArray[np.int64] = whose["step"].to_numpy()[first]
        self.dates: NDArray[np.object_] = whose["date"].to_numpy(dtype=object)[first]
        self.what: NDArray[np.object_] = (
            whose[_WHAT].to_numpy(dtype=object)[first] if what else np.full(len(cells), "", object)
        )
        arm = pd.Categorical(whose["arm"], categories=list(arms)).codes.astype(np.int64)
        self._at = (arm, whose["replicate"].to_numpy(), cell.reshape(-1))
        self._ran = np.zeros(self._shape, dtype=np.bool_)
        self._ran[arm, self._at[1]] = True
        self._cells = len(cells)

    def values(self, metric: str) -> NDArray[np.float64]:
        """A metric, shape (arms, replicates, cells); NaN where undefined or the run failed.

        Raises:
            KeyError: the table has no such metric.
        """
        if metric not in self.metrics:
            raise KeyError(metric)
        found = np.full((*self._shape, self._cells), np.nan)
        found[self._ran] = self._absent
        found[self._at] = self._read([metric])[metric].to_numpy(dtype=np.float64)
        return found

    def _read(self, columns: list[str]) -> pd.DataFrame:
        frame: pd.DataFrame = self._file.read(columns=columns, use_threads=False).to_pandas(use_threads=False)
        return frame
