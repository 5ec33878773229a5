"""Bundles on a Dask cluster: processes of other machines, reached through a scheduler."""

from __future__ import annotations

import functools
import queue
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from typing import Any, Self

from ecosystem.experiments.ensemble.executors import AHEAD, Finished, Stopping, salvage
from ecosystem.experiments.ensemble.plan import Plan
from ecosystem.experiments.ensemble.simulation import simulate_bundle
from ecosystem.experiments.errors import RunAborted, RunRefused
from ecosystem.experiments.executors import POLL_SECONDS
from ecosystem.experiments.provenance import engine
from ecosystem.experiments.provenance import engine as _engine_there

__all__ = ["Cluster"]

SCHEMES = ("tcp://", "tls://")
WAIT_SECONDS = 20.0
"""How long a scheduler may take to answer. assumption: twice what Dask itself allows for a connection."""
RETRIES = 2
"""How often a bundle is tried again that was lost on its way. assumption: what fails three times fails for a reason."""


class Cluster:
    """A Dask cluster by the address of its scheduler.

    Results come back as bytes and are written by this process alone, so that workers need no common disk. A task
    whose worker dies is done by another.

    Args:
        address: of the scheduler, such as tcp://10.0.0.1:8786.

    Raises:
        RunRefused: Dask is not installed, nobody answers, or the workers are not fit for it.
    """

    def __init__(self, address: str) -> None:
        """Connect, and look at the workers."""
        if not address.startswith(SCHEMES):
            message = f"--cluster {address}: must begin with tcp:// or tls://, such as tcp://10.0.0.1:8786"
            raise RunRefused(message)
        try:
            import distributed  # noqa: PLC0415 - an extra
        except ImportError as error:
            message = "--cluster needs Dask; install it with: pip install 'ecosystem[cluster]'"
            raise RunRefused(message) from error
        connect: Any = distributed.Client
        try:
            self._client: Any = connect(address, timeout=WAIT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            message = f"--cluster {address}: no scheduler answers there; start one with `dask scheduler`"
            raise RunRefused(message) from error
        try:
            self.workers = _fit_workers(self._client, address)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Stay connected."""
        return self

    def __exit__(self, *_: object) -> None:
        """See close."""
        self.close()

    def close(self) -> None:
        """Let go of the cluster, which stays up."""
        self._client.close()

    def run(self, plan: Plan, bundles: Iterable[range], stopping: Stopping) -> Generator[Finished]:
        """See Executor."""
        waiting, under_way = deque(bundles), dict[Any, range]()
        ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        try:
            while waiting or under_way:
                while waiting and len(under_way) < AHEAD * self.workers and not stopping():
                    bundle = waiting.popleft()
                    future = self._submit(plan, bundle)
                    under_way[future] = bundle
                    future.add_done_callback(ended.put)
                if not under_way:
                    return
                try:
                    future = ended.get(timeout=POLL_SECONDS)
                except queue.Empty:
                    continue
                bundle = under_way.pop(future)
                content = _result(future)
                yield bundle, content or salvage(plan, bundle, functools.partial(self._attempt, plan))
        finally:
            self._client.cancel(list(under_way))

    def _submit(self, plan: Plan, bundle: Sequence[int], died: frozenset[int] = frozenset()) -> Any:
        return self._client.submit(_remote, plan, bundle, died, pure=False, retries=RETRIES)

    def _attempt(self, plan: Plan, bundle: Sequence[int], died: frozenset[int]) -> dict[str, bytes] | None:
        return _result(self._submit(plan, bundle, died))


def _result(future: Any) -> dict[str, bytes] | None:
    """What a bundle gave; None if its workers died.

    Raises:
        RunAborted: the cluster is gone.
    """
    from concurrent.futures import CancelledError  # noqa: PLC0415 - needed only here

    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

    try:
        content: dict[str, bytes] = future.result()
    except KilledWorker:
        return None
    except CancelledError as error:
        message = "the connection to the cluster was lost"
        raise RunAborted(message, resumable=True) from error
    return content


def _fit_workers(client: Any, address: str) -> int:
    """How many workers there are.

    Raises:
        RunRefused: there is none, one has several threads, or runs another version of the program.
    """
    threads = client.nthreads()
    wrong = None
    if not threads:
        wrong = "has no workers; start some with `dask worker ADDRESS --nthreads 1 --no-nanny`"
    elif max(threads.values()) > 1:
        wrong = (
            "has workers with several threads, which would share what only one may use; start them with --nthreads 1"
        )
    else:
        mine = engine()
        try:
            theirs = client.run(_engine_there)
        except Exception as error:  # noqa: BLE001 - whatever a worker cannot do, it is the same to the user
            wrong = f"has workers that cannot run ecosystem ({type(error).__name__}: {error}); install it there"
        else:
            for worker, other in theirs.items():
                apart = [f"{name} {value} here, {other.get(name)} there" for name, value in mine.items()
                         if other.get(name) != value]  # fmt: skip
                if apart:
                    wrong = f"has a worker ({worker}) with another version: {', '.join(apart)}; install the same there"
    if wrong:
        message = f"--cluster {address}: {wrong}"
        raise RunRefused(message)
    return len(threads)


def _remote(plan: Plan, bundle: Sequence[int], died: frozenset[int]) -> dict[str, bytes]:
    """Run on a worker: a bundle in one thread, whatever the libraries there would like to use."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - an extra

    with threadpool_limits(1):
        return simulate_bundle(plan, bundle, died)
