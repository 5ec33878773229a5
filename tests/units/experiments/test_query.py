"""Queries read the folders that are named, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.query import Answer, ask, newest, plain


def results(folder: Path, status: str = "done", items: float = 1.0, *, parts: bool = False) -> Path:
    """A results folder with two tables, or parts of them."""
    folder.mkdir(parents=True)
    content = {"schema_version": 1, "status": status}
    (folder / "provenance.json").write_text(json.dumps(content), encoding="utf-8")
    web = pd.DataFrame({"step": [0, 1], "date": ["2020-01", "2020-02"], "items": [items, 2 * items]})
    place = folder / "parts" if parts else folder
    place.mkdir(exist_ok=True)
    if parts:
        for number in (0, 8):
            web.assign(run=number).to_parquet(place / f"web-{number:07d}.parquet")
    else:
        web.to_parquet(place / "web.parquet")
        pd.DataFrame({"run": [0], "status": ["done"]}).to_parquet(place / "runs.parquet")
    return folder


def rows(answer: Answer) -> list[dict[str, object]]:
    return answer.table.to_pylist()


def test_tables_are_named_as_their_files(tmp_path: Path) -> None:
    folder = results(tmp_path / "a")
    assert rows(ask("select sum(items) as total from web", [folder])) == [{"total": 3.0}]
    assert rows(ask("from runs", [folder])) == [{"run": 0, "status": "done"}]
    assert rows(ask("with x as (select 1 as y) select * from x", [folder])) == [{"y": 1}]


def test_several_folders_are_one_table(tmp_path: Path) -> None:
    folders = [results(tmp_path / name, items=items) for name, items in (("a", 1.0), ("b", 10.0))]
    found = rows(ask("select folder, sum(items) as total from web group by folder order by total", folders))
    assert found == [{"folder": str(folders[0]), "total": 3.0}, {"folder": str(folders[1]), "total": 30.0}]


def test_parts_are_asked_while_runs_go_on(tmp_path: Path) -> None:
    folder = results(tmp_path / "a", "running", parts=True)
    answer = ask("select count(*) as n, count(distinct run) as runs from web", [folder])
    assert rows(answer) == [{"n": 4, "runs": 2}]
    assert answer.unfinished == {str(folder): "running"}


def test_a_folder_with_quotes_in_its_name(tmp_path: Path) -> None:
    folder = results(tmp_path / 'o\'hara "x"')
    assert rows(ask("select count(*) as n from web", [folder])) == [{"n": 2}]


REFUSED = {
    "copy web to 'stolen.csv'": "only queries that read are answered, this is COPY",
    "create table x as select 1": "this is CREATE",
    "pragma version": "this is PRAGMA",
    "set threads = 3": "this is SET",
    "attach 'x.db'": "this is ATTACH",
    "install httpfs": "this is LOAD",
    "select 1; select 2": "give one query, this is 2",
    "": "the query is empty",
    "selct 1": "not SQL",
    "select * from wbe": "no table is called 'wbe'; did you mean 'web'?",
    "select * from labs": "no table is called 'labs' in these results",
    "select itms from web": "no column is called 'itms'; did you mean 'items'?",
    "select * from read_csv('{outside}')": "file system operations are disabled",
    "select * from '{outside}'": "file system operations are disabled",
    "select * from read_text('{outside}')": "file system operations are disabled",
    "select * from glob('/*')": "file system operations are disabled",
}


@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_no_query_of_the_results_is_refused(sql: str, tmp_path: Path) -> None:
    folder, outside = results(tmp_path / "a"), tmp_path / "outside.csv"
    outside.write_text("a\n1\n", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(RunRefused) as error:
        ask(sql.replace("{outside}", str(outside)), [folder])
    assert REFUSED[sql] in str(error.value)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="there is no such folder"):
        ask("select 1", [tmp_path / "missing"])
    with pytest.raises(RunRefused, match=r"no provenance\.json there"):
        ask("select 1", [tmp_path])
    empty = results(tmp_path / "a")
    for path in empty.glob("*.parquet"):
        path.unlink()
    with pytest.raises(RunRefused, match="no tables there yet"):
        ask("select 1", [empty])


def test_the_newest_folder_is_asked(tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - beside its only use

    with pytest.raises(RunRefused, match="no results in"):
        newest(tmp_path)
    for age, name in enumerate(("b", "a")):
        os.utime(results(tmp_path / name) / "provenance.json", (1000 + age, 1000 + age))
    assert newest(tmp_path) == tmp_path / "a"


def test_rows_can_be_written_as_json(tmp_path: Path) -> None:
    answer = ask("select date '2020-01-01' as day, 1.5 as x, null as nothing", [results(tmp_path / "a")])
    assert plain(answer) == [{"day": "2020-01-01", "x": 1.5, "nothing": None}]
