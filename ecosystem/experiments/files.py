"""Files that are there whole or not at all, whenever the program dies."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

__all__ = ["Emerging", "remove", "sync_folder", "write_atomically"]


class Emerging:
    """A file that is written bit by bit and has its name once it is whole.

    Args:
        path: its name; the folder must exist.

    Raises:
        OSError: the disk does not allow it.
    """

    def __init__(self, path: Path) -> None:
        """Begin under another name."""
        self.path, self._temporary = path, path.with_name(f".{path.name}.tmp")
        self.file: BinaryIO = self._temporary.open("wb")

    def publish(self, *, sync: bool = True) -> None:
        """Give the file its name, in place of one that had it.

        Args:
            sync: wait until it is on disk; without, it may be cut off after a loss of power.

        Raises:
            OSError: the disk is full or does not allow it; the old content is still there.
        """
        self.file.flush()
        if sync:
            os.fsync(self.file.fileno())
        self.file.close()
        self._temporary.replace(self.path)
        if sync:
            sync_folder(self.path.parent)

    def discard(self) -> None:
        """Remove what has not got its name."""
        with contextlib.suppress(OSError):
            self.file.close()  # what waited to be written may find no room
        remove(self._temporary)


def write_atomically(path: Path, write: Callable[[BinaryIO], object], *, sync: bool = True) -> None:
    """Write a file: under its name there is always the old content or the new, whole and on disk.

    Args:
        path: the file; its folder must exist.
        write: writes the content into the open file it is given.
        sync: wait until it is on disk; without, it may be cut off after a loss of power.

    Raises:
        OSError: the disk is full or does not allow it; the old content is still there.
    """
    emerging = Emerging(path)
    try:
        write(emerging.file)
        emerging.publish(sync=sync)
    except BaseException:
        emerging.discard()
        raise


def sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a loss of power, where the file system knows how."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it, if it is there and can be removed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
