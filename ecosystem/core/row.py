"""One row of a table as an object, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecosystem.core.table import Table

__all__ = ["Row"]


class Row:
    """One row of a table: its attributes read and write the columns. A view, made on demand."""

    __slots__ = ("_index", "_table")
    _index: int
    _table: Table

    def __init__(self, table: Table, index: int) -> None:
        """Look at row `index` of `table`."""
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "_index", index)

    @property
    def index(self) -> int:
        """The number of the row."""
        return self._index

    def __getattr__(self, name: str) -> Any:
        """The value of a column in this row."""
        if name not in type(self._table).schema():
            message = f"{type(self._table).__name__} has no column {name!r}"
            raise AttributeError(message)
        return getattr(self._table, name)[self._index]

    def __setattr__(self, name: str, value: Any) -> None:
        """Write the value of a column in this row."""
        declared = type(self._table).schema().get(name)
        if declared is None:
            message = f"{type(self._table).__name__} has no column {name!r}"
            raise AttributeError(message)
        cells = self._table._owned(name)  # noqa: SLF001 - one mechanism in two classes
        where = f"{type(self._table).__name__}[{self._index}]"
        cells[self._index] = declared.convert(value, cells.shape[1:], where)

    def __eq__(self, other: object) -> bool:
        """The same row of the same table."""
        if not isinstance(other, Row):
            return NotImplemented
        return self._table is other._table and self._index == other._index

    def __hash__(self) -> int:
        """By table and row."""
        return hash((id(self._table), self._index))

    def __dir__(self) -> list[str]:
        """The columns too, for interactive use."""
        return [*super().__dir__(), *type(self._table).schema()]

    def __repr__(self) -> str:
        """Show every column."""
        cells = ", ".join(f"{name}={getattr(self, name)}" for name in type(self._table).schema())
        return f"{type(self._table).__name__}[{self._index}]({cells})"
