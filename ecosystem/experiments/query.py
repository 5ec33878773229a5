"""Questions in SQL to the tables of results folders, by DuckDB.

A query can only read, and only the folders that are named: the text has to be one SELECT, and the database is told to
touch no other file, to load nothing and to let nobody change that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.folder import OF_MANY, ROOT
from ecosystem.experiments.tables import TABLES
from ecosystem.scenario.problems import near

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Answer", "ask", "newest", "plain"]

_PART = re.compile(r"-\d+$")
FOLDER = "folder"
"""Column that says where a row comes from, if several folders are asked."""


@dataclass(frozen=True)
class Answer:
    """What a query gave.

    Attributes:
        table: columns and rows.
        unfinished: status of every folder that is not done, by folder; its tables are those of what has finished.
    """

    table: pa.Table
    unfinished: dict[str, str]


def newest(root: Path = ROOT) -> Path:
    """The results folder that was written last.

    Raises:
        RunRefused: there is none.
    """
    found = [path for path in root.glob("*") if provenance.read(path) is not None]
    if not found:
        message = f"no results in {root}; name a folder, or make one with `ecosystem run`"
        raise RunRefused(message)
    return max(found, key=lambda path: ((path / provenance.FILE).stat().st_mtime, path.name))


def ask(sql: str, folders: Sequence[Path], processors: int = 1) -> Answer:
    """Answer a query.

    Args:
        sql: one SELECT.
        folders: results folders; of several, every table has the rows of all, and a column `folder`.
        processors: that DuckDB may use.

    Raises:
        RunRefused: a folder is none, or the query is no SELECT, or wrong; says what is near.
    """
    import duckdb  # noqa: PLC0415 - slow to import

    unfinished = {str(folder): status for folder in folders if (status := _status(folder)) != "done"}
    files = _files(folders)
    _refuse_unless_select(sql)
    with duckdb.connect(":memory:", config={"threads": processors, "temp_directory": ""}) as database:
        for name, paths in files.items():
            database.execute(f"create view {_quoted(name)} as {_view(paths, len(folders) > 1)}")
        places = ", ".join(_text(str(folder.resolve())) for folder in folders)
        for setting in (
            f"allowed_directories = [{places}]", "enable_external_access = false",
            "python_enable_replacements = false", "lock_configuration = true",
        ):  # fmt: skip
            database.execute(f"set {setting}")
        try:
            return Answer(database.sql(sql).to_arrow_table(), unfinished)
        except duckdb.Error as error:
            raise _explained(error, database, files) from error


def _status(folder: Path) -> str:
    """The status of a results folder."""
    found = provenance.read(folder)
    if found is None:
        what = "no provenance.json there that can be read" if folder.exists() else "there is no such folder"
        message = f"{folder}: no results folder: {what}; name one that `ecosystem run`, compare or study wrote"
        raise RunRefused(message)
    return str(found["status"])


def _files(folders: Sequence[Path]) -> dict[str, dict[str, list[Path]]]:
    """Parquet files by table and folder: the table itself or, while runs go on, its parts."""
    found: dict[str, dict[str, list[Path]]] = {}
    for folder in folders:
        own = {path.stem: [path] for path in sorted(folder.glob("*.parquet"))}
        for path in sorted((folder / "parts").glob("*.parquet")):
            name = _PART.sub("", path.stem)
            if not (folder / f"{name}.parquet").exists():
                own.setdefault(name, []).append(path)
        for name, paths in own.items():
            found.setdefault(name, {})[str(folder)] = [path.resolve() for path in paths]
    if not found:
        message = f"{', '.join(map(str, folders))}: no tables there yet; wait until some runs have finished"
        raise RunRefused(message)
    return found


def _view(paths: dict[str, list[Path]], several: bool) -> str:  # noqa: FBT001 - one of two forms
    """SQL of the rows of a table."""
    parts = []
    for folder, files in paths.items():
        listed = ", ".join(_text(str(path)) for path in files)
        whose = f"{_text(folder)} as {FOLDER}, " if several else ""
        parts.append(f"select {whose}* from read_parquet([{listed}], union_by_name = true)")  # noqa: S608 - quoted above
    return " union all by name ".join(parts)


def _quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    """A text as SQL has it."""
    return "'" + value.replace("'", "''") + "'"


def _refuse_unless_select(sql: str) -> None:
    """Refuse all but one statement that only reads.

    Raises:
        RunRefused: says what it is instead.
    """
    import duckdb  # noqa: PLC0415 - slow to import

    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        message = f"not SQL: {_first_line(error)}"
        raise RunRefused(message) from error
    if len(statements) != 1:
        message = f"give one query, this is {len(statements)}" if statements else "the query is empty"
        raise RunRefused(message)
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = str(statements[0].type).rpartition(".")[2]
        message = f"only queries that read are answered, this is {kind}; begin with select"
        raise RunRefused(message)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _explained(error: Exception, database: Any, files: dict[str, dict[str, list[Path]]]) -> RunRefused:
    """An error of DuckDB, with what was probably meant."""
    text = _first_line(error)
    missing = re.search(r"Table with name (\S+?) does not exist|Referenced column \"(.+?)\" not found", text)
    if missing is None:
        return RunRefused(text)
    if missing[1]:
        known = sorted(files)
        hint = near(missing[1], known) or f"there are {', '.join(known)}"
        usual = missing[1] in (*TABLES, *OF_MANY)
        return RunRefused(f"no table is called {missing[1]!r}" + (" in these results" if usual else "") + f"; {hint}")
    names = set(_columns(database, files))
    hint = near(missing[2], names) or "`select * from TABLE limit 1` shows the columns of a table"
    return RunRefused(f"no column is called {missing[2]!r}; {hint}")


def _columns(database: Any, files: dict[str, dict[str, list[Path]]]) -> Iterator[str]:
    for name in files:
        yield from database.sql(f"select * from {_quoted(name)} limit 0").columns  # noqa: S608 - quoted


def plain(answer: Answer) -> list[dict[str, Any]]:
    """Rows as JSON can hold them: decimals as numbers, dates and the like as text."""
    rows: list[dict[str, Any]] = json.loads(json.dumps(answer.table.to_pylist(), default=_simple))
    return rows


def _simple(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
