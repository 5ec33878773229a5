"""How a file changes the one it extends."""

from __future__ import annotations

from pathlib import Path

from ecosystem.scenario import Scenario
from ecosystem.strategies.crawlers.archive import Archive
from ecosystem.strategies.crawlers.curated import Curated
from ecosystem.strategies.crawlers.open_web import OpenWeb
from ecosystem.strategies.detectors.gaussian import Gaussian
from ecosystem.strategies.rankers.recency import Recency
from tests.units.scenario.examples import problems, read


def changed(folder: Path, text: str) -> Scenario:
    return read(folder, f'extends = "web"\n{text}')


def test_only_what_differs_is_changed(tmp_path: Path) -> None:
    base, own = (
        changed(tmp_path, ""),
        changed(tmp_path, "[[labs]]\nname = 'cheap'\nprice = 7.0\n[scale]\npeople_per_human = 2"),
    )
    assert own == base.replace({"labs.cheap.price": 7.0, "scale.people_per_human": 2.0})


def test_another_name_adds_an_entry(tmp_path: Path) -> None:
    own = changed(tmp_path, "[[labs]]\nname = 'new'")
    assert [lab.name for lab in own.labs] == ["cheap", "frontier", "new"]
    own = changed(tmp_path, "[publishers]\ngroups = [{ name = 'brands' }, { name = 'farms', count = 3 }]")
    assert [(group.name, group.count, group.targets) for group in own.publishers.groups] == [
        ("brands", None, {}),
        ("farms", 3, {"search": 1.0}),
    ]


def test_an_entry_can_be_removed(tmp_path: Path) -> None:
    own = changed(tmp_path, "[[labs]]\nname = 'frontier'\nremove = true")
    assert [lab.name for lab in own.labs] == ["cheap"]


def test_nothing_else_can_be_removed(tmp_path: Path) -> None:
    says = "nothing to remove: no file that this one extends has such an entry; leave the entry out"
    assert problems(tmp_path, "[[labs]]\nname = 'x'\nremove = true") == [f"own.toml:3: labs.x.remove: {says}"]
    text = 'extends = "web"\n[[labs]]\nname = "frontier"\nremove = false'
    assert problems(tmp_path, text) == [f"own.toml:4: labs.frontier.remove: {says}"]


def test_an_empty_list_removes_all(tmp_path: Path) -> None:
    own = changed(tmp_path, "labs = []\nshocks = []\npolicies = []\n[publishers]\ngroups = []")
    assert (own.labs, own.shocks, own.policies, own.publishers.groups) == ((), (), (), ())


def test_a_list_of_kinds_is_replaced_by_a_value(tmp_path: Path) -> None:
    for value in ('["open"]', '[{ kind = "open" }]'):
        own = changed(tmp_path, f"[[labs]]\nname = 'frontier'\ndata.crawlers = {value}")
        assert own.labs[1].data.crawlers == (OpenWeb(),)


def test_a_list_of_kinds_is_changed_entry_by_entry(tmp_path: Path) -> None:
    text = """
    [[labs]]
    name = "frontier"
    [[labs.data.crawlers]]
    kind = "curated"
    min_authority = 3.0
    [[labs.data.crawlers]]
    kind = "archive"
    remove = true
    [[labs.data.crawlers]]
    kind = "open"
    """
    crawlers = (Curated(min_votes=2.0, min_authority=3.0), OpenWeb())
    assert changed(tmp_path, text).labs[1].data.crawlers == crawlers
    text = "[[labs]]\nname = 'frontier'\n[[labs.data.crawlers]]\nkind = 'archive'\ncutoff = '2019-01'"
    assert str(changed(tmp_path, text).labs[1].data.crawlers[1]) == str(Archive.model_validate({"cutoff": "2019-01"}))


def test_defaults_are_not_inherited_entries(tmp_path: Path) -> None:
    own = changed(tmp_path, "[[curators]]\nname = 'search'\n[[curators.ranking]]\nkind = 'recency'")
    assert own.curators[1].ranking == (Recency(),)


def test_a_choice_is_changed_or_replaced(tmp_path: Path) -> None:
    own = changed(tmp_path, "[[curators]]\nname = 'forum'\ndetector.refresh = 3")
    assert own.curators[0].detector == Gaussian(refresh=3)  # "gaussian" is inherited
    own = changed(tmp_path, "[[curators]]\nname = 'forum'\ndetector = 'none'")
    assert own.curators[0].detector is None
    base = "extends = 'web'\n[humans.network]\nkind = 'barabasi_albert'\nm = 7"
    read(tmp_path, base, "middle")
    own = read(tmp_path, "extends = 'middle'\n[humans.network]\nkind = 'watts_strogatz'\np = 0.5")
    assert own.humans.network.model_dump() == {"kind": "watts_strogatz", "k": 10, "p": 0.5}
    own = read(tmp_path, "extends = 'middle'\n[humans.network]\nkind = 'barabasi_albert'")
    assert own.humans.network.model_dump() == {"kind": "barabasi_albert", "m": 7}


def test_weights_are_changed_one_by_one_or_all_removed(tmp_path: Path) -> None:
    own = changed(tmp_path, "[[publishers.groups]]\nname = 'farms'\ntargets.forum = 2.0")
    assert own.publishers.groups[0].targets == {"search": 1.0, "forum": 2.0}
    own = changed(tmp_path, "[[publishers.groups]]\nname = 'farms'\ntargets = {}")
    assert own.publishers.groups[0].targets == {}


def test_plain_lists_are_replaced(tmp_path: Path) -> None:
    own = changed(tmp_path, "[[labs]]\nname = 'frontier'\ndata.licences = []")
    assert own.labs[1].data.licences == ()


def test_policies_and_shocks_are_added(tmp_path: Path) -> None:
    text = """
    [[policies]]
    kind = "label_mandate"
    start = "2021-06"
    [[shocks]]
    at = "2020-06"
    set = { "publishers.api_price" = 3.0 }
    """
    own = changed(tmp_path, text)
    assert [str(policy.start) for policy in own.policies] == ["2021-01", "2021-06"]
    # Of one month, the later file has the last word.
    assert [shock.set["publishers.api_price"] for shock in own.shocks] == [1.0, 3.0]
    assert own.timeline()[5].publishers.api_price == 3.0


def test_the_same_label_twice_in_a_file(tmp_path: Path) -> None:
    text = """
    [[labs]]
    name = "a"
    [[labs]]
    name = "b"
    [[labs]]
    name = "a"
    data.crawlers = [
        { kind = "curated" },
        "open",
        "curated",
    ]
    [publishers]
    groups = [{ name = "f" }, { name = "f" }]
    """
    assert problems(tmp_path, text) == [
        "own.toml:6: labs: a second 'a' in this list; the first is in line 2; rename or remove one",
        "own.toml:14: publishers.groups: a second 'f' in this list; the first is in line 14; rename or remove one",
    ]
    text = "[[labs]]\nname = 'a'\ndata.crawlers = [\n'open',\n{ kind = 'open' },\n]"
    assert problems(tmp_path, text) == [
        "own.toml:5: labs.*.data.crawlers: a second 'open' in this list; the first is in line 4; rename or remove one"
    ]


def test_order_of_entries_changes_nothing(tmp_path: Path) -> None:
    entries = ["[[labs]]\nname = 'x'\nprice = 1.0", "[[labs]]\nname = 'y'", "[[labs]]\nname = 'cheap'\nprice = 2.0"]
    assert changed(tmp_path, "\n".join(entries)) == changed(tmp_path, "\n".join(reversed(entries)))
