"""What generations of models say: a few texts of a run to put next to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosystem.experiments.results import Results

__all__ = ["Said", "said"]

GENERATIONS = (0, 1, 3, 9)
"""Generations of models that are shown: people, the first that people taught, and those of Shumailov et al. 2024,
doi:10.1038/s41586-024-07566-y, whose ninth is the last."""
SHOWN = 3
"""Most texts of a generation. assumption: enough to see that they are alike."""


@dataclass(frozen=True)
class Said:
    """What one generation says.

    Attributes:
        generation: model generations that the texts have been through, 0 for people.
        date: month in which they were written.
        domain: name of their domain.
        lab: whose model wrote them, "none" for people.
        texts: in words.
    """

    generation: int
    date: str
    domain: str
    lab: str
    texts: tuple[str, ...]


def said(results: Results) -> list[Said]:
    """Texts of the first replicate, domain and lab that have any, for each of GENERATIONS that was reached.

    Of a generation they are those of the first month in which it wrote; generations are rounded where
    texts mix several. Empty where items carry no text.
    """
    texts = results.texts
    if len(texts) == 0:
        return []
    texts = texts[(texts["replicate"] == texts["replicate"].min()) & (texts["text"] != "")]
    texts = texts[texts["domain"] == texts["domain"].min()]
    found = []
    for generation in GENERATIONS:
        writer = "human" if generation == 0 else "synthetic"
        of_it = texts[(texts["depth"].round() == generation) & (texts["origin"] == writer)]
        if len(of_it) == 0:
            continue
        first = of_it[of_it["step"] == of_it["step"].min()]
        first = first[first["lab"] == first["lab"].min()].head(SHOWN)
        row = first.iloc[0]
        found.append(Said(generation, str(row["date"]), str(row["domain"]), str(row["lab"]), tuple(first["text"])))
    return found
