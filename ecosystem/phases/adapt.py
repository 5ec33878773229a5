"""Adapt: everyone changes what they do in the light of what they earned; entry and exit."""

from __future__ import annotations

from ecosystem.core.streams import Streams
from ecosystem.phases import capital, licensing, revision
from ecosystem.phases.adoption import choose_assistants
from ecosystem.phases.homes import choose_homes, found_good, liked, saw_ai
from ecosystem.phases.motivation import feel
from ecosystem.phases.pay import credit
from ecosystem.phases.publishers.beliefs import learn
from ecosystem.phases.publishers.books import keep_books
from ecosystem.phases.publishers.entry import entrants
from ecosystem.phases.publishers.labs import choose_labs
from ecosystem.phases.publishers.learning import review
from ecosystem.phases.signing import premiums
from ecosystem.world.proposals import InstitutionShifts, MarketShifts, PeopleShifts, PublisherShifts, Shifts
from ecosystem.world.world import World

__all__ = ["adapt"]


def adapt(world: World, draw: Streams) -> Shifts:
    """Everything that changes in people, publishers, curators and labs before the next month."""
    return Shifts(_people(world, draw), _publishers(world, draw), _institutions(world, draw), _market(world, draw))


def _people(world: World, draw: Streams) -> PeopleShifts:
    paid, seen, met = credit(world), saw_ai(world), found_good(world)
    feelings = feel(world, paid)
    return PeopleShifts(
        motivation=feelings.motivation,
        expectation=feelings.expectation,
        assistant=choose_assistants(world, draw),
        home=choose_homes(world, met, draw, seen),
        met=met,
        liked=liked(world),
        paid=paid,
        seen=seen,
        premiums=premiums(world),
    )


def _publishers(world: World, draw: Streams) -> PublisherShifts:
    beliefs = learn(world)
    books = keep_books(world, beliefs)
    return PublisherShifts(
        volume=books.volume,
        margin=books.margin,
        lab=choose_labs(world, draw),
        active=books.active,
        produced=books.produced,
        revenue=books.revenue,
        cost=books.cost,
        views=books.views,
        **beliefs._asdict(),
        **review(world, draw)._asdict(),
        **entrants(world, books, beliefs, draw)._asdict(),
    )


def _institutions(world: World, draw: Streams) -> InstitutionShifts:
    return InstitutionShifts(revision.revise_curators(world, draw), revision.revise_labs(world, draw))


def _market(world: World, draw: Streams) -> MarketShifts:
    optimism, income = capital.feel(world)
    return MarketShifts(
        bankrupt=revision.bankruptcies(world),
        entering=capital.entrants(world, draw),
        optimism=optimism,
        income=income,
        licences=licensing.trade(world),
    )
