"""Where the time of a run went, for `ecosystem run --profile`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosystem.cli.common import console
from ecosystem.cli.run_summary import new_table

if TYPE_CHECKING:
    from ecosystem.experiments.results import Results

__all__ = ["profile", "show"]

ONCE = ("loading", "start-up")
"""What does not grow with the number of items."""


def profile(results: Results, loading: float) -> dict[str, Any] | None:
    """Items made in the run, and seconds by what they were spent on; None without `--profile`.

    Args:
        results: of the run; a run that was done before has no profile.
        loading: seconds of this process before the run began.
    """
    found = results.provenance.get("profile")
    return found and {"items": found["items"], "seconds": {"loading": loading, **found["seconds"]}}


def show(results: Results, found: dict[str, Any]) -> None:
    """Print the table."""
    out, rows = console(), new_table("Where the time went")
    rows.add_column("phase")
    for heading in ("seconds", "share", "µs per item"):
        rows.add_column(heading, justify="right")
    items, whole = found["items"], sum(found["seconds"].values())
    for name, seconds in found["seconds"].items():
        each = f"{1e6 * seconds / items:,.2f}" if items and name not in ONCE else ""
        rows.add_row(name, f"{seconds:,.3f}", f"{100 * seconds / whole:.1f} %", each)
    rows.add_row("all", f"{whole:,.3f}", "", f"{1e6 * whole / items:,.2f}" if items else "")
    out.print()
    out.print(rows)
    replicates = len(results.provenance["seeds"])
    several = f"; {replicates} replicates together" if replicates > 1 else ""
    out.print(f"{items:,} items{several}. A phase is a line of WebEcosystem.step.", style="dim")
