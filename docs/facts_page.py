# ruff: noqa: INP001 - docs is no package; build.py finds this file by its path
"""What docs/facts.md says: observed figures from analysis/targets, and what one run of the baseline has instead.

What the run has is kept in docs/facts.json, written from a results folder; the page is made from that
and from the observed figures as they stand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from analysis.results import load
from analysis.targets import Target, all_targets, compare, placed

__all__ = ["complaints", "parts", "store"]

STORE = Path(__file__).resolve().parent / "facts.json"
PER_CENT = ("share", "change of a share", "relative change")
_AGAIN = "run ecosystem run scenarios/baseline.toml --out runs/facts, then python docs/build.py --facts runs/facts"
_HEAD = ["figure", "when", "observed", "range", "simulated", "residual", "verdict", "source"]

type Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]


def store(folder: Path, into: Path = STORE) -> None:
    """Keep what a run has of every observed figure.

    Raises:
        ValueError: a comparison, or a run that is not finished.
    """
    results = load(folder)
    if results.arms or results.status != "done":
        message = f"{folder}: a finished run of one scenario is needed; {_AGAIN}"
        raise ValueError(message)
    rows = compare(results)
    simulated, said = (dict(zip(rows["key"], rows[name], strict=True)) for name in ("simulated", "verdict"))
    kept = {
        "title": results.title,
        "people": int(results.scenario["scale"]["humans"]),
        "seeds": results.seeds,
        "months": [results.dates[0], results.dates[-1]],
        "simulated": {key: None if math.isnan(value) else float(f"{value:.6g}") for key, value in simulated.items()},
        "missing": {key: said[key] for key, value in simulated.items() if math.isnan(value)},
    }
    into.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def parts(table: Table) -> dict[str, Callable[[], str]]:
    """The generated parts by name; `table` writes a table."""
    return {
        "facts run": _run,
        "facts": partial(_facts, table),
        "facts measures": partial(_measures, table),
    }


def complaints(kept: dict[str, Any] | None = None) -> list[str]:
    """Observed figures of which no run is kept, or the other way round."""
    known, found = {target.key for target in all_targets()}, set((kept or _kept())["simulated"])
    lost = [f"nothing simulated of {key}; {_AGAIN}" for key in sorted(known - found)]
    return lost + [f"{key} is no observed figure; {_AGAIN}" for key in sorted(found - known)]


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(STORE.read_text(encoding="utf-8"))
    return kept


def _run() -> str:
    """Which run it was, and how many figures it hits."""
    kept = _kept()
    values = [(target, _simulated(kept, target)) for target in all_targets()]
    verdicts = [placed(target, value) for target, value in values if value is not None]
    hits = verdicts.count("within range")
    seeds = ", ".join(map(str, kept["seeds"]))
    return (
        f"Run: {kept['title']}, {kept['months'][0]} to {kept['months'][1]}, {kept['people']:,} people, seed {seeds}. "
        f"{hits} of {len(verdicts)} figures are within their range.\n"
    )


def _simulated(kept: dict[str, Any], target: Target) -> float | None:
    value: float | None = kept["simulated"].get(target.key)
    return value


def _facts(table: Table) -> str:
    """Every observed figure beside the simulated one, and the sources."""
    kept, sources, rows = _kept(), list(dict.fromkeys(target.source for target in all_targets())), []
    for target in all_targets():
        value = _simulated(kept, target)
        rows.append([
            target.title,
            target.at.replace("/", " to "),
            _number(target.value, target.unit),
            f"{_number(target.low, target.unit)} to {_number(target.high, target.unit)}",
            "-" if value is None else _number(value, target.unit),
            "-" if value is None else _residual(value - target.value, target.unit),
            kept["missing"].get(target.key, "-") if value is None else placed(target, value),
            f"[{sources.index(target.source) + 1}]",
        ])  # fmt: skip
    listed = "".join(f"{number}. {source}\n" for number, source in enumerate(sources, start=1))
    return f"{table(_HEAD, rows)}\nSources:\n\n{listed}"


def _measures(table: Table) -> str:
    """What exactly each figure counts, and what stands for it in a run."""
    rows = [[target.title, target.measures, target.metric, target.unit] for target in all_targets()]
    return table(["figure", "what was counted", "in a run", "unit"], rows)


def _number(value: float, unit: str) -> str:
    """A figure in per cent, million USD, or three digits."""
    if unit in PER_CENT:
        return f"{100 * value:.1f} %"
    return f"{value / 1e6:,.0f} million USD" if unit.startswith("USD") else f"{value:.3g}"


def _residual(value: float, unit: str) -> str:
    """A difference in points, million USD, or three digits, with its sign."""
    if unit in PER_CENT:
        return f"{100 * value:+.1f} points"
    return f"{value / 1e6:+,.0f} million USD" if unit.startswith("USD") else f"{value:+.3g}"
