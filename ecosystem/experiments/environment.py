"""What libraries read from the environment when they are imported, and import themselves; processors and their use."""

from __future__ import annotations

import contextlib
import ctypes
import os

from ecosystem.core.postponed import postponing

__all__ = [
    "NOT_USED", "ONE_THREAD", "compute_in_one_thread", "import_libraries", "processors", "return_memory", "threads_of",
]  # fmt: skip

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
}  # fmt: skip
"""With these, numerical libraries compute in one thread. Several gain nothing here: replicates and kernels
share the processors, and sums would depend on how many threads share them."""

NOT_USED = (
    "mesa.discrete_space", "mesa.experimental.continuous_space", "mesa.experimental.meta_agents", "mesa.space",
    "numpy.f2py", "numpy.ma", "numpy.testing", "pandas",
)  # fmt: skip
"""What Mesa and scipy import and a run does not use, or not before it writes its tables. With what these import in turn
it takes three quarters of the time of importing both (measured)."""


def import_libraries() -> None:
    """Import Mesa and the part of scipy that every run uses; what neither of them needs waits for those who use it.

    Early, if at all: Mesa looks through the sources of all that has been imported.
    """
    with postponing(*NOT_USED):
        import mesa  # noqa: F401, PLC0415 - slow to import
        import scipy.special  # noqa: F401, PLC0415 - slow to import


def compute_in_one_thread() -> None:
    """Have libraries that are imported later compute in one thread."""
    os.environ.update(ONE_THREAD)


APART = IN_HAND = 1 << 22
"""Bytes from which on glibc keeps an array apart from others, and those that it keeps in hand when they are free.
By itself it raises both as large arrays come and go, to 32 and 64 MiB; a million people in the baseline then take a
tenth more memory. With 1 MiB every array of a month's items has to be made anew, and a month takes a tenth longer;
numpy has the system make arrays from 4 MiB on in large pages, which is quick (all measured)."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # as in malloc.h of glibc


def return_memory() -> None:
    """Have the C library return memory to the system when it is free. For processes of ours: it holds for all in one.

    Nothing happens where it is not glibc, or where the user has told it otherwise (`MALLOC_*`).
    """
    if any(name.startswith("MALLOC_") for name in os.environ):
        return
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # it keeps more in hand by itself; imported later
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another library of another system
        library = ctypes.CDLL(None)
        if library.gnu_get_libc_version:
            library.mallopt(_M_MMAP_THRESHOLD, APART)
            library.mallopt(_M_TRIM_THRESHOLD, IN_HAND)


def processors() -> int:
    """Processors that this program may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_of(workers: int) -> int:
    """Threads of each of so many processes that share the processors; at least one."""
    return max(1, processors() // workers)
