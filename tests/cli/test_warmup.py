"""`ecosystem warm-up`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_after_warming_up_runs_compile_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "kernels"

    def ecosystem(*words: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ecosystem", *map(str, words)], cwd=ROOT, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(kept)},
        )  # fmt: skip
        return done.stdout

    first = json.loads(ecosystem("warm-up", "--json"))
    assert Path(first["folder"]) == kept
    compiled = set(kept.rglob("*.nbc"))
    assert len(compiled) > 50
    ecosystem("run", "baseline", "--set", "scale.humans=500", "--out", tmp_path / "baseline")
    ecosystem("run", "text-loop", "--out", tmp_path / "texts")
    assert set(kept.rglob("*.nbc")) == compiled
    again = json.loads(ecosystem("warm-up", "--json", "--quiet"))
    assert again["seconds"] < first["seconds"] / 2
