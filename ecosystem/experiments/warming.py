"""Compile ahead: two small webs and some networks, which between them use every kernel of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecosystem.core.networks import (
    NETWORKX_BLOCKS_LIMIT,
    NETWORKX_LIMIT,
    BarabasiAlbert,
    StochasticBlock,
    WattsStrogatz,
)

__all__ = ["MONTHS", "WEBS", "warm_up"]

MONTHS = 14
"""Months of each web. assumption: everything that happens in a year, and the month after it."""

# Numbers are examples: few people, early launches, and everything refitted within the months that are run.
_BUSY: dict[str, Any] = {
    "name": "warm-up",
    "start": "2020-01",
    "scale": {"humans": 200, "people_per_human": 1e6},
    "humans": {"settling": 2, "signing": 0.2, "opting_out": 0.1, "assistants": {"innovation": 0.1}},
    "reality": {
        "domains": [
            {"name": "code", "ideas": 120, "verifiability": 0.9},
            {"name": "news", "ideas": 150, "novelty": 0.03},
        ]
    },
    "curators": [
        {
            "name": "feed", "author_share": 0.1, "adaptation": {"kind": "explore", "interval": 3},
            "detector": {"kind": "gaussian", "samples": 200, "refresh": 3}, "ai_policy": "remove",
        },
        {
            "name": "search", "loyalty": 0.7, "adaptation": {"kind": "imitate", "interval": 3},
            "ranking": ["authority", {"kind": "engagement", "links": 1.0}, "recency"], "ai_policy": "label",
        },
    ],
    "labs": [
        {
            "name": "careful", "launch": "2020-03", "cadence": 3, "learner": "kernel_density",
            "detector": {"kind": "gaussian", "samples": 200, "refresh": 3},
            "data": {"crawlers": [{"kind": "curated"}], "retention": 0.5, "sample_budget": 300},
        },
        {
            "name": "greedy", "launch": "2020-03", "cadence": 3, "capacity": 100, "tuning": 2.0, "watermarks": True,
            "adaptation": {"kind": "explore", "interval": 3},
            "data": {"log_share": 0.3, "commissions": 6.0, "synthetic": 4.0, "cap_per_idea": 5, "crawl_budget": 60},
        },
    ],
    "publishers": {
        "groups": [
            {"name": "brands", "count": 6, "lab": "greedy"},
            {"name": "farms", "count": 12, "volume": 2.0, "mode": "rewrite"},
        ]
    },
}  # fmt: skip
_SAID: dict[str, Any] = {
    **_BUSY,
    "reality": {
        "tokens": 12,
        "domains": [{"name": "talk", "ideas": 3, "text": {"kind": "markov", "vocabulary": 30}}],
    },
    "labs": [{"name": "lab", "launch": "2020-03", "cadence": 3, "learner": "n_gram"}],
    "publishers": {"groups": [{"name": "farms", "count": 12, "lab": "lab"}]},
    "observation": {"texts": 1},
}
WEBS: dict[str, dict[str, Any]] = {"a web": _BUSY, "a web with texts": _SAID}
"""Scenarios by what they are, as nested dicts."""


def warm_up(told: Callable[[str], object] = lambda _: None) -> None:
    """Compile every kernel that a run may use, or load it if it has been compiled.

    Args:
        told: of what comes next, such as "a web with texts".
    """
    from ecosystem.model import WebEcosystem  # noqa: PLC0415 - slow to import
    from ecosystem.scenario import Scenario  # noqa: PLC0415 - slow to import

    for name, document in WEBS.items():
        told(name)
        model = WebEcosystem(Scenario.from_dict({"steps": MONTHS} | document))
        for _ in range(MONTHS):
            model.step()
    told("networks")
    for kind in (BarabasiAlbert, StochasticBlock, WattsStrogatz):
        kind().generate(max(NETWORKX_LIMIT, NETWORKX_BLOCKS_LIMIT) + 1, 0)
