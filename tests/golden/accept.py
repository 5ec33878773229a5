"""Accept the present numbers: `python tests/golden/accept.py`, and a line *Results change* in CHANGELOG.md."""

from __future__ import annotations

import json
from pathlib import Path

import ecosystem as eco

HERE = Path(__file__).parent
MONTHS = (0, 12, 24, 36, 47)
"""Steps that are kept: the start, before and after the launches, under the policy, the end."""


def observed() -> dict[str, dict[str, float | None]]:
    """Every number of the web, labs and curators tables in the months kept, by table and row."""
    results = eco.run(eco.Scenario.read(HERE / "golden.toml"), seed=11)
    found = {}
    for table, who in (("web", None), ("labs", "lab"), ("curators", "curator")):
        frame = getattr(results, table)
        for _, row in frame[frame["step"].isin(MONTHS)].iterrows():
            name = f"{table} {row['date']}" + (f" {row[who]}" if who else "")
            numbers = row.drop(["step", "date", "replicate", *([who] if who else [])])
            found[name] = {
                key: None if value != value else float(value)  # noqa: PLR0124 - NaN differs from itself
                for key, value in numbers.items()
                if not isinstance(value, str)
            }
    return found


if __name__ == "__main__":
    (HERE / "golden.json").write_text(json.dumps(observed(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
