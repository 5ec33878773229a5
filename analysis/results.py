"""A results folder, read back from disk: tables, provenance, dated changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow.parquet import ParquetFile

TABLES = (
    "web",
    "domains",
    "labs",
    "curators",
    "publishers",
    "humans",
    "ledger",
    "items",
    "degrees",
    "texts",
    "differences",
    "effects",
)
"""Parquet tables a folder may hold, each as `<name>.parquet`."""

ENTITY = {
    "web": (),
    "domains": ("domain",),
    "labs": ("lab",),
    "curators": ("curator",),
    "publishers": ("group",),
    "humans": ("group",),
    "ledger": ("payer", "payee", "reason"),
}
"""Tables with a row per month, and the columns that name whom a row is about."""

INDEX_COLUMNS = frozenset(
    {"step", "date", "replicate", "arm", "what"} | {name for keys in ENTITY.values() for name in keys}
)
"""Columns that identify a row; all others are metrics."""


class ResultsError(ValueError):
    """A results folder that cannot be read, or a question it cannot answer."""


class NothingToDraw(ResultsError):  # noqa: N818  a finding about the data, not a fault
    """The folder lacks what a figure shows; the message says what."""


@dataclass(frozen=True)
class Event:
    """A dated change in the rules or circumstances of a run.

    Attributes:
        date: Month from which it applies, `YYYY-MM`.
        label: A few words for a figure.
    """

    date: str
    label: str


@dataclass(frozen=True)
class ResultsFolder:
    """Tables and provenance of one results folder.

    Attributes:
        path: The folder.
        provenance: `provenance.json` as read.
        tables: Table by name; a missing table is absent.
        arm_name: The arm of a comparison these tables were cut down to, else empty.
    """

    path: Path
    provenance: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    arm_name: str = ""

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, with no rows and no columns where the folder lacks it."""
        return self.tables.get(name, pd.DataFrame())

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The resolved scenario; empty where the provenance has none."""
        scenario: Mapping[str, Any] = self.provenance.get("scenario") or {}
        return scenario

    @property
    def title(self) -> str:
        """Title of the scenario, else its name, else the folder's name."""
        sources = (self.provenance.get("title"), self.scenario.get("title"))
        return str(next(filter(None, (*sources, self.scenario.get("name"), self.path.name))))

    @property
    def status(self) -> str:
        """State of the run: running, done, failed, interrupted; `unknown` where not stated."""
        return str(self.provenance.get("status") or "unknown")

    @property
    def seeds(self) -> list[int]:
        """Seeds of the replicates, in their order; empty where not stated."""
        seeds = self.provenance.get("seeds", self.provenance.get("seed", []))
        return [int(seed) for seed in (seeds if isinstance(seeds, list) else [seeds])]

    @property
    def dates(self) -> list[str]:
        """Months of the `web` table, sorted, `YYYY-MM`; empty without rows."""
        web = self.table("web")
        return sorted(web["date"].unique()) if len(web) else []

    @property
    def replicates(self) -> int:
        """Number of replicates in the `web` table; 0 without rows."""
        web = self.table("web")
        return int(web["replicate"].nunique()) if len(web) else 0

    @property
    def arms(self) -> list[str]:
        """Arms of a comparison in the order of the `web` table (control first), else empty."""
        web = self.table("web")
        return [str(arm) for arm in web["arm"].unique()] if "arm" in web else []

    def arm(self, name: str) -> ResultsFolder:
        """Return the same folder cut down to one arm of a comparison."""
        cut = {key: partial(_cut, self.tables, key, name) for key in self.tables}
        scenarios: Mapping[str, Any] = self.provenance.get("arms") or {}
        own = {"scenario": scenarios[name]} if name in scenarios else {}
        return replace(self, provenance={**self.provenance, **own}, tables=_Tables(cut), arm_name=name)

    @property
    def events(self) -> list[Event]:
        """Policies and shocks of the resolved scenario, by date."""
        policies = [_policy(entry) for entry in self.scenario.get("policies") or []]
        shocks = [_shock(entry) for entry in self.scenario.get("shocks") or []]
        events = [event for event in (*policies, *shocks) if event.date]
        return sorted(events, key=lambda event: (event.date, event.label))

    def unit(self, metric: str) -> str:
        """Return the unit of a metric named `table.column`; empty where the provenance has none."""
        table, _, column = metric.partition(".")
        units: Mapping[str, Any] = self.provenance.get("units") or {}
        nested = units.get(table)
        return str(units.get(metric) or (nested.get(column) if isinstance(nested, dict) else "") or "")


def load(folder: str | Path) -> ResultsFolder:
    """Read a results folder.

    Args:
        folder: Directory with `provenance.json` and Parquet tables.

    Returns:
        The folder. A run that is not done is read as far as it got; `status` says so.

    Raises:
        ResultsError: Not a directory, no readable provenance, or a damaged table.
    """
    path = Path(folder)
    if not path.is_dir():
        message = f"{path}: not a results folder: no such directory. Make one with `ecosystem run`."
        raise ResultsError(message)
    provenance = _provenance(path / "provenance.json")
    files = {name: path / f"{name}.parquet" for name in TABLES}
    tables = {name: _readable(file, monthly=name in ENTITY) for name, file in files.items() if file.exists()}
    return ResultsFolder(path, provenance, _Tables(tables))


def json_object(path: Path, absent: str, remedy: str) -> dict[str, Any]:
    """The JSON object in a file.

    Args:
        path: of the file.
        absent: what to say where there is no such file.
        remedy: what to do where it cannot be used, as a sentence.

    Raises:
        ResultsError: it is not there, cannot be read, or holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ResultsError(absent) from error
    except (ValueError, OSError) as error:
        message = f"{path}: cannot be read: {error}. {remedy}"
        raise ResultsError(message) from error
    if not isinstance(content, dict):
        message = f"{path}: holds no JSON object. {remedy}"
        raise ResultsError(message)
    return content


def _provenance(path: Path) -> Mapping[str, Any]:
    absent = f"{path.parent}: not a results folder: no provenance.json. Name one a run wrote."
    return json_object(path, absent, "Run the scenario again.")


class _Tables(Mapping[str, pd.DataFrame]):
    """Tables by name, each read when it is first asked for: that of all items may not fit into memory."""

    def __init__(self, readers: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._readers, self._read = readers, dict[str, pd.DataFrame]()

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = self._readers[name]()
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def _readable(path: Path, *, monthly: bool) -> Callable[[], pd.DataFrame]:
    """What reads a table, which has been seen to be one."""
    with _reading(path), ParquetFile(path) as file:
        rows, columns = file.metadata.num_rows, file.schema_arrow.names
    if monthly and rows and "date" not in columns:
        message = f"{path}: has no column 'date' (months as YYYY-MM). Repeat the run."
        raise ResultsError(message)
    return partial(_table, path)


def _table(path: Path) -> pd.DataFrame:
    with _reading(path):
        table = pd.read_parquet(path)
    return table if "replicate" in table else table.assign(replicate=0)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say which table cannot be read."""
    try:
        yield
    except Exception as error:  # pyarrow raises several unrelated kinds for a damaged file
        message = f"{path}: not a readable Parquet table: {error}. Resume or repeat the run."
        raise ResultsError(message) from error


def _cut(tables: Mapping[str, pd.DataFrame], name: str, arm: str) -> pd.DataFrame:
    """The rows of one arm of a comparison."""
    table = tables[name]
    return table[table["arm"] == arm].drop(columns="arm") if "arm" in table else table


def _policy(entry: Mapping[str, Any]) -> Event:
    label = str(entry.get("name") or entry.get("kind", "policy")).replace("_", " ")
    return Event(str(entry.get("start") or ""), label)


def _shock(entry: Mapping[str, Any]) -> Event:
    if entry.get("label"):
        return Event(str(entry.get("at") or ""), str(entry["label"]))
    changes = list((entry.get("set") or {}).items())
    if not changes:
        return Event(str(entry.get("at") or ""), "shock")
    key, value = changes[0]
    more = f" (+{len(changes) - 1})" if len(changes) > 1 else ""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    label = f"{key.replace('_', ' ').replace('.', ': ', 1)} = {shown}{more}"
    return Event(str(entry.get("at") or ""), label)
