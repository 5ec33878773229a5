"""What must hold between the parts of a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from ecosystem.scenario import Scenario
from tests.units.scenario.examples import WEB, problems

WEB_AND = 'extends = "web"\n'

NO_PUBLISHER = (
    "publishers write {}% of the quota, but there is no publisher; add [[publishers.groups]] or set human_share = 1"
)
NO_LAB = "publishers write 50% of the quota, but there is no lab to buy from; add [[labs]] or set human_share = 1"
BUSY = (
    "publishers write 75% of the quota, but every group of them has a quota of its own; "
    "set human_share = 1 or leave out the quota of one group"
)
OUTGROWN = (
    "fixed volumes of 5 items have grown beyond 100,000,000 in month 17; "
    "lower quotas.exponent or quotas.growth, or run for fewer months"
)
LEAVE = "set that, or leave the lever out"
COMMISSIONER = "[[labs]]\nname = 'cheap'\nlevers = ['commissions']\ndata.commissions = 5.0"
NO_ROOM = (
    "under fixed volumes room for inventions is made by the commissions of the file; "
    "leave the lever out, or set humans.invention or quotas.documents to 0"
)
HAGGLED = (
    "in a market of licences the asking price moves by itself (licences.adjust); "
    "leave the lever out, or set licences.market = false"
)
NOBODY = "people write 100% of the quota, but scale.humans is 0; set human_share = 0 or add people"

CASES = [
    (
        "[[curators]]\nname = 'search'\nlevers = ['penalty', 'refresh']",
        f"4: curators.search.levers[1]: 'refresh' moves detector.refresh, which is not there; {LEAVE}",
    ),
    (
        "[[labs]]\nname = 'frontier'\nlevers = ['min_votes', 'synthetic']",
        f"4: labs.frontier.levers[1]: 'synthetic' multiplies data.synthetic, which is 0; {LEAVE}",
    ),
    (
        "licences.market = true\n[[curators]]\nname = 'search'\nlevers = ['crawl', 'licence_price']",
        f"5: curators.search.levers[1]: {HAGGLED}",
    ),
    (
        f"humans.invention = 0.1\nquotas.documents = 10\n{COMMISSIONER}",
        f"6: labs.cheap.levers[0]: {NO_ROOM}",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.sources = [\n'search',\n'serch',\n]",
        "6: labs.cheap.data.sources[1]: no curator is called 'serch'; did you mean 'search'?",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.licences = ['x']",
        "4: labs.cheap.data.licences[0]: no curator is called 'x'; valid: forum, search",
    ),
    (
        "publishers.groups = [{ name = 'farms', lab = 'frontir' }]",
        "2: publishers.groups.farms.lab: no lab is called 'frontir'; did you mean 'frontier'?",
    ),
    (
        "[[publishers.groups]]\nname = 'farms'\n[publishers.groups.targets]\nforum = 1.0\nfroum = 1.0",
        "6: publishers.groups.farms.targets.froum: no curator is called 'froum'; did you mean 'forum'?",
    ),
    (
        "[[publishers.groups]]\nname = 'farms'\nmix = { law = 1.0 }",
        "4: publishers.groups.farms.mix.law: no domain is called 'law'; valid: code, news",
    ),
    (
        "[[curators]]\nname = 'search'\ndomains = { nwes = 1.0 }",
        "4: curators.search.domains.nwes: no domain is called 'nwes'; did you mean 'news'?",
    ),
    (
        "[[labs]]\nname = 'frontier'\nremove = true\n[[publishers.groups]]\nname = 'farms'\nlab = 'frontier'",
        "7: publishers.groups.farms.lab: no lab is called 'frontier'; valid: any, cheap",
    ),
    ("[[labs]]\nname = 'any'", "3: labs.any.name: no lab can be called 'any', which means every one; rename it"),
    (
        '[[labs]]\nname = "a\\u001b[2J"',
        "3: labs.a\\x1b[2J.name: has characters that cannot be printed; use letters and digits",
    ),
    (
        "[[reality.domains]]\nname = '*'",
        "3: reality.domains.*.name: no domain can be called '*', which means every one; rename it",
    ),
    (
        "[[reality.domains]]\nname = 'code'\ncount = 3\n[[reality.domains]]\nname = 'code-1'",
        "6: reality.domains.code-1.name: 'code-1' is also a copy of domain 'code'; rename one",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.domains = ['code', 'nwes']",
        "4: labs.cheap.data.domains[1]: no domain is called 'nwes'; did you mean 'news'?",
    ),
    (
        "[[reality.domains]]\nname = 'code'\nideas = 2\nrewards = [1.0, 2.0, 3.0]",
        "5: reality.domains.code.rewards: lists 3 rewards, but there are 2 ideas; leave some out or raise ideas",
    ),
    (
        "labs = []\n[[publishers.groups]]\nname = 'farms'\nquota = 5",
        "5: publishers.groups.farms.quota: there is no lab to buy from; add [[labs]] or leave the quota out",
    ),
    (
        "[[publishers.groups]]\nname = 'farms'\nchooses = ['mode']\nlevers = ['labels', 'mode']",
        "5: publishers.groups.farms.levers[1]: 'mode' is chosen for each item (chooses); leave out one of the two",
    ),
    (
        "[quotas]\ndocuments = 5\nhuman_share = 0.25\n[publishers]\ngroups = [{ name = 'farms', quota = 5 }]",
        f"4: quotas.human_share: {BUSY}",
    ),
    (
        "[quotas]\ndocuments = 5\ngrowth = 3.0",
        f"4: quotas.growth: {OUTGROWN}",
    ),
    (
        "[quotas]\ndocuments = 5\n[[shocks]]\nat = '2020-02'\nset = { 'quotas.growth' = 3.0 }",
        f'6: shocks.2020-02.set."quotas.growth": {OUTGROWN}',
    ),
    (
        "[quotas]\ndocuments = 5\nhuman_share = 0.25\n[publishers]\ngroups = []",
        "4: quotas.human_share: " + NO_PUBLISHER.format(75),
    ),
    (
        "[quotas]\ndocuments = 5\nhuman_share = 0\n[[publishers.groups]]\nname = 'farms'\ncount = 0",
        "4: quotas.human_share: " + NO_PUBLISHER.format(100),
    ),
    (
        "labs = []\n[quotas]\ndocuments = 5\nhuman_share = 0.5",
        "5: quotas.human_share: " + NO_LAB,
    ),
    (
        "scale.humans = 0\nquotas.documents = 5",
        "3: quotas.human_share: " + NOBODY,
    ),
    ("start = '9999-01'\nsteps = 13", "3: steps: the run would end after 9999-12; from 9999-01 there are 12 months"),
]


@pytest.mark.parametrize(("text", "found"), CASES, ids=[found.partition(": ")[2][:60] for _, found in CASES])
def test_contradictions_are_told_with_their_line(tmp_path: Path, text: str, found: str) -> None:
    assert problems(tmp_path, WEB_AND + text) == [f"own.toml:{found}"]


def test_what_stands_in_an_extended_file_is_told_of_that_file(tmp_path: Path) -> None:
    line = WEB.split("\n").index('licences = ["forum"]') + 1
    text = WEB_AND + "[[curators]]\nname = 'forum'\nremove = true"
    assert problems(tmp_path, text) == [
        f"web.toml:{line}: labs.frontier.data.licences[0]: no curator is called 'forum'; valid: search"
    ]


def test_quotas_need_nobody_when_there_are_none(tmp_path: Path) -> None:
    assert problems(tmp_path, WEB_AND + "labs = []\npublishers.groups = []\nquotas.human_share = 0.5") == []


def test_the_same_rules_hold_in_python() -> None:
    document = {"labs": [{"name": "a", "data": {"sources": ["x"]}}]}
    with pytest.raises(ValidationError, match=r"labs\.a\.data\.sources\.0: no curator is called 'x'"):
        Scenario.model_validate(document)
    with pytest.raises(ValidationError, match=r"labs\.a\.name: a second lab is called 'a'"):
        Scenario.model_validate({"labs": [{"name": "a"}, {"name": "a"}]})
