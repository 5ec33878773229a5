"""What stopped a replicate, in words that can be kept and sent between processes."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from pathlib import Path

from ecosystem.core.parameters import SettingTooSmall
from ecosystem.experiments.provenance import PACKAGE

__all__ = ["Failure", "failure_of"]


@dataclass(frozen=True)
class Failure:
    """What stopped a replicate.

    Attributes:
        reason: one line.
        where: the calls that led there, the innermost last, as "ecosystem/model.py:74 step".
        died: whether its process ended without a word.
        defect: whether the program is to blame, not the machine.
        lasting: whether the scenario is to blame, so that going on would end the same way.
    """

    reason: str
    where: tuple[str, ...] = ()
    died: bool = False
    defect: bool = False
    lasting: bool = False


def failure_of(error: Exception) -> Failure:
    """An error in words that can be kept and sent between processes."""
    from ecosystem.core.networks import NetworkFileError  # noqa: PLC0415 - slow to import
    from ecosystem.strategies.texts.base import TextFileError  # noqa: PLC0415 - slow to import

    calls = traceback.extract_tb(error.__traceback__)
    where = tuple(f"{_place(call.filename)}:{call.lineno} {call.name}" for call in calls)
    if isinstance(error, OSError) and error.errno is not None:
        return Failure(os.strerror(error.errno) + (f": {Path(error.filename).name}" if error.filename else ""), where)
    if isinstance(error, (SettingTooSmall, NetworkFileError, TextFileError)):
        return Failure(str(error), where, lasting=True)
    if isinstance(error, MemoryError):
        return Failure("out of memory; use fewer humans or fewer workers", where)
    return Failure(f"{type(error).__name__}: {error}", where, defect=True)


def _place(filename: str) -> str:
    """A source file without the part of its path that tells about the machine."""
    path = Path(filename)
    if path.is_relative_to(PACKAGE.parent):
        return path.relative_to(PACKAGE.parent).as_posix()
    return "/".join(path.parts[-2:])
