"""The results folder of a run: which one, whether it may be used, and what lies where."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.files import remove
from ecosystem.experiments.inputs import hashes
from ecosystem.experiments.lock import FILE as LOCK
from ecosystem.experiments.lock import refuse_if_held
from ecosystem.experiments.tables import TABLES

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = [
    "GRAPH", "OF_MANY", "OF_STUDY", "ROOT", "SCENARIO", "Layout", "check_resume", "default_folder",
    "refuse_unless_free",
]  # fmt: skip

GRAPH, SCENARIO = "sites.graphml", "scenario.toml"
ROOT = Path("runs")
"""Where results go that are sent nowhere else."""
FIGURES = ("*.png", "*.svg", "*.pdf")
OF_MANY = (
    "runs", "outcomes", "design", "differences", "effects", "indices", "regret", "boxes", "timing", "returns",
    "hysteresis",
)  # fmt: skip
"""Tables, and summaries of tables, that comparisons and studies have besides."""
OF_STUDY = ("study.toml", "design.parquet")
"""What a study says before it is run, the same in all its shards."""


class Layout:
    """Where things lie in a results folder."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder; nothing is read or written."""
        self.folder = folder
        self.parts = folder / "parts"
        """Tables of finished replicates and items of any, until all are finished."""
        self.checkpoints = folder / "checkpoint"
        """State of unfinished replicates."""
        self.reserve = folder / ".reserve"
        """Room on the disk for saying that the disk is full."""

    def part(self, replicate: int) -> Path:
        """File of a finished replicate."""
        return self.parts / f"replicate-{replicate:04d}.npz"

    def checkpoint(self, replicate: int) -> Path:
        """File of an unfinished replicate."""
        return self.checkpoints / f"replicate-{replicate:04d}.npz"

    def items(self, replicate: int) -> Path:
        """Folder of the items of a replicate, where all are kept."""
        return self.parts / f"replicate-{replicate:04d}-items"

    def table(self, name: str) -> Path:
        """File of a table of the finished run."""
        return self.folder / f"{name}.parquet"

    def clear(self) -> None:
        """Remove what an earlier run left: its tables and what was drawn from them."""
        for path in (*map(self.table, (*TABLES, *OF_MANY)), self.folder / GRAPH, self.parts, self.checkpoints):
            remove(path)
        for pattern in FIGURES:
            for path in (self.folder / "figures").glob(pattern):
                remove(path)


def default_folder(name: str, *, resume: bool = False, root: Path = ROOT) -> Path:
    """``runs/<name>``, or where that is taken ``runs/<name>-2`` and so on.

    Args:
        name: of the scenario.
        resume: the newest of them whose run is not done, instead of a new one.
        root: the folder of folders.

    Raises:
        RunRefused: there is nothing to resume.
    """
    numbered = (root / (name if number == 1 else f"{name}-{number}") for number in itertools.count(1))
    if not resume:
        return next(path for path in numbered if _is_free(path))
    taken = list(itertools.takewhile(lambda path: not _is_free(path), numbered))
    for path in reversed(taken):
        found = provenance.read(path)
        if found is not None and found["status"] != "done":
            return path
    message = f"nothing to resume: no unfinished run in {root / name}; leave out --resume, or name a folder with --out"
    raise RunRefused(message)


def refuse_unless_free(folder: Path, *, force: bool) -> None:
    """Refuse a folder that holds anything, unless ``force`` and it holds the results of a finished run.

    Raises:
        RunRefused: says what is there and what to do.
    """
    if _is_free(folder):
        return
    if not folder.is_dir():
        message = f"{folder}: is a file; choose another --out"
        raise RunRefused(message)
    found = provenance.read(folder)
    if found is None:
        message = f"{folder}: holds other files than the results of a run; choose another --out"
        raise RunRefused(message)
    if found["status"] == "done":
        if force:
            return
        message = f"{folder}: holds the results of a finished run; replace them with --force, or choose another --out"
        raise RunRefused(message)
    refuse_if_held(folder)
    message = f"{folder}: holds an unfinished run ({found['status']}); go on with --resume, or choose another --out"
    raise RunRefused(message)


def check_resume(folder: Path, scenario: Scenario, seeds: list[int]) -> dict[str, Any]:
    """Return the provenance of the run to resume, which has to be of the same scenario, seeds and program.

    Raises:
        RunRefused: there is none, or something differs; says what.
    """
    found = provenance.read(folder)
    if found is None:
        what = "no provenance.json there that can be read" if folder.exists() else "there is no such folder"
        message = f"{folder}: nothing to resume: {what}; leave out --resume"
        raise RunRefused(message)
    wrong = None
    if found["schema_version"] != provenance.SCHEMA_VERSION:
        wrong = f"its layout is version {found['schema_version']}, this program writes {provenance.SCHEMA_VERSION}"
    elif found["scenario_hash"] != provenance.scenario_hash(scenario):
        wrong = f"it was run from another scenario ({_first_difference(found['scenario'], scenario)})"
    elif found["seeds"] != seeds:
        wrong = f"it was run with seed {found['seed']} and {found['replicates']} replicate(s)"
    elif found["status"] != "done" and (changed := _changed(found)):
        wrong = f"the program has changed since ({changed}), and the run would not go on to the same bits"
    elif found["status"] != "done" and (others := _other_files(found, scenario)):
        wrong = f"what it reads has changed since ({others}), and the run would not go on to the same bits"
    if wrong:
        message = f"{folder}: cannot be resumed: {wrong}; start again in another --out"
        raise RunRefused(message)
    return found


def _changed(found: dict[str, Any]) -> str:
    """Which parts of the program are not those of the earlier run."""
    now, then = provenance.engine(), {"code": found["code"]} | found["versions"]
    return ", ".join(
        "code of ecosystem" if name == "code" else f"{name} {then.get(name, 'unknown')} to {value}"
        for name, value in now.items()
        if then.get(name, "") != value
    )


def _other_files(found: dict[str, Any], scenario: Scenario) -> str:
    """Which files that the scenario names hold something else than what the earlier run read."""
    then, now = found.get("files", {}), hashes(scenario)
    return ", ".join(f"the file of {key}" for key in now if then.get(key) != now[key])


def _first_difference(before: dict[str, Any], scenario: Scenario) -> str:
    """The first key in which two resolved scenarios differ, with both values."""

    def walk(old: Any, new: Any, key: str) -> str | None:
        if old == new:
            return None
        if isinstance(old, dict) and isinstance(new, dict):
            pairs = [(name, old.get(name), new.get(name)) for name in {**old, **new}]
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            pairs = [(_label(entry, i), entry, new[i]) for i, entry in enumerate(old)]
        else:
            return f"{key.removeprefix('.')} {_short(old)} then, {_short(new)} now"
        return next((text for name, a, b in pairs if (text := walk(a, b, f"{key}.{name}"))), None)

    return walk(before, scenario.to_dict(), "") or "its order differs"


def _label(entry: Any, position: int) -> str:
    named = entry.get("name", entry.get("kind")) if isinstance(entry, dict) else None
    return str(position if named is None else named)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line of text


def _is_free(folder: Path) -> bool:
    """Whether nothing is there but the mark of a run that died before it wrote anything."""
    if not folder.exists():
        return not folder.is_symlink()
    return folder.is_dir() and all(entry.name == LOCK for entry in folder.iterdir())
