"""What numerical libraries read from the environment when they are imported; processors and their use."""

from __future__ import annotations

import os

__all__ = ["ONE_THREAD", "compute_in_one_thread", "processors", "threads_of"]

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
}  # fmt: skip
"""With these, numerical libraries compute in one thread. Several gain nothing here: replicates and kernels
share the processors, and sums would depend on how many threads share them."""


def compute_in_one_thread() -> None:
    """Have libraries that are imported later compute in one thread."""
    os.environ.update(ONE_THREAD)


def processors() -> int:
    """Processors that this program may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_of(workers: int) -> int:
    """Threads of each of so many processes that share the processors; at least one."""
    return max(1, processors() // workers)
