"""Ctrl-C and the system's requests to end, turned into a request to stop after the month."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

__all__ = ["STOPPING", "StopRequests"]

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequests:
    """While entered, the first signal sets ``received`` and the second raises KeyboardInterrupt.

    Outside the main thread, where Python takes no signals, it does nothing; a signal that the process
    ignores, as under nohup, stays ignored.

    Args:
        heard: told that the first came, from within the signal's handler.
    """

    def __init__(self, heard: Callable[[], object]) -> None:
        """Nothing has come yet."""
        self._heard = heard
        self.received: signal.Signals | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        """Whether a signal came."""
        return self.received is not None

    @property
    def reason(self) -> str:
        """What happened, for people."""
        if self.received is None:
            return "stopped"
        return "Ctrl-C" if self.received == signal.SIGINT else f"the signal {self.received.name}"

    def __enter__(self) -> Self:
        """Take the signals."""
        if threading.current_thread() is threading.main_thread():
            for number in STOPPING:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if self.received is not None:
            raise KeyboardInterrupt
        self.received = signal.Signals(number)
        self._heard()
