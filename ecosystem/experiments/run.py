"""Run a scenario: replicates, in one process or several, into a results folder or into memory."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments.attempt import Attempt
from ecosystem.experiments.environment import threads_of
from ecosystem.experiments.errors import RunAborted, RunRefused
from ecosystem.experiments.folder import check_resume, refuse_unless_free
from ecosystem.experiments.inputs import refuse_unreadable
from ecosystem.experiments.lock import Lock, refuse_if_held
from ecosystem.experiments.replicate import Progress
from ecosystem.experiments.results import Results, load, load_into_memory
from ecosystem.experiments.seeds import replicate_seed

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["admit", "claimed", "run", "seeds_of", "unusable"]


def run(
    scenario: Scenario,
    seed: int = 0,
    replicates: int = 1,
    workers: int = 1,
    out: str | Path | None = None,
    resume: bool = False,  # noqa: FBT001, FBT002 - given by name
    progress: Callable[[Progress], object] | None = None,
    *,
    force: bool = False,
    checkpoint_every: int | None = None,
    on_stop: Callable[[], object] | None = None,
    threads: int | None = None,
    profile: bool = False,
) -> Results:
    """Run a scenario.

    Args:
        scenario: what is simulated.
        seed: any integer. Replicate 0 uses it as it is, the others seeds derived from it and their
            number (:func:`ecosystem.experiments.seeds.replicate_seed`).
        replicates: how many runs that differ in their seed.
        workers: processes that share the replicates; results do not depend on it.
        out: results folder, new or empty; without one the results are kept in memory only.
        resume: go on with the unfinished run in ``out``, to the same bits as if it had not stopped.
        progress: told where each replicate stands, some times a second.
        force: replace the results of a finished run in ``out``.
        checkpoint_every: months between checkpoints; by default as often as costs little.
        on_stop: told of the first Ctrl-C or other request to stop, after which the month is finished and
            all is saved. It is called from within the signal's handler, where it must not print.
        threads: that each process computes in; results do not depend on it. By default the workers share the
            processors evenly.
        profile: take the time of each phase; the provenance of the results then has it under ``profile``.

    Raises:
        RunRefused: wrong use, such as a folder that is in use; nothing has been written.
        RunAborted: the run failed or (RunInterrupted) was asked to stop; what was done is in ``out``.
    """
    _check(seed, replicates, workers, threads, out, resume=resume)
    threads = threads or threads_of(min(workers, replicates))
    seeds = seeds_of(seed, replicates)
    report, heard = progress or (lambda _: None), on_stop or (lambda: None)
    if out is None:
        refuse_unreadable(scenario)
        with tempfile.TemporaryDirectory(prefix="ecosystem-") as place:
            attempt = Attempt(Path(place), scenario, seeds, workers, threads, checkpoints=False, profile=profile)
            attempt.open(None)
            attempt.go(report, heard)
            return load_into_memory(Path(place))
    folder = Path(out)

    refuse_if_held(folder)
    admit(folder, scenario, seeds, resume=resume, force=force)  # so that nothing is written where it is not
    with claimed(folder):
        # And another run may have ended there meanwhile.
        before = _admitted(folder, scenario, seeds, resume=resume, force=force)
        attempt = Attempt(folder, scenario, seeds, workers, threads, every=checkpoint_every, profile=profile)
        if before is not None and before["status"] == "done":
            attempt.tidy()
        else:
            attempt.open(before)
            attempt.go(report, heard)
    return load(folder)


def seeds_of(seed: int, replicates: int) -> list[int]:
    """The seeds of so many replicates."""
    return [replicate_seed(seed, replicate) for replicate in range(replicates)]


def admit(folder: Path, scenario: Scenario, seeds: list[int], *, resume: bool, force: bool) -> dict[str, Any] | None:
    """The provenance of the run to resume; None for a new run, if the folder may be used for it.

    Raises:
        RunRefused: it may not, or a file that the scenario names cannot be used; says what to do instead.
        RunAborted: the folder cannot be read.
    """
    found = _admitted(folder, scenario, seeds, resume=resume, force=force)
    if found is None or found["status"] != "done":
        refuse_unreadable(scenario)
    return found


def _admitted(
    folder: Path, scenario: Scenario, seeds: list[int], *, resume: bool, force: bool
) -> dict[str, Any] | None:
    """See :func:`admit`, which also looks at the files that the scenario names."""
    if resume and force:
        message = "resume goes on with a run and force replaces one; choose"
        raise RunRefused(message)
    try:
        if resume:
            return check_resume(folder, scenario, seeds)
        refuse_unless_free(folder, force=force)
    except OSError as error:
        raise unusable(folder, error) from error
    return None


def unusable(folder: Path, error: OSError) -> RunAborted | RunRefused:
    """What to raise of a folder that the system does not let one use."""
    message = f"{folder}: cannot be used: {error.strerror}; choose another --out"
    misled = isinstance(error, NotADirectoryError | FileExistsError)
    return RunRefused(message) if misled else RunAborted(message)


def _check(seed: int, replicates: int, workers: int, threads: int | None, out: object, *, resume: bool) -> None:
    wrong = None
    if isinstance(seed, bool) or not isinstance(seed, int):
        wrong = f"seed must be a whole number, not {seed!r}"
    elif replicates < 1:
        wrong = f"replicates must be at least 1, not {replicates}"
    elif workers < 1:
        wrong = f"workers must be at least 1, not {workers}"
    elif threads is not None and threads < 1:
        wrong = f"threads must be at least 1, not {threads}"
    elif resume and out is None:
        wrong = "resume needs the folder of the run, given as out"
    if wrong:
        raise RunRefused(wrong)


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """A results folder, made where needed and locked meanwhile."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = Lock(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            for path in missing:
                path.rmdir()
        raise unusable(folder, error) from error
    try:
        yield
    finally:
        lock.release()
