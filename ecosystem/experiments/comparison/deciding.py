"""Adding pairs until a question is decided, or the time is up."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecosystem.experiments.comparison.arms import PairedPlan
from ecosystem.experiments.comparison.cells import ENTITY
from ecosystem.experiments.comparison.paired import paired
from ecosystem.experiments.comparison.sequence import LEAST, sequence
from ecosystem.experiments.comparison.until import Question
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.summary import window
from ecosystem.experiments.tables import opened

__all__ = ["Stopping", "budget_seconds"]

_UNITS = {"": 1.0, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}


def budget_seconds(text: str) -> float:
    """Seconds of "90s", "10min", "2h" or a bare number of seconds.

    Raises:
        RunRefused: it is none of these.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|)\s*", text)
    if found is None or not float(found[1]) > 0:
        message = f"--budget {text}: must be a time such as 90s, 10min or 2h"
        raise RunRefused(message)
    return float(found[1]) * _UNITS[found[2]]


class Stopping:
    """Looks at pairs in the order of their seeds, and stops at the first number at which all questions are decided.

    Pairs that other workers have finished by then are left out: how many are kept does not depend on the workers.
    With a time to keep, it does depend on the machine.

    Args:
        plan: with as many pairs as may be made at most.
        questions: that are to be decided; none if only the time counts.
        budget: seconds after which no bundle is begun that could not be finished; None for no limit.
        workers: bundles at work at a time.

    Attributes:
        pairs: looked at so far.
        decided: whether every question is.
        half: half width of the widest interval of each question, by the question.
    """

    def __init__(self, plan: PairedPlan, questions: Sequence[Question], budget: float | None, workers: int) -> None:
        """Nothing has been seen."""
        self._plan, self._questions, self._budget, self._workers = plan, tuple(questions), budget, workers
        self._values: list[dict[tuple[int, str, str], float]] = []
        self._begun = self._arrived = time.monotonic()
        self._seen = 0
        self._late = False
        self.pairs, self.decided = 0, False
        self.half: dict[str, float] = {}

    def take(self, content: dict[str, bytes]) -> bool:
        """See Decision."""
        runs: list[Any] = opened(content["runs"]).read(columns=["run"], use_threads=False)["run"].to_pylist()
        rows: dict[int, dict[tuple[int, str, str], float]] = {number: {} for number in runs}
        for place, question in enumerate(self._questions):
            for (run, name), value in self._of(question, content).items():
                rows[run][place, name, self._plan.task(run).arm] = value
        for number in runs:
            self._seen += 1
            if number % len(self._plan.arms) == 0:
                self._values.append({})
            self._values[-1].update(rows[number])
            if self._seen % len(self._plan.arms) == 0:
                self.pairs += 1
                if self._questions and self.pairs >= LEAST and self._known():
                    self.decided = True
                    break
        self._arrived = time.monotonic()
        return self.decided

    def _of(self, question: Question, content: dict[str, bytes]) -> dict[tuple[int, str], float]:
        """Value of a question's metric by run and name."""
        if question.table not in content:
            return {}
        keys = list(ENTITY[question.table])
        frame: pd.DataFrame = (
            opened(content[question.table])
            .read(columns=["run", "step", "date", *keys, question.column], use_threads=False)
            .to_pandas(use_threads=False)
        )
        steps = self._plan.arms[0].scenario.steps
        frame = (
            frame[frame["date"] == question.date] if question.date else frame[frame["step"] >= steps - window(steps)]
        )
        names = frame[keys].astype(str).agg(" → ".join, axis=1) if keys and len(frame) else pd.Series("", frame.index)
        frame = frame.assign(name_=names)
        if question.name:
            frame = frame[frame["name_"] == question.name]
        found = frame.groupby(["run", "name_"])[question.column].mean()
        keys_of = zip(*(found.index.get_level_values(level) for level in ("run", "name_")), strict=True)
        return {(int(run), str(name)): float(value) for (run, name), value in zip(keys_of, found, strict=True)}

    def _known(self) -> bool:
        """Whether everything is known of every arm and name."""
        control, *others = (arm.name for arm in self._plan.arms)
        return all(
            self._question_known(place, question, control, others) for place, question in enumerate(self._questions)
        )

    def _question_known(self, place: int, question: Question, control: str, others: Sequence[str]) -> bool:
        names = sorted({name for row in self._values[: self.pairs] for number, name, _ in row if number == place})
        answers = []
        for name in names:
            x = self._column(place, name, control)
            for arm in others:
                found = paired(x, self._column(place, name, arm), sequence)
                if 2 * found.n[0] >= self.pairs:  # else it is of those that come to be in some runs only
                    answers.append((float(found.mean[0]), float(found.high[0] - found.mean[0])))
        self.half[str(question)] = max((half for _, half in answers), default=np.inf)
        return bool(answers) and all(question.met(mean, half) for mean, half in answers)

    def _column(self, place: int, name: str, arm: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([[row.get((place, name, arm), np.nan)] for row in self._values[: self.pairs]])

    def out_of_time(self) -> bool:
        """See Decision: whether one more bundle, at the pace so far, would take longer than there is."""
        if self._budget is None or self._late or not self.pairs:  # one pair is made in any case
            return self._late
        spent = time.monotonic() - self._begun
        done = max(self._seen, 1)
        pair = (self._arrived - self._begun) / done * len(self._plan.arms) * self._workers
        self._late = spent + pair > self._budget
        return self._late

    @property
    def keep(self) -> int | None:
        """See Decision."""
        return self.pairs * len(self._plan.arms) if self.decided or self._late else None

    def told(self) -> dict[str, Any]:
        """See Decision."""
        half = {name: width if np.isfinite(width) else None for name, width in self.half.items()}
        asked = {"asked": self._plan.until, "budget": self._budget, "decided": self.decided}
        return {"until": asked | {"pairs": self.pairs, "half_widths": half}}
