"""Numbers that move are news: a small run against the numbers last accepted."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Mathematical functions may differ in the last bit between machines; a single different draw moves
# some number by more than this.
TOLERANCE = 1e-9


def same(one: float | None, other: float | None) -> bool:
    """Equal within the tolerance; an undefined number equals only an undefined one."""
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=TOLERANCE, abs=TOLERANCE)


def test_the_numbers_are_those_last_accepted() -> None:
    spec = importlib.util.spec_from_file_location("accept", HERE / "accept.py")
    assert spec is not None
    assert spec.loader is not None
    accept = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(accept)
    expected = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
    found = accept.observed()
    assert found.keys() == expected.keys()
    moved = [
        f"{row}.{key}: {value} -> {found[row].get(key)}"
        for row, numbers in expected.items()
        for key, value in numbers.items()
        if not same(found[row].get(key), value)  # a measure that is new has no number to move
    ]
    remedy = "if that is meant: python tests/golden/accept.py, and a line under Results change in CHANGELOG.md"
    assert not moved, f"{len(moved)} numbers moved; {remedy}\n" + "\n".join(moved[:20])
