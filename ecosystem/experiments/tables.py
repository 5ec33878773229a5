"""Parquet tables of a results folder."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["LEADING", "TABLES", "arrow", "parquet_bytes", "read", "write"]

TABLES = ("web", "domains", "labs", "curators", "publishers", "humans", "ledger", "items", "degrees", "texts")
"""Tables of a results folder, each in ``<name>.parquet``."""

LEADING = ("step", "date", "replicate")
"""Columns that come first, those that a table has."""


def arrow(frame: pd.DataFrame, replicate: int | None = None) -> pa.Table:
    """A frame as it is kept: leading columns first, float64, NaN as null, text as text.

    Args:
        frame: rows of one table.
        replicate: its number, added as a column; None if the frame has it.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if replicate is not None:
        frame = frame.assign(replicate=replicate)
    leading = [name for name in LEADING if name in frame]
    frame = frame[[*leading, *(name for name in frame if name not in leading)]]
    # One thread: a pool of threads would stand in the way of forking workers later.
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1).replace_schema_metadata(None)
    return table.cast(pa.schema([pa.field(field.name, _kept_as(field.type)) for field in table.schema]))


def _kept_as(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        return pa.int64()
    # A column of text that has no rows, or nothing in them, tells no type.
    return kind if pa.types.is_boolean(kind) or pa.types.is_uint64(kind) else pa.string()


def write(parts: Iterable[pa.Table], file: BinaryIO) -> None:
    """Write parts of one table one after another, a row group for each.

    Compressed by zstd; dictionaries for names and steps only, and floats split by byte, which is
    the smallest and fastest choice for such columns.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    writer = None
    try:
        for part in parts:
            if writer is None:
                kinds = {field.name: field.type for field in part.schema}
                options: dict[str, Any] = {
                    "compression": "zstd",
                    "use_dictionary": [n for n, k in kinds.items() if pa.types.is_string(k) or n in LEADING],
                    "use_byte_stream_split": [n for n, k in kinds.items() if pa.types.is_floating(k)],
                }
                writer = pq.ParquetWriter(file, part.schema, **options)
            writer.write_table(part)
    finally:
        if writer is not None:
            writer.close()


def parquet_bytes(table: pa.Table) -> bytes:
    """One table as the content of a file."""
    buffer = io.BytesIO()
    write([table], buffer)
    return buffer.getvalue()


def read(source: Path | BinaryIO) -> pa.Table:
    """The table in a file, without starting threads."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    # As a file, so that pyarrow does not take names of folders for columns.
    return pq.ParquetFile(source).read(use_threads=False)
