"""Which measures are recorded: all, or those of some tables, or some by name."""

from __future__ import annotations

from collections.abc import Iterable

from ecosystem.core.registry import UnknownName
from ecosystem.measures.base import MEASURES, TABLES, Measure, measures_of

__all__ = ["chosen", "names"]


def names() -> list[str]:
    """What may be chosen: tables, "web", and single measures, "web.items"."""
    MEASURES.load_plugins()
    return [*TABLES, *MEASURES]


def chosen(wanted: Iterable[str] | None) -> dict[str, tuple[Measure, ...]]:
    """The measures that some names stand for, by table; tables without any are left out.

    Args:
        wanted: tables and measures; None for all.

    Raises:
        UnknownName: no table and no measure is called so.
    """
    known = names()
    listed = set(TABLES if wanted is None else wanted)
    if unknown := listed - set(known):
        what = "table or measure"
        raise UnknownName(what, min(unknown), known)
    found = {
        table: tuple(measure for measure in measures_of(table) if table in listed or measure.key in listed)
        for table in TABLES
    }
    return {table: measures for table, measures in found.items() if measures}
