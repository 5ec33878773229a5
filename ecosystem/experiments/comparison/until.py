"""Questions that a comparison is continued for: `ci(labs.accuracy) < 0.01 and sign(web.items) known`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecosystem.experiments.errors import RunRefused

__all__ = ["Question", "parse", "refuse_unknown"]

_CI = re.compile(r"\s*ci\s*\(([^()]*)\)\s*<\s*([-+.\deE]+)\s*")
_SIGN = re.compile(r"\s*sign\s*\(([^()]*)\)\s*known\s*")
_MONTH = re.compile(r"\d{4}-\d{2}")

FORM = 'write it as "ci(labs.accuracy) < 0.01", "sign(web.items) known", or several joined by "and"'


@dataclass(frozen=True)
class Question:
    """One thing that is to be known of a metric, of every arm and everybody it is recorded of.

    Attributes:
        metric: such as "labs.accuracy".
        name: of one lab, curator or other; empty for every one.
        date: the month; empty for the mean of the last months.
        most: half width that the interval must fall below; None if the sign of the difference is to be known.
    """

    metric: str
    name: str = ""
    date: str = ""
    most: float | None = None

    @property
    def table(self) -> str:
        """Table of the metric."""
        return self.metric.partition(".")[0]

    @property
    def column(self) -> str:
        """Column of the metric."""
        return self.metric.partition(".")[2]

    def met(self, mean: float, half: float) -> bool:
        """Whether it is known of one difference: its mean and the half width of its interval."""
        return half < self.most if self.most is not None else abs(mean) > half

    def __str__(self) -> str:
        """As it is written."""
        inside = ", ".join(part for part in (self.metric, self.name, self.date) if part)
        return f"sign({inside}) known" if self.most is None else f"ci({inside}) < {self.most:g}"


def parse(text: str) -> tuple[Question, ...]:
    """The questions of an expression.

    Raises:
        RunRefused: it is not of the form; says which part is not.
    """
    return tuple(_question(part) for part in re.split(r"\band\b", text))


def _question(part: str) -> Question:
    ci, sign = _CI.fullmatch(part), _SIGN.fullmatch(part)
    found = ci or sign
    if found is None:
        raise RunRefused(f"--until: cannot read {part.strip()!r}; {FORM}")  # noqa: TRY003, EM102 - said once
    words = [word.strip() for word in found[1].split(",")]
    metric, *rest = words
    dates = [word for word in rest if _MONTH.fullmatch(word)]
    names = [word for word in rest if not _MONTH.fullmatch(word)]
    if not all(words) or len(dates) > 1 or len(names) > 1:
        message = f"--until: cannot read ({found[1]}); it may hold a metric, a name and a month, such as "
        raise RunRefused(message + "(labs.accuracy, frontier, 2026-12)")
    most = None
    if ci is not None:
        try:
            most = float(ci[2])
        except ValueError:
            most = -1.0
        if not most > 0:
            message = f"--until: {ci[2]!r} is no width; give a number above 0, in the unit of {metric}"
            raise RunRefused(message)
    return Question(metric, names[0] if names else "", dates[0] if dates else "", most)


def refuse_unknown(
    questions: Iterable[Question], metrics: Mapping[str, Iterable[str]], names: Mapping[str, Sequence[str]],
    months: Sequence[str],
) -> None:  # fmt: skip
    """Refuse questions about what a comparison does not record.

    Args:
        questions: that were asked.
        metrics: columns by table that are recorded.
        names: whom a table is about, by table; those it lacks are not known beforehand.
        months: that are simulated.

    Raises:
        RunRefused: names what is unknown and what may have been meant.
    """
    known = [f"{table}.{column}" for table, columns in metrics.items() for column in columns]
    for question in questions:
        if question.metric not in known:
            _refuse(f"no such metric as {question.metric!r}", question.metric, known)
        valid = names.get(question.table)
        if question.name and valid is not None and question.name not in valid:
            _refuse(f"nothing called {question.name!r} in {question.table}", question.name, valid)
        if question.date and question.date not in months:
            message = f"--until: {question.date} is not simulated; choose a month from {months[0]} to {months[-1]}"
            raise RunRefused(message)


def _refuse(cause: str, name: str, known: Sequence[str]) -> None:
    columns = {one.partition(".")[2]: one for one in known if "." in one}
    near = difflib.get_close_matches(name, known, 1) or [
        columns[one] for one in difflib.get_close_matches(name, columns, 1)
    ]
    remedy = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known[:12])}"
    message = f"--until: {cause}; {remedy}"
    raise RunRefused(message)
