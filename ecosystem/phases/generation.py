"""What a lab's model writes: the text, and the slips of the lab's decoding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Model, Writing
from ecosystem.world.content import NO_TEXT
from ecosystem.world.settings.labs import LabParameters

__all__ = ["compose", "use_words"]


def compose(
    model: Model,
    settings: LabParameters,
    keys: NDArray[np.uint64],
    domains: NDArray[np.int64],
    temperature: float,
    top_p: float,
    draw: Streams,
) -> Writing:
    """One text per key by a lab's model; what the model had right comes out wrong with the chance of a slip.

    Args:
        model: the generation in use.
        settings: of its lab.
        keys: identity of each text, shape (texts,).
        domains: shape (texts,).
        temperature: see :meth:`Model.write`.
        top_p: see :meth:`Model.write`.
        draw: streams of the month.
    """
    text = model.write(keys, domains, temperature, top_p, draw)
    if settings.slip == 0:
        return text
    return text._replace(correct=text.correct & ~draw.chance("model.slip", keys, settings.slip))


def use_words(tokens: NDArray[np.int32], items: NDArray[np.integer], text: Writing, texts: NDArray[np.integer]) -> None:
    """Put the words of a model's texts into items, where it wrote any; the others keep what they have.

    Args:
        tokens: words of all items, written to, shape (items in all, words).
        items: rows of the items, shape (n,).
        text: what the model wrote.
        texts: which of its texts belongs to each, shape (n,).
    """
    if text.tokens is None or tokens.shape[1] == 0:
        return
    words = text.tokens[texts]
    some = words[:, 0] != NO_TEXT
    tokens[items[some]] = words[some]
