# ruff: noqa: INP001 - docs is no package; build.py finds this file by its path
"""What docs/laws.md says of the laws: their statements from their files, and what was measured from a results folder.

Statements stand in generated parts like any other. What was measured stands between
`<!-- measured: NAME -->` and `<!-- end -->`: it is written from a folder of `ecosystem laws --out`
and kept until the next.
"""

from __future__ import annotations

import math
import re
from collections import Counter
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
_REMARKS = "Sizes, where an expected value is not the plain formula of the statement, and why so many replicates:"
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
    head = ["id", "law", "statement", "what it says for the debate", "reduced to", "source"]
    return table(head, rows) + _remarks()


def _remarks() -> str:
    """Where laws differ from the sizes of their statements, and why so many replicates, as a list."""
    found = ((name, scenario.law.remark) for name, scenario in _of_kind("law") if scenario.law is not None)
    lines = [f"- {name}: {' '.join(text.split())}\n".replace("*", "\\*") for name, text in found if text]
    return f"\n{_REMARKS}\n\n{''.join(lines)}" if lines else ""


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


def filled(text: str, folders: Sequence[Path], table: Table, pictures: Path = FOLDER / "figures") -> str:
    """A page with what was measured taken from results folders; draws the pictures.

    Args:
        text: of the page.
        folders: of `ecosystem laws --out`, each with another seed. The first fills the tables and pictures, of the
            others the verdicts are told.
        table: writes a table.
        pictures: folder to draw into.

    Raises:
        ResultsError: a folder holds no results of laws.
        ValueError: its laws are not those of the files, a law is not met for more than a single one of several
            seeds, or two folders have the same seed.
    """
    runs = [read(folder) for folder in folders]
    for folder, found in zip(folders, runs, strict=True):
        measured = {law["id"] for law in found["laws"]}
        if wrong := sorted(measured ^ set(_scenarios()), key=order):
            message = f"{folder}: laws and files differ: {', '.join(wrong)}; run `ecosystem laws --out {folder}` again"
            raise ValueError(message)
    _refuse(folders, runs)
    draw(folders[0], "png", pictures)

    def part(match: re.Match[str]) -> str:
        name = match["name"]
        content = _setting(runs, table) if name == "setting" else _measured(name, runs[0]["laws"], table)
        return f"<!-- measured: {name} -->\n{content}<!-- end -->"

    return _MEASURED.sub(part, text)


def _refuse(folders: Sequence[Path], runs: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what is no false alarm: a law with an error, or missed for the only seed or for more than one."""
    seeds = [found["seed"] for found in runs]
    if len(set(seeds)) < len(seeds):
        message = f"{', '.join(map(str, folders))}: have seeds {seeds}; each has to have one of its own"
        raise ValueError(message)
    often = Counter(name for found in runs for name in _not_met(found))
    errors = {law["id"] for found in runs for law in found["laws"] if law["verdict"] == "error"}
    wrong = errors | {name for name, times in often.items() if times > 1 or len(runs) == 1}
    if wrong:
        message = f"{', '.join(map(str, folders))}: not met: {', '.join(sorted(wrong, key=order))}"
        raise ValueError(message)


def _not_met(found: Mapping[str, Any]) -> list[str]:
    return [law["id"] for law in found["laws"] if law["verdict"] != "pass"]


def _setting(runs: Sequence[Mapping[str, Any]], table: Table) -> str:
    """With what the laws were run, how many chances of a false alarm there are, and the verdicts for each seed."""
    found = runs[0]
    findings = [finding for law in found["laws"] for finding in law["findings"]]
    held = [allowed for finding in findings if (allowed := _errors_allowed(finding))]
    alarms = sum(math.erfc(allowed / math.sqrt(2)) for allowed in held)
    versions = ", ".join(f"{name} {found['versions'].get(name, '?')}" for name in ("python", "numpy", "numba"))
    text = (
        f"Measured with seed {found['seed']}: {len(found['laws'])} laws and comparisons with {len(findings)} "
        f"findings in {found['seconds']:.0f} s on {found['workers']} processes ({versions}). {len(held)} of the "
        f"findings are held to standard errors; by chance at most {100 * alarms:.2g} % of seeds miss one of them.\n"
    )
    if len(runs) == 1:
        return text
    if len({run["code"] for run in runs}) > 1:
        text += "\nThe seeds were not all run with the same state of the program.\n"
    head = ["seed", "met", "not met", "seconds", "processes", "largest miss, SE", "of"]
    return f"{text}\n{table(head, map(_verdicts, runs))}"


def _verdicts(found: Mapping[str, Any]) -> list[str]:
    """A line of a seed: how many laws are met, and the largest miss in standard errors of what is held to them."""
    missed, laws = _not_met(found), found["laws"]
    misses = [
        (abs(finding["measured"] - finding["expected"]) / finding["standard_error"], f"{law['id']} {_where(finding)}")
        for law in laws
        for finding in law["findings"]
        if _errors_allowed(finding) and finding["standard_error"]
    ]
    largest, where = max(misses, default=(0.0, ""))
    return [
        f"{found['seed']}", f"{len(laws) - len(missed)} of {len(laws)}", ", ".join(missed),
        f"{found['seconds']:.0f}", f"{found['workers']}", f"{largest:.2f}" if misses else "", where,
    ]  # fmt: skip


def _errors_allowed(finding: Mapping[str, Any]) -> float:
    """Standard errors by which a finding may miss what is expected; 0 if it is not held to them."""
    match = re.search(r"(?:^|and )([\d.]+) SE$", finding["rule"])
    return float(match[1]) if match else 0.0


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
        _number(finding["measured"]),
        _number(finding["expected"]),
        "" if error is None else f"{error:.2g}",
        finding["rule"] if finding["passed"] else f"{finding['rule']}, not met",
    ]


def _number(value: float | None) -> str:
    return "nan" if value is None else f"{value:.5g}"


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
