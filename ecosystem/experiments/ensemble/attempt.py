"""One stretch of an ensemble in its results folder: what is not finished yet is run, then all is put together."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ecosystem.experiments import provenance
from ecosystem.experiments.ensemble.decision import Decision, InOrder, Undecided
from ecosystem.experiments.ensemble.executors import Executor
from ecosystem.experiments.ensemble.parts import Parts, conclude, tables_of
from ecosystem.experiments.ensemble.plan import Plan, bundles, identity_hash
from ecosystem.experiments.ensemble.progress import Count, Listener, failures_of, totals
from ecosystem.experiments.ensemble.shard import WHOLE, Shard
from ecosystem.experiments.errors import RunAborted, RunInterrupted, RunRefused
from ecosystem.experiments.failures import Failure, failure_of
from ecosystem.experiments.files import remove
from ecosystem.experiments.folder import OF_MANY, Layout, refuse_unless_free
from ecosystem.experiments.merging import write_scenario
from ecosystem.experiments.run import claimed, unusable
from ecosystem.experiments.signals import StopRequests

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["Options", "carry_out"]


@dataclass(frozen=True)
class Options:
    """How to carry a plan out.

    Attributes:
        resume: go on with what is in the folder.
        force: replace the results that are in the folder.
        shard: the share of the bundles that is run here.
    """

    resume: bool = False
    force: bool = False
    shard: Shard = WHOLE


def carry_out(
    plan: Plan, scenario: Scenario, folder: Path, executor: Executor, about: dict[str, Any], options: Options,
    listener: Listener, decision: Decision | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Run a plan into a results folder.

    Args:
        plan: what is run.
        scenario: the one that the folder is about: the control, or what a study varies.
        folder: results folder, new or empty, or of this plan if it is to be resumed.
        executor: who runs the bundles.
        about: further entries of the provenance.
        options: how.
        listener: told how it goes.
        decision: when enough runs have been made; by default when all have.

    Returns:
        The provenance. Its status is `done`, or `partial` of a shard; `failed_runs` counts failures.

    Raises:
        RunRefused: the folder cannot be used so; nothing has been written.
        RunAborted: it could not go on, or (RunInterrupted) was asked to stop.
    """
    _admitted(folder, plan, options)
    with claimed(folder):
        before = _admitted(folder, plan, options)  # another may have ended there meanwhile
        if before is not None and before["status"] == "done" and not Layout(folder).parts.exists():
            return before  # there is nothing that another attempt could better
        attempt = _Attempt(plan, scenario, folder, executor, about, options)
        return attempt.go(before, listener, decision or Undecided())


def _admitted(folder: Path, plan: Plan, options: Options) -> dict[str, Any] | None:
    """The provenance of what is to be resumed; None for something new.

    Raises:
        RunRefused: the folder may not be used so; says what to do instead.
    """
    if options.resume and options.force:
        message = "resume goes on with what is there and force replaces it; choose"
        raise RunRefused(message)
    try:
        if not options.resume:
            refuse_unless_free(folder, force=options.force)
            return None
        found = provenance.read(folder)
    except OSError as error:
        raise unusable(folder, error) from error
    wrong = None
    if found is None:
        wrong = "nothing to resume: no provenance.json there that can be read; leave out --resume"
    elif found.get("identity") != identity_hash(plan):
        wrong = f"cannot be resumed: it was made {_what_differs(found, plan)}; start again in another --out"
    elif found.get("shard") != _shard_name(options.shard):
        wrong = f"cannot be resumed: it is shard {found.get('shard')} of its plan; name the same --shard"
    if wrong:
        message = f"{folder}: {wrong}"
        raise RunRefused(message)
    return found


def _what_differs(found: dict[str, Any], plan: Plan) -> str:
    if "plan" not in found:
        return "by another command"
    if found["plan"] != plan.identity():
        now = plan.identity()
        keys = [key for key in now if found["plan"].get(key) != now[key]]
        return f"from another plan ({', '.join(keys)})"
    return "by another version of the program or its libraries"


def _shard_name(shard: Shard) -> str | None:
    return None if shard.whole else str(shard)


class _Attempt:
    """See :func:`carry_out`; the caller holds the folder's lock."""

    def __init__(
        self, plan: Plan, scenario: Scenario, folder: Path, executor: Executor, about: dict[str, Any], options: Options
    ) -> None:
        self.plan, self.scenario, self.folder, self.executor, self.options = plan, scenario, folder, executor, options
        self.bundles = options.shard.share(bundles(plan))
        self.parts = Parts(Layout(folder).parts, tables_of(plan))
        self._started = time.monotonic()
        seeds = list(dict.fromkeys(plan.task(number).seed for number in range(plan.tasks)))
        self.record = provenance.begin(scenario, seeds, executor.workers) | about
        self.record |= {
            "plan": plan.identity(), "identity": identity_hash(plan), "shard": _shard_name(options.shard),
            "tables": list(tables_of(plan)), "runs": plan.tasks, "finished_runs": 0, "failed_runs": 0,
        }  # fmt: skip
        del self.record["months_done"], self.record["profile"]

    def go(self, before: dict[str, Any] | None, listener: Listener, decision: Decision) -> dict[str, Any]:
        with StopRequests(listener.stopping) as stopping:
            try:
                self._open(before)
                finished = self._run(listener, decision, stopping)
                if decision.keep is None and len(finished) < len(self.bundles):
                    self._interrupt(f"stopped by {stopping.reason}")
                self._conclude(finished, decision)
            except KeyboardInterrupt:
                self._interrupt("stopped at once; bundles that were under way are lost")
            except (RunAborted, RunRefused):
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the folder has to say so
                self._abort(failure_of(error), error)
        return self.record

    def _open(self, before: dict[str, Any] | None) -> None:
        """Say first of all what is going on here; remove what was there, unless it goes on."""
        from ecosystem.experiments.columns import definitions, units  # noqa: PLC0415 - imports the engine

        self.record |= {"units": units(self.scenario), "definitions": definitions(self.scenario)}
        if before is None:
            Layout(self.folder).clear()
        else:
            kept = {name: before[name] for name in ("started", "wall_seconds", "peak_memory_bytes")}
            self.record |= kept | {"resumed": [*before["resumed"], provenance.now()]}
            for name in OF_MANY:  # what was worked out from fewer runs
                remove(Layout(self.folder).table(name))
        provenance.write(self.folder, self.record)
        write_scenario(self.folder, self.scenario)
        self.parts.folder.mkdir(exist_ok=True)

    def _run(self, listener: Listener, decision: Decision, stopping: StopRequests) -> list[range]:
        """Run what is not finished, and keep it as it comes; the finished bundles, in order."""
        ready, waiting = self._standing()
        count = Count(self.bundles, ready, listener)
        view = InOrder(self.bundles, set(ready), self.parts, decision)
        finished = set(ready)
        if not view.advance():
            ends = lambda: stopping() or decision.out_of_time()  # noqa: E731 - a word for it
            with contextlib.closing(self.executor.run(self.plan, waiting, ends)) as coming:
                for bundle, content in coming:
                    self.parts.write(bundle, content)
                    finished.add(bundle)
                    count.add(bundle, content)
                    if view.arrived(bundle):
                        break
        return [bundle for bundle in self.bundles if bundle in finished]

    def _standing(self) -> tuple[dict[range, int], list[range]]:
        """Finished bundles with their failures, and those to run: missing, damaged, or failed without need."""
        ready, waiting = dict[range, int](), list[range]()
        for bundle in self.bundles:
            runs = self.parts.runs(bundle)
            _, failed, again = failures_of(runs)
            if runs is None or again:
                waiting.append(bundle)
            else:
                ready[bundle] = failed
        return ready, waiting

    def _conclude(self, finished: list[range], decision: Decision) -> None:
        """Put the tables together; the parts go unless they are of use to --resume or merge."""
        keep = decision.keep
        done, failed, again = totals(self.parts, finished, keep)
        self.record |= {"finished_runs": done, "failed_runs": failed} | decision.told()
        if keep is not None:
            seeds = list(dict.fromkeys(self.plan.task(number).seed for number in range(keep)))
            self.record |= {"seeds": seeds, "replicates": len(seeds)}
        whole = self.options.shard.whole
        if whole:
            conclude(self.folder, self.parts, finished, keep)
        self._end("done" if whole else "partial", None if whole else f"shard {self.options.shard}; see ecosystem merge")
        if whole and not again:
            remove(self.parts.folder)

    def _interrupt(self, reason: str) -> NoReturn:
        self._end("interrupted", reason)
        raise RunInterrupted(reason, self.folder, resumable=True) from None

    def _abort(self, failure: Failure, cause: Exception) -> NoReturn:
        reason = failure.reason
        try:
            self._end("failed", reason, failure.where)
        except OSError as error:
            reason = f"{reason} (and {self.folder} cannot say so: {error.strerror})"
        raise RunAborted(reason, self.folder, resumable=not failure.defect, defect=failure.defect) from cause

    def _end(self, status: str, reason: str | None, where: tuple[str, ...] = ()) -> None:
        peak = max(self.record["peak_memory_bytes"], provenance.peak_memory())
        wall = round(self.record["wall_seconds"] + time.monotonic() - self._started, 3)
        self.record |= {"status": status, "reason": reason, "ended": provenance.now()}
        self.record |= {"wall_seconds": wall, "peak_memory_bytes": peak}
        if where:
            self.record["traceback"] = list(where)
        provenance.write(self.folder, self.record)
