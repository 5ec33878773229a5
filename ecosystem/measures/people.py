"""People: how many, how keen, how content, and what they write."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.world.content import Origin

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", "domains", unit="ratio")
def human_motivation(view: View) -> F64:
    """Mean motivation of people, 1 being what they started with; NaN where there are none."""
    people = view.seen.population
    return ratio(view.total(people.motivation_by_domain), view.total(people.by_domain.astype(np.float64)))


@measure("humans", unit="simulated people")
def count(view: View) -> F64:
    """People at home at the curator at the end of the month; "none" are those without a home."""
    return view.seen.population.by_home.astype(np.float64)


@measure("humans", unit="items per month")
def human_items(view: View) -> F64:
    """New public items that these people wrote alone, wherever they are hosted."""
    return view.seen.census.by_home[:, Origin.HUMAN].astype(np.float64)


@measure("humans", unit="share")
def adoption(view: View) -> F64:
    """Share of these people who have an assistant; NaN where there are none."""
    return ratio(view.seen.population.with_assistant.astype(np.float64), count(view))


@measure("humans", unit="ratio")
def motivation(view: View) -> F64:
    """Mean motivation of these people, 1 being what they started with; NaN where there are none."""
    return ratio(view.seen.population.motivation, count(view))


@measure("humans", unit="items per month and person")
def activity(view: View) -> F64:
    """Mean number of new public items, alone or assisted, that these people wrote this month.

    NaN where there are none.
    """
    return ratio(view.seen.census.by_home.sum(axis=1).astype(np.float64), count(view))


@measure("humans", unit="share")
def satisfaction(view: View) -> F64:
    """Mean share of their questions that assistants answered right, as these people remember it.

    Over those who have asked the assistant that they have; NaN where nobody has.
    """
    people = view.seen.population
    return ratio(people.satisfaction, people.asked.astype(np.float64))
