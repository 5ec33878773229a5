"""Joining Parquet files by their bytes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.core.streams import Streams, child_keys
from ecosystem.experiments.joining import join
from ecosystem.experiments.tables import arrow, writer
from ecosystem.experiments.thrift import Field, from_bytes, to_bytes
from ecosystem.measures.named import Named


def part(rows: int, seed: int) -> pa.Table:
    """Some rows with every kind of column."""
    lots, here = Streams(seed), np.arange(rows)
    return arrow(
        {
            "step": here,
            "key": child_keys(here.astype(np.uint64), seed, 0),
            "name": Named(lots.integers("name", here, 3), ["a", "b", "c"]),
            "share": np.where(lots.chance("known", here, 0.8), lots.uniform("share", here), np.nan),
            "right": lots.chance("right", here, 0.5),
            "text": np.array([str(number) for number in lots.integers("text", here, 9)], dtype=object),
        },
        seed,
    )


def file_of(parts: list[pa.Table], **options: Any) -> io.BytesIO:
    """A file with a row group for each part."""
    file = io.BytesIO()
    with pq.ParquetWriter(file, parts[0].schema, **options) if options else writer(parts[0].schema, file) as growing:
        for table in parts:
            growing.write_table(table)
    return file


def joined(files: list[io.BytesIO]) -> bytes:
    out = io.BytesIO()
    join(iter(files), out)
    return out.getvalue()


SIZES = st.lists(st.integers(0, 30), min_size=1, max_size=12)


@given(SIZES, st.data())
def test_a_joined_file_is_what_one_writer_would_have_written(sizes: list[int], data: st.DataObject) -> None:
    parts = [part(rows, seed) for seed, rows in enumerate(sizes)]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(parts)))) | {len(parts)})
    files = [file_of(parts[start:stop]) for start, stop in zip([0, *cuts], cuts, strict=False)]
    assert joined(files) == file_of(parts).getvalue()


def test_files_of_other_writers_are_joined_too() -> None:
    # Indexes of pages, statistics, checksums and the schema of pandas, none of which this program writes.
    options = {"write_page_index": True, "write_page_checksum": True, "compression": "snappy", "data_page_size": 64}
    parts = [part(rows, rows) for rows in (100, 1, 300)]
    out = io.BytesIO(joined([file_of([table], **options) for table in parts]))
    file = pq.ParquetFile(out, page_checksum_verification=True)
    assert file.read().equals(pa.concat_tables(parts))
    assert [file.read_row_group(number).num_rows for number in range(3)] == [100, 1, 300]
    assert all(file.metadata.row_group(number).column(0).has_offset_index for number in range(3))


def test_many_groups_and_long_names_are_no_special_case() -> None:
    # Lists of 15 and more, and numbers of more than seven bits, are written in another way than short ones.
    parts = [arrow({f"a column with a long name, number {column}" * 4: np.arange(3) for column in range(20)})] * 40
    assert joined([file_of([table]) for table in parts]) == file_of(parts).getvalue()


def test_what_cannot_be_joined_is_refused() -> None:
    good, other = file_of([part(3, 0)]), file_of([arrow({"step": np.arange(3)})])
    with pytest.raises(ValueError, match="different columns"):
        joined([good, other])
    with pytest.raises(ValueError, match="no Parquet file to join"):
        joined([])
    for content in (b"", b"PAR1", b"PAR1 nonsense PAR1", good.getvalue()[:-1]):
        with pytest.raises(ValueError, match="not a Parquet file"):
            joined([io.BytesIO(content)])


# --- Thrift -----------------------------------------------------------------------------------------

NUMBERS = st.integers(-(2**63), 2**63 - 1)
KINDS = {1: st.just(True), 2: st.just(False), 3: st.integers(0, 255), 4: NUMBERS, 5: NUMBERS, 6: NUMBERS,
         8: st.binary(max_size=300)}  # fmt: skip
RECORDS = st.dictionaries(
    st.integers(1, 2**15 - 1), st.sampled_from(list(KINDS)).flatmap(lambda k: st.builds(Field, st.just(k), KINDS[k]))
).map(lambda record: dict(sorted(record.items())))


@given(RECORDS)
def test_a_record_comes_back_as_it_was(record: dict[int, Field]) -> None:
    assert from_bytes(to_bytes(record)) == record


def test_a_record_in_its_bytes() -> None:
    # By the specification: field 1, a 32-bit number 150 as its double, 300, in bytes of seven bits, the lowest
    # first; field 2, two letters; the end.
    assert to_bytes({1: Field(5, 150), 2: Field(8, b"ab")}) == bytes([0x15, 0xAC, 0x02, 0x18, 0x02, 0x61, 0x62, 0x00])


def test_a_record_that_is_cut_off_or_strange_is_refused() -> None:
    with pytest.raises(ValueError, match="cut off"):
        from_bytes(bytes([0x15, 0xAC]))
    with pytest.raises(ValueError, match="kind 7"):
        from_bytes(bytes([0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
