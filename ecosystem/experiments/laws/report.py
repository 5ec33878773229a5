"""What a run of laws leaves behind: one JSON document, with all that is needed to make it again."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecosystem.experiments import provenance
from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.laws.run import LawResult

__all__ = ["FILE", "document", "save"]

FILE = "laws.json"
SCHEMA_VERSION = 1
"""Version of the layout of that document."""


def document(results: Sequence[LawResult], seed: int, workers: int, seconds: float) -> dict[str, Any]:
    """Everything that was found, as plain values; what is not a finite number is None.

    Args:
        results: one for each law.
        seed: with which they were run.
        workers: processes that shared them.
        seconds: that all of it took.
    """
    found = {
        "schema_version": SCHEMA_VERSION,
        "ok": all(result.passed for result in results),
        "seed": seed,
        "seconds": seconds,
        "workers": workers,
        "command": provenance.command_line(),
        "versions": provenance.versions(),
        "code": provenance.code_hash(),
        "commit": provenance.commit(),
        "machine": provenance.machine(),
        "ended": provenance.now(),
        "laws": [result.to_dict() for result in results],
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def save(found: dict[str, Any], folder: Path) -> Path:
    """Write a document into a folder, made where needed; whole or not at all.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / FILE, lambda file: file.write(text.encode()))
    return folder / FILE


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value
