"""How long each line of a function takes: no mark in the function, no cost while nobody looks.

Python itself tells when a line begins (PEP 669, `sys.monitoring`), and tells it of that function only.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import weakref
from collections.abc import Callable, Collection
from time import perf_counter
from types import CodeType
from typing import Any

__all__ = ["LineTimes", "names_of_lines"]

EVENTS = sys.monitoring.events.LINE | sys.monitoring.events.PY_RETURN


class LineTimes:
    """Adds up the seconds that each line of a method takes, when it is called on one object.

    A line without a call counts with the one before it.

    Args:
        method: of the object's class, as a plain function.
        owner: the object; other objects of the class are not timed. It is not kept alive.
        but: names of functions that name no line.
    """

    def __init__(self, method: Callable[..., Any], owner: object, but: Collection[str] = ()) -> None:
        """Watch from now on.

        Raises:
            RuntimeError: six tools watch already, as many as Python has room for.
        """
        self._names = names_of_lines(method, but)
        self._first = min(self._names)
        self._owner = weakref.ref(owner)
        self._now, self._since = "", 0.0
        self.seconds = dict.fromkeys(self._names.values(), 0.0)
        """Seconds so far, by name of the line, in the order of lines."""
        self.stop = weakref.finalize(owner, _release, self._watch(method.__code__), method.__code__)
        """Watch no more; done by itself when the object is gone."""

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """A copy of the object is not timed: in place of this it has None."""
        return type(None), ()

    def _watch(self, code: CodeType) -> int:
        """Have Python tell when a line of the function begins; the number under which it does."""
        free = [tool for tool in range(6) if sys.monitoring.get_tool(tool) is None]
        if not free:
            message = "no line can be timed: six tools watch this process already; turn a profiler or debugger off"
            raise RuntimeError(message)
        tool = free[-1]
        sys.monitoring.use_tool_id(tool, "ecosystem")
        sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, self._begin)
        sys.monitoring.register_callback(tool, sys.monitoring.events.PY_RETURN, self._return)
        sys.monitoring.set_local_events(tool, code, EVENTS)
        return tool

    def _begin(self, _code: CodeType, line: int) -> None:
        if line in self._names and self._is_owner():
            if self._now and line != self._first:  # else the time since was spent elsewhere
                self.seconds[self._now] += perf_counter() - self._since
            self._now, self._since = self._names[line], perf_counter()

    def _return(self, _code: CodeType, _offset: int, _value: object) -> None:
        if self._now and self._is_owner():
            self.seconds[self._now] += perf_counter() - self._since

    def _is_owner(self) -> bool:
        """Whether the method was called on the object; two frames up is the method."""
        return sys._getframe(2).f_locals.get("self") is self._owner()  # noqa: SLF001 - the only way to a caller


def _release(tool: int, code: CodeType) -> None:
    sys.monitoring.set_local_events(tool, code, sys.monitoring.events.NO_EVENTS)
    sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, None)
    sys.monitoring.register_callback(tool, sys.monitoring.events.PY_RETURN, None)
    sys.monitoring.free_tool_id(tool)


def names_of_lines(function: Callable[..., Any], but: Collection[str] = ()) -> dict[int, str]:
    """What each line of a function that calls something calls, innermost first, such as "gate+publish".

    Args:
        function: with its source at hand.
        but: names to leave out.

    Returns:
        Names by number of the line in the file.
    """
    lines, start = inspect.getsourcelines(function)
    calls: dict[int, list[str]] = {}

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            visit(child)
        if isinstance(node, ast.Call):
            target = node.func
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if name and name not in but:
                calls.setdefault(start + node.lineno - 1, []).append(name.replace("_", " "))

    visit(ast.parse(textwrap.dedent("".join(lines))))
    return {line: "+".join(names) for line, names in sorted(calls.items())}
