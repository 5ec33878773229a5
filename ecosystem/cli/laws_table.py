"""How `ecosystem laws` tells what it does and what it found."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

import typer

from ecosystem.cli.common import console, state, warn

if TYPE_CHECKING:
    from ecosystem.experiments.laws.run import LawResult

__all__ = ["News", "summary", "table"]

WIDTH = 120
"""Columns of the table where there is no terminal. assumption: what editors and mails show."""
_FIGURES = 64  # columns that the figures of a line take
_NARROWEST = 32 + _FIGURES  # columns: names of quantities are seldom longer; on less the terminal breaks lines
_INDENT = 6  # columns of the id
_COLOURS = {"pass": "green", "fail": "red", "error": "red"}


def table(laws: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the table: for each law a head, and a line for each single comparison.

    Args:
        laws: entries of the JSON document.
    """
    width = max(_NARROWEST, shutil.get_terminal_size((WIDTH, 24)).columns)
    wide = width - _FIGURES
    yield _row("law", "", ("measured", "expected", "SE", "tolerance"), "verdict", "seconds", wide)
    for law in laws:
        yield ""
        yield _row(law["id"], law["name"], ("", "", "", ""), law["verdict"], f"{law['seconds']:.1f}", wide)
        yield from _about(law, width)
        for finding in law["findings"]:
            yield _row("", f"  {_where(finding)}", _figures(finding), "pass" if finding["passed"] else "fail", "", wide)
        if law["failure"]:
            yield from textwrap.wrap(f"error: {law['failure']}", width, initial_indent=" " * _INDENT)


def summary(found: Mapping[str, Any]) -> str:
    """How many laws are met, in a line or two."""
    bad = [law["id"] for law in found["laws"] if law["verdict"] != "pass"]
    count = len(found["laws"])
    met = f"all {count} met" if not bad else f"{count - len(bad)} of {count} met, not {', '.join(bad)}"
    what = "law" if count == 1 else "laws"
    return f"\n{what}: {met}; seed {found['seed']}, {found['seconds']:.0f} s"


def _about(law: Mapping[str, Any], width: int) -> Iterator[str]:
    """What was reduced and where it comes from; derivations are left to the documentation."""
    cited = [source.split(",")[0] for source in law["source"] if not source.startswith("derived")]
    text = f"reduced to {law['reduction']}; source: {', '.join(cited) or 'derived'}"
    yield from textwrap.wrap(text, width, initial_indent=" " * _INDENT, subsequent_indent=" " * _INDENT)


def _row(name: str, text: str, figures: tuple[str, ...], verdict: str, seconds: str, wide: int) -> str:
    """A line of the table; text that is too long has its figures on the next line."""
    measured, expected, error, tolerance = figures
    right = f"{measured:>10} {expected:>10} {error:>8} {tolerance:>16}  {_coloured(f'{verdict:<7}')} {seconds:>7}"
    left = f"{name:<{_INDENT}}{text}"
    if len(left) >= wide:
        left = f"{left}\n{'':{wide}}"
    return f"{left:<{wide}}{right}".rstrip()


def _coloured(verdict: str) -> str:
    colour = _COLOURS.get(verdict.strip())
    return typer.style(verdict, fg=colour) if colour and sys.stdout.isatty() else verdict


def _where(finding: Mapping[str, Any]) -> str:
    return ", ".join(part for part in (finding["quantity"], finding["case"], finding["at"]) if part)


def _figures(finding: Mapping[str, Any]) -> tuple[str, ...]:
    error = finding["standard_error"]
    return (
        _number(finding["measured"]),
        _number(finding["expected"]),
        "" if error is None else f"{error:.2g}",
        finding["rule"],
    )


def _number(value: float | None) -> str:
    return "nan" if value is None else f"{value:.5g}"


class News:
    """Tells of each law as it is finished: a bar on a terminal, a line elsewhere, nothing with --quiet.

    Args:
        seconds: that all laws together are said to take on one core.
        laws: how many there are.
    """

    def __init__(self, seconds: float, laws: int) -> None:
        """Nothing is done yet."""
        self._laws, self._done, self._bar, self._task = laws, 0, None, None
        if sys.stderr.isatty() and not state.quiet:
            self._bar, self._task = _bar(seconds)

    def __enter__(self) -> Self:
        """Start to show."""
        if self._bar is not None:
            self._bar.start()
            self._bar.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        """Show no more."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, result: LawResult) -> None:
        """Take news of a law."""
        self._done += 1
        text = f"{self._done}/{self._laws}  {result.note.id} {result.verdict}, {result.seconds:.1f} s"
        if self._bar is not None:
            self._bar.update(self._task, advance=result.note.seconds, text=text)
            self._bar.refresh()
        elif not state.quiet:
            warn(text)


def _bar(seconds: float) -> tuple[Any, Any]:
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 - slow to import

    # Drawn when there is news, not by a thread: workers are forked best from a process without any.
    bar = Progress(
        TextColumn("{task.fields[text]}"), BarColumn(bar_width=None),
        console=console(stderr=True), auto_refresh=False, transient=True, expand=True,
    )  # fmt: skip
    return bar, bar.add_task("", total=seconds, text="running")
