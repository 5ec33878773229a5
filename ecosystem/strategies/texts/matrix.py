"""Languages written out: a matrix of what follows what."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray
from pydantic import model_validator

from ecosystem.core.chains import chain_of
from ecosystem.core.parameters import param
from ecosystem.core.stationary import stationary
from ecosystem.core.streams import Streams
from ecosystem.strategies.texts.base import Source, TextSource, numbered

__all__ = ["Matrix"]

ROUNDING = 1e-6
"""How far a row may be from 1, and is then divided by its sum. assumption: six digits are written out."""


class Matrix(TextSource):
    """A chain of order 1 by its matrix: row i holds the chances of each next word after word i."""

    kind: ClassVar[str] = "matrix"

    transition: tuple[tuple[Annotated[float, Ge(0)], ...], ...] = param(
        unit="probability",
        source="chosen by the scenario",
        meaning="square matrix whose rows sum to 1: chance of each next word, row by row for each last word",
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        words = len(self.transition)
        for number, row in enumerate(self.transition):
            if len(row) != words:
                message = f"transition must be square: row {number} of {words} has {len(row)} entries"
                raise ValueError(message)
            if abs(sum(row) - 1) > ROUNDING:
                message = f"transition must have rows that sum to 1: row {number} sums to {sum(row):g}"
                raise ValueError(message)
        if words == 0:
            message = "transition needs at least one row"
            raise ValueError(message)
        try:
            stationary(*_edges(np.array(self.transition)))
        except ValueError as error:
            message = f"transition has no single stationary distribution: {error}"
            raise ValueError(message) from error
        return self

    def source(self, key: np.uint64, draw: Streams) -> Source:
        """See :class:`TextSource`; nothing is drawn."""
        del key, draw
        words = len(self.transition)
        start, after, probability = _edges(np.array(self.transition))
        context = np.arange(words, dtype=np.int32)[:, None]
        return Source(chain_of(words, context, start, after.astype(np.int32), probability, after), numbered(words))


def _edges(matrix: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """First transition of each word and the end, word that each leads to, probability."""
    row, word = np.nonzero(matrix)
    start = np.append(0, np.cumsum(np.count_nonzero(matrix, axis=1)))
    return start, word, matrix[row, word] / matrix.sum(axis=1)[row]
