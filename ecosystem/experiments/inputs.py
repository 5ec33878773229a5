"""Files that a scenario names and a run reads: whether they are there, and what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.experiments.errors import RunRefused

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario
    from ecosystem.strategies.texts.base import TextSource

__all__ = ["hashes", "refuse_unreadable"]


def refuse_unreadable(scenario: Scenario) -> None:
    """Refuse a scenario whose files cannot be read, or whose texts nothing can be learnt from.

    Raises:
        RunRefused: names key, file, cause and remedy.
    """
    hashes(scenario)
    for key, text in _texts(scenario):
        try:
            text.check()
        except ValueError as error:
            message = f"{key}: {error}"
            raise RunRefused(message) from error


def hashes(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of the content of each file that a run of the scenario reads, by key.

    Raises:
        RunRefused: one cannot be read.
    """
    return {key: _hash(key, path) for key, path in _files(scenario)}


def _texts(scenario: Scenario) -> Iterator[tuple[str, TextSource]]:
    """Languages that items are written in, by key."""
    for domain in scenario.reality.domains:
        if domain.text is not None and scenario.reality.tokens > 0:
            yield f"reality.domains.{domain.name}.text", domain.text


def _files(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Key and path of every file that a run reads."""
    for name, component in (("humans.network", scenario.humans.network), *_texts(scenario)):
        for key, path in component.files().items():
            yield f"{name}.{key}", path


def _hash(key: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:  # a ValueError for a path that no system would take
        reason = getattr(error, "strerror", None) or error
        message = f"{key}: {path}: cannot be read: {reason}; name a file that can, as seen from {Path.cwd()}"
        raise RunRefused(message) from error
