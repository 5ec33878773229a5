"""Parts: a Parquet file for each finished bundle and table, and how they become the tables of the ensemble."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.experiments.ensemble.plan import Plan
from ecosystem.experiments.ensemble.simulation import OUTCOMES, RUNS
from ecosystem.experiments.files import Emerging, write_atomically
from ecosystem.experiments.tables import TableFile, opened

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ROWS", "Parts", "conclude", "tables_of"]

ROWS = 1 << 14
"""Rows of a row group of the tables of an ensemble: an eighth of the usual, a few megabytes held in memory."""


def tables_of(plan: Plan) -> tuple[str, ...]:
    """Names of the tables that an ensemble writes, `runs` last."""
    return (*plan.record.tables, *([OUTCOMES] if plan.record.outcomes else []), RUNS)


class Parts:
    """The parts in a results folder.

    Args:
        folder: `parts` of a results folder; it need not exist yet.
        tables: those that there are parts of; `runs` comes last.
    """

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        """Look at nothing yet."""
        self.folder, self.tables = folder, tuple(tables)

    def path(self, table: str, bundle: Sequence[int]) -> Path:
        """Where the part of a table is, or goes."""
        return self.folder / f"{table}-{bundle[0]:07d}.parquet"

    def write(self, bundle: Sequence[int], content: Mapping[str, bytes]) -> None:
        """Keep what a bundle gave. The part of `runs` comes last: where it is, the others are."""
        self.folder.mkdir(exist_ok=True)
        for table in self.tables:
            path = self.path(table, bundle)
            if table in content:
                write_atomically(path, lambda file, table=table: file.write(content[table]), sync=False)  # type: ignore[misc]
            else:  # every run failed, where an earlier attempt may have had more luck
                path.unlink(missing_ok=True)

    def read(self, bundle: Sequence[int]) -> dict[str, bytes] | None:
        """What a bundle gave; None if it is not finished."""
        if not self.path(RUNS, bundle).exists():
            return None
        paths = {table: self.path(table, bundle) for table in self.tables}
        return {table: path.read_bytes() for table, path in paths.items() if path.exists()}

    def runs(self, bundle: Sequence[int]) -> pa.Table | None:
        """What came of each run of a bundle; None if it is not finished or a part is damaged."""
        path = self.path(RUNS, bundle)
        if not path.exists():
            return None
        with contextlib.suppress(OSError, ValueError):  # a part that was cut off, as by a loss of power
            for other in (self.path(table, bundle) for table in self.tables):
                if other.exists():
                    opened(other)
            return opened(path).read(use_threads=False)
        return None

    def bundles(self) -> list[range]:
        """Finished bundles, in order, as the parts themselves tell."""
        found = []
        for path in sorted(self.folder.glob(f"{RUNS}-*.parquet")):
            numbers = opened(path).read(columns=["run"], use_threads=False)["run"]
            found.append(range(numbers[0].as_py(), numbers[-1].as_py() + 1))
        return found


def conclude(folder: Path, parts: Parts, bundles: Iterable[Sequence[int]], keep: int | None = None) -> None:
    """Put the parts of finished bundles together, in the order of tasks, a few megabytes at a time.

    Args:
        folder: where the tables go.
        parts: from which.
        bundles: finished ones, in order.
        keep: tasks from this number on are left out; None keeps all.
    """
    order = list(bundles)
    for table in parts.tables:
        paths = [path for bundle in order if (path := parts.path(table, bundle)).exists()]
        target = folder / f"{table}.parquet"
        if not paths:
            target.unlink(missing_ok=True)
            continue
        with contextlib.ExitStack() as undo:
            emerging = Emerging(target)
            undo.callback(emerging.discard)
            whole = TableFile(emerging.file, ROWS)
            undo.callback(whole.give_up)
            rows = 0
            for part in _each(paths, keep):
                whole.add(part)
                rows += part.num_rows
            whole.close()
            if rows:
                emerging.publish()


def _each(paths: Iterable[Path], keep: int | None) -> Iterator[pa.Table]:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.compute as pc  # noqa: PLC0415 - slow to import

    for path in paths:
        part = opened(path).read(use_threads=False)
        if keep is None:
            yield part
        elif (cut := part.filter(pc.less(part["run"], pa.scalar(keep)))).num_rows:
            yield cut
