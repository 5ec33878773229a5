"""The commented file that a new scenario starts from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from ecosystem.policies import Policy
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.vocabulary import span, vocabulary
from ecosystem.scenario.writing import toml_value

__all__ = ["policy_starter", "starter"]

_WIDTH = 100  # columns up to which a remark stands beside its key; beyond, above it
_COLUMN = 34  # where remarks start

type Section = tuple[str, str, Mapping[str, Any]]
"""Header as it stands in the file, pattern of its keys, values."""

_SMALL_WEB: tuple[Section, ...] = (
    ("", "", {"start": "2020-01", "steps": 60}),
    ("[scale]", "scale", {"humans": 2_000, "people_per_human": 500_000.0}),
    ("[[reality.domains]]", "reality.domains[]", {"name": "code", "verifiability": 0.9, "novelty": 0.008}),
    ("[[reality.domains]]", "reality.domains[]", {"name": "news", "verifiability": 0.4, "novelty": 0.03}),
    ("[humans]", "humans", {"grounding": 0.7, "reliance": 0.4}),
    ("[[curators]]", "curators[]", {"name": "search", "what": "search", "window": 12, "audience": 0.6}),
    ("[[curators]]", "curators[]", {"name": "forum", "what": "forum", "audience": 0.4, "ai_policy": "remove"}),
    ("[curators.detector]", "curators[].detector[kind=gaussian]", {"kind": "gaussian", "false_positive": 0.02}),
    ("[[labs]]", "labs[]", {"name": "frontier", "launch": "2021-01", "cadence": 6, "price": 20.0}),
    ("[labs.data]", "labs[].data", {"crawlers": ["open"], "retention": 1.0}),
    ("[publishers]", "publishers", {"api_price": 2.0}),
    ("[[publishers.groups]]", "publishers.groups[]", {"name": "farms", "count": 50, "volume": 0.5}),
)  # fmt: skip


def starter(name: str, extends: str | None = None, base: Scenario | None = None) -> str:
    """The text of a new scenario file.

    Args:
        name: of the scenario.
        extends: what the file extends, as it should stand there; without it, it holds a small web of its own.
        base: the scenario extended.
    """
    lines = [
        f"# {name}: say here in a sentence what this scenario asks.",
        "#",
        f"# Check it: ecosystem check {name}      Run it: ecosystem run {name}",
        f"# Every key with unit, range, default and source: ecosystem show {name} --describe",
        "",
        f'name = "{name}"',
        'title = ""'.ljust(_COLUMN) + "# what figures and reports call it",
    ]
    if base is None:
        for section in _SMALL_WEB:
            lines += _section(*section)
        lines += ["", "# --- what could happen: uncomment to use " + "-" * 40]
        events = list(_events(Scenario.model_validate(tomllib.loads("\n".join(lines)))))
    else:
        lines += [f"extends = {toml_value(extends)}"]
        lines += ["", f"# This file says only what differs from {base.name}. Uncomment and change what you need;"]
        lines += ["# entries of a list are found by their name, any other name adds one."]
        events = [*_changes(base), *_events(base)]
    for section in events:
        lines += [f"# {line}" if line else "" for line in _section(*section)]
    return "\n".join(lines) + "\n"


def policy_starter(name: str, kind: str) -> str:
    """The text of a new policy file: the kind and its start, every other parameter to be uncommented.

    Args:
        name: of the file.
        kind: of the policy.
    """
    cls = Policy.registry.get(kind)
    about = " ".join((cls.__doc__ or "").split("\n", 1)[0].split())
    lines = [
        f"# {name}: {about}",
        "#",
        f"# Compare it: ecosystem compare baseline --policy {name}",
        "# It is laid over the scenario that it is compared with; other keys of a scenario may stand here, too.",
        "",
        'title = ""'.ljust(_COLUMN) + "# what figures and reports call it",
        "# replace = true".ljust(_COLUMN) + "# in place of a policy of this kind that the scenario has",
    ]
    pattern = f"policies[kind={kind}]"
    lines += _section("[[policies]]", pattern, {"kind": kind, "start": "2026-01"})
    docs = vocabulary(Scenario).docs
    for field, about_field in cls.model_fields.items():
        if field == "start":
            continue
        default = about_field.get_default(call_default_factory=True)
        lines += ["", f"# source: {docs[f'{pattern}.{field}'].source}"]
        lines += [f"# {line}" for line in list(_section("", pattern, {field: default}))[1:]]
    return "\n".join(lines) + "\n"


def _changes(base: Scenario) -> Iterator[Section]:
    """Some values of the base that one may want to change."""
    yield "", "", {"steps": base.steps}
    yield "[scale]", "scale", {"humans": base.scale.humans}
    domain = base.reality.domains[0]
    yield "[[reality.domains]]", "reality.domains[]", {"name": domain.name, "verifiability": domain.verifiability}
    for curator in base.curators[:1]:
        yield "[[curators]]", "curators[]", {"name": curator.name, "ai_policy": curator.ai_policy}
    for lab in base.labs[:1]:
        yield "[[labs]]", "labs[]", {"name": lab.name, "price": lab.price}
        yield "[labs.data]", "labs[].data", {"retention": lab.data.retention}


def _events(base: Scenario) -> Iterator[Section]:
    """A policy and a shock halfway through the run."""
    halfway = str(base.start + base.steps // 2)
    policy = {"kind": "label_mandate", "start": halfway, "ramp": 12}
    yield "[[policies]]", "policies[kind=label_mandate]", policy
    yield (
        "[[shocks]]",
        "shocks[]",
        {"at": halfway, "set": {"publishers.api_price": base.publishers.api_price / 2}, "label": "price halves"},
    )


def _section(header: str, pattern: str, values: Mapping[str, Any]) -> Iterator[str]:
    """A table of a file, every key with what it means."""
    docs = vocabulary(Scenario).docs
    yield ""
    if header:
        yield header
    for name, value in values.items():
        line = f"{name} = {toml_value(value)}"
        doc = docs.get(f"{pattern}.{name}" if pattern else name)
        if doc is None:
            yield line
            continue
        facts = ", ".join(fact for fact in (doc.unit, span(doc)) if fact) if isinstance(value, (int, float)) else ""
        remark = f"# {doc.meaning} ({facts})" if facts else f"# {doc.meaning}"
        if len(line) < _COLUMN and _COLUMN + len(remark) <= _WIDTH:
            yield line.ljust(_COLUMN) + remark
        else:
            yield from (remark, line)
