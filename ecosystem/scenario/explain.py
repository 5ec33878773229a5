"""Errors of pydantic in the words of a scenario file."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from pydantic import ValidationError

from ecosystem.core.parameters import ParameterDoc
from ecosystem.scenario.problems import Finding, Path, did_you_mean, near
from ecosystem.scenario.vocabulary import Vocabulary, span

__all__ = ["explain", "shown"]

type Details = dict[str, Any]

_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("below", "lt"),
}
_TYPES = {
    "int_type": "a whole number", "int_from_float": "a whole number", "float_type": "a number",
    "bool_type": "true or false", "string_type": "a text in quotes", "tuple_type": "a list", "list_type": "a list",
    "dict_type": "a table", "model_type": "a table", "model_attributes_type": "a table",
}  # fmt: skip
_PLAIN = {
    "string_pattern_mismatch": "may hold only letters, digits, dashes, underscores and inner dots, is {value}",
    "string_too_short": "must not be empty",
    "too_short": "needs at least one entry",
}
_LONGEST = 40  # characters of a value that an error repeats; enough to recognise it


def explain(words: Vocabulary, error: ValidationError, document: Any) -> list[Finding]:
    """What an error of pydantic says of a document, one finding for each of its lines."""
    findings: list[Finding] = []
    for line in error.errors(include_url=False):
        details: Details = dict(line)
        if "findings" in details.get("ctx", {}):
            findings += details["ctx"]["findings"]
            continue
        if details["type"] == "too_short" and details["input"]:
            continue  # pydantic does not count entries that are wrong; they are told themselves
        path = _path(details, document)
        pattern = words.pattern(document, path)
        cause, remedy = _cause(words, details, path, pattern, document)
        findings.append(Finding(path, cause, remedy, absent=details["type"] in ("missing", "too_short")))
    return findings


def _path(details: Details, document: Any) -> Path:
    """The part of pydantic's location that exists in the document, and the key that is missing there."""
    path: list[str | int] = []
    node = document
    for part in details["loc"]:
        if isinstance(node, dict) and isinstance(part, str):
            path.append(part)
            node = node.get(part)
        elif isinstance(node, (list, tuple)) and isinstance(part, int) and part < len(node):
            path.append(part)
            node = node[part]
        else:
            break
    if details["type"] == "value_error" and isinstance(node, dict):
        # What a validator says of a whole table starts with the key that it is about.
        first = str(details["ctx"]["error"]).partition(" ")[0]
        path += [first] if first in node else []
    return tuple(path)


def _cause(words: Vocabulary, details: Details, path: Path, pattern: str, document: Any) -> tuple[str, str]:
    """Cause and remedy of one error."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    doc = words.doc(pattern)
    if kind == "extra_forbidden":
        return _unknown(words, path, document)
    if kind == "missing":
        return _missing(words, path, pattern)
    if kind in _BOUNDS:
        phrase, bound = _BOUNDS[kind]
        return f"must be {phrase} {context[bound]:g}, is {shown(value)}{_range(doc)}", ""
    if kind == "finite_number":
        return f"must be a finite number, is {shown(value)}{_range(doc)}", ""
    if kind in _TYPES:
        return _wrong_type(_TYPES[kind], value, doc)
    return _wrong_word(words, details, pattern, value)


def _wrong_word(words: Vocabulary, details: Details, pattern: str, value: Any) -> tuple[str, str]:
    """Cause and remedy where a text or a combination of values is wrong."""
    kind, doc = details["type"], words.doc(pattern)
    if kind in _PLAIN:
        return _PLAIN[kind].format(value=shown(value)), ""
    if kind == "value_error":
        return _own_words(details, value)
    if kind == "literal_error" and doc is not None:
        known = doc.type.removeprefix("one of ").split(", ")
        return f"must be one of {', '.join(known)}, is {shown(value)}", near(value, known)
    if kind in ("unknown_kind", "component_type"):
        return _wrong_kind(words, details, pattern, value)
    return f"{details['msg'][:1].lower()}{details['msg'][1:]}, is {shown(value)}", ""


def _wrong_kind(words: Vocabulary, details: Details, pattern: str, value: Any) -> tuple[str, str]:
    """Cause and remedy where something is chosen by a kind that does not exist, or not by kind."""
    known = words.kinds(re.sub(r"(\[kind=[^\]]*\])?\.kind$", "", pattern))
    if details["type"] == "component_type":
        return f"must be a kind or a table with a kind, is {shown(value)}", f'such as "{known[0]}"' if known else ""
    what = details["ctx"]["text"].partition(" is called")[0]
    return f"{what} is called {shown(value)}", did_you_mean(value, known)


def _own_words(details: Details, value: Any) -> tuple[str, str]:
    """What a validator of the project says itself."""
    text = str(details["ctx"]["error"])
    if "is not a month" in text:
        return f"must be a month, is {shown(value)}", 'write year and month as "2018-01"'
    return text, ""


def _unknown(words: Vocabulary, path: Path, document: Any) -> tuple[str, str]:
    """Cause and remedy of a key that does not exist."""
    *above, name = path
    holder = document
    for part in above:
        holder = holder[part]
    inside = words.inside(words.pattern(document, tuple(above)), holder)
    if name == "remove":
        return "nothing to remove: no file that this one extends has such an entry", "leave the entry out"
    return "no such key", words.nearest(inside, str(name))


def _missing(words: Vocabulary, path: Path, pattern: str) -> tuple[str, str]:
    """Cause and remedy of a key that must be there."""
    if path[-1] == "kind":
        kinds = words.kinds(pattern.rpartition(".")[0])
        return "is missing", f"choose one of {', '.join(kinds)}" if kinds else ""
    doc = words.doc(pattern)
    return "is missing", f"give the {doc.meaning}" if doc is not None and doc.meaning else ""


def _wrong_type(wanted: str, value: Any, doc: ParameterDoc | None) -> tuple[str, str]:
    """Cause and remedy of a value of the wrong type."""
    remedy = ""
    if isinstance(value, str):
        bare = value.strip().lower()
        meant = bare in ("true", "false") if wanted == "true or false" else "number" in wanted and _is_number(bare)
        remedy = f"write {bare} without quotes" if meant else f"write [{shown(value)}]" if wanted == "a list" else ""
    elif wanted == "a text in quotes" and isinstance(value, (int, float)):
        remedy = f'write "{shown(value)}"'
    return f"must be {wanted}, is {shown(value)}{_range(doc) if 'number' in wanted else ''}", remedy


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _range(doc: ParameterDoc | None) -> str:
    """What a number may be, in brackets: " (range 0 to 1, share)"; a single bound stands in the cause."""
    if doc is None or not doc.type.startswith(("int", "float", "table of float", "list of float")):
        return ""
    limits = span(doc)
    limits = f"range {limits}" if " to " in limits else limits if " and " in limits else ""
    facts = ", ".join(part for part in (limits, doc.unit) if part)
    return f" ({facts})" if facts else ""


def shown(value: Any) -> str:
    """A value as the file has it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.date, dt.time)):
        return f"the date or time {value}"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if value is None:
        return "none"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _digits(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _digits(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return "a number of thousands of digits"
