"""Capital: what investors feel, what they offer, and which labs are founded for it.

Nobody looks into a lab's books: investors know users, prices, benchmarks and what they themselves have paid.
"""

from __future__ import annotations

import math

import numpy as np

from ecosystem.core.streams import Streams
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.world import World

__all__ = ["entrants", "feel", "offer", "utility"]

CENT = 0.01
"""USD; the least that can be paid."""


def offer(world: World) -> float:
    """USD on offer to labs this month: the budget times twice the share of optimists; 0 once it has ended."""
    settings = world.settings.investors
    if settings.until is not None and world.clock.date >= settings.until:
        return 0.0
    return settings.budget * (2 * world.investors.optimism)


def _income(world: World) -> float:
    """What users pay all labs this month as anybody can work it out, USD."""
    listed = sum(lab.subscribers * lab.settings.price for lab in world.labs.values() if lab.usable)
    return listed * world.settings.scale.people_per_human * world.settings.humans.assistants.paying


def _averaged(world: World) -> float:
    """Income of labs averaged with this month's, USD; NaN while there is none, not a cent."""
    now, before = _income(world), world.investors.income
    after = now if math.isnan(before) else before + (1 - world.settings.investors.inertia) * (now - before)
    return after if after >= CENT else math.nan


def utility(world: World) -> float:
    """What it is worth to be an optimist rather than a pessimist.

    Trend followers, those who look at the return, and the herd in one utility, as in Brock and Hommes (1998,
    doi:10.1016/S0165-1889(98)00011-6) and Lux (1995, doi:10.2307/2235156). Before labs have any income there is no
    trend. At least a month's budget counts as invested, so that a first dollar is no infinite return.
    """
    settings, investors = world.settings.investors, world.investors
    ratio = _averaged(world) / investors.income
    growth = 0.0 if math.isnan(ratio) else 12 * math.log(ratio)
    invested = max(float(investors.invested.sum()), settings.budget)
    yearly = 12 * _income(world) / invested - settings.required if invested > 0 else 0.0
    balance = 2 * investors.optimism - 1
    return settings.trend * growth + settings.worth * yearly + settings.herd * balance


def feel(world: World) -> tuple[float, float]:
    """Share of optimists next month, and the averaged income of labs that they go by, USD per month.

    Before there is any model nobody has a view.
    """
    settings, before = world.settings.investors, world.investors.optimism
    if world.first_model is None:
        return before, world.investors.income
    drive = settings.intensity * utility(world)
    chosen = 0.5 * (1 + math.tanh(drive / 2))  # the logistic function, without overflow
    return before + (1 - settings.inertia) * (chosen - before), _averaged(world)


def entrants(world: World, draw: Streams) -> tuple[str, ...]:
    """Labs that enter for next month: those waiting that a lot calls, while what is on offer covers their capital.

    What labs with a model have been given of it this month is gone: under the rule `spread` that is all of it.
    """
    settings = world.settings.investors
    waiting = [lab for lab in world.labs.values() if lab.waiting and lab.since_date(world.clock) >= 0]
    if not waiting:
        return ()
    chance = 1 - math.exp(-settings.entry * max(0.0, utility(world)))
    called = draw.chance("lab.entry", np.array([lab.key for lab in waiting], dtype=np.uint64), chance)
    spent = world.ledger.flow(payee=Kind.LAB, reason=Reason.INVESTMENT)
    left = max(0.0, offer(world) - spent)  # shares are rounded to the cent
    found = []
    for lab, enters in zip(waiting, called, strict=True):
        if enters and lab.settings.capital <= left:
            left -= lab.settings.capital
            found.append(lab.name)
    return tuple(found)
