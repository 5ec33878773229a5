"""Tables: growable typed columns for machines, rows as views for people (`row.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

import numpy as np

from ecosystem.core.bits import blank, one_value, same, unequal
from ecosystem.core.row import Row
from ecosystem.core.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

_FIRST_CAPACITY = 16  # rows at the first growth; assumption: small against any real table
# Rows kept per row discarded, up to which they are moved into the room that it left.
# assumption: a few moves per row discarded are cheap, and bound what is written to to the rows and a quarter.
_WORTH_MOVING = 4
_KINDS = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}  # a number may be kept in a kind of its rank up
_WHOLE_LIMIT = 2.0**63  # beyond it, going back from a float to a whole number may overflow


class Column[S: np.generic]:
    """The declaration of a column; on a table it gives the live rows as an array.

    Attributes:
        name: as declared in the class.
        dtype: of one number.
        unit: of one number ("1" for a pure number).
        meaning: what the column holds.
        shape: of one row's value, numbers or names of dimensions; () for a single number.
        default: what rows get that are appended without a value.
        sparse: whether it takes no memory while all rows have the default.
        filling: the same as the column keeps it.
    """

    name: str
    filling: NDArray[S]

    def __init__(
        self, dtype: type[S], unit: str, meaning: str, shape: tuple[int | str, ...], default: Any, *, sparse: bool
    ) -> None:
        """Hold the declaration; made by `column`."""
        self.dtype, self.sparse = np.dtype(dtype), sparse
        self.unit, self.meaning, self.shape, self.default = unit, meaning, shape, default
        self._limits = np.iinfo(self.dtype) if self.dtype.kind in "iu" else None

    def __set_name__(self, owner: type, name: str) -> None:
        """Take the name of the attribute."""
        if hasattr(Table, name) or name.startswith("_"):
            message = f"{owner.__name__}: a column cannot be called {name!r}; tables use that name"
            raise TypeError(message)
        self.name = name
        self.filling = self.convert(self.default, (), owner.__name__)

    @overload
    def __get__(self, table: None, owner: type) -> Column[S]: ...
    @overload
    def __get__(self, table: Table, owner: type) -> NDArray[S]: ...
    def __get__(self, table: Table | None, owner: type) -> Column[S] | NDArray[S]:
        """All rows: a view that writes through, stale once the table grows or rows are discarded.

        That of a sparse column in which all rows have had one value cannot be written to: `Table.writable` can.
        """
        if table is None:
            return self
        try:
            return table._views[self.name]  # noqa: SLF001 - one mechanism in two classes
        except KeyError:
            return table._live(self.name)  # noqa: SLF001

    def __set__(self, table: Table, value: ArrayLike) -> None:
        """Set all rows, from an array of them or from one number."""
        if value is table._views.get(self.name):  # noqa: SLF001 - one mechanism in two classes
            return  # the rows as they stand
        table._set(self.name, value)  # noqa: SLF001

    def convert(self, value: ArrayLike, shape: tuple[int, ...], where: str) -> NDArray[Any]:
        """Values as this column's dtype: an array of `shape`, or one number for all.

        Raises TypeError if the kind of number differs, and ValueError if the shape does or if a
        whole number would change. A float may be rounded to the column's precision.
        """
        if type(value) is np.ndarray and value.dtype == self.dtype and value.shape == shape:
            return value  # mostly, and quick to see
        array = np.asarray(value)
        if array.ndim and array.shape != shape:
            message = f"{where}.{self.name}: shape {array.shape} given, {shape} needed"
            raise ValueError(message)
        if not array.size or np.can_cast(array.dtype, self.dtype, "safe"):
            return array.astype(self.dtype, copy=False)
        rank = _KINDS.get(array.dtype.kind)
        if rank is None or rank > _KINDS[self.dtype.kind]:
            message = f"{where}.{self.name}: {array.dtype} cannot be kept as {self.dtype}"
            raise TypeError(message)
        limits = self._limits
        if limits and array.dtype.kind in "iu" and limits.min <= array.min() and array.max() <= limits.max:
            return array.astype(self.dtype)  # mostly
        with np.errstate(over="ignore", invalid="ignore"):
            result = array.astype(self.dtype)
        changed = _changed(array, result)
        if changed.any():
            first = array.flat[int(np.argmax(changed))]
            message = f"{where}.{self.name}: {first} does not fit {self.dtype}"
            raise ValueError(message)
        return result


def _changed(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a conversion lost more than the rounding of a float."""
    if before.dtype.kind == "f":
        return np.atleast_1d(np.isfinite(before) & ~np.isfinite(after))
    if after.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            back = after.astype(before.dtype)
        return np.atleast_1d((back != before) | (np.abs(after) >= _WHOLE_LIMIT))
    return np.atleast_1d((after.astype(before.dtype) != before) | ((after < 0) != (before < 0)))


def column[S: np.generic](
    dtype: type[S],
    *,
    unit: str,
    meaning: str,
    shape: tuple[int | str, ...] = (),
    default: Any = 0,
    sparse: bool = False,
) -> Column[S]:
    """Declare a column of a table.

    Written `votes = column(np.float32, unit="votes", meaning="...")` in the class. A name in
    `shape` is a dimension that each table gets when it is made: `Items(styles=8)`. A column that often has one
    value throughout may be `sparse`: it takes no memory until it is given a second one.
    """
    return Column(dtype, unit, meaning, shape, default, sparse=sparse)


class Table:
    """Columns of equal length that grow together. Subclasses declare the columns with `column`.

    Growth doubles the room, so that appending costs a constant per row; the room of discarded rows
    is used again. Arrays taken from a table are views and go stale when it grows.

    Room is asked for as zeroed memory, which takes none until it is written to. Zeros are therefore not
    written where nothing has been yet: room that is not used and columns of zeros cost nothing.
    """

    row_class: ClassVar[type[Row]] = Row
    _schema: ClassVar[dict[str, Column[Any]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the columns, those of the parents first."""
        super().__init_subclass__(**kwargs)
        own = {name: entry for name, entry in vars(cls).items() if isinstance(entry, Column)}
        inherited = [base.schema() for base in reversed(cls.__mro__[1:]) if issubclass(base, Table)]
        cls._schema = {name: entry for base in inherited for name, entry in base.items()} | own

    def __init__(self, capacity: int = 0, **dims: int) -> None:
        """Make an empty table with room for `capacity` rows and the named dimensions."""
        named = {part for entry in self._schema.values() for part in entry.shape}
        needed = {part for part in named if isinstance(part, str)}
        if needed != set(dims):
            message = f"{type(self).__name__}: dimensions {sorted(needed)} needed, {dims} given"
            raise TypeError(message)
        self.dims = {name: int(size) for name, size in dims.items()}
        self._shapes = {
            name: tuple(self.dims[part] if isinstance(part, str) else part for part in entry.shape)
            for name, entry in self._schema.items()
        }
        """Of one row's value, by column."""
        self._start = self._rows = 0  # the rows are those from _start on; what lies before has been discarded
        self._fresh = 0  # from here on nothing has ever been written
        self._capacity = capacity
        # What all rows have, of sparse columns without an array.
        self._constants = {name: entry.filling for name, entry in self._schema.items() if entry.sparse}
        self._arrays: dict[str, NDArray[Any]] = {
            name: self._room(entry, capacity) for name, entry in self._schema.items() if not entry.sparse
        }
        self._views: dict[str, NDArray[Any]] = {}
        """The rows of columns that have been looked at since they last were others."""

    def __getstate__(self) -> dict[str, Any]:
        """All but the views, of which a copy would look at nothing but itself."""
        return self.__dict__ | {"_views": {}}

    def _room(self, entry: Column[Any], capacity: int) -> NDArray[Any]:
        return np.zeros((capacity, *self._shapes[entry.name]), entry.dtype)

    def _live(self, name: str) -> NDArray[Any]:
        """The rows of a column, not to be written to where it is sparse."""
        view = self._views.get(name)
        if view is None:
            if name in self._arrays:
                view = self._arrays[name][self._start : self._start + self._rows]
            else:
                view = np.broadcast_to(self._constants[name], (self._rows, *self._shapes[name]))
            self._views[name] = view
        return view

    def _owned(self, name: str) -> NDArray[Any]:
        """The rows of a column to write to."""
        if name not in self._arrays:
            self._arrays[name] = self._room(self._schema[name], self._capacity)
            self._views.pop(name, None)
            self._live(name)[...] = self._constants[name]
        return self._live(name)

    def _set(self, name: str, value: ArrayLike) -> None:
        """Set all rows of a column, from an array of them or from one number."""
        entry, where = self._schema[name], type(self).__name__
        values = entry.convert(value, (self._rows, *self._shapes[name]), where)
        constant = None if name in self._arrays else one_value(values)
        if constant is not None:
            self._constants[name] = constant
            self._views.pop(name, None)
        else:
            self._owned(name)[...] = values

    def compact(self, name: str) -> NDArray[Any]:
        """The rows of a column; of a sparse one in which all have had one value, one row that stands for all."""
        if name in self._arrays:
            return self._live(name)
        return np.array(np.broadcast_to(self._constants[name], (1, *self._shapes[name])))

    def writable(self, name: str) -> NDArray[Any]:
        """The rows of a column, as a view to write to whatever they hold."""
        return self._owned(name)

    @classmethod
    def schema(cls) -> dict[str, Column[Any]]:
        """The columns by name, in the order of declaration."""
        return cls._schema

    @property
    def capacity(self) -> int:
        """Rows there is room for without growing."""
        return self._capacity

    @property
    def bytes_per_row(self) -> int:
        """Bytes that one row takes in all columns, none of them sparse or zero."""
        return sum(
            entry.dtype.itemsize * int(np.prod(self._shapes[entry.name], dtype=np.int64))
            for entry in self._schema.values()
        )

    def __len__(self) -> int:
        """The number of rows."""
        return self._rows

    def __repr__(self) -> str:
        """Name, rows and columns."""
        return f"{type(self).__name__}({self._rows} rows: {', '.join(self._schema)})"

    def reserve(self, capacity: int) -> None:
        """Make room for `capacity` rows in all."""
        if capacity <= self._capacity:
            return
        self._views = {}  # or they would keep what each column leaves behind
        rows = slice(self._start, self._start + self._rows)
        for name in self._arrays:
            grown = self._room(self._schema[name], capacity)
            if not blank(self._arrays[name][rows]):
                grown[: self._rows] = self._arrays[name][rows]
            self._arrays[name] = grown
        self._start, self._fresh, self._capacity = 0, self._rows, capacity

    def _make_room(self, n: int) -> None:
        """Make room for `n` rows after the last."""
        needed = self._rows + n
        if self._start + needed > self._capacity:
            self.reserve(max(needed, 2 * self._capacity, _FIRST_CAPACITY))

    def _move_up(self) -> None:
        """Move the rows into the room of those discarded before them, of which there are enough."""
        start, stop = self._start, self._start + self._rows
        for array in self._arrays.values():
            if blank(array[start:stop]) and blank(array[: self._rows]):
                continue
            for first in range(start, stop, max(1, start)):  # not over themselves: that would take a copy
                block = array[first : min(first + start, stop)]
                array[first - start : first - start + len(block)] = block
        self._start = 0

    def append(self, n: int, /, **columns: ArrayLike) -> slice:
        """Add `n` rows, each column from an array of n or one number, or else its default.

        Returns the slice of the new rows. On an error nothing is added.
        """
        unknown = set(columns) - set(self._schema)
        if unknown or n < 0:
            what = f"no column {min(unknown)!r}" if unknown else f"cannot append {n} rows"
            message = f"{type(self).__name__}: {what}"
            raise TypeError(message) if unknown else ValueError(message)
        where = type(self).__name__
        values = {name: entry.filling for name, entry in self._schema.items()}
        for name, value in columns.items():
            entry = self._schema[name]
            values[name] = entry.convert(value, (n, *self._shapes[entry.name]), where)
        self._make_room(n)
        start, stop = self._rows, self._rows + n
        fresh, self._fresh = self._start + start >= self._fresh, max(self._fresh, self._start + stop)
        for name, value in values.items():
            if name in self._arrays:
                continue
            constant = None if self._rows else one_value(value)
            rows = np.broadcast_to(value, (1, *self._shapes[name])) if value.ndim == 0 else value
            if constant is not None:
                self._constants[name] = constant
            elif n and not same(rows, self._constants[name]):
                self._owned(name)
        self._rows, self._views = stop, {}
        written = [name for name in self._arrays if not (fresh and blank(values[name]))]

        def work(first: int, last: int) -> None:
            new = slice(self._start + start + first, self._start + start + last)
            for name in written:
                value = values[name]
                self._arrays[name][new] = value[first:last] if value.ndim else value

        share_out(work, n)
        return slice(start, stop)

    def discard(self, stop: int, kept: NDArray[np.integer] | None = None) -> None:
        """Remove the rows before `stop` but for those in `kept` (rising, each once), and number the rest from 0.

        No memory is given back: rows appended later take it. Arrays and rows taken before are stale.
        """
        staying = np.empty(0, np.int64) if kept is None else np.asarray(kept)
        if not 0 <= stop <= self._rows or (staying.size and not 0 <= staying[0] <= staying[-1] < stop):
            message = f"{type(self).__name__}: cannot discard the rows before {stop} of {self._rows} but for {staying}"
            raise IndexError(message)
        gone = stop - len(staying)
        if len(staying) and gone:
            for name in self._arrays:  # those that stay move up to the rows after them, of which there are more
                rows = self._live(name)
                rows[gone:stop] = rows[staying]
        self._rows -= gone
        self._start = self._start + gone if self._rows else 0
        if _WORTH_MOVING * self._start >= max(1, self._rows):
            self._move_up()
        self._views = {}

    def row(self, index: int) -> Row:
        """The row at an index; a negative one counts from the end."""
        place = index + self._rows if index < 0 else index
        if not 0 <= place < self._rows:
            message = f"{type(self).__name__}: no row {index}, there are {self._rows}"
            raise IndexError(message)
        return self.row_class(self, place)

    def dump(self) -> dict[str, NDArray[Any]]:
        """A copy of every column's rows, by name."""
        return {name: np.array(self._live(name), order="C") for name in self._schema}

    def load(self, columns: Mapping[str, NDArray[Any]]) -> Self:
        """Replace all rows by dumped ones; names, dtypes and dimensions must be those declared."""
        where = type(self).__name__
        if set(columns) != set(self._schema):
            odd = sorted(set(columns) ^ set(self._schema))
            message = f"{where}: columns missing or unknown: {', '.join(odd)}"
            raise ValueError(message)
        lengths = {len(array) for array in columns.values()}
        if len(lengths) > 1:
            message = f"{where}: columns of different lengths: {sorted(lengths)}"
            raise ValueError(message)
        rows = lengths.pop() if lengths else 0
        for name, entry in self._schema.items():
            found, shape = columns[name], (rows, *self._shapes[entry.name])
            if found.dtype != entry.dtype or found.shape != shape:
                message = f"{where}.{name}: {found.dtype}{found.shape} given, {entry.dtype}{shape} needed"
                raise ValueError(message)
        self._arrays, self._constants, self._views = {}, {}, {}
        for name, entry in self._schema.items():
            constant = one_value(columns[name]) if entry.sparse and rows else None
            if constant is not None or (entry.sparse and not rows):
                self._constants[name] = entry.filling if constant is None else constant
            else:
                self._arrays[name] = np.array(columns[name], order="C")
        self._start, self._rows, self._fresh, self._capacity = 0, rows, rows, rows
        return self

    def equals(self, other: Table) -> bool:
        """Whether both hold the same columns and rows to the bit; a NaN equals a NaN."""
        return not self.differences(other)

    def differences(self, other: Table) -> list[str]:
        """What differs, one line per column: the first row that does and both its values."""
        if list(self._schema) != list(other._schema) or self.dims != other.dims:
            return [f"columns differ: {self!r} {self.dims} and {other!r} {other.dims}"]
        if len(self) != len(other):
            return [f"rows differ: {len(self)} and {len(other)}"]
        found = []
        for name in self._schema:
            mine, theirs = self._live(name), other._live(name)
            if mine.dtype != theirs.dtype:
                found.append(f"{name}: dtype {mine.dtype} and {theirs.dtype}")
                continue
            rows = np.flatnonzero(unequal(mine, theirs))
            if rows.size:
                first = int(rows[0])
                found.append(f"{name}: {rows.size} rows differ, first row {first}: {mine[first]} and {theirs[first]}")
        return found
