"""What all commands share: where output goes, how scenarios are named, how errors are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ecosystem.scenario import Scenario

__all__ = [
    "FAILED", "WRONG_USE", "ClusterOption", "Failure", "JsonOption", "QuietOption", "ScenarioArgument", "SetOption",
    "ShardOption", "State", "WorkersOption", "console", "fail", "print_json", "read_scenario", "report", "say", "start",
    "state", "warn",
]  # fmt: skip

FAILED = 1
"""Exit code when the work failed: a run aborted, a law not met."""
WRONG_USE = 2
"""Exit code of wrong use or a bad file."""


@dataclass
class State:
    """How this call of the program behaves."""

    json: bool = False
    quiet: bool = False
    debug: bool = False


_WHERE = "`ecosystem --debug COMMAND ...`"

state = State()
"""Set by the options `--json`, `--quiet` and `--debug`."""


def start() -> None:
    """Begin a call afresh, and let no character stop the output of a terminal that lacks it."""
    state.json = state.quiet = state.debug = False
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


class Failure(Exception):  # noqa: N818 - what a command raises to end
    """The end of a command, by `fail`."""

    def __init__(self, text: str, code: int, problems: Sequence[dict[str, Any]] = ()) -> None:
        """Say why, with the exit code."""
        super().__init__(text)
        self.code, self.problems = code, problems


def fail(problem: object, code: int = WRONG_USE) -> NoReturn:
    """End the command: the problem goes to standard error, and to the JSON document with `--json`.

    Args:
        problem: a text, a `Problem`, or an error such as `ScenarioError`.
        code: 2 for wrong use or a bad file, 1 where the work itself failed.
    """
    raise Failure(str(problem), code, _problems(problem))


def _problems(problem: object) -> list[dict[str, Any]]:
    found = getattr(problem, "problems", [problem])
    return [entry.to_dict() if hasattr(entry, "to_dict") else {"cause": str(entry)} for entry in found]


def report(error: BaseException) -> int:
    """Tell an error in plain words; returns the exit code."""
    failure = error if isinstance(error, Failure) else _failure(error)
    warn(str(failure))
    if state.json:
        print_json({"ok": False, "problems": list(failure.problems)})
    return failure.code


def _failure(error: BaseException) -> Failure:
    """What an error means to the user: by name, because its class may never have been imported."""
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & {"ScenarioError", "RunRefused", "NetworkFileError"}:
        return Failure(str(error), WRONG_USE, _problems(error))
    if isinstance(error, ImportError) and "plugin" in str(error):
        return Failure(str(error), WRONG_USE, _problems(error))
    if isinstance(error, KeyboardInterrupt):
        text = "interrupted"
    elif isinstance(error, MemoryError):
        text = "out of memory; use fewer humans (--set scale.humans=N) or fewer workers"
    elif isinstance(error, OSError):
        text = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    elif "RunAborted" in names:
        text = str(error)
    else:
        text = f"unexpected {type(error).__name__}: {error}\nThis is a defect of the program; {_WHERE} shows where."
    return Failure(text, FAILED, [{"cause": text}])


def console(*, stderr: bool = False) -> Console:
    """A rich console: standard output for results, standard error for progress and messages.

    It shows text as it is, without markup; tables and bars get their style by themselves.
    """
    from rich.console import Console  # noqa: PLC0415 - only commands that draw tables need it

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def say(text: str = "") -> None:
    """A line of the result on standard output; nothing with `--quiet` or `--json`."""
    if not (state.quiet or state.json):
        typer.echo(text)


def warn(text: str) -> None:
    """A line on standard error, whatever the options."""
    typer.echo(text, err=True)


def print_json(document: Any) -> None:
    """The one JSON document of a command with `--json`; NaN and infinities become null."""
    typer.echo(json.dumps(_finite(document), indent=2, allow_nan=False, default=str))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {str(name): _finite(entry) for name, entry in value.items()}
    return [_finite(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def read_scenario(where: str, overrides: Iterable[str] = ()) -> Scenario:
    """The scenario of a command line: a path or name, changed by `--set`.

    Raises:
        ScenarioError: lists everything that is wrong; left alone, it ends the command with code 2.
    """
    from ecosystem.scenario import Scenario, apply_overrides  # noqa: PLC0415 - slow to import

    scenario = Scenario.read(where)
    changes = list(overrides)
    return apply_overrides(scenario, changes) if changes else scenario


def _set_json(asked: bool) -> bool:  # noqa: FBT001 - typer's signature
    state.json = asked
    return asked


def _set_quiet(asked: bool) -> bool:  # noqa: FBT001 - typer's signature
    state.quiet = asked
    return asked


ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A file, or a name: baseline is scenarios/baseline.toml.", show_default=False
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a key, e.g. scale.humans=1000 or labs.*.data.retention=0. Repeatable.",
    ),
]
WorkersOption = Annotated[
    int | None, typer.Option(min=1, help="Processes that share the runs. [default: one per processor]")
]
ClusterOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, e.g. tcp://10.0.0.1:8786.")
]
ShardOption = Annotated[
    str | None, typer.Option(metavar="I/N", help="Run this share only, for queues of jobs; see ecosystem merge.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.", callback=_set_json)]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.", callback=_set_quiet)]
