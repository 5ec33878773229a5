"""Parquet tables of a results folder."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ecosystem.experiments import tables
from ecosystem.experiments.tables import TableFile, arrow, columns_of, frame_of, from_bytes, to_bytes
from ecosystem.measures.named import Column, Named


def columns(rows: int = 3) -> dict[str, Column]:
    return {
        "name": Named(np.array([0, 1, -1])[:rows], ["a", "b", "c"]),
        "key": np.array([2**64 - 1, 0, 5], dtype=np.uint64)[:rows],
        "date": Named(np.array([0, 0, 1])[:rows], ["2018-01", "2018-02"]),
        "share": np.array([0.5, np.nan, 0.25], dtype=np.float32)[:rows],
        "right": np.array([True, False, True])[:rows],
        "text": np.array(["x", "y", "z"], dtype=object)[:rows],
        "step": np.array([0, 0, 1], dtype=np.int32)[:rows],
    }


def content_of(*parts: pa.Table) -> bytes:
    file = io.BytesIO()
    table = TableFile(file)
    for part in parts:
        table.add(part)
    table.close()
    return file.getvalue()


def read(content: bytes) -> pa.Table:
    return pq.ParquetFile(io.BytesIO(content)).read()


def test_leading_columns_come_first_then_the_others_as_they_were() -> None:
    assert arrow(columns(), 4).column_names == ["step", "date", "replicate", "name", "key", "share", "right", "text"]
    degrees: dict[str, Column] = {"in_degree": np.array([0, 1]), "count": np.array([5, 2])}
    assert arrow(degrees, 4).column_names == ["replicate", "in_degree", "count"]


def test_types_are_those_of_the_format_and_missing_is_null() -> None:
    table = read(content_of(arrow(columns(), 4)))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds == {
        "step": "int64", "date": "string", "replicate": "int64", "name": "string",
        "key": "uint64", "share": "double", "right": "bool", "text": "string",
    }  # fmt: skip
    assert table["share"].to_pylist() == [0.5, None, 0.25]
    assert table["name"].to_pylist() == ["a", "b", "c"]
    assert table["date"].to_pylist() == ["2018-01", "2018-01", "2018-02"]
    assert table["key"].to_pylist() == [2**64 - 1, 0, 5]
    assert table["replicate"].to_pylist() == [4, 4, 4]


def test_a_table_without_rows_has_the_types_of_one_with_rows() -> None:
    assert arrow(columns(0), 4).schema == arrow(columns(), 4).schema
    assert read(content_of(arrow(columns(0), 4))).schema == read(content_of(arrow(columns(), 4))).schema


def test_a_name_that_stands_for_two_things_is_one_name() -> None:
    two: dict[str, Column] = {"curator": Named(np.array([0, 1, -1, 2], dtype=np.int16), ["open web", "b", "open web"])}
    assert arrow(two)["curator"].to_pylist() == ["open web", "b", "open web", "open web"]
    assert read(content_of(arrow(two)))["curator"].to_pylist() == ["open web", "b", "open web", "open web"]


def test_a_frame_comes_back_as_it_was() -> None:
    frame = frame_of(arrow(columns(), 0))
    again = frame_of(read(content_of(arrow(columns_of(frame)))))
    pd.testing.assert_frame_equal(again, frame, check_exact=True)
    assert frame["name"].dtype == frame["text"].dtype == "str"
    assert frame["share"].dtype == np.float64


def test_text_that_is_nowhere_known_is_still_text() -> None:
    table = arrow(columns_of(pd.DataFrame({"name": pd.array([None, None], dtype=object)})), 0)
    assert table.schema.field("name").type == pa.string()


def test_what_is_written_is_compressed_and_says_which_steps_it_has() -> None:
    group = pq.ParquetFile(io.BytesIO(content_of(arrow(columns(), 0)))).metadata.row_group(0)
    found = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {name for name, column in found.items() if column.compression == "ZSTD"} == {"share", "text"}
    steps = found["step"].statistics
    assert steps is not None
    assert (steps.min, steps.max) == (0, 1)


def test_parts_are_joined_in_their_order() -> None:
    parts = [arrow(columns(replicate + 1), replicate) for replicate in (0, 1, 2)]
    file = pq.ParquetFile(io.BytesIO(content_of(*parts)))
    assert file.read()["replicate"].to_pylist() == [0, 1, 1, 2, 2, 2]
    assert file.read()["name"].to_pylist() == ["a", "a", "b", "a", "b", "c"]
    assert file.metadata.num_row_groups == 1


def test_no_more_waits_in_memory_than_makes_a_row_group() -> None:
    rows = tables.GROUP // 2 + 1
    part = arrow({"step": np.zeros(rows, dtype=np.int64)})
    written = pq.ParquetFile(io.BytesIO(content_of(part, part, part))).metadata
    assert [written.row_group(i).num_rows for i in range(written.num_row_groups)] == [2 * rows, rows]


def test_what_is_kept_for_a_while_comes_back() -> None:
    table = arrow(columns(), 3)
    assert from_bytes(to_bytes(table)).equals(table)
    empty = arrow(columns(0), 3)
    assert from_bytes(to_bytes(empty)).equals(empty)


def test_a_folder_whose_name_looks_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "replicate=7"
    folder.mkdir()
    (folder / "web.parquet").write_bytes(content_of(arrow(columns(), 0)))
    assert set(frame_of(folder / "web.parquet")["replicate"]) == {0}
