"""People: how many, how keen, how content, and what they write."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio, sums
from ecosystem.measures.view import View
from ecosystem.world.content import Origin

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("web", "domains", unit="ratio")
def human_motivation(view: View) -> F64:
    """Mean motivation of people, 1 being what they started with; NaN where there are none."""
    people, domains = view.seen.world.humans, view.seen.domains
    total = view.total(sums(people.domain, domains, people.motivation))
    return ratio(total, view.total(sums(people.domain, domains)))


def _by_home(view: View, values: NDArray[np.number | np.bool_] | None = None) -> F64:
    """People of each group, or the sum of ``values`` (people,) over them, shape (curators + 1,)."""
    home = view.seen.world.humans.home.astype(np.int64)
    group = np.where(home >= 0, home, view.rows - 1)
    return sums(group, view.rows, values)


def _written(view: View, origins: tuple[Origin, ...]) -> F64:
    """New public items of these origins that each person wrote, shape (people,)."""
    theirs = view.seen.author[np.isin(view.seen.origin, origins)]
    return sums(theirs, len(view.seen.world.humans))


@measure("humans", unit="simulated people")
def count(view: View) -> F64:
    """People at home at the curator at the end of the month; "none" are those without a home."""
    return _by_home(view)


@measure("humans", unit="items per month")
def human_items(view: View) -> F64:
    """New public items that these people wrote alone, wherever they are hosted."""
    return _by_home(view, _written(view, (Origin.HUMAN,)))


@measure("humans", unit="share")
def adoption(view: View) -> F64:
    """Share of these people who have an assistant; NaN where there are none."""
    return ratio(_by_home(view, view.seen.world.humans.assistant >= 0), count(view))


@measure("humans", unit="ratio")
def motivation(view: View) -> F64:
    """Mean motivation of these people, 1 being what they started with; NaN where there are none."""
    return ratio(_by_home(view, view.seen.world.humans.motivation), count(view))


@measure("humans", unit="items per month and person")
def activity(view: View) -> F64:
    """Mean number of new public items, alone or assisted, that these people wrote this month.

    NaN where there are none.
    """
    return ratio(_by_home(view, _written(view, (Origin.HUMAN, Origin.ASSISTED))), count(view))


@measure("humans", unit="share")
def satisfaction(view: View) -> F64:
    """Mean share of their questions that assistants answered right, as these people remember it.

    Over those who have asked the assistant that they have; NaN where nobody has.
    """
    felt = view.seen.world.humans.satisfaction
    asked = ~np.isnan(felt)
    return ratio(_by_home(view, np.where(asked, felt, 0.0)), _by_home(view, asked))
