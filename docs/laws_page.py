# ruff: noqa: INP001 - docs is no package; build.py finds this file by its path
"""What docs/laws.md says of the laws: their statements from their files, and what was measured from a results folder.

Statements stand in generated parts like any other. What was measured stands between
`<!-- measured: NAME -->` and `<!-- end -->`: it is written from a folder of `ecosystem laws --out`
and kept until the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from analysis.laws import draw, read
from ecosystem.experiments.laws.files import known, order
from ecosystem.scenario import Scenario

__all__ = ["PAGE", "complaints", "filled", "parts"]

PAGE = "laws.md"
FOLDER = Path(__file__).resolve().parent
FILES = FOLDER.parent / "scenarios" / "laws"
_MEASURED = re.compile(r"<!-- measured: (?P<name>[^>]*?) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)
_KINDS = {"laws": "law", "comparisons": "comparison"}
"""Kind of law by the name of the part, which is that of its picture, too."""
_PICTURES = {
    "laws": "One panel per law: points with two standard errors as measured, lines as the formula has it",
    "comparisons": "One panel per comparison and quantity: lines as measured, bands of two standard errors",
}
_AGAIN = "run ecosystem laws --out runs/laws, then python docs/build.py --laws runs/laws"
_HEAD = ["law", "what", "measured", "expected", "standard error", "allowed"]

type Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]


@cache
def _scenarios() -> dict[str, Scenario]:
    """The scenarios of all laws by id, in the order of ids."""
    return {identifier: Scenario.read(path) for identifier, path in known(FILES).items()}


def _of_kind(kind: str) -> Iterator[tuple[str, Scenario]]:
    return ((name, found) for name, found in _scenarios().items() if found.law is not None and found.law.kind == kind)


# --- from the files -----------------------------------------------------------------------------------


def parts(table: Table) -> dict[str, Callable[[], str]]:
    """The generated parts by name; `table` writes a table."""
    return {"laws": partial(_laws, table), "comparisons": _comparisons}


def _laws(table: Table) -> str:
    """What every law says, where it comes from and what it means."""
    rows = [
        [name, found.title, found.law.statement, found.law.meaning, found.law.reduction, _sources(found.law.sources)]
        for name, found in _of_kind("law")
        if found.law is not None
    ]
    return table(["id", "law", "statement", "what it says for the debate", "reduced to", "source"], rows)


def _comparisons() -> str:
    """A paragraph for each published experiment that is compared."""
    texts = []
    for name, found in _of_kind("comparison"):
        note = found.law
        if note is not None:
            lines = [
                f"### {name} {found.title}", "", f"Published: {note.statement} {_sources(note.sources)}", "",
                f"Here: {note.reduction}. {note.remark}".rstrip(), "", f"For the debate: {note.meaning}", "",
            ]  # fmt: skip
            texts.append("\n".join(lines))
    return "\n".join(texts)


def _sources(sources: Iterable[str]) -> str:
    """Sources with links to those that have an address."""
    return "; ".join(_source(text) for text in sources)


def _source(text: str) -> str:
    address, comma, remark = text.partition(",")
    kind, _, number = address.partition(":")
    homes = {"doi": f"https://doi.org/{number}", "arXiv": f"https://arxiv.org/abs/{number}"}
    return f"[{address}]({homes[kind]}){comma}{remark}" if kind in homes else text


# --- from results -------------------------------------------------------------------------------------


def filled(text: str, folder: Path, table: Table, pictures: Path = FOLDER / "figures") -> str:
    """A page with what was measured taken from a results folder; draws the pictures.

    Raises:
        ResultsError: the folder holds no results of laws.
        ValueError: its laws are not those of the files, or one is not met.
    """
    found = read(folder)
    measured = {law["id"] for law in found["laws"]}
    if wrong := sorted(measured ^ set(_scenarios()), key=order):
        message = f"{folder}: laws and files differ: {', '.join(wrong)}; run `ecosystem laws --out {folder}` again"
        raise ValueError(message)
    if not found["ok"]:
        missed = [law["id"] for law in found["laws"] if law["verdict"] != "pass"]
        message = f"{folder}: not met: {', '.join(missed)}"
        raise ValueError(message)
    draw(folder, "png", pictures)

    def part(match: re.Match[str]) -> str:
        name = match["name"]
        content = _setting(found) if name == "setting" else _measured(name, found["laws"], table)
        return f"<!-- measured: {name} -->\n{content}<!-- end -->"

    return _MEASURED.sub(part, text)


def _setting(found: Mapping[str, Any]) -> str:
    """With what the laws were run."""
    comparisons = sum(len(law["findings"]) for law in found["laws"])
    versions = ", ".join(f"{name} {found['versions'].get(name, '?')}" for name in ("python", "numpy", "numba"))
    return (
        f"Measured with seed {found['seed']}: {len(found['laws'])} laws and comparisons with {comparisons} "
        f"findings in {found['seconds']:.0f} s on {found['workers']} processes ({versions}).\n"
    )


def _measured(name: str, laws: Iterable[Mapping[str, Any]], table: Table) -> str:
    """A picture and the table of all findings."""
    rows = [
        [law["id"] if number == 0 else "", _where(finding), *_figures(finding)]
        for law in laws
        if law["kind"] == _KINDS[name]
        for number, finding in enumerate(law["findings"])
    ]
    return f"![{_PICTURES[name]}](figures/{name}.png)\n\n{table(_HEAD, rows)}"


def _where(finding: Mapping[str, Any]) -> str:
    return ", ".join(part for part in (finding["quantity"], finding["case"], finding["at"]) if part)


def _figures(finding: Mapping[str, Any]) -> list[str]:
    error = finding["standard_error"]
    return [
        f"{finding['measured']:.5g}",
        f"{finding['expected']:.5g}",
        "" if error is None else f"{error:.2g}",
        finding["rule"],
    ]


def complaints(text: str) -> list[str]:
    """What a page leaves out: laws with a file of which nothing measured is shown, or the other way round."""
    shown = {match["name"]: match["text"] for match in _MEASURED.finditer(text)}
    found = []
    for name, kind in _KINDS.items():
        ids = set(re.findall(r"^\| ([A-Z]\w*) \|", shown.get(name, ""), re.MULTILINE))
        files = {identifier for identifier, _ in _of_kind(kind)}
        found += [f"nothing measured of {identifier}; {_AGAIN}" for identifier in sorted(files - ids, key=order)]
        found += [f"{identifier} has no file; {_AGAIN}" for identifier in sorted(ids - files, key=order)]
    return found
