"""Train: on its cadence a lab estimates its next model from what it holds."""

from __future__ import annotations

import numpy as np

from ecosystem.core.streams import Streams
from ecosystem.world.proposals import Training
from ecosystem.strategies.learners.base import Model
from ecosystem.world.labs import Lab
from ecosystem.world.world import World

__all__ = ["benchmark", "due", "train"]


def due(lab: Lab, world: World) -> bool:
    """Whether the lab trains this month: at its launch and every ``cadence`` months after."""
    launch = lab.settings.launch
    since = world.clock.step - (world.clock.step_of(launch) if launch is not None else 0)
    return lab.active and since >= 0 and since % lab.settings.cadence == 0


def train(world: World, draw: Streams) -> Training:
    """Fit a model for every lab that is due."""
    models, documents, benchmarks = {}, {}, {}
    for name, lab in world.labs.items():
        if not due(lab, world):
            continue
        budget = _grown(lab.settings.data.sample_budget, lab, world)
        corpus = world.corpora[lab.index].sample(world.content, budget, lab.key, draw)
        if corpus.documents <= 0:
            continue  # nothing to learn from yet: the lab tries again at its next date
        capacity = _grown(lab.settings.capacity, lab, world)
        models[name] = lab.settings.learner.fit(corpus, capacity, _tuning(lab, world), lab.key, draw)
        documents[name] = corpus.documents
        benchmarks[name] = benchmark(models[name], world)
    return Training(models, documents, benchmarks)


def _grown(at_launch: int | None, lab: Lab, world: World) -> int | None:
    """A sample budget or capacity at today's compute: both grow with its square root."""
    if at_launch is None:
        return None
    launch = lab.settings.launch
    months = world.clock.step - (world.clock.step_of(launch) if launch is not None else 0)
    return round(at_launch * lab.settings.compute_growth ** (0.5 * months / 12))


def _tuning(lab: Lab, world: World) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Shift of the model's style by tuning: a fixed direction of the lab's own, of the length set."""
    direction = Streams(world.draw.seed, 0).normal("lab.tuning", np.array([lab.key]), world.settings.reality.styles)[0]
    shift: np.ndarray[tuple[int], np.dtype[np.float64]] = lab.settings.tuning * direction / np.linalg.norm(direction)
    return shift


def benchmark(model: Model, world: World) -> float:
    """Accuracy on a fixed public set of questions: the most salient founding ideas of each domain.

    The set is published once, at the start, and never refreshed. Domains count by demand.
    """
    reality = world.reality
    asked = (reality.local < np.minimum(world.settings.observation.benchmark_ideas, reality.founding)[reality.space.row_of()])
    share = reality.space.shares(asked.astype(float))
    return float(reality.demand @ reality.space.totals(share * model.accuracy * model.known))
