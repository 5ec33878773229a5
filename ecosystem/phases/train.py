"""Train: on its cadence a lab estimates its next model from what it holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, name_key
from ecosystem.phases.compliance import complies
from ecosystem.strategies.learners.base import Model
from ecosystem.world.budgets import Budget
from ecosystem.world.labs import Lab
from ecosystem.world.proposals import Training
from ecosystem.world.world import World

__all__ = ["benchmark", "compute_used", "due", "train"]


def due(lab: Lab, world: World) -> bool:
    """Whether the lab trains this month: at its launch and every ``cadence`` months after."""
    since = lab.since_launch(world.clock)
    return lab.active and since >= 0 and since % lab.settings.cadence == 0


def train(world: World, draw: Streams) -> Training:
    """Fit a model for every lab that is due."""
    models, documents, benchmarks, effort = {}, {}, {}, {}
    for name, lab in world.labs.items():
        if not due(lab, world):
            continue
        data, compute = lab.settings.data, compute_used(lab, world)
        budget = Budget(_grown(data.sample_budget, compute), _grown(data.sample_per_domain, compute), data.replacement)
        corpus = world.corpora[lab.index].sample(budget, lab.key, world.reality.keys, draw)
        if corpus.documents <= 0:
            continue  # nothing to learn from yet: the lab tries again at its next date
        capacity = _grown(lab.settings.capacity, compute)
        models[name] = lab.settings.learner.fit(corpus, capacity, _tuning(lab, world), lab.key, draw)
        documents[name] = corpus.documents
        benchmarks[name] = benchmark(models[name], world)
        if compute < _compute(lab):
            effort[name] = compute / _compute(lab)
    return Training(models, documents, benchmarks, effort)


def compute_used(lab: Lab, world: World) -> float:
    """Compute of a training of the lab this month, relative to its launch: all it has, or as much as the law allows.

    What is above a cap is worth at least what the lab would pay for it.
    """
    has, rules = _compute(lab), world.rules.labs
    cap = float(rules.most_compute[lab.index])
    if has <= cap or not complies(lab.training_cost * (1 - cap / has), rules.overrun[lab.index]):
        return has
    return cap


def _compute(lab: Lab) -> float:
    return lab.compute * lab.settings.compute


def _grown(at_launch: int | None, compute: float) -> int | None:
    """A sample budget or capacity at so much compute: both grow with its square root."""
    return None if at_launch is None else round(at_launch * compute**0.5)


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
