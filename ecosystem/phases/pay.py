"""Pay: what each person is credited of the money that people were paid this month."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.payments.data import licence_share_by_host
from ecosystem.phases.programmes import subsidies
from ecosystem.world.content import NO_LAB, OPEN_WEB, Marks, Origin
from ecosystem.world.feed import hosted_by_people
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.reach import owed
from ecosystem.world.world import World

__all__ = ["credit"]

type F64 = NDArray[np.float64]


def credit(world: World) -> NDArray[np.float32]:
    """What each real person was paid this month for what it writes, USD, shape (people,).

    What the books say was paid to people for a reason is divided by the claims that they have for it, and
    equally where nobody has any: what all are credited is what was paid. Where pay never moves anybody, it is not
    worked out.
    """
    people = world.humans
    if not any(ever.humans.pay_reward > 0 for ever in world.regimes):
        return people.paid
    cents = world.ledger.month[:, Kind.PEOPLE].sum(axis=0)
    pay = np.zeros(len(people))
    for reason in np.flatnonzero(cents).tolist() if len(people) else ():
        claims = CLAIMS[reason](world) if reason in CLAIMS else np.zeros(len(people))
        pay += _divided(cents[reason] / 100.0, claims, len(world.curators) + len(world.labs))
    return (pay / world.settings.scale.people_per_human).astype(np.float32)


def _divided(paid: float, claims: F64, payers: int) -> F64:
    """Money paid, USD, by claims, shape (people,).

    Claims in USD that come to what so many payers paid are met as they stand: a cent that is rounded in what one of
    them pays then changes nobody else's pay.
    """
    total = claims.sum()
    if total == 0:
        return np.full(len(claims), paid / len(claims))
    return claims if abs(paid - total) <= 0.005 * payers else claims * (paid / total)


def _commissions(world: World) -> F64:
    """What labs pay for the month's commissioned items of each person, USD."""
    items, rows = world.content, world.rows_of(world.clock.step)
    ordered = rows.start + np.flatnonzero(items.has(Marks.COMMISSIONED, rows) & (items.lab[rows] != NO_LAB))
    prices = np.array([lab.settings.data.commission_price for lab in world.labs.values()])
    return _by_author(world, ordered, prices[items.lab[ordered]] * world.settings.scale.people_per_human)


def _licences(world: World) -> F64:
    """By items on show, each counting for its part of what its host passes on of its licence income, USD."""
    rows, passed_on = hosted_by_people(world), licence_share_by_host(world)
    host = world.content.curator[rows]
    return _by_author(world, rows, (passed_on / np.maximum(np.bincount(host, minlength=len(passed_on)), 1))[host])


def _subsidies(world: World) -> F64:
    """What the rules of the month offer, USD; where a policy pays by itself, by new items."""
    return subsidies(world) if world.rules.people.has("subsidy") else _new_items(world)


def _on_show(world: World) -> F64:
    """By items on show at hosts."""
    rows = hosted_by_people(world)
    return _by_author(world, rows, np.ones(len(rows)))


def _withdrawn(world: World) -> F64:
    """By items on show that their authors have withdrawn from training."""
    rows = hosted_by_people(world)
    return _by_author(world, rows, world.content.has(Marks.OPTED_OUT, rows).astype(float))


def _new_items(world: World) -> F64:
    """By the month's public items of each person."""
    window = world.rows_of(world.clock.step)
    rows = window.start + np.flatnonzero(_public(world, window))
    return _by_author(world, rows, np.ones(len(rows)))


def _public(world: World, window: slice) -> NDArray[np.bool_]:
    """Which items of a window people wrote for the public, and nobody removed."""
    items = world.content
    public: NDArray[np.bool_] = (items.origin[window] != Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
    return public & ~items.has(Marks.REMOVED, window)


def _by_author(world: World, rows: NDArray[np.int64], weight: F64) -> F64:
    claims: F64 = np.bincount(world.content.author[rows], weight, len(world.humans)).astype(float)
    return claims


CLAIMS: dict[int, Callable[[World], F64]] = {
    Reason.AUTHOR_PAY: owed,
    Reason.COMMISSION: _commissions,
    Reason.AUTHOR_LICENCE: _licences,
    Reason.ROYALTY: _on_show,
    Reason.FINE: _withdrawn,
    Reason.SUBSIDY: _subsidies,
}
"""What gives people a claim to the money that is paid for a reason, of shape (people,)."""
