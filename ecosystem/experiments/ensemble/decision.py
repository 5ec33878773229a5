"""When an ensemble has enough runs."""

from __future__ import annotations

from typing import Any, Protocol

from ecosystem.experiments.ensemble.parts import Parts

__all__ = ["Decision", "InOrder", "Undecided"]


class Decision(Protocol):
    """Decides when enough runs have been made; looks at them in the order of tasks."""

    def take(self, content: dict[str, bytes]) -> bool:
        """Look at the next bundle; whether the question is now decided."""

    def out_of_time(self) -> bool:
        """Whether nothing more should be begun."""

    def told(self) -> dict[str, Any]:
        """What the provenance says of it."""

    @property
    def keep(self) -> int | None:
        """Tasks that are kept, counted from the first; None for all that are finished."""


class Undecided:
    """Makes all runs of the plan."""

    keep = None

    def take(self, content: dict[str, bytes]) -> bool:  # noqa: ARG002 - see Decision
        """See Decision."""
        return False

    def out_of_time(self) -> bool:
        """See Decision."""
        return False

    def told(self) -> dict[str, Any]:
        """See Decision."""
        return {}


class InOrder:
    """Shows finished bundles to a decision in the order of tasks, so that it cannot depend on who was first.

    Args:
        every: all bundles, in order.
        finished: those that are.
        parts: where they are.
        decision: who looks at them.
    """

    def __init__(self, every: list[range], finished: set[range], parts: Parts, decision: Decision) -> None:
        """Show nothing yet."""
        self._left, self._finished, self._parts, self._decision = every.copy(), finished, parts, decision

    def arrived(self, bundle: range) -> bool:
        """Take note of a finished bundle; whether it is decided."""
        self._finished.add(bundle)
        return self.advance()

    def advance(self) -> bool:
        """Show what can be shown; whether it is decided."""
        if isinstance(self._decision, Undecided):
            return False
        while self._left and self._left[0] in self._finished:
            content = self._parts.read(self._left.pop(0))
            if content is not None and self._decision.take(content):
                return True
        return False
