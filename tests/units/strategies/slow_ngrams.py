"""The n-gram learner told slowly: dictionaries, sums over everything, one word at a time."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.chains import Chain
from ecosystem.core.streams import agent_base, draw_bits, unit

__all__ = ["SlowText", "kept", "true_chances"]

BEGIN = "begin"


class SlowText:
    """Counts of one domain's texts and the chances that follow."""

    def __init__(self, order: int, smoothing: float, vocabulary: int) -> None:
        """Start without texts."""
        self.order, self.smoothing, self.vocabulary = order, smoothing, vocabulary
        self.count: dict[tuple[int | str, ...], dict[int, float]] = defaultdict(lambda: defaultdict(float))

    def read(self, text: Sequence[int], weight: float = 1.0) -> None:
        """Count a text: after every context that ends before a word, from the empty one to the longest."""
        whole: list[int | str] = [BEGIN, *text]
        for place in range(1, len(whole)):
            for length in range(min(self.order, place) + 1):
                self.count[tuple(whole[place - length : place])][int(text[place - 1])] += weight

    def chances(self, context: Sequence[int | str]) -> NDArray[np.float64]:
        """Chance of every next word after a context, shape (vocabulary,)."""
        last = tuple(context)[max(0, len(context) - self.order) :]
        if last not in self.count:
            return self.chances(last[1:]) if last else np.full(self.vocabulary, 1 / self.vocabulary)
        seen = np.zeros(self.vocabulary)
        for word, weight in self.count[last].items():
            seen[word] = weight
        if self.smoothing == 0:
            return seen / seen.sum()
        shorter = self.chances(last[1:]) if last else np.full(self.vocabulary, 1 / self.vocabulary)
        smoothed: NDArray[np.float64] = (seen + self.smoothing * shorter) / (seen.sum() + self.smoothing)
        return smoothed

    def fit_to(self, chain: Chain) -> tuple[float, float]:
        """Cross-entropy and heterozygosity under the truth, by every run as long as anybody can tell apart."""
        length = max(self.order, chain.context.shape[1])
        entropy = varied = 0.0
        for run in itertools.product(range(chain.vocabulary), repeat=length):
            share, truth = true_chances(chain, run)
            if share > 0:
                guess = self.chances(run)
                with np.errstate(divide="ignore"):
                    terms = np.where(truth > 0, -truth * np.log(np.where(truth > 0, guess, 1.0)), 0.0)
                entropy += share * float(terms.sum())
                varied += share * (1 - float((guess**2).sum()))
        return entropy, varied

    def write(
        self, key: np.uint64, who: NDArray[np.uint64], length: int, temperature: float, top_p: float,
        lots: NDArray[np.uint64],
    ) -> list[list[int]]:  # fmt: skip
        """Texts word by word; ``lots`` decide ties of top-p, one for each word."""
        texts = []
        for one in who:
            text: list[int] = []
            for place in range(length):
                weight = self.chances([BEGIN, *text])
                weight = kept((weight / weight.max()) ** (1 / temperature), top_p, lots)
                u = unit(draw_bits(agent_base(key, one), place))
                text.append(int(np.searchsorted(np.cumsum(weight), u * weight.sum(), side="right")))
            texts.append(text)
        return texts


def kept(weight: NDArray[np.float64], top_p: float, lots: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Weights with all but the smallest set of at least ``top_p`` of the mass set to 0, by sorting."""
    if top_p >= 1:
        return weight
    order = np.lexsort((lots, -weight))
    before = np.cumsum(weight[order]) - weight[order]
    inside = order[before < top_p * weight.sum() * (1 - 1e-12)]
    out = np.zeros_like(weight)
    out[inside] = weight[inside]
    return out


def true_chances(chain: Chain, run: Sequence[int]) -> tuple[float, NDArray[np.float64]]:
    """Share of a run in the endless text, and the chances of what follows it."""
    order = chain.context.shape[1]
    at = next((row for row, words in enumerate(chain.context.tolist()) if words == list(run[:order])), None)
    nothing = np.zeros(chain.vocabulary)
    if at is None:
        return 0.0, nothing
    share = float(chain.stationary[at])
    for word in run[order:]:
        edges = [edge for edge in range(chain.start[at], chain.start[at + 1]) if chain.word[edge] == word]
        if not edges:
            return 0.0, nothing
        share *= float(chain.probability[edges[0]])
        at = int(chain.after[edges[0]])
    mine = slice(chain.start[at], chain.start[at + 1])
    nothing[chain.word[mine]] = chain.probability[mine]
    return share, nothing
