"""The registry of measures: complete, documented, and unforgiving."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

from ecosystem.core.registry import UnknownName
from ecosystem.measures import MEASURES, TABLES, Measure, measure, measures_of
from ecosystem.measures.observation import Observation
from ecosystem.measures.recorder import Recorder
from ecosystem.measures.rows import KEYS
from ecosystem.measures.view import View
from tests.units.measures.conftest import WorldOf

PUBLIC = [
    "items", "human_items", "assisted_items", "synthetic_items", "synthetic_share", "synthetic_view_share",
    "detected_share", "mean_depth", "distinct_ideas", "effective_ideas", "style_variance", "correct_share",
    "contradiction", "human_output", "views", "in_degree_exponent", "human_motivation", "marked_share", "rewrite_share",
    "type_token_ratio", "distinct_2", "distinct_3",
]  # fmt: skip
BOOKS = ["revenue", "cost", "cash"]
PROMISED = {
    "web": [*PUBLIC, "sentiment", "vote_share_top1", "vote_share_top5", "vote_share_top30"],
    "domains": PUBLIC,
    "labs": [
        *BOOKS, "accuracy", "benchmark", "tail_coverage", "fresh_coverage", "effective_ideas", "tv", "kl",
        "style_variance", "confidence", "confidence_gap", "train_synthetic_share", "train_depth", "train_items",
        "market_share", "subscribers", "generation", "price", "training_spend", "active", "raised", "runway", "compute",
        "cross_entropy", "text_kl", "perplexity", "context_heterozygosity",
    ],
    "curators": [
        *BOOKS, "audience_share", "synthetic_share", "mean_quality", "detector_tpr", "detector_fpr", "detector_auroc",
        "human_items", "items", "views", "closed", "synthetic_view_share", "licence_ask", "licence_income",
    ],
    "publishers": [*BOOKS, "active", "items", "views", "volume", "margin"],
    "humans": ["count", "human_items", "adoption", "motivation", "activity", "satisfaction"],
    "ledger": ["amount"],
}  # fmt: skip


def test_every_promised_measure_exists_and_no_other() -> None:
    assert {table: {m.name for m in measures_of(table)} for table in TABLES} == {
        table: set(names) for table, names in PROMISED.items()
    }


@pytest.mark.parametrize("key", list(MEASURES))
def test_every_measure_has_a_unit_and_a_definition(key: str) -> None:
    found = MEASURES.get(key)
    assert found.key == key
    assert found.unit
    assert len(found.definition) > 20
    assert found.name not in {"step", "date", *KEYS[found.table]}


@pytest.mark.parametrize("change", [
    {}, {"curators": []}, {"labs": []}, {"publishers": {"groups": []}},
    {"scale": {"humans": 0, "people_per_human": 1.0}}, {"scale": {"humans": 1, "people_per_human": 1.0}},
    {"curators": [], "labs": [], "publishers": {"groups": []}, "scale": {"humans": 0, "people_per_human": 1.0}},
])  # fmt: skip
def test_every_measure_is_defined_or_nan_in_an_empty_month(change: dict[str, Any], world_of: WorldOf) -> None:
    world = world_of(**change)
    recorder = Recorder(world)
    recorder.record()
    frames = recorder.tables()
    assert len(frames["web"]) == 1
    assert len(frames["humans"]) == len(world.curators) + 1
    for table in ("web", "domains", "labs", "curators", "publishers", "humans"):
        shares = [m.name for m in measures_of(table) if m.unit in {"share", "probability"}]
        assert not frames[table][shares].isin([math.inf, -math.inf]).any(axis=None)


def test_a_measure_needs_a_known_table_a_name_of_its_own_and_a_docstring() -> None:
    with pytest.raises(ValueError, match="no table 'webs'; name one or more of web, domains"):
        measure("webs", unit="items")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no table given"):
        measure(unit="items")

    def undocumented(view: View) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.zeros(view.rows)

    with pytest.raises(ValueError, match="'undocumented' has no docstring"):
        measure("web", unit="items")(undocumented)
    undocumented.__doc__ = "Something else by a name that is taken."
    with pytest.raises(ValueError, match=r"two measures are called 'web\.items'"):
        measure("web", unit="items", name="items")(undocumented)


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"did you mean 'web\.items'"):
        MEASURES.get("web.item")


def test_a_definition_that_gives_the_wrong_number_of_values_is_refused(world_of: WorldOf) -> None:
    wrong = Measure("labs", "wrong", "share", "One value for all.", lambda _: np.zeros(1))
    with pytest.raises(ValueError, match=r"labs\.wrong: shape \(1,\) instead of one value for each of 3 rows"):
        wrong.compute(Observation(world_of()))


def test_definitions_are_the_docstrings() -> None:
    found = MEASURES.get("web.items")
    assert found.definition == inspect.getdoc(found.function)
