"""Where replicates are run: in this process, or several at a time in processes of their own."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from ecosystem.core import kernel_cache, keyed
from ecosystem.core.threads import allowing
from ecosystem.experiments.environment import ONE_THREAD, compute_in_one_thread, return_memory
from ecosystem.experiments.failures import Failure
from ecosystem.experiments.replicate import Job, Outcome, Report, simulate
from ecosystem.experiments.signals import STOPPING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

__all__ = ["DIED", "each_in_processes", "pool_of", "run_here", "run_in_processes", "shared"]

POLL_SECONDS = 0.1
"""How often the parent looks for news. assumption: as fast as one can read."""

DIED = (
    "a worker process died: out of memory or killed from outside (a script that runs replicates in several "
    "processes has to do so under `if __name__ == '__main__':`)"
)

type Stopping = Callable[[], bool]


def run_here(jobs: Sequence[Job], report: Report, stopping: Stopping) -> list[Outcome]:
    """Run jobs one after another in this process; after a failure or a request to stop no other starts."""
    outcomes: list[Outcome] = []
    for job in jobs:
        outcomes.append(simulate(job, report, stopping))
        if not outcomes[-1].finished:
            break
    return outcomes


def run_in_processes(jobs: Sequence[Job], report: Report, stopping: Stopping, workers: int) -> list[Outcome]:
    """Run jobs in ``workers`` processes; after a failure or a request to stop the others save and stop.

    Processes are forked from this one with its compiled kernels where that is safe, else started
    anew. They end when this one does, however it ends.
    """
    outcomes: list[Outcome] = []
    with allowing(1):  # a process with threads, those of kernels among them, cannot be forked safely
        context = _ready()
        news: Any = context.Queue()
        # A bare byte: a lock could be held for ever by a worker that was killed.
        stop: Any = context.RawValue("b", 0)
        ended: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
        try:
            with _pool(context, min(workers, len(jobs)), (news, stop, jobs)) as pool:
                futures = [pool.submit(_work, place) for place in range(len(jobs))]
                for future in futures:
                    future.add_done_callback(ended.put)
                for done in _as_they_end(ended, len(futures)):
                    if done is not None and not done.cancelled():
                        outcomes.append(done.result())
                    _pass_on(news, report)
                    if not stop.value and (stopping() or (outcomes and outcomes[-1].failure)):
                        stop.value = 1
                        for other in futures:
                            other.cancel()
        except BrokenProcessPool:
            outcomes.append(Outcome(-1, 0, 0, finished=False, failure=Failure(DIED, died=True)))
        _pass_on(news, report)
    return sorted(outcomes, key=lambda outcome: outcome.replicate)


def _as_they_end[R](ended: queue.SimpleQueue[Future[R]], number: int) -> Iterator[Future[R] | None]:
    """So many futures in the order in which they end; None whenever it is time to look for news meanwhile."""
    while number:
        try:
            future = ended.get(timeout=POLL_SECONDS)
        except queue.Empty:
            yield None
        else:
            number -= 1
            yield future


def each_in_processes[T, R](
    work: Callable[[T], R], items: Sequence[T], workers: int, done: Callable[[T, R | None], object]
) -> None:
    """Do the same work on each of many items, in ``workers`` processes made as those of replicates are.

    Args:
        work: a function that a process can import; it raises no errors.
        items: what to work on, begun in this order.
        workers: processes.
        done: told of each item and its result, in the order in which they are finished; None of an
            item whose process died.
    """
    waiting: dict[Future[R], T] = {}
    with pool_of(min(workers, len(items))) as pool:
        waiting.update({pool.submit(work, item): item for item in items})
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                item = waiting.pop(future)
                done(item, None if isinstance(future.exception(), BrokenProcessPool) else future.result())


@contextlib.contextmanager
def pool_of(workers: int, things: Sequence[Any] = ()) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes made as those of replicates are, gone on leaving.

    Args:
        workers: processes.
        things: what each of them has from the start, for :func:`shared`.
    """
    with allowing(1):
        context = _ready()
        with _pool(context, workers, (context.Queue(), context.RawValue("b", 0), things)) as pool:
            yield pool


def shared() -> Sequence[Any]:
    """In a process of :func:`pool_of`: the things that it was given."""
    things: Sequence[Any] = _shared[2]
    return things


@contextlib.contextmanager
def _pool(context: BaseContext, workers: int, shared: tuple[Any, Any, Sequence[Any]]) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes are gone on leaving, killed if need be."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, _enter, shared)
    try:
        with _one_thread_each():
            with warnings.catch_warnings():
                # Python warns of a fork beside any thread. The only ones here, of jemalloc, OpenBLAS and
                # Arrow, have handlers for it; with a thread of Python's own `_context` does not fork.
                warnings.filterwarnings("ignore", ".*use of fork", DeprecationWarning)
                pool.submit(os.getpid).result()  # forks all of them now
            yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Have processes that are started meanwhile compute in one thread; workers are many already."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    compute_in_one_thread()
    return_memory()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _context() -> BaseContext:
    forkable = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forkable else "spawn")


def _ready() -> BaseContext:
    """How processes are made; if they are forked, with what they need loaded."""
    kernel_cache.announce(keyed.__file__)  # they would leave it to this one
    context = _context()
    if context.get_start_method() == "fork":
        _warm_up()
    return context


def _warm_up() -> None:
    """Load what every replicate needs, once instead of in each process."""
    import ecosystem.measures.extracts  # noqa: PLC0415 - slow to import
    import ecosystem.model  # noqa: F401, PLC0415 - slow to import

    keyed.mix64(keyed.GOLDEN)  # the first kernel called has numba imported


def _pass_on(news: Any, report: Report) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            report(news.get_nowait())


# --- in the worker ----------------------------------------------------------------------------------

_shared: list[Any] = []


def _enter(news: Any, stop: Any, jobs: Sequence[Any]) -> None:
    """Set a worker up: without the signals of the terminal, and without a life after its parent.

    Jobs come with the process, so that a job to do is only a number.
    """
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)  # the parent tells when to stop
    threading.Thread(target=_follow_parent, daemon=True).start()
    news.cancel_join_thread()  # news that nobody waits for must not keep it alive
    gc.freeze()  # what came with the fork is never garbage; looking through it would also copy its pages
    _shared[:] = [news, stop, jobs]


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(place: int) -> Outcome:
    news, stop, jobs = _shared
    return simulate(jobs[place], news.put, lambda: bool(stop.value))
