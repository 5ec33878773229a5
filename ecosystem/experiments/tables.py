"""Parquet tables of a results folder."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ecosystem.measures.named import Column

__all__ = [
    "LEADING", "TABLES", "TableFile", "arrow", "columns_of", "frame_of", "from_bytes", "opened", "to_bytes", "writer",
]  # fmt: skip

TABLES = ("web", "domains", "labs", "curators", "publishers", "humans", "ledger", "items", "degrees", "texts")
"""Tables of a results folder, each in ``<name>.parquet``."""

LEADING = ("step", "date", "run", "arm", "replicate")
"""Columns that come first, those that a table has."""

GROUP = 1 << 17
"""Rows from which on parts of a table make a row group: about as many as DuckDB's own files have (122,880)."""


def arrow(columns: Mapping[str, Column], replicate: int | None = None) -> pa.Table:
    """Columns as they are kept: leading ones first, float64, NaN as null, names as text.

    Args:
        columns: of one table.
        replicate: its number, added as a column; None if the table has it.
    """
    import numpy as np  # noqa: PLC0415 - the package stays light to import
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if replicate is not None:
        rows = next((len(c.codes if isinstance(c, tuple) else c) for c in columns.values()), 0)
        columns = {**columns, "replicate": np.full(rows, replicate)}
    leading = [name for name in LEADING if name in columns]
    arrays = {name: _kept(columns[name]) for name in [*leading, *(name for name in columns if name not in leading)]}
    # What cannot be missing says so, and is written faster.
    fields = [pa.field(name, kept.type, nullable=_may_miss(kept.type)) for name, kept in arrays.items()]
    return pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields))


def _may_miss(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    return bool(pa.types.is_floating(kind) or pa.types.is_string(kind))


def _kept(column: Column) -> pa.Array[Any]:
    """A column in the type in which it is kept."""
    import numpy as np  # noqa: PLC0415 - the package stays light to import
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if isinstance(column, tuple):
        codes, known = column.codes.astype(np.int32), list(dict.fromkeys(column.names))
        if len(known) < len(column.names):  # a name that stands twice is one name
            codes = np.array([known.index(name) for name in column.names], dtype=np.int32)[codes]
        elif codes.size and codes.min() < 0:
            codes = np.where(codes < 0, codes + len(known), codes)
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(known, pa.string()))
    kept: pa.Array[Any]
    if column.dtype.kind == "f":
        missing = bool(np.isnan(column).any())  # looking for it takes less than writing it down
        kept = pa.array(column.astype(np.float64, copy=False), from_pandas=missing)
    elif column.dtype.kind == "O":
        kept = pa.array(column, pa.string(), from_pandas=True)
    else:
        as_it_is = column.dtype.kind == "b" or column.dtype == np.uint64
        kept = pa.array(column if as_it_is else column.astype(np.int64, copy=False))
    return kept


def columns_of(frame: pd.DataFrame) -> dict[str, Column]:
    """A data frame as columns."""
    return {
        str(name): values.to_numpy() if values.dtype.kind in "biuf" else values.to_numpy(dtype=object)
        for name, values in frame.items()
    }


def writer(schema: pa.Schema, file: BinaryIO) -> pq.ParquetWriter:
    """A writer of a table, a row group for each part that it is given.

    Whole numbers are kept as differences, names in a dictionary: both are small as they are. Floats are
    split by byte and, like texts, compressed by zstd. Readers of Parquet have long known all of it, and it
    takes half the time of compressing everything, for a twentieth more space (measured on items). Least and
    greatest values are written of the leading columns only, by which rows are selected.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    of = {field.name: field.type for field in schema}
    floats = [name for name, kind in of.items() if pa.types.is_floating(kind)]
    texts = [name for name, kind in of.items() if pa.types.is_string(kind)]
    whole = [name for name, kind in of.items() if pa.types.is_int64(kind)]
    options: dict[str, Any] = {
        "compression": {name: "zstd" if name in floats or name in texts else "none" for name in of},
        "use_dictionary": [name for name, kind in of.items() if pa.types.is_dictionary(kind) or name in texts],
        "column_encoding": dict.fromkeys(floats, "BYTE_STREAM_SPLIT") | dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
        "write_statistics": [name for name in LEADING if name in whole],
        "store_schema": False,  # else dictionaries of names would come back as categories
    }
    return pq.ParquetWriter(file, schema, **options)


class TableFile:
    """A Parquet file that is written from many parts, small ones of which share a row group.

    Args:
        file: the open file; it has content as soon as a part has been added.
        group: rows from which on parts make a row group; so many are held in memory.
    """

    def __init__(self, file: BinaryIO, group: int = GROUP) -> None:
        """Begin with no rows."""
        self._file, self._group = file, group
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, part: pa.Table) -> None:
        """Add rows."""
        self._waiting.append(part)
        self._rows += part.num_rows
        if self._rows >= self._group:
            self._write()

    def close(self) -> None:
        """Write what waits, and the footer."""
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()

    def give_up(self) -> None:
        """Let go of a file that will not be finished, or has been."""
        if self._writer is not None:
            with contextlib.suppress(OSError):  # it tries to write the footer
                self._writer.close()

    def _write(self) -> None:
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        whole = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        self._waiting, self._rows = [], 0
        self._writer = self._writer or writer(whole.schema, self._file)
        self._writer.write_table(whole)


def to_bytes(table: pa.Table) -> bytes:
    """A table to be read soon by this program: Arrow's own form, made and read many times faster than Parquet."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    buffer = io.BytesIO()
    with pa.ipc.new_file(buffer, table.schema) as file:
        file.write_table(table)
    return buffer.getvalue()


def from_bytes(content: bytes) -> pa.Table:
    """Take back what :func:`to_bytes` gave."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    return pa.ipc.open_file(pa.BufferReader(content)).read_all()


def opened(source: Path | bytes) -> pq.ParquetFile:
    """A Parquet file, or the content of one, whose footer has been read."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    # As a file, so that pyarrow does not take names of folders for columns.
    return pq.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source)


def frame_of(source: Path | bytes | pa.Table) -> pd.DataFrame:
    """A table, or that in a file or its content, as a data frame; made without starting threads."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    table = opened(source).read(use_threads=False) if isinstance(source, Path | bytes) else source
    kinds = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
    plain = table.cast(pa.schema(list(zip(table.schema.names, kinds, strict=True))))
    frame: pd.DataFrame = plain.to_pandas(use_threads=False)
    return frame
