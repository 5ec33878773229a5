"""A lock on a results folder: one run at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.files import remove

__all__ = ["Lock", "held_by", "refuse_if_held"]

FILE = ".lock"


class Lock:
    """Holds a folder for this process and the workers it forks; the system frees it when they are gone.

    A file left by a run that was killed is therefore known to be stale and taken over.

    Args:
        folder: must exist.

    Raises:
        RunRefused: another run holds the folder.
        OSError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder, or raise."""
        self.path = folder / FILE
        while True:
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            if not _lock(self._handle):
                owner = _owner(self._handle)
                os.close(self._handle)
                raise _refusal(folder, owner)
            if _same_file(self._handle, self.path):
                break
            os.close(self._handle)  # its owner ended and removed it in between
        try:
            os.truncate(self._handle, 0)
            os.write(self._handle, f"{os.getpid()}\n".encode())
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Let others have the folder."""
        remove(self.path)
        os.close(self._handle)


def _refusal(folder: Path, owner: str) -> RunRefused:
    message = f"{folder}: another run (process {owner}) is writing there; wait for it or choose another --out"
    return RunRefused(message)


def refuse_if_held(folder: Path) -> None:
    """Raise RunRefused if a run is going on in the folder."""
    if (owner := held_by(folder)) is not None:
        raise _refusal(folder, owner)


def held_by(folder: Path) -> str | None:
    """The process that is writing a results folder; None if there is none."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        return None if _lock(handle) else _owner(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(handle: int) -> str:
    return os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"


def _same_file(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False
