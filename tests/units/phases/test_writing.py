"""How people write: from reality or from what they read, alone or with an assistant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.writing import output, write
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.proposals import Drafts
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, near, proportional, publish, read_rows, world_of

MANY = 6000
"""Items per test: a share is then known to about 0.03 at the false-alarm rate of the verdicts."""
LABS = [{"name": "alpha"}]


def people(count: int = 600, **humans: Any) -> World:
    """A world of some hundred people, with one lab and no model yet."""
    return world_of(scale={"humans": count}, humans=humans, labs=LABS)


def work_of(world: World, items: int = MANY) -> Assignments:
    """The same number of items for everyone."""
    count = len(world.humans)
    author, key = repeated(world.humans.key, np.full(count, items // count), world.draw.step)
    return Assignments(author, key, world.humans.domain[author].astype(np.int64))


def written(world: World, items: int = MANY) -> Drafts:
    """What everyone writes in equal numbers."""
    return write(world, work_of(world, items), world.draw)


def after_reading(world: World, **item: Any) -> Drafts:
    """What people write who have read one and the same item."""
    rows = publish(world, 1, author=0, **item).rows
    read_rows(world, np.full((len(world.humans), 3), rows[0]))
    return written(world)


# --- how much -------------------------------------------------------------------------------------


def test_output_follows_activity_and_motivation() -> None:
    world = people(3000)
    world.humans.motivation = 1.7
    mean = float(world.humans.activity.sum()) * 1.7
    assert near(len(output(world, world.draw).key), mean, mean)


def test_asking_a_good_assistant_replaces_posting() -> None:
    world = people(3000, substitution=0.5)
    world.humans.assistant, world.humans.satisfaction = 0, 0.8
    mean = float(world.humans.activity.sum()) * (1 - 0.5 * 0.8)
    assert near(len(output(world, world.draw).key), mean, mean)


def test_a_perfect_substitute_silences_its_users_and_nobody_else() -> None:
    world = people(600, substitution=1.0)
    before = np.bincount(output(world, world.draw).author, minlength=600)
    world.humans.assistant[::2], world.humans.writable("satisfaction")[:] = 0, 1.0
    after = np.bincount(output(world, world.draw).author, minlength=600)
    assert after[::2].sum() == 0
    assert after[1::2].tolist() == before[1::2].tolist()


def test_who_never_asked_yet_posts_as_before() -> None:
    world = people(600, substitution=1.0)
    before = output(world, world.draw).key
    world.humans.assistant = 0  # satisfaction is NaN before the first question
    assert np.array_equal(output(world, world.draw).key, before)


def test_more_motivation_makes_nobody_write_less() -> None:
    world = people(600)
    counts = []
    for motivation in (0.0, 0.5, 1.0, 2.0):
        world.humans.motivation = motivation
        counts.append(np.bincount(output(world, world.draw).author, minlength=600))
    assert counts[0].sum() == 0
    assert np.all(np.diff(counts, axis=0) >= 0)


# --- what -----------------------------------------------------------------------------------------


def test_grounded_people_say_what_reality_holds() -> None:
    world = people(600, grounding=1.0)
    drafts = after_reading(world, idea=0, correct=False)
    assert np.all(drafts.source == -1)
    space, salience = world.reality.space, world.reality.salience
    told = np.bincount(space.flat(drafts.domain, drafts.idea), minlength=space.size)
    for domain in range(2):
        part = slice(space.offsets[domain], space.offsets[domain + 1])
        assert proportional(told[part], salience[part])


def test_first_hand_statements_are_right_as_often_as_their_authors_are_skilled() -> None:
    world = people(600, grounding=1.0)
    drafts = written(world)
    assert frequent(drafts.correct, world.humans.skill[drafts.author])


def test_people_who_are_always_right_are() -> None:
    assert np.all(written(people(60, grounding=1.0, always_right=True)).correct)


def test_ungrounded_people_repeat_what_they_read() -> None:
    world = people(600, grounding=0.0)
    drafts = after_reading(world, idea=3, domain=1)
    assert np.all(drafts.source == 0)
    assert set(drafts.idea.tolist()) == {3}
    assert set(drafts.domain.tolist()) == {1}


def test_grounding_is_the_share_taken_from_reality() -> None:
    world = people(600, grounding=0.3)
    drafts = after_reading(world)
    assert frequent(drafts.source == -1, world.humans.grounding[drafts.author])


def test_nothing_is_repeated_where_nothing_was_found() -> None:
    world = people(60, grounding=0.0)
    publish(world, 1)
    read_rows(world, np.full((60, 3), -1))
    assert np.all(written(world, 600).source == -1)


def test_only_own_reads_of_last_month_are_repeated() -> None:
    world = people(60, grounding=0.0)
    rows = publish(world, 60, author=np.arange(60)).rows
    read_rows(world, rows.reshape(60, 1))
    drafts = written(world, 600)
    assert np.array_equal(drafts.source, rows[drafts.author])


def test_what_is_right_stays_right_when_repeated() -> None:
    assert np.all(after_reading(people(60, grounding=0.0, skill=0.1), correct=True).correct)


@pytest.mark.parametrize(("domain", "verifiability"), [(0, 0.9), (1, 0.2)])
def test_errors_are_repaired_as_far_as_author_and_domain_allow(domain: int, verifiability: float) -> None:
    world = people(600, grounding=0.0)
    drafts = after_reading(world, correct=False, domain=domain)
    assert frequent(drafts.correct, verifiability * world.humans.skill[drafts.author].astype(float))


def test_repeating_carries_the_generations_that_the_text_has_been_through() -> None:
    assert np.all(after_reading(people(60, grounding=0.0), depth=2.5).depth == 2.5)


# --- how ------------------------------------------------------------------------------------------


def test_style_varies_around_the_authors_voice() -> None:
    world = people(600, within=0.5)
    drafts = written(world)
    apart = (drafts.style - world.humans.voice[drafts.author]).astype(float)
    size = apart.size
    assert near(float(apart.sum()), 0.0, 0.25 * size)
    assert near(float((apart**2).sum()), 0.25 * size, 2 * 0.25**2 * size)
    assert abs(np.corrcoef(apart.T)[0, 1]) < 5 / np.sqrt(MANY)  # 5 standard errors: below ALARM


def test_without_variation_everyone_keeps_to_its_voice() -> None:
    world = people(60, within=0.0)
    drafts = written(world, 600)
    assert np.array_equal(drafts.style, world.humans.voice[drafts.author])


def test_signatures_and_opt_outs_are_their_authors() -> None:
    world = people(600, signing=0.4, opting_out=0.3)
    drafts = written(world)
    assert np.array_equal((drafts.marks & Marks.SIGNED) > 0, world.humans.signs[drafts.author])
    assert np.array_equal((drafts.marks & Marks.OPTED_OUT) > 0, world.humans.opts_out[drafts.author])
    assert frequent(world.humans.signs, 0.4)
    assert frequent(world.humans.opts_out, 0.3)


def test_whoever_signs_at_a_low_share_signs_at_a_higher_one() -> None:
    few, many = (people(600, signing=share).humans.signs for share in (0.2, 0.6))
    assert few.sum() < many.sum()
    assert not np.any(few & ~many)


def test_items_carry_the_signatures_that_pay() -> None:
    world = people(600, signing=0.2, signing_cost=1.0)
    assert np.array_equal((written(world).marks & Marks.SIGNED) > 0, world.humans.signs[written(world).author])
    world = world_of(scale={"humans": 600}, humans={"signing_cost": 1.0}, curators=[{"name": "feed"}])
    world.humans.activity, world.curators["feed"].premium = 0.5, 0.6
    drafts = written(world)
    each = (drafts.marks & Marks.SIGNED).reshape(600, -1) > 0  # the items of a person stand together
    assert np.array_equal(each.all(axis=1), each.any(axis=1))
    assert frequent(each[:, 0], 0.3)


# --- with an assistant ----------------------------------------------------------------------------


def helped(world: World, **model: Any) -> Drafts:
    """What people write who all use the one lab's model."""
    give_model(world, "alpha", **model)
    world.humans.assistant = 0
    return written(world)


def test_nobody_is_helped_without_a_model_or_without_a_subscription() -> None:
    world = people(60, reliance=1.0)
    world.humans.assistant = 0
    assert set(written(world, 600).origin.tolist()) == {Origin.HUMAN}
    give_model(world, "alpha")
    world.humans.assistant = -1
    assert set(written(world, 600).origin.tolist()) == {Origin.HUMAN}


def test_reliance_is_the_share_of_items_with_help() -> None:
    world = people(600, reliance=0.3)
    drafts = helped(world)
    assert frequent(drafts.origin == Origin.ASSISTED, world.humans.reliance[drafts.author])
    assert np.array_equal(drafts.origin == Origin.ASSISTED, drafts.share > 0)
    assert np.array_equal(drafts.lab == 0, drafts.share > 0)


@pytest.mark.parametrize(("trust", "surprise", "factor"), [(2.0, 0.2, np.exp(0.4)), (2.0, -0.3, np.exp(-0.6)),
                                                           (0.0, -0.3, 1.0), (9.0, 0.9, 1e3)])  # fmt: skip
def test_reliance_follows_satisfaction_beyond_what_one_is_used_to(trust: float, surprise: float, factor: float) -> None:
    world = people(600, reliance=0.4, assistants={"trust": trust})
    world.humans.reference, world.humans.satisfaction = 0.5, 0.5 + surprise
    chance = np.minimum(world.humans.reliance.astype(float) * factor, 1.0)
    drafts = helped(world)
    assert frequent(drafts.origin == Origin.ASSISTED, chance[drafts.author])


def test_who_never_asked_relies_as_before() -> None:
    world, before = people(600, assistants={"trust": 5.0}), people(600)
    assert np.array_equal(helped(world).share, helped(before).share)


def test_shares_of_help_follow_their_weights() -> None:
    shares = helped(people(600, reliance=1.0, assistance=[3.0, 0.0, 1.0, 2.0])).share
    counts = [int(np.sum(np.isclose(shares, share))) for share in (0.05, 0.25, 0.55, 0.85)]
    assert sum(counts) == MANY
    assert proportional(counts, [3.0, 0.0, 1.0, 2.0])


def test_help_mixes_the_models_style_with_the_authors() -> None:
    world = people(600, reliance=1.0)
    drafts = helped(world, mean=4.0)
    alone = written(people(600, reliance=0.0))
    assert np.array_equal(alone.key, drafts.key)
    lab, text = world.labs["alpha"].settings, world.labs["alpha"].fitted
    assert text is not None
    own = text.write(drafts.key, drafts.domain.astype(np.int64), lab.temperature, lab.top_p, world.draw)
    weight = drafts.share[:, None].astype(float)
    assert np.allclose(drafts.style, (1 - weight) * alone.style + weight * own.style, atol=1e-5)  # float32


def test_a_draft_brings_its_models_correctness_with_the_chance_of_its_share() -> None:
    world = people(600, reliance=1.0, grounding=1.0)
    world.humans.skill = 0.0  # nobody is right alone, and nobody can check
    drafts = helped(world, accuracy=1.0)
    assert frequent(drafts.correct, drafts.share.astype(float))


def test_wrong_drafts_are_checked_as_far_as_author_and_domain_allow() -> None:
    world = people(600, reliance=1.0, grounding=1.0, always_right=True)
    drafts = helped(world, accuracy=0.0)
    verifiable = world.reality.verifiability[drafts.domain]
    assert frequent(drafts.correct, 1 - drafts.share.astype(float) * (1 - verifiable))


def test_help_adds_its_share_of_a_generation() -> None:
    drafts = helped(people(600, reliance=1.0, grounding=1.0), depth=1.5)
    assert np.allclose(drafts.depth, drafts.share * 2.5)


def test_help_with_a_repeated_item_never_lowers_its_generations() -> None:
    world = people(600, reliance=1.0, grounding=0.0)
    rows = publish(world, 1, depth=2.0).rows
    read_rows(world, np.full((600, 3), rows[0]))
    drafts = helped(world, depth=3.0)
    assert np.allclose(drafts.depth, np.maximum(2.0, drafts.share * 4.0))


def test_people_write_alone_about_what_the_model_does_not_know() -> None:
    world = people(600, reliance=1.0, grounding=1.0)
    offsets = world.reality.space.offsets
    nothing_of_news = np.where(np.arange(offsets[2]) < offsets[1], 1 / 8, 0.0)
    drafts = helped(world, probability=nothing_of_news, depth=np.array([1.0, np.nan]))
    assert np.array_equal(drafts.origin == Origin.ASSISTED, drafts.domain == 0)
    assert np.all(drafts.depth[drafts.domain == 1] == 0)


def test_people_post_on_the_open_web_where_there_is_no_curator() -> None:
    assert set(written(people(60), 600).curator.tolist()) == {OPEN_WEB}


def test_nobody_writes_nothing() -> None:
    world = people(0)
    work = output(world, world.draw)
    assert len(write(world, work, world.draw)) == 0
