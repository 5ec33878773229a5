"""Where texts come from: a source is a stationary chain over words, known exactly."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.chains import Chain, sampled
from ecosystem.core.registry import Component, Registry
from ecosystem.core.streams import Streams

__all__ = ["Source", "TextFileError", "TextSource", "numbered"]

_BEFORE = re.compile(r" ([,.;:!?)\]}])")
_AFTER = re.compile(r"([(\[{]) ")


class TextFileError(ValueError):
    """A text file that nothing can be learnt from; the message names file, cause and remedy."""


@dataclass(frozen=True)
class Source:
    """The true language of a domain.

    Attributes:
        chain: its words as numbers, and how they follow each other.
        words: spelling of each number, shape (vocabulary,).
        spaced: whether words are apart by blanks; characters are not.
    """

    chain: Chain
    words: tuple[str, ...]
    spaced: bool = True

    def write(self, key: np.uint64, who: NDArray[np.uint64], length: int) -> NDArray[np.int32]:
        """Texts of ``length`` words, shape (texts, length); see `ecosystem.core.chains.sampled`."""
        return sampled(self.chain, key, who, length)

    def spell(self, tokens: NDArray[np.integer]) -> str:
        """A text as people read it; "" if it has no words."""
        parts = [self.words[token] for token in tokens if token >= 0]
        if not self.spaced:
            return "".join(parts)
        return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", " ".join(parts)))


class TextSource(Component):
    """A way to make the language of a domain."""

    registry: ClassVar[Registry[type[TextSource]]] = Registry("text source")

    @abstractmethod
    def source(self, key: np.uint64, draw: Streams) -> Source:
        """The language.

        Args:
            key: identity of the listed domain, for draws; copies of it speak one language.
            draw: streams of the setup.

        Raises:
            ValueError: there is no such language, or a :class:`TextFileError` where a file is to blame.
        """

    def check(self) -> None:
        """Look at the files that it reads, and at nothing else.

        Raises:
            TextFileError: there is one that nothing can be learnt from.
        """


def numbered(vocabulary: int) -> tuple[str, ...]:
    """Words without a meaning: w0, w1, ..."""
    return tuple(f"w{number}" for number in range(vocabulary))
