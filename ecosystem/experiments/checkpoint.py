"""Checkpoints: when the state of an unfinished run is kept, so that it can go on to the same bits."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments import snapshot
from ecosystem.experiments.files import remove
from ecosystem.experiments.tables import arrow

if TYPE_CHECKING:
    from ecosystem.experiments.archive import ItemArchive
    from ecosystem.model import WebEcosystem

__all__ = ["Keeper", "restore"]

ITEMS = "items."
"""Names of arrays begin with it that are the archive's of items, and no part of the model."""

SHARE = 0.04
"""Most of a run's time that checkpoints may take. assumption: 4 %, not felt, with room to the 5 %
that a user may be asked to pay."""

LEAST_SECONDS = 10.0
"""Shortest time between two checkpoints. assumption: a loss of ten seconds is none."""


class Keeper:
    """Decides when a checkpoint is due, and keeps it.

    One is due once the computing since the last has taken 1 / SHARE times as long as it will take
    itself, going by the last and growing with the months, but not before LEAST_SECONDS. Results do
    not depend on when it happens.

    Args:
        path: the file; None keeps nothing.
        identity: what the checkpoint is of, such as scenario hash and seed.
        every: months between checkpoints, in place of the rule above.
        archive: the items kept apart, if all are.
    """

    def __init__(
        self, path: Path | None, identity: Mapping[str, Any], every: int | None = None,
        archive: ItemArchive | None = None,
    ) -> None:  # fmt: skip
        """Start with nothing kept."""
        self.path, self.identity, self.every, self.archive = path, dict(identity), every, archive
        self._monthly_cost = 0.0
        self._since = time.monotonic()

    def due(self, step: int) -> bool:
        """Whether to save now, after ``step`` months."""
        if self.path is None:
            return False
        if self.every is not None:
            return step % self.every == 0
        return time.monotonic() - self._since >= max(LEAST_SECONDS, self._monthly_cost * step / SHARE)

    def save(self, model: WebEcosystem, replicate: int) -> None:
        """Save the state of a model and its tables so far.

        Raises:
            OSError: the disk is full or does not allow it; the last checkpoint is still there.
        """
        if self.path is None:
            return
        start, step = time.monotonic(), model.world.clock.step
        tables = {name: arrow(columns, replicate) for name, columns in model.recorder.columns().items()}
        kept = {} if self.archive is None else self.archive.dump()
        state = model.dump() | {f"{ITEMS}{name}": values for name, values in kept.items()}
        snapshot.save(self.path, self.identity | {"step": step}, state, tables)
        self._since = time.monotonic()
        self._monthly_cost = (self._since - start) / max(1, step)

    def remove(self) -> None:
        """Remove the checkpoint of a finished run."""
        if self.path is not None:
            remove(self.path)


def restore(path: Path, identity: Mapping[str, Any], model: WebEcosystem, archive: ItemArchive | None = None) -> None:
    """Have a model, made from the same scenario and seed, and its archive of items go on from a checkpoint.

    Raises:
        BadSnapshot: it is damaged or not of ``identity``, or a file of the archive is; nothing has changed.
    """
    state = snapshot.read_state(path, identity)
    if archive is not None:
        try:
            archive.load({name.removeprefix(ITEMS): state[name] for name in state if name.startswith(ITEMS)})
        except ValueError as error:
            raise snapshot.BadSnapshot(error) from error
    model.load({name: values for name, values in state.items() if not name.startswith(ITEMS)})
