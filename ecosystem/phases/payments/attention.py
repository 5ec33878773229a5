"""Attention: views pay hosts, and hosts pay publishers, authors, servers and moderation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.phases.moderation import consequence, dutiful
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.reach import Rates, Reach
from ecosystem.world.reception import VIEWS
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """What advertisers and hosts pay."""
    rows = world.rows_of(world.clock.step)
    duty = dutiful(world, world.content.curator[rows], world.content.origin[rows])
    return [*_advertising(world), *_moderation(world, duty), *_review(world, duty), *_checking(world)]


def _advertising(world: World) -> list[Transfers]:
    """Advertisers pay hosts by the view; hosts share with publishers and people."""
    settings, hosts = world.settings, list(world.curators.values())
    if not any(max(h.settings.rpm, h.settings.operations, h.settings.signed_bonus) > 0 for h in hosts):
        return []
    served = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=(1, 2)).astype(np.float64)
    reach = Reach.of(world)
    rates = Rates.of(world, reach)
    views = settings.scale.people_per_human * settings.humans.views_per_read
    worth = np.array([curator.settings.rpm for curator in hosts]) * views / 1000.0
    # One payment per host and publisher, not per view: rounding to cents then loses nothing that matters.
    # The share of publishers that have closed stays with the host: nobody is left to be paid.
    payer, payee = np.nonzero(reach.publishers * world.publishers.active)
    to_publishers = reach.publishers[payer, payee] * rates.publisher[payer]
    to_people = reach.people * rates.author + reach.signed * rates.signed
    index = np.arange(len(hosts))
    upkeep = np.array([curator.settings.operations for curator in hosts]) * views / 1000.0
    return [
        Transfers.of(Kind.ADVERTISERS, 0, Kind.CURATOR, index, Reason.ADVERTISING, served * worth),
        Transfers.of(Kind.CURATOR, payer, Kind.PUBLISHER, payee, Reason.REVENUE_SHARE, to_publishers),
        Transfers.of(Kind.CURATOR, index, Kind.PEOPLE, 0, Reason.AUTHOR_PAY, to_people),
        Transfers.of(Kind.CURATOR, index, Kind.SUPPLIERS, 0, Reason.OPERATIONS, served * upkeep),
    ]


def _moderation(world: World, duty: NDArray[np.bool_]) -> list[Transfers]:
    """Hosts with a detector pay for every new item that it looks at; ``duty`` as for the gate, shape (curators,).

    Whoever does nothing to suspects, and has no duty, need not look.
    """
    hosts = list(world.curators.values())
    acts = [c.settings.detector is not None and c.settings.ai_policy != "allow" for c in hosts]
    used = [c.detector is not None and (does or bool(duty[c.index])) for c, does in zip(hosts, acts, strict=True)]
    if not any(host.settings.moderation_cost > 0 and uses for host, uses in zip(hosts, used, strict=True)):
        return []
    new = world.content.curator[world.rows_of(world.clock.step)]
    posted = times_each(np.maximum(new, OPEN_WEB), len(hosts)) * world.settings.scale.people_per_human
    cost = np.where(used, [c.settings.moderation_cost for c in hosts], 0.0)
    return [Transfers.of(Kind.CURATOR, np.arange(len(hosts)), Kind.SUPPLIERS, 0, Reason.MODERATION, posted * cost)]


def _review(world: World, duty: NDArray[np.bool_]) -> list[Transfers]:
    """Hosts pay for people's looks at what their detectors flag, where that has consequences, and for fitting these."""
    hosts = list(world.curators.values())
    if not any(host.settings.review_cost > 0 or host.settings.detector_cost > 0 for host in hosts):
        return []
    rows = world.rows_of(world.clock.step)
    flagged = world.content.curator[rows][world.content.has(Marks.FLAGGED, rows)]
    suspect = times_each(np.maximum(flagged, OPEN_WEB), len(hosts)) * world.settings.scale.people_per_human
    done = [consequence(host, world, duty=bool(duty[host.index])) for host in hosts]
    look = np.array([c.settings.review_cost if what != "allow" else 0.0 for c, what in zip(hosts, done, strict=True)])
    fitted = np.array([c.settings.detector_cost if c.fitted_at == world.clock.step else 0.0 for c in hosts])
    index = np.arange(len(hosts))
    return [Transfers.of(Kind.CURATOR, index, Kind.SUPPLIERS, 0, Reason.REVIEW, suspect * look + fitted)]


def _checking(world: World) -> list[Transfers]:
    """Hosts pay for checking the signatures of new items, where the law has them do so."""
    cost = world.rules.hosts.checking
    if not cost.any():
        return []
    rows = world.rows_of(world.clock.step)
    signed = world.content.curator[rows][world.content.has(Marks.SIGNED, rows)]
    checked = times_each(np.maximum(signed, OPEN_WEB), len(cost)) * world.settings.scale.people_per_human
    return [Transfers.of(Kind.CURATOR, np.arange(len(cost)), Kind.SUPPLIERS, 0, Reason.COMPLIANCE, checked * cost)]
