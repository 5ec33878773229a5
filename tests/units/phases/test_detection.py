"""What a curator or a lab can know to be human or a model's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.detection import known_human, known_machine, refit
from ecosystem.strategies.detectors.base import Detector, Samples
from ecosystem.strategies.learners.n_gram import NGramText
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.memory import let_go
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, live, near, next_month, proportional, publish, world_of

KEY = np.uint64(99)
GAUSSIAN = Detector.registry.get("gaussian")


def told_apart(**groups: Any) -> World:
    """A world of four months, the first model in the third, whose texts bear their month as style."""
    world = world_of(labs=[{"name": "alpha"}], **groups)
    for month in range(4):
        marks = np.where(np.arange(80) < 10, Marks.SIGNED, 0)
        publish(world, 80, style=float(month), marks=marks, author=np.arange(80) % 12)
        if month == 2:
            world.first_model = month
        next_month(world)
    return world


def months_of(samples: Samples | None) -> list[float]:
    """The months that samples come from."""
    assert samples is not None
    return sorted(set(samples.style[:, 0].tolist()))


def test_before_the_first_model_all_public_text_is_known_to_be_human() -> None:
    world = world_of(labs=[{"name": "alpha"}])
    assert known_human(world, 50, KEY) is None
    publish(world, 40, style=np.arange(40)[:, None] * [1.0, 1.0])
    next_month(world)
    samples = known_human(world, 50, KEY)
    assert set(months_of(samples)) <= set(range(40))


def test_after_it_only_older_and_signed_text_is() -> None:
    world = told_apart()
    samples = known_human(world, 10_000, KEY)
    assert months_of(samples) == [0.0, 1.0, 2.0, 3.0]
    assert samples is not None
    counts = [int(np.sum(samples.style[:, 0] == month)) for month in range(4)]
    assert counts[2] <= 10
    assert counts[3] <= 10
    world.content.marks[:] = 0
    assert months_of(known_human(world, 10_000, KEY)) == [0.0, 1.0]


def test_the_same_texts_vouch_from_month_to_month() -> None:
    """Lots are drawn once and for all: only what is signed since comes in, and takes the place of as many."""
    world = told_apart()
    before = known_human(world, 60, KEY)
    publish(world, 40, style=4.0, marks=np.where(np.arange(40) < 5, Marks.SIGNED, 0), author=np.arange(40) % 12)
    next_month(world)
    after = known_human(world, 60, KEY)
    assert before is not None
    assert after is not None
    assert len(before.domain) == len(after.domain) == 60
    assert np.sum(after.style[:, 0] == 4.0) <= 5
    for half in (0, 1):  # what is fitted on, and what is set aside
        old = after.style[half::2, 0]
        for month in range(4):
            assert np.sum(old == month) <= np.sum(before.style[half::2, 0] == month)


def test_looking_through_month_by_month_finds_what_looking_through_all_at_once_does() -> None:
    detector = {"kind": "gaussian", "samples": 60}
    world = told_apart(curators=[{"name": "forum", "detector": detector}])
    (key,) = world.past.texts
    let_go(world)
    assert world.past.looked_through == 4
    found = known_human(world, 60, key)
    del world.past.texts[key]
    again = known_human(world, 60, key)
    assert found is not None
    assert again is not None
    assert np.array_equal(found.domain, again.domain)
    assert np.array_equal(found.style, again.style)


def test_private_text_vouches_for_nothing() -> None:
    world = told_apart()
    world.content.curator[:] = PRIVATE
    assert known_human(world, 50, KEY) is None


def test_samples_of_human_text_are_fair() -> None:
    world = told_apart()
    drawn = np.zeros(len(world.content))
    world.content.style[:, 0] = np.arange(len(world.content))
    for seed in range(200):
        samples = known_human(world, 40, np.uint64(seed))
        assert samples is not None
        assert 0 < len(samples.domain) <= 40
        drawn[samples.style[:, 0].astype(int)] += 1
    assert proportional(drawn[:160], np.ones(160))  # items of one sample are distinct, which only narrows the counts


def test_no_sample_depends_on_true_origin_or_correctness() -> None:
    world = told_apart()
    before = known_human(world, 60, KEY)
    world.content.origin[:] = Origin.ASSISTED
    world.content.share[:], world.content.depth[:], world.content.correct[:] = 0.85, 3.0, False
    after = known_human(world, 60, KEY)
    assert before is not None
    assert after is not None
    assert np.array_equal(before.style, after.style)


def test_machine_text_is_what_usable_models_write_on_request() -> None:
    world = world_of(
        labs=[{"name": "alpha", "temperature": 1.0}, {"name": "beta", "temperature": 0.5}, {"name": "gamma"}]
    )
    assert known_machine(world, 50, KEY, world.draw) is None
    give_model(world, "alpha", mean=10.0)
    give_model(world, "beta", mean=-10.0)
    give_model(world, "gamma", mean=1000.0)
    world.labs["gamma"].active = False
    samples = known_machine(world, 2000, KEY, world.draw)
    assert samples is not None
    assert proportional(np.bincount(samples.domain), world.reality.demand)
    for mean, scale in ((10.0, 1.0), (-10.0, 0.5)):
        mine = samples.style[np.sign(samples.style[:, 0]) == np.sign(mean)].astype(float)
        assert len(mine) == 1000
        assert near(float((mine - mean).sum()), 0.0, scale**2 * mine.size)
        assert near(float(((mine - mean) ** 2).sum()), scale**2 * mine.size, 2 * scale**4 * mine.size)
    assert samples.style.max() < 100


def test_words_that_no_detector_looks_at_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = {"kind": "n_gram", "order": 1, "smoothing": 0.1}
    spoken = {"name": "code", "ideas": 9, "text": {"kind": "markov", "vocabulary": 6, "order": 1, "successors": 3}}
    world = world_of(
        reality={"styles": 2, "tokens": 4, "domains": [spoken]},
        labs=[{"name": "alpha", "cadence": 1, "learner": learner, "data": {"settle": 0}}],
        quotas={"documents": 50},
    )
    live(world, 2)
    model = world.labs["alpha"].fitted
    assert model is not None
    assert model.text is not None
    keys = np.arange(20, dtype=np.uint64)
    some = keys, np.zeros(20, dtype=np.int64), 0.8, 0.9, world.draw
    whole, rest = model.write(*some), model.write_without_words(*some)
    assert whole.tokens is not None
    assert rest.tokens is None
    for column in ("idea", "correct", "style"):
        np.testing.assert_array_equal(getattr(rest, column), getattr(whole, column))
    before = known_machine(world, 30, KEY, world.draw)
    monkeypatch.setattr(NGramText, "write", None)  # could not be called
    after = known_machine(world, 30, KEY, world.draw)
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(after.style, before.style)
    np.testing.assert_array_equal(after.domain, before.domain)


def test_nothing_is_known_of_domains_that_no_model_writes_about() -> None:
    world = world_of(labs=[{"name": "alpha"}])
    offsets = world.reality.space.offsets
    give_model(world, "alpha", probability=np.where(np.arange(offsets[2]) < offsets[1], 1 / 8, 0.0))
    samples = known_machine(world, 400, KEY, world.draw)
    assert samples is not None
    assert set(samples.domain.tolist()) == {0}


def test_a_detector_is_refitted_when_it_is_old_enough() -> None:
    world = told_apart()
    give_model(world, "alpha")
    kind = GAUSSIAN(refresh=3, samples=200)
    step = world.clock.step
    fitted = [
        refit(kind, last, KEY, world, world.draw) is not None for last in (None, step - 4, step - 3, step - 2, step)
    ]
    assert fitted == [True, True, True, False, False]


def test_nothing_is_fitted_without_a_detector_a_model_or_enough_human_text() -> None:
    world = told_apart()
    assert refit(None, None, KEY, world, world.draw) is None
    assert refit(GAUSSIAN(), None, KEY, world, world.draw) is None
    give_model(world, "alpha")
    assert refit(GAUSSIAN(), None, KEY, world, world.draw) is not None
    world.content.curator[:] = PRIVATE
    world.content.curator[:3] = 0  # three texts are too few to estimate from
    assert refit(GAUSSIAN(), None, KEY, world, world.draw) is None


def test_a_lab_fits_a_detector_from_the_month_after_its_first_model_on() -> None:
    world = world_of(
        scale={"humans": 200}, labs=[{"name": "alpha", "detector": "gaussian", "data": {"settle": 0}}],
    )  # fmt: skip
    live(world, 1)
    assert world.labs["alpha"].fitted is not None
    assert world.labs["alpha"].detector is None
    publish(world, 200, author=np.arange(200))
    live(world, 1)
    assert world.labs["alpha"].detector_fitted_at is None  # no text is older than the first model
    world = world_of(scale={"humans": 200}, labs=[{"name": "alpha", "detector": "gaussian", "launch": "2018-03"}])
    live(world, 4)
    assert world.labs["alpha"].detector_fitted_at == 3
