"""The command line. One file for each command; a new file in this folder is registered by itself.

Files with an underscore in their name are parts of commands, such as run_summary.py of run.py.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import sys

from ecosystem.cli.app import app

__all__ = ["app", "main"]

_ORDER = (
    "run", "compare", "study", "merge", "query", "laws", "claims", "plot", "report", "dashboard",
    "check", "show", "diff", "schema", "list", "new", "warmup",
)  # fmt: skip
"""In which order the help lists commands; others follow by name."""
_NOT_COMMANDS = ("app", "common")
_OBJECTS = 50_000
"""New objects after which Python looks for garbage, instead of 700. Modules being imported make many and leave none:
looking for it takes a seventh of a small run's time (measured), with this a hundredth."""


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


for _name in sorted((module.name for module in pkgutil.iter_modules(__path__)), key=_place):
    if _name not in _NOT_COMMANDS and "_" not in _name:
        importlib.import_module(f"{__name__}.{_name}")


def main() -> None:
    """Run the program `ecosystem`."""
    gc.set_threshold(_OBJECTS)
    try:
        app(prog_name="ecosystem")
    finally:
        # As it ends, Python looks for garbage among all there is: a fifth of a small run's time (measured). DuckDB
        # would tell of what is not freed then.
        if "duckdb" not in sys.modules:
            gc.freeze()
