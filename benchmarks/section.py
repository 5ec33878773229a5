"""A part of the benchmarks: what it measures, what of that has a target, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.rounds import Options, Spread

__all__ = ["Data", "Section"]

type Data = dict[str, Any]
"""What was measured, as plain data that a JSON file can hold."""


def _none(_: Data) -> dict[str, Spread]:
    return {}


class Section(NamedTuple):
    """A part of the benchmarks."""

    title: str
    """Its heading."""
    measure: Callable[[Options], Data]
    """Measures."""
    render: Callable[[Data], str]
    """What the page shows, in Markdown."""
    targets: Callable[[Data], dict[str, Spread]] = _none
    """Figures that have a target, by their names in `benchmarks.targets`."""
