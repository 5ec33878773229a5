"""Scenario files: found by name, read with what they extend, refused with file and line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ecosystem.core.clock import Month
from ecosystem.scenario import Problem, Scenario, ScenarioError
from ecosystem.scenario.files import find
from ecosystem.scenario.files import read as read_file
from tests.units.scenario.examples import WEB, problems, read, write


def refused(path: Path | str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.read(path)
    return caught.value.problems


# --- what is read --------------------------------------------------------------------------------


def test_a_file_with_only_a_name_is_a_scenario(tmp_path: Path) -> None:
    assert Scenario.read(write(tmp_path, "x", 'name = "plain"')) == Scenario(name="plain")


def test_without_a_name_it_is_called_like_its_file(tmp_path: Path) -> None:
    assert read(tmp_path, 'extends = "web"', "dear-text").name == "dear-text"


def test_title_is_not_inherited(tmp_path: Path) -> None:
    assert read(tmp_path, 'extends = "web"').title == ""


def test_a_scenario_is_found_by_name_in_the_folder_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios" / "laws").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "scenarios", "web", WEB)
    write(tmp_path / "scenarios" / "laws", "one", 'extends = "../web"')
    for where in ("web", "web.toml", "scenarios/web", "scenarios/web.toml", tmp_path / "scenarios" / "web"):
        assert Scenario.read(where).name == "web"
    assert Scenario.read("laws/one").steps == 24


def test_a_file_here_comes_before_one_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "web").mkdir()
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "scenarios", "web", WEB)
    assert find("web") == Path("scenarios/web.toml")  # a folder is no scenario
    write(tmp_path, "web", WEB)
    assert find("web") == Path("web.toml")


def test_extends_goes_over_several_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path, "web", WEB)
    write(tmp_path, "middle", 'extends = "web.toml"\nsteps = 30\nstart = "2021-01"')
    leaf = write(tmp_path / "sub", "leaf", 'extends = "../middle"\nsteps = 40')
    reading = read_file(leaf)
    assert (reading.scenario.steps, str(reading.scenario.start), reading.scenario.scale.humans) == (40, "2021-01", 100)
    assert [file.name for file in reading.files] == ["leaf.toml", "middle.toml", "web.toml"]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'name = "x"\r\nsteps = 3\r\n')
    assert Scenario.read(path).steps == 3


def test_reading_writes_nothing(tmp_path: Path) -> None:
    read(tmp_path, 'extends = "web"')
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.toml", "web.toml"]


def test_every_scenario_of_the_project_is_valid() -> None:
    files = [path for path in Path("scenarios").rglob("*.toml") if path.parts[1] not in ("policies", "studies")]
    assert Path("scenarios/baseline.toml") in files
    for path in files:
        reading = read_file(path)
        assert reading.scenario.timeline()[-1] is not None
        assert reading.notes == ()


# --- what is refused -----------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    write(tmp_path, "baseline", WEB)
    path = tmp_path / "basline.toml"
    assert refused(path) == [Problem(str(path), None, "", "no such file", f"did you mean {tmp_path}/baseline.toml?")]


def test_a_missing_file_like_no_other(tmp_path: Path) -> None:
    assert str(refused(tmp_path / "zzz")[0]).endswith("no such file; `ecosystem list scenarios` shows those there are")


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder, not a file" in str(refused(tmp_path)[0])


@pytest.mark.parametrize("content", ["", "\n \n", "# only a remark\n"])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    assert problems(tmp_path, content) == ['own.toml: is empty; give it at least a name = "..."']


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('name = "x"\n\ntitle = "Müll"\n'.encode("latin-1"))
    assert [(p.line, p.cause) for p in refused(path)] == [(3, "not UTF-8 text")]
    path.write_bytes('name = "x"'.encode("utf-16"))
    assert [(p.line, p.cause) for p in refused(path)] == [(1, "not UTF-8 text")]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "secret", WEB)

    def deny(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", deny)
    assert str(refused(path)[0]) == f"{path}: cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "", "/", "//", ".toml", "~", "\udcff"])
def test_names_that_no_file_can_have(name: str) -> None:
    assert len(refused(name)) == 1


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    assert len(refused(tmp_path / "loop.toml")) == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('name = "x"\nsteps = = 3', 2, "in `steps = = 3`"),
        ('name = "x"\nsteps = 3\nsteps = 4', 3, "cannot overwrite a value"),
        ('name = "x"\n[scale]\nhumans = 3\n[scale]\n', 4, "cannot declare"),
        ('name = "x"\nstart = baseline', 2, "texts and months stand in quotes"),
        ('name = "x"\ntitle = "open', 2, 'in `title = "open`'),
        ('name = "x"\nset = { a = 1,\n b = 2 }', 2, "a table in braces must stand on one line"),
        ('name = "x"\nlist = [1,\n2', 3, "not TOML"),
        ('name = "x"\x00', 1, "not TOML"),
    ],
)
def test_errors_of_syntax(tmp_path: Path, text: str, line: int, says: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"own.toml:{line}: not TOML: ")
    assert says in found


def test_a_number_of_thousands_of_digits(tmp_path: Path) -> None:
    assert problems(tmp_path, f"steps = {'9' * 5000}")[0].startswith("own.toml: not TOML: ")


@pytest.mark.parametrize("depth", [40, 3000])
def test_values_within_values_without_end(tmp_path: Path, depth: int) -> None:
    text = f'name = "x"\na = {"[" * depth}{"]" * depth}'
    assert problems(tmp_path, text) == ["own.toml: tables and lists within each other beyond 32 levels"]


def test_extends_of_itself(tmp_path: Path) -> None:
    assert problems(tmp_path, '\nextends = "own"') == [
        "own.toml:2: extends: goes in a circle: own.toml -> own.toml; extend another file"
    ]


def test_a_cycle_is_named_from_where_it_starts(tmp_path: Path) -> None:
    write(tmp_path, "b", 'name = "b"\nextends = "./c"')
    write(tmp_path, "c", '\n\nextends = "b.toml"')
    assert problems(tmp_path, 'extends = "b"') == [
        "c.toml:3: extends: goes in a circle: b.toml -> c.toml -> b.toml; extend another file"
    ]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ('"wab"', "no such file: wab.toml; did you mean 'web'?"),
        ('"nowhere/other.toml"', "no such file: nowhere/other.toml"),
        ("3", 'must be the name of a scenario or the path of a file; such as "baseline"'),
        ('""', 'must be the name of a scenario or the path of a file; such as "baseline"'),
        ('["web"]', 'must be the name of a scenario or the path of a file; such as "baseline"'),
    ],
)
def test_extends_of_what_is_not_there(tmp_path: Path, value: str, says: str) -> None:
    assert problems(tmp_path, f'name = "x"\nextends = {value}') == [f"own.toml:2: extends: {says}"]


def test_extends_of_a_file_higher_up(tmp_path: Path) -> None:
    write(tmp_path, "web", WEB)
    (tmp_path / "laws").mkdir()
    (found,) = refused(write(tmp_path / "laws", "one", 'extends = "web"'))
    assert found.remedy == 'write extends = "../web"'


def test_a_mistake_in_an_extended_file_is_told_of_that_file(tmp_path: Path) -> None:
    write(tmp_path, "broken", "steps = [\n")
    assert problems(tmp_path, 'extends = "broken"')[0].startswith("broken.toml:1: not TOML")
    write(tmp_path, "wrong", 'name = "w"\n\nsteps = 0\n[scale]\nhumans = -1')
    assert problems(tmp_path, 'extends = "wrong"\n[scale]\nhumanz = 2') == [
        "own.toml:3: scale.humanz: no such key; did you mean 'humans'?",
        "wrong.toml:3: steps: must be at least 1, is 0 (range 1 to 12_000, months)",
        "wrong.toml:5: scale.humans: must be at least 0, is -1 (range 0 to 100_000_000, people)",
    ]


def test_an_overruled_mistake_in_an_extended_file_is_no_mistake(tmp_path: Path) -> None:
    write(tmp_path, "wrong", 'name = "w"\nsteps = 0')
    assert problems(tmp_path, 'extends = "wrong"\nsteps = 2') == []


def test_shocks_against_the_order_of_their_dates(tmp_path: Path) -> None:
    text = """
    [[shocks]]
    at = "2022-01"
    set = {}
    [[shocks]]
    set = {}
    at = "2021-12"
    [[shocks]]
    at = "2022-01"
    set = {}
    """
    assert problems(tmp_path, text) == [
        "own.toml:7: shocks.2021-12.at: comes after the shock of 2022-01; list shocks in the order of their dates"
    ]


def test_shocks_of_a_file_may_come_before_those_it_inherits(tmp_path: Path) -> None:
    scenario = read(tmp_path, 'extends = "web"\n[[shocks]]\nat = "2020-02"\nset = { "publishers.api_price" = 3.0 }')
    assert [shock.at for shock in scenario.shocks] == [Month(2020, 2), Month(2020, 6)]
    prices = [settings.publishers.api_price for settings in scenario.timeline()]
    assert prices == [10.0] + [3.0] * 4 + [1.0] * 19


def test_an_error_survives_the_way_from_another_process(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, "steps = 0\nstart = 3")
    back = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made here
    assert (str(back), back.problems) == (str(caught.value), caught.value.problems)
