"""The program `ecosystem`: its commands hang on `app`. Nothing slow is imported before a command runs."""

from __future__ import annotations

import errno
import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ecosystem.cli import common

__all__ = ["app"]

DEBUG = "ECOSYSTEM_DEBUG"
"""Environment variable: set to 1, an error shows where in the code it arose."""


class Commands(TyperGroup):
    """The commands; what goes wrong in them is said in plain words."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option `--help`; a default spares typer the import of pydantic to find one."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option

    def invoke(self, ctx: Any) -> Any:
        """Run a command; turn its errors into a message and an exit code."""
        common.start()
        try:
            return super().invoke(ctx)
        except (common.Failure, Exception, KeyboardInterrupt) as error:
            if _own_business_of_typer(error):
                raise
            if common.state.debug:
                raise
            code = common.report(error)
        raise typer.Exit(code)


def _own_business_of_typer(error: BaseException) -> bool:
    """Whether typer itself ends the program well: wrong use, an early exit, a closed pipe."""
    home = type(error).__module__.partition(".")[0]
    return home in ("typer", "click") or (isinstance(error, OSError) and error.errno == errno.EPIPE)


app = typer.Typer(
    name="ecosystem",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help takes a third of the time of rich help, and reads as well
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog="Example: ecosystem run scenarios/baseline.toml",
)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer's signature
    if asked:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - needed only here

        try:
            typer.echo(f"ecosystem {version('ecosystem')}")
        except PackageNotFoundError:
            typer.echo("ecosystem, run from its source without being installed")
        raise typer.Exit


@app.callback()
def root(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help=f"Show where in the code an error arose (or set {DEBUG}=1).")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback prints
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Simulate the web that trains its own models: who writes, what is read, and what models learn."""
    common.state.debug = debug or os.environ.get(DEBUG, "0") not in ("", "0")
