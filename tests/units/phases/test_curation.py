"""Curation: how much each collected document counts, by who wrote it, a verifier, and how it pleases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import train
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.proposals import Crawls
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, near, proportional, publish, world_of

H, A, S = Origin.HUMAN, Origin.ASSISTED, Origin.SYNTHETIC
REWARDS = [0.0, 1.0, -2.0, 0.5]


def lab_world(*, rewards: list[float] | None = None, seed: int = 3, count: int = 1, **data: Any) -> World:
    """A world with one lab of that data strategy, which takes every page at once and smooths nothing.

    Copies of one domain with eight ideas, where half of all errors are seen.
    """
    lab = {"name": "alpha", "learner": {"kind": "empirical", "prior": 0.0}, "data": {"settle": 0} | data}
    domain = {
        "name": "code", "count": count, "ideas": 8, "novelty": 0.0, "verifiability": 0.5, "rewards": rewards or []
    }  # fmt: skip
    return world_of(reality={"styles": 1, "domains": [domain]}, labs=[lab], seed=seed)


def crawled(world: World, count: int, **columns: Any) -> Crawls:
    """What the lab takes of newly published pages."""
    publish(world, count, **columns)
    return scrape(world, world.draw)


def frequencies(world: World, crawls: Crawls) -> NDArray[np.float64]:
    """Idea frequencies of the model trained on what was crawled, in the first domain."""
    world.collect(crawls)
    model = train(world, world.draw).models["alpha"]
    return model.probability[: model.space.offsets[1]]


# --- by origin --------------------------------------------------------------------------------------


def test_documents_count_alike_unless_something_else_is_said() -> None:
    crawls = crawled(lab_world(), 6, origin=[H, A, S, H, A, S])
    assert crawls.weight.tolist() == [1.0] * 6
    assert crawls.row.tolist() == list(range(6))


def test_documents_count_by_origin() -> None:
    crawls = crawled(lab_world(weights={"human": 2.0, "synthetic": 0.25}), 3, origin=[H, A, S])
    assert crawls.weight.tolist() == [2.0, 1.0, 0.25]


def test_origins_of_no_weight_are_left_out_and_still_paid_for() -> None:
    crawls = crawled(lab_world(weights={"synthetic": 0.0}), 4, origin=[S, H, S, A])
    assert crawls.row.tolist() == [1, 3]
    assert crawls.visited.tolist() == [4]


def test_the_mean_style_of_a_model_is_weighted_by_origin() -> None:
    """The estimator whose best weight is the golden ratio's inverse, He, Xu and Cheng 2025, arXiv:2502.18049."""
    w = 0.618
    world = lab_world(weights={"human": w, "assisted": 0.0, "synthetic": 1 - w})
    world.collect(crawled(world, 4, origin=[H, H, S, S], style=[[1.0], [3.0], [5.0], [9.0]]))
    model = train(world, world.draw).models["alpha"]
    assert model.mean[0, 0] == pytest.approx(w * 2.0 + (1 - w) * 7.0)


# --- verifier ---------------------------------------------------------------------------------------


def test_a_verifier_of_everything_keeps_right_and_wrong_pages_at_its_two_rates() -> None:
    world = lab_world(verifies="all", verifier_true_positive=0.9, verifier_false_positive=0.5)
    correct = np.arange(6000) < 3000
    crawls = crawled(world, 6000, correct=correct)
    kept = np.bincount(crawls.row, minlength=6000) > 0
    assert frequent(kept[correct], 0.9)
    assert frequent(kept[~correct], 0.5)


def test_a_verifier_of_own_items_lets_pages_alone() -> None:
    world = lab_world(verifier_true_positive=0.0, verifier_false_positive=0.0)
    assert len(crawled(world, 5).row) == 5


def test_own_synthetic_items_are_not_verified_twice() -> None:
    world = lab_world(verifies="all", verifier_true_positive=0.0, verifier_false_positive=0.0)
    crawls = crawled(world, 4, curator=[PRIVATE, PRIVATE, -1, PRIVATE], origin=[S, H, S, S], lab=[0, 0, 0, 1])
    assert crawls.row.tolist() == [0]  # its commission and the page are verified, and another lab's is not taken


def test_what_a_verifier_says_of_a_page_does_not_depend_on_other_pages() -> None:
    data: dict[str, Any] = {"verifies": "all", "verifier_true_positive": 0.5}
    keys = np.arange(100, dtype=np.uint64)
    less, more = crawled(lab_world(**data), 60, key=keys[40:]), crawled(lab_world(**data), 100, key=keys)
    assert set((less.row + 40).tolist()) == {row for row in more.row.tolist() if row >= 40}
    assert 0 < len(less.row) < 60


# --- reward, many candidates ------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 20), min_size=8, max_size=8).filter(any),
    st.lists(st.floats(-30, 30), min_size=8, max_size=8),
    st.floats(0.01, 3),
)
def test_frequencies_are_reweighted_exactly(counts: list[int], rewards: list[float], strength: float) -> None:
    """By p' = p e^r / E[e^r], Ferbach et al. 2024, arXiv:2407.09499."""
    world = lab_world(rewards=rewards, reward={"strength": strength})
    ideas = np.repeat(np.arange(8), counts)
    crawls = crawled(world, len(ideas), idea=ideas)
    odds = np.array(counts) * np.exp(strength * (np.array(rewards) - max(rewards)))
    assert crawls.weight.sum() == pytest.approx(len(ideas))
    assert np.abs(frequencies(world, crawls) - odds / odds.sum()).max() < 1e-9


def test_the_mean_of_the_exponential_reward_grows_by_its_variance() -> None:
    """E'[e^r] = E[e^r] + Var(e^r)/E[e^r], exactly."""
    world = lab_world(rewards=REWARDS, reward={"strength": 1.3})
    ideas = np.arange(100) % 8
    e = np.exp(1.3 * np.array([*REWARDS, 0.0, 0.0, 0.0, 0.0]))
    p = np.bincount(ideas, minlength=8) / 100
    mean, variance = p @ e, p @ e**2 - (p @ e) ** 2
    assert frequencies(world, crawled(world, 100, idea=ideas)) @ e == pytest.approx(mean + variance / mean, abs=1e-12)


def test_a_strength_of_one_turns_log_fitness_into_fitness() -> None:
    world = lab_world(rewards=[float(np.log(1.25))], reward={"strength": 1.0})
    found = frequencies(world, crawled(world, 20, idea=np.arange(20) % 2))
    assert found[:2] == pytest.approx([1.25 / 2.25, 1 / 2.25], abs=1e-12)


def test_each_domain_is_reweighted_by_itself() -> None:
    world = lab_world(rewards=REWARDS, count=2, reward={"strength": 2.0})
    crawls = crawled(world, 5, domain=[0, 0, 0, 1, 1], idea=[0, 1, 1, 2, 2])
    domain = world.content.domain[crawls.row]
    assert np.bincount(domain, crawls.weight).tolist() == pytest.approx([3.0, 2.0])
    assert crawls.weight[3:].tolist() == pytest.approx([1.0, 1.0])


def test_reward_and_weights_by_origin_multiply() -> None:
    world = lab_world(rewards=[0.0, float(np.log(3))], weights={"human": 2.0}, reward={"strength": 1.0})
    found = frequencies(world, crawled(world, 3, idea=[0, 1, 2], origin=[H, S, S]))
    assert found[:3] == pytest.approx([2 / 6, 3 / 6, 1 / 6], abs=1e-12)


def test_no_difference_in_reward_is_too_large() -> None:
    world = lab_world(rewards=[1e6, -1e6, 0.0], reward={"strength": 1e6})
    crawls = crawled(world, 4, idea=[0, 1, 2, 3])
    assert crawls.row.tolist() == [0]
    assert crawls.weight.tolist() == [4.0]


# --- what a reward model sees -----------------------------------------------------------------------


def test_right_documents_are_rewarded_as_far_as_errors_are_seen() -> None:
    world = lab_world(reward={"strength": 1.0, "correct_weight": float(np.log(4))})
    correct = np.arange(4000) < 1000
    crawls = crawled(world, 4000, correct=correct)
    odds = crawls.weight / crawls.weight.max()
    assert np.allclose(odds[:1000], 1.0)
    assert set(np.round(odds[1000:], 9).tolist()) == {0.25, 1.0}
    assert frequent(odds[1000:] < 0.5, 0.5)  # half of all errors are seen


def test_votes_are_rewarded_by_their_logarithm() -> None:
    world = lab_world(reward={"strength": 2.0, "vote_weight": 0.5})
    publish(world, 3)
    world.content.votes[:] = [0.0, 1.0, 7.0]
    weight = scrape(world, world.draw).weight
    assert (weight / weight[0]).tolist() == pytest.approx([1.0, 2.0, 8.0])


def test_rewards_of_copies_of_a_domain_are_alike_and_end_where_the_list_does() -> None:
    world = lab_world(rewards=REWARDS, count=3)
    assert world.reality.rewards.tolist() == [*REWARDS, 0.0, 0.0, 0.0, 0.0] * 3


def test_a_reward_model_sees_neither_origin_nor_salience() -> None:
    choice = {"strength": 1.0, "correct_weight": 1.0, "vote_weight": 1.0, "candidates": 2}
    world = lab_world(rewards=REWARDS, reward=choice)
    before = crawled(world, 40, idea=np.arange(40) % 8)
    world.content.origin[:], world.content.share[:], world.content.depth[:] = S, 1.0, 3.0
    world.reality.salience = world.reality.salience[::-1].copy()
    assert scrape(world, world.draw).row.tolist() == before.row.tolist()


def test_only_what_models_wrote_can_be_judged() -> None:
    world = lab_world(rewards=[0.0, float(np.log(3))], reward={"strength": 1.0, "judges": "synthetic"})
    crawls = crawled(world, 4, idea=[0, 1, 0, 1], origin=[H, A, S, S])
    assert crawls.weight.tolist() == pytest.approx([1.0, 1.0, 0.5, 1.5])
    world = lab_world(reward={"strength": 1.0, "judges": "synthetic", "candidates": 2})
    crawls = crawled(world, 6, origin=[H, A, S, S, S, S])
    assert crawls.row.tolist()[:2] == [0, 1]
    assert len(crawls.row) == 4


# --- reward, few candidates -------------------------------------------------------------------------


@pytest.mark.parametrize(("documents", "size", "chosen"), [(12, 4, 3), (13, 4, 4), (3, 4, 1), (5, 1, 5), (0, 4, 0)])
def test_one_of_each_group_of_candidates_is_chosen(documents: int, size: int, chosen: int) -> None:
    world = lab_world(rewards=REWARDS, reward={"strength": 1.0, "candidates": size})
    crawls = crawled(world, documents, idea=np.arange(documents) % 8)
    assert crawls.weight.tolist() == [1.0] * chosen


def test_candidates_stand_for_election_within_their_domain() -> None:
    world = lab_world(rewards=REWARDS, count=2, reward={"strength": 1.0, "candidates": 3})
    crawls = crawled(world, 10, domain=[0] * 6 + [1] * 4)
    assert np.bincount(world.content.domain[crawls.row]).tolist() == [2, 2]


def test_of_two_candidates_one_is_chosen_by_the_odds_of_its_reward() -> None:
    world = lab_world(rewards=[0.0, float(np.log(3))], count=2000, reward={"strength": 1.0, "candidates": 2})
    crawls = crawled(world, 4000, domain=np.repeat(np.arange(2000), 2), idea=np.tile([0, 1], 2000))
    assert proportional(np.bincount(world.content.idea[crawls.row], minlength=2), [1.0, 3.0])


def test_candidates_are_put_together_by_lot() -> None:
    """Four documents in pairs: three pairings, each as likely, and the best of a pair always wins."""
    world = lab_world(rewards=[3e5, 2e5, 1e5, 0.0], count=3000, reward={"strength": 1.0, "candidates": 2})
    crawls = crawled(world, 12_000, domain=np.repeat(np.arange(3000), 4), idea=np.tile(np.arange(4), 3000))
    winners = world.content.idea[crawls.row].reshape(3000, 2)
    assert (winners.min(axis=1) == 0).all()
    # The best meets the second in one of three pairings, and then the third wins the other pair.
    assert near(float((winners.max(axis=1) == 2).sum()), 1000.0, 3000 * 2 / 9)


def test_choice_by_lot_is_an_identitys_own() -> None:
    """A document whose lot comes last changes nothing in the groups before it."""
    world, more = (lab_world(rewards=REWARDS, reward={"strength": 1.0, "candidates": 4}) for _ in range(2))
    keys = np.arange(60, dtype=np.uint64)
    lot = world.draw.uniform("reward.group", keys ^ world.labs["alpha"].key)
    keys = keys[np.argsort(lot)]
    first, second = crawled(world, 56, key=keys[:56]), crawled(more, 60, key=keys)
    assert set(first.row.tolist()) == {row for row in second.row.tolist() if row < 56}


def test_labs_choose_by_lots_of_their_own() -> None:
    labs = [{"name": n, "data": {"settle": 0, "reward": {"strength": 1.0, "candidates": 4}}} for n in ("one", "two")]
    world = world_of(labs=labs)
    crawls = crawled(world, 400)
    one, two = (set(crawls.row[crawls.lab == lab].tolist()) for lab in range(2))
    assert len(one) == len(two) == 100
    assert 0 < len(one & two) < 60  # 25 expected
