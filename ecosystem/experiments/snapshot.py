"""Snapshots: the state of a run, or its tables, in one file that is known to be whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.segments import Seal
from ecosystem.experiments.tables import from_bytes, to_bytes

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["SEALS", "BadSnapshot", "check", "read_graph", "read_state", "read_tables", "save", "seals_in"]

FORMAT = 2
"""Version of the layout of a snapshot."""

SEALS = "items"
"""Where the header of a finished replicate has the seals of the files of its items, if all are kept."""

_HEADER, _STATE, _TABLES, _GRAPH = "header.json", "state/", "tables/", "sites.graphml"


class BadSnapshot(ValueError):  # noqa: N818 - says what it is
    """A snapshot that is damaged, or of another run."""


def save(
    path: Path,
    identity: Mapping[str, Any],
    state: Mapping[str, NDArray[Any]],
    tables: Mapping[str, pa.Table],
    graph: bytes | None = None,
    *,
    sync: bool = True,
) -> None:
    """Write a snapshot: a zip of arrays (``state/<name>.npy``), Arrow tables, a graph, and a header.

    The header holds the format's version, the identity, and a checksum of the CRC-32 of all other
    members, which the zip reader verifies byte by byte.

    Args:
        path: the file; its folder is made where needed.
        identity: what it is of, such as scenario hash and seed.
        state: arrays by name.
        tables: by name.
        graph: GraphML.
        sync: wait until it is on disk; after a loss of power one without is known to be damaged.
    """
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, lambda file: _write(file, identity, state, tables, graph), sync=sync)


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
            archive.writestr(zipfile.ZipInfo(f"{_TABLES}{name}.arrow"), to_bytes(table))
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


def read_tables(path: Path, identity: Mapping[str, Any] | None = None) -> dict[str, pa.Table]:
    """The tables of a snapshot by name.

    Args:
        path: the file.
        identity: what it has to be of.

    Raises:
        BadSnapshot: it is damaged, of another format, or not of ``identity``.
    """
    with _opened(path, identity or {}) as archive:
        members = [member for member in archive.namelist() if member.startswith(_TABLES)]
        return {Path(member).stem: from_bytes(archive.read(member)) for member in members}


def check(path: Path, identity: Mapping[str, Any]) -> dict[str, Any]:
    """The header of a snapshot, every byte of which has been looked at.

    Raises:
        BadSnapshot: it is damaged, of another format, or not of ``identity``.
    """
    with _opened(path, identity) as archive:
        if damaged := archive.testzip():
            message = f"{damaged} is not as it was written"
            raise zipfile.BadZipFile(message)
        header: dict[str, Any] = json.loads(archive.read(_HEADER))
        return header


def seals_in(header: Mapping[str, Any]) -> list[Seal]:
    """The seals of the files that belong to a finished replicate; none unless all items are kept."""
    return [Seal(*seal) for seal in header.get(SEALS, [])]


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
