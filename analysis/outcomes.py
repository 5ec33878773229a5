"""What a study found, read back from its folder: the design, and every outcome by lever, state and replicate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.results import ResultsError, json_object

__all__ = ["Factor", "Outcome", "StudyFolder", "failed", "load", "noise_share"]

type Floats = npt.NDArray[np.float64]

_FAILS = re.compile(r"\s*(<=|>=|<|>)\s*(\S+)\s*")
_COMPARE = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
_REPEAT = "Run the study again."
POLICY = "policy"


@dataclass(frozen=True)
class Outcome:
    """A number that was taken from every run.

    Attributes:
        label: its column.
        better: "higher", "lower" or "".
        fails: threshold such as "< 0.5", "" for none.
        base: label without branch and value of a sweep.
        branch: of a sweep, up or down.
        value_of_key: of a sweep; NaN otherwise.
        metric: table and column.
        name: whose; "*" for all.
    """

    label: str
    better: str = ""
    fails: str = ""
    base: str = ""
    branch: str = ""
    value_of_key: float = float("nan")
    metric: str = ""
    name: str = "*"


@dataclass(frozen=True)
class Factor:
    """An uncertain key.

    Attributes:
        key: of the scenario.
        low: least value, or the end of its axis.
        high: greatest value.
        ordered: whether its values are numbers.
    """

    key: str
    low: float = float("nan")
    high: float = float("nan")
    ordered: bool = True


@dataclass(frozen=True)
class StudyFolder:
    """A finished study.

    Attributes:
        path: of its folder.
        study: what the study file said.
        design: table `design`.
        runs: table `runs`.
        outcomes: table `outcomes`, a row per run that did not fail.
    """

    path: Path
    study: Mapping[str, Any]
    design: pd.DataFrame = field(repr=False)
    runs: pd.DataFrame = field(repr=False)
    outcomes: pd.DataFrame = field(repr=False)

    @property
    def title(self) -> str:
        """The question, else the name."""
        return str(self.study.get("title") or self.study.get("name") or self.path.name)

    @property
    def kinds(self) -> list[Outcome]:
        """All outcomes, in the order of the file."""
        return [
            Outcome(
                str(entry["label"]), entry.get("better") or "", entry.get("fails") or "", entry.get("base") or "",
                entry.get("branch") or "", float(_number(entry.get("value_of_key"))), entry.get("metric") or "",
                entry.get("name") or "*",
            )
            for entry in self.study["outcomes"]
        ]  # fmt: skip

    @property
    def factors(self) -> list[Factor]:
        """All uncertain keys, in the order of the file."""
        return [
            Factor(str(entry["key"]), _number(entry.get("low")), _number(entry.get("high")), bool(entry["ordered"]))
            for entry in self.study["factors"]
        ]

    @property
    def lever_keys(self) -> list[str]:
        """Keys of the levers, in the order of the file."""
        return [str(entry["key"]) for entry in self.study["levers"]]

    @property
    def levers(self) -> pd.DataFrame:
        """The combinations of the levers, a row for each, by number."""
        return self.design.drop_duplicates("lever").set_index("lever")[self.lever_keys].sort_index()

    @property
    def lever_names(self) -> list[str]:
        """What every combination of the levers is called."""
        return [lever_name(row) for row in self.levers.to_dict("records")]

    @property
    def states(self) -> pd.DataFrame:
        """The values of the uncertain keys, a row for each state, by number."""
        columns = [name for name in self.design.columns if name not in ("point", "lever", "same_as", *self.lever_keys)]
        return (
            self.design.drop_duplicates("state").set_index("state")[[c for c in columns if c != "state"]].sort_index()
        )

    def unit(self) -> Floats:
        """The states in the unit cube, (states, factors)."""
        return self.states[[f"u:{factor.key}" for factor in self.factors]].to_numpy(dtype=np.float64)

    def values(self, label: str) -> Floats:
        """An outcome, (levers, states, replicates); NaN where a run failed or the outcome is undefined."""
        if label not in self.outcomes:
            message = f"{self.path}: no outcome {label!r}; there are {', '.join(o.label for o in self.kinds)}"
            raise ResultsError(message)
        runs = self.runs.merge(self.outcomes[["run", label]], on="run", how="left")
        by_point = runs.pivot_table(label, "point", "replicate", dropna=False)
        replicates = int(self.runs["replicate"].max()) + 1
        by_point = by_point.reindex(index=sorted(set(self.design["same_as"])), columns=range(replicates))
        found = np.full((int(self.design["lever"].max()) + 1, int(self.design["state"].max()) + 1, replicates), np.nan)
        found[self.design["lever"], self.design["state"]] = by_point.loc[self.design["same_as"]].to_numpy(np.float64)
        return found

    @property
    def failures(self) -> pd.DataFrame:
        """Runs that failed, with the reason."""
        return self.runs[self.runs["status"] == "failed"]


def load(folder: str | Path) -> StudyFolder:
    """Read the folder of a study.

    Raises:
        ResultsError: it is none, or a table is missing or damaged.
    """
    path = Path(folder)
    absent = f"{path}: not the folder of a study: no provenance.json. Make one with `ecosystem study`."
    provenance = json_object(path / "provenance.json", absent, _REPEAT)
    study = provenance.get("study")
    if not isinstance(study, dict):
        message = (
            f"{path}: holds the results of something else, not of a study. Name a folder that `ecosystem study` made."
        )
        raise ResultsError(message)
    tables = {}
    for name in ("design", "runs", "outcomes"):
        if name == "outcomes" and not (path / "outcomes.parquet").exists() and "runs" in tables:
            labels = [str(entry["label"]) for entry in study["outcomes"]]
            tables[name] = pd.DataFrame({"run": np.zeros(0, np.int64), **{label: np.zeros(0) for label in labels}})
            continue  # every run failed
        try:
            tables[name] = pd.read_parquet(path / f"{name}.parquet")
        except Exception as error:
            message = (
                f"{path / name}.parquet: cannot be read: {error}. The study is {provenance.get('status')}; resume it."
            )
            raise ResultsError(message) from error
    return StudyFolder(path, study, **tables)


def lever_name(levers: Mapping[Any, Any]) -> str:
    """A combination of levers in words; what does not apply is left out.

    >>> lever_name({"policy": "label-mandate", "policies.label_mandate.fine": 10.0, "labs.*.price": None})
    'label-mandate, fine = 10'
    """
    parts = [str(levers[POLICY])] if levers.get(POLICY) else []
    for key, value in levers.items():
        if key != POLICY and not (value is None or (isinstance(value, float) and np.isnan(value))):
            name = key.rpartition(".")[2] if key.startswith("policies.") else key
            parts.append(f"{name} = {value:g}" if isinstance(value, (int, float)) else f"{name} = {value}")
    return ", ".join(parts) or "as it is"


def failed(values: Floats, fails: str) -> npt.NDArray[np.bool_]:
    """Which values meet a threshold such as "< 0.5"; NaN meets none.

    >>> failed(np.array([0.4, 0.5, np.nan]), "< 0.5").tolist()
    [True, False, False]
    """
    sign, limit = threshold(fails)
    return np.asarray(_COMPARE[sign](values, limit) & ~np.isnan(values))


def threshold(fails: str) -> tuple[str, float]:
    """Sign and number of a threshold."""
    match = _FAILS.fullmatch(fails)
    if match is None:
        message = f"{fails!r} is no threshold; write a sign and a number, such as < 0.5"
        raise ResultsError(message)
    return match[1], float(match[2])


def noise_share(values: Floats) -> float:
    """Share of the variance between points that the seeds alone would make: mean_p(s_p^2 / R) / var_p(mean_p).

    Args:
        values: (points, replicates), without NaN.

    Returns:
        The share; NaN with one replicate or where nothing moves.
    """
    replicates = values.shape[1]
    spread = float(values.mean(axis=1).var(ddof=1)) if len(values) > 1 else 0.0
    if replicates < 2 or spread == 0:  # noqa: PLR2004 - of one there is no variance
        return float("nan")
    return float((values.var(axis=1, ddof=1) / replicates).mean() / spread)


def complete(study: StudyFolder, label: str) -> Floats:
    """An outcome, (levers, states, replicates), which has to be there for every point.

    Raises:
        ResultsError: it is not; says at how many points.
    """
    values = study.values(label)
    missing = int(np.isnan(values).any(axis=2).sum())
    if missing:
        reasons = study.failures["reason"].value_counts()
        why = f"; most often: {reasons.index[0]}" if len(reasons) else "; it is undefined there"
        message = f"{label}: missing at {missing} of {values.shape[0] * values.shape[1]} points{why}"
        raise ResultsError(message)
    return values


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def join_words(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    >>> join_words(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
