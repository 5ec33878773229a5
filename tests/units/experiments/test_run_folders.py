"""Which folder a run may use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.folder import Layout, check_resume, default_folder, refuse_unless_free
from ecosystem.scenario import Scenario


def claim(folder: Path, scenario: Scenario, **changes: Any) -> Path:
    """A folder with the provenance of a run."""
    folder.mkdir(parents=True)
    provenance.write(folder, provenance.begin(scenario, [3], 1) | changes)
    return folder


def test_a_missing_or_empty_folder_is_free(tmp_path: Path) -> None:
    refuse_unless_free(tmp_path / "new", force=False)
    refuse_unless_free(tmp_path, force=False)
    (tmp_path / ".lock").write_text("1\n")
    refuse_unless_free(tmp_path, force=False)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_with_other_things_in_it_is_never_used(tmp_path: Path, force: bool) -> None:  # noqa: FBT001
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(RunRefused, match=r"other files than the results.*--out"):
        refuse_unless_free(tmp_path, force=force)
    with pytest.raises(RunRefused, match=r"is a file.*--out"):
        refuse_unless_free(tmp_path / "thesis.tex", force=force)


def test_only_a_finished_run_is_replaced_and_only_by_force(tmp_path: Path, scenario: Scenario) -> None:
    done = claim(tmp_path / "done", scenario, status="done")
    with pytest.raises(RunRefused, match=r"finished run.*--force"):
        refuse_unless_free(done, force=False)
    refuse_unless_free(done, force=True)
    for status in ("running", "failed", "interrupted"):
        folder = claim(tmp_path / status, scenario, status=status)
        with pytest.raises(RunRefused, match=rf"unfinished run \({status}\).*--resume"):
            refuse_unless_free(folder, force=True)


def test_a_run_that_is_replaced_takes_its_tables_and_figures_along(tmp_path: Path) -> None:
    ours = ["web.parquet", "sites.graphml", "parts/replicate-0000.npz", "checkpoint/b", "figures/markets.png"]
    theirs = ["notes.txt", "figures/mine.drawio", "extra.parquet"]
    for name in ours + theirs:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    Layout(tmp_path).clear()
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(theirs)


def test_the_default_folder_counts_up(tmp_path: Path, scenario: Scenario) -> None:
    assert default_folder("small", root=tmp_path) == tmp_path / "small"
    claim(tmp_path / "small", scenario, status="interrupted")
    claim(tmp_path / "small-2", scenario, status="interrupted")
    claim(tmp_path / "small-3", scenario, status="done")
    assert default_folder("small", root=tmp_path) == tmp_path / "small-4"
    assert default_folder("small", resume=True, root=tmp_path) == tmp_path / "small-2"


def test_resuming_by_name_needs_an_unfinished_run(tmp_path: Path, scenario: Scenario) -> None:
    claim(tmp_path / "small", scenario, status="done")
    with pytest.raises(RunRefused, match="nothing to resume"):
        default_folder("small", resume=True, root=tmp_path)


def test_a_resume_has_to_be_of_the_same_run(tmp_path: Path, scenario: Scenario, make: Callable[..., Scenario]) -> None:
    folder = claim(tmp_path / "run", scenario)
    assert check_resume(folder, scenario, [3])["seeds"] == [3]
    with pytest.raises(RunRefused, match=r"another scenario \(scale.humans 100 then, 99 now\)"):
        check_resume(folder, make(scale={"humans": 99}), [3])
    with pytest.raises(RunRefused, match=r"seed 3 and 1 replicate"):
        check_resume(folder, scenario, [4])
    with pytest.raises(RunRefused, match=r"seed 3 and 1 replicate"):
        check_resume(folder, scenario, [3, 4])


def test_a_resume_names_what_differs_in_a_list(tmp_path: Path, scenario: Scenario) -> None:
    folder = claim(tmp_path / "run", scenario)
    other = scenario.replace({"labs.b.cadence": 7})
    with pytest.raises(RunRefused, match=r"labs\.b\.cadence 6 then, 7 now"):
        check_resume(folder, other, [3])


def test_a_resume_by_another_program_is_refused(tmp_path: Path, scenario: Scenario) -> None:
    versions = provenance.versions() | {"numpy": "1.0"}
    folder = claim(tmp_path / "run", scenario, code="other", versions=versions)
    with pytest.raises(RunRefused, match=r"program has changed since \(code of ecosystem, numpy 1\.0 to"):
        check_resume(folder, scenario, [3])
    newer = claim(tmp_path / "newer", scenario, schema_version=99)
    with pytest.raises(RunRefused, match="layout is version 99"):
        check_resume(newer, scenario, [3])


def test_a_resume_needs_a_run(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(RunRefused, match="no such folder"):
        check_resume(tmp_path / "nothing", scenario, [3])
    (tmp_path / "provenance.json").write_text("{")
    with pytest.raises(RunRefused, match=r"no provenance\.json there that can be read"):
        check_resume(tmp_path, scenario, [3])


def test_a_resume_after_a_file_that_the_run_reads_has_changed_is_refused(tmp_path: Path, scenario: Scenario) -> None:
    text, edges = tmp_path / "text.txt", tmp_path / "edges.csv"
    text.write_text("to be or not to be")
    edges.write_text("0 1")
    reading = scenario.replace({
        "reality.tokens": 3, "reality.domains.code.text": {"kind": "file", "path": str(text)},
        "humans.network": {"kind": "edge_list", "path": str(edges)},
    })  # fmt: skip
    folder, done = claim(tmp_path / "run", reading), claim(tmp_path / "done", reading, status="done")
    files = check_resume(folder, reading, [3])["files"]
    assert files == {
        "humans.network.path": hashlib.sha256(b"0 1").hexdigest(),
        "reality.domains.code.text.path": hashlib.sha256(b"to be or not to be").hexdigest(),
    }
    edges.write_text("0 2")
    with pytest.raises(RunRefused, match=r"reads has changed since \(the file of humans\.network\.path\), and"):
        check_resume(folder, reading, [3])
    edges.write_text("0 1")
    text.unlink()
    with pytest.raises(RunRefused, match=r"^reality\.domains\.code\.text\.path: .*: cannot be read: No such file"):
        check_resume(folder, reading, [3])
    assert check_resume(done, reading, [3])["status"] == "done"
    assert provenance.begin(scenario, [3], 1)["files"] == {}
