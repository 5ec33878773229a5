"""Some texts of every month, to be read: what each generation of models says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.measures.named import Column, Named, dates, frame
from ecosystem.world.content import NO_TEXT, Origin

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.world.world import World

__all__ = ["Excerpts"]

COLUMNS = ("step", "domain", "origin", "lab", "depth", "tokens")


class Excerpts:
    """A sample of each recorded month's items with text, public or not, by domain, origin and lab.

    Taken month by month, since items may leave memory.

    Args:
        world: what is observed.
    """

    def __init__(self, world: World) -> None:
        """Start with none."""
        self.world = world
        self._kept: dict[str, NDArray[Any]] = {
            name: np.empty((0, world.reality.language.length) if name == "tokens" else 0, dtype=kind)
            for name, kind in zip(COLUMNS, (np.int32, np.int32, np.int16, np.int16, np.float32, np.int32), strict=True)
        }

    def record(self) -> None:
        """Keep `observation.texts` of this month's items of each domain, origin and lab."""
        count, items = self.world.settings.observation.texts, self.world.content
        if count == 0 or self.world.reality.language.length == 0:
            return
        month = self.world.rows_of(self.world.clock.step)
        rows = month.start + np.flatnonzero(items.tokens[month, 0] != NO_TEXT)
        group = [items.lab[rows], items.origin[rows], items.domain[rows]]
        # Lots are keyed by identity, so one more item displaces at most one other.
        lot = Streams(self.world.draw.seed, 0).uniform("measures.texts", items.key[rows])
        order = np.lexsort((lot, *group))
        group = [column[order] for column in group]
        begins = np.ones(len(order), dtype=np.bool_)
        begins[1:] = np.any([column[1:] != column[:-1] for column in group], axis=0)
        first = np.flatnonzero(begins)
        place = np.arange(len(order)) - first[np.cumsum(begins) - 1]
        chosen = rows[order[place < count]]
        for name in COLUMNS:
            kept = self._kept[name]
            self._kept[name] = np.concatenate([kept, getattr(items, name)[chosen].astype(kept.dtype)])

    def columns(self) -> dict[str, Column]:
        """The texts in words: `step`, `date`, `domain`, `lab` ("none"), `origin`, `depth`, `text`."""
        kept, world = self._kept, self.world
        sources = [world.reality.language.of(int(domain)) for domain in kept["domain"]]
        said = zip(sources, kept["tokens"], strict=True)
        texts = ["" if source is None else source.spell(words) for source, words in said]
        return {
            "step": kept["step"].astype(np.int64),
            "date": dates(world, kept["step"]),
            "domain": Named(kept["domain"], world.reality.names),
            "lab": Named(kept["lab"], [*world.labs, "none"]),
            "origin": Named(kept["origin"], [origin.name.lower() for origin in Origin]),
            "depth": kept["depth"].astype(np.float64),
            "text": np.array(texts, dtype=object),
        }

    def frame(self) -> pd.DataFrame:
        """The same as a data frame."""
        return frame(self.columns())

    def dump(self) -> dict[str, NDArray[Any]]:
        """What has been kept, as arrays."""
        return {name: values.copy() for name, values in self._kept.items()}

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        self._kept = {name: np.array(state[name]) for name in COLUMNS}
