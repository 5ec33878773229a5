"""Data: labs pay for crawling, for licences and for commissioned work."""

from __future__ import annotations

import numpy as np

from ecosystem.phases.scrape import licensed_hosts
from ecosystem.world.content import Marks
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.proposals import Crawls
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World, crawls: Crawls) -> list[Transfers]:
    """Labs pay for crawling, for licences and for commissioned work."""
    scale, items = world.settings.scale.people_per_human, world.content
    payments = []
    prices = np.array([curator.settings.licence_price for curator in world.curators.values()])
    rows = world.rows_of(world.clock.step)
    for lab in world.labs.values():
        if not lab.active:
            continue
        hosts = np.flatnonzero(licensed_hosts(lab, world)) if lab.settings.data.licences else np.empty(0, np.int64)
        price, commissioned = lab.settings.data.commission_price, 0
        if price > 0:
            ordered = items.has(Marks.COMMISSIONED, rows) & (items.lab[rows] == lab.index)
            commissioned = int(np.count_nonzero(ordered))
        payments += [
            Transfers.of(
                Kind.LAB,
                lab.index,
                Kind.SUPPLIERS,
                0,
                Reason.CRAWL,
                float(crawls.visited[lab.index]) * scale * lab.settings.crawl_cost,
            ),
            Transfers.of(Kind.LAB, lab.index, Kind.CURATOR, hosts, Reason.LICENCE, prices[hosts]),
            Transfers.of(
                Kind.LAB,
                lab.index,
                Kind.PEOPLE,
                0,
                Reason.COMMISSION,
                commissioned * scale * price,
            ),
        ]
    return payments
