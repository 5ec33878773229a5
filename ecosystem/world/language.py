"""The true languages of domains: what people's texts are drawn from, where items carry text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, name_key
from ecosystem.strategies.texts.base import Source
from ecosystem.world.content import NO_TEXT
from ecosystem.world.settings.reality import RealityParameters

__all__ = ["Language"]


class Language:
    """A source of text for each listed domain that has one; copies of a domain speak one language.

    Everything here follows from the scenario, the files it names and the seed, and never changes.

    Args:
        settings: the domains at the start.
        kinds: listed domain that each domain is a copy of, shape (domains,).
        draw: streams of the setup.

    Raises:
        TextFileError: a file of text cannot be used.
    """

    def __init__(self, settings: RealityParameters, kinds: NDArray[np.int64], draw: Streams) -> None:
        """Make the languages; without words in items there are none."""
        self._kinds = kinds
        self.length = settings.tokens
        """Words of a text; 0 without text."""
        self.sources: list[Source | None] = [
            None
            if settings.tokens == 0 or domain.text is None
            else domain.text.source(name_key("domain", domain.name), Streams(draw.seed, 0))
            for domain in settings.domains
        ]
        """By listed domain; None for one without text."""
        words = np.array([0 if found is None else found.chain.vocabulary for found in self.sources], dtype=np.int64)
        self.vocabulary: NDArray[np.int64] = words[kinds]
        """Words of each domain's vocabulary, shape (domains,); 0 for one without text."""

    def of(self, domain: int) -> Source | None:
        """The language of a domain; None if it has no text."""
        return self.sources[self._kinds[domain]]

    def spoken(self) -> list[tuple[Source, NDArray[np.int64]]]:
        """Every language and the domains that speak it."""
        return [
            (found, np.flatnonzero(self._kinds == kind)) for kind, found in enumerate(self.sources) if found is not None
        ]

    def write(self, domains: NDArray[np.integer], keys: NDArray[np.uint64], draw: Streams) -> NDArray[np.int32]:
        """Texts of people, shape (texts, words), NO_TEXT where the domain has none.

        Args:
            domains: of each text, shape (texts,).
            keys: identity of each text, shape (texts,).
            draw: streams of the month.
        """
        tokens = self.blank(len(keys))
        for kind, found in enumerate(self.sources):
            if found is not None:
                mine = np.flatnonzero(self._kinds[domains] == kind)
                tokens[mine] = found.write(draw.key("write.text"), keys[mine], self.length)
        return tokens

    def blank(self, texts: int) -> NDArray[np.int32]:
        """So many texts without words, shape (texts, words)."""
        return np.full((texts, self.length), NO_TEXT, dtype=np.int32)
