"""Every kind of wrong value is told with file, line, key, cause and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.policies import Policy
from tests.units.scenario.examples import problems

PERSON = "people per simulated person"
KINDS = "barabasi_albert, edge_list, graphml, none, stochastic_block, watts_strogatz"

CASES: list[tuple[str, str]] = [
    # --- ranges
    ("steps = 0", "1: steps: must be at least 1, is 0 (range 1 to 12_000, months)"),
    ("\n[humans]\ngrounding = 1.5", "3: humans.grounding: must be at most 1, is 1.5 (range 0 to 1, share)"),
    ("scale.people_per_human = 0", f"1: scale.people_per_human: must be above 0, is 0 ({PERSON})"),
    ("humans.skill = 1.0", "1: humans.skill: must be below 1, is 1.0 (above 0 and below 1, probability)"),
    ("scale.humans = -1", "1: scale.humans: must be at least 0, is -1 (range 0 to 100_000_000, people)"),
    (
        "marks = { watermark_power = inf }",
        "1: marks.watermark_power: must be a finite number, is inf (range 0 to 1, probability)",
    ),
    ("humans.within = nan", "1: humans.within: must be a finite number, is nan (style units)"),
    (
        "humans.assistance = [\n 0.1,\n\n 0.2,\n -1, # here\n 2]",
        "5: humans.assistance[2]: must be at least 0, is -1 (weights)",
    ),
    (
        "[[curators]]\nname = 's'\ndomains = { everything = -1 }",
        "3: curators.s.domains.everything: must be at least 0, is -1 (weight by domain)",
    ),
    (
        "[[labs]]\nname = 'a'\n[labs.data]\nretention = 3",
        "4: labs.a.data.retention: must be at most 1, is 3 (range 0 to 1, share)",
    ),
    (
        "[[labs]]\nname = 'a'\n[[labs.data.crawlers]]\nkind = 'curated'\nmin_votes = -2",
        "5: labs.a.data.crawlers.curated.min_votes: must be at least 0, is -2 (votes)",
    ),
    # --- types
    ("steps = 2.5", "1: steps: must be a whole number, is 2.5 (range 1 to 12_000, months)"),
    ("steps = 24.0", "1: steps: must be a whole number, is 24.0 (range 1 to 12_000, months)"),
    ("steps = '24'", '1: steps: must be a whole number, is "24" (range 1 to 12_000, months); write 24 without quotes'),
    ("steps = true", "1: steps: must be a whole number, is true (range 1 to 12_000, months)"),
    ("links.per_item = 'few'", '1: links.per_item: must be a number, is "few" (range 0 to 1000, links per item)'),
    ("quotas.exact = 1", "1: quotas.exact: must be true or false, is 1"),
    ("quotas.exact = 'True'", '1: quotas.exact: must be true or false, is "True"; write true without quotes'),
    ("title = 3", '1: title: must be a text in quotes, is 3; write "3"'),
    ("scale = 3", "1: scale: must be a table, is 3"),
    (
        "[scale]\nhumans = { a = 3 }",
        "2: scale.humans: must be a whole number, is a table (range 0 to 100_000_000, people)",
    ),
    ("[labs]\nname = 'a'", "1: labs: must be a list, is a table"),
    ("labs = ['a']", '1: labs[0]: must be a table, is "a"'),
    ("[[labs]]\nname = 'a'\ndata.sources = 'x'", '3: labs.a.data.sources: must be a list, is "x"; write ["x"]'),
    (
        "[[labs]]\nname = 'a'\ndata.sources = ['a',\n3]",
        '4: labs.a.data.sources[1]: must be a text in quotes, is 3; write "3"',
    ),
    ("[[curators]]\nname = 's'\ndomains = ['x']", "3: curators.s.domains: must be a table, is a list"),
    # --- months
    ("start = '2018-13'", '1: start: must be a month, is "2018-13"; write year and month as "2018-01"'),
    (
        "start = 2018-01-01",
        '1: start: must be a month, is the date or time 2018-01-01; write year and month as "2018-01"',
    ),
    ("start = 2018", '1: start: must be a month, is 2018; write year and month as "2018-01"'),
    (
        "[[labs]]\nname = 'a'\nlaunch = 'soon'",
        '3: labs.a.launch: must be a month, is "soon"; write year and month as "2018-01"',
    ),
    # --- names
    ("name = 'a b'", '1: name: may hold only letters, digits, dashes, underscores and inner dots, is "a b"'),
    ("name = '..'", '1: name: may hold only letters, digits, dashes, underscores and inner dots, is ".."'),
    ("[[labs]]\nname = ''", '2: labs."".name: must not be empty'),
    ("[[labs]]\nprice = 3.0", "1: labs[0].name: is missing; give the name of the lab"),
    ("[[labs]]\nname = 3", '2: labs[0].name: must be a text in quotes, is 3; write "3"'),
    ("reality.domains = []", "1: reality.domains: needs at least one entry"),
    # --- unknown keys, with the nearest at the right level
    ("strat = '2018-01'", "1: strat: no such key; did you mean 'start'?"),
    ("\n[labz]\nx = 3", "2: labz: no such key; did you mean 'labs'?"),
    (
        "[[labs]]\nname = 'a'\n[labs.data]\nretntion = 1.0",
        "4: labs.a.data.retntion: no such key; did you mean 'retention'?",
    ),
    ("[[labs]]\nname = 'a'\nretention = 1.0", "3: labs.a.retention: no such key; did you mean 'data.retention'?"),
    (
        "[[labs]]\nname = 'a'\ndata.detector = 'gaussian'",
        "3: labs.a.data.detector: no such key; there is 'labs.*.detector'",
    ),
    ("humans.assistants.hipe = 1.0", "1: humans.assistants.hipe: no such key; did you mean 'hype'?"),
    ("api_price = 1.0", "1: api_price: no such key; did you mean 'publishers.api_price'?"),
    ("quotas.zzz = 1", "1: quotas.zzz: no such key; valid: documents, exponent, growth, human_share, exact"),
    (
        "[[labs]]\nname = 'a'\ndata = { crawlers = [{ kind = 'open', votes = 3 }] }",
        "3: labs.a.data.crawlers.open.votes: no such key; there is 'curators.*.ranking.engagement.votes'",
    ),
    # --- choices
    (
        "[[curators]]\nname = 's'\ncrawl = 'opne'",
        "3: curators.s.crawl: must be one of open, opt_out, licence, is \"opne\"; did you mean 'open'?",
    ),
    ("[humans]\nnetwork = 'small'", f'2: humans.network: no network is called "small"; valid: {KINDS}'),
    (
        "[humans.network]\nkind = 'watts_strogats'",
        "2: humans.network.kind: no network is called \"watts_strogats\"; did you mean 'watts_strogatz'?",
    ),
    ("[humans.network]\nm = 3", f"1: humans.network.kind: is missing; choose one of {KINDS}"),
    (
        "[humans]\nnetwork = 3",
        '2: humans.network: must be a kind or a table with a kind, is 3; such as "barabasi_albert"',
    ),
    ("[humans.network]\nkind = 3", f"2: humans.network.kind: no network is called 3; valid: {KINDS}"),
    (
        "[humans.network]\nkind = 'barabasi_albert'\nk = 3",
        "3: humans.network.k: no such key; there is 'humans.network.k'",
    ),
    (
        "[[labs]]\nname = 'a'\ndata.crawlers = [\n'open',\n'opn']",
        "5: labs.a.data.crawlers[1]: no crawler is called \"opn\"; did you mean 'open'?",
    ),
    (
        "[[policies]]\nkind = 'label_mandat'\nstart = '2019-01'",
        "2: policies.label_mandat.kind: no policy is called \"label_mandat\"; did you mean 'label_mandate'?",
    ),
    ("[[policies]]\nstart = '2019-01'", f"1: policies[0].kind: is missing; choose one of {', '.join(Policy.registry)}"),
    (
        "[[policies]]\nkind = 'label_mandate'",
        "1: policies.label_mandate.start: is missing; give the first month in force",
    ),
    # --- whole tables
    (
        "[[policies]]\nkind = 'label_mandate'\nstart = '2019-01'\nend = '2018-06'",
        "4: policies.label_mandate.end: end (2018-06) must come after start (2019-01)",
    ),
    ("\nhumans.assistance = [1.0]", "2: humans.assistance: assistance needs 4 weights, not all zero"),
    ("[[shocks]]\nset = {}", "1: shocks[0].at: is missing; give the first month of the new values"),
    ("[[shocks]]\nat = '2019-01'", "1: shocks.2019-01.set: is missing; give the new values of scenario keys"),
]


@pytest.mark.parametrize(("text", "found"), CASES, ids=[found.partition(": ")[2][:60] for _, found in CASES])
def test_what_is_wrong_is_told_with_line_key_cause_and_remedy(tmp_path: Path, text: str, found: str) -> None:
    assert problems(tmp_path, text) == [f"own.toml:{found}"]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """\
    steps = 0
    [[labs]]
    name = "a"
    price = -1
    data.sources = ["nowhere"]
    [[labs]]
    price = 3
    [publishers]
    groups = [{ name = "f", lab = "b", count = -1 }]
    [[shocks]]
    at = "2019-01"
    set = { "labs.a.prise" = 3, "labs.a.price" = -3 }
    [[policies]]
    kind = "label_mandate"
    """
    assert problems(tmp_path, text) == [
        "own.toml:1: steps: must be at least 1, is 0 (range 1 to 12_000, months)",
        "own.toml:4: labs.a.price: must be at least 0, is -1 (USD per month)",
        "own.toml:5: labs.a.data.sources[0]: no curator is called 'nowhere'; there is none",
        "own.toml:6: labs[1].name: is missing; give the name of the lab",
        "own.toml:9: publishers.groups.f.count: must be at least 0, is -1 (range 0 to 1_000_000, publishers)",
        "own.toml:9: publishers.groups.f.lab: no lab is called 'b'; valid: a, any",
        "own.toml:12: shocks.2019-01.set.\"labs.a.prise\": no key 'prise' in 'labs.a'; did you mean 'price'?",
        'own.toml:12: shocks.2019-01.set."labs.a.price": must be at least 0, is -3 (USD per month)',
        "own.toml:13: policies.label_mandate.start: is missing; give the first month in force",
    ]


def test_what_refers_to_an_entry_with_a_mistake_is_no_mistake(tmp_path: Path) -> None:
    text = """\
    [[curators]]
    name = "hub"
    what = { }
    [[reality.domains]]
    name = "only"
    ideas = "many"
    [[labs]]
    name = "a"
    launch = 3
    data.sources = ["hub"]
    [publishers]
    groups = [{ name = "f", lab = "a", mix = { only = 1.0 } }]
    """
    assert [line.split(": ")[0] for line in problems(tmp_path, text)] == ["own.toml:3", "own.toml:6", "own.toml:9"]


def test_an_entry_left_out_for_a_mistake_is_not_missed_elsewhere(tmp_path: Path) -> None:
    text = """\
    [[policies]]
    kind = "label_mandate"
    start = "never"
    [[labs]]
    name = "a"
    detector = { kind = "gauss" }
    [[shocks]]
    at = "2019-01"
    set = { "policies" = [], "labs.a.detector.refresh" = 3 }
    """
    assert [line.split(": ")[1] for line in problems(tmp_path, text)][:2] == [
        "policies.label_mandate.start",
        "labs.a.detector.kind",
    ]


def test_a_long_value_is_shortened(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, f"steps = '{'x' * 500}'")
    assert len(found) < 120
    assert 'xxx..."'.removesuffix('"') in found
