"""Turn each incentive down and up and see whether what it should move moves.

`python -m benchmarks.incentives` runs pairs on the same seeds and writes `docs/incentives.md`. Nothing in the engine
knows of it: an incentive is a few `--set` keys.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ecosystem as eco
from benchmarks.incentives_list import INCENTIVES, Incentive
from benchmarks.paired import difference, markdown

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "incentives.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Size:
    """How much is run."""

    humans: int
    replicates: int
    workers: int


def runs(scenario: eco.Scenario, changes: Mapping[str, object], size: Size) -> eco.Results:
    """Replicates of a scenario with some keys changed."""
    return eco.run(scenario.replace(changes), seed=1, replicates=size.replicates, workers=size.workers)


def prepared(incentive: Incentive, size: Size) -> eco.Scenario:
    """The scenario that an incentive is turned in, at this size and no longer than it is looked at."""
    scenario = eco.Scenario.read(ROOT / incentive.scenario)
    people = scenario.scale.humans * scenario.scale.people_per_human
    last = max(outcome.last for outcome in incentive.outcomes)
    year, month = (int(part) for part in last.split("-"))
    steps = 12 * (year - scenario.start.year) + month - scenario.start.month + 1
    small = {"scale.humans": size.humans, "scale.people_per_human": people / size.humans}
    return scenario.replace({**small, "steps": steps, **incentive.base})


def rows(incentive: Incentive, size: Size) -> list[list[str]]:
    """A row for each outcome: what it is with the incentive down, as it stands, and up, and the differences."""
    scenario, table = prepared(incentive, size), []
    down, control, up = (runs(scenario, changes, size) for changes in (incentive.down, {}, incentive.up))
    for outcome in incentive.outcomes:
        as_it_stands, digits = outcome.of(control), outcome.digits
        turned = [outcome.of(results) for results in (down, up)]
        means = [f"{each.mean():{digits}}" for each in (turned[0], as_it_stands, turned[1])]
        apart = [difference(each, as_it_stands).show(digits) for each in turned]
        table.append([f"{outcome.name}, {outcome.first} to {outcome.last}", *means, *apart])
    return table


def section(incentive: Incentive, size: Size) -> str:
    """What is turned and what came out."""
    turned = "\n".join(
        f"- {which}: {' '.join(f'`--set {key}={value}`' for key, value in changes.items())}"
        for which, changes in (("base", incentive.base), ("down", incentive.down), ("up", incentive.up))
        if changes
    )
    heads = ["outcome", "down", "as it stands", "up", "down less control", "up less control"]
    return (
        f"## {incentive.name}\n\n`{incentive.scenario}`. {incentive.expected}\n\n{turned}\n\n"
        f"{markdown(heads, rows(incentive, size))}\n\n{incentive.seen}".rstrip()
    )


def main() -> None:
    """Run everything and write the document between its markers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--humans", type=int, default=4000, help="simulated people")
    parser.add_argument("--replicates", type=int, default=10, help="seeds of each setting")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--only", nargs="*", help="names of incentives; the document is then printed, not written")
    options = parser.parse_args()
    size = Size(options.humans, options.replicates, options.workers)
    wanted = [each for each in INCENTIVES if not options.only or each.name in options.only]
    parts = []
    for incentive in wanted:
        parts.append(section(incentive, size))
        print(parts[-1], end="\n\n", flush=True)  # noqa: T201 - a command
    if options.only:
        return
    about = (
        f"{options.humans:,} people, {options.replicates} seeds of each setting; means, and mean differences from the "
        "same seeds as it stands with Student's 95 % interval. Bold: the interval excludes zero."
    )
    text = DOCUMENT.read_text(encoding="utf-8")
    body = "\n\n".join([about, *parts])
    DOCUMENT.write_text(f"{text.split(BEGIN)[0]}{BEGIN}\n{body}\n{END}{text.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
