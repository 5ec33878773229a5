"""How people write: from reality or from what they read, alone or with an assistant."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.generation import use_words
from ecosystem.phases.hosting import hosts_of_people
from ecosystem.world.content import NO_LAB, NO_TEXT, PRIVATE, Marks, Origin
from ecosystem.world.ideas import UNSAID
from ecosystem.world.proposals import Drafts
from ecosystem.world.settings.humans import ASSISTED_SHARES
from ecosystem.world.world import World

__all__ = ["first_hand", "output", "write"]


def output(world: World, draw: Streams) -> Assignments:
    """How many items each person writes: asking an assistant replaces some of the posting."""
    people = world.humans
    served = np.where(people.assistant >= 0, np.nan_to_num(people.satisfaction), 0.0)
    rate = people.activity * people.motivation * (1 - world.settings.humans.substitution * served)
    counts = draw.poisson("write.count", people.key, rate.astype(float))
    author, key = repeated(people.key, counts, draw.step)
    return Assignments(author, key, people.domain[author].astype(np.int64))


class _Statements(NamedTuple):
    """What items say, before anyone helped to say it; arrays of shape (items,)."""

    domain: NDArray[np.int64]
    idea: NDArray[np.int64]
    correct: NDArray[np.bool_]
    source: NDArray[np.int64]


def write(world: World, work: Assignments, draw: Streams) -> Drafts:
    """Write the assigned items for the public."""
    if not len(work.key):
        return _nothing(world)
    said = _brought_up(world, _repeat(world, work, _observe(world, work, draw), draw))
    assisted = _assist(world, work, said, _voice(world, work, draw), draw)
    return _drafts(world, work, said, assisted, hosts_of_people(world, work.author, said.domain, work.key, draw))


def first_hand(world: World, work: Assignments, draw: Streams) -> Drafts:
    """Write the assigned items from reality and alone; they are hosted nowhere."""
    if not len(work.key):
        return _nothing(world)
    said, style = _brought_up(world, _observe(world, work, draw)), _voice(world, work, draw)
    zero, nobody = np.zeros(len(work.key)), np.full(len(work.key), NO_LAB, dtype=np.int16)
    private = np.full(len(work.key), PRIVATE, dtype=np.int16)
    alone = _Assisted(zero, said.correct, style, _words(world, work, said, draw), zero, nobody, zero > 0)
    return _drafts(world, work, said, alone, private)


def _nothing(world: World) -> Drafts:
    return Drafts.none(world.content.dims["styles"], world.content.dims["tokens"])


class _Assisted(NamedTuple):
    """What an assistant's help makes of items; arrays of shape (items,) but for style and tokens."""

    share: NDArray[np.float64]
    correct: NDArray[np.bool_]
    style: NDArray[np.float64]
    tokens: NDArray[np.int32]
    depth: NDArray[np.float64]
    lab: NDArray[np.int16]
    watermarked: NDArray[np.bool_]


def _voice(world: World, work: Assignments, draw: Streams) -> NDArray[np.float64]:
    """Style of each item in its author's own voice, shape (items, styles)."""
    return world.humans.spoken(work.author, "write.style", work.key, world.settings.humans, draw)


def _drafts(world: World, work: Assignments, said: _Statements, help_: _Assisted, host: NDArray[np.int16]) -> Drafts:
    people = world.humans
    marks = np.where(people.signs[work.author], Marks.SIGNED, 0)
    marks |= np.where(people.opts_out[work.author], Marks.OPTED_OUT, 0)
    marks |= np.where(help_.watermarked, Marks.WATERMARKED, 0)
    return Drafts(
        key=work.key,
        domain=said.domain.astype(np.int32),
        idea=said.idea.astype(np.int32),
        correct=help_.correct,
        style=help_.style.astype(np.float32),
        origin=np.where(help_.share > 0, Origin.ASSISTED, Origin.HUMAN).astype(np.uint8),
        share=help_.share.astype(np.float32),
        depth=help_.depth.astype(np.float32),
        author=work.author.astype(np.int32),
        lab=help_.lab,
        curator=host,
        marks=marks.astype(np.uint8),
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
    new = np.flatnonzero(said.idea == UNSAID)
    if len(new) == 0:
        return said
    idea = said.idea.copy()
    idea[new] = world.reality.unsaid(said.domain[new])
    return said._replace(idea=idea)


def _repeat(world: World, work: Assignments, first_hand: _Statements, draw: Streams) -> _Statements:
    """Let some repeat what they read last month instead, errors included where they are not seen."""
    people, items = world.humans, world.content
    if world.reads.shape[1] == 0 or len(items) == 0 or len(work.key) == 0:
        return first_hand
    read = draw.integers("write.read", work.key, world.reads.shape[1])
    row = world.reads[work.author, read].astype(np.int64)
    second_hand = ~draw.chance("write.grounded", work.key, people.grounding[work.author])
    second_hand &= row >= 0
    domain = np.where(second_hand, items.domain[row], first_hand.domain)
    skill = people.skill[work.author] * world.reality.verifiability[domain]
    repaired = draw.chance("write.repair", work.key, skill)
    return _Statements(
        domain,
        np.where(second_hand, items.idea[row], first_hand.idea),
        np.where(second_hand, items.correct[row] | repaired, first_hand.correct),
        np.where(second_hand, row, -1),
    )


def _words(world: World, work: Assignments, said: _Statements, draw: Streams) -> NDArray[np.int32]:
    """Text of each item, shape (items, words): the author's own, or word by word what is repeated, if that has any."""
    tokens = world.reality.language.write(said.domain, work.key, draw)
    if tokens.shape[1] > 0:
        repeats = np.flatnonzero(said.source >= 0)
        heard = world.content.tokens[said.source[repeats]]
        worded = heard[:, 0] != NO_TEXT
        tokens[repeats[worded]] = heard[worded]
    return tokens


def _assist(world: World, work: Assignments, said: _Statements, own: NDArray[np.float64], draw: Streams) -> _Assisted:
    """Mix in the assistants' drafts."""
    people, reality = world.humans, world.reality
    correct, style, key = said.correct.copy(), own, work.key
    tokens = _words(world, work, said, draw)
    share, depth = np.zeros(len(key)), np.zeros(len(key))
    # Repeating an item repeats the generations that it has been through.
    copied = said.source >= 0
    depth[copied] = world.content.depth[said.source[copied]]
    lab_of = np.full(len(key), NO_LAB, dtype=np.int16)
    watermarked = np.zeros(len(key), dtype=np.bool_)
    wants = draw.chance("write.assisted", key, people.reliance[work.author])
    for lab in world.labs.values():
        mine = np.flatnonzero(wants & (people.assistant[work.author] == lab.index))
        if not lab.usable or lab.fitted is None or len(mine) == 0:
            continue
        at, domain = key[mine], said.domain[mine]
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
        correct[mine] = np.where(drafted, checked, correct[mine])
        # Who keeps the draft's statement keeps its words.
        use_words(tokens, mine[drafted], text, np.flatnonzero(told)[drafted])
        style[mine] = (1 - weight)[:, None] * own[mine] + weight[:, None] * text.style[told]
        depth[mine] = np.maximum(depth[mine], weight * (lab.fitted.depth[domain] + 1))
        share[mine], lab_of[mine] = weight, lab.index
        if lab.settings.watermarks:  # a watermark survives editing as far as the draft does
            watermarked[mine] = draw.chance("write.watermark", at, weight)
    return _Assisted(share, correct, style, tokens, depth, lab_of, watermarked)
