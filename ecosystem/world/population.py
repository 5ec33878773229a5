"""Populations: the rows of a table as a Mesa agent set, without an object per row.

A `Population` answers like Mesa's `AgentSet`, but whatever names a column is done on the column:
`get`, `set`, `agg`, `sort` and `groupby` by name take no loop in Python. Members are made only
where someone looks at them one by one. Order comes from keyed draws of the members' identities,
never from the generators of the Mesa model.
"""

from __future__ import annotations

import math
import operator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, SupportsIndex, overload

import numpy as np
import pandas as pd
from mesa.agentset import AbstractAgentSet, GroupBy

from ecosystem.core.registry import UnknownName
from ecosystem.core.row import Row
from ecosystem.world.member import Member, first_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import mesa
    from numpy.typing import ArrayLike, NDArray

    from ecosystem.core.streams import Streams
    from ecosystem.core.table import Table

__all__ = ["Population"]


class Population[T: Member](AbstractAgentSet):  # type: ignore[misc]  # mesa is untyped here
    """Rows of a table as an ordered Mesa agent set.

    A column is an attribute: `population.skill` is an array in the order of the population, which
    cannot be written to, and `population.skill = 0.5` does what `set` does.

    A population of all rows grows with its table; one that was selected, sliced, sorted or
    shuffled holds the rows it had then.
    """

    def __init__(
        self,
        table: Table,
        member: type[T],
        model: mesa.Model,
        streams: Streams,
        rows: ArrayLike | None = None,
    ) -> None:
        """Make the set of all rows, or of the given ones in that order.

        Args:
            table: where the columns are; shuffling needs a column `key` of identity keys.
            member: the class of its members.
            model: the Mesa model they belong to.
            streams: where the order of a shuffle comes from.
            rows: row numbers, integers of shape (n,), each once.

        Raises:
            TypeError: if a column has the name of an attribute of populations or members, which
                would hide it, or if rows are not a row of integers.
            IndexError: if there is no such row.
            ValueError: if a row is given twice.
        """
        hidden = sorted(set(table.schema()) & {*dir(type(self)), *dir(member)})
        if hidden:
            message = (
                f"{type(table).__name__}.{hidden[0]}: {member.__name__} or Population has an "
                "attribute of that name, which would hide the column; rename the column"
            )
            raise TypeError(message)
        self._table, self._member, self._model, self._streams = table, member, model, streams
        self._rows = None if rows is None else _checked(table, rows)
        self._inside: NDArray[np.bool_] | None = None

    @property
    def model(self) -> mesa.Model:
        """The Mesa model the members belong to."""
        return self._model

    @property
    def table(self) -> Table:
        """The table whose rows the members are."""
        return self._table

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row numbers of the members in order, shape (n,)."""
        return np.arange(len(self._table)) if self._rows is None else self._rows

    @property
    def unique_id(self) -> NDArray[np.int64]:
        """Ids of the members in order, shape (n,)."""
        return first_id(type(self._table).__name__) + self.rows

    # --- a sequence of members ------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of members."""
        return len(self._table) if self._rows is None else self._rows.size

    def __iter__(self) -> Iterator[T]:
        """The members in order; rows added meanwhile are left out."""
        for index in self.rows.tolist():
            yield self._member(self._table, index, self._model)

    def __contains__(self, member: object) -> bool:
        """Whether a member, or any view of its row, is in the set."""
        if not isinstance(member, Row) or member._table is not self._table:  # noqa: SLF001 - one mechanism in two classes
            return False
        if self._rows is None:
            return member.index < len(self._table)
        if self._inside is None:
            self._inside = np.zeros(len(self._table), np.bool_)
            self._inside[self._rows] = True
        return member.index < self._inside.size and bool(self._inside[member.index])

    @overload
    def __getitem__(self, item: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, item: slice) -> Self: ...
    def __getitem__(self, item: SupportsIndex | slice) -> T | Self:
        """The member at a place, a negative one counted from the end, or those of a slice."""
        if isinstance(item, slice):
            return self._keep(self.rows[item])
        try:
            place = operator.index(item)
        except TypeError as error:
            message = f"{self!r}: {item!r} is no place and no slice; for a mask, use select(mask)"
            raise TypeError(message) from error
        size = len(self)
        if not -size <= place < size:
            message = f"{self!r}: no member {place}"
            raise IndexError(message)
        place %= size
        index = place if self._rows is None else int(self._rows[place])
        return self._member(self._table, index, self._model)

    def to_list(self) -> list[T]:
        """The members in order."""
        return list(self)

    def copy(self) -> Self:
        """Another set of the same rows of the same table."""
        return self._keep(self._rows)

    __copy__ = copy

    def __repr__(self) -> str:
        """Show how many of what."""
        return f"Population({len(self)} {self._member.__name__}, rows of {self._table_name})"

    def __dir__(self) -> list[str]:
        """The columns too, for interactive use."""
        return [*super().__dir__(), *self._table.schema()]

    # --- columns --------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> NDArray[Any]:
        """A column of the members in order, read-only: shape (n, ...)."""
        if name.startswith("_"):  # not even the table may be there yet, while unpickling
            message = f"{type(self).__name__} has no attribute {name!r}"
            raise AttributeError(message)
        if name not in self._table.schema():
            raise self._unknown(name, "column", self._table.schema())
        return self._column(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a column; nothing else can be set."""
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self.set(name, value)

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> NDArray[Any] | list[Any]:
        """The values of one attribute, or of several.

        Args:
            attr_names: columns, `unique_id`, `index`, or attributes of the member class.
            handle_missing: "error", or "default" to put `default_value` where nothing has the name.
            default_value: what "default" puts.

        Returns:
            For one name an array (n, ...) if it is a column or an id, else a list of n; for several
            names a list for each member.

        Raises:
            AttributeError: if nothing has the name.
            ValueError: if `handle_missing` is neither of the two.
        """
        if handle_missing not in {"error", "default"}:
            message = f"handle_missing is {handle_missing!r}; it must be 'error' or 'default'"
            raise ValueError(message)
        missing = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._values(attr_names, missing)
        columns = [self._values(name, missing) for name in attr_names]
        if not columns:
            return [[] for _ in range(len(self))]
        return [list(values) for values in zip(*columns, strict=True)]

    def set(self, attr_name: str, value: ArrayLike) -> Self:
        """Write a column: one value for all, or an array (n, ...) in the order of the population.

        Raises AttributeError if there is no such column, TypeError if the kind of number differs,
        and ValueError if the shape does or the column cannot hold a value.
        """
        declared = self._table.schema().get(attr_name)
        if declared is None:
            raise self._unknown(attr_name, "column", self._table.schema())
        cells = getattr(self._table, attr_name)
        shape = (len(self), *cells.shape[1:])
        given = np.asarray(value)
        if given.ndim and given.shape == cells.shape[1:]:
            given = np.broadcast_to(given, shape)
        cells[self._place] = declared.convert(given, shape, self._table_name)
        return self

    def agg(self, attribute: str, func: Callable[[Any], Any] | Iterable[Callable[[Any], Any]]) -> Any:
        """A function of all values of an attribute; a list of results for several functions."""
        values = self.get(attribute)
        return func(values) if callable(func) else [each(values) for each in func]

    def to_dataframe(self) -> pd.DataFrame:
        """A copy of the columns, one row per member, by `unique_id`.

        A column of several numbers becomes `name_0`, `name_1` and so on.
        """
        columns = {}
        for name in self._table.schema():
            values = self._column(name)
            for place in np.ndindex(values.shape[1:]):
                columns["_".join([name, *map(str, place)])] = values[:, *place]
        return pd.DataFrame(columns, pd.Index(self.unique_id, name="unique_id"), copy=True)

    # --- subsets and orders ---------------------------------------------------------------------

    def select(
        self,
        filter_func: Callable[[T], bool] | ArrayLike | None = None,
        at_most: float = math.inf,
        inplace: bool = False,  # noqa: FBT001, FBT002 - Mesa's signature
        agent_type: type | None = None,
    ) -> Self:
        """The members that pass, in the order they have: `people.select(people.skill > 0.9)`.

        Args:
            filter_func: a function of a member, or, faster, a mask bool[n].
            at_most: the first so many of those that pass; a float up to 1.0 is a share of all.
            inplace: keep only these in this very set, and return it.
            agent_type: a class that members must be of.
        """
        share = isinstance(at_most, float) and at_most <= 1.0
        most = max(0, math.ceil(min(int(len(self) * at_most) if share else at_most, len(self))))
        if agent_type is not None and not issubclass(self._member, agent_type):
            most = 0
        if filter_func is None:
            rows = self.rows[:most]
        elif callable(filter_func):
            passing = (member.index for member in self if filter_func(member))
            rows = np.fromiter(islice(passing, most), np.int64)
        else:
            rows = self.rows[self._mask(filter_func)][:most]
        return self._keep(rows, inplace=inplace)

    def shuffle(
        self,
        inplace: bool = False,  # noqa: FBT001, FBT002 - Mesa's signature
        *,
        decision: str = "shuffle",
    ) -> Self:
        """The members in an order that is a pure function of seed, step, decision and identities.

        So two shuffles in one step agree unless they are for different decisions, and whoever is
        in two populations stands in the same order in both.
        """
        return self._keep(self._keyed_order(decision), inplace=inplace)

    def sort(
        self,
        key: Callable[[T], Any] | str,
        ascending: bool = False,  # noqa: FBT001, FBT002 - Mesa's signature
        inplace: bool = False,  # noqa: FBT001, FBT002 - Mesa's signature
    ) -> Self:
        """The members by an attribute or a function, the largest first; ties stay in order.

        In a column, NaN comes last either way.
        """
        values = self._single("sort", key)
        if isinstance(values, list):
            places = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
            order = np.array(places, np.int64)
        elif ascending:
            order = np.argsort(values, kind="stable")
        else:
            # `~` turns the order of whole numbers and booleans round, with or without sign.
            falling = -values if values.dtype.kind in "fc" else ~values
            order = np.argsort(falling, kind="stable")
        return self._keep(self.rows[order], inplace=inplace)

    def groupby(
        self,
        by: Callable[[T], Any] | str,
        result_type: Literal["agentset", "list"] = "agentset",
    ) -> GroupBy:
        """Populations (or lists of members) by the value of an attribute or a function.

        Groups come in the order in which they first appear; in a column, all NaN are one group.
        """
        values = self._single("groupby", by)
        if isinstance(values, list):
            seen: dict[Any, int] = {}
            label = np.array([seen.setdefault(value, len(seen)) for value in values], np.int64)
            names, first = list(seen), np.arange(len(seen))
        else:
            found, first, label = np.unique(values, return_index=True, return_inverse=True)
            names = found.tolist()
        together = self.rows[np.argsort(label, kind="stable")]
        parts = np.split(together, np.cumsum(np.bincount(label))[:-1])
        groups = {names[i]: self._keep(parts[i]) for i in np.argsort(first).tolist()}
        if result_type == "agentset":
            return GroupBy(groups)
        return GroupBy({name: group.to_list() for name, group in groups.items()})

    # --- one by one -----------------------------------------------------------------------------

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method of every member, or a function with every member, in order."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Like `do`, in a keyed order of its own for each step and name of a method."""
        name = method if isinstance(method, str) else getattr(method, "__name__", "call")
        self._keep(self._keyed_order(f"shuffle_do.{name}")).do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Like `do`, returning what the calls return."""
        if not isinstance(method, str):
            return [method(member, *args, **kwargs) for member in self]
        if not callable(getattr(self._member, method, None)):
            methods = [n for n in self._public if callable(getattr(self._member, n))]
            raise self._unknown(method, "method", methods)
        return [getattr(member, method)(*args, **kwargs) for member in self]

    # --- what a population refuses --------------------------------------------------------------

    def add(self, agent: object) -> NoReturn:
        """Refuse: TypeError."""
        message = (
            f"{self!r}: a {type(agent).__name__} cannot be added by hand, because members are rows; append rows "
            f"to the table ({self._table_name}.append), or unite sets of its rows with `|`"
        )
        raise TypeError(message)

    def remove(self, agent: object) -> NoReturn:
        """Refuse: TypeError."""
        message = (
            f"{self!r}: a {type(agent).__name__} cannot be removed by hand, because members are rows; take those "
            "that stay with select(mask), or mark who has left in a column"
        )
        raise TypeError(message)

    discard = remove

    # --- within -----------------------------------------------------------------------------------

    @property
    def _table_name(self) -> str:
        return type(self._table).__name__

    @property
    def _public(self) -> list[str]:
        return [name for name in dir(self._member) if not name.startswith("_")]

    @property
    def _place(self) -> slice | NDArray[np.int64]:
        return slice(None) if self._rows is None else self._rows

    def _keep(self, rows: NDArray[np.int64] | None, *, inplace: bool = False) -> Self:
        """This set, or another like it, with the given rows; None for all of the table."""
        kept = self if inplace else object.__new__(type(self))
        if rows is not None:
            rows.flags.writeable = False  # it can be shared
        kept.__dict__.update(self.__dict__, _rows=rows, _inside=None)
        return kept

    def _column(self, name: str) -> NDArray[Any]:
        values: NDArray[Any] = getattr(self._table, name)[self._place]
        values.flags.writeable = False  # a write would reach the table from all rows alone
        return values

    def _values(self, name: str, missing: tuple[Any, ...]) -> NDArray[Any] | list[Any]:
        if name in self._table.schema():
            return self._column(name)
        if name in {"unique_id", "index"}:
            return self.unique_id if name == "unique_id" else self.rows
        if hasattr(self._member, name):
            return [getattr(member, name, *missing) for member in self]
        if missing:
            return list(missing) * len(self)
        raise self._unknown(name, "attribute", [*self._table.schema(), *self._public])

    def _single(self, verb: str, by: Callable[[T], Any] | str) -> NDArray[Any] | list[Any]:
        """One value per member, by function or name."""
        values = [by(member) for member in self] if callable(by) else self.get(by)
        if isinstance(values, np.ndarray) and values.ndim > 1:
            message = f"{self!r}: {verb} by {by!r}, which holds {values.shape[1:]} numbers each"
            raise TypeError(message)
        return values

    def _mask(self, given: ArrayLike) -> NDArray[np.bool_]:
        mask = np.asarray(given)
        if mask.dtype != np.bool_ or mask.shape != (len(self),):
            message = (
                f"{self!r}: select takes a function or a mask bool[{len(self)}], not {mask.dtype}{list(mask.shape)}"
            )
            raise TypeError(message) if mask.dtype != np.bool_ else ValueError(message)
        return mask

    def _keyed_order(self, decision: str) -> NDArray[np.int64]:
        """Rows by a keyed random number: all 64 bits, which no two keys share, so no ties."""
        if "key" not in self._table.schema():
            message = f"{self!r}: shuffling goes by identity; give {self._table_name} a column key"
            raise TypeError(message)
        key = getattr(self._table, "key")[self._place]  # noqa: B009 - a column of subclasses
        bits = self._streams.bits(f"{self._table_name}.{decision}", key)
        return self.rows[np.argsort(bits, kind="stable")]

    def _from_iterable(self, members: Iterable[object]) -> Self:
        """A set of the given members; the set operations of `collections.abc.Set` call it."""
        rows: dict[int, None] = {}
        for member in members:
            if not isinstance(member, Row) or member._table is not self._table:  # noqa: SLF001 - one mechanism in two classes
                message = (
                    f"{self!r} cannot hold a {type(member).__name__} from elsewhere; members are rows of one table"
                )
                raise TypeError(message)
            rows[member.index] = None
        return self._keep(np.fromiter(rows, np.int64))

    def _update(self, agents: Iterable[object]) -> Self:
        """Hold the given members from now on; part of Mesa's interface."""
        return self._keep(self._from_iterable(agents).rows, inplace=True)

    def _unknown(self, name: str, what: str, valid: Iterable[str]) -> AttributeError:
        return AttributeError(str(UnknownName(f"{what} of {self._member.__name__}", name, valid)))


def _checked(table: Table, rows: ArrayLike) -> NDArray[np.int64]:
    """Row numbers as an array of its own, after a look that they are rows of the table."""
    given, where = np.asarray(rows), type(table).__name__
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        message = f"{where}: rows must be one row of integers, got {given.dtype}{list(given.shape)}"
        raise TypeError(message)
    result = given.astype(np.int64)
    outside = (result < 0) | (result >= len(table))
    if outside.any():
        message = f"{where}: no row {given[np.argmax(outside)]}, there are {len(table)}"
        raise IndexError(message)
    if np.unique(result).size != result.size:
        twice = np.flatnonzero(np.bincount(result) > 1)[0]
        message = f"{where}: row {twice} is given twice; a set holds each row once"
        raise ValueError(message)
    result.flags.writeable = False
    return result
