"""`ecosystem query`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call
from tests.units.experiments.test_query import results

SQL = "select date, items from web order by step"


def test_a_table_of_the_newest_results(call: Call, folder: Path) -> None:
    results(folder / "runs" / "a")
    done = call("query", SQL)
    assert done.exit_code == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["date", "items"],
        ["2020-01", "1"],
        ["2020-02", "2"],
    ]
    assert done.stderr == "asking runs/a\n"


def test_rows_beyond_the_limit_are_told(call: Call, folder: Path) -> None:
    results(folder / "runs" / "a")
    assert "1 of 2 rows; --limit 2 or --format csv shows all" in call("query", SQL, "runs/a", "--limit", 1).stdout


def test_csv_and_json(call: Call, folder: Path) -> None:
    results(folder / "runs" / "a")
    assert call("query", SQL, "--format", "csv").stdout == "date,items\n2020-01,1.0\n2020-02,2.0\n"
    for option in (["--format", "json"], ["--json"]):
        found = json.loads(call("query", SQL, *option).stdout)
        assert found == [{"date": "2020-01", "items": 1.0}, {"date": "2020-02", "items": 2.0}]


def test_rows_of_many_columns_are_stacked(call: Call, folder: Path) -> None:
    results(folder / "runs" / "a")
    columns = ", ".join(f"{number} as c{number}" for number in range(20))
    lines = call("query", f"select {columns}", "runs/a").stdout.splitlines()
    assert [line.split() for line in lines] == [[f"c{number}", str(number)] for number in range(20)]


def test_what_is_going_on_is_told(call: Call, folder: Path) -> None:
    results(folder / "runs" / "a", "running", parts=True)
    assert "runs/a is not done (running)" in call("query", "select count(*) from web", "runs/a").stderr


def test_wrong_use_ends_with_code_2(call: Call, folder: Path) -> None:
    results(folder / "runs" / "a")
    for words in (["select * from wbe"], [SQL, "runs/b"], [SQL, "--format", "xml"], ["drop view web"]):
        assert call("query", *words).exit_code == 2
