"""Snapshots: the state of a run, or its tables, in one file that is known to be whole."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.tables import parquet_bytes, read

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["BadSnapshot", "read_graph", "read_state", "read_tables", "save"]

FORMAT = 1
"""Version of the layout of a snapshot."""

_HEADER, _STATE, _TABLES, _GRAPH = "header.json", "state/", "tables/", "sites.graphml"


class BadSnapshot(ValueError):  # noqa: N818 - says what it is
    """A snapshot that is damaged, or of another run."""


def save(
    path: Path,
    identity: Mapping[str, Any],
    state: Mapping[str, NDArray[Any]],
    tables: Mapping[str, pa.Table],
    graph: bytes | None = None,
) -> None:
    """Write a snapshot: a zip of arrays (``state/<name>.npy``), Parquet tables, a graph, and a header.

    The header holds the format's version, the identity, and a checksum of the CRC-32 of all other
    members, which the zip reader verifies byte by byte.

    Args:
        path: the file; its folder is made where needed.
        identity: what it is of, such as scenario hash and seed.
        state: arrays by name.
        tables: by name.
        graph: GraphML.
    """
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, lambda file: _write(file, identity, state, tables, graph))


def _write(
    file: BinaryIO,
    identity: Mapping[str, Any],
    state: Mapping[str, NDArray[Any]],
    tables: Mapping[str, pa.Table],
    graph: bytes | None,
) -> None:
    import numpy as np  # noqa: PLC0415 - the package stays light to import

    # Entries without a date: the same content gives the same file.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, table in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{_TABLES}{name}.parquet"), parquet_bytes(table))
        for name, array in state.items():
            with archive.open(zipfile.ZipInfo(f"{_STATE}{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
        if graph is not None:
            archive.writestr(zipfile.ZipInfo(_GRAPH), graph)
        header = {"format": FORMAT, **identity, "checksum": _checksum(archive)}
        archive.writestr(zipfile.ZipInfo(_HEADER), json.dumps(header))


def _checksum(archive: zipfile.ZipFile) -> str:
    members = [(m.filename, m.CRC, m.file_size) for m in archive.infolist() if m.filename != _HEADER]
    return hashlib.blake2b(json.dumps(members).encode(), digest_size=16).hexdigest()


def read_state(path: Path, identity: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays of a snapshot.

    Raises:
        BadSnapshot: it is damaged, of another format, or not of ``identity``.
    """
    import numpy as np  # noqa: PLC0415 - the package stays light to import

    state = {}
    with _opened(path, identity) as archive:
        for member in archive.namelist():
            if member.startswith(_STATE):
                with archive.open(member) as file:
                    array = np.lib.format.read_array(file, allow_pickle=False)
                    file.read()  # to the end, where the CRC-32 is compared
                state[member.removeprefix(_STATE).removesuffix(".npy")] = array
    return state


def read_tables(path: Path, identity: Mapping[str, Any] | None = None, only: str | None = None) -> dict[str, pa.Table]:
    """The tables of a snapshot by name.

    Args:
        path: the file.
        identity: what it has to be of.
        only: the one table to read, in place of all.

    Raises:
        BadSnapshot: it is damaged, of another format, or not of ``identity``.
    """
    with _opened(path, identity or {}) as archive:
        wanted = _TABLES if only is None else f"{_TABLES}{only}.parquet"
        members = [member for member in archive.namelist() if member.startswith(wanted)]
        return {Path(member).stem: read(io.BytesIO(archive.read(member))) for member in members}


def read_graph(path: Path) -> bytes | None:
    """The graph of a snapshot; None if it has none.

    Raises:
        BadSnapshot: it is damaged or of another format.
    """
    with _opened(path, {}) as archive:
        return archive.read(_GRAPH) if _GRAPH in archive.namelist() else None


@contextlib.contextmanager
def _opened(path: Path, identity: Mapping[str, Any]) -> Iterator[zipfile.ZipFile]:
    """A snapshot to read from, once its header has been checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read(_HEADER))
            expected = {"format": FORMAT, **identity, "checksum": _checksum(archive)}
            wrong = [name for name, value in expected.items() if header.get(name) != value]
            if not wrong:
                yield archive
    except Exception as error:  # a damaged zip can raise nearly anything
        message = f"{path}: damaged: {error}"
        raise BadSnapshot(message) from error
    if wrong:
        message = f"{path}: not of this run: it differs in {', '.join(wrong)}"
        raise BadSnapshot(message)
