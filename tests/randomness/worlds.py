"""A small web in which every mechanism is at work, and the comparison of two runs of it array by array."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario

SEED = 7
BUSY = Path(__file__).with_name("busy.toml")


def document(**groups: Any) -> dict[str, Any]:
    """The busy web as a nested dict, fresh for each call; a group given by name replaces what it has, key by key."""
    content: dict[str, Any] = tomllib.loads(BUSY.read_text(encoding="utf-8"))
    for name, group in groups.items():
        content[name] = content.get(name, {}) | group if isinstance(group, dict) else group
    return content


def web(content: dict[str, Any] | None = None, seed: int = SEED) -> WebEcosystem:
    """A model of a scenario as a nested dict; of the busy web if none is given."""
    return WebEcosystem(Scenario.model_validate(document() if content is None else content), seed=seed)


def run(model: WebEcosystem, months: int = 24) -> WebEcosystem:
    """The model after so many months more."""
    for _ in range(months):
        model.step()
    return model


def differing(one: dict[str, NDArray[Any]], other: dict[str, NDArray[Any]]) -> list[str]:
    """Names of the arrays of two dumps that differ in type, shape or any bit, or that one of them lacks."""
    return sorted(
        name
        for name in one.keys() | other.keys()
        if name not in one or name not in other or _signature(one[name]) != _signature(other[name])
    )


def _signature(array: NDArray[Any]) -> tuple[str, tuple[int, ...], bytes]:
    return str(array.dtype), array.shape, np.ascontiguousarray(array).tobytes()


def digest(model: WebEcosystem) -> str:
    """A fingerprint of everything that a model holds and recorded."""
    found = hashlib.blake2b(digest_size=16)
    for name, array in sorted(model.dump().items()):
        dtype, shape, content = _signature(array)
        found.update(f"{name} {dtype} {shape}".encode() + content)
    return found.hexdigest()
