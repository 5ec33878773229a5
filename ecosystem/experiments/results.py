"""Results: the tables of a run in memory, and the folder they are kept in."""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import PartialResults, RunRefused
from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.folder import GRAPH, SCENARIO, Layout, refuse_unless_free
from ecosystem.experiments.lock import held_by
from ecosystem.experiments.snapshot import BadSnapshot, read_graph, read_tables
from ecosystem.experiments.tables import TABLES, arrow, read, write

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from ecosystem.scenario import Scenario

__all__ = ["Results", "load", "merge_parts", "write_scenario"]


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
            write_atomically(layout.table(name), functools.partial(write, _by_replicate(frame)))
        if (graph := self.graphml) is not None:
            write_atomically(path / GRAPH, lambda file: file.write(graph))
        write_scenario(path, self.scenario)
        provenance.write(path, self.provenance)
        return path


def _by_replicate(frame: pd.DataFrame) -> list[Any]:
    parts = [part for _, part in frame.groupby("replicate", sort=False)]
    return [arrow(part) for part in parts or [frame]]


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
        tables = {name: _frame(layout.table(name)) for name in TABLES if layout.table(name).exists()}
        graphml = (path / GRAPH).read_bytes() if (path / GRAPH).exists() else None
    else:
        tables, graphml = _saved_so_far(layout, len(found["seeds"]))
    if found["status"] != "done":
        warnings.warn(_warning(path, found, tables), PartialResults, stacklevel=2)
    return Results(found, tables, graphml, path)


def _frame(path: Path) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = read(path).to_pandas()
    except (OSError, ValueError) as error:  # pyarrow's errors are of these kinds
        message = f"{path}: not a readable table: {error}; run the scenario again"
        raise RunRefused(message) from error
    return frame


def _saved_so_far(layout: Layout, replicates: int) -> tuple[dict[str, pd.DataFrame], bytes | None]:
    """The tables of finished replicates and those in checkpoints, one after another, and the graph."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    found: dict[str, list[pd.DataFrame]] = {}
    graphml = None
    for replicate in range(replicates):
        for path in (layout.part(replicate), layout.checkpoint(replicate)):
            with contextlib.suppress(BadSnapshot):
                for name, table in read_tables(path).items():
                    found.setdefault(name, []).append(table.to_pandas())
                graphml = graphml or read_graph(path)
                break
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}, graphml


def _warning(path: Path, found: dict[str, Any], tables: Mapping[str, pd.DataFrame]) -> str:
    status = found["status"]
    if status == "running":
        owner = held_by(path)
        state = f"is still running (process {owner})" if owner else "was killed while running"
    else:
        state = f"{'failed' if status == 'failed' else f'was {status}'}: {found['reason']}"
    last = str(tables["web"]["date"].max()) if "web" in tables and len(tables["web"]) else None
    extent = f"these are its months up to {last}" if last else "none of its months has been saved"
    return f"{path}: the run {state}; {extent}"


def write_scenario(folder: Path, scenario: Scenario) -> None:
    """Write the resolved scenario beside its results."""
    text = scenario.to_toml()
    write_atomically(folder / SCENARIO, lambda file: file.write(text.encode()))


def merge_parts(folder: Path, parts: Sequence[tuple[Path, Mapping[str, Any]]]) -> None:
    """Join the tables of all replicates into those of the run.

    Args:
        folder: the results folder.
        parts: the snapshot of each replicate and its identity, in their order.

    Raises:
        BadSnapshot: a part is damaged.
    """
    layout = Layout(folder)
    for name in TABLES:
        pieces = (read_tables(path, identity, name)[name] for path, identity in parts)
        write_atomically(layout.table(name), functools.partial(write, pieces))
    graph = read_graph(parts[0][0])
    if graph is not None:
        write_atomically(folder / GRAPH, lambda file: file.write(graph))
