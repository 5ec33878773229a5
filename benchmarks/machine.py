"""The machine: what it is, how busy others keep it, and how much memory a process takes."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

from ecosystem.experiments.provenance import machine

__all__ = ["Load", "about", "available", "peak", "resident", "wait_until_idle"]

IDLE = 0.2
"""Processors that others may use for the machine to count as idle. assumption: a desktop's background."""

LOOK = 0.5
"""Seconds for which the machine is looked at. assumption: long against the clock tick of 10 ms in /proc."""


def about() -> str:
    """What the machine and its software are; nothing that names it or its user."""
    found, gigabytes = machine(), 2**30
    software = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "mesa"))
    return (
        f"{found['cpu']}, {found['cpus']} processors, {found['memory_bytes'] / gigabytes:.0f} GiB of memory, "
        f"{found['system']} on {found['architecture']}, Python {platform.python_version()}, {software}"
    )


def _status(field: str) -> int | None:
    """A figure of this process in /proc, bytes; None where there is no /proc."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith(field + ":")), None)


def peak() -> int:
    """Most memory that this process has held at once, bytes.

    Not from `getrusage` if it can be avoided: that goes on counting what the parent held.
    """
    found = _status("VmHWM")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if found is not None else used * (1 if sys.platform == "darwin" else 1024)


def resident() -> int:
    """Memory that this process holds, bytes; its peak where the system does not say."""
    found = _status("VmRSS")
    return found if found is not None else peak()


def available() -> int | None:
    """Memory that could be used without swapping, bytes; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)


def _busy() -> float | None:
    """Seconds that the processors have worked since the start of the machine, all together."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *rest = map(int, first.split()[1:])
    ticks = user + nice + system + sum(rest[:3])  # interrupts and what other guests of the host took
    return ticks / os.sysconf("SC_CLK_TCK")


class Load:
    """How many processors others use from now on, on average."""

    def __init__(self) -> None:
        """Start looking."""
        self._busy, self._own, self._since = _busy(), time.process_time(), time.monotonic()

    def others(self) -> float:
        """Processors in use by others since the start; NaN where the system does not say."""
        now = _busy()
        if now is None or self._busy is None:
            return float("nan")
        own = time.process_time() - self._own
        return max(0.0, (now - self._busy - own) / (time.monotonic() - self._since))


def wait_until_idle(patience: float) -> None:
    """Wait until others use next to nothing, but no longer than ``patience`` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        load = Load()
        time.sleep(LOOK)
        if not load.others() > IDLE:
            return
