"""Threads: one kernel on many rows, the rows shared out among as many threads as are allowed.

Kernels let go of the interpreter's lock, so that plain threads suffice; none is compiled in a
parallel form. A result never depends on the number of threads: a kernel either writes the rows of
its own part and nothing else, or it counts in whole numbers into a buffer of its own, and whole
numbers add up to the same sum in any order. Nothing is ever added to a buffer that two threads
share: what is popular would be in every processor's way.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["allow", "allowed", "allowing", "in_pieces", "parts_of", "share_out"]

LEAST_ROWS = 4096
"""Rows below which a part is not worth a thread. assumption: handing one over takes some 50 microseconds, and a kernel
about 10 nanoseconds a row."""


class _Crew:
    """The threads of this process, started when first needed."""

    def __init__(self) -> None:
        self.size = 1
        self._pool: ThreadPoolExecutor | None = None
        self._home = -1

    def pool(self) -> ThreadPoolExecutor:
        """Threads beside the calling one; a forked process starts its own, for it inherits none."""
        if self._pool is None or self._home != os.getpid():
            self._pool, self._home = ThreadPoolExecutor(self.size - 1, "kernel"), os.getpid()
        return self._pool

    def resize(self, size: int) -> None:
        """Let the present threads go."""
        if self._pool is not None and self._home == os.getpid():
            self._pool.shutdown()
        self._pool, self.size = None, size


_crew = _Crew()
_here = threading.local()  # .sharing: whether this thread is at work on a part


def allow(threads: int) -> None:
    """Set how many threads kernels may use in this process, from 1 up; results do not depend on it.

    Raises:
        ValueError: fewer than one.
    """
    if threads < 1:
        message = f"{threads} threads cannot compute anything; at least 1"
        raise ValueError(message)
    if threads != _crew.size:
        _crew.resize(threads)


def allowed() -> int:
    """How many threads kernels may use; 1 unless :func:`allow` said more, and 1 in work that is shared out already."""
    return 1 if getattr(_here, "sharing", False) else _crew.size


@contextlib.contextmanager
def allowing(threads: int) -> Iterator[None]:
    """Let kernels use so many threads meanwhile, and as many as before afterwards; see :func:`allow`."""
    before = allowed()
    allow(threads)
    try:
        yield
    finally:
        allow(before)


def parts_of(rows: int) -> list[tuple[int, int]]:
    """First row and the one after the last of each part: one part a thread, fewer where parts would be small."""
    if _crew.size == 1 or rows < 2 * LEAST_ROWS:  # mostly, and quick to see
        return [(0, rows)]
    number = min(allowed(), rows // LEAST_ROWS)
    edges = [rows * part // number for part in range(number + 1)]
    return list(itertools.pairwise(edges))


def share_out[R](work: Callable[[int, int], R], rows: int) -> list[R]:
    """Do ``work(start, stop)`` on parts that make up ``rows`` rows, at the same time; results in order of rows.

    Args:
        work: calls kernels; what it writes must be its part's own.
        rows: in all.
    """
    parts = parts_of(rows)
    if len(parts) == 1:
        return [work(*parts[0])]

    def share(start: int, stop: int) -> R:
        _here.sharing = True
        try:
            return work(start, stop)
        finally:
            _here.sharing = False

    others = [_crew.pool().submit(share, start, stop) for start, stop in parts[1:]]
    first = share(*parts[0])
    return [first, *(other.result() for other in others)]


def in_pieces[R](work: Callable[[int, int], R], rows: int, most: int) -> list[R]:
    """As :func:`share_out`, but each part is done in pieces of at most ``most`` rows; results in order of rows.

    Work of many steps then takes memory for a piece at a time.
    """

    def part(start: int, stop: int) -> list[R]:
        return [work(first, min(first + most, stop)) for first in range(start, stop, most)]

    return [result for results in share_out(part, rows) for result in results]
