"""People say what nobody has said before: who does, how often, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosystem.core.parameters import SettingTooSmall
from ecosystem.model import WebEcosystem
from ecosystem.phases.produce import produce
from ecosystem.scenario import Scenario
from ecosystem.strategies.learners.empirical import EmpiricalModel
from ecosystem.world.content import NO_LAB, PRIVATE, Origin
from ecosystem.world.ideas import UNBORN
from ecosystem.world.world import World
from tests.units.phases.worlds import drafts, frequent, give_model, live, near, next_month, publish, read_rows, world_of

CODE, NEWS = 8, 5
"""Founding ideas of the two domains of a plain world."""


def inventive(
    chance: float = 1.0, *, humans: int = 12, room: int = 5000, domain: dict[str, Any] | None = None, **groups: Any
) -> World:
    """A world whose people invent with some chance; nobody hits upon it by himself, unless ``domain`` says so."""
    shared = {"novelty": 0.0, "surge": 0.0, "residual": 0.0, "inventions": room} | (domain or {})
    domains = [{"name": "code", "ideas": CODE, **shared}, {"name": "news", "ideas": NEWS, **shared}]
    people = {"network": "none", "attention": 4, "invention": chance, "activity": 20.0} | groups.pop("people", {})
    return world_of(scale={"humans": humans}, reality={"styles": 2, "domains": domains}, humans=people, **groups)


# --- who invents --------------------------------------------------------------------------------------------


def test_nobody_invents_unless_asked_to() -> None:
    world = inventive(0.0)
    assert len(said := produce(world, world.draw)) > 100
    assert (said.idea < np.array([CODE, NEWS])[said.domain]).all()


def test_every_invention_has_a_number_of_its_own_in_the_order_of_writing() -> None:
    world = inventive()
    said = produce(world, world.draw)
    for domain, founding in enumerate((CODE, NEWS)):
        mine = said.idea[said.domain == domain]
        assert mine.tolist() == list(range(founding, founding + len(mine)))


def test_first_hand_statements_are_new_as_often_as_the_chance_says() -> None:
    world = inventive(0.3, humans=400)
    said = produce(world, world.draw)
    assert len(said) > 4000
    assert frequent(said.idea >= np.array([CODE, NEWS])[said.domain], 0.3)


def test_more_inventions_leave_all_others_as_they_are() -> None:
    few, many = (produce(world, world.draw) for world in (inventive(0.1), inventive(0.6)))
    founding = np.array([CODE, NEWS])
    new, newer = (said.idea >= founding[said.domain] for said in (few, many))
    assert 0 < new.sum() < newer.sum()
    assert not np.any(new & ~newer)
    assert np.array_equal(few.idea[~newer], many.idea[~newer])
    for name in ("key", "domain", "correct", "style", "author", "curator"):
        assert np.array_equal(getattr(few, name), getattr(many, name)), name


def test_whoever_repeats_what_was_read_invents_nothing() -> None:
    world = inventive(people={"grounding": 0.0})
    publish(world, 3, idea=[0, 1, 2])
    read_rows(world, [[0, 1, 2, 2]] * 12)
    next_month(world)
    said = produce(world, world.draw)
    assert len(said) > 100
    assert (said.source >= 0).all()
    assert set(said.idea.tolist()) == {0, 1, 2}
    assert world.reality.taken.tolist() == [CODE, NEWS]


def test_between_repeating_and_inventing_no_number_is_left_out() -> None:
    world = inventive(people={"grounding": 0.5})
    publish(world, 1)
    read_rows(world, [[0] * 4] * 12)
    next_month(world)
    said = produce(world, world.draw)
    for domain, founding in enumerate((CODE, NEWS)):
        mine = said.idea[(said.domain == domain) & (said.source < 0)]
        assert mine.tolist() == list(range(founding, founding + len(mine)))
    assert (said.idea[said.source >= 0] == 0).all()
    assert 0 < (said.source >= 0).sum() < len(said)


def test_help_in_writing_leaves_an_invention_the_writers() -> None:
    world = inventive(labs=[{"name": "alpha"}], people={"reliance": 1.0, "assistance": [0, 0, 0, 1]})
    accuracy = np.where(world.reality.born < 0, 1.0, 0.0)  # the model is wrong on all that is new
    give_model(world, "alpha", accuracy=accuracy, known=world.reality.born < 0)
    world.humans.assistant[:] = 0
    world.reality.verifiability[:] = 0.0  # nobody sees an error
    world.humans.skill[:] = 1.0
    said = produce(world, world.draw)
    assert (said.origin == Origin.ASSISTED).all()
    assert (said.idea >= np.array([CODE, NEWS])[said.domain]).all()
    assert len(set(zip(said.domain.tolist(), said.idea.tolist(), strict=True))) == len(said)
    # A draft of 85 % says what the model says of it with that chance.
    assert frequent(~said.correct, 0.85)


def test_commissioned_and_public_inventions_are_one_series() -> None:
    world = inventive(labs=[{"name": "alpha", "data": {"commissions": 40.0, "commissions_per_domain": 5}}])
    said = produce(world, world.draw)
    private = said.curator == PRIVATE
    assert private.any()
    assert not private.all()
    for domain, founding in enumerate((CODE, NEWS)):
        mine = said.idea[said.domain == domain]
        assert mine.tolist() == list(range(founding, founding + len(mine)))
    assert (said.lab[~private] == NO_LAB).all()


def test_models_invent_nothing() -> None:
    world = inventive(
        labs=[{"name": "alpha", "data": {"synthetic": 200.0}}], people={"activity": 0.0},
        publishers={"groups": [{"name": "farm", "count": 3, "volume": 50.0}]},
    )  # fmt: skip
    give_model(world, "alpha", known=world.reality.born < 0, probability=_alike(world))
    world.publishers.lab[:] = 0
    said = produce(world, world.draw)
    assert (said.origin == Origin.SYNTHETIC).sum() > 200
    assert (said.idea < np.array([CODE, NEWS])[said.domain]).all()


def _alike(world: World) -> Any:
    """The same chance for every founding idea."""
    return world.reality.space.shares((world.reality.born < 0).astype(float))


# --- what becomes of it -------------------------------------------------------------------------------------


def test_an_invention_is_there_from_the_month_on_in_which_it_is_published() -> None:
    world = inventive()
    reality, proposed = world.reality, produce(world, world.draw)
    before = (reality.born.copy(), reality.taken.copy())
    assert np.array_equal(before[0], reality.born)  # to propose changes nothing
    live(world, 3)
    items = world.content
    born = reality.born[reality.space.flat(items.domain, items.idea)]
    assert np.array_equal(born, items.step)
    assert np.array_equal(items.idea[: len(proposed)], proposed.idea)
    ranks = reality.rank[reality.space.flat(items.domain, items.idea)]
    assert ((ranks >= 1) & (ranks <= np.array([CODE, NEWS])[items.domain])).all()
    assert not reality.salience[reality.born >= 0].any()


def test_with_residual_salience_others_hit_upon_an_invention() -> None:
    world = inventive(domain={"residual": 1.0}, people={"grounding": 1.0})
    live(world, 1)
    world.settings = world.settings.model_copy(
        update={"humans": world.settings.humans.model_copy(update={"invention": 0.0})}
    )
    reality = world.reality
    said = produce(world, world.draw)
    share = float(reality.salience[: reality.space.offsets[1]][CODE:].sum())
    mine = said.idea[said.domain == 0]
    assert 0.5 < share < 1.0
    assert near(float((mine >= CODE).sum()), share * len(mine), share * (1 - share) * len(mine))


def test_a_copy_of_an_invention_tells_the_same_idea_and_a_lost_number_stays_empty() -> None:
    world = inventive(people={"activity": 0.0})
    publish(world, 4, idea=[CODE + 2, CODE + 2, CODE, 3])
    reality = world.reality
    assert reality.taken.tolist() == [CODE + 3, NEWS]
    assert reality.born[CODE : CODE + 4].tolist() == [0, UNBORN, 0, UNBORN]
    next_month(world)
    assert reality.unsaid(np.array([0, 1, 0])).tolist() == [CODE + 3, NEWS, CODE + 4]
    assert np.isfinite(reality.salience).all()


def test_what_an_invention_becomes_goes_by_its_item_and_not_by_its_number() -> None:
    worlds = [inventive(people={"activity": 0.0}) for _ in range(2)]
    one = drafts(worlds[0], 1)
    for world, idea in zip(worlds, (CODE, CODE + 30), strict=True):
        publish(world, 1, idea=idea, key=one.key)
    ranks = [int(world.reality.rank[at]) for world, at in zip(worlds, (CODE, CODE + 30), strict=True)]
    assert ranks[0] == ranks[1] > 0


# --- room ---------------------------------------------------------------------------------------------------


def test_without_room_the_key_is_named() -> None:
    world = inventive(room=3)
    with pytest.raises(SettingTooSmall, match=r"in domain code than the 3 .* reality\.domains\.code\.inventions"):
        produce(world, world.draw)
    with pytest.raises(SettingTooSmall, match=r"reality\.domains\.news\.inventions"):
        publish(world, 1, domain=1, idea=NEWS + 3)


def test_what_is_born_by_itself_keeps_its_room() -> None:
    world = inventive(room=2, domain={"novelty": 0.5}, people={"activity": 0.0})
    reality = world.reality
    publish(world, 2, idea=[CODE, CODE + 1])
    for _ in range(23):
        next_month(world)
        with pytest.raises(SettingTooSmall):
            reality.unsaid(np.array([0]))
    assert reality.taken[0] == reality.space.lengths[0] == CODE + 2 + 23 * CODE // 2


# --- laws, small --------------------------------------------------------------------------------------------


LAWS = Path(__file__).parents[3] / "scenarios" / "laws"


def lab_alone(steps: int, documents: int, domains: int, share: float, **keys: Any) -> WebEcosystem:
    """A lab that trains each month on what it wrote itself and a share by people, of which each item is a new idea."""
    plain = Scenario.read(LAWS / "base.toml").replace({
        "steps": steps, "scale.humans": 2 * domains, "quotas.documents": documents, "quotas.exact": False,
        "humans.invention": 1.0, "reality.domains.replicate.count": domains,
        "reality.domains.replicate.surge": 0.0, "reality.domains.replicate.residual": 0.0,
        "shocks": [{"at": "2018-02", "set": {"quotas.human_share": share}}],
    })  # fmt: skip
    return WebEcosystem(plain.replace(keys), seed=5)


def test_new_ideas_balance_those_lost_to_drift() -> None:
    """Homozygosity of infinitely many alleles: F = (1/N) / (1 - (1 - 1/N)(1 - m)^2), with N documents, m of them new.

    Ewens 1972, doi:10.1016/0040-5809(72)90035-4, in the limit of large N. 150 domains over 60 months, in
    which the past is forgotten some three times: the standard error is below 5 % of F (checked); a mean misses
    by 4 of them in 6e-5 of cases.
    """
    documents, share = 50, 0.02
    model = lab_alone(140, documents, 150, share)
    found = []
    for step in range(140):
        model.step()
        if step >= 80 and step % 10 == 9:
            fitted = model.labs["lab"].fitted
            assert isinstance(fitted, EmpiricalModel)
            found.append(fitted.space.totals(fitted.probability**2))
    values = np.mean(found, axis=0)
    expected = (1 / documents) / (1 - (1 - 1 / documents) * (1 - share) ** 2)
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert error < 0.05 * expected
    assert abs(values.mean() - expected) < 4 * error


def test_copying_what_was_ever_written_makes_a_zipf_tail() -> None:
    """Simon 1955: with new ideas at a rate a, a share 1/(2 - a) of all ideas is told once.

    30 domains of 5,000 documents with some 500 ideas each: the standard error is below 0.006 (checked).
    """
    share = 0.1
    model = lab_alone(500, 10, 30, share, **{"labs.lab.data.retention": 1.0})
    for _ in range(500):
        model.step()
    count = model.world.corpora[0].dump()["corpus.count"].astype(float)
    row = model.world.reality.space.row_of()
    once = np.bincount(row, count == 1) / np.bincount(row, count > 0)
    error = once.std(ddof=1) / np.sqrt(len(once))
    assert error < 0.006
    assert abs(once.mean() - 1 / (2 - share)) < 4 * error
