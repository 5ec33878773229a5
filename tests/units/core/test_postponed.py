from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from ecosystem.core.postponed import postponing

FILES = {
    "__init__.py": "from late_one import tools\nimport late_one.inner as inner\n",
    "tools.py": "NAME = 'tools'\n",
    "inner/__init__.py": "import sys\nsys.woken.append(__name__)\nVALUE = 7\nfrom late_one.inner import part\n",
    "inner/part.py": "from late_one.inner import VALUE\nPART = VALUE + 1\n",
}


@pytest.fixture(autouse=True)
def woken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for name, content in FILES.items():
        path = tmp_path / "late_one" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    found: list[str] = []
    monkeypatch.setattr(sys, "woken", found, raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "late_one"]:
        monkeypatch.delitem(sys.modules, name)
    return found


def test_a_postponed_module_is_executed_when_it_is_used(woken: list[str]) -> None:
    with postponing("late_one.inner"):
        package = importlib.import_module("late_one")
    assert package.tools.NAME == "tools"
    assert woken == []
    assert package.inner.VALUE == 7
    assert package.inner.part.PART == 8
    assert woken == ["late_one.inner"]


def test_whether_it_has_a_file_can_be_asked_without_waking_it(woken: list[str]) -> None:
    with postponing("late_one.inner"):
        package = importlib.import_module("late_one")
    assert package.inner.__file__.endswith("__init__.py")
    assert woken == []


def test_importing_a_module_in_it_wakes_a_package(woken: list[str]) -> None:
    with postponing("late_one.inner"):
        importlib.import_module("late_one")
    assert importlib.import_module("late_one.inner.part").PART == 8
    assert woken == ["late_one.inner"]


def test_what_it_does_not_have_it_does_not_have(woken: list[str]) -> None:
    with postponing("late_one.inner"):
        package = importlib.import_module("late_one")
    for _ in range(2):
        with pytest.raises(AttributeError, match="nothing_of_the_kind"):
            _ = package.inner.nothing_of_the_kind
    assert woken == ["late_one.inner"]


def test_afterwards_and_under_other_names_nothing_is_postponed(woken: list[str]) -> None:
    with postponing("late_one.else"):
        importlib.import_module("late_one")
    assert woken == ["late_one.inner"]
    del sys.modules["late_one.inner"]
    with postponing():
        pass
    importlib.import_module("late_one.inner")
    assert woken == ["late_one.inner"] * 2


def test_libraries_are_whole_whoever_imports_them() -> None:
    # In a process of its own, for here they have been imported.
    code = (
        "import sys\n"
        "from ecosystem.experiments.environment import NOT_USED, import_libraries\n"
        "import_libraries()\n"
        "assert 'scipy.spatial' not in sys.modules\n"
        "assert set(NOT_USED) - {'numpy.f2py', 'numpy.ma', 'numpy.testing'} <= set(sys.modules)\n"
        "assert not {'pandas.core', 'numpy.f2py.f2py2e', 'mesa.discrete_space.cell'} & set(sys.modules)\n"
        "import mesa\n"
        "assert mesa.discrete_space.Network and mesa.space.ContinuousSpace\n"
        "assert mesa.experimental.meta_agents.MetaAgent\n"
        "from mesa.discrete_space import OrthogonalMooreGrid\n"
        "import numpy as np, pandas.core.frame\n"
        "assert np.ma.array([1, 2], mask=[True, False]).sum() == 2 and np.testing.assert_equal\n"
        "assert pandas.DataFrame({'a': [1]}).a.sum() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
