"""How time and memory grow with people and with domains.

`python -m benchmarks.scale` runs the baseline's agents at several sizes, each in a process of its own, and
writes `docs/performance.md`. Times are of this machine and this moment; the ratios are what to quote.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import ecosystem as eco
from ecosystem.world.content import Items

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
PEOPLE = 1e9  # whom the simulated people stand for in all, as in the baseline
WARM = 2  # months before the clock starts: kernels are compiled or loaded by then


def measure(humans: int, months: int, domains: int) -> dict[str, float]:
    """Run the baseline's agents for some months and report seconds, items and memory."""
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    scenario = eco.Scenario.read("scenarios/baseline.toml")
    changes: dict[str, object] = {
        "scale.humans": humans,
        "scale.people_per_human": PEOPLE / humans,
        "steps": months,
        "start": "2022-09",  # models from the third month on, so that every phase has work
    }
    document = scenario.replace(changes).to_dict()
    if domains:
        # The same ideas in all, spread over many domains that every curator serves.
        document["reality"]["domains"] = [{"name": "field", "count": domains, "ideas": max(1, 50_000 // domains)}]
        for curator in document["curators"]:
            curator["domains"] = {}
    model = eco.WebEcosystem(eco.Scenario.from_dict(document), seed=1)
    for _ in range(WARM):
        model.step()
    begun, written = time.process_time(), len(model.world.content)
    for _ in range(months - WARM):
        model.step()
    return {
        "humans": humans,
        "months": months,
        "domains": model.world.reality.domains,
        "seconds": (time.process_time() - begun) / (months - WARM),
        "items": (len(model.world.content) - written) / (months - WARM),
        "stored": len(model.world.content),
        "bytes": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle),
    }


def apart(humans: int, months: int, domains: int = 0) -> dict[str, float]:
    """:func:`measure` in a fresh process, so that peak memory is its own."""
    command = [sys.executable, "-m", "benchmarks.scale", "--one", f"{humans},{months},{domains}"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(printed)
    print(found, flush=True)  # noqa: T201 - a command
    return found


def table(rows: list[dict[str, float]]) -> str:
    """Markdown of measurements."""
    lines = [
        "| people | months | domains | items a month | CPU s a month | µs per item | peak memory, MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {r['humans']:,} | {r['months']} | {r['domains']:,} | {r['items']:,.0f} | {r['seconds']:.3f} "
        f"| {1e6 * r['seconds'] / r['items']:.1f} | {r['bytes'] / 1e6:,.0f} |"
        for r in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and write the document between its markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--largest", type=int, default=1_000_000, help="largest number of people")
    options = parser.parse_args()
    if options.one:
        humans, months, domains = (int(part) for part in options.one.split(","))
        print(json.dumps(measure(humans, months, domains)))  # noqa: T201 - the answer to the parent
        return
    apart(1000, 4)  # compiles the kernels
    sizes = [apart(n, 24) for n in (10_000, 100_000, 1_000_000) if n <= options.largest]
    spread = [apart(20_000, 24, n) for n in (5, 2000)]
    per_item = [r["seconds"] / r["items"] for r in spread]
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    width = Items(styles=8, tokens=0).bytes_per_row
    grown = (sizes[-1]["bytes"] - sizes[0]["bytes"]) / (sizes[-1]["stored"] - sizes[0]["stored"])
    body = (
        f"\nMeasured on {machine}.\n\n{table(sizes)}\n\n"
        f"An item takes {width} bytes in its table; with links, reads, feed and corpora, peak memory grew by "
        f"{grown:,.0f} bytes per item stored between the smallest and the largest run.\n\n"
        f"## Domains\n\n{table(spread)}\n\n"
        f"Two thousand domains cost {per_item[1] / per_item[0]:.2f} times as much per item as five.\n"
    )
    begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(text.split(begin)[0] + begin + body + end + text.split(end)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
