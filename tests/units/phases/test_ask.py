"""Asking: subscribers put questions to their assistants; the answers are never published."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosystem.phases.ask import ask
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, near, proportional, world_of

LABS: list[dict[str, Any]] = [{"name": "alpha", "data": {"log_share": 0.25}}, {"name": "beta"}, {"name": "gamma"}]


def askers(count: int = 300, **humans: Any) -> World:
    """A world in which a third each use alpha, beta and nothing; gamma has no model."""
    world = world_of(scale={"humans": count}, humans=humans, labs=LABS)
    give_model(world, "alpha", accuracy=0.3)
    give_model(world, "beta", accuracy=0.9)
    world.humans.assistant = np.resize([0, 1, -1], count)
    return world


def asked(**humans: Any) -> tuple[World, Asked]:
    """The questions of a month."""
    world = askers(**humans)
    return world, ask(world, world.draw)


def test_every_user_asks_a_poisson_number_of_questions_of_its_own_lab() -> None:
    world, questions = asked(assistants={"asks": 12.0})
    assert near(float(len(questions.human)), 2400.0, 2400.0)
    assert np.array_equal(world.humans.assistant[questions.human], questions.lab)
    counts = np.bincount(questions.human, minlength=300)
    assert counts[world.humans.assistant == -1].sum() == 0
    assert questions.ordinal.tolist() == [n for count in counts for n in range(count)]


def test_nobody_asks_a_lab_without_a_model() -> None:
    world = askers()
    world.humans.assistant = 2
    assert len(ask(world, world.draw).human) == 0
    world.labs["alpha"].active = False
    world.humans.assistant = 0
    assert len(ask(world, world.draw).human) == 0


def test_questions_are_about_own_domain_by_focus_and_else_by_demand() -> None:
    world, questions = asked(focus=0.4)
    own = questions.domain == world.humans.domain[questions.human]
    assert frequent(own, 0.4 + 0.6 * world.reality.demand[world.humans.domain[questions.human]])


def test_questions_follow_true_salience() -> None:
    world, questions = asked()
    space = world.reality.space
    found = np.bincount(questions.idea[questions.domain == 0], minlength=int(space.offsets[1]))
    assert proportional(found, world.reality.salience[: space.offsets[1]])


def test_answers_are_right_as_often_as_the_model_is() -> None:
    _, questions = asked()
    assert frequent(questions.right[questions.lab == 0], 0.3)
    assert frequent(questions.right[questions.lab == 1], 0.9)


def test_answers_are_as_right_as_the_model_is_on_the_idea_asked_about() -> None:
    world = askers()
    accuracy = np.linspace(0.0, 1.0, world.reality.space.size)
    give_model(world, "alpha", accuracy=accuracy)
    questions = ask(world, world.draw)
    mine = questions.lab == 0
    flat = world.reality.space.flat(questions.domain[mine], questions.idea[mine])
    assert frequent(questions.right[mine], accuracy[flat])


def test_askers_correct_wrong_answers_as_far_as_they_and_the_domain_allow() -> None:
    world, questions = asked()
    assert not np.any(questions.corrected & questions.right)
    wrong = ~questions.right
    able = world.humans.skill[questions.human] * world.reality.verifiability[questions.domain]
    assert frequent(questions.corrected[wrong], able[wrong])


def test_each_lab_logs_its_own_share() -> None:
    _, questions = asked()
    assert frequent(questions.logged[questions.lab == 0], 0.25)
    assert not questions.logged[questions.lab == 1].any()


def test_logs_are_private_human_documents_as_asked_and_corrected() -> None:
    world, questions = asked()
    world.answer(questions)
    kept = questions.logged
    items = world.content
    assert len(items) == kept.sum() > 0
    assert set(items.curator.tolist()) == {PRIVATE}
    assert set(items.origin.tolist()) == {Origin.HUMAN}
    assert set(items.lab.tolist()) == {0}
    assert np.array_equal(items.author, questions.human[kept])
    assert np.array_equal(items.idea, questions.idea[kept])
    assert np.array_equal(items.domain, questions.domain[kept])
    assert np.array_equal(items.correct, (questions.right | questions.corrected)[kept])
    assert len(set(items.key.tolist())) == len(items)


def test_users_and_labs_learn_how_good_the_answers_were() -> None:
    world = askers(assistants={"learning": 0.25})
    world.humans.writable("satisfaction")[:2], world.humans.writable("reference")[:2] = [0.8, np.nan], [0.6, np.nan]
    world.labs["alpha"].experience = 0.5
    mine = np.array([True, True, False, False, False])
    world.answer(Asked(
        human=np.array([0, 0, 0, 0, 1]), ordinal=np.array([0, 1, 2, 3, 0]), lab=np.array([0, 0, 0, 0, 1]),
        domain=np.zeros(5, dtype=np.int64), idea=np.zeros(5, dtype=np.int64), right=mine, corrected=~mine,
        logged=np.zeros(5, dtype=np.bool_),
    ))  # fmt: skip
    # Half of the first one's answers were right, none of the second's; expectation lags behind satisfaction.
    assert np.allclose(world.humans.satisfaction[:2], [0.8 + 0.25 * (0.5 - 0.8), 0.0])
    assert np.allclose(world.humans.reference[:2], [0.6 + 0.25 * (0.8 - 0.6), 0.0])
    assert np.isnan(world.humans.satisfaction[2:]).all()
    assert world.labs["alpha"].experience == 0.5 + 0.25 * (0.5 - 0.5)
    assert world.labs["beta"].experience == 0.0
    assert [lab.subscribers for lab in world.labs.values()] == [100, 100, 0]


def test_without_labs_or_people_nobody_asks() -> None:
    for world in (world_of(), world_of(scale={"humans": 0}, labs=LABS)):
        assert len(ask(world, world.draw).human) == 0
