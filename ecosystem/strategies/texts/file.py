"""Languages of a text: what follows what in a file that the user names."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ecosystem.core.chains import chain_of
from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.texts.base import Source, TextFileError, TextSource

__all__ = ["TextFile"]

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*|-+|[^\w\s]")
"""A word with the apostrophes and hyphens within it, a dash, or another mark by itself."""


class TextFile(TextSource):
    """The chain of a text file by maximum likelihood: the next word is as in the text after the same words.

    The text is read as a ring, its beginning following its end, so that no context lacks a next word and
    the shares of contexts in the file are the stationary ones exactly. Words are told apart by case;
    marks of punctuation are words; blanks and line ends only part them. As characters, a run of blanks
    and line ends is one blank.
    """

    kind: ClassVar[str] = "file"

    path: Annotated[str, Field(min_length=1)] = param(
        unit="path",
        source="the user's data",
        meaning="text file in UTF-8; a relative path starts where the program is started",
    )
    unit: Literal["word", "character"] = param(
        "word", unit="name", source="assumption: words can be read", meaning="what one token is"
    )
    order: int = param(
        2,
        ge=0,
        le=16,
        unit="tokens",
        role="uncertainty",
        source="assumption: two words before the next are the least that read like a sentence",
        meaning="tokens before it that the next one depends on",
    )

    def files(self) -> dict[str, str]:
        """See :class:`Component`."""
        return {"path": self.path}

    def check(self) -> None:
        """See :class:`TextSource`."""
        self._tokens()

    def source(self, key: np.uint64, draw: Streams) -> Source:
        """See :class:`TextSource`; nothing is drawn."""
        del key, draw
        found = self._tokens()
        words = tuple(word for word, _ in Counter(found).most_common())
        number = {word: at for at, word in enumerate(words)}
        ring = np.array([number[word] for word in found])
        label = np.zeros(len(ring), dtype=np.int64)
        for place in range(self.order):
            _, label = np.unique(label * len(words) + np.roll(ring, -place), return_inverse=True)
        following = np.roll(ring, -self.order)
        seen, first, count = np.unique(label * len(words) + following, return_index=True, return_counts=True)
        share = np.bincount(label) / len(ring)
        _, sight = np.unique(label, return_index=True)
        context = ring[(sight[:, None] + np.arange(self.order)) % len(ring)]
        row, word = np.divmod(seen, len(words))
        chain = chain_of(
            len(words), context.astype(np.int32), np.searchsorted(row, np.arange(len(share) + 1)),
            word.astype(np.int32), count / np.bincount(label)[row], label[(first + 1) % len(ring)], share,
        )  # fmt: skip
        return Source(chain, words, spaced=self.unit == "word")

    def _tokens(self) -> list[str]:
        """The text, token by token."""
        try:
            text = Path(self.path).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"{self.path}: is not UTF-8 (byte {error.start}); save it in that encoding"
            raise TextFileError(message) from error
        except (OSError, ValueError) as error:  # a ValueError for a path that no system would take
            reason = getattr(error, "strerror", None) or error
            message = f"{self.path}: cannot be read: {reason}; name a text file, as seen from {Path.cwd()}"
            raise TextFileError(message) from error
        found = _WORD.findall(text) if self.unit == "word" else list(" ".join(text.split()))
        if not found:
            message = f"{self.path}: is empty; name a file that holds text"
            raise TextFileError(message)
        if len(found) <= self.order:
            message = f"{self.path}: too short: {len(found)} {self.unit}s for order {self.order}; lower the order"
            raise TextFileError(message)
        return found
