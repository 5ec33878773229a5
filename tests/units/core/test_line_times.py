"""Time by line: of one object's method, named after what the line calls, and gone without a trace."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import time

import pytest

from ecosystem.core.line_times import LineTimes, names_of_lines


class Baker:
    """Somebody with a day to time."""

    def __init__(self) -> None:
        self.fails = self.tired = False

    def day(self) -> None:
        rest = self.rest
        self.knead(0.0)
        loaf = self.proof(self.shape_loaf(0.01)); rest(loaf)  # fmt: skip  # noqa: E702
        self.tired = True
        self.bake()

    def knead(self, seconds: float) -> None:
        time.sleep(seconds)

    def shape_loaf(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    def proof(self, seconds: float) -> float:
        return seconds

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)

    def bake(self) -> None:
        if self.fails:
            raise ArithmeticError


def tools() -> list[str | None]:
    return [sys.monitoring.get_tool(tool) for tool in range(6)]


def test_lines_are_named_after_what_they_call_the_innermost_first() -> None:
    names = names_of_lines(Baker.day, but=("knead",))
    assert list(names.values()) == ["shape loaf+proof+rest", "bake"]
    assert min(names) == Baker.day.__code__.co_firstlineno + 3


def test_each_line_gets_its_own_time() -> None:
    baker = Baker()
    times = LineTimes(Baker.day, baker)
    for _ in range(3):
        baker.day()
    times.stop()
    assert list(times.seconds) == ["knead", "shape loaf+proof+rest", "bake"]
    assert 0 < times.seconds["knead"] < 0.03
    assert times.seconds["shape loaf+proof+rest"] >= 0.06
    assert 0 < times.seconds["bake"] < 0.03


def test_others_are_not_timed_nor_is_what_follows_the_end() -> None:
    baker, other = Baker(), Baker()
    times = LineTimes(Baker.day, baker)
    other.day()
    assert set(times.seconds.values()) == {0.0}
    times.stop()
    baker.day()
    assert set(times.seconds.values()) == {0.0}


def test_time_after_an_error_is_nobodys() -> None:
    baker = Baker()
    times = LineTimes(Baker.day, baker)
    baker.fails = True
    with pytest.raises(ArithmeticError):
        baker.day()
    time.sleep(0.05)
    baker.fails = False
    baker.day()
    times.stop()
    assert times.seconds["bake"] < 0.03


def test_the_object_is_not_kept_alive_and_leaves_no_tool_behind() -> None:
    gc.collect()
    before, baker = tools(), Baker()
    times = LineTimes(Baker.day, baker)
    assert tools().count("ecosystem") == before.count("ecosystem") + 1
    baker.day()
    del baker
    gc.collect()
    assert not times.stop.alive
    assert tools() == before


def test_a_copy_is_not_timed() -> None:
    baker = Baker()
    times = LineTimes(Baker.day, baker)
    assert copy.deepcopy({"times": times}) == pickle.loads(pickle.dumps({"times": times})) == {"times": None}  # noqa: S301 - our own
    times.stop()


def test_more_tools_than_there_is_room_for_are_refused() -> None:
    free = tools().count(None)
    bakers = [Baker() for _ in range(free)]
    watching = [LineTimes(Baker.day, baker) for baker in bakers]
    with pytest.raises(RuntimeError, match="six tools watch this process already"):
        LineTimes(Baker.day, Baker())
    for times in watching:
        times.stop()
