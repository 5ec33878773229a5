"""Threads share out rows, and leave no trace in results, in later work or in the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from ecosystem.core import threads
from tests.randomness.worlds import differing, document, run, web

NUMBERS = (1, 2, 3)


@pytest.fixture(autouse=True)
def _one_thread_afterwards() -> Iterator[None]:
    yield
    threads.allow(1)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small numbers of rows shared out as well."""
    monkeypatch.setattr(threads, "LEAST_ROWS", 8)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 16, 1000, 1001])
@pytest.mark.usefixtures("small_parts")
def test_parts_make_up_the_rows_in_order(rows: int, number: int) -> None:
    with threads.allowing(number):
        parts = threads.parts_of(rows)
    assert [row for start, stop in parts for row in range(start, stop)] == list(range(rows))
    assert 1 <= len(parts) <= number
    assert len(parts) == 1 or min(stop - start for start, stop in parts) >= 8


@pytest.mark.usefixtures("small_parts")
def test_parts_are_worked_on_at_the_same_time_and_told_in_order() -> None:
    together = threading.Barrier(3, timeout=10)

    def work(start: int, stop: int) -> tuple[int, int, str]:
        together.wait()
        return start, stop, threading.current_thread().name

    with threads.allowing(3):
        found = threads.share_out(work, 30)
    assert [part[:2] for part in found] == [(0, 10), (10, 20), (20, 30)]
    assert len({part[2] for part in found}) == 3


@pytest.mark.usefixtures("small_parts")
def test_an_error_in_any_part_arises_where_the_work_was_shared_out() -> None:
    def work(start: int, stop: int) -> None:
        if start <= 25 < stop:
            message = f"row 25 of {start} to {stop}"
            raise ArithmeticError(message)

    with threads.allowing(3), pytest.raises(ArithmeticError, match="row 25 of 20 to 30"):
        threads.share_out(work, 30)


@pytest.mark.usefixtures("small_parts")
def test_threads_are_gone_when_they_are_no_longer_allowed() -> None:
    before = threading.active_count()
    with threads.allowing(3):
        assert threads.share_out(lambda start, stop: stop - start, 30) == [10, 10, 10]
        assert threads.allowed() == 3
        assert threading.active_count() > before
    assert threads.allowed() == 1
    assert threading.active_count() == before


def test_fewer_than_one_thread_is_refused() -> None:
    with pytest.raises(ValueError, match="0 threads cannot compute anything"):
        threads.allow(0)
    assert threads.allowed() == 1


@pytest.mark.usefixtures("small_parts")
def test_a_web_with_every_mechanism_is_the_same_with_any_number_of_threads() -> None:
    found = []
    for number in NUMBERS:
        with threads.allowing(number):
            found.append(run(web()).dump())
    assert [differing(found[0], other) for other in found[1:]] == [[], []]


@pytest.mark.slow
def test_a_large_web_is_the_same_with_any_number_of_threads() -> None:
    found = []
    for number in NUMBERS:
        with threads.allowing(number):
            found.append(run(web(document(scale={"humans": 20_000})), 18))
    first = found[0]
    assert [differing(first.dump(), other.dump()) for other in found[1:]] == [[], []]
    for name, table in first.recorder.tables().items():
        for other in found[1:]:
            assert table.equals(other.recorder.tables()[name]), name
    assert len(first.world.content) > 2 * threads.LEAST_ROWS
    assert np.unique(first.world.content.origin).size == 3


@pytest.mark.usefixtures("small_parts")
def test_work_that_is_shared_out_is_not_shared_out_again() -> None:
    def work(start: int, stop: int) -> list[int]:
        assert threads.allowed() == 1
        return threads.share_out(lambda first, last: last - first, stop - start)

    with threads.allowing(2):
        assert threads.share_out(work, 100) == [[50], [50]]
        assert threads.allowed() == 2


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 100])
@pytest.mark.usefixtures("small_parts")
def test_pieces_make_up_the_rows_in_order(rows: int, number: int) -> None:
    with threads.allowing(number):
        pieces = threads.in_pieces(lambda start, stop: (start, stop), rows, 7)
    assert [row for start, stop in pieces for row in range(start, stop)] == list(range(rows))
    assert all(0 < stop - start <= 7 for start, stop in pieces)
