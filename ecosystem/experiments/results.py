"""Results: the tables of a run in memory, and the folder they are kept in."""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import PartialResults, RunRefused
from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.folder import GRAPH, Layout, refuse_unless_free
from ecosystem.experiments.lock import held_by
from ecosystem.experiments.merging import items_of, write_scenario
from ecosystem.experiments.snapshot import BadSnapshot, read_graph, read_tables
from ecosystem.experiments.tables import TABLES, TableFile, arrow, columns_of, frame_of, opened

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from ecosystem.scenario import Scenario

__all__ = ["Results", "load", "load_into_memory"]

type Makers = dict[str, Callable[[], pd.DataFrame]]
"""What makes data frames, by their names."""


@dataclass(frozen=True)
class Results:
    """What a run gave. Every table has `step`, `date` and `replicate` in front where they apply.

    Attributes:
        provenance: what `provenance.json` says: scenario, seeds, versions, units, definitions.
        tables: data frames by name; NaN where a metric is undefined.
        graphml: the sample of the author graph as GraphML; None if there is none.
        folder: where the results are kept; None in memory only.
    """

    provenance: dict[str, Any] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    graphml: bytes | None = field(default=None, repr=False)
    folder: Path | None = None

    @property
    def status(self) -> str:
        """The state of the run: running, done, failed or interrupted."""
        return str(self.provenance["status"])

    @property
    def web(self) -> pd.DataFrame:
        """The web as a whole: a row per month."""
        return self._table("web")

    @property
    def domains(self) -> pd.DataFrame:
        """A row per month and domain."""
        return self._table("domains")

    @property
    def labs(self) -> pd.DataFrame:
        """A row per month and lab."""
        return self._table("labs")

    @property
    def curators(self) -> pd.DataFrame:
        """A row per month and curator."""
        return self._table("curators")

    @property
    def publishers(self) -> pd.DataFrame:
        """A row per month and group of publishers."""
        return self._table("publishers")

    @property
    def humans(self) -> pd.DataFrame:
        """A row per month and group of people."""
        return self._table("humans")

    @property
    def ledger(self) -> pd.DataFrame:
        """USD by month, kind of payer, kind of payee and reason."""
        return self._table("ledger")

    @property
    def items(self) -> pd.DataFrame:
        """A sample of the items as they stand at the end."""
        return self._table("items")

    @property
    def degrees(self) -> pd.DataFrame:
        """How many items have how many in-links at the end."""
        return self._table("degrees")

    @property
    def texts(self) -> pd.DataFrame:
        """Some texts of each recorded month, domain, origin and lab; empty where items carry no text."""
        return self._table("texts")

    @functools.cached_property
    def sites(self) -> nx.DiGraph[str]:
        """Who links to whom among a sample of the authors of the first replicate."""
        import networkx as nx  # noqa: PLC0415 - slow to import

        return nx.DiGraph(None if self.graphml is None else nx.read_graphml(io.BytesIO(self.graphml)))

    @functools.cached_property
    def scenario(self) -> Scenario:
        """The scenario that was run, ready to be run again."""
        from ecosystem.scenario import Scenario  # noqa: PLC0415 - the package stays light to import

        return Scenario.from_dict(self.provenance["scenario"])

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 - slow to import

        return self.tables.get(name, pd.DataFrame())

    def save(self, folder: str | Path) -> Path:
        """Write a results folder, which must be new or empty, and return it.

        Raises:
            RunRefused: there is something already.
        """
        path = Path(folder)
        refuse_unless_free(path, force=False)
        path.mkdir(parents=True, exist_ok=True)
        layout = Layout(path)
        for name, frame in self.tables.items():
            write_atomically(layout.table(name), functools.partial(_write, frame))
        if (graph := self.graphml) is not None:
            write_atomically(path / GRAPH, lambda file: file.write(graph))
        write_scenario(path, self.scenario)
        provenance.write(path, self.provenance)
        return path


def _write(frame: pd.DataFrame, file: BinaryIO) -> None:
    table = TableFile(file)
    table.add(arrow(columns_of(frame)))
    table.close()


class _Frames(Mapping[str, "pd.DataFrame"]):
    """Data frames by name, each made when it is first asked for: a table of all items may be large."""

    def __init__(self, makers: Makers) -> None:
        self._makers, self._made = makers, dict[str, "pd.DataFrame"]()

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def load(folder: str | Path) -> Results:
    """Read a results folder.

    Of a run that is not done it reads what has been saved, and warns (`PartialResults`).

    Raises:
        RunRefused: there is no such folder, or it holds no results.
    """
    path = Path(folder)
    found = provenance.read(path)
    if found is None:
        what = "holds no results (no provenance.json that can be read)" if path.is_dir() else "is no folder"
        message = f"{path}: {what}; give a folder that `ecosystem run` wrote"
        raise RunRefused(message)
    if found["schema_version"] > provenance.SCHEMA_VERSION:
        message = f"{path}: written by a newer version (layout {found['schema_version']}); update ecosystem to read it"
        raise RunRefused(message)
    layout = Layout(path)
    if found["status"] == "done" or not (layout.parts.exists() or layout.checkpoints.exists()):
        paths = {name: layout.table(name) for name in TABLES if layout.table(name).exists()}
        for table in paths.values():
            _read(table, opened)  # a damaged one is told of at once
        makers: Makers = {name: functools.partial(_read, table, frame_of) for name, table in paths.items()}
        graphml = (path / GRAPH).read_bytes() if (path / GRAPH).exists() else None
    else:
        makers, graphml = _saved_so_far(layout, len(found["seeds"]))
    tables = _Frames(makers)
    if found["status"] != "done":
        warnings.warn(_warning(path, found, tables), PartialResults, stacklevel=2)
    return Results(found, tables, graphml, path)


def load_into_memory(folder: Path) -> Results:
    """Read the results of a finished run from a folder that may go: files as they are, until a table is asked for."""
    found, layout = load(folder), Layout(folder)
    contents = {name: layout.table(name).read_bytes() for name in found.tables}
    makers: Makers = {name: functools.partial(frame_of, content) for name, content in contents.items()}
    return Results(found.provenance, _Frames(makers), found.graphml)


def _read[T](path: Path, reading: Callable[[Path], T]) -> T:
    """What a way of reading gives of a table.

    Raises:
        RunRefused: the table cannot be read.
    """
    try:
        return reading(path)
    except (OSError, ValueError) as error:  # pyarrow's errors are of these kinds
        message = f"{path}: not a readable table: {error}; run the scenario again"
        raise RunRefused(message) from error


def _saved_so_far(layout: Layout, replicates: int) -> tuple[Makers, bytes | None]:
    """What makes the tables of finished replicates and those in checkpoints, one after another, and the graph."""
    found: dict[str, list[Path | pa.Table]] = {}
    graphml = None
    for replicate in range(replicates):
        for path in (layout.part(replicate), layout.checkpoint(replicate)):
            with contextlib.suppress(BadSnapshot):
                for name, table in read_tables(path).items():
                    found.setdefault(name, []).append(table)
                graphml = graphml or read_graph(path)
                break
        with contextlib.suppress(BadSnapshot):
            found.setdefault("items", []).extend(items_of(layout, replicate))
    return {name: functools.partial(_joined, parts) for name, parts in found.items() if parts}, graphml


def _joined(parts: Sequence[Path | pa.Table]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import

    return pd.concat(map(frame_of, parts), ignore_index=True)


def _warning(path: Path, found: dict[str, Any], tables: Mapping[str, pd.DataFrame]) -> str:
    status = found["status"]
    if status == "running":
        owner = held_by(path)
        state = f"is still running (process {owner})" if owner else "was killed while running"
    else:
        state = f"{'failed' if status == 'failed' else f'was {status}'}: {found['reason']}"
    monthly = (tables[name] for name in tables if name not in ("items", "degrees", "texts"))
    last = max((str(table["date"].max()) for table in monthly if len(table)), default=None)
    extent = f"these are its months up to {last}" if last else "none of its months has been saved"
    return f"{path}: the run {state}; {extent}"
