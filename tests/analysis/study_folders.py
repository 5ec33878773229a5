"""Made-up study folders whose outcomes are known functions of the design, in place of runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Function", "write"]

type Floats = npt.NDArray[np.float64]
type Function = Callable[[Mapping[str, Any], np.random.Generator], Mapping[str, float]]
"""Outcomes by label, of the values of a point and a generator for noise."""


def write(
    folder: Path,
    function: Function,
    outcomes: Sequence[Mapping[str, Any]],
    *,
    levers: Sequence[Mapping[str, Any]] = ({},),
    states: Sequence[Mapping[str, Any]] = ({},),
    unit: Floats | None = None,
    replicates: int = 1,
    fails: Callable[[Mapping[str, Any], int], bool] = lambda _point, _replicate: False,
    **study: Any,
) -> Path:
    """Write the folder of a study.

    Args:
        folder: new.
        function: what a run gives.
        outcomes: of the study, at least their labels.
        levers: values of each combination of levers.
        states: values of each state.
        unit: the states in the unit cube, (states, factors); by default all 0.
        replicates: of each point.
        fails: whether a run fails.
        study: further entries of the study file.
    """
    folder.mkdir(parents=True)
    keys, names = list(states[0]), list(levers[0])
    unit = np.zeros((len(states), len(keys))) if unit is None else unit
    design, runs, rows = [], [], []
    for state, values in enumerate(states):
        for lever, own in enumerate(levers):
            point = state * len(levers) + lever
            units = {f"u:{key}": unit[state, place] for place, key in enumerate(keys) if key != "dwell"}
            design.append({"point": point, "lever": lever, "state": state, "same_as": point, **own, **values, **units})
            for replicate in range(replicates):
                run = point * replicates + replicate
                bad = fails({**own, **values}, replicate)
                runs.append({
                    "run": run, "point": point, "arm": str(own.get("policy", "")), "replicate": replicate,
                    "seed": str(replicate), "status": "failed" if bad else "done",
                    "reason": "labs.a: too small" if bad else None,
                })  # fmt: skip
                if not bad:
                    rows.append({"run": run, **function({**own, **values}, np.random.default_rng([replicate, state]))})
    content = {
        "name": "made-up", "title": "", "scenario": "web", "design": "latin_hypercube", "samples": len(states),
        "levels": 4, "second_order": False, "replicates": replicates, "common_seeds": True, "density": 0.8,
        "analyses": None, "sweep": None, "levers": [{"key": name} for name in names],
        "factors": [
            {"key": key, "low": 0.0, "high": 1.0, "ordered": not isinstance(states[0][key], str)}
            for key in keys if key != "dwell"
        ],
        "outcomes": list(outcomes),
    } | study  # fmt: skip
    (folder / "provenance.json").write_text(json.dumps({"status": "done", "study": content}), encoding="utf-8")
    for name, table in (("design", design), ("runs", runs), ("outcomes", rows)):
        pd.DataFrame(table).to_parquet(folder / f"{name}.parquet")
    return folder
