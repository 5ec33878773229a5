"""A long table of one replicate in files that are each whole, so that a run that stops can go on with the next."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ecosystem.experiments.files import Emerging, remove
from ecosystem.experiments.tables import writer

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["Seal", "Segments", "broken", "paths_of"]

BLOCK = 1 << 20
"""Bytes read at once. assumption: of no account in memory, and few enough calls."""


class Seal(NamedTuple):
    """By what a finished file is known."""

    size: int
    """Bytes."""
    checksum: int
    """CRC-32 of its content."""


class Segments:
    """Writes the rows of a table into Parquet files of a folder: 00000.parquet, 00001.parquet and so on.

    Args:
        folder: of these files alone; made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        """Begin without a file."""
        self.folder = folder
        self.seals: list[Seal] = []
        """Of the finished files, in their order."""
        self._growing: _Growing | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing has been written."""
        return not self.seals and self._growing is None

    def write(self, part: pa.Table) -> None:
        """Add rows, a row group of them.

        Raises:
            OSError: the disk is full or does not allow it.
        """
        if self._growing is None:
            self.folder.mkdir(exist_ok=True)
            self._growing = _Growing(paths_of(self.folder, len(self.seals) + 1)[-1], part.schema)
        self._growing.writer.write_table(part)

    def seal(self) -> None:
        """Finish the present file, if there is one; the next rows begin another.

        Raises:
            OSError: the disk is full or does not allow it.
        """
        if self._growing is not None:
            self.seals.append(self._growing.finish())
            self._growing = None

    def resume(self, seals: Iterable[Seal]) -> None:
        """Go on after these files; later ones are written anew.

        Raises:
            ValueError: one is missing or damaged.
        """
        self.abandon()
        known = list(seals)
        if wrong := broken(self.folder, known):
            message = f"{wrong}: damaged"
            raise ValueError(message)
        self.seals = known

    def abandon(self) -> None:
        """Remove what has been written since the last seal."""
        if self._growing is not None:
            self._growing.discard()
            self._growing = None

    def clear(self) -> None:
        """Remove everything."""
        self.abandon()
        remove(self.folder)
        self.seals = []


def paths_of(folder: Path, count: int) -> list[Path]:
    """The first files of a folder, in their order."""
    return [folder / f"{number:05d}.parquet" for number in range(count)]


def broken(folder: Path, seals: Iterable[Seal]) -> Path | None:
    """The first file that is missing or is not what it was when it was sealed; None if all are."""
    known = list(seals)
    for path, seal in zip(paths_of(folder, len(known)), known, strict=True):
        try:
            if _seal_of(path) != seal:
                return path
        except OSError:
            return path
    return None


def _seal_of(path: Path) -> Seal:
    size = checksum = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            size, checksum = size + len(block), zlib.crc32(block, checksum)
    return Seal(size, checksum)


class _Growing:
    """A file that is being written, and its seal so far; to pyarrow it is a file itself."""

    closed = False

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.emerging = Emerging(path)
        self._size = self._checksum = 0
        file: Any = self
        self.writer: pq.ParquetWriter = writer(schema, file)

    def write(self, content: bytes) -> int:
        """Add bytes."""
        self._size, self._checksum = self._size + len(content), zlib.crc32(content, self._checksum)
        return self.emerging.file.write(content)

    def flush(self) -> None:
        """Nothing: what counts is when the file gets its name."""

    def discard(self) -> None:
        """Let go of it."""
        with contextlib.suppress(OSError):  # it tries to write the footer
            self.writer.close()
        self.emerging.discard()

    def finish(self) -> Seal:
        """Write the footer, and give the file its name."""
        self.writer.close()
        self.emerging.publish()
        return Seal(self._size, self._checksum)
