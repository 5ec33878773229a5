"""Columns of a table as they are taken from a run: numbers as arrays, names as codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.world.world import World

__all__ = ["Column", "Named", "dates", "frame"]


class Named(NamedTuple):
    """A column of names."""

    codes: NDArray[np.integer]
    """Place of each row's name, from 0; -1 for the last. Shape (rows,)."""
    names: Sequence[str]
    """What the codes stand for."""

    def texts(self) -> NDArray[np.object_]:
        """The names row by row, shape (rows,)."""
        texts: NDArray[np.object_] = np.array(self.names, dtype=object)[self.codes]
        return texts


type Column = NDArray[Any] | Named
"""Numbers or truth values, texts as objects, or names; one for each row."""


def dates(world: World, steps: NDArray[np.integer]) -> Named:
    """The calendar month of each step, "2018-01"."""
    return Named(steps, [str(world.clock.start + step) for step in range(len(world.timeline))])


def frame(columns: Mapping[str, Column]) -> pd.DataFrame:
    """Columns as a data frame, names and texts as text."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    content: dict[str, Any] = {}
    for name, column in columns.items():
        values = column.texts() if isinstance(column, Named) else column
        content[name] = pd.array(values, dtype="str") if values.dtype.kind == "O" else values
    return pd.DataFrame(content)
