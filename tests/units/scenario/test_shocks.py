"""Shocks are checked when they are read, and change the settings from their month on."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from ecosystem.core.clock import Month
from ecosystem.scenario import Scenario
from ecosystem.scenario.shocks import FIXED
from ecosystem.scenario.vocabulary import vocabulary
from tests.units.scenario.examples import problems, read

WEB_AND = 'extends = "web"\n'
TWO_MORE = """\
[[shocks]]
at = "2020-09"
label = "detectors for all"
set = { "labs.cheap.detector" = "gaussian", "labs.*.price" = 9 }
[[shocks]]
at = "2020-10"
set = { "labs.cheap.detector.false_positive" = 0.5 }
"""


def shock(keys: str) -> str:
    return f'{WEB_AND}[[shocks]]\nat = "2021-01"\nset = {{ {keys} }}'


def test_settings_change_from_the_month_of_a_shock_on(tmp_path: Path) -> None:
    scenario = read(tmp_path, WEB_AND + TWO_MORE)
    timeline = scenario.timeline()
    assert len(timeline) == scenario.steps
    assert [len({id(s) for s in group}) for _, group in itertools.groupby(timeline)] == [1, 1, 1, 1]
    prices = [settings.publishers.api_price for settings in timeline]
    assert prices == [10.0] * 5 + [1.0] * 19
    assert [settings.labs[0].price for settings in timeline] == [5.0] * 8 + [9.0] * 16
    detectors = [settings.labs[0].detector for settings in timeline]
    assert detectors[7] is None
    assert detectors[8] is not None
    assert detectors[9] is not None
    assert (detectors[8].false_positive, detectors[9].false_positive) == (0.02, 0.5)


def test_shocks_before_the_start_are_in_force_from_the_first_month(tmp_path: Path) -> None:
    text = WEB_AND + 'start = "2022-01"\n[[shocks]]\nat = "2021-12"\nset = { "publishers.api_price" = 0.5 }'
    assert [s.publishers.api_price for s in read(tmp_path, text).timeline()] == [0.5] * 24


def test_shocks_after_the_end_are_checked_but_never_happen(tmp_path: Path) -> None:
    text = WEB_AND + '[[shocks]]\nat = "2050-01"\nset = { "publishers.api_price" = %s }'
    assert read(tmp_path, text % "0.5").timeline()[-1].publishers.api_price == 1.0
    assert problems(tmp_path, text % "-1") == [
        'own.toml:4: shocks.2050-01.set."publishers.api_price": must be at least 0, is -1 (USD per million tokens)'
    ]


def test_a_list_or_table_can_be_set(tmp_path: Path) -> None:
    keys = '"labs.frontier.data.crawlers" = ["open"], "publishers.groups.farms.targets" = { forum = 2 }, '
    keys += '"links" = { window = 3 }'
    before, after = (read(tmp_path, shock(keys)).timeline()[step] for step in (11, 12))
    assert [crawler.kind for crawler in after.labs[1].data.crawlers] == ["open"]
    assert after.publishers.groups[0].targets == {"search": 1.0, "forum": 2.0}
    assert (after.links.window, after.links.damping) == (3, before.links.damping)


def test_none_empties_a_setting(tmp_path: Path) -> None:
    after = read(tmp_path, shock('"curators.forum.detector" = "none"')).timeline()[12]
    assert after.curators[0].detector is None


WRONG = [
    ('"publishers.api_prise" = 1', "no key 'api_prise' in 'publishers'; did you mean 'api_price'?"),
    ('"labs.frontir.price" = 1', "nothing in 'labs' is called 'frontir'; did you mean 'frontier'?"),
    ('"labs.cheap.detector.refresh" = 1', "'labs.cheap.detector' is none; choose a kind first: gaussian"),
    ('"scale.humans" = 5', "cannot change during a run; the people and their number are made at the start"),
    ('"scale" = { humans = 5 }', "cannot change during a run; the people and their number are made at the start"),
    ('"labs.*.levers" = []', "cannot change during a run; levers are laid out at the start"),
    ('"labs" = []', "cannot change during a run; labs are made at the start; set single values such as labs.*.price"),
    (
        '"labs.*.launch" = "2022-01"',
        "cannot change during a run; trainings are counted from it; set it in the lab itself",
    ),
    ('"labs.cheap" = { name = "b" }', "cannot change during a run; labs are made at the start"),
    (
        '"labs.cheap.learner.prior" = 2',
        "cannot change during a run; a corpus is kept in its learner's own form from the start",
    ),
    ('"reality" = { styles = 3 }', "cannot change during a run; styles are laid out at the start"),
    ('"reality.domains.code.ideas" = 3', "cannot change during a run; founding ideas are made at the start"),
    ('"humans.network.m" = 3', "cannot change during a run; the network is made at the start"),
    ('"steps" = 3', "cannot change during a run; the run has begun"),
    ('"policies" = []', "cannot change during a run; give the policy its own start, end and ramp instead"),
    ('"humans.skill" = "high"', 'must be a number, is "high" (above 0 and below 1, probability)'),
    ('"labs.*.data.retention" = 2', "must be at most 1, is 2 (range 0 to 1, share)"),
    ('"publishers.groups.farms.lab" = "x"', "no lab is called 'x'; valid: any, cheap, frontier"),
    (
        '"curators.search.crawl" = "opened"',
        "must be one of open, opt_out, licence, is \"opened\"; did you mean 'open'?",
    ),
    ('"labs.cheap.detector" = "gauss"', "no detector is called \"gauss\"; did you mean 'gaussian'?"),
    ('"humans..skill" = 1', "not a key; write names with dots between them, such as scale.humans"),
    ('"links.window" = 2020-01-01', "must be a whole number, is the date or time 2020-01-01 (months)"),
]


@pytest.mark.parametrize(("keys", "says"), WRONG, ids=[keys for keys, _ in WRONG])
def test_wrong_keys_and_values_are_refused(tmp_path: Path, keys: str, says: str) -> None:
    (found,) = problems(tmp_path, shock(keys))
    assert found.startswith("own.toml:4: shocks.2021-01.set.")
    assert found.endswith(f": {says}")


def test_the_line_of_each_key_is_its_own(tmp_path: Path) -> None:
    text = (
        WEB_AND
        + '[[shocks]]\nat = "2021-01"\n[shocks.set]\n"links.window" = 0\n"links.refresh" = 2\n"links.damping" = 1'
    )
    assert [line.split(": ")[0] for line in problems(tmp_path, text)] == ["own.toml:5", "own.toml:7"]


def test_every_mistake_of_a_month_is_told(tmp_path: Path) -> None:
    keys = '"links.window" = 0, "labs.x.price" = 1, "labs.cheap.price" = -1, "publishers.groups.farms.lab" = "y"'
    assert len(problems(tmp_path, shock(keys))) == 4


def test_a_later_shock_builds_on_an_earlier_one(tmp_path: Path) -> None:
    wrong = WEB_AND + TWO_MORE.replace('"2020-09"', '"2020-11"').replace('"2020-10"', '"2020-12"')
    assert problems(tmp_path, wrong) == []
    alone = "".join(TWO_MORE.partition('[[shocks]]\nat = "2020-10"')[1:])
    assert problems(tmp_path, WEB_AND + alone)[0].endswith(
        "'labs.cheap.detector' is none; choose a kind first: gaussian"
    )


def test_a_quota_that_a_shock_makes_impossible(tmp_path: Path) -> None:
    text = WEB_AND + "labs = []\nquotas.documents = 3\n[[shocks]]\nat = '2021-01'\nset = { 'quotas.human_share' = 0.0 }"
    (found,) = problems(tmp_path, text)
    assert found.startswith(
        'own.toml:6: shocks.2021-01.set."quotas.human_share": publishers write 100% of the quota, but'
    )


def test_fixed_keys_exist() -> None:
    words = vocabulary(Scenario)
    for pattern in set(FIXED) - {"extends"}:
        above, _, name = pattern.rpartition(".")
        assert name in words.names(above), pattern


def test_order_in_python_does_not_matter() -> None:
    early, late = ({"at": at, "set": {"links.window": window}} for at, window in (("2018-02", 5), ("2018-03", 6)))
    one, other = (Scenario.model_validate({"shocks": shocks}) for shocks in ([early, late], [late, early]))
    assert one == other
    assert [s.links.window for s in one.timeline()[:4]] == [12, 5, 6, 6]
    assert one.shocks[0].at == Month(2018, 2)
