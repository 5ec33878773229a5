"""Checkpoints: the state of a run in one file, from which it goes on to the same bits."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ecosystem.experiments.files import remove, write_atomically
from ecosystem.experiments.tables import arrow, parquet_bytes, read

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from ecosystem.model import WebEcosystem

__all__ = ["BadCheckpoint", "Keeper", "read_state", "read_tables", "save"]

FORMAT = 1
"""Version of the layout of a checkpoint."""

SHARE = 0.04
"""Most of a run's time that checkpoints may take. assumption: 4 %, not felt, with room to the 5 %
that a user may be asked to pay."""

LEAST_SECONDS = 10.0
"""Shortest time between two checkpoints. assumption: a loss of ten seconds is none."""

_HEADER, _STATE, _TABLES = "header.json", "state/", "tables/"


class BadCheckpoint(ValueError):  # noqa: N818 - says what it is
    """A checkpoint that is damaged, or of another run."""


class Keeper:
    """Decides when a checkpoint is due, and keeps it.

    One is due once the computing since the last has taken 1 / SHARE times as long as it will take
    itself, going by the last and growing with the months, but not before LEAST_SECONDS. Results do
    not depend on when it happens.

    Args:
        path: the file; None keeps nothing.
        identity: what the checkpoint is of, such as scenario hash and seed.
        every: months between checkpoints, in place of the rule above.
    """

    def __init__(self, path: Path | None, identity: Mapping[str, Any], every: int | None = None) -> None:
        """Start with nothing kept."""
        self.path, self.identity, self.every = path, dict(identity), every
        self._monthly_cost = 0.0
        self._since = time.monotonic()

    def due(self, step: int) -> bool:
        """Whether to save now, after ``step`` months."""
        if self.path is None:
            return False
        if self.every is not None:
            return step % self.every == 0
        return time.monotonic() - self._since >= max(LEAST_SECONDS, self._monthly_cost * step / SHARE)

    def save(self, model: WebEcosystem, replicate: int) -> None:
        """Save the state of a model and its tables so far.

        Raises:
            OSError: the disk is full or does not allow it; the last checkpoint is still there.
        """
        if self.path is None:
            return
        start, step = time.monotonic(), model.world.clock.step
        tables = {name: arrow(frame, replicate) for name, frame in model.recorder.tables().items()}
        save(self.path, self.identity | {"step": step}, model.dump(), tables)
        self._since = time.monotonic()
        self._monthly_cost = (self._since - start) / max(1, step)

    def remove(self) -> None:
        """Remove the checkpoint of a finished run."""
        if self.path is not None:
            remove(self.path)


def save(
    path: Path, identity: Mapping[str, Any], state: Mapping[str, NDArray[Any]], tables: Mapping[str, pa.Table]
) -> None:
    """Write a checkpoint: a zip of arrays (``state/<name>.npy``), Parquet tables, and a header.

    The header holds the format's version, the identity, and a checksum of the CRC-32 of all other
    members, which the zip reader verifies byte by byte.
    """
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, lambda file: _write(file, identity, state, tables))


def _write(
    file: BinaryIO, identity: Mapping[str, Any], state: Mapping[str, NDArray[Any]], tables: Mapping[str, pa.Table]
) -> None:
    import numpy as np  # noqa: PLC0415 - the package stays light to import

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, table in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{_TABLES}{name}.parquet"), parquet_bytes(table))
        for name, array in state.items():
            with archive.open(zipfile.ZipInfo(f"{_STATE}{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
        header = {"format": FORMAT, **identity, "checksum": _checksum(archive)}
        archive.writestr(zipfile.ZipInfo(_HEADER), json.dumps(header))


def _checksum(archive: zipfile.ZipFile) -> str:
    members = [(m.filename, m.CRC, m.file_size) for m in archive.infolist() if m.filename != _HEADER]
    return hashlib.blake2b(json.dumps(members).encode(), digest_size=16).hexdigest()


def read_state(path: Path, identity: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays of a checkpoint.

    Raises:
        BadCheckpoint: it is damaged, of another format, or not of ``identity``.
    """
    import numpy as np  # noqa: PLC0415 - the package stays light to import

    try:
        with _opened(path, identity) as archive:
            state = {}
            for member in archive.namelist():
                if member.startswith(_STATE):
                    with archive.open(member) as file:
                        array = np.lib.format.read_array(file, allow_pickle=False)
                        file.read()  # to the end, where the CRC-32 is compared
                    state[member.removeprefix(_STATE).removesuffix(".npy")] = array
            return state
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, KeyError) as error:
        if isinstance(error, BadCheckpoint):
            raise
        message = f"{path}: damaged checkpoint: {error}"
        raise BadCheckpoint(message) from error


def read_tables(path: Path) -> dict[str, pd.DataFrame]:
    """The tables of a checkpoint, as far as the run had come.

    Raises:
        BadCheckpoint: it is damaged or of another format.
    """
    try:
        with _opened(path, {}) as archive:
            members = [member for member in archive.namelist() if member.startswith(_TABLES)]
            found = [read(io.BytesIO(archive.read(member))).to_pandas() for member in members]
            return dict(zip([Path(member).stem for member in members], found, strict=True))
    except (zipfile.BadZipFile, OSError, EOFError, KeyError) as error:
        message = f"{path}: damaged checkpoint: {error}"
        raise BadCheckpoint(message) from error


def _opened(path: Path, identity: Mapping[str, Any]) -> zipfile.ZipFile:
    """A checkpoint, once its header has been checked."""
    with contextlib.ExitStack() as closing:
        archive = closing.enter_context(zipfile.ZipFile(path))
        header = json.loads(archive.read(_HEADER))
        expected = {"format": FORMAT, **identity, "checksum": _checksum(archive)}
        wrong = [name for name, value in expected.items() if header.get(name) != value]
        if wrong:
            message = f"{path}: not a checkpoint of this run: it differs in {', '.join(wrong)}"
            raise BadCheckpoint(message)
        closing.pop_all()  # all is well: the caller closes it
        return archive
