"""Curation: how much each collected document counts, by who wrote it, a verifier, and how it pleases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import SMALLEST
from ecosystem.core.selection import Selection, as_selection, selected
from ecosystem.core.streams import Streams
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.labs import Lab
from ecosystem.world.world import World

__all__ = ["curate", "served"]


def served(lab: Lab, world: World) -> NDArray[np.bool_]:
    """Which domains a lab trains on, shape (domains,)."""
    wanted, listed = lab.settings.data.domains, world.settings.reality.domains
    return np.array([not wanted or domain.name in wanted for domain in listed])[world.reality.kinds]


def curate(
    lab: Lab, rows: NDArray[np.int64], world: World, draw: Streams
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of the collected rows those that count, and how many documents each counts for."""
    strategy, items = lab.settings.data, world.content
    by_origin = strategy.weights.human, strategy.weights.assisted, strategy.weights.synthetic
    weight = np.ones(len(rows))
    if any(worth != 1 for worth in by_origin) or strategy.verifies == "all":
        weight = np.array(by_origin, dtype=float)[items.origin[rows]]
        kept = weight > 0
        if strategy.verifies == "all":
            kept &= _verified(lab, rows, world, draw)
        counted = selected(kept)
        rows, weight = rows[counted], weight[counted]
    return (rows, weight) if strategy.reward.strength == 0 else _chosen(lab, rows, weight, world, draw)


def _verified(lab: Lab, rows: NDArray[np.int64], world: World, draw: Streams) -> NDArray[np.bool_]:
    """What passes the verifier; the lab's own synthetic items did when they were made."""
    strategy, items = lab.settings.data, world.content
    passes = np.where(items.correct[rows], strategy.verifier_true_positive, strategy.verifier_false_positive)
    own = (items.curator[rows] == PRIVATE) & (items.origin[rows] == Origin.SYNTHETIC)
    return own | draw.chance("curate.verify", items.key[rows] ^ lab.key, passes)


def _chosen(
    lab: Lab, rows: NDArray[np.int64], weight: NDArray[np.float64], world: World, draw: Streams
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choice by reward: weights e^r over their mean in the domain, or one of every few candidates."""
    choice, items = lab.settings.data.reward, world.content
    everything = choice.judges == "all"
    judged = slice(0, len(rows)) if everything else np.flatnonzero(items.origin[rows] == Origin.SYNTHETIC)
    at = as_selection(rows[judged])
    domain = items.domain[at].astype(np.int64)
    reward = choice.strength * _rewards(lab, at, domain, world, draw)
    if choice.candidates is None:
        weight[judged] *= _relative(reward, weight[judged], domain)
        kept = selected(weight >= SMALLEST)  # what weighs less cannot be drawn, nor would it be
        return rows[kept], weight[kept]
    wins = np.ones(len(rows), dtype=np.bool_)
    wins[judged] = _winners(reward, domain, items.key[at] ^ lab.key, choice.candidates, draw)
    return rows[wins], weight[wins]


def _rewards(lab: Lab, rows: Selection, domain: NDArray[np.int64], world: World, draw: Streams) -> NDArray[np.float64]:
    """What the lab's reward model makes of each row of a domain: it reads the text and its votes, and no more."""
    choice, items, reality = lab.settings.data.reward, world.content, world.reality
    reward: NDArray[np.float64] = reality.rewards[reality.space.flat(domain, items.idea[rows].astype(np.int64))]
    if choice.correct_weight != 0:
        # An error is seen as far as the domain is verifiable; what is not seen to be wrong looks right.
        seen = draw.chance("reward.check", items.key[rows] ^ lab.key, reality.verifiability[domain])
        reward = reward + choice.correct_weight * (items.correct[rows] | ~seen)
    if choice.vote_weight != 0:
        reward = reward + choice.vote_weight * np.log1p(items.votes[rows].astype(float))
    return reward


def _relative(
    reward: NDArray[np.float64], weight: NDArray[np.float64], domain: NDArray[np.int64]
) -> NDArray[np.float64]:
    """e^reward over its weighted mean in the domain, so that a domain's documents count for as many as before."""
    if len(reward) == 0:
        return reward
    top = np.full(int(domain.max()) + 1, -np.inf)
    np.maximum.at(top, domain, reward)
    # Relative to the best of the domain, so that no exponential overflows and not all vanish.
    odds = np.exp(reward - top[domain])
    mean = np.bincount(domain, weight * odds) / np.maximum(np.bincount(domain, weight), SMALLEST)
    return odds / mean[domain]


def _winners(
    reward: NDArray[np.float64], domain: NDArray[np.int64], who: NDArray[np.uint64], size: int, draw: Streams
) -> NDArray[np.bool_]:
    """Put documents of a domain by lot into groups of ``size`` and choose one of each with odds e^reward.

    What is left over makes a smaller group. A document more shifts the groups behind its lot by one.
    """
    order = np.lexsort((draw.uniform("reward.group", who), domain))
    counts = np.bincount(domain)
    groups = -(-counts // size)
    place = np.arange(len(order)) - (np.cumsum(counts) - counts)[domain[order]]
    group = np.empty(len(order), dtype=np.int64)
    group[order] = (np.cumsum(groups) - groups)[domain[order]] + place // size
    # The first in a race of exponentials of rate e^reward wins with odds e^reward.
    with np.errstate(divide="ignore"):  # a time of 0 wins
        time = np.log(draw.exponential("reward.choice", who)) - reward
    best = np.lexsort((time, group))
    winners = np.zeros(len(order), dtype=np.bool_)
    winners[best[np.flatnonzero(np.diff(group[best], prepend=-1))]] = True
    return winners
