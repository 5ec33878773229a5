"""Sheets of a study: the house style, with a footer that says what was varied."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from matplotlib.layout_engine import ConstrainedLayoutEngine

from analysis.style import FOOTER_CHARACTERS, HEADER_CHARACTERS, HEADER_INCHES, LINE_INCHES, WIDTH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.outcomes import StudyFolder

__all__ = ["finish_study", "footer"]


def footer(study: StudyFolder) -> str:
    """Scenario, design, replicates and failures, in a sentence."""
    about = study.study
    parts = [f"Simulated: study {about['name']} of scenario {about['scenario']}", f"{about['design']} design"]
    parts += [f"{len(study.levers)} choices"] if len(study.levers) > 1 else []
    parts += [f"{len(study.states)} states"] if len(study.states) > 1 else []
    seeds = "common seeds" if about["common_seeds"] else "a seed of its own in each state"
    parts.append(f"{about['replicates']} replicates with {seeds}" if about["replicates"] > 1 else "one replicate")
    failures = len(study.failures)
    parts += [f"{failures} of {len(study.runs)} runs failed"] if failures else []
    return " · ".join(parts) + "."


def finish_study(figure: Figure, study: StudyFolder, heading: tuple[str, str]) -> Figure:
    """Write header and footer and leave the rest of the sheet to the panels.

    Args:
        figure: the figure.
        study: its source.
        heading: a headline; and in a line or two how to read it.
    """
    title, reading = heading
    height = float(figure.get_figheight())
    notes = textwrap.wrap(footer(study), FOOTER_CHARACTERS)
    subtitle = textwrap.wrap(reading, HEADER_CHARACTERS)
    top = HEADER_INCHES + LINE_INCHES * (max(len(subtitle), 1) - 1)
    bottom = 0.16 + LINE_INCHES * len(notes)
    inside = (0.0, bottom / height, 1.0, 1.0 - (top + bottom) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=inside))
    left = 0.08 / WIDTH
    figure.text(left, 1 - 0.08 / height, title, fontsize=11.5, fontweight="bold", va="top")
    figure.text(left, 1 - 0.32 / height, "\n".join(subtitle), fontsize=7.5, color="#333333", va="top")
    for place, line in enumerate(reversed(notes)):
        at = (0.06 + LINE_INCHES * place) / height
        figure.text(left, at, line, fontsize=6.2, color="#555555", va="bottom")
    return figure
