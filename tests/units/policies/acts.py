"""A policy at work in a small world: its rules in force, what labs take under it, and what it makes whom pay."""

from __future__ import annotations

from typing import Any

from ecosystem.phases.regulate import regulate
from ecosystem.phases.scrape import scrape
from ecosystem.policies import Policy
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import world_of

type Flows = dict[tuple[Kind, int, Kind, int, Reason], float]

HOSTS: list[dict[str, Any]] = [
    {"name": "dear", "crawl": "licence", "licence_price": 1000.0},
    {"name": "free"},
    {"name": "shy", "crawl": "opt_out"},
]
DEAR, FREE, SHY = range(3)


def labs(*entries: dict[str, Any], **data: Any) -> list[dict[str, Any]]:
    """Labs to which a document is worth 0.25 USD, with what each entry says and all have in common."""
    common = {"settle": 0, "document_value": 0.25} | data
    return [
        {"name": f"lab {number}"} | entry | {"data": common | entry.get("data", {})}
        for number, entry in enumerate(entries or ({},))
    ]


def hosts_and(buyers: list[dict[str, Any]], **groups: Any) -> World:
    """A licensed, an open and a closed host, and labs; one simulated item stands for ten."""
    return world_of(**({"curators": HOSTS, "labs": buyers} | groups))


def enact(policy: Policy, world: World) -> None:
    """Put what the policy lays down into force, and nothing else."""
    world.enact(policy.amend(regulate(world), world, world.draw))


def crawl(policy: Policy, world: World) -> Crawls:
    """What labs take under the policy, collected."""
    crawls = policy.amend(scrape(world, world.draw), world, world.draw)
    world.collect(crawls)
    return crawls


def rows_of(crawls: Crawls, lab: int = 0) -> list[int]:
    """Rows that a lab takes."""
    rows: list[int] = crawls.row[crawls.lab == lab].tolist()
    return rows


def collected(policy: Policy, world: World, crawls: Crawls) -> Flows:
    """What the policy itself makes whom pay, USD, by payer, payee and reason; legal, or the books refuse it."""
    transfers = policy.amend(Money(NO_TRANSFERS, crawls), world, world.draw).transfers
    world.ledger.settle(transfers)
    flows: Flows = {}
    for payer_kind, payer, payee_kind, payee, reason, cents in zip(*map(list, transfers), strict=True):
        key = (Kind(payer_kind), int(payer), Kind(payee_kind), int(payee), Reason(reason))
        flows[key] = flows.get(key, 0.0) + cents / 100
    return flows
