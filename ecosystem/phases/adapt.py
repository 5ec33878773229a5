"""Adapt: everyone changes what they do in the light of what they earned; entry and exit."""

from __future__ import annotations

from ecosystem.core.streams import Streams
from ecosystem.phases import business, revision
from ecosystem.phases.adoption import choose_assistants
from ecosystem.phases.homes import choose_homes, found_good, liked
from ecosystem.phases.motivation import feel
from ecosystem.world.proposals import Shifts
from ecosystem.world.world import World

__all__ = ["adapt"]


def adapt(world: World, draw: Streams) -> Shifts:
    """Everything that changes in people, publishers, curators and labs before the next month."""
    feelings = feel(world)
    met = found_good(world)
    books = business.keep_books(world)
    return Shifts(
        motivation=feelings.motivation,
        expectation=feelings.expectation,
        assistant=choose_assistants(world, draw),
        home=choose_homes(world, met, draw),
        met=met,
        liked=liked(world),
        publisher_volume=books.volume,
        publisher_margin=books.margin,
        publisher_lab=business.choose_labs(world, draw),
        publisher_active=books.active,
        publisher_produced=books.produced,
        publisher_revenue=books.revenue,
        publisher_cost=books.cost,
        publisher_views=books.views,
        entrants=business.entrants(world, books, draw),
        curator_trials=revision.revise_curators(world, draw),
        lab_trials=revision.revise_labs(world, draw),
        bankrupt=revision.bankruptcies(world),
    )
