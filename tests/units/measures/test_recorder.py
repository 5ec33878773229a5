"""The recorder: rows, names, dates, and its state as arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ecosystem.core.registry import UnknownName
from ecosystem.measures import TABLES, Measure, measures_of
from ecosystem.measures.observation import Observation
from ecosystem.measures.recorder import Recorder
from ecosystem.measures.rows import KEYS
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World
from tests.units.measures.conftest import WorldOf, invent, publish


def run(world: World, recorder: Recorder, months: int) -> None:
    """Record some months, each with a lab's payment for each month so far."""
    for _ in range(months):
        invent(world, world.clock.step, count=20, months=1)
        for lab in range(min(world.clock.step, 2)):
            world.ledger.settle(
                Transfers.of(Kind.LAB, lab, Kind.SUPPLIERS, 0, (Reason.TRAINING, Reason.INFERENCE)[lab], 3.0)
            )
        recorder.record()
        world.clock.advance()
        world.open_month()


def test_rows_keys_and_dates(world_of: WorldOf) -> None:
    world = world_of()
    recorder = Recorder(world)
    run(world, recorder, 14)
    frames = recorder.tables()
    assert list(frames) == list(TABLES)
    for table, frame in frames.items():
        assert list(frame.columns) == ["step", "date", *KEYS[table], *(m.name for m in measures_of(table))]
        assert (frame.dtypes[[m.name for m in measures_of(table)]] == "float64").all()
        assert frame["step"].dtype == "int64"
    assert frames["web"]["date"].tolist()[:2] == ["2018-01", "2018-02"]
    assert frames["web"]["date"].tolist()[-1] == "2019-02"
    assert frames["domains"]["domain"].tolist()[:4] == ["code", "news", "code", "news"]
    assert frames["labs"]["lab"].tolist()[:3] == ["alpha", "beta", "gamma"]
    assert frames["curators"][["curator", "what"]].iloc[1].tolist() == ["forum", "forum"]
    assert frames["publishers"]["group"].unique().tolist() == ["brand", "farm"]
    assert frames["humans"]["group"].tolist()[:3] == ["feed", "forum", "none"]


def test_the_ledger_has_as_many_rows_as_there_were_flows(world_of: WorldOf) -> None:
    world = world_of()
    recorder = Recorder(world)
    run(world, recorder, 4)
    ledger = recorder.tables()["ledger"]
    later = ledger[ledger["step"] > 0]  # endowments are paid in month 0
    assert later["step"].tolist() == [1, 2, 2, 3, 3]
    assert later["reason"].tolist() == ["training", "training", "inference", "training", "inference"]
    assert set(later["payer"]) == {"lab"}
    assert set(later["payee"]) == {"suppliers"}
    assert later["amount"].tolist() == [3.0] * 5


def test_tables_and_measures_can_be_left_out(world_of: WorldOf, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []
    compute = Measure.compute

    def noted(measure: Measure, seen: Observation) -> NDArray[np.float64]:
        computed.append(measure.key)
        return compute(measure, seen)

    monkeypatch.setattr(Measure, "compute", noted)
    recorder = Recorder(world_of(), measures=("labs.cash", "web.views", "web.items", "humans"))
    recorder.record()
    frames = recorder.tables()
    assert {table: [*frame.columns[2:]] for table, frame in frames.items()} == {
        "web": ["items", "views"],
        "labs": ["lab", "cash"],
        "humans": ["group", *(m.name for m in measures_of("humans"))],
    }
    assert sorted(computed) == sorted(["web.items", "web.views", "labs.cash", *(m.key for m in measures_of("humans"))])
    assert "web.items" in recorder
    assert "domains.items" not in recorder
    with pytest.raises(KeyError, match=r"domains\.items is not recorded"):
        recorder.latest("domains", "items")


def test_what_does_not_exist_cannot_be_recorded(world_of: WorldOf) -> None:
    with pytest.raises(UnknownName, match=r"no table or measure is called 'web.item'; did you mean 'web.items'"):
        Recorder(world_of(), measures=("web.item",))


def test_the_scenario_may_say_what_is_recorded(world_of: WorldOf) -> None:
    recorder = Recorder(world_of(observation={"measures": ["web.items", "labs"]}))
    assert list(recorder.tables()) == ["web", "labs"]
    assert list(Recorder(world_of(observation={"measures": []})).tables()) == []


def test_the_newest_values_and_the_newest_rows(world_of: WorldOf) -> None:
    world = world_of()
    recorder = Recorder(world)
    assert recorder.latest("web", "items").tolist() == []
    run(world, recorder, 3)
    publish(world, domain=[0, 1, 1])
    recorder.record()
    assert recorder.latest("web", "items").tolist() == [3.0]
    assert recorder.latest("domains", "items").tolist() == [1.0, 2.0]
    with pytest.raises(KeyError, match=r"web\.item is not recorded"):
        recorder.latest("web", "item")
    newest = recorder.since(2)
    assert newest["web"]["step"].tolist() == [2, 3]
    assert newest["labs"]["step"].tolist() == [2, 2, 2, 3, 3, 3]
    assert len(recorder.since(4)["web"]) == 0


def test_nothing_recorded_gives_tables_without_rows(world_of: WorldOf) -> None:
    frames = Recorder(world_of()).tables()
    assert all(len(frame) == 0 for frame in frames.values())
    assert frames["web"]["items"].dtype == "float64"


def test_state_as_arrays_goes_on_to_the_same_tables(world_of: WorldOf) -> None:
    world = world_of()
    unbroken, first = Recorder(world), Recorder(world)
    for _ in range(5):
        invent(world, world.clock.step, count=20, months=1)
        unbroken.record()
        if world.clock.step < 3:
            first.record()
            resumed = Recorder(world)
            resumed.load(first.dump())
            assert resumed.latest("labs", "cash").tolist() == first.latest("labs", "cash").tolist()
        else:
            resumed.record()
        world.clock.advance()
        world.open_month()
    assert all(array.dtype.kind in "if" for array in resumed.dump().values())
    for table, frame in unbroken.tables().items():
        pd.testing.assert_frame_equal(resumed.tables()[table], frame, check_exact=True)
    assert resumed.latest("domains", "items").tolist() == unbroken.latest("domains", "items").tolist()


def test_state_of_other_tables_is_refused(world_of: WorldOf) -> None:
    world = world_of()
    state = Recorder(world, measures=("web",)).dump()
    with pytest.raises(ValueError, match=r"missing or unknown: .*labs\.accuracy.*resume with the same measures"):
        Recorder(world, measures=("web", "labs")).load(state)


def test_a_dump_is_a_copy(world_of: WorldOf) -> None:
    recorder = Recorder(world_of())
    recorder.record()
    state = recorder.dump()
    state["web.items"][:] = 99.0
    assert recorder.latest("web", "items").tolist() == [0.0]


def test_recording_changes_nothing_of_the_world(world_of: WorldOf) -> None:
    world = world_of()
    invent(world, 3)
    content, people, salience = world.content.dump(), world.humans.dump(), world.reality.salience.copy()
    Recorder(world).record()
    for before, table in ((content, world.content), (people, world.humans)):
        assert not type(table)(**table.dims).load(before).differences(table)
    assert (salience == world.reality.salience).all()


def test_units_and_definitions_of_every_column(world_of: WorldOf) -> None:
    recorder = Recorder(world_of(), measures=("web", "ledger"))
    assert recorder.units()["web"]["items"] == "items per month"
    assert recorder.units()["ledger"] == {"amount": "USD per month"}
    assert recorder.definitions()["web"]["items"].startswith("New public items")
    assert set(recorder.units()) == set(recorder.definitions()) == {"web", "ledger"}
