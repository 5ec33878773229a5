"""What a measure is: a named number with a unit and one definition, kept in a registry."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.registry import Registry
from ecosystem.measures.observation import Observation
from ecosystem.measures.view import View

__all__ = ["MEASURES", "TABLES", "Measure", "TableName", "measure", "measures_of"]

type TableName = Literal["web", "domains", "labs", "curators", "publishers", "humans", "ledger"]
type Definition = Callable[[View], NDArray[np.float64]]

TABLES: tuple[str, ...] = get_args(TableName.__value__)
"""The tables that measures fill, month by month."""


@dataclass(frozen=True)
class Measure:
    """One metric of one table.

    Attributes:
        table: what a row is about.
        name: the column.
        unit: of the numbers.
        definition: what exactly is measured, with its source where there is one.
        function: gives one float64 per row of the table; NaN where the metric is undefined.
    """

    table: str
    name: str
    unit: str
    definition: str
    function: Definition

    @property
    def key(self) -> str:
        """Name in the registry, such as "web.items"."""
        return f"{self.table}.{self.name}"

    def compute(self, seen: Observation) -> NDArray[np.float64]:
        """The metric in the observed month, shape (rows of the table,).

        Raises:
            ValueError: the definition gives another number of values than the table has rows.
        """
        view = seen.views.get(self.table)
        if view is None:
            view = seen.views[self.table] = View(seen, self.table)
        values = np.asarray(self.function(view), dtype=np.float64)
        if values.shape != (view.rows,):
            message = (
                f"measure {self.key}: shape {values.shape} instead of one value for each of "
                f"{view.rows} rows; correct its definition"
            )
            raise ValueError(message)
        return values


MEASURES: Registry[Measure] = Registry("measure")
"""All measures by key."""


def measure(*tables: TableName, unit: str, name: str | None = None) -> Callable[[Definition], Definition]:
    """Register a function as a measure of one or more tables; its docstring is the definition.

    Args:
        tables: where the metric exists.
        unit: of its numbers.
        name: the column; by default the name of the function.

    Raises:
        ValueError: a table that does not exist, none at all, or a function without docstring.
    """
    unknown = set(tables) - set(TABLES)
    if unknown or not tables:
        wrong = f"no table {min(unknown)!r}" if unknown else "no table given"
        message = f"measure: {wrong}; name one or more of {', '.join(TABLES)}"
        raise ValueError(message)

    def register(function: Definition) -> Definition:
        column = name or function.__name__
        text = inspect.getdoc(function)
        if not text:
            message = f"measure {column!r} has no docstring; write there what it measures"
            raise ValueError(message)
        for table in tables:
            found = Measure(table, column, unit, text, function)
            MEASURES.add(found.key, found)
        return function

    return register


def measures_of(table: str) -> tuple[Measure, ...]:
    """The measures of a table, in the order of their names."""
    return tuple(found for _, found in MEASURES.items() if found.table == table)
