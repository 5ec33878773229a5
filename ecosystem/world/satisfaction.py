"""What people and labs make of the answers of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain

if TYPE_CHECKING:
    from ecosystem.world.humans import Humans
    from ecosystem.world.proposals import Asked

__all__ = ["Answers"]

type I32 = NDArray[np.int32]
type F32 = NDArray[np.float32]


@compiled
def _count(
    human: I32,
    lab: NDArray[np.int16],
    right: NDArray[np.bool_],
    by_human: NDArray[np.uint32],
    by_lab: NDArray[np.int64],
) -> None:
    """Add questions, shape (questions,), to counts of all and of those answered right, (people, 2) and (labs, 2)."""
    for i in range(np.uint64(human.size)):
        who, at, good = np.uint64(human[i]), np.uint64(lab[i]), np.uint32(right[i])
        by_human[who, 0] += np.uint32(1)
        by_human[who, 1] += good
        by_lab[at, 0] += 1
        by_lab[at, 1] += good


@compiled
def _satisfy(by_human: NDArray[np.uint32], weight: float, satisfaction: F32, reference: F32) -> None:
    """Let everyone who asked learn how often answers are right, the latest month counting for ``weight``.

    Args:
        by_human: questions and right answers, shape (people, 2).
        weight: between 0 and 1.
        satisfaction: share of right answers as remembered, NaN before the first, shape (people,).
        reference: what people are used to, shape (people,). It follows satisfaction one step behind: what was good
            enough becomes what is due.
    """
    for i in range(np.uint64(satisfaction.size)):
        if by_human[i, 0] == 0:
            continue
        share, before = by_human[i, 1] / by_human[i, 0], satisfaction[i]
        if np.isnan(before):
            satisfaction[i] = reference[i] = share
        else:
            reference[i] += np.float32(weight) * (before - reference[i])
            satisfaction[i] = before + weight * (share - before)


class Answers(NamedTuple):
    """Questions of a month and those that were answered right."""

    by_human: NDArray[np.uint32]
    """Shape (people, 2)."""
    by_lab: NDArray[np.int64]
    """Shape (labs, 2)."""

    @classmethod
    def of(cls, asked: Asked, people: int, labs: int) -> Answers:
        """Count the questions."""
        answers = cls(np.zeros((people, 2), np.uint32), np.zeros((labs, 2), np.int64))
        _count(plain(asked.human, np.int32), plain(asked.lab, np.int16), plain(asked.right, np.bool_), *answers)
        return answers

    def satisfy(self, people: Humans, weight: float) -> None:
        """Let those who asked learn from the answers, the month counting for ``weight``."""
        _satisfy(self.by_human, weight, people.writable("satisfaction"), people.writable("reference"))
