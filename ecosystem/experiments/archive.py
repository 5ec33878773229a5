"""Every public item of a run, written as the run goes: its memory does not grow with the table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.segments import Seal, Segments
from ecosystem.experiments.tables import arrow
from ecosystem.measures.extracts import item_arrays, item_columns, public_rows
from ecosystem.world.memory import first_kept

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["ItemArchive"]

LEAST, MOST = 1 << 15, 1 << 16
"""Items of a row group, but for the last. Memory for so many, some ten megabytes, is used again by the next;
with groups several times as large, asking the system for it took as long as writing. Measured."""

type Arrays = dict[str, NDArray[Any]]


class ItemArchive:
    """Keeps a row for each public item, in order of publication, with its values as they are in the end.

    A month is written when its items are about to leave memory (`scale.keep_items`), after which nothing of
    them changes, or else at the end of the run. Months make a row group as soon as they have LEAST items
    together, so that the bytes do not depend on when checkpoints are made.

    Args:
        folder: where its files go.
        replicate: its number, a column of the table.
    """

    def __init__(self, folder: Path, replicate: int) -> None:
        """Begin with nothing kept."""
        self.replicate = replicate
        self.segments = Segments(folder)
        self._month = 0
        """First month that is not kept yet."""
        self._tail: list[Arrays] = []
        """Columns of months that do not make a row group yet, in copies."""

    def follow(self, world: World) -> None:
        """Keep what leaves memory before the next month; call it after every month.

        Raises:
            OSError: the disk is full or does not allow it.
        """
        self._keep(world, first_kept(world.settings, world.clock.step))

    def finish(self, world: World) -> None:
        """Keep all that is left, at the end of the run.

        Raises:
            OSError: the disk is full or does not allow it.
        """
        self._keep(world, world.clock.step)
        if self._tail or self.segments.empty:
            self._write(world)
        self.segments.seal()

    def _keep(self, world: World, stop: int) -> None:
        """Keep the months before ``stop``."""
        for month in range(self._month, stop):
            rows = public_rows(world, world.rows_of(month))
            numbers = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
            self._tail.append({"number": numbers + world.past.items, **item_arrays(world, rows)})
            if sum(len(kept["key"]) for kept in self._tail) >= LEAST:
                self._write(world)
            else:
                self._tail[-1] = {name: np.array(values) for name, values in self._tail[-1].items()}
        self._month = max(self._month, stop)

    def _write(self, world: World) -> None:
        """Write what waits; a table without rows if nothing does."""
        arrays = self._joined() or {"number": np.empty(0, np.int64), **item_arrays(world, slice(0, 0))}
        self._tail = []
        rows = len(arrays["key"])
        groups = max(1, -(-rows // MOST))
        for group in range(groups):
            these = slice(group * rows // groups, (group + 1) * rows // groups)
            part = {name: values[these] for name, values in arrays.items()}
            self.segments.write(arrow(item_columns(world, part), self.replicate))

    def _joined(self) -> Arrays:
        """The tail as one; empty without any."""
        if len(self._tail) > 1:
            self._tail = [{name: np.concatenate([kept[name] for kept in self._tail]) for name in self._tail[0]}]
        return self._tail[0] if self._tail else {}

    # --- checkpoints --------------------------------------------------------------------------------

    def dump(self) -> Arrays:
        """All that is needed to go on, as arrays; what has been written so far is whole on disk.

        Raises:
            OSError: the disk is full or does not allow it.
        """
        self.segments.seal()
        seals = np.array(self.segments.seals, dtype=np.int64).reshape(-1, 2)
        tail = {f"tail.{name}": values for name, values in self._joined().items()}
        return {"month": np.asarray(self._month), "seals": seals, **tail}

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave.

        Raises:
            ValueError: a file that has been written is missing or damaged.
        """
        self.segments.resume(Seal(int(size), int(checksum)) for size, checksum in state["seals"])
        self._month = int(state["month"])
        tail = {name.removeprefix("tail."): values for name, values in state.items() if name.startswith("tail.")}
        self._tail = [tail] if tail else []
