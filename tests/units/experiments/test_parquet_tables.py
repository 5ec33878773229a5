"""Parquet tables of a results folder."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ecosystem.experiments.tables import arrow, parquet_bytes, read, write


def frame(rows: int = 3) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.array(["a", "b", "c"][:rows], dtype="str"),
            "key": np.array([2**64 - 1, 0, 5], dtype=np.uint64)[:rows],
            "date": pd.array(["2018-01", "2018-01", "2018-02"][:rows], dtype="str"),
            "share": np.array([0.5, np.nan, 0.25], dtype=np.float32)[:rows],
            "right": np.array([True, False, True])[:rows],
            "step": np.array([0, 0, 1], dtype=np.int32)[:rows],
        }
    )


def test_leading_columns_come_first_then_the_others_as_they_were() -> None:
    assert arrow(frame(), 4).column_names == ["step", "date", "replicate", "name", "key", "share", "right"]
    degrees = pd.DataFrame({"in_degree": [0, 1], "count": [5, 2]})
    assert arrow(degrees, 4).column_names == ["replicate", "in_degree", "count"]


def test_types_are_those_of_the_format_and_missing_is_null() -> None:
    table = arrow(frame(), 4)
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds == {
        "step": "int64", "date": "string", "replicate": "int64", "name": "string",
        "key": "uint64", "share": "double", "right": "bool",
    }  # fmt: skip
    assert table["share"].null_count == 1
    assert table["share"].to_pylist() == [0.5, None, 0.25]


def test_a_table_without_rows_has_the_types_of_one_with_rows() -> None:
    assert arrow(frame(0), 4).schema == arrow(frame(), 4).schema


def test_text_that_is_nowhere_known_is_still_text() -> None:
    table = arrow(pd.DataFrame({"name": pd.array([None, None], dtype=object)}), 0)
    assert table.schema.field("name").type == pa.string()


def test_what_is_written_reads_back_and_is_compressed() -> None:
    table = arrow(frame(), 0)
    content = parquet_bytes(table)
    assert read(io.BytesIO(content)).equals(table)
    group = pq.ParquetFile(io.BytesIO(content)).metadata.row_group(0)
    assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}
    back = read(io.BytesIO(content)).to_pandas()
    assert back["share"].dtype == np.float64
    assert back["key"].tolist() == [2**64 - 1, 0, 5]


def test_parts_are_joined_in_their_order() -> None:
    parts = [arrow(frame(replicate + 1), replicate) for replicate in (0, 1, 2)]
    joined = io.BytesIO()
    write(iter(parts), joined)
    assert read(joined)["replicate"].to_pylist() == [0, 1, 1, 2, 2, 2]


def test_a_folder_whose_name_looks_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "replicate=7"
    folder.mkdir()
    (folder / "web.parquet").write_bytes(parquet_bytes(arrow(frame(), 0)))
    assert set(read(folder / "web.parquet")["replicate"].to_pylist()) == {0}
