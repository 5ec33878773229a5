"""Investment: outside money for labs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.capital import offer
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World

if TYPE_CHECKING:
    from ecosystem.world.labs import Lab

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """Investors spread what is on offer over labs with a model, or answer those of them that ask for a round."""
    labs = [lab for lab in world.labs.values() if lab.usable]
    money = offer(world)
    if not labs or money == 0:
        return []
    pull = _pull(world, labs)
    if world.settings.investors.rule == "rounds":
        usd = _rounds(world, labs, pull, money)
    else:
        share = np.exp(pull - pull.max())
        usd = money * share / share.sum()
    index = np.array([lab.index for lab in labs])
    return [Transfers.of(Kind.INVESTORS, 0, Kind.LAB, index, Reason.INVESTMENT, usd)]


def _pull(world: World, labs: list[Lab]) -> NDArray[np.float64]:
    """How far money is drawn to each lab, by benchmark and growth of users, log odds, shape (labs,)."""
    settings = world.settings.investors
    users = np.array([[1 + lab.subscribers, 1 + lab.earlier_subscribers] for lab in labs], dtype=float)
    pull: NDArray[np.float64] = settings.growth * np.log2(users[:, 0] / users[:, 1])
    pull += settings.benchmark * np.array([lab.benchmark for lab in labs])
    return pull


def _rounds(world: World, labs: list[Lab], pull: NDArray[np.float64], money: float) -> NDArray[np.float64]:
    """USD for each lab, shape (labs,): who runs short asks, and is served in order of pull while there is money.

    In whole cents, so that no more is paid than is on offer.
    """
    settings, cash = world.settings.investors, world.ledger.usd(Kind.LAB)
    burn = np.nan_to_num(np.array([lab.burn for lab in labs]))
    short = np.array([cash[lab.index] for lab in labs]) < settings.runway * burn
    asked = np.where(short & (burn > 0), np.rint(100 * settings.round * burn), 0.0)
    order = np.argsort(-pull, kind="stable")
    before = np.cumsum(asked[order]) - asked[order]
    granted = np.zeros(len(labs))
    granted[order] = np.clip(np.floor(100 * money) - before, 0.0, asked[order])
    return granted / 100
