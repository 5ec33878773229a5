"""Everything that can be said of a finished study: tables, sentences, figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import discovery, hysteresis, phase_diagram, robustness, sensitivity, timing
from analysis.outcomes import StudyFolder, complete, load
from analysis.results import NothingToDraw, ResultsError
from analysis.study_figures import boxes_figure, indices_figure, regret_figure
from analysis.style import FORMATS, save

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Findings", "analyse"]

ANALYSES = ("indices", "map", "boxes", "regret", "timing", "sweep")
"""What a study file may ask for in `analyses`."""


@dataclass
class Findings:
    """What came of analysing a study.

    Attributes:
        words: sentences, by analysis.
        tables: data, by the name of the file that it goes to.
        skipped: why an outcome was left out, or an analysis that the study asks for, by name.
        figures: files written.
    """

    words: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    figures: list[Path] = field(default_factory=list)


def analyse(
    folder: str | Path, format: str = "png", out: Path | None = None, *, figures: bool = True, keep: bool = True  # noqa: A002
) -> Findings:  # fmt: skip
    """Analyse a study: tables go beside those of the study, figures into its folder `figures`.

    Args:
        folder: of a finished study.
        format: of the figures: png, svg or pdf.
        out: where the figures go.
        keep: whether to write the tables.
        figures: whether to draw.

    Raises:
        ResultsError: it is no study, or it is not finished.
    """
    if format not in FORMATS:
        message = f"format {format!r} is not known; choose one of {', '.join(FORMATS)}"
        raise ResultsError(message)
    study, found = load(folder), Findings()
    whole = _complete(study, found)
    for name in study.study.get("analyses") or ANALYSES:
        try:
            _ANALYSES[name](study if name == "map" else whole, found)  # in a map a cell may be empty
        except NothingToDraw as reason:
            if study.study.get("analyses") or str(reason) == discovery.MISSING:
                found.skipped[name] = str(reason)
        except ResultsError as reason:
            found.skipped[name] = str(reason)
    for name, table in found.tables.items() if keep else ():
        table.to_parquet(study.path / f"{name}.parquet", index=False)
    if figures:
        target = out or study.path / "figures"
        target.mkdir(parents=True, exist_ok=True)
        for name, draw in _figures(study, whole, found):
            try:
                found.figures.append(save(draw(), target / f"{_file(name)}.{format}"))
            except NothingToDraw:
                continue
    return found


def _complete(study: StudyFolder, found: Findings) -> StudyFolder:
    """The study with the outcomes that are there for every point; why others are not is noted."""
    missing: set[str] = set()
    for outcome in study.kinds:
        try:
            complete(study, outcome.label)
        except ResultsError as reason:
            found.skipped[outcome.label] = str(reason)
            missing.add(outcome.base or outcome.label)
    kept = [entry for entry in study.study["outcomes"] if (entry.get("base") or entry["label"]) not in missing]
    return replace(study, study={**study.study, "outcomes": kept})


def _file(name: str) -> str:
    """A name as that of a file."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name).strip("_")


def _indices(study: StudyFolder, found: Findings) -> None:
    found.tables["indices"] = table = sensitivity.indices(study)
    found.words["indices"] = sensitivity.words(study, table)


def _map(study: StudyFolder, found: Findings) -> None:
    found.words["map"] = [line for outcome in study.kinds for line in phase_diagram.words(study, outcome)]


def _boxes(study: StudyFolder, found: Findings) -> None:
    found.tables["boxes"] = table = discovery.boxes(study)
    found.words["boxes"] = discovery.words(table, float(study.study["density"]))


def _regret(study: StudyFolder, found: Findings) -> None:
    found.tables["regret"] = table = robustness.regrets(study)
    found.words["regret"] = robustness.words(table)


def _timing(study: StudyFolder, found: Findings) -> None:
    if study.study["design"] == "sweep":
        message = "a sweep has no effects of policies to compare"
        raise NothingToDraw(message)
    effects = timing.surface(study)
    found.tables["timing"] = effects
    left = None
    try:
        found.tables["returns"] = left = timing.returns(study)
    except NothingToDraw:
        left = None  # few studies have a policy that ends
    found.words["timing"] = timing.words(effects, left)


def _sweep(study: StudyFolder, found: Findings) -> None:
    found.tables["hysteresis"] = table = hysteresis.loops(study)
    found.words["sweep"] = hysteresis.words(table)


_ANALYSES: dict[str, Callable[[StudyFolder, Findings], None]] = {
    "indices": _indices, "map": _map, "boxes": _boxes, "regret": _regret, "timing": _timing, "sweep": _sweep,
}  # fmt: skip


def _figures(study: StudyFolder, whole: StudyFolder, found: Findings) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """Name of each figure, and what draws it, of the analyses that were made."""
    if "indices" in found.words:
        yield "indices", lambda: indices_figure(whole)
    for outcome in study.kinds:
        if "map" in found.words:
            yield f"map-{outcome.label}", lambda outcome=outcome: phase_diagram.regime_map(study, outcome)  # type: ignore[misc]
    for outcome in whole.kinds:
        if "boxes" in found.words and outcome.fails:
            yield f"boxes-{outcome.label}", lambda outcome=outcome: boxes_figure(whole, outcome)  # type: ignore[misc]
    if "regret" in found.words:
        yield "regret", lambda: regret_figure(whole)
    if "timing" in found.words:
        yield "timing", lambda: timing.timing_figure(whole)
    if "sweep" in found.words:
        yield "sweep", lambda: hysteresis.sweep_figure(whole)
