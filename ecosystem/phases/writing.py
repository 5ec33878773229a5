"""How people write: from reality or from what they read, alone or with an assistant."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.generation import use_words
from ecosystem.phases.hosting import hosts_of_people
from ecosystem.phases.signing import signed
from ecosystem.phases.watermarks import in_use
from ecosystem.world.content import NO_LAB, NO_TEXT, PRIVATE, Marks, Origin
from ecosystem.world.ideas import UNSAID
from ecosystem.world.proposals import Drafts
from ecosystem.world.settings.humans import ASSISTED_SHARES
from ecosystem.world.world import World

__all__ = ["first_hand", "output", "write"]


_AT_ONCE = 1 << 16
"""People whose months are drawn together; the numbers of so many stay in the processor's second-level cache."""


def output(world: World, draw: Streams, start: int = 0, stop: int | None = None) -> Assignments:
    """How many items each person writes, or each of some; asking an assistant replaces some of the posting."""
    end = len(world.humans) if stop is None else stop
    firsts = range(start, max(end, start + 1), _AT_ONCE)
    return Assignments.join([_output(world, draw, slice(first, min(first + _AT_ONCE, end))) for first in firsts])


def _output(world: World, draw: Streams, rows: slice) -> Assignments:
    people = world.humans
    rate = people.activity[rows] * people.motivation[rows]
    users = np.flatnonzero(people.assistant[rows] >= 0)
    if len(users):
        rate[users] *= 1 - world.settings.humans.substitution * np.nan_to_num(people.satisfaction[rows][users])
    counts = draw.poisson("write.count", people.key[rows], rate.astype(float))
    author, key = repeated(people.key[rows], counts, draw.step)
    author += rows.start
    return Assignments(author, key, people.domain[author].astype(np.int64))


class _Statements(NamedTuple):
    """What items say, before anyone helped to say it; arrays of shape (items,)."""

    domain: NDArray[np.int64]
    idea: NDArray[np.int64]
    correct: NDArray[np.bool_]
    source: NDArray[np.int64]


def write(world: World, work: Assignments, draw: Streams, audience: NDArray[np.float64] | None = None) -> Drafts:
    """Write the assigned items for the public. ``audience`` is that of the world, where it is known already."""
    if not len(work.key):
        return _nothing(world)
    said = _brought_up(world, _repeat(world, work, _observe(world, work, draw), draw))
    host = hosts_of_people(world, work.author, said.domain, work.key, draw, audience)
    return _drafts(world, work, said, _assist(world, work, said, draw), host, draw)


def first_hand(world: World, work: Assignments, draw: Streams) -> Drafts:
    """Write the assigned items from reality and alone; they are hosted nowhere."""
    if not len(work.key):
        return _nothing(world)
    said = _brought_up(world, _observe(world, work, draw))
    private = np.full(len(work.key), PRIVATE, dtype=np.int16)
    return _drafts(world, work, said, _unassisted(world, work, said, draw), private, draw)


def _nothing(world: World) -> Drafts:
    return Drafts.none(world.content.dims["styles"], world.content.dims["tokens"])


class _Assisted(NamedTuple):
    """What an assistant's help makes of items; arrays of shape (items,) but for style and tokens."""

    share: NDArray[np.float64]
    correct: NDArray[np.bool_]
    style: NDArray[np.float32]
    """That of drafts; the others' is still to be found."""
    tokens: NDArray[np.int32]
    depth: NDArray[np.float32]
    lab: NDArray[np.int16]
    marks: NDArray[np.uint8]
    """Watermarks of drafts."""


def _drafts(
    world: World, work: Assignments, said: _Statements, help_: _Assisted, host: NDArray[np.int16], draw: Streams
) -> Drafts:
    """Give the items their authors' voices and marks. Takes what it is given over."""
    people, settings = world.humans, world.settings.humans
    if help_.style.shape[1] > 0:
        people.speak(work.author, "write.style", work.key, settings, draw, help_.share, help_.style)
    help_.marks[signed(world, work.author, draw)] |= np.uint8(Marks.SIGNED)
    if people.opts_out.any():
        help_.marks[people.opts_out[work.author]] |= np.uint8(Marks.OPTED_OUT)
    return Drafts(
        key=work.key,
        domain=said.domain.astype(np.int32),
        idea=said.idea.astype(np.int32),
        correct=help_.correct,
        style=help_.style,
        origin=np.where(help_.share > 0, np.uint8(Origin.ASSISTED), np.uint8(Origin.HUMAN)),
        share=help_.share.astype(np.float32),
        depth=help_.depth,
        author=work.author.astype(np.int32),
        lab=help_.lab,
        curator=host,
        marks=help_.marks,
        source=said.source,
        tokens=help_.tokens,
    )


def _observe(world: World, work: Assignments, draw: Streams) -> _Statements:
    """Say something first-hand: an idea from reality, or one that nobody had; right as often as the author is skilled.

    That each first-hand statement is new with one chance is the innovation of Simon 1955,
    doi:10.1093/biomet/42.3-4.425, and of the infinitely many alleles of Ewens 1972,
    doi:10.1016/0040-5809(72)90035-4.
    """
    idea = world.reality.sample(work.domain, work.key, draw, "write.idea")
    invention = world.settings.humans.invention
    if invention > 0:
        idea[draw.chance("write.invents", work.key, invention)] = UNSAID
    correct = draw.chance("write.correct", work.key, world.humans.skill[work.author])
    return _Statements(work.domain, idea, correct, np.full(len(idea), -1, dtype=np.int64))


def _brought_up(world: World, said: _Statements) -> _Statements:
    """Give every idea that nobody has said before a number in its domain; `produce` makes them one series."""
    if world.settings.humans.invention == 0:
        return said
    new = np.flatnonzero(said.idea == UNSAID)
    if len(new) == 0:
        return said
    idea = said.idea.copy()
    idea[new] = world.reality.unsaid(said.domain[new])
    return said._replace(idea=idea)


def _repeat(world: World, work: Assignments, said: _Statements, draw: Streams) -> _Statements:
    """Let some repeat what they read last month instead, errors included where they are not seen."""
    people, items = world.humans, world.content
    if world.reads.shape[1] == 0 or len(items) == 0:
        return said
    at = np.flatnonzero(~draw.chance("write.grounded", work.key, people.grounding[work.author]))
    if not len(at):
        return said
    read = draw.integers("write.read", work.key[at], world.reads.shape[1])
    row = world.reads[work.author[at], read].astype(np.int64)
    found = row >= 0
    at, row = at[found], row[found]
    if not len(at):
        return said
    domain, who = said.domain.copy(), work.author[at]
    domain[at] = items.domain[row]
    skill = people.skill[who] * world.reality.verifiability[domain[at]]
    said.idea[at] = items.idea[row]
    said.correct[at] = items.correct[row] | draw.chance("write.repair", work.key[at], skill)
    said.source[at] = row
    return said._replace(domain=domain)


def _words(world: World, work: Assignments, said: _Statements, draw: Streams) -> NDArray[np.int32]:
    """Text of each item, shape (items, words): the author's own, or word by word what is repeated, if that has any."""
    tokens = world.reality.language.write(said.domain, work.key, draw)
    if tokens.shape[1] > 0:
        repeats = np.flatnonzero(said.source >= 0)
        heard = world.content.tokens[said.source[repeats]]
        worded = heard[:, 0] != NO_TEXT
        tokens[repeats[worded]] = heard[worded]
    return tokens


def _unassisted(world: World, work: Assignments, said: _Statements, draw: Streams) -> _Assisted:
    """Items that nobody has helped with yet."""
    count = len(work.key)
    return _Assisted(
        share=np.zeros(count),
        correct=said.correct,
        style=np.empty((count, world.content.dims["styles"]), dtype=np.float32),
        tokens=_words(world, work, said, draw),
        depth=np.zeros(count, dtype=np.float32),
        lab=np.full(count, NO_LAB, dtype=np.int16),
        marks=np.zeros(count, dtype=np.uint8),
    )


def _reliance(world: World, who: NDArray[np.int64]) -> NDArray[np.floating]:
    """Chance that each of these users leaves a draft to its assistant, shape of ``who``.

    It rises and falls with satisfaction beyond what one has got used to: gains and losses are felt from an expectation
    that adapts (Koszegi and Rabin 2006, doi:10.1093/qje/121.4.1133).
    """
    people, trust = world.humans, world.settings.humans.assistants.trust
    born: NDArray[np.floating] = people.reliance[who]
    if trust == 0:
        return born
    surprise = np.nan_to_num(people.satisfaction[who].astype(float) - people.reference[who])
    chance: NDArray[np.floating] = np.minimum(born * np.exp(trust * surprise), 1.0)
    return chance


def _assist(world: World, work: Assignments, said: _Statements, draw: Streams) -> _Assisted:
    """Mix in the assistants' drafts."""
    people, reality = world.humans, world.reality
    drafts = _unassisted(world, work, said, draw)
    # Repeating an item repeats the generations that it has been through.
    copied = np.flatnonzero(said.source >= 0)
    drafts.depth[copied] = world.content.depth[said.source[copied]]
    helper = people.assistant[work.author]
    wants = np.flatnonzero(helper >= 0)
    if not len(wants):
        return drafts
    wants = wants[draw.chance("write.assisted", work.key[wants], _reliance(world, work.author[wants]))]
    marking = in_use(world)
    for lab in world.labs.values():
        mine = wants[helper[wants] == lab.index]
        if not lab.usable or lab.fitted is None or len(mine) == 0:
            continue
        at, domain = work.key[mine], said.domain[mine]
        text = lab.fitted.write(at, domain, lab.settings.temperature, lab.settings.top_p, draw)
        told = text.idea >= 0
        mine, at, domain = mine[told], at[told], domain[told]
        weight = np.array(ASSISTED_SHARES)[
            draw.categorical("write.weight", at, np.array(world.settings.humans.assistance))
        ]
        drafted = draw.chance("write.drafted", at, weight)
        answer = lab.fitted.answer(at, domain, said.idea[mine], draw)
        checked = answer | draw.chance(
            "write.check", at, reality.verifiability[domain] * people.skill[work.author[mine]]
        )
        drafts.correct[mine] = np.where(drafted, checked, drafts.correct[mine])
        # Who keeps the draft's statement keeps its words.
        use_words(drafts.tokens, mine[drafted], text, np.flatnonzero(told)[drafted])
        drafts.style[mine] = text.style[told]
        drafts.depth[mine] = np.maximum(drafts.depth[mine], weight * (lab.fitted.depth[domain] + 1))
        drafts.share[mine], drafts.lab[mine] = weight, lab.index
        if marking[lab.index]:  # a watermark survives editing as far as the draft does
            drafts.marks[mine[draw.chance("write.watermark", at, weight)]] = Marks.WATERMARKED
    return drafts
