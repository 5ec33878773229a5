"""What models were trained on. NaN for a lab without a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.models import of_models
from ecosystem.measures.view import View
from ecosystem.strategies.learners.base import Model
from ecosystem.world.labs import Lab

__all__: list[str] = []

type F64 = NDArray[np.float64]


@measure("labs", unit="share")
def train_synthetic_share(view: View) -> F64:
    """Mean synthetic share of the documents of the last training, by their weight."""
    return of_models(view, lambda _, model: model.synthetic_share)


@measure("labs", unit="generations")
def train_depth(view: View) -> F64:
    """Mean depth of the documents of the last training, by their weight.

    Depth counts the model generations that a text has been through.
    """

    def depth(_: Lab, model: Model) -> float:
        some = model.weight > 0
        return float(np.average(model.depth[some], weights=model.weight[some])) if some.any() else np.nan

    return of_models(view, depth)


@measure("labs", unit="items")
def train_items(view: View) -> F64:
    """Documents of the last training, by their weight."""
    return of_models(view, lambda lab, _: lab.trained_on)


@measure("labs", unit="trainings")
def generation(view: View) -> F64:
    """Trainings so far; 0 before the first."""
    return np.array([lab.generation for lab in view.seen.world.labs.values()], dtype=np.float64)
