"""The compact protocol of Apache Thrift, as far as the footers of Parquet files use it.

Specification: github.com/apache/thrift, doc/specs/thrift-compact-protocol.md. What is read and written again
comes out as the same bytes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Field", "Listed", "Record", "from_bytes", "to_bytes"]

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _BINARY, _LIST, _RECORD = 1, 2, 3, 4, 5, 6, 8, 9, 12
"""Kinds of values."""
_LONG = 15
"""A list with this number of elements in its first byte says how many it has in the next, and a field whose
number is further than this from the one before says its number."""


class Field(NamedTuple):
    """A value and its kind."""

    kind: int
    value: Any


class Listed(NamedTuple):
    """The value of a list: the kind of its elements, and they themselves."""

    kind: int
    values: list[Any]


type Record = dict[int, Field]
"""A struct: its fields by their numbers, rising."""


def from_bytes(content: bytes) -> Record:
    """Read a struct that stands at the start of some bytes.

    Raises:
        ValueError: it has a kind of value that is not known here, or is cut off.
    """
    try:
        return _Reader(content).record()
    except IndexError:
        message = "the record is cut off"
        raise ValueError(message) from None


def to_bytes(record: Record) -> bytes:
    """Write a struct."""
    out = bytearray()
    _write(out, _RECORD, record)
    return bytes(out)


class _Reader:
    """Reads one value after another."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def record(self) -> Record:
        fields: Record = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else _signed(self._number())
            fields[number] = Field(kind, self._value(kind))
        return fields

    def _value(self, kind: int) -> Any:
        if kind in (_I16, _I32, _I64):
            return _signed(self._number())
        if kind == _BINARY:
            return self._bytes(self._number())
        if kind == _RECORD:
            return self.record()
        if kind == _LIST:
            return self._list()
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _BYTE:
            return self._byte()
        message = f"a value of kind {kind} in a Thrift record, which is not known here"
        raise ValueError(message)

    def _list(self) -> Listed:
        head = self._byte()
        size, kind = head >> 4, head & 15
        count = self._number() if size == _LONG else size
        if kind in (_TRUE, _FALSE):  # whose elements take a byte each
            return Listed(kind, [self._byte() for _ in range(count)])
        return Listed(kind, [self._value(kind) for _ in range(count)])

    def _byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def _bytes(self, size: int) -> bytes:
        self.at += size
        return self.content[self.at - size : self.at]

    def _number(self) -> int:
        """A number of seven bits to the byte, the lowest first; the eighth bit says that there is more."""
        value = shift = 0
        while (byte := self._byte()) & 128:
            value |= (byte & 127) << shift
            shift += 7
        return value | byte << shift


def _signed(value: int) -> int:
    """A number whose sign is in the lowest bit."""
    return value >> 1 ^ -(value & 1)


def _write(out: bytearray, kind: int, value: Any) -> None:
    if kind in (_I16, _I32, _I64):
        _write_number(out, value << 1 if value >= 0 else (-value << 1) - 1)
    elif kind == _BINARY:
        _write_number(out, len(value))
        out += value
    elif kind == _RECORD:
        before = 0
        for number, field in value.items():
            _write_head(out, number, number - before, field)
            before = number
        out.append(0)
    elif kind == _LIST:
        count = len(value.values)
        out.append(min(count, _LONG) << 4 | value.kind)
        if count >= _LONG:
            _write_number(out, count)
        for element in value.values:
            _write(out, _BYTE if value.kind in (_TRUE, _FALSE) else value.kind, element)
    elif kind == _BYTE:
        out.append(value)


def _write_head(out: bytearray, number: int, step: int, field: Field) -> None:
    """Write a field; a truth value is its own kind."""
    if step <= _LONG:
        out.append(step << 4 | field.kind)
    else:
        out.append(field.kind)
        _write_number(out, number << 1)
    _write(out, field.kind, field.value)


def _write_number(out: bytearray, value: int) -> None:
    while value > 127:  # noqa: PLR2004 - seven bits
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
