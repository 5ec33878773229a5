"""provenance.json: what a results folder is, and all that is needed to make it again to the bit."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments.files import write_atomically
from ecosystem.experiments.inputs import hashes

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = [
    "FILE", "SCHEMA_VERSION", "begin", "command_line", "engine", "now", "peak_memory", "read", "scenario_hash", "write",
]  # fmt: skip

FILE = "provenance.json"
SCHEMA_VERSION = 1
"""Version of the layout of a results folder."""

PACKAGE = Path(__file__).resolve().parents[1]
BIT_MAKERS = ("python", "numpy", "scipy", "numba", "llvmlite", "networkx", "mesa")
"""Software besides this package that the bits of a run may depend on."""


def begin(scenario: Scenario, seeds: list[int], workers: int, threads: int = 1) -> dict[str, Any]:
    """The provenance of a run that starts now."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": "running",
        "reason": None,
        "title": scenario.title or scenario.name,
        "command": command_line(),
        "scenario": scenario.to_dict(),
        "scenario_hash": scenario_hash(scenario),
        "files": hashes(scenario),
        "seed": seeds[0],
        "seeds": seeds,
        "replicates": len(seeds),
        "workers": workers,
        "threads": threads,
        "versions": versions(),
        "code": code_hash(),
        "commit": commit(),
        "machine": machine(),
        "started": now(),
        "ended": None,
        "resumed": [],
        "wall_seconds": 0.0,
        "peak_memory_bytes": peak_memory(),
        "months_done": [0] * len(seeds),
        "profile": None,
        "units": {},
        "definitions": {},
    }


def write(folder: Path, content: dict[str, Any]) -> None:
    """Write provenance.json, whole or not at all."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / FILE, lambda file: file.write(text.encode()))


def read(folder: Path) -> dict[str, Any] | None:
    """The provenance of a results folder; None if the folder has none that can be read."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or "schema_version" not in content or "status" not in content:
        return None
    return content


def scenario_hash(scenario: Scenario) -> str:
    """A hash of the resolved scenario (BLAKE2b of its canonical JSON)."""
    text = json.dumps(scenario.to_dict(), sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def engine() -> dict[str, str]:
    """What, beside scenario and seed, the bits of a run depend on: the code, and what it stands on."""
    found = versions()
    return {"code": code_hash()} | {name: found.get(name, "") for name in BIT_MAKERS}


@functools.cache
def code_hash() -> str:
    """A hash of the source of this package, names and contents of its Python files."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(hashlib.blake2b(path.read_bytes(), digest_size=16).digest())
    return digest.hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """Versions of Python, of this package, of all it needs directly or not, and of its plugins."""
    own, needed = _installed("ecosystem")
    project = {} if own else _project()
    found = {"python": platform.python_version(), "ecosystem": own or project.get("version", "unknown")}
    seen = set(found)
    waiting = [*needed, *map(_name, project.get("dependencies", [])), *_plugins()]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        version, needed = _installed(name)
        if version is not None:
            found[name] = version
            waiting += needed
    return dict(sorted(found.items()))


def _installed(name: str) -> tuple[str | None, list[str]]:
    """Version of an installed package, and what it needs without its extras; None of one that is not installed."""
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None, []
    needed = about.get_all("Requires-Dist") or []
    return about["Version"], [_name(line) for line in needed if "extra ==" not in line]


def _plugins() -> list[str]:
    points = importlib.metadata.entry_points(group="ecosystem.plugins")
    return [point.dist.name.lower() for point in points if point.dist is not None]


def _project() -> dict[str, Any]:
    """The project file, where the package runs from its source and is not installed; empty without one."""
    import tomllib  # noqa: PLC0415 - seldom needed

    try:
        document = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    except OSError:
        return {}
    project: dict[str, Any] = document["project"]
    return project


def _name(requirement: str) -> str:
    """The name in a requirement such as "numpy>=2,<3", as package registries normalise it (PEP 503)."""
    name = re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def commit() -> str | None:
    """The git commit of this package's source, with "+changes" if files differ; None outside git."""

    def git(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(PACKAGE), *arguments],  # noqa: S607 - the user's own git
            capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
        return done.stdout.strip()

    try:
        git("ls-files", "--error-unmatch", "__init__.py")  # else the repository is somebody else's
        found = git("rev-parse", "HEAD")
        return found + ("+changes" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return None


@functools.cache
def machine() -> dict[str, Any]:
    """What kind of machine this is; nothing that names it or its user."""
    return {
        "cpus": os.cpu_count(),
        "cpu": _cpu(),
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def _cpu() -> str:
    """The processor's model name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def command_line() -> str:
    """What was typed to start this process; the home folder is written as ``~``."""
    import shlex  # noqa: PLC0415 - seldom needed

    home = str(Path.home())
    program, *arguments = sys.argv or [""]
    name = Path(program).name
    words = ["python -m ecosystem" if name == "__main__.py" else f"python {name}" if name.endswith(".py") else name]
    return " ".join([*words, *(shlex.quote(word) for word in arguments)]).replace(home, "~")


def now() -> str:
    """The time in UTC, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def peak_memory() -> int:
    """Most memory that this process has held at once, bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak  # macOS counts bytes, Linux KiB
