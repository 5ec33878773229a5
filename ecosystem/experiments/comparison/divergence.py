"""Where two runs of one seed first differ: in which month, in which phase, in whom, and by which policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.comparison.identities import PHASES, Rows, rows_of, short
from ecosystem.model import WebEcosystem
from ecosystem.world.content import Marks

if TYPE_CHECKING:
    from ecosystem.policies import Policy
    from ecosystem.scenario import Scenario

__all__ = ["Amendment", "Divergence", "Split", "first_divergence"]

THERE, ABSENT = "there", "not there"


@dataclass(frozen=True)
class Split:
    """One difference.

    Attributes:
        date: the month.
        phase: what proposed it, as in the step of the model.
        who: whom it is about; the first in the order of the control.
        field: of the proposal.
        control: its value in the control, or before the policy amended it.
        arm: its value in the arm, or afterwards.
    """

    date: str
    phase: str
    who: str
    field: str
    control: str
    arm: str


@dataclass(frozen=True)
class Amendment:
    """What a policy of the arm did first.

    Attributes:
        policy: its kind.
        split: the proposal before it and after it.
    """

    policy: str
    split: Split


@dataclass(frozen=True)
class Divergence:
    """How an arm came to differ from the control.

    Attributes:
        amendments: first of each policy that the control lacks, in the order of time.
        splits: first difference of each phase, in the order of time; empty if the runs are the same to the bit.
    """

    amendments: tuple[Amendment, ...]
    splits: tuple[Split, ...]


def first_divergence(control: Scenario, arm: Scenario, seed: int = 0) -> Divergence:
    """Run both side by side until every phase has differed, or to the end.

    Args:
        control: a scenario.
        arm: another that can be paired with it.
        seed: of both.
    """
    new = [place for place, policy in enumerate(arm.policies) if policy not in control.policies]
    one, other = _Traced(control, seed, ()), _Traced(arm, seed, new)
    splits: dict[str, Split] = {}
    for _ in range(control.steps):
        date = str(one.world.clock.date)
        one.step()
        other.step()
        for phase in PHASES.values():
            found = None if phase in splits else _split(one.proposed[phase], other.proposed[phase], date, phase)
            if found is not None:
                splits[phase] = found
        if len(splits) == len(PHASES):
            break
    return Divergence(tuple(other.amended.values()), tuple(splits.values()))


class _Traced(WebEcosystem):
    """A model that keeps the month's proposals as rows, and what watched policies did first."""

    def __init__(self, scenario: Scenario, seed: int, watched: Sequence[int]) -> None:
        super().__init__(scenario, seed=seed)
        self.proposed: dict[str, list[Rows]] = {}
        self.amended: dict[int, Amendment] = {}
        self._watched = frozenset(watched)

    def amend[P](self, proposal: P) -> P:
        phase = PHASES[type(proposal)]
        for place, policy in enumerate(self.policies):
            before = proposal
            proposal = policy.amend(proposal, self.world, self.streams)
            if place in self._watched and place not in self.amended and proposal is not before:
                self._note(place, policy, before, proposal)
        self.proposed[phase] = rows_of(proposal, self.world)
        return proposal

    def _note(self, place: int, policy: Policy, before: Any, after: Any) -> None:
        date, phase = str(self.world.clock.date), PHASES[type(after)]
        found = _split(rows_of(before, self.world), rows_of(after, self.world), date, phase)
        if found is not None:
            self.amended[place] = Amendment(policy.kind, found)


def _split(before: Sequence[Rows], after: Sequence[Rows], date: str, phase: str) -> Split | None:
    """The first difference between two proposals; None if there is none."""
    for one, other in zip(before, after, strict=False):
        found = _difference(one, other)
        if found is not None:
            return Split(date, phase, *found)
    return None


def _difference(one: Rows, other: Rows) -> tuple[str, str, str, str] | None:
    """Who differs, in which field, and both values."""
    mine, theirs = _labels(one.who), _labels(other.who)
    if not np.array_equal(mine, theirs):
        for rows, lacking, told in ((one, ~np.isin(mine, theirs), (THERE, ABSENT)),
                                      (other, ~np.isin(theirs, mine), (ABSENT, THERE))):  # fmt: skip
            if lacking.any():
                return rows.name(int(np.argmax(lacking))), "", *told
    order = _places(mine, theirs)
    first: tuple[int, str] | None = None
    for field, values in one.columns.items():
        if field not in other.columns or values.shape[1:] != other.columns[field].shape[1:]:
            continue
        apart = _unequal(values, other.columns[field][order])
        if apart.any() and (first is None or int(np.argmax(apart)) < first[0]):
            first = int(np.argmax(apart)), field
    if first is None:
        return None
    place, field = first
    return one.name(place), field, *_told(field, one.columns[field][place], other.columns[field][order][place])


def _labels(who: NDArray[np.uint64]) -> NDArray[Any]:
    """One value for each row, equal where all parts are."""
    whole = np.ascontiguousarray(who)
    return (
        whole.view(np.dtype((np.void, whole.itemsize * whole.shape[1]))).reshape(-1)
        if whole.shape[1] > 1
        else whole[:, 0]
    )


def _places(mine: NDArray[Any], theirs: NDArray[Any]) -> NDArray[np.int64]:
    """Where each of mine stands among theirs, of which it is one."""
    if np.array_equal(mine, theirs):
        return np.arange(len(mine))
    order = np.argsort(theirs)
    return order[np.searchsorted(theirs[order], mine)]


def _unequal(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows differ; NaN equals NaN."""
    apart = one != other
    if one.dtype.kind == "f":
        apart &= ~(np.isnan(one) & np.isnan(other))
    found: NDArray[np.bool_] = apart.any(axis=tuple(range(1, apart.ndim)))
    return found


def _told(field: str, one: Any, other: Any) -> tuple[str, str]:
    """Two values of one row; of several numbers the first that differs."""
    a, b = np.atleast_1d(one).reshape(-1), np.atleast_1d(other).reshape(-1)
    place = int(np.argmax(_unequal(a, b)))
    return _text(field, a[place]), _text(field, b[place])


def _text(field: str, value: Any) -> str:
    if field == "marks":
        return " ".join(mark.name.lower() for mark in Marks if int(value) & mark and mark.name) or "none"
    if isinstance(value, np.uint64):
        return short(value)
    return f"{float(value):.6g}" if isinstance(value, np.floating) else str(value)
