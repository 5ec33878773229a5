"""How much is written, and by whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.world.content import Origin

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", "domains", unit="items per month")
def items(view: View) -> F64:
    """New public items: on a curator or on the open web, those that a curator removed included."""
    return view.total(view.seen.items)


def _of_origin(view: View, origin: Origin) -> F64:
    """New public items of an origin, shape (domains,)."""
    return view.seen.census.by_domain[:, origin].astype(np.float64)


@measure("web", "domains", unit="items per month")
def human_items(view: View) -> F64:
    """New public items that people wrote alone."""
    return view.total(_of_origin(view, Origin.HUMAN))


@measure("web", "domains", unit="items per month")
def assisted_items(view: View) -> F64:
    """New public items that people wrote with the help of a model."""
    return view.total(_of_origin(view, Origin.ASSISTED))


@measure("web", "domains", unit="items per month")
def synthetic_items(view: View) -> F64:
    """New public items that models wrote altogether."""
    return view.total(_of_origin(view, Origin.SYNTHETIC))


@measure("web", "domains", unit="share")
def synthetic_share(view: View) -> F64:
    """Share of the new public items that models wrote altogether; NaN without new items."""
    return ratio(synthetic_items(view), items(view))


@measure("web", "domains", unit="items per month")
def human_output(view: View) -> F64:
    """Human work in the new public items: the sum of 1 - synthetic share over them."""
    return view.total(view.seen.sums.human)


@measure("web", "domains", unit="share")
def detected_share(view: View) -> F64:
    """Share of the new public items that a survey with an imperfect detector reports as AI-written.

    Its expected value: items of which a model wrote more than half are found but for the rate
    `observation.false_negative`; others are reported at the rate `observation.false_positive`.
    NaN without new items.
    """
    survey = view.seen.world.settings.observation
    mostly = view.total(view.seen.census.mostly.astype(np.float64))
    found = (1.0 - survey.false_negative) * mostly
    return ratio(found + survey.false_positive * (items(view) - mostly), items(view))


@measure("web", "domains", unit="share")
def marked_share(view: View) -> F64:
    """Share of the new synthetic public items that carry a watermark or a label; NaN without any."""
    return ratio(view.total(view.seen.census.marked.astype(np.float64)), synthetic_items(view))


@measure("web", "domains", unit="share")
def rewrite_share(view: View) -> F64:
    """Share of the new synthetic public items that rewrite an existing item; NaN without any."""
    return ratio(view.total(view.seen.census.rewritten.astype(np.float64)), synthetic_items(view))
