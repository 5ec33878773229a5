"""Earn: views pay curators and publishers; subscriptions, API calls and licences move money."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.phases.publishing import written_by_publishers
from ecosystem.phases.scrape import licensed_hosts
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Asked, Crawls, Money
from ecosystem.world.reception import VIEWS
from ecosystem.world.world import World

__all__ = ["api_cost", "earn", "item_cost", "production_cost"]


def earn(world: World, asked: Asked, crawls: Crawls) -> Money:
    """All payments of the month."""
    return Money(
        join(
            [
                *_advertising(world),
                *_hosting(world),
                *_publishing(world),
                *_subscriptions(world, asked),
                *_data(world, crawls),
                *_running_labs(world),
                *_investment(world),
            ]
        )
    )


def _advertising(world: World) -> list[Transfers]:
    """Advertisers pay hosts by the view; hosts share with publishers and people."""
    settings, hosts = world.settings, list(world.curators.values())
    if not any(host.settings.rpm > 0 or host.settings.operations > 0 for host in hosts):
        return []
    views_of_people, views_of_models = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=2).T
    by_publisher = world.reception.by_publisher[:-1]
    served = (views_of_people + views_of_models).astype(np.float64)
    views = settings.scale.people_per_human * settings.humans.views_per_read
    worth = np.array([curator.settings.rpm for curator in hosts] + [0.0]) * views / 1000.0
    publisher_share = np.array([c.settings.publisher_share for c in hosts] + [0.0]) * worth
    author_share = np.array([c.settings.author_share for c in hosts] + [0.0]) * worth
    # One payment per host and publisher, not per view: rounding to cents then loses nothing that matters.
    payer, payee = np.nonzero(by_publisher)
    counts = by_publisher[payer, payee].astype(np.float64)
    to_people = views_of_people * author_share[:-1]
    index = np.arange(len(hosts))
    upkeep = np.array([curator.settings.operations for curator in hosts]) * views / 1000.0
    return [
        Transfers.of(Kind.ADVERTISERS, 0, Kind.CURATOR, index, Reason.ADVERTISING, served * worth[:-1]),
        Transfers.of(Kind.CURATOR, payer, Kind.PUBLISHER, payee, Reason.REVENUE_SHARE, counts * publisher_share[payer]),
        Transfers.of(Kind.CURATOR, index, Kind.PEOPLE, 0, Reason.AUTHOR_PAY, to_people),
        Transfers.of(Kind.CURATOR, index, Kind.SUPPLIERS, 0, Reason.OPERATIONS, served * upkeep),
    ]


def _hosting(world: World) -> list[Transfers]:
    """Hosts with a detector pay for every new item that it looks at."""
    hosts = list(world.curators.values())
    if not any(host.settings.moderation_cost > 0 and host.detector is not None for host in hosts):
        return []
    new = world.content.curator[world.rows_of(world.clock.step)]
    posted = times_each(np.maximum(new, OPEN_WEB), len(hosts)) * world.settings.scale.people_per_human
    cost = np.array([c.settings.moderation_cost if c.detector is not None else 0.0 for c in hosts])
    return [Transfers.of(Kind.CURATOR, np.arange(len(hosts)), Kind.SUPPLIERS, 0, Reason.MODERATION, posted * cost)]


def api_cost(world: World) -> NDArray[np.float64]:
    """Price of one generated item at each lab, USD, shape (labs,)."""
    market = world.settings.publishers
    if market.api_price == 0:
        return np.zeros(len(world.labs))
    ratio = np.array([lab.settings.api_ratio for lab in world.labs.values()])
    return market.tokens / 1e6 * market.api_price * ratio


def item_cost(world: World) -> NDArray[np.float64]:
    """What one item costs each publisher, all in, USD, shape (publishers,)."""
    price = np.append(api_cost(world), 0.0)
    return price[world.publishers.lab] + production_cost(world)


def production_cost(world: World) -> NDArray[np.float64]:
    """What one item costs each publisher besides the API, USD, shape (publishers,).

    It grows with volume: the topics, sites and promotion that still pay get harder to find.
    """
    publishers, market = world.publishers, world.settings.publishers
    if market.production == 0:
        return np.zeros(len(publishers))
    first = np.array([group.volume for group in market.groups])[publishers.group]
    grown = np.divide(publishers.volume, first, out=np.ones(len(publishers)), where=first > 0)
    return market.production * publishers.ratio * grown**market.diseconomy


def _publishing(world: World) -> list[Transfers]:
    """Publishers pay labs for text and suppliers for the rest."""
    market = world.settings.publishers
    if market.api_price == 0 == market.production:
        return []
    written = written_by_publishers(world) * world.settings.scale.people_per_human
    index, lab = np.arange(len(world.publishers)), world.publishers.lab.astype(np.int64)
    price = np.append(api_cost(world), 0.0)[lab]
    return [
        Transfers.of(Kind.PUBLISHER, index, Kind.LAB, np.maximum(lab, 0), Reason.API, written * price),
        Transfers.of(Kind.PUBLISHER, index, Kind.SUPPLIERS, 0, Reason.PRODUCTION, written * production_cost(world)),
    ]


def _subscriptions(world: World, asked: Asked) -> list[Transfers]:
    """Some users pay; every question costs its lab something."""
    labs, scale = list(world.labs.values()), world.settings.scale.people_per_human
    fee = np.array([lab.settings.price if lab.usable else 0.0 for lab in labs])
    if not fee.any() and not len(asked.lab):
        return []
    index = np.arange(len(labs))
    users = times_each(world.humans.assistant, len(labs))
    paying = users * scale * world.settings.humans.assistants.paying
    questions = times_each(asked.lab, len(labs)) * scale
    cost = np.array([lab.settings.inference_cost for lab in labs])
    return [
        Transfers.of(Kind.PEOPLE, 0, Kind.LAB, index, Reason.SUBSCRIPTION, paying * fee),
        Transfers.of(Kind.LAB, index, Kind.SUPPLIERS, 0, Reason.INFERENCE, questions * cost),
    ]


def _data(world: World, crawls: Crawls) -> list[Transfers]:
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


def _running_labs(world: World) -> list[Transfers]:
    """Staff every month; a training when there was one, dearer every year."""
    payments = []
    for lab in world.labs.values():
        if not lab.active:
            continue
        payments.append(
            Transfers.of(Kind.LAB, lab.index, Kind.SUPPLIERS, 0, Reason.OPERATIONS, lab.settings.operations)
        )
        if lab.trained_at == world.clock.step:
            cost = lab.settings.training_cost * lab.dearness
            payments.append(Transfers.of(Kind.LAB, lab.index, Kind.SUPPLIERS, 0, Reason.TRAINING, cost))
    return payments


def _investment(world: World) -> list[Transfers]:
    """Investors spread their budget over labs with a model, by benchmark and growth of users."""
    settings = world.settings.investors
    labs = [lab for lab in world.labs.values() if lab.usable]
    if not labs or settings.budget == 0:
        return []
    users = np.array([[1 + lab.subscribers, 1 + lab.earlier_subscribers] for lab in labs], dtype=float)
    pull = settings.growth * np.log2(users[:, 0] / users[:, 1])
    pull += settings.benchmark * np.array([lab.benchmark for lab in labs])
    share = np.exp(pull - pull.max())
    index = np.array([lab.index for lab in labs])
    return [Transfers.of(Kind.INVESTORS, 0, Kind.LAB, index, Reason.INVESTMENT, settings.budget * share / share.sum())]
