"""The trajectories: every measure, month by month or every so many months, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.choice import chosen
from ecosystem.measures.excerpts import Excerpts
from ecosystem.measures.named import Column, Named, dates, frame
from ecosystem.measures.observation import Observation
from ecosystem.measures.rows import KEYS, row_codes, row_count, row_names

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.world.world import World

__all__ = ["Recorder"]


class _Columns:
    """Columns that grow by a month at a time; numbers only, names are kept as codes."""

    def __init__(self, names: Mapping[str, type[np.generic]]) -> None:
        self._room = {name: np.empty(0, dtype=kind) for name, kind in names.items()}
        self.rows = 0
        self.last = slice(0, 0)
        """Rows of the newest month."""

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._room[name][: self.rows]

    def __contains__(self, name: str) -> bool:
        return name in self._room

    def append(self, rows: int, values: Mapping[str, NDArray[Any] | int]) -> None:
        """Add a month of ``rows`` rows; a number stands for all of them."""
        start, stop = self.rows, self.rows + rows
        for name, old in self._room.items():
            if stop > len(old):
                self._room[name] = np.empty(max(stop, 2 * len(old)), dtype=old.dtype)
                self._room[name][:start] = old[:start]
            self._room[name][start:stop] = values[name]
        self.rows, self.last = stop, slice(start, stop)

    def dump(self) -> dict[str, NDArray[Any]]:
        """A copy of every column."""
        return {name: self[name].copy() for name in self._room}

    def load(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        self._room = {name: np.array(columns[name]) for name in self._room}
        self.rows = len(self._room["step"])
        newest = self._room["step"][-1] if self.rows else 0
        self.last = slice(int(np.searchsorted(self._room["step"], newest)), self.rows)


class Recorder:
    """Computes the measures of each month that `observation.every` names, and keeps them.

    Args:
        world: what is observed.
        measures: tables, "web", and single measures, "web.items", that are recorded; the others cost nothing.
            By default those that `observation.measures` names, or all.

    Raises:
        UnknownName: no table and no measure is called so.
    """

    def __init__(self, world: World, measures: Iterable[str] | None = None) -> None:
        """Start with no rows."""
        self.world = world
        self._measures = chosen(world.settings.observation.measures if measures is None else measures)
        self._columns = {table: _Columns(self._layout(table)) for table in self._measures}
        self._paid = np.zeros_like(world.ledger.month)
        """Cents paid since the last record, as in :attr:`Ledger.month`."""
        self.texts = Excerpts(world)
        """Some texts of each month recorded."""

    def _layout(self, table: str) -> dict[str, type[np.generic]]:
        keys: dict[str, type[np.generic]] = dict.fromkeys(("step", *KEYS[table]), np.int64)
        return keys | {measure.name: np.float64 for measure in self._measures[table]}

    def record(self) -> None:
        """Add this month's rows if it is to be recorded; call once a month, before the clock moves on."""
        self._paid += self.world.ledger.month
        if not self._due():
            return
        seen = Observation(self.world, self._paid)
        step = self.world.clock.step
        for table, measures in self._measures.items():
            codes = row_codes(seen, table)
            values: dict[str, NDArray[Any] | int] = {"step": step, **dict(zip(KEYS[table], codes, strict=True))}
            values |= {measure.name: measure.compute(seen) for measure in measures}
            self._columns[table].append(row_count(seen, table), values)
        self.texts.record()
        self._paid[:] = 0

    def _due(self) -> bool:
        """Whether this month is recorded: every so many months from the first on, and the last."""
        step, last = self.world.clock.step, len(self.world.timeline) - 1
        return step % self.world.settings.observation.every == 0 or step == last

    def latest(self, table: str, name: str) -> NDArray[np.float64]:
        """A metric in the newest month recorded, shape (rows of that month,); empty before the first.

        Raises:
            KeyError: the table is not recorded, or has no such metric.
        """
        columns = self._columns.get(table)
        if columns is None or name not in columns:
            message = f"{table}.{name} is not recorded"
            raise KeyError(message)
        values: NDArray[np.float64] = columns[name][columns.last]
        return values

    def __contains__(self, measure: object) -> bool:
        """Whether a measure, "web.items", is recorded."""
        return any(measure == known.key for measures in self._measures.values() for known in measures)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All rows so far by table: `step`, `date` ("2018-01"), the keys, then the metrics."""
        return self.since(0)

    def since(self, step: int) -> dict[str, pd.DataFrame]:
        """The rows of month ``step`` and later by table, columns as in :meth:`tables`."""
        return {table: frame(columns) for table, columns in self.columns(step).items()}

    def columns(self, since: int = 0) -> dict[str, dict[str, Column]]:
        """The rows of month ``since`` and later by table, columns as in :meth:`tables`."""
        return {table: self._taken(table, since) for table in self._measures}

    def _taken(self, table: str, since: int) -> dict[str, Column]:
        kept = self._columns[table]
        rows = slice(int(np.searchsorted(kept["step"], since)), kept.rows)
        steps = kept["step"][rows]
        keys = zip(KEYS[table], row_names(self.world, table), strict=True)
        return {
            "step": steps,
            "date": dates(self.world, steps),
            **{key: Named(kept[key][rows], names) for key, names in keys},
            **{measure.name: kept[measure.name][rows] for measure in self._measures[table]},
        }

    def units(self) -> dict[str, dict[str, str]]:
        """Unit of each metric, by table and name."""
        return {t: {m.name: m.unit for m in measures} for t, measures in self._measures.items()}

    def definitions(self) -> dict[str, dict[str, str]]:
        """Definition of each metric, by table and name."""
        return {t: {m.name: m.definition for m in measures} for t, measures in self._measures.items()}

    def dump(self) -> dict[str, NDArray[Any]]:
        """Everything recorded, as arrays by "table.column", and what has been paid since."""
        rest = {f"texts.{name}": values for name, values in self.texts.dump().items()} | {"paid": self._paid.copy()}
        return rest | {
            f"{table}.{name}": values
            for table, columns in self._columns.items()
            for name, values in columns.dump().items()
        }

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave.

        Raises:
            ValueError: the state is of another choice of tables and measures.
        """
        texts = {f"texts.{name}" for name in self.texts.dump()}
        expected = {"paid"} | texts | {f"{t}.{name}" for t in self._measures for name in self._layout(t)}
        if set(state) != expected:
            odd = ", ".join(sorted(set(state) ^ expected))
            message = f"recorder: columns missing or unknown: {odd}; resume with the same measures"
            raise ValueError(message)
        self._paid = state["paid"].astype(np.int64)
        self.texts.load({name: state[f"texts.{name}"] for name in self.texts.dump()})
        for table, columns in self._columns.items():
            columns.load({name: state[f"{table}.{name}"] for name in self._layout(table)})
