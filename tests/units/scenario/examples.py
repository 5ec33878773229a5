"""Small scenario files and what is wrong with others, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from ecosystem.scenario import Scenario, ScenarioError

WEB = """\
name = "web"
title = "A small web"
start = "2020-01"
steps = 24

[scale]
humans = 100

[[reality.domains]]
name = "code"

[[reality.domains]]
name = "news"

[[curators]]
name = "search"

[[curators]]
name = "forum"
crawl = "licence"
detector = "gaussian"

[[labs]]
name = "frontier"
[labs.data]
licences = ["forum"]
crawlers = [{ kind = "curated", min_votes = 2.0 }, "archive"]

[[labs]]
name = "cheap"
price = 5.0

[publishers]
api_price = 10.0
groups = [{ name = "farms", targets = { search = 1.0 } }]

[[policies]]
kind = "label_mandate"
start = "2021-01"

[[shocks]]
at = "2020-06"
set = { "publishers.api_price" = 1.0 }
"""


def write(folder: Path, name: str, text: str) -> Path:
    """Write a scenario file."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, name: str = "own") -> Scenario:
    """The scenario of a text that may extend "web"."""
    write(folder, "web", WEB)
    return Scenario.read(write(folder, name, text))


def problems(folder: Path, text: str, name: str = "own") -> list[str]:
    """What is wrong with a text that may extend "web", without the path of the folder."""
    try:
        read(folder, text, name)
    except ScenarioError as error:
        return [str(problem).replace(f"{folder}/", "") for problem in error.problems]
    return []
