"""What models write: the slips of decoding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.ask import ask
from ecosystem.phases.generation import compose
from ecosystem.phases.private import synthesise
from ecosystem.phases.produce import produce
from ecosystem.strategies.learners.base import Writing
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, keys, next_month, publish, world_of

MANY = 4000


def slipping(slip: float, *, accuracy: float = 0.5, **groups: Any) -> World:
    """A world whose lab slips so often and has a model that is right so often."""
    lab = {"name": "alpha", "slip": slip, "data": {"synthetic": 2000.0}}
    farm = {"name": "farm", "count": 2, "volume": 1000.0, "lab": "alpha"}
    world = world_of(**({"labs": [lab], "publishers": {"groups": [farm]}} | groups))
    give_model(world, "alpha", accuracy=accuracy)
    world.publishers.lab[:] = 0
    return world


def composed(slip: float, accuracy: float = 0.5) -> Writing:
    """Many texts by such a lab."""
    world = slipping(slip, accuracy=accuracy)
    lab = world.labs["alpha"]
    assert lab.fitted is not None
    return compose(lab.fitted, lab.settings, keys(MANY), np.arange(MANY) % 2, 1.0, 1.0, world.draw)


def test_without_slips_a_text_is_what_the_model_wrote() -> None:
    world, text = slipping(0.0), composed(0.0)
    model = world.labs["alpha"].fitted
    assert model is not None
    plain = model.write(keys(MANY), np.arange(MANY) % 2, 1.0, 1.0, world.draw)
    for one, other in ((text.idea, plain.idea), (text.correct, plain.correct), (text.style, plain.style)):
        assert np.array_equal(one, other)


def test_a_slip_spoils_what_was_right_and_nothing_else() -> None:
    plain, text = composed(0.0), composed(0.3)
    assert np.array_equal(text.idea, plain.idea)
    assert np.array_equal(text.style, plain.style)
    assert not (text.correct & ~plain.correct).any()  # what was wrong stays wrong
    assert frequent(text.correct[plain.correct], 0.7)


def test_more_slips_spoil_more_and_make_up_for_none() -> None:
    few, many = composed(0.2), composed(0.5)
    assert not (many.correct & ~few.correct).any()
    assert not composed(1.0).correct.any()


def test_publishers_items_and_labs_own_documents_slip() -> None:
    world = slipping(0.25, accuracy=1.0)
    written = produce(world, world.draw)
    published = (written.origin == Origin.SYNTHETIC) & (written.curator != PRIVATE)
    own = synthesise(world, world.draw)
    for correct in (written.correct[published], own.correct):
        assert len(correct) > 1000
        assert frequent(correct, 0.75)


def test_a_verifier_sees_the_slip() -> None:
    data = {"synthetic": 3000.0, "verifier_false_positive": 0.0}
    world = slipping(0.25, accuracy=1.0, labs=[{"name": "alpha", "slip": 0.25, "data": data}])
    assert synthesise(world, world.draw).correct.all()


@pytest.mark.parametrize("slip", [0.0, 1.0])
def test_rewriters_keep_to_their_source_and_answers_to_the_model(slip: float) -> None:
    farm = {"name": "farm", "count": 2, "volume": 500.0, "lab": "alpha", "mode": "rewrite"}
    assistants = {"asks": 30.0}
    world = slipping(
        slip, accuracy=1.0, curators=[{"name": "forum"}], publishers={"groups": [farm], "slip": 0.0},
        humans={"activity": 0.0, "assistants": assistants},
    )  # fmt: skip
    publish(world, 40, curator=0, domain=np.arange(40) % 2)
    next_month(world)
    written = produce(world, world.draw)
    rewritten = written.source >= 0
    assert rewritten.sum() > 500
    assert written.correct[rewritten].all()
    world.humans.assistant[:] = 0
    asked = ask(world, world.draw)
    assert len(asked.right) > 100
    assert asked.right.all()
