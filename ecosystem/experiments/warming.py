"""Compile ahead: two small webs and some networks, which between them use every kernel of a run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ecosystem.core import kernel_cache, keyed
from ecosystem.core.networks import (
    NETWORKX_BLOCKS_LIMIT,
    NETWORKX_LIMIT,
    BarabasiAlbert,
    StochasticBlock,
    WattsStrogatz,
)
from ecosystem.core.sampling import WeightedGroups
from ecosystem.experiments.environment import processors
from ecosystem.world.attention import IN_CACHE, Attention

__all__ = ["MONTHS", "ORDERS", "helped", "warm_up"]

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
            {"name": "farms", "count": 12, "volume": 2.0, "mode": "rewrite", "chooses": ["host"]},
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
_UNREAD: dict[str, Any] = {
    **_BUSY,
    "humans": {**_BUSY["humans"], "attention": 0},
    "links": {"per_item": 0},
    "labs": [{**lab, "launch": "2020-01", "cadence": 1} for lab in _BUSY["labs"]],
}
"""Nobody reads, so that one soon comes to what follows reading."""

ORDERS: dict[bool, dict[str, dict[str, Any]]] = {
    False: {"a web": _BUSY, "a web with texts": _SAID},
    True: {"a web that nobody reads": _UNREAD, "a web with texts": _SAID},
}
"""Scenarios by what they are, as nested dicts: for the first process, and for one that helps it."""


def warm_up(told: Callable[[str], object] = lambda _: None, *, helping: bool = False) -> None:
    """Compile every kernel that a run may use, or load it if it has been compiled.

    Args:
        told: of what comes next, such as "a web with texts".
        helping: whether another process does so as well; this one then begins with what it does late.
    """
    if helping:  # the first process comes to this after other things, so that neither waits for the other
        draws = WeightedGroups(np.ones(1), np.ones(1, np.uint64))
        draws.draw(keyed.GOLDEN, np.ones(1, np.uint64), 0, 0)
    from ecosystem.model import WebEcosystem  # noqa: PLC0415 - slow to import
    from ecosystem.scenario import Scenario  # noqa: PLC0415 - slow to import

    for name, document in ORDERS[helping].items():
        told(name)
        model = WebEcosystem(Scenario.from_dict({"steps": MONTHS} | document))
        for _ in range(MONTHS):
            model.step()
    told("a web of millions")
    Attention.of(np.array([[0, IN_CACHE]], np.int32), np.ones((1, 2), np.bool_))
    told("networks")
    for kind in (BarabasiAlbert, StochasticBlock, WattsStrogatz):
        kind().generate(max(NETWORKX_LIMIT, NETWORKX_BLOCKS_LIMIT) + 1, 0)


@contextlib.contextmanager
def helped(processes: int = 1) -> Iterator[None]:
    """Where nothing has been compiled yet and a processor is free, have another process compile meanwhile.

    Args:
        processes: that are busy already.
    """
    if processes >= processors() or not kernel_cache.is_empty(keyed.__file__):
        yield
        return
    code = f"from {__name__} import warm_up; warm_up(helping=True)"
    helper = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        helper.kill()  # what it has finished by now is kept
        helper.wait()
