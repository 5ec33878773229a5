"""Checkpoints."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.experiments import snapshot
from ecosystem.experiments.checkpoint import Keeper
from ecosystem.experiments.snapshot import BadSnapshot, read_graph, read_state, read_tables, save
from ecosystem.experiments.tables import arrow
from ecosystem.measures.named import Named
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario

IDENTITY = {"scenario": "abc", "seed": 7, "replicate": 0}
STATE: dict[str, NDArray[Any]] = {
    "content.style": np.linspace(0, 1, 24, dtype=np.float32).reshape(3, 8),
    "step": np.asarray(5),
    "key": np.array([2**64 - 1], dtype=np.uint64),
    "labs.a/b.name": np.array(["x", "yz"]),
    "nothing": np.empty((0, 4), dtype=np.int8),
    "missing": np.array([np.nan]),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("checkpoint") / "replicate-0000.npz"
    dates = Named(np.array([0, 1]), ["2018-01", "2018-02"])
    web = arrow({"step": np.array([0, 1]), "date": dates, "items": np.array([5.0, np.nan])}, 0)
    save(path, IDENTITY | {"step": 5}, STATE, {"web": web, "labs": web}, b"<graphml/>")
    return path


def test_arrays_come_back_to_the_bit(file: Path) -> None:
    state = read_state(file, IDENTITY)
    assert list(state) == list(STATE)
    for name, array in STATE.items():
        assert state[name].dtype == array.dtype
        assert state[name].shape == array.shape
        assert state[name].tobytes() == array.tobytes()


def test_tables_can_be_read_without_knowing_whose_they_are(file: Path) -> None:
    tables = read_tables(file)
    assert list(tables) == ["web", "labs"]
    assert tables["web"]["items"].to_pylist() == [5.0, None]
    assert tables["web"].column_names == ["step", "date", "replicate", "items"]
    assert read_graph(file) == b"<graphml/>"


def test_a_snapshot_need_not_have_a_graph(tmp_path: Path) -> None:
    save(tmp_path / "a.npz", IDENTITY, {}, {})
    assert read_graph(tmp_path / "a.npz") is None
    assert read_state(tmp_path / "a.npz", IDENTITY) == {}


def test_what_is_not_there_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(BadSnapshot, match=r"a\.npz: damaged: .*No such file"):
        read_tables(tmp_path / "a.npz")


@pytest.mark.parametrize("other", [{"scenario": "abd"}, {"seed": 8}, {"replicate": 1}])
def test_a_checkpoint_of_another_run_is_refused(file: Path, other: dict[str, Any]) -> None:
    with pytest.raises(BadSnapshot, match=f"differs in {next(iter(other))}"):
        read_state(file, IDENTITY | other)


def test_a_checkpoint_of_another_format_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FORMAT", snapshot.FORMAT + 1)
    for reading in (lambda: read_state(file, IDENTITY), lambda: read_tables(file)):
        with pytest.raises(BadSnapshot, match="differs in format"):
            reading()


@given(st.data())
def test_no_damage_goes_unnoticed(file: Path, data: st.DataObject) -> None:
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    damaged = file.with_name("damaged.npz")
    damaged.write_bytes(content)
    try:
        state = read_state(damaged, IDENTITY)
    except BadSnapshot:
        return
    # A zip has bytes that mean nothing, such as dates and permissions: then all is as it was.
    assert list(state) == list(STATE)
    assert all(state[name].tobytes() == array.tobytes() for name, array in STATE.items())


@given(st.floats(0, 1, exclude_max=True))
def test_half_a_file_is_refused(file: Path, share: float) -> None:
    content = file.read_bytes()
    damaged = file.with_name("half.npz")
    damaged.write_bytes(content[: int(share * len(content))])
    with pytest.raises(BadSnapshot):
        read_state(damaged, IDENTITY)


def test_the_checksum_covers_which_members_there_are(file: Path) -> None:
    fewer = file.with_name("fewer.npz")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(fewer, "w") as new:
        for member in old.infolist():
            if member.filename != "state/step.npy":
                new.writestr(member, old.read(member))
    with pytest.raises(BadSnapshot, match="differs in checksum"):
        read_state(fewer, IDENTITY)


def test_a_model_goes_on_to_the_same_bits(scenario: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint" / "replicate-0000.npz"
    unbroken = WebEcosystem(scenario, seed=7)
    keeper = Keeper(path, IDENTITY)
    for step in range(scenario.steps):
        if step == 11:
            keeper.save(unbroken, 0)
        unbroken.step()
    resumed = WebEcosystem(scenario, seed=7)
    resumed.load(read_state(path, IDENTITY))
    while resumed.world.clock.step < scenario.steps:
        resumed.step()
    ours, theirs = resumed.dump(), unbroken.dump()
    assert list(ours) == list(theirs)
    for name, array in theirs.items():
        assert ours[name].tobytes() == array.tobytes(), name
    keeper.remove()
    assert not path.exists()


def test_checkpoints_come_as_often_as_their_cost_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Time is made up: a month takes a second, and a checkpoint a hundredth of a second per month so far.
    now, spent, saved = [0.0], [0.0], list[int]()

    class Clock:
        step = 0

    class Model:
        class world:  # noqa: N801 - stands for an object
            clock = Clock

        class recorder:  # noqa: N801 - stands for an object
            @staticmethod
            def columns() -> dict[str, object]:
                return {}

        @staticmethod
        def dump() -> dict[str, NDArray[Any]]:
            return {}

    def slow(*_: object) -> None:
        now[0] += 0.01 * Clock.step
        spent[0] += 0.01 * Clock.step
        saved.append(Clock.step)

    monkeypatch.setattr(snapshot, "save", slow)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    keeper = Keeper(tmp_path / "a.npz", IDENTITY)
    model: Any = Model
    for step in range(1, 1001):
        now[0] += 1.0
        Clock.step = step
        if keeper.due(step):
            keeper.save(model, 0)
        assert spent[0] <= 0.05 * now[0]
    assert saved[0] == 10
    assert len(saved) > 10


def test_checkpoints_may_be_asked_for_by_the_month(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "a.npz", IDENTITY, every=6)
    assert [step for step in range(1, 20) if keeper.due(step)] == [6, 12, 18]
    assert not Keeper(None, IDENTITY, every=6).due(6)


def test_a_keeper_without_a_file_keeps_nothing(scenario: Scenario) -> None:
    keeper = Keeper(None, IDENTITY)
    keeper.save(WebEcosystem(scenario, seed=7), 0)
    keeper.remove()
