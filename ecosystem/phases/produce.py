"""Produce: people write, alone or with an assistant; publishers generate or rewrite."""

from __future__ import annotations

from dataclasses import replace

from ecosystem.core.streams import Streams
from ecosystem.core.threads import share_out
from ecosystem.phases import private, programmes, publishing, quotas, writing
from ecosystem.phases.assignments import Assignments
from ecosystem.world.proposals import Drafts
from ecosystem.world.world import World

__all__ = ["produce"]


def produce(world: World, draw: Streams) -> Drafts:
    """Everything written this month, in public and for labs."""
    audience = world.audience
    if world.settings.quotas.documents > 0:
        people, publishers = quotas.assign(world, draw)

        def write(start: int, stop: int) -> Drafts:
            return writing.write(world, people.part(start, stop), draw, audience)

        parts = share_out(write, len(people.key))
    else:
        publishers = publishing.output(world, draw)

        def live(start: int, stop: int) -> Drafts:
            return writing.write(world, writing.output(world, draw, start, stop), draw, audience)

        parts = share_out(live, len(world.humans))
    publishers = Assignments.join([publishers, quotas.of_groups(world, draw)])

    def generate(start: int, stop: int) -> Drafts:
        return publishing.generate(world, publishers.part(start, stop), draw, audience)

    parts += share_out(generate, len(publishers.key))
    parts += [programmes.ordered(world, draw), private.commission(world, draw), private.synthesise(world, draw)]
    drafts = Drafts.join(parts)
    # A model that knows nothing of a domain writes nothing about it.
    return _told_apart(world, drafts.take(drafts.idea >= 0) if drafts.idea.min(initial=0) < 0 else drafts)


def _told_apart(world: World, drafts: Drafts) -> Drafts:
    """Number the ideas that nobody has said before anew, in the order of drafts: each part counted by itself."""
    new = world.reality.unheard(drafts.domain, drafts.idea)
    if len(new) == 0:
        return drafts
    idea = drafts.idea.copy()
    idea[new] = world.reality.unsaid(drafts.domain[new])
    return replace(drafts, idea=idea)
