"""How a law is looked at: its cases run on the real engine, its findings compared by stated rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecosystem.core.registry import Registry
from ecosystem.core.streams import name_key
from ecosystem.experiments.laws.cases import Case
from ecosystem.experiments.laws.finding import Curve, Finding, floats, mean_and_error

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario
    from ecosystem.scenario.law import LawNote

__all__ = ["LAWS", "STANDARD_ERRORS", "Case", "Found", "Law", "Trial", "law"]

STANDARD_ERRORS = 4.0
"""Standard errors by which a mean may miss: chance 6.3e-5 for a normal mean, so that the some 150 findings of
all laws together that are held to it give a false alarm for at most one seed in a hundred."""

type Found = Iterator[Finding | Curve]
type Law = Callable[[Trial], Found]

LAWS: Registry[Law] = Registry("law")
"""The functions of all laws by id."""


def law(identifier: str) -> Callable[[Law], Law]:
    """Register the function of a law: a generator that takes a `Trial` and yields findings and curves."""
    return lambda function: LAWS.add(identifier, function)


@dataclass
class Trial:
    """A law being looked at, with one seed.

    Attributes:
        note: what its file says of it.
        cases: its settings; one named "" if the file lists none.
        seed: of the whole suite.
    """

    note: LawNote
    cases: tuple[Case, ...]
    seed: int
    _used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Trial:
        """The law of a scenario file.

        Raises:
            ValueError: the scenario has no law.
        """
        if scenario.law is None:
            message = f"scenario {scenario.name!r} has no [law]"
            raise ValueError(message)
        settings = {case.name: case.set for case in scenario.law.cases} or {"": {}}
        bare = scenario.replace({"law": "none"})
        cases = tuple(
            Case(name, bare.replace(changes) if changes else bare, int(name_key("law", seed, scenario.law.id, name)))
            for name, changes in settings.items()
        )
        return cls(scenario.law, cases, seed)

    def case(self, name: str = "") -> Case:
        """The case of a name; without one, the first.

        Raises:
            KeyError: the file has no such case.
        """
        if not name:
            return self.cases[0]
        found = next((case for case in self.cases if case.name == name), None)
        if found is None:
            message = f"law {self.note.id} has no case {name!r}; it has {', '.join(case.name for case in self.cases)}"
            raise KeyError(message)
        return found

    # --- comparisons ------------------------------------------------------------------------------

    def mean(self, case: Case, quantity: str, values: ArrayLike, expected: float, at: str = "") -> Finding:
        """The mean over replicates is what is expected.

        It may miss by less than four standard errors and, at the same time, by less than the tolerance.

        Args:
            case: where the values come from.
            quantity: what they are; the file states its tolerance.
            values: one of each replicate, shape (replicates,); averages over time are taken before.
            expected: what the law says.
            at: such as "n = 10".
        """
        return self.estimate(case, quantity, *mean_and_error(values), expected, at)

    def estimate(
        self, case: Case, quantity: str, measured: float, standard_error: float, expected: float, at: str = ""
    ) -> Finding:
        """Like `mean`, for an estimate with a standard error of its own, such as a median."""
        tolerance, absolute, allowed = self._allowed(case, quantity, at, expected)
        error = abs(measured - expected)
        strain = max(_share(error, allowed), _share(error, STANDARD_ERRORS * standard_error))
        rule = f"{_said(tolerance, absolute=absolute)} and {STANDARD_ERRORS:g} SE"
        return Finding.of((quantity, case.name, at), (measured, expected, standard_error), tolerance, strain, rule)

    def exact(self, case: Case, quantity: str, measured: float, expected: float, at: str = "") -> Finding:
        """What is not drawn by chance is what is expected, within the tolerance."""
        tolerance, absolute, allowed = self._allowed(case, quantity, at, expected)
        strain, rule = _share(abs(measured - expected), allowed), _said(tolerance, absolute=absolute)
        return Finding.of((quantity, case.name, at), (measured, expected, math.nan), tolerance, strain, rule)

    def limit(self, case: Case, quantity: str, values: ArrayLike, expected: float, at: str = "") -> Finding:
        """The mean over replicates, or a single number, is near an approximate formula, such as a limit.

        The tolerance alone decides: the formula itself is off, and more replicates would not bring the two
        together. The standard error is shown, so that it is seen how much of a miss may be chance.
        """
        measured, error = (float(np.asarray(values)), math.nan) if np.ndim(values) == 0 else mean_and_error(values)
        tolerance, absolute, allowed = self._allowed(case, quantity, at, expected)
        strain, rule = _share(abs(measured - expected), allowed), _said(tolerance, absolute=absolute)
        return Finding.of((quantity, case.name, at), (measured, expected, error), tolerance, strain, rule)

    def standard_errors(self, case: Case, quantity: str, values: ArrayLike, expected: float, at: str = "") -> Finding:
        """The mean over replicates misses by no more standard errors than the tolerance says."""
        measured, error = mean_and_error(values)
        tolerance = self._tolerance(case, quantity, at)
        strain, rule = _share(abs(measured - expected), tolerance * error), f"{tolerance:g} SE"
        return Finding.of((quantity, case.name, at), (measured, expected, error), tolerance, strain, rule)

    def within(self, case: Case, quantity: str, values: ArrayLike, low: float, high: float, at: str = "") -> Finding:
        """The mean over replicates, or a single number, lies within bounds; they need no tolerance.

        A bound may be infinite: there is none on that side.
        """
        measured, error = (float(np.asarray(values)), math.nan) if np.ndim(values) == 0 else mean_and_error(values)
        nearer = low if measured - low <= high - measured else high
        strain, rule = 0.0 if low <= measured <= high else math.inf, _bounds(low, high)
        return Finding.of((quantity, case.name, at), (measured, nearer, error), 0.0, strain, rule)

    def order(
        self, quantity: str, larger: tuple[Case, ArrayLike], smaller: tuple[Case, ArrayLike], at: str = ""
    ) -> Finding:
        """One mean exceeds another by as many standard errors of the difference as the tolerance says.

        Args:
            quantity: what both are.
            larger: case and values of each replicate (or a plain number) of what should be larger.
            smaller: the same of what should be smaller.
            at: such as "n = 10".
        """
        (above, upper), (below, lower) = larger, smaller
        (measured, error), (other, other_error) = _or_number(upper), _or_number(lower)
        both, margin = math.hypot(error, other_error), self._tolerance(above, quantity, at)
        name = above.name if above.name == below.name else f"{above.name} > {below.name}"
        strain = _share(margin * both, measured - other) if measured > other else math.inf
        rule = f"larger by {margin:g} SE"
        return Finding.of((quantity, name, at), (measured, other, both), margin, strain, rule)

    def curve(
        self,
        case: Case,
        quantity: str,
        values: ArrayLike,
        expected: ArrayLike | None = None,
        *,
        x: ArrayLike | None = None,
        line: tuple[ArrayLike, ArrayLike] | None = None,
        standard_error: ArrayLike | None = None,
        label: str | None = None,
        x_label: str = "generation n",
        log_x: bool = False,
        log_y: bool = False,
    ) -> Curve:
        """A curve for the law's picture.

        Args:
            case: where the values come from.
            quantity: what they are; the picture's axis.
            values: shape (points, replicates), drawn as mean with two standard errors; or (points,).
            expected: what the law says, shape (points,), or one number for all.
            x: shape (points,); without it 1, 2, 3, ...
            line: places and values of the formula on a grid of its own, where the points are too few for a
                line; drawn in place of ``expected``.
            standard_error: shape (points,), where ``values`` has one dimension.
            label: what tells the curve from others; without it the case's name.
            x_label: what x is.
            log_x: draw x on a logarithmic scale.
            log_y: draw the values on one.
        """
        array = np.asarray(values, dtype=np.float64)
        error = np.nan if standard_error is None else standard_error
        if array.ndim > 1:
            error = array.std(axis=1, ddof=1) / math.sqrt(array.shape[1])
            array = array.mean(axis=1)
        count = len(array)
        found = {"x": np.arange(1, count + 1) if x is None else x, "measured": array, "standard_error": error}
        return Curve(
            label=case.name if label is None else label,
            **{name: floats(name, column, count) for name, column in found.items()},
            expected=None if expected is None else floats("expected", expected, count),
            line=None if line is None else (floats("line", line[0]), floats("line", line[1], len(np.asarray(line[0])))),
            x_label=x_label,
            y_label=quantity,
            log_x=log_x,
            log_y=log_y,
        ).thinned()

    # --- tolerances -------------------------------------------------------------------------------

    @property
    def unused(self) -> list[str]:
        """Tolerances of the file that no finding has asked for."""
        return [key for key in self.note.tolerance if key not in self._used]

    def _tolerance(self, case: Case, quantity: str, at: str) -> float:
        key = self.note.key(quantity, case.name, at)
        if key is None:
            message = f'law {self.note.id} states no tolerance of "{quantity}"; add it to law.tolerance in its file'
            raise KeyError(message)
        self._used.add(key)
        return self.note.tolerance[key]

    def _allowed(self, case: Case, quantity: str, at: str, expected: float) -> tuple[float, bool, float]:
        """The tolerance, whether it is absolute, and the error that it allows."""
        tolerance, absolute = self._tolerance(case, quantity, at), quantity in self.note.absolute
        if expected == 0 and not absolute:
            message = f'law {self.note.id}: "{quantity}" is expected to be 0; list it in law.absolute'
            raise ValueError(message)
        return tolerance, absolute, tolerance if absolute else tolerance * abs(expected)


def _share(error: float, allowed: float) -> float:
    """An error as a share of the error allowed; any error is too much where none is allowed."""
    if math.isnan(error) or math.isnan(allowed):
        return math.inf
    return error / allowed if allowed > 0 else 0.0 if error == 0 else math.inf


def _said(tolerance: float, *, absolute: bool) -> str:
    return f"{tolerance:g}" if absolute else f"{100 * tolerance:g} %"


def _bounds(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {low:.4g}"
    return f"at most {high:.4g}" if math.isinf(low) else f"{low:.4g} to {high:.4g}"


def _or_number(values: ArrayLike) -> tuple[float, float]:
    return (float(np.asarray(values)), 0.0) if np.ndim(values) == 0 else mean_and_error(values)
