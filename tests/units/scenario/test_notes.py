"""What a scenario may say but what has no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.scenario.files import read as read_file
from tests.units.scenario.examples import WEB, write

GROUPS = next(number for number, line in enumerate(WEB.split("\n"), start=1) if line.startswith("groups"))
NEVER = "the lab never has a model"
UNUSED = "all documents held are used: sample_budget and sample_per_domain are never set"
ALL_WAIT = (
    "every lab waits for the market, and investors expect nothing before there is a model: none ever enters; "
    'give one of them enters = "start"'
)
CASES = [
    (
        "[[shocks]]\nat = '2050-01'\nset = {}",
        "3: shocks.2050-01.at: after the end of the run (2021-12): it has no effect",
    ),
    (
        "[[shocks]]\nat = '2019-01'\nset = {}",
        "3: shocks.2019-01.at: before the start (2020-01): in force from the first month",
    ),
    (
        "[[policies]]\nkind = 'label_mandate'\nstart = '2050-01'",
        "4: policies.label_mandate.start: after the end of the run (2021-12): it has no effect",
    ),
    (
        "[[policies]]\nkind = 'label_mandate'\nstart = '2018-01'\nend = '2019-01'",
        "5: policies.label_mandate.end: before the start of the run (2020-01): it has no effect",
    ),
    (
        "[[labs]]\nname = 'cheap'\nlaunch = '2022-01'",
        "4: labs.cheap.launch: after the end of the run (2021-12): it never trains",
    ),
    (
        "[[labs]]\nname = 'cheap'\nlaunch = '2022-01'\nenters = 'market'\ncapital = 0",
        "4: labs.cheap.launch: after the end of the run (2021-12): it never enters",
    ),
    (
        "[investors]\nbudget = 1e6\n[[labs]]\nname = 'cheap'\nenters = 'market'\ncapital = 3e6",
        "7: labs.cheap.capital: at most 2,000,000 USD a month are ever on offer: the lab never enters",
    ),
    (
        "[[labs]]\nname = 'cheap'\nenters = 'market'\ncapital = 0",
        "5: labs.cheap.capital: 0: it enters without money, and closes with the first bill that it cannot pay",
    ),
    (
        (
            "investors.budget = 1e9\n"
            "labs = [{ name = 'cheap', enters = 'market' }, { name = 'frontier', enters = 'market' }]"
        ),
        f"3: labs: {ALL_WAIT}",
    ),
    ("publishers.starts = '2022-01'", "2: publishers.starts: after the end of the run (2021-12): publishers stay idle"),
    (
        "[[labs]]\nname = 'cheap'\ndata.licences = ['forum',\n'search']",
        "5: labs.cheap.data.licences[1]: 'search' sells no licences; its crawl is never \"licence\"",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.crawlers = ['licensed']",
        "4: labs.cheap.data.licences: the lab takes licensed pages only, but buys no licence",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.replacement = true",
        f"4: labs.cheap.data.replacement: {UNUSED}",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.reward = { candidates = 4 }",
        "4: labs.cheap.data.reward: nothing is chosen by reward: its strength is always 0",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.weights = { human = 0, assisted = 0, synthetic = 0 }",
        f"4: labs.cheap.data.weights: all are always 0, so that no document counts: {NEVER}",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.sample_budget = 0",
        f"4: labs.cheap.data.sample_budget: always 0, so that trainings use no document: {NEVER}",
    ),
    (
        "[[labs]]\nname = 'cheap'\ndata.sample_per_domain = 0",
        f"4: labs.cheap.data.sample_per_domain: always 0, so that trainings use no document: {NEVER}",
    ),
    (
        (
            "[[labs]]\nname = 'cheap'\n[labs.data]\nverifies = 'all'\nverifier_true_positive = 0\n"
            "verifier_false_positive = 0"
        ),
        (
            "5: labs.cheap.data.verifies: verifies all and, with verifier_true_positive and verifier_false_positive 0, "
            f"keeps nothing: {NEVER}"
        ),
    ),
    (
        "[[labs]]\nname = 'cheap'\ncadence = 2\ndata = { retention = 0, window = 2 }",
        (
            "5: labs.cheap.data.window: has no effect: retention is always 0, so that nothing is kept from one "
            "training to the next"
        ),
    ),
    (
        "labs = []",
        f"web.toml:{GROUPS}: publishers.groups: there is no lab whose API they could buy: they write nothing",
    ),
    (
        "[humans]\nnetwork = { kind = 'graphml', path = 'no/such.graphml' }",
        "3: humans.network.path: no such file now: no/such.graphml; it is read when the run starts",
    ),
]


@pytest.mark.parametrize(("text", "note"), CASES, ids=[note.partition(": ")[2][:60] for _, note in CASES])
def test_notes_have_file_and_line(tmp_path: Path, text: str, note: str) -> None:
    write(tmp_path, "web", WEB)
    notes = [
        str(found).replace(f"{tmp_path}/", "")
        for found in read_file(write(tmp_path, "own", f'extends = "web"\n{text}')).notes
    ]
    assert notes == [note if note.startswith("web") else f"own.toml:{note}"]


def test_a_licence_sold_after_a_shock_is_sold(tmp_path: Path) -> None:
    write(tmp_path, "web", WEB)
    text = 'extends = "web"\n[[labs]]\nname = "cheap"\ndata.licences = ["search"]\n'
    text += '[[shocks]]\nat = "2021-01"\nset = { "curators.search.crawl" = "licence" }'
    assert read_file(write(tmp_path, "own", text)).notes == ()


def test_a_lab_that_bids_everywhere_needs_no_list(tmp_path: Path) -> None:
    write(tmp_path, "web", WEB)
    text = 'extends = "web"\nlicences = { market = true, all = true }\n[[labs]]\nname = "cheap"\n'
    assert read_file(write(tmp_path, "own", text + "data.crawlers = ['licensed']")).notes == ()


def test_a_choice_made_after_a_shock_is_made(tmp_path: Path) -> None:
    write(tmp_path, "web", WEB)
    text = 'extends = "web"\n[[labs]]\nname = "cheap"\ndata = { replacement = true, reward.candidates = 4 }\n'
    text += '[[shocks]]\nat = "2021-01"\n'
    text += 'set = { "labs.cheap.data.sample_per_domain" = 9, "labs.cheap.data.reward.strength" = 1.0 }'
    assert read_file(write(tmp_path, "own", text)).notes == ()


@pytest.mark.parametrize(
    "lab",
    [
        "data.weights = { human = 0, assisted = 0 }",
        "data = { verifier_true_positive = 0, verifier_false_positive = 0 }",
        "data = { retention = 0, window = 1 }",
        "data = { retention = 0.5, window = 2 }",
        "data = { retention = 0, retention_human = 1, window = 2 }",
        "cadence = 4\ndata = { retention = 0, window = 3 }",  # bounds what gathers between trainings
        "launch = '2020-12'\ndata = { retention = 0, window = 3 }",  # and up to the first
    ],
)
def test_what_leaves_something_to_train_on_or_to_drop_is_not_noted(tmp_path: Path, lab: str) -> None:
    write(tmp_path, "web", WEB)
    text = f'extends = "web"\n[[labs]]\nname = "cheap"\ncadence = 1\n{lab}'.replace("cadence = 1\ncadence", "cadence")
    assert read_file(write(tmp_path, "own", text)).notes == ()


def test_documents_trained_on_after_a_shock_are_trained_on(tmp_path: Path) -> None:
    write(tmp_path, "web", WEB)
    text = 'extends = "web"\n[[labs]]\nname = "cheap"\ndata = { weights.human = 0, weights.assisted = 0, '
    text += 'weights.synthetic = 0, sample_budget = 0, retention = 0, window = 99 }\n[[shocks]]\nat = "2021-01"\n'
    text += 'set."labs.cheap.data.weights.human" = 1.0\nset."labs.cheap.data.sample_budget" = 9\n'
    text += 'set."labs.cheap.data.retention" = 0.5'
    assert read_file(write(tmp_path, "own", text)).notes == ()


def test_nothing_to_note(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "web", WEB)).notes == ()
