"""Runs of words in texts, counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.distinct import row_codes
from ecosystem.world.content import NO_TEXT

__all__ = ["distinct_sequences"]

type F64 = NDArray[np.float64]


def distinct_sequences(
    domain: NDArray[np.integer], tokens: NDArray[np.int32], length: int, domains: int
) -> tuple[F64, F64]:
    """How many different runs of ``length`` words the texts of each domain hold, and how many in all.

    Args:
        domain: of each text, shape (texts,).
        tokens: words, shape (texts, words); a text whose first is NO_TEXT has none.
        length: words of a run, at least 1; runs lie within one text.
        domains: how many there are.

    Returns:
        both of shape (domains,).
    """
    runs = tokens.shape[1] - length + 1
    if runs < 1:
        return np.zeros(domains), np.zeros(domains)
    some = tokens[:, 0] != NO_TEXT
    row, tokens = np.repeat(domain[some], runs), tokens[some]
    code = row_codes([row, *(tokens[:, place : place + runs].ravel() for place in range(length))])
    code.sort()
    every = np.bincount(row, minlength=domains)
    # Codes go by domain first, so that sorting them sorts the domains.
    different = np.repeat(np.arange(domains), every)[np.append(True, code[1:] != code[:-1])[: len(code)]]
    return np.bincount(different, minlength=domains).astype(float), every.astype(float)
