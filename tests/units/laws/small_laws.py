"""Small laws for tests: their files, and functions that are quick."""

from __future__ import annotations

import os
from pathlib import Path

from ecosystem.experiments.laws.base import Found, Trial

_FILE = """title = "{title}"
extends = "base"
steps = 3
[scale]
humans = 40
[[reality.domains]]
name = "replicate"
count = 20
[quotas]
documents = 10
[law]
id = "{identifier}"
statement = "one is one"
reduction = "twenty domains"
sources = ["derived: by counting", "arXiv:2404.05090, theorem 1"]
meaning = "Nothing much."
{note}
"""


def law_folder(place: Path) -> Path:
    """A folder for laws below a working folder, with the base file of this project."""
    folder = place / "scenarios" / "laws"
    folder.mkdir(parents=True)
    base = Path(__file__).parents[3] / "scenarios" / "laws" / "base.toml"
    (folder / "base.toml").write_text(base.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def write_law(folder: Path, identifier: str, note: str = "", title: str = "A small law") -> Path:
    """Write the file of a law, with some lines of `[law]` besides."""
    path = folder / f"{identifier.lower()}.toml"
    text = _FILE.format(identifier=identifier, title=title, note=note or 'tolerance = { "one" = 0.5 }')
    path.write_text(text, encoding="utf-8")
    return path


def met(trial: Trial) -> Found:
    """Holds."""
    yield trial.exact(trial.case(), "one", 1.0, 1.0)


def missed(trial: Trial) -> Found:
    """Holds once and then not."""
    yield trial.exact(trial.case(), "one", 1.0, 1.0)
    yield trial.exact(trial.case(), "one", 2.0, 1.0)


def broken(trial: Trial) -> Found:
    """Raises an error on the way."""
    yield trial.exact(trial.case(), "one", 1.0, 1.0)
    message = "no such thing"
    raise KeyError(message)


def silent(trial: Trial) -> Found:
    """Finds nothing."""
    yield from ()
    assert trial


def deadly(trial: Trial) -> Found:
    """Ends its process."""
    yield trial.exact(trial.case(), "one", 1.0, 1.0)
    os._exit(3)


def measuring(trial: Trial) -> Found:
    """Looks at the variance of the first fit, which depends on the seed."""
    variance = trial.case().fits(lambda model: model.covariance[:, 0, 0])
    yield trial.mean(trial.case(), "one", variance[0], 0.9)
    yield trial.curve(trial.case(), "one", variance, 1.0)
