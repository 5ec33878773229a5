"""Run laws: each in a process of its own, one after another where there is only one."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecosystem.core.threads import allowing
from ecosystem.experiments.executors import DIED, each_in_processes
from ecosystem.experiments.laws.base import LAWS, Trial
from ecosystem.experiments.laws.files import LAW_FILES, chosen, load_functions, order
from ecosystem.experiments.laws.finding import Curve, Finding
from ecosystem.scenario import Scenario
from ecosystem.scenario.law import LawNote

__all__ = ["LawResult", "run_law", "run_laws"]


type _Job = tuple[Scenario, int, int]
"""A law's scenario, the seed and the number of threads."""


@dataclass(frozen=True)
class LawResult:
    """What came of one law.

    Attributes:
        title: its name in words.
        note: what its file says of it.
        findings: single comparisons, in the order in which its function made them.
        curves: for its picture.
        seconds: that it took.
        failure: why it could not be looked at to the end; "" if it could.
    """

    title: str
    note: LawNote
    findings: tuple[Finding, ...]
    curves: tuple[Curve, ...]
    seconds: float
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether the engine meets the law."""
        return not self.failure and bool(self.findings) and all(finding.passed for finding in self.findings)

    @property
    def verdict(self) -> str:
        """In a word: pass, fail or error."""
        return "error" if self.failure else "pass" if self.passed else "fail"

    @property
    def tightest(self) -> Finding | None:
        """The comparison that uses up most of its allowed error."""
        return max(self.findings, key=lambda finding: finding.strain, default=None)

    def to_dict(self) -> dict[str, Any]:
        """As plain values; measured to tolerance are those of the tightest finding."""
        head = self.tightest
        note = self.note
        return {
            "id": note.id, "kind": note.kind, "name": self.title, "source": list(note.sources),
            "reduction": note.reduction, "statement": note.statement, "meaning": note.meaning,
            "measured": head.measured if head else None, "expected": head.expected if head else None,
            "standard_error": head.standard_error if head else None, "tolerance": head.tolerance if head else None,
            "verdict": self.verdict, "failure": self.failure, "seconds": self.seconds,
            "findings": [finding.to_dict() for finding in self.findings],
            "curves": [curve.to_dict() for curve in self.curves],
        }  # fmt: skip


def run_laws(
    ids: Iterable[str] = (),
    seed: int = 0,
    workers: int = 1,
    on_done: Callable[[LawResult], object] = lambda _: None,
    folder: Path = LAW_FILES,
    threads: int = 1,
) -> list[LawResult]:
    """Hold the engine against laws.

    Args:
        ids: of the laws; all of them where none is named.
        seed: any integer; the seeds of all cases derive from it, by the names of law and case. Arms of a
            comparison may share that of the first.
        workers: processes that share the laws, the longest first; results do not depend on it.
        on_done: told of each law as it is finished.
        folder: where the files are.
        threads: that each process computes in; results do not depend on it.

    Returns:
        One result per law, in the order of ids. A law that raises an error has failed; the rest go on.

    Raises:
        RunRefused: an id that nothing has, or a law without function or without file.
        ScenarioError: a file that cannot be used.
    """
    scenarios = chosen(ids, folder)
    longest = sorted(scenarios.values(), key=_seconds, reverse=True)
    jobs = [(scenario, seed, threads) for scenario in longest]
    results: list[LawResult] = []

    def done(job: _Job, result: LawResult | None) -> None:
        results.append(result or _broken(job[0], DIED))
        on_done(results[-1])

    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            done(job, _job(job))
    else:
        each_in_processes(_job, jobs, workers, done)
    return sorted(results, key=lambda result: order(result.note.id))


def run_law(scenario: Scenario, seed: int = 0) -> LawResult:
    """Hold the engine against the law of one scenario.

    Raises:
        ValueError: the scenario has no law.
    """
    load_functions()
    if scenario.law is None:
        message = f"scenario {scenario.name!r} has no [law]"
        raise ValueError(message)
    began = time.perf_counter()
    findings, curves, failure = list[Finding](), list[Curve](), ""
    try:
        trial = Trial.of(scenario, seed)
        for found in LAWS.get(scenario.law.id)(trial):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                curves.append(found)
        failure = _gaps(trial, findings)
    except Exception as error:  # noqa: BLE001 - whatever happens in one law, the others go on
        failure = _told(error)
    seconds = time.perf_counter() - began
    return LawResult(scenario.title, scenario.law, tuple(findings), tuple(curves), seconds, failure)


def _gaps(trial: Trial, findings: list[Finding]) -> str:
    """What keeps a law that ran to its end from saying anything."""
    if not findings:
        return f"the function of {trial.note.id} yields no finding"
    if trial.unused:
        keys = ", ".join(f'"{key}"' for key in trial.unused)
        return f"law.tolerance has {keys}, which nothing measures; known are {', '.join(_quantities(findings))}"
    return ""


def _quantities(findings: list[Finding]) -> list[str]:
    return [f'"{quantity}"' for quantity in dict.fromkeys(finding.quantity for finding in findings)]


def _told(error: Exception) -> str:
    """An error, and where in the law's function it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename) != Path(__file__)] or frames
    where = f"{Path(own[0].filename).name}:{own[0].lineno}"
    text = error.args[0] if isinstance(error, KeyError) and error.args else error
    return f"{where}: {type(error).__name__}: {text}"


def _broken(scenario: Scenario, why: str) -> LawResult:
    assert scenario.law is not None  # noqa: S101 - only scenarios with a law are chosen
    return LawResult(scenario.title, scenario.law, (), (), 0.0, why)


def _job(job: _Job) -> LawResult:
    scenario, seed, threads = job
    with allowing(threads):
        return run_law(scenario, seed)


def _seconds(scenario: Scenario) -> float:
    return scenario.law.seconds if scenario.law is not None else 0.0
