"""Data that accumulate, a training that uses a fixed number of them: what becomes of diversity, exactly.

False alarms: twelve comparisons at 4 standard errors, 6e-5 each for a normal mean, make 8e-4, once, when
the seed was chosen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario

REPLICATES, N, MONTHS, IDEAS = 800, 10, 16, 20


def reduced(**data: Any) -> Scenario:
    """People fill the first month, the lab's model all others; each domain is a replicate."""
    learner = {"temperature": 1.0, "top_p": 1.0, "cadence": 1, "capital": 0.0, "operations": 0.0, "training_cost": 0.0}
    return Scenario.model_validate(
        {
            "name": "subsample", "start": "2018-01", "steps": MONTHS,
            "scale": {"humans": 2 * REPLICATES, "people_per_human": 1.0},
            "reality": {"styles": 1, "domains": [{"name": "d", "count": REPLICATES, "ideas": IDEAS, "zipf": 0.0,
                                                  "novelty": 0.0}]},
            "humans": {"attention": 0, "grounding": 1.0, "network": "none"},
            "links": {"per_item": 0.0},
            "quotas": {"documents": N},
            "labs": [{"name": "lab", "crawl_cost": 0.0, "data": {"settle": 0, **data}, **learner}],
            "publishers": {"api_price": 0.0, "production": 0.0, "speed": 0.0, "entry": 0.0, "least_volume": 0.0,
                           "groups": [{"name": "writer", "count": 1, "temperature": 1.0, "top_p": 1.0}]},
            "shocks": [{"at": "2018-02", "set": {"quotas.human_share": 0.0}}],
        }
    )  # fmt: skip


def diversity(scenario: Scenario) -> NDArray[np.float64]:
    """Heterozygosity of each generation in each domain, shape (months, domains)."""
    model, seen = WebEcosystem(scenario, seed=4), []
    for _ in range(MONTHS):
        model.step()
        fitted = model.labs["lab"].fitted
        assert fitted is not None
        seen.append(1 - fitted.space.totals(fitted.probability**2))
    return np.array(seen)


def check(values: NDArray[np.float64], expected: float) -> None:
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - expected) < 4 * error, (values.mean(), expected, error)


def of_subsamples(*, replacement: bool) -> list[float]:
    """Expected heterozygosity of each generation, by the chance that two documents are of one idea.

    ``same`` is that chance for two different documents of the pool of t N. Two documents of a
    training are one and the same with chance 1/(t N) if drawn with replacement, else never; what the
    model writes are copies of documents of its training, and those are any of the pool.
    """
    found, same = [], 1 / IDEAS
    for t in range(1, MONTHS + 1):
        pool = t * N
        copy = 1 / pool + (1 - 1 / pool) * same
        pair = copy if replacement else same
        alike = 1 / N + (1 - 1 / N) * pair
        found.append(1 - alike)
        pairs = pool * (pool - 1) * same + 2 * pool * N * copy + N * (N - 1) * alike
        same = pairs / ((pool + N) * (pool + N - 1))
    return found


@pytest.mark.parametrize("replacement", [False, True])
def test_a_fixed_number_of_accumulated_documents_loses_what_its_urn_says(*, replacement: bool) -> None:
    values = diversity(reduced(retention=1.0, sample_per_domain=N, replacement=replacement))
    expected = of_subsamples(replacement=replacement)
    assert expected[0] == pytest.approx((1 - 1 / IDEAS) * (1 - 1 / N) ** (1 + replacement))
    for generation in (1, 2, 4, 16):
        check(values[generation - 1], expected[generation - 1])


def test_a_window_of_months_loses_what_its_urn_says() -> None:
    """Two batches of N each: new documents copy any of the 2 N that the model was fitted on."""
    values = diversity(reduced(window=2))
    # Chances that two different documents are of one idea: of the older batch, of the newer, one of each.
    older = 1 / IDEAS
    newest = across = 1 / N + (1 - 1 / N) * older
    expected = [1 - newest]
    for _ in range(1, MONTHS):
        pool = 2 * N
        same = ((N - 1) * (newest + older) / 2 + N * across) / (pool - 1)
        alike = 1 / pool + (1 - 1 / pool) * same
        expected.append(1 - alike)
        # A new document copies one of the newer batch with chance 1/2, and itself with chance 1/N then.
        across = (1 / N + (1 - 1 / N) * newest + across) / 2
        older, newest = newest, alike
    for generation in (1, 2, 4, 16):
        check(values[generation - 1], expected[generation - 1])
