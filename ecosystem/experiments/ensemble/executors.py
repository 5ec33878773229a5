"""Who runs the bundles of an ensemble: this process, or several on this machine."""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol

from ecosystem.experiments.ensemble.plan import Plan
from ecosystem.experiments.ensemble.simulation import simulate_bundle
from ecosystem.experiments.executors import POLL_SECONDS, pool_of, shared

__all__ = ["Executor", "Finished", "Here", "Processes", "Stopping", "salvage"]

AHEAD = 2
"""Bundles under way for each process: the one at work and the next, so that none waits for this process."""

type Stopping = Callable[[], bool]
type Attempt = Callable[[Sequence[int], frozenset[int]], dict[str, bytes] | None]
type Finished = tuple[range, dict[str, bytes]]
"""A bundle, and the content of its parts by table."""


class Executor(Protocol):
    """Runs bundles. Results depend neither on which one does, nor on the order in which they come back."""

    @property
    def workers(self) -> int:
        """How many bundles are at work at a time."""

    def run(self, plan: Plan, bundles: Iterable[range], stopping: Stopping) -> Generator[Finished]:
        """Bundles as they are finished; after a request to stop none is begun, but those under way are finished."""


class Here:
    """This process.

    Args:
        threads: that kernels may use.
    """

    workers = 1

    def __init__(self, threads: int = 1) -> None:
        """Nothing is begun."""
        self._threads = threads

    def run(self, plan: Plan, bundles: Iterable[range], stopping: Stopping) -> Generator[Finished]:
        """See Executor."""
        for bundle in bundles:
            if stopping():
                return
            yield bundle, simulate_bundle(plan, bundle, threads=self._threads)


class Processes:
    """Processes of this machine, each with one thread, which stay warm from bundle to bundle.

    A process that dies takes no more with it than itself: what was under way is tried again alone, and a task that
    ends its process each time is a row that says so.

    Args:
        workers: how many.
    """

    def __init__(self, workers: int) -> None:
        """No process is made."""
        self.workers = workers

    def run(self, plan: Plan, bundles: Iterable[range], stopping: Stopping) -> Generator[Finished]:
        """See Executor."""
        waiting, suspects = deque(bundles), list[range]()
        while waiting and not stopping():
            yield from self._until_one_dies(plan, waiting, suspects, stopping)
            while suspects:
                bundle = suspects.pop(0)
                yield bundle, salvage(plan, bundle, functools.partial(_in_one_process, plan))

    def _until_one_dies(
        self, plan: Plan, waiting: deque[range], suspects: list[range], stopping: Stopping
    ) -> Iterator[Finished]:
        """Bundles as they are finished; what was under way when a process died is left in ``suspects``."""
        under_way: dict[Future[dict[str, bytes]], range] = {}
        try:
            with pool_of(min(self.workers, len(waiting)), [plan]) as pool:
                while under_way or waiting:
                    _fill(pool, under_way, waiting, AHEAD * self.workers, stopping)
                    if not under_way:
                        return
                    for future in wait(under_way, POLL_SECONDS, FIRST_COMPLETED).done:
                        content = future.result()
                        yield under_way.pop(future), content
        except BrokenProcessPool:
            suspects += sorted(under_way.values(), key=lambda bundle: bundle.start)


def _fill(
    pool: ProcessPoolExecutor,
    under_way: dict[Future[dict[str, bytes]], range],
    waiting: deque[range],
    most: int,
    stopping: Stopping,
) -> None:
    """Begin as many bundles as may be under way."""
    while waiting and len(under_way) < most and not stopping():
        under_way[pool.submit(_work, waiting[0])] = waiting[0]
        waiting.popleft()  # only now: a broken pool takes none


def salvage(plan: Plan, bundle: range, attempt: Attempt) -> dict[str, bytes]:
    """What can be had of a bundle that may have ended its process: all but the tasks that end theirs each time.

    Args:
        plan: what is run.
        bundle: its tasks.
        attempt: runs some tasks, all but those that are named as having died; None if the process dies.
    """
    content = attempt(bundle, frozenset())
    if content is None:
        died = frozenset(number for number in bundle if attempt(range(number, number + 1), frozenset()) is None)
        content = attempt(bundle, died)
    return simulate_bundle(plan, bundle, bundle) if content is None else content


def _in_one_process(plan: Plan, bundle: Sequence[int], died: frozenset[int]) -> dict[str, bytes] | None:
    """What a new process gives; None if it dies."""
    with contextlib.suppress(BrokenProcessPool), pool_of(1, [plan]) as pool:
        return pool.submit(_work, bundle, died).result()
    return None


def _work(bundle: Sequence[int], died: frozenset[int] = frozenset()) -> dict[str, bytes]:
    plan: Plan = shared()[0]
    return simulate_bundle(plan, bundle, died)
