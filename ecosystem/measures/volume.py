"""How much is written, and by whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.world.content import Marks, Origin

__all__: list[str] = []

type F64 = NDArray[np.float64]

MAJORITY = 0.5
"""Synthetic share above which surveys count an article as AI-written: by a majority of its text
(Graphite, October 2025, graphite.io/five-percent)."""


@measure("web", "domains", unit="items per month")
def items(view: View) -> F64:
    """New public items: on a curator or on the open web, those that a curator removed included."""
    return view.total(view.seen.items)


@measure("web", "domains", unit="items per month")
def human_items(view: View) -> F64:
    """New public items that people wrote alone."""
    return view.total(view.seen.by_domain(view.seen.origin == Origin.HUMAN))


@measure("web", "domains", unit="items per month")
def assisted_items(view: View) -> F64:
    """New public items that people wrote with the help of a model."""
    return view.total(view.seen.by_domain(view.seen.origin == Origin.ASSISTED))


@measure("web", "domains", unit="items per month")
def synthetic_items(view: View) -> F64:
    """New public items that models wrote altogether."""
    return view.total(view.seen.by_domain(view.seen.synthetic))


@measure("web", "domains", unit="share")
def synthetic_share(view: View) -> F64:
    """Share of the new public items that models wrote altogether; NaN without new items."""
    return ratio(synthetic_items(view), items(view))


@measure("web", "domains", unit="items per month")
def human_output(view: View) -> F64:
    """Human work in the new public items: the sum of 1 - synthetic share over them."""
    return view.total(view.seen.by_domain(1.0 - view.seen.share))


@measure("web", "domains", unit="share")
def detected_share(view: View) -> F64:
    """Share of the new public items that a survey with an imperfect detector reports as AI-written.

    Its expected value: items of which a model wrote more than half are found but for the rate
    `observation.false_negative`; others are reported at the rate `observation.false_positive`.
    NaN without new items.
    """
    survey = view.seen.world.settings.observation
    mostly = view.total(view.seen.by_domain(view.seen.share > MAJORITY))
    found = (1.0 - survey.false_negative) * mostly
    return ratio(found + survey.false_positive * (items(view) - mostly), items(view))


@measure("web", "domains", unit="share")
def marked_share(view: View) -> F64:
    """Share of the new synthetic public items that carry a watermark or a label; NaN without any."""
    marked = view.seen.synthetic & view.seen.marked(Marks.WATERMARKED | Marks.LABELLED)
    return ratio(view.total(view.seen.by_domain(marked)), synthetic_items(view))


@measure("web", "domains", unit="share")
def rewrite_share(view: View) -> F64:
    """Share of the new synthetic public items that rewrite an existing item; NaN without any."""
    rewritten = view.seen.synthetic & (view.seen.world.content.source[view.seen.new] >= 0)
    return ratio(view.total(view.seen.by_domain(rewritten)), synthetic_items(view))
