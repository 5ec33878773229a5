"""Room for inventions: how many ideas people can bring up in a run, known before it starts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.settings import WorldSettings

__all__ = ["allowed", "room"]

CAUTION = 8.0
"""Standard deviations above the mean for which there is room where inventions fall by lot.

By Bernstein's inequality a sum of independent events exceeds its mean by t with a chance below
exp(-t^2 / (2 (variance + t / 3))); there is room for the t at which this is exp(-CAUTION^2 / 2) = 1.3e-14.
assumption: of runs with a million domains, one in a hundred million may run out.
"""


def room(timeline: list[WorldSettings]) -> NDArray[np.int64]:
    """Most ideas that people can invent in each listed domain, shape (listed domains,).

    What the scenario says; else what fixed volumes allow: every first-hand item may be an invention.

    Args:
        timeline: the settings in force in each month, index by step.
    """
    domains = timeline[0].reality.domains
    most = 0
    if any(domain.inventions is None for domain in domains):
        most = allowed(timeline)
    return np.array([most if domain.inventions is None else domain.inventions for domain in domains])


def allowed(timeline: list[WorldSettings]) -> int:
    """Most inventions that fixed volumes and commissions allow in a domain over all months."""
    certain, uncertain, mean, variance = 0, 0.0, 0.0, 0.0
    for step, settings in enumerate(timeline):
        chance = settings.humans.invention
        if chance == 0 or settings.scale.humans == 0:
            continue
        for trials, share in _first_hand(settings, step):
            p = chance * share
            if p == 1.0:
                certain += int(trials)
            else:
                uncertain += trials
                mean += trials * p
                variance += trials * p * (1 - p)
        # Commissions by volume are Poisson, and may all fall on the domain.
        volume = chance * sum(lab.data.commissions for lab in settings.labs)
        mean, variance = mean + volume, variance + volume
        uncertain += math.inf if volume > 0 else 0.0
    return certain + math.ceil(min(uncertain, mean + _margin(variance))) if uncertain else certain


def _first_hand(settings: WorldSettings, step: int) -> list[tuple[float, float]]:
    """Items of a domain that may be said first-hand in a month, and the chance that a person writes each."""
    quotas = settings.quotas
    documents = quotas.grown(quotas.documents, step)
    commissions = sum(lab.data.commissions_per_domain for lab in settings.labs)
    if quotas.exact:
        return [(quotas.by_people(documents), 1.0), (commissions, 1.0)]
    return [(documents, quotas.human_share), (commissions, 1.0)]


def _margin(variance: float) -> float:
    """How far a sum of independent events of this variance may exceed its mean; see CAUTION."""
    exponent = CAUTION**2 / 2
    return exponent / 3 + math.sqrt((exponent / 3) ** 2 + 2 * exponent * variance)
