"""Calendar months and the clock of a run."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Any, overload

from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"
_MONTHS = 12  # per year, the Gregorian calendar


@functools.total_ordering
class Month:
    """A calendar month, written "2018-01": a frozen, ordered value, and a type for parameters.

    No dataclass, because pydantic would show the default of a field as a table of two numbers.
    """

    __slots__ = ("month", "year")
    year: int
    month: int

    def __init__(self, year: int, month: int) -> None:
        """Take a month of the years 1 to 9999 (the range of datetime.date)."""
        if not (dt.MINYEAR <= year <= dt.MAXYEAR and 1 <= month <= _MONTHS):
            message = f"no such month: year {year}, month {month}"
            raise ValueError(message)
        object.__setattr__(self, "year", year)
        object.__setattr__(self, "month", month)

    def __setattr__(self, name: str, _value: object) -> None:
        """Refuse: a month is a value."""
        message = f"a Month cannot be changed (attribute {name!r})"
        raise AttributeError(message)

    def __reduce__(self) -> tuple[type[Month], tuple[int, int]]:
        """Pickle by value."""
        return Month, (self.year, self.month)

    def __eq__(self, other: object) -> bool:
        """The same month."""
        return self._count == other._count if isinstance(other, Month) else NotImplemented

    def __lt__(self, other: Month) -> bool:
        """Earlier."""
        return self._count < other._count if isinstance(other, Month) else NotImplemented

    def __hash__(self) -> int:
        """By value."""
        return hash((Month, self._count))

    def __repr__(self) -> str:
        """Show as code."""
        return f'Month.parse("{self}")'

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2018-01"; anything else is a ValueError that says what is expected."""
        if not isinstance(text, str) or not re.fullmatch(_PATTERN, text):
            message = f'{text!r} is not a month; write year and month as "2018-01"'
            raise ValueError(message)
        return cls(int(text[:4]), int(text[5:]))

    def __str__(self) -> str:
        """Write as "2018-01"."""
        return f"{self.year:04d}-{self.month:02d}"

    def __add__(self, months: int) -> Month:
        """The month so many months later."""
        if not isinstance(months, int):
            return NotImplemented
        year, month = divmod(self._count + months, _MONTHS)
        return Month(year, month + 1)

    @overload
    def __sub__(self, other: Month) -> int: ...
    @overload
    def __sub__(self, other: int) -> Month: ...
    def __sub__(self, other: Month | int) -> int | Month:
        """Months from `other` to this one, or the month so many months earlier."""
        if isinstance(other, Month):
            return self._count - other._count
        return self + -other if isinstance(other, int) else NotImplemented

    @property
    def _count(self) -> int:
        return self.year * _MONTHS + self.month - 1

    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @classmethod
    def _validate(cls, value: Any) -> Month:
        return value if isinstance(value, Month) else cls.parse(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Validate from a Month or its string; serialise to the string."""
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A string of year and month."""
        return {"type": "string", "pattern": _PATTERN, "examples": ["2018-01"]}


class Clock:
    """Counts the months of a run.

    Attributes:
        start: the month of step 0.
        step: months done so far.
    """

    def __init__(self, start: Month) -> None:
        """Stand at the start."""
        self.start = start
        self.step = 0

    def __repr__(self) -> str:
        """Show where the clock stands."""
        return f"Clock(start={self.start}, step={self.step})"

    @property
    def date(self) -> Month:
        """The month of the current step."""
        return self.start + self.step

    def advance(self) -> None:
        """Go on by one month."""
        self.step += 1

    def step_of(self, month: Month) -> int:
        """The step at which `month` comes; negative before the start."""
        return month - self.start
