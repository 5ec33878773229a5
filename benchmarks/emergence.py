"""Switch each mechanism of the loop on and off and see what the trajectories do.

`python -m benchmarks.emergence` runs the baseline and its variants on the same seeds and writes
`docs/emergence.md`. Nothing in the engine knows of it: a variant is a few `--set` keys.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import ecosystem as eco

DOCUMENT = Path(__file__).parents[1] / "docs" / "emergence.md"
LAST = 12  # months averaged: the last year
LEAD = "lead"
METRICS = {
    "web.synthetic_share": ("AI share of new items", ".2f"),
    "web.correct_share": ("right items", ".3f"),
    "web.mean_depth": ("depth", ".1f"),
    "labs.train_synthetic_share": ("AI share of training data", ".2f"),
    "labs.accuracy": ("accuracy", ".2f"),
    LEAD: ("lead of the curating lab", ".2f"),
    "labs.tail_coverage": ("tail known", ".2f"),
    "labs.fresh_coverage": ("fresh ideas known", ".2f"),
    "labs.effective_ideas": ("effective ideas", ".0f"),
    "labs.tv": ("TV to reality", ".2f"),
}
"""What is shown of each metric, and with how many digits. The lead is the accuracy of the lab that keeps
upvoted pages less the mean accuracy of the others."""


@dataclass(frozen=True)
class Variant:
    """A difference from the baseline and what its mechanism implies."""

    name: str
    changes: dict[str, object]
    implies: str


VARIANTS = (
    Variant("baseline", {}, "the control"),
    Variant(
        "retention off",
        {"labs.*.data.retention": 0.0},
        "each generation sees half a year of the web only: rare ideas go, the AI share of training data rises",
    ),
    Variant(
        "votes off",
        {"humans.discernment": 0.0},
        "votes no longer say what is right: the lab that keeps upvoted pages loses its lead",
    ),
    Variant(
        "human activity down",
        {"humans.activity": 0.1},
        "a quarter of the writing: less for labs to learn from, a larger AI share",
    ),
    Variant(
        "grounding down",
        {"humans.grounding": 0.2},
        "people repeat what they read, which is what others liked, instead of looking: fewer ideas",
    ),
    Variant(
        "publishers off",
        {"publishers.groups.*.count": 0},
        "no AI items but those with an assistant: training data stay human",
    ),
    Variant(
        "publishers off, retention off",
        {"publishers.groups.*.count": 0, "labs.*.data.retention": 0.0},
        "tells what of the loss under replacement is the loop's and what is the small sample's",
    ),
    Variant(
        "retention off, activity and grounding down",
        {"labs.*.data.retention": 0.0, "humans.activity": 0.1, "humans.grounding": 0.2},
        "all anchors loosened at once: the closed loop of the collapse papers",
    ),
)


def observe(scenario: eco.Scenario, replicates: int, workers: int) -> pd.DataFrame:
    """Mean of each metric over the last year and the labs, one row a replicate."""
    results = eco.run(scenario, seed=1, replicates=replicates, workers=workers)
    columns = {}
    for key in METRICS:
        if key == LEAD:
            columns[key] = _lead(results.labs[results.labs["step"] >= scenario.steps - LAST])
            continue
        table, name = key.split(".")
        frame = getattr(results, table)
        late = frame[frame["step"] >= scenario.steps - LAST]
        columns[key] = late.groupby("replicate")[name].mean()
    return pd.DataFrame(columns)


def _lead(labs: pd.DataFrame) -> pd.Series[float]:
    """Accuracy of the curating lab less the mean of the others, by replicate."""
    mine = labs["lab"] == "curated"
    ours, theirs = (part.groupby("replicate")["accuracy"].mean() for part in (labs[mine], labs[~mine]))
    return ours - theirs


def difference(values: pd.Series[float], control: pd.Series[float], digits: str) -> str:
    """Mean of the paired differences from the control and twice its standard error."""
    apart = values - control
    error = 2 * apart.std(ddof=1) / np.sqrt(len(apart))
    return f"{apart.mean():+{digits}} ± {error:{digits}}"


def table(rows: dict[str, list[str]]) -> str:
    """A Markdown table of one row a variant."""
    lines = ["| variant | " + " | ".join(title for title, _ in METRICS.values()) + " |"]
    lines.append("| --- |" + " ---: |" * len(METRICS))
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]
    return "\n".join(lines)


def main() -> None:
    """Run everything and write the document between its markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--humans", type=int, default=8000, help="simulated people")
    parser.add_argument("--replicates", type=int, default=4, help="seeds per variant")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    options = parser.parse_args()
    size = {"scale.humans": options.humans, "scale.people_per_human": 1e9 / options.humans}
    base = eco.Scenario.read("scenarios/baseline.toml").replace(size)
    found = {}
    for variant in VARIANTS:
        found[variant.name] = observe(base.replace(variant.changes), options.replicates, options.workers)
        print(variant.name, found[variant.name].mean().round(3).to_dict(), flush=True)  # noqa: T201 - a command
    settings = "\n".join(
        f"| {v.name} | {' '.join(f'`--set {key}={value}`' for key, value in v.changes.items()) or '-'} | {v.implies} |"
        for v in VARIANTS
    )
    begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    head, tail = text.split(begin)[0], text.split(end)[1]
    window = f"{base.start + (base.steps - LAST)} to {base.start + (base.steps - 1)}"
    about = f"{options.humans:,} people, {options.replicates} seeds; means over {window}, labs averaged"
    control = found["baseline"]
    values = {n: [f"{frame[k].mean():{d}}" for k, (_, d) in METRICS.items()] for n, frame in found.items()}
    apart = {
        n: [difference(frame[k], control[k], d) for k, (_, d) in METRICS.items()]
        for n, frame in found.items()
        if n != "baseline"
    }
    body = (
        f"\n## What was run\n\n| variant | settings | what the mechanism implies |\n| --- | --- | --- |\n{settings}\n\n"
        f"## What came out\n\n{about}.\n\n{table(values)}\n\n"
        f"Differences from the baseline, seed by seed, with twice their standard error:\n\n{table(apart)}\n"
    )
    DOCUMENT.write_text(head + begin + body + end + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
