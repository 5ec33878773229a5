"""Data: labs pay for crawling, for licences, royalties and commissioned work; hosts share with authors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.feed import hosted_by_people
from ecosystem.world.labs import Lab
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.licences import fees, page_fee
from ecosystem.world.proposals import Crawls
from ecosystem.world.world import World

__all__ = ["licence_share_by_host", "payments"]


def payments(world: World, crawls: Crawls) -> list[Transfers]:
    """Labs pay for crawling, for licences and for commissioned work, hosts their authors."""
    scale, hosts = world.settings.scale.people_per_human, np.arange(len(world.curators))
    paid, payments = fees(world), []
    for lab in world.labs.values():
        if not lab.active:
            continue
        crawled = _fetched(lab, crawls) * scale * lab.settings.crawl_cost
        commissioned = _commissioned(lab, world) * scale * lab.settings.data.commission_price
        royalty = _royalty(lab, world, crawls)
        kept = float(world.rules.labs.administration[lab.index])
        payments += [
            Transfers.of(Kind.LAB, lab.index, Kind.SUPPLIERS, 0, Reason.CRAWL, crawled),
            Transfers.of(Kind.LAB, lab.index, Kind.CURATOR, hosts, Reason.LICENCE, paid[lab.index]),
            Transfers.of(Kind.LAB, lab.index, Kind.PEOPLE, 0, Reason.COMMISSION, commissioned),
            Transfers.of(Kind.LAB, lab.index, Kind.CURATOR, hosts, Reason.CRAWL_FEE, _crawl_fees(lab, world, crawls)),
            Transfers.of(Kind.LAB, lab.index, Kind.PEOPLE, 0, Reason.ROYALTY, royalty * (1 - kept)),
            Transfers.of(Kind.LAB, lab.index, Kind.SUPPLIERS, 0, Reason.ROYALTY, royalty * kept),
        ]
    shared = licence_share_by_host(world)
    return [*payments, Transfers.of(Kind.CURATOR, hosts, Kind.PEOPLE, 0, Reason.AUTHOR_LICENCE, shared)]


def _fetched(lab: Lab, crawls: Crawls) -> int:
    """Pages that the lab fetched and filtered this month: it stops at its budget where it has one."""
    pages, most = int(crawls.visited[lab.index]), lab.settings.data.crawl_budget
    return pages if most is None else min(pages, most)


def _crawl_fees(lab: Lab, world: World, crawls: Crawls) -> NDArray[np.float64]:
    """What the lab owes each host for the pages it fetched this month, USD, shape (curators,)."""
    fee = page_fee(lab, world)
    if not fee.any():
        return np.zeros(len(fee))
    due: NDArray[np.float64] = crawls.fetched[lab.index] * fee * world.settings.scale.people_per_human
    return due


def _royalty(lab: Lab, world: World, crawls: Crawls) -> float:
    """What the lab owes for the public documents by people that it took this month, USD."""
    royalty = float(world.rules.labs.royalty[lab.index])
    if royalty == 0:
        return 0.0
    items, rows = world.content, crawls.row[crawls.lab == lab.index]
    theirs = (items.origin[rows] != Origin.SYNTHETIC) & (items.curator[rows] >= OPEN_WEB)
    return royalty * int(np.count_nonzero(theirs)) * world.settings.scale.people_per_human


def _commissioned(lab: Lab, world: World) -> int:
    """Documents that the lab commissioned this month."""
    if lab.settings.data.commission_price == 0:
        return 0
    items, rows = world.content, world.rows_of(world.clock.step)
    return int(np.count_nonzero(items.has(Marks.COMMISSIONED, rows) & (items.lab[rows] == lab.index)))


def licence_share_by_host(world: World) -> NDArray[np.float64]:
    """What each host passes on of its licence income to authors this month, USD, shape (curators,).

    It goes to people by how many public items of theirs are on show there; where there are none, nothing does.
    """
    share = np.array([curator.settings.licence_share for curator in world.curators.values()])
    if not share.any():
        return np.zeros(len(share))
    there = times_each(world.content.curator[hosted_by_people(world)], len(share)) > 0
    return np.where(there, share * fees(world).sum(axis=0), 0.0)
