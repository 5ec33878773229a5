"""What a scenario file says of the law that it is for; the engine never looks at it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from annotated_types import Ge
from pydantic import AfterValidator, model_validator

from ecosystem.core.parameters import Parameters, param

__all__ = ["LawCase", "LawNote"]

_CHOSEN = "chosen by the scenario"
_ID = re.compile(r"[A-Z][A-Za-z0-9]*")
_SOURCE = re.compile(r"(doi:10\.\d{4,9}/[^\s,]+|arXiv:(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}))(, .+)?|derived: .+")


def _identifier(text: str) -> str:
    if not _ID.fullmatch(text):
        message = f"must be a capital letter with letters and digits, such as A10 or A5b, is {text!r}"
        raise ValueError(message)
    return text


def _cited(text: str) -> str:
    if not _SOURCE.fullmatch(text):
        message = f"must begin with doi:10..., arXiv:... or derived: ..., is {text!r}"
        raise ValueError(message)
    return text


def _said(text: str) -> str:
    if not text.strip():
        message = "must not be empty"
        raise ValueError(message)
    return text


type Text = Annotated[str, AfterValidator(_said)]
type Source = Annotated[str, AfterValidator(_cited)]


class LawCase(Parameters):
    """One setting in which a law is looked at."""

    name: Text = param(unit="name", source=_CHOSEN, meaning="what the law's function calls this case")
    set: dict[str, Any] = param(
        {}, unit="value by key", source=_CHOSEN, meaning="values of scenario keys in this case, steps among them"
    )


class LawNote(Parameters):
    """The law that a scenario reduces the engine to."""

    id: Annotated[str, AfterValidator(_identifier)] = param(
        unit="name", source=_CHOSEN, meaning="short name of the law, such as A10; its function is registered by it"
    )
    kind: Literal["law", "comparison"] = param(
        "law", unit="choice", source=_CHOSEN,
        meaning="law: a formula is met; comparison: order and shape of a published experiment",
    )  # fmt: skip
    statement: Text = param(unit="text", source=_CHOSEN, meaning="formula in words and symbols, or published finding")
    reduction: Text = param(unit="text", source=_CHOSEN, meaning="what of the web is left, in short")
    sources: tuple[Source, ...] = param(
        unit="list of text",
        source=_CHOSEN,
        meaning="doi:..., arXiv:... (each with a remark after a comma), derived: ...",
    )
    meaning: Text = param(unit="text", source=_CHOSEN, meaning="what it says for the debate, in a sentence")
    tolerance: dict[str, Annotated[float, Ge(0)]] = param(
        {}, unit="share, or as the quantity", source=_CHOSEN,
        meaning='largest error allowed, by quantity: variance, or at one place only: "variance, n = 50"',
    )  # fmt: skip
    absolute: tuple[str, ...] = param(
        (),
        unit="list of text",
        source=_CHOSEN,
        meaning="quantities whose tolerance is not relative to what is expected",
    )
    seconds: float = param(
        1.0, gt=0, unit="s", source="assumption: a small law",
        meaning="time that the law takes on one core; from 5 on it is no part of the quick tests",
    )  # fmt: skip
    remark: str = param("", unit="text", source="none", meaning="why this many replicates, or where it differs")
    cases: tuple[LawCase, ...] = param((), unit="cases", source="none", meaning="settings to look at, merged by name")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.sources:
            message = "sources must name at least one"
            raise ValueError(message)
        names = [case.name for case in self.cases]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            message = f"cases has two called {twice!r}"
            raise ValueError(message)
        return self

    def key(self, quantity: str, case: str, at: str) -> str | None:
        """The key of `tolerance` that holds for a quantity, the most special one; None without any.

        Args:
            quantity: such as "variance".
            case: name of the case, "" if there is only one.
            at: such as "n = 50", "" where there is no more to say.
        """
        known = (
            ", ".join(part for part in parts if part)
            for parts in ((quantity, case, at), (quantity, at), (quantity, case), (quantity,))
        )
        return next((key for key in known if key in self.tolerance), None)
