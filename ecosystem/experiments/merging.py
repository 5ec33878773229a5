"""From the parts of replicates to the tables of a run, row group by row group."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ecosystem.experiments.files import Emerging, write_atomically
from ecosystem.experiments.folder import GRAPH, SCENARIO, Layout
from ecosystem.experiments.joining import join
from ecosystem.experiments.segments import paths_of
from ecosystem.experiments.snapshot import check, read_graph, read_tables, seals_in
from ecosystem.experiments.tables import TableFile

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["items_of", "merge_parts", "write_scenario"]


def write_scenario(folder: Path, scenario: Scenario) -> None:
    """Write the resolved scenario beside its results."""
    text = scenario.to_toml()
    write_atomically(folder / SCENARIO, lambda file: file.write(text.encode()))


def merge_parts(folder: Path, identities: Sequence[Mapping[str, Any]], *, sync: bool = True) -> None:
    """Join the tables of all replicates into those of the run.

    Args:
        folder: the results folder.
        identities: of the replicates, in their order; each has its snapshot.
        sync: wait until all is on disk.

    Raises:
        BadSnapshot: a part is damaged.
    """
    layout = Layout(folder)
    with contextlib.ExitStack() as undo:
        files: dict[str, Emerging] = {}
        tables: dict[str, TableFile] = {}
        for replicate, identity in enumerate(identities):
            for name, part in read_tables(layout.part(replicate), identity).items():
                if name not in files:
                    files[name] = Emerging(layout.table(name))
                    undo.callback(files[name].discard)
                    tables[name] = TableFile(files[name].file)
                    undo.callback(tables[name].give_up)
                tables[name].add(part)
        for table in tables.values():
            table.close()
        for file in files.values():
            file.publish(sync=sync)
    if (graph := read_graph(layout.part(0))) is not None:
        write_atomically(folder / GRAPH, lambda file: file.write(graph), sync=sync)
    if "items" not in files:
        items = (path for replicate in range(len(identities)) for path in items_of(layout, replicate))
        write_atomically(layout.table("items"), functools.partial(join, _each_opened(items)), sync=sync)


def items_of(layout: Layout, replicate: int) -> list[Path]:
    """The files of the items of a finished replicate; none unless all are kept.

    Raises:
        BadSnapshot: the replicate is not finished, or its part is damaged.
    """
    seals = seals_in(check(layout.part(replicate), {}))
    return paths_of(layout.items(replicate), len(seals))


def _each_opened(paths: Iterable[Path]) -> Iterator[BinaryIO]:
    """Files one after another."""
    for path in paths:
        with path.open("rb") as file:
            yield file
