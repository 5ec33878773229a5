"""Reading a results folder back."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from analysis.results import NothingToDraw, ResultsError, ResultsFolder, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    WriteResults = Callable[..., Path]


def rewrite(folder: Path, **changes: Any) -> Path:
    """Change entries of a folder's provenance."""
    path = folder / "provenance.json"
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_reads_tables_and_provenance(write_results: WriteResults) -> None:
    results = load(write_results(months=13, replicates=2))
    assert results.title == "A made-up web"
    assert results.dates[0] == "2018-01"
    assert results.dates[-1] == "2019-01"
    assert results.replicates == 2
    assert results.seeds == [7, 8]
    assert len(results.table("labs")) == 13 * 2 * 3


def test_missing_table_is_empty(write_results: WriteResults) -> None:
    folder = write_results(months=2)
    (folder / "labs.parquet").unlink()
    assert load(folder).table("labs").empty


def test_missing_replicate_column_means_one_replicate(write_results: WriteResults) -> None:
    def change(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return tables | {"web": tables["web"].drop(columns="replicate")}

    assert load(write_results(months=2, change=change)).replicates == 1


def test_null_becomes_nan(write_results: WriteResults) -> None:
    labs = load(write_results(months=2)).table("labs")
    assert labs["accuracy"].isna().all()
    assert labs["accuracy"].dtype == float


def remove_provenance(folder: Path) -> None:
    (folder / "provenance.json").unlink()


def break_provenance(folder: Path) -> None:
    (folder / "provenance.json").write_text("{", encoding="utf-8")


def list_as_provenance(folder: Path) -> None:
    (folder / "provenance.json").write_text("[]", encoding="utf-8")


def break_table(folder: Path) -> None:
    (folder / "web.parquet").write_bytes(b"PAR1 cut off")


@pytest.mark.parametrize(
    ("damage", "names"),
    [
        (remove_provenance, "provenance.json"),
        (break_provenance, "provenance.json"),
        (list_as_provenance, "provenance.json"),
        (break_table, "web.parquet"),
    ],
)
def test_damage_is_named(write_results: WriteResults, damage: Callable[[Path], None], names: str) -> None:
    folder = write_results(months=2)
    damage(folder)
    with pytest.raises(ResultsError, match=names):
        load(folder)


def test_table_without_dates_is_refused(write_results: WriteResults) -> None:
    def change(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return tables | {"web": tables["web"].drop(columns="date")}

    with pytest.raises(ResultsError, match="no column 'date'"):
        load(write_results(months=2, change=change))


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no such directory"):
        load(tmp_path / "nowhere")


def test_nothing_to_draw_is_a_results_error() -> None:
    assert issubclass(NothingToDraw, ResultsError)


def test_events_are_dated_labelled_and_sorted(write_results: WriteResults) -> None:
    events = load(write_results(months=2)).events
    assert [(event.date, event.label) for event in events] == [
        ("2022-12", "publishers: api price = 20"),
        ("2026-08", "label mandate"),
        ("2028-01", "licence floor"),
    ]


def test_event_of_several_changes_and_of_a_name(write_results: WriteResults) -> None:
    shocks = [
        {"at": "2020-01", "set": {"a.b_c": 1, "d.e": 2}},
        {"at": "2021-01", "label": "a launch", "set": {"a.b": 1}},
        {"at": "2021-02"},
    ]
    folder = rewrite(write_results(months=2), scenario={"shocks": shocks, "policies": [{"kind": "x"}]})
    labels = [event.label for event in load(folder).events]
    assert labels == ["a: b c = 1 (+1)", "a launch", "shock"]


def test_units_by_table_or_by_full_name(write_results: WriteResults) -> None:
    folder = rewrite(write_results(months=2), units={"web": {"items": "items"}, "labs.cash": "USD"})
    results = load(folder)
    assert results.unit("web.items") == "items"
    assert results.unit("labs.cash") == "USD"
    assert results.unit("labs.accuracy") == ""


def test_one_seed_or_none(write_results: WriteResults) -> None:
    folder = write_results(months=2)
    assert load(rewrite(folder, seeds=5)).seeds == [5]
    assert load(rewrite(folder, seeds=[])).seeds == []


def test_status_and_title_fall_back(write_results: WriteResults) -> None:
    folder = rewrite(write_results("fallen-back", months=2), status=None, title=None, scenario=None)
    results = load(folder)
    assert results.status == "unknown"
    assert results.title == "fallen-back"
    assert results.events == []


def test_arms_are_cut_apart(two_arms: ResultsFolder) -> None:
    assert two_arms.arms == ["control", "mandate"]
    cut = two_arms.arm("mandate")
    assert cut.arm_name == "mandate"
    assert cut.arms == []
    assert len(cut.table("web")) == len(two_arms.table("web")) / 2
    assert math.isclose(cut.table("web")["items"].iloc[0], 2 * two_arms.table("web")["items"].iloc[0])
