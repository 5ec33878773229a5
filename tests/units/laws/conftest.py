"""A folder with small laws of its own, and their functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecosystem.experiments.laws.base import LAWS, Law
from ecosystem.experiments.laws.files import load_functions
from tests.units.laws.small_laws import law_folder, write_law

type Add = Callable[..., Path]


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    """A folder for laws, with the base file."""
    load_functions()  # once per process: while a test has another registry in place, they would be lost with it
    return law_folder(tmp_path)


@pytest.fixture
def add(laws: Path, monkeypatch: pytest.MonkeyPatch) -> Add:
    """Add a law: its file, with some lines of `[law]` besides, and its function."""

    def added(identifier: str, function: Law | None, note: str = "", title: str = "A small law") -> Path:
        if function is not None:
            monkeypatch.setitem(LAWS._things, identifier, function)
        return write_law(laws, identifier, note, title)

    return added
