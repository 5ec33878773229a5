"""What a scenario may say but what has no effect: worth a look, no reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ecosystem.scenario.data_notes import data_notes
from ecosystem.scenario.problems import Finding
from ecosystem.scenario.shocks import trial

if TYPE_CHECKING:
    from ecosystem.core.clock import Month
    from ecosystem.scenario.schema import Scenario
    from ecosystem.world.settings.labs import LabParameters

__all__ = ["notes"]


def notes(scenario: Scenario) -> list[Finding]:
    """Dates and labs that never come, licences nobody sells, choices never made, what lacks a lab or a file."""
    found = [_dates(scenario), _entries(scenario), _licences(scenario), data_notes(scenario), _publishers(scenario)]
    found += [_network(scenario), _policies(scenario)]
    return [note for notes_ in (*found, _text(scenario)) for note in notes_]


def _dates(scenario: Scenario) -> Iterator[Finding]:
    start, last = scenario.start, scenario.start + (scenario.steps - 1)
    late = f"after the end of the run ({last}): it has no effect"
    for number, shock in enumerate(scenario.shocks):
        if shock.at > last:
            yield Finding(("shocks", number, "at"), late)
        elif shock.at < start:
            yield Finding(("shocks", number, "at"), f"before the start ({start}): in force from the first month")
    for number, policy in enumerate(scenario.policies):
        if policy.start > last:
            yield Finding(("policies", number, "start"), late)
        elif policy.end is not None and policy.end <= start:
            yield Finding(("policies", number, "end"), f"before the start of the run ({start}): it has no effect")
    for lab in scenario.labs:
        if lab.launch is not None and lab.launch > last:
            never = "trains" if lab.enters == "start" else "enters"
            yield Finding(("labs", lab.name, "launch"), f"after the end of the run ({last}): it never {never}")
    starts: Month | None = scenario.publishers.starts
    if starts is not None and starts > last:
        yield Finding(("publishers", "starts"), f"after the end of the run ({last}): publishers stay idle")


def _entries(scenario: Scenario) -> Iterator[Finding]:
    """Labs that wait for more than investors ever offer, for others to begin, or that would enter without a dollar."""
    if scenario.labs and all(lab.enters == "market" for lab in scenario.labs):
        cause = "every lab waits for the market, and investors expect nothing before there is a model: none ever enters"
        yield Finding(("labs",), cause, 'give one of them enters = "start"')
    last = scenario.start + (scenario.steps - 1)
    most = max(2 * settings.investors.budget for _, settings, _ in trial(scenario))
    for lab in scenario.labs:
        if lab.enters == "market" and lab.capital > most:
            cause = f"at most {most:,.0f} USD a month are ever on offer: the lab never enters"
            yield Finding(("labs", lab.name, "capital"), cause)
        elif lab.enters == "market" and lab.capital == 0 and (lab.launch is None or lab.launch <= last):
            cause = "0: it enters without money, and closes with the first bill that it cannot pay"
            yield Finding(("labs", lab.name, "capital"), cause)


def _licences(scenario: Scenario) -> Iterator[Finding]:
    sellers = {
        curator.name
        for _, settings, _ in trial(scenario)
        for curator in settings.curators
        if curator.crawl == "licence"
    }
    for lab in scenario.labs:
        for number, name in enumerate(lab.data.licences):
            if name not in sellers:
                yield Finding(
                    ("labs", lab.name, "data", "licences", number),
                    f"{name!r} sells no licences",
                    'its crawl is never "licence"',
                )
        anywhere = scenario.licences.market and scenario.licences.all and lab.data.respects_opt_out
        if _needs_licences(lab) and not lab.data.licences and not anywhere:
            yield Finding(
                ("labs", lab.name, "data", "licences"), "the lab takes licensed pages only, but buys no licence"
            )


def _needs_licences(lab: LabParameters) -> bool:
    return bool(lab.data.crawlers) and all(crawler.kind == "licensed" for crawler in lab.data.crawlers)


def _publishers(scenario: Scenario) -> Iterator[Finding]:
    groups = scenario.publishers.groups
    if not scenario.labs and any(group.founders(scenario.scale.humans) for group in groups):
        yield Finding(("publishers", "groups"), "there is no lab whose API they could buy: they write nothing")


def _policies(scenario: Scenario) -> Iterator[Finding]:
    """Policies that have nothing to work on, in their own words."""
    ever = [settings for _, settings, _ in trial(scenario)] if scenario.policies else []
    for number, policy in enumerate(scenario.policies):
        for key, cause in policy.notes(ever):
            yield Finding(("policies", number, key), cause)


def _network(scenario: Scenario) -> Iterator[Finding]:
    path = getattr(scenario.humans.network, "path", None)
    if isinstance(path, str) and not Path(path).is_file():
        yield Finding(("humans", "network", "path"), f"no such file now: {path}", "it is read when the run starts")


def _text(scenario: Scenario) -> Iterator[Finding]:
    """Languages that nobody writes in, texts without a language, files not there."""
    spoken = [domain for domain in scenario.reality.domains if domain.text is not None]
    cases = scenario.law.cases if scenario.law is not None else ()
    chosen = any(key.endswith(".text") for case in cases for key in case.set)
    if scenario.reality.tokens > 0 and not spoken and not chosen:
        yield Finding(("reality", "tokens"), "no domain has a language (text): items stay without words")
    for domain in spoken:
        here = ("reality", "domains", domain.name, "text")
        path = getattr(domain.text, "path", None)
        if scenario.reality.tokens == 0:
            yield Finding(here, "items carry no text: reality.tokens is 0")
        elif isinstance(path, str) and not Path(path).is_file():
            yield Finding((*here, "path"), f"no such file now: {path}", "it is read when the run starts")
