"""`ecosystem query`: SQL over the tables of results folders."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, QuietOption, console, fail, print_json, say, state, warn

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("table", "csv", "json")
NARROW = 8
"""Columns of the terminal that a column of a table takes at least. assumption: a number and a gap."""
LIMIT = 40
"""Rows shown as a table. assumption: a screen."""

Sql = Annotated[str, typer.Argument(metavar="SQL", help='Such as "select * from web".', show_default=False)]
Folders = Annotated[
    list[Path] | None,
    typer.Argument(metavar="RESULTS...", help="Results folders. [default: the newest in runs]", show_default=False),
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, csv or json.")]
Limit = Annotated[int, typer.Option(min=1, help="Rows of a table that are shown; csv and json have all.")]


@app.command(
    epilog='Example: ecosystem query "select date, avg(items) from web group by date" runs/baseline'
)  # fmt: skip
def query(
    sql: Sql,
    results: Folders = None,
    *,
    format_: Format = "table",
    limit: Limit = LIMIT,
    json: JsonOption = False,  # noqa: ARG001 - set by callback
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Ask results in SQL (of DuckDB).

    Tables are those of the folder: web, domains, labs, curators, publishers, humans, ledger, items; of comparisons and
    studies also runs, outcomes, design, differences and more. Of runs that are going on they hold what is finished.
    Nothing can be changed.
    """
    if format_ not in FORMATS:
        fail(f"format {format_!r} is not known; choose one of {', '.join(FORMATS)}")
    from ecosystem.experiments.environment import processors  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.query import ask, newest, plain  # noqa: PLC0415 - slow to import

    folders = results or [newest()]
    if not results and not state.quiet and format_ == "table" and not state.json:
        warn(f"asking {folders[0]}")
    answer = ask(sql, folders, processors())
    for folder, status in answer.unfinished.items():
        if not state.quiet:
            warn(f"{folder} is not done ({status}): these are the runs that are")
    if state.json or format_ == "json":
        print_json(plain(answer))
    elif format_ == "csv":
        _csv(answer.table)
    else:
        _show(answer.table, limit)


def _csv(table: pa.Table) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(table.column_names)
    for batch in table.to_batches():
        out.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _show(table: pa.Table, limit: int) -> None:
    if state.quiet:
        return
    rows, out = table.slice(0, limit).to_pylist(), console()
    if NARROW * table.num_columns > out.width:
        _stack(rows)
    else:
        _grid(rows, table.column_names)
    if table.num_rows > limit:
        say(f"{limit} of {table.num_rows:,} rows; --limit {table.num_rows} or --format csv shows all")


def _stack(rows: list[dict[str, Any]]) -> None:
    """Rows of many columns, a value a line."""
    for number, row in enumerate(rows):
        if number:
            say()
        width = max(map(len, row))
        for name, value in row.items():
            say(f"{name:{width}}  {_cell(value)}")


def _grid(rows: list[dict[str, Any]], names: list[str]) -> None:
    from rich.table import Table  # noqa: PLC0415 - slow to import

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        numeric = all(isinstance(row[name], (int, float)) or row[name] is None for row in rows)
        shown.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(row[name]) for name in names))
    console().print(shown)


def _cell(value: Any) -> str:
    """A value as it is read best: numbers to six digits."""
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
