"""One member of a population: a row that Mesa can read like an agent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar, Self

from ecosystem.core.row import Row
from ecosystem.core.streams import name_key

if TYPE_CHECKING:
    import mesa

    from ecosystem.core.table import Table

__all__ = ["Member", "first_id"]

# Ids of members are (kind, row) in decimal, so that the row can be read off: kind * 10**9 + row.
# assumption: no table has 10**9 rows (at 70 bytes a row it would take 70 GB), and no model makes
# 10**9 Mesa agents, which Mesa numbers from 1 on.
_ROWS_PER_KIND = 10**9
# The largest kind whose ids stay below 2**53, exact in a float64 and so in JSON and JavaScript.
_KINDS = 2**53 // _ROWS_PER_KIND - 1


@cache
def first_id(table: str) -> int:
    """The id of row 0 of a table, by the name of its class.

    The kind is a hash of the name: the same in every process and without a list of kinds to keep.
    Two names share a kind with probability 1e-7.
    """
    return (1 + int(name_key("population", table)) % _KINDS) * _ROWS_PER_KIND


class Member(Row):
    """One row of a population, which Mesa can read like an agent. A view, made on demand.

    Two members are equal if they look at the same row of the same table. Subclasses add methods.
    """

    __slots__ = ("_model",)
    _model: mesa.Model | None
    pos: ClassVar[None] = None
    """No place in space: where people are is a matter of columns."""

    def __init__(self, table: Table, index: int, model: mesa.Model | None = None) -> None:
        """Look at row `index` of `table`, as part of a Mesa model if there is one."""
        super().__init__(table, index)
        object.__setattr__(self, "_model", model)

    @property
    def model(self) -> mesa.Model | None:
        """The Mesa model it belongs to."""
        return self._model

    @property
    def unique_id(self) -> int:
        """A number that no other row and no Mesa agent of the model has; it ends in the row."""
        return first_id(type(self._table).__name__) + self._index

    def __reduce__(self) -> tuple[type[Self], tuple[Table, int, mesa.Model | None]]:
        """Pickle and copy by table and row: a row refuses to have its slots set."""
        return type(self), (self._table, self._index, self._model)
