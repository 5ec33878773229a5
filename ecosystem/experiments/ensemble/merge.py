"""Shards of an ensemble put together: the same bytes as of one that was not sharded."""

from __future__ import annotations

import contextlib
import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecosystem.experiments import provenance
from ecosystem.experiments.ensemble.parts import Parts, conclude
from ecosystem.experiments.ensemble.progress import totals
from ecosystem.experiments.errors import RunAborted, RunRefused
from ecosystem.experiments.files import remove
from ecosystem.experiments.folder import OF_STUDY, SCENARIO, Layout, refuse_unless_free
from ecosystem.experiments.run import claimed

__all__ = ["merge"]

SHOWN = 8
"""Missing runs that are named. assumption: enough to see which shard is missing."""


def merge(folders: Sequence[str | Path], out: str | Path, *, force: bool = False) -> dict[str, Any]:
    """Put the results of shards together in a new folder.

    Args:
        folders: results folders of the shards of one plan, in any order.
        out: new or empty.
        force: replace the results of something finished in ``out``.

    Returns:
        The provenance of the whole.

    Raises:
        RunRefused: the folders are not of one plan and program, or two of them hold different results of a run.
        RunAborted: runs are missing; nothing has been written.
    """
    target, sources = Path(out), [Path(folder) for folder in folders]
    records = [_record(folder) for folder in sources]
    for folder, record in zip(sources, records, strict=True):
        _refuse_another_plan(sources[0], records[0], folder, record)
    parts = [Parts(Layout(folder).parts, record["tables"]) for folder, record in zip(sources, records, strict=True)]
    refuse_unless_free(target, force=force)
    _refuse_missing(parts, records[0]["runs"])
    with claimed(target):
        refuse_unless_free(target, force=force)
        Layout(target).clear()
        whole = Parts(Layout(target).parts, records[0]["tables"])
        whole.folder.mkdir()
        for part in parts:
            _copy(part, whole)
        for name in (SCENARIO, *OF_STUDY):
            if (sources[0] / name).exists():
                shutil.copyfile(sources[0] / name, target / name)
        return _concluded(target, whole, records)


def _record(folder: Path) -> dict[str, Any]:
    found = provenance.read(folder)
    wrong = None
    if found is None or "identity" not in found:
        wrong = "holds no shard; give folders that were written with --shard"
    elif not Layout(folder).parts.exists():
        wrong = "has no parts: it is no shard, or has been put together already"
    if wrong or found is None:
        message = f"{folder}: {wrong}"
        raise RunRefused(message)
    return found


def _refuse_another_plan(first: Path, one: dict[str, Any], folder: Path, other: dict[str, Any]) -> None:
    if one["identity"] == other["identity"]:
        return
    keys = [key for key in one["plan"] if one["plan"][key] != other["plan"].get(key)]
    what = f"their plans differ in {', '.join(keys)}" if keys else "they were made by different versions of the program"
    if not keys:
        then, now = ({"code": record["code"]} | record["versions"] for record in (one, other))
        apart = [f"{name} {then.get(name)} and {now[name]}" for name in now if then.get(name) != now[name]]
        what += f" ({', '.join(apart)})"
    message = f"{first} and {folder} cannot be merged: {what}; run the shards again alike"
    raise RunRefused(message)


def _refuse_missing(parts: Sequence[Parts], runs: int) -> None:
    """Refuse shards that do not make the whole.

    Raises:
        RunAborted: names the runs that are missing.
    """
    there = {number for part in parts for bundle in part.bundles() for number in bundle}
    missing = [number for number in range(runs) if number not in there]
    if missing:
        named = ", ".join(map(str, missing[:SHOWN])) + (", ..." if len(missing) > SHOWN else "")
        message = f"{len(missing)} of {runs} runs are missing (number {named}); give all shards, or resume those"
        raise RunAborted(message)


def _copy(part: Parts, whole: Parts) -> None:
    """Copy the parts of a shard; those that are there already have to be the same.

    Raises:
        RunRefused: they are not.
    """
    for path in sorted(part.folder.glob("*.parquet")):
        target = whole.folder / path.name
        if not target.exists():
            shutil.copyfile(path, target)
        elif not filecmp.cmp(path, target, shallow=False):
            with contextlib.suppress(OSError):
                shutil.rmtree(whole.folder)
            message = f"{path}: differs from that of another shard, though both are of one plan; run one of them again"
            raise RunRefused(message)


def _concluded(folder: Path, parts: Parts, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Write the tables and the provenance of the whole."""
    bundles = parts.bundles()
    conclude(folder, parts, bundles)
    done, failed, again = totals(parts, bundles)
    record = records[0] | {
        "status": "done", "reason": None, "shard": None, "merged": [record["shard"] for record in records],
        "command": provenance.command_line(), "ended": provenance.now(), "finished_runs": done, "failed_runs": failed,
        "wall_seconds": round(sum(record["wall_seconds"] for record in records), 3),
        "peak_memory_bytes": max(record["peak_memory_bytes"] for record in records),
    }  # fmt: skip
    provenance.write(folder, record)
    if not again:
        remove(parts.folder)
    return record
