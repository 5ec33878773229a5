"""Compiling ahead, and the process that helps a first run."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from ecosystem.core import kernel_cache
from ecosystem.experiments import warming
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario


class Helper:
    """In place of a process."""

    started: list[Helper] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(self, command: list[str], **_: Any) -> None:
        self.command, self.calls = command, list[str]()
        self.started.append(self)

    def kill(self) -> None:
        self.calls.append("kill")

    def wait(self) -> None:
        self.calls.append("wait")


@pytest.fixture(autouse=True)
def _two_processors_and_no_kernels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(subprocess, "Popen", Helper)
    monkeypatch.setattr(warming, "processors", lambda: 2)
    monkeypatch.setattr(kernel_cache, "is_empty", lambda _: True)
    Helper.started.clear()
    yield
    Helper.started.clear()


def test_a_first_run_is_helped_until_it_ends() -> None:
    with contextlib.suppress(ArithmeticError), warming.helped():
        (helper,) = Helper.started
        assert helper.calls == []
        raise ArithmeticError
    assert helper.calls == ["kill", "wait"]
    compile(helper.command[-1], "", "exec")
    assert "warm_up(helping=True)" in helper.command[-1]


def test_nobody_helps_where_all_processors_are_busy() -> None:
    with warming.helped(processes=2):
        pass
    assert Helper.started == []


def test_nobody_helps_where_kernels_have_been_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_cache, "is_empty", lambda _: False)
    with warming.helped():
        pass
    assert Helper.started == []


@pytest.mark.parametrize("helping", [False, True])
def test_in_the_webs_every_phase_has_work(helping: bool) -> None:  # noqa: FBT001 - parametrized
    document = next(iter(warming.ORDERS[helping].values()))
    model = WebEcosystem(Scenario.from_dict({"steps": warming.MONTHS} | document))
    for _ in range(warming.MONTHS):
        model.step()
    items = model.world.content
    assert set(items.origin.tolist()) >= {0, 2}
    assert (items.views.sum() > 0) == (not helping)
    assert max(lab.generation for lab in model.labs.values()) >= 4
    assert model.curators["feed"].trial.levers.any() == (not helping)  # who has no readers has nothing to review
    assert model.curators["feed"].detector is not None
    assert model.labs["careful"].detector is not None
