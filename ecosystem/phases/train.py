"""Train: on its cadence a lab estimates its next model from what it holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, name_key
from ecosystem.strategies.learners.base import Model
from ecosystem.world.budgets import Budget
from ecosystem.world.labs import Lab
from ecosystem.world.proposals import Training
from ecosystem.world.world import World

__all__ = ["benchmark", "due", "train"]


def due(lab: Lab, world: World) -> bool:
    """Whether the lab trains this month: at its launch and every ``cadence`` months after."""
    since = lab.since_launch(world.clock)
    return lab.active and since >= 0 and since % lab.settings.cadence == 0


def train(world: World, draw: Streams) -> Training:
    """Fit a model for every lab that is due."""
    models, documents, benchmarks = {}, {}, {}
    for name, lab in world.labs.items():
        if not due(lab, world):
            continue
        data = lab.settings.data
        budget = Budget(_grown(data.sample_budget, lab), _grown(data.sample_per_domain, lab), data.replacement)
        corpus = world.corpora[lab.index].sample(budget, lab.key, world.reality.keys, draw)
        if corpus.documents <= 0:
            continue  # nothing to learn from yet: the lab tries again at its next date
        capacity = _grown(lab.settings.capacity, lab)
        models[name] = lab.settings.learner.fit(corpus, capacity, _tuning(lab, world), lab.key, draw)
        documents[name] = corpus.documents
        benchmarks[name] = benchmark(models[name], world)
    return Training(models, documents, benchmarks)


def _grown(at_launch: int | None, lab: Lab) -> int | None:
    """A sample budget or capacity at today's compute: both grow with its square root."""
    return None if at_launch is None else round(at_launch * (lab.compute * lab.settings.compute) ** 0.5)


def _tuning(lab: Lab, world: World) -> NDArray[np.float64]:
    """Shift of the model's style by tuning, shape (styles,): partly towards where all labs tune."""
    if lab.settings.tuning == 0:
        return np.zeros(world.settings.reality.styles)
    who = np.array([name_key("tuning"), lab.key], dtype=np.uint64)
    common, own = Streams(world.draw.seed, 0).normal("lab.tuning", who, world.settings.reality.styles)
    likeness = lab.settings.likeness
    direction = np.sqrt(likeness) * common / np.linalg.norm(common) + np.sqrt(1 - likeness) * own / np.linalg.norm(own)
    if not direction.any():  # equal and opposite, as can be in one dimension: what is common decides
        direction = common
    shift: NDArray[np.float64] = lab.settings.tuning * direction / np.linalg.norm(direction)
    return shift


def benchmark(model: Model, world: World) -> float:
    """Accuracy on a fixed public set of questions: the most salient founding ideas of each domain.

    The set is published once, at the start, and never refreshed. Domains count by demand.
    """
    at, layout, share = world.reality.questions(world.settings.observation.benchmark_ideas)
    return float(world.reality.demand @ layout.totals(share * model.skill(at)))
