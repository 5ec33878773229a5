"""What becomes of a month's shifts: how people, publishers, institutions and the market change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.licences import fees

if TYPE_CHECKING:
    from ecosystem.world.labs import Lab
    from ecosystem.world.proposals import InstitutionShifts, MarketShifts, PeopleShifts, PublisherShifts
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["forget_rules", "get_used_to", "shift_institutions", "shift_market", "shift_people", "shift_publishers"]


def shift_people(world: World, shifts: PeopleShifts) -> None:
    """Change what people feel, use and visit; what was learned of an assistant or a home goes with it."""
    people = world.humans
    people.motivation, people.expectation, people.met = shifts.motivation, shifts.expectation, shifts.met
    people.paid = shifts.paid
    if shifts.assistant is not people.assistant and (switched := shifts.assistant != people.assistant).any():
        people.writable("satisfaction")[switched] = np.nan
        people.writable("reference")[switched] = np.nan
    if shifts.home is not people.home and (moved := shifts.home != people.home).any():
        people.writable("met")[moved] = np.nan
    people.assistant, people.home = shifts.assistant, shifts.home
    for curator in world.curators.values():
        curator.premium = float(shifts.premiums[curator.index])
    get_used_to(world, shifts.liked, shifts.seen)


def get_used_to(world: World, liked: NDArray[np.float64], seen: NDArray[np.float64]) -> None:
    """While the web fills up, remember how much readers like what they find at each curator, and see AI in it."""
    months = world.clock.step + 1
    if months <= max(1, world.settings.humans.settling):
        for curator in world.curators.values():
            curator.usual = _averaged(curator.usual, float(liked[curator.index]), months)
            curator.usual_seen = _averaged(curator.usual_seen, float(seen[curator.index]), months)


def _averaged(mean: float, now: float, months: int) -> float:
    """The mean of so many months, from that of those before, NaN if there are none, and the newest."""
    return now if np.isnan(mean) else mean + (now - mean) / months


def shift_publishers(world: World, shifts: PublisherShifts) -> None:
    """Write up publishers' books and plans, and found new ones."""
    publishers = world.publishers
    _wind_up(world, Kind.PUBLISHER, np.flatnonzero(publishers.active & ~shifts.active))
    publishers.volume, publishers.margin = shifts.volume, shifts.margin
    publishers.lab, publishers.active = shifts.lab, shifts.active
    publishers.produced, publishers.views = shifts.produced, shifts.views
    publishers.revenue, publishers.cost = shifts.revenue, shifts.cost
    publishers.pay, publishers.wrote = shifts.pay, shifts.wrote
    for name in ("levers", "settled", "settled_payoff", "memory", "earned", "months"):
        setattr(publishers, name, getattr(shifts, name))
    world.market.read, world.market.posted = shifts.read, shifts.posted
    world.market.planned = shifts.planned
    world.enter(shifts.entrants)


def _wind_up(world: World, kind: Kind, closing: NDArray[np.int64]) -> None:
    """Bring the accounts of those who close to 0: what cash is left goes to investors, and they bear what is owed."""
    if not len(closing):
        return
    cash = world.ledger.usd(kind)[closing]
    left, debts = np.maximum(0.0, cash), np.maximum(0.0, -cash)
    world.ledger.settle(Transfers.of(kind, closing, Kind.INVESTORS, 0, Reason.LIQUIDATION, left))
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, kind, closing, Reason.DEFAULT, debts))


def forget_rules(world: World, settings: WorldSettings) -> None:
    """Let publishers whose group is given another rule of adaptation begin without memories."""
    groups = zip(world.settings.publishers.groups, settings.publishers.groups, strict=True)
    for number, (before, after) in enumerate(groups):
        if after.adaptation != before.adaptation:
            world.publishers.writable("memory")[world.publishers.group == number] = 0.0


def shift_institutions(world: World, shifts: InstitutionShifts) -> None:
    """Book what curators and labs earned, and put the levers of those that reviewed into force."""
    world.licences.income = fees(world).sum(axis=0)  # at the prices of this month
    for kind, agents, trials in (
        (Kind.CURATOR, world.curators, shifts.curators),
        (Kind.LAB, world.labs, shifts.labs),
    ):
        earned = world.ledger.earned(kind)
        for name, agent in agents.items():
            agent.earned += float(earned[agent.index])
            if name in trials:
                agent.trial, agent.earned = trials[name], 0.0
    lost = -world.ledger.earned(Kind.LAB)
    for lab in world.labs.values():
        if lab.active:
            lab.losses = np.append(lab.losses[1:], lost[lab.index])


def shift_market(world: World, shifts: MarketShifts) -> None:
    """Close the labs that are bankrupt, found those that enter, and let investors change their minds."""
    world.licences.terms = shifts.licences
    founded = world.ledger.flow(payee=Kind.LAB, reason=Reason.ENDOWMENT)  # before the first month
    for name in shifts.bankrupt:
        _close(world, world.labs[name])
    for name in shifts.entering:
        _found(world, world.labs[name])
    investors, ledger = world.investors, world.ledger
    investors.optimism, investors.income = shifts.optimism, shifts.income
    put_in = (Reason.INVESTMENT, Reason.ENDOWMENT)
    investors.remember(sum(ledger.flow(payee=Kind.LAB, reason=reason) for reason in put_in) - founded)


def _close(world: World, lab: Lab) -> None:
    """End a lab's business; one that a policy closes may have cash left."""
    lab.active, lab.fitted, lab.subscribers = False, None, 0
    world.licences.end(lab.index)
    _wind_up(world, Kind.LAB, np.array([lab.index]))


def _found(world: World, lab: Lab) -> None:
    """Bring a lab that waited into business from next month on, with its capital."""
    lab.active, lab.entered = True, world.clock.step + 1
    capital = lab.settings.capital
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, lab.index, Reason.ENDOWMENT, capital))
