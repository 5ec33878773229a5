"""One run at a time in a folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.lock import FILE, Lock, held_by, refuse_if_held

HOLD = """
import sys
from pathlib import Path
from ecosystem.experiments.lock import Lock
Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_another_process_is_refused_and_told_whom_to_wait_for(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=root,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert held_by(tmp_path) == str(holder.pid)
        for attempt in (Lock, refuse_if_held):
            with pytest.raises(RunRefused, match=rf"another run \(process {holder.pid}\).*--out"):
                attempt(tmp_path)
        holder.send_signal(signal.SIGKILL)
    assert (tmp_path / FILE).read_text() == f"{holder.pid}\n"  # what it left is stale
    assert held_by(tmp_path) is None
    lock = Lock(tmp_path)
    assert (tmp_path / FILE).read_text() == f"{os.getpid()}\n"
    lock.release()
    assert not (tmp_path / FILE).exists()


def test_a_released_folder_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        lock = Lock(tmp_path)
        assert held_by(tmp_path) == str(os.getpid())
        lock.release()
        assert held_by(tmp_path) is None


def test_a_folder_that_is_not_there_is_held_by_nobody(tmp_path: Path) -> None:
    assert held_by(tmp_path / "nothing") is None
    refuse_if_held(tmp_path / "nothing")
