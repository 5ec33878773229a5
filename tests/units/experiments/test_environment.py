"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from ecosystem.experiments import environment

CODE = """
import numpy as np
from ecosystem.experiments.environment import return_memory

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

{call}
held = [np.ones(size << 17) for size in (24, 16, 8, 3)]  # MiB each; the first ones teach glibc to keep what is freed
held.clear()
held = [np.ones(3 << 17) for _ in range(20)]
full = resident()
held.clear()
print(full - resident())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it")
@pytest.mark.skipif(sys.platform != "linux", reason="it is about glibc")
def test_free_memory_is_returned() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(call="return_memory()")], check=True, capture_output=True, text=True
    )
    # 60 MiB are let go; at most APART + IN_HAND of them stay.
    assert float(done.stdout) > 60 - 12


def test_what_the_user_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> object:
        pytest.fail("asked for the C library")

    monkeypatch.setattr(ctypes, "CDLL", never)
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1000000")
    environment.return_memory()


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    environment.return_memory()
