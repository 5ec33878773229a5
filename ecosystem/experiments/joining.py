"""Joining Parquet files without decoding them: row groups are copied, and one footer says where each now is.

A Parquet file is the four letters PAR1, row groups, a footer, the length of the footer in four bytes and PAR1
again. The footer is a Thrift record that names the places of columns by their distance from the start of the
file (parquet.thrift in github.com/apache/parquet-format). To join files is to copy what lies between, and to
add to these distances.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from ecosystem.experiments.thrift import Record, from_bytes, to_bytes

__all__ = ["join"]

MAGIC = b"PAR1"
TAIL = 8
"""Bytes after the footer: its length and MAGIC."""
BLOCK = 1 << 20
"""Bytes copied at once. assumption: of no account in memory, and few enough calls."""

_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
"""Of a footer (FileMetaData): the columns, the number of rows, the row groups."""
_COLUMNS, _GROUP_PLACE, _ORDINAL = 1, 5, 7
"""Of a RowGroup: its columns, the distance of its first byte, its number in the file."""
_CONTENT, _COLUMN_PLACES, _PAGE_PLACES = 3, (2, 4, 6), (9, 10, 11, 14)
"""Of a ColumnChunk: its ColumnMetaData, the distances of itself and of its indexes; in ColumnMetaData the
distances of its first pages and of a Bloom filter."""


def join(files: Iterable[BinaryIO], out: BinaryIO) -> None:
    """Write the rows of several Parquet files into one, in their order and in their row groups.

    Args:
        files: each is read to its end before the next is asked for; all of the same columns.
        out: the new file, open at its start.

    Raises:
        ValueError: there is no file, one is no Parquet file, or their columns differ.
    """
    whole: Record | None = None
    out.write(MAGIC)
    for file in files:
        body, footer = _opened(file)
        shift = out.tell() - len(MAGIC)
        if whole is None:
            whole = footer
        else:
            _extend(whole, footer, shift)
        file.seek(len(MAGIC))
        out.writelines(file.read(min(left, BLOCK)) for left in range(body, 0, -BLOCK))
    if whole is None:
        message = "no Parquet file to join"
        raise ValueError(message)
    content = to_bytes(whole)
    out.write(content + len(content).to_bytes(TAIL - len(MAGIC), "little") + MAGIC)


def _opened(file: BinaryIO) -> tuple[int, Record]:
    """Bytes that the row groups of a file take, and its footer."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    length = int.from_bytes(tail[: -len(MAGIC)], "little")
    body = size - TAIL - length - len(MAGIC)
    if tail[-len(MAGIC) :] != MAGIC or body < 0:
        message = "not a Parquet file"
        raise ValueError(message)
    file.seek(len(MAGIC) + body)
    return body, from_bytes(file.read(length))


def _extend(whole: Record, more: Record, shift: int) -> None:
    """Add to a footer the row groups of another, which now lie ``shift`` bytes further from the start."""
    if more[_SCHEMA] != whole[_SCHEMA]:
        message = "Parquet files of different columns cannot be joined"
        raise ValueError(message)
    groups = whole[_GROUPS].value.values
    for group in more[_GROUPS].value.values:
        _move(group, (_GROUP_PLACE,), shift)
        if _ORDINAL in group:
            group[_ORDINAL] = group[_ORDINAL]._replace(value=len(groups))
        for column in group[_COLUMNS].value.values:
            _move(column, _COLUMN_PLACES, shift)
            _move(column[_CONTENT].value, _PAGE_PLACES, shift)
        groups.append(group)
    whole[_ROWS] = whole[_ROWS]._replace(value=whole[_ROWS].value + more[_ROWS].value)


def _move(record: Record, fields: tuple[int, ...], shift: int) -> None:
    """Add to the distances in these fields; one that is not there, or 0 for unknown, stays."""
    for number in fields:
        if number in record and record[number].value:
            record[number] = record[number]._replace(value=record[number].value + shift)
