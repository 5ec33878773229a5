"""What must not become much slower or larger: ratios, compared with the last accepted.

    python -m benchmarks.guard            measure, compare with benchmarks/accepted.json, fail if one is much worse
    python -m benchmarks.guard --accept   measure, and accept what is found

What is measured, and how, is in `benchmarks/ratios.py`; what is tolerated, and why, in `benchmarks/accepted.json`.
A ratio beyond what is tolerated is measured again, up to twice, and the smallest counts: a moment in which the
machine was busy with something else passes, a slower program stays slower.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.ratios import RATIOS

ACCEPTED = Path(__file__).with_name("accepted.json")
AGAIN = 2
"""How often more at most what seems too slow is measured.

assumption: three moments in which the machine is busy, one after the other, are rare; see `ratios.py` for how long
each measurement takes.
"""


@dataclass(frozen=True)
class Entry:
    """What is accepted of a ratio.

    Attributes:
        accepted: the ratio when it was last accepted; smaller is better.
        tolerance: how many times as large it may be.
        reason: where the tolerance comes from.
    """

    accepted: float
    tolerance: float
    reason: str

    @property
    def most(self) -> float:
        """Largest ratio that passes."""
        return self.accepted * self.tolerance


@dataclass(frozen=True)
class Verdict:
    """A ratio, what was accepted of it, and why it fails; ``wrong`` is empty if it does not."""

    name: str
    found: float | None
    entry: Entry | None
    wrong: str

    @property
    def much_better(self) -> bool:
        """Whether it has fallen by as much as it may rise."""
        return (
            self.entry is not None
            and self.found is not None
            and self.found * self.entry.tolerance < self.entry.accepted
        )


def read(path: Path) -> dict[str, Entry]:
    """The accepted ratios by name."""
    return {name: Entry(**entry) for name, entry in json.loads(path.read_text(encoding="utf-8")).items()}


def judge(found: Mapping[str, float], accepted: Mapping[str, Entry]) -> list[Verdict]:
    """Compare each ratio with the one accepted; one that has no counterpart fails, too."""
    return [
        Verdict(name, found.get(name), accepted.get(name), _wrong(found.get(name), accepted.get(name)))
        for name in dict.fromkeys([*accepted, *found])
    ]


def _wrong(found: float | None, entry: Entry | None) -> str:
    if entry is None:
        return "has no entry in accepted.json: make one, with a tolerance and its reason"
    if found is None:
        return "is no longer measured: take it out of accepted.json"
    if not found <= entry.most:  # NaN is wrong, too
        return f"is {found / entry.accepted:.2f} times the accepted; {entry.tolerance:g} is tolerated"
    return ""


def at_its_best(ratio: Callable[[], float], entry: Entry | None) -> float:
    """A ratio; the smallest of three if the first and the second are more than is tolerated."""
    found = ratio()
    for _ in range(AGAIN):
        if entry is None or found <= entry.most:
            break
        found = min(found, ratio())
    return found


def accept(found: Mapping[str, float], path: Path) -> None:
    """Write the ratios found as accepted, to three digits; tolerances and reasons stay.

    Raises:
        KeyError: a ratio has no entry there.
    """
    entries = read(path)
    kept = {name: asdict(replace(entries[name], accepted=float(f"{value:.3g}"))) for name, value in found.items()}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(verdicts: Sequence[Verdict]) -> str:
    """What was found, for people."""
    rows = [("ratio", "accepted", "most", "now", "")]
    for verdict in verdicts:
        entry = verdict.entry
        limits = ("-", "-") if entry is None else (f"{entry.accepted:.3g}", f"{entry.most:.3g}")
        remark = verdict.wrong or ("is much better: keep it so with --accept" if verdict.much_better else "")
        rows.append((verdict.name, *limits, "-" if verdict.found is None else f"{verdict.found:.3g}", remark))
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{n:<{width}} {a:>9} {m:>9} {f:>9}  {remark}".rstrip() for n, a, m, f, remark in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and judge, or accept; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accept", action="store_true", help="write what is found into benchmarks/accepted.json")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    accepted = read(ACCEPTED)
    found = {name: at_its_best(ratio, accepted.get(name)) for name, ratio in RATIOS.items()}
    verdicts = judge(found, accepted)
    print(f"{table(verdicts)}\n{time.monotonic() - begun:.0f} s")  # noqa: T201 - a command
    if options.accept:
        accept(found, ACCEPTED)
        return 0
    failed = [verdict.name for verdict in verdicts if verdict.wrong]
    if failed:
        print(f"failed: {', '.join(failed)}. Look for what changed, or accept it: {__spec__.name} --accept")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
