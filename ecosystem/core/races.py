"""Races within groups: of those that run, the first few of each group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain

__all__ = ["first_of_each"]


@compiled
def _sink(heap: NDArray[np.float64], start: int, size: int) -> None:
    """Let the first of ``size`` entries from ``start`` sink until none below it is larger."""
    value, at = heap[start], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and heap[start + child + 1] > heap[start + child]:
            child += 1
        if heap[start + child] <= value:
            break
        heap[start + at] = heap[start + child]
        at = child
    heap[start + at] = value


@compiled
def _last_places(
    times: NDArray[np.float64], groups: NDArray[np.int64], starts: NDArray[np.int64], heap: NDArray[np.float64]
) -> None:
    """Leave at the start of each group's stretch of the heap the last of its best times."""
    heap[:] = np.inf
    for i in range(times.size):
        start = starts[groups[i]]
        size = starts[groups[i] + 1] - start
        if size > 0 and times[i] < heap[start]:
            heap[start] = times[i]
            _sink(heap, start, size)


@compiled
def _arrivals(
    times: NDArray[np.float64],
    groups: NDArray[np.int64],
    starts: NDArray[np.int64],
    heap: NDArray[np.float64],
    left: NDArray[np.int64],
    out: NDArray[np.bool_],
) -> None:
    """Mark those that are no later than the last place, as many as there are places."""
    for i in range(times.size):
        group = groups[i]
        out[i] = left[group] > 0 and times[i] <= heap[starts[group]]
        left[group] -= out[i]


def first_of_each(
    times: NDArray[np.float64], groups: NDArray[np.int64], n_groups: int, places: int
) -> NDArray[np.bool_]:
    """Which of all that run have one of the first ``places`` places in their group, shape (runners,).

    Takes time in proportion to the runners, and little more.

    Args:
        times: time of each runner, shape (runners,); ties at the last place go to whoever stands first.
        groups: group of each runner from 0 to n_groups - 1, shape (runners,).
        n_groups: number of groups.
        places: places in each group, at least 0.
    """
    group = plain(groups, np.int64)
    room = np.minimum(np.bincount(group, minlength=n_groups), places).astype(np.int64)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(room)])
    heap, out = np.empty(int(starts[-1])), np.zeros(len(times), dtype=np.bool_)
    if heap.size:
        run = plain(times, np.float64)
        _last_places(run, group, starts, heap)
        _arrivals(run, group, starts, heap, room, out)
    return out
