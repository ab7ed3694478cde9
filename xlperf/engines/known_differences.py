"""The known differences of other calculators: construct, examples, who says what, which is right and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from xlperf.engines.compiled.library.scalars import Stop, number_of_text
from xlperf.errors import CellError
from xlperf.frameworks.loading import parse_toml, validated
from xlperf.frameworks.parts import Text
from xlperf.rules.part import Part
from xlperf.values import Value, is_blank, is_number

FILE = "known_differences.toml"
REFUSED = "拒绝"
Stated = bool | float | str
Shows = Literal["any", "numbers", "truths", "texts", "error", "errors"]
_CODES = frozenset(CellError.CODES)


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"不是正则表达式：{error}") from error
    return text


class Example(Part):
    """A formula on the cells of the list: what is right, and what the other calculator says or that it refuses."""

    formula: Annotated[str, Field(pattern="^=")]
    right: Stated
    theirs: Stated


class Imitation(Part):
    """How a formula is rewritten to do rightly what the calculator does wrongly: the proof that this is the cause."""

    find: Annotated[str, Field(min_length=1), AfterValidator(_expression)]
    put: str

    def of(self, formula: str) -> str:
        """The formula rewritten."""
        return re.sub(self.find, self.put, formula, flags=re.I)


class KnownDifference(Part):
    """A construct in which a calculator differs from Excel.

    `pattern` finds it in a formula's text; `shows` and `largest` say what the two values look like; `needs` a kind of
    value that the formula must refer to. Without a pattern it explains no difference by itself. Where there is an
    `imitation`, the formula so rewritten must give the other calculator's value.
    """

    id: Annotated[str, Field(pattern="^[a-z]+(_[a-z0-9]+)+$")]
    engine: Literal["formualizer", "formulas", "ironcalc", "LibreOffice"]
    situation: Text
    why: Text
    basis: Text
    pattern: Annotated[str, AfterValidator(_expression)] = ""
    shows: Shows = "any"
    largest: float | None = None
    needs: Literal["", "blank", "number_text", "truth_text"] = ""
    imitation: Imitation | None = None
    examples: Annotated[tuple[Example, ...], Field(min_length=1)]

    @property
    def is_certain(self) -> bool:
        """Whether it is surely the cause where it explains a difference, and not only a likely one."""
        return self.imitation is not None or self.largest is not None

    def explains(self, formula: str, right: Value, theirs: Value, referred: Collection[Value]) -> bool:
        """Whether a cell differs in this way; `referred` are the values that its formula refers to."""
        if not self.pattern or not re.search(self.pattern, formula, re.I):
            return False
        if self.needs and not any(_NEEDED[self.needs](value) for value in referred):
            return False
        # Which error it was may be all that the formula tells.
        tells_errors = "ERROR.TYPE(" in formula.upper()
        are_numbers = is_number(right) and is_number(theirs)
        if self.largest is not None:
            return are_numbers and abs(right - theirs) <= self.largest  # type: ignore[operator]
        return {
            "any": True,
            "numbers": are_numbers,
            "truths": isinstance(right, bool) and isinstance(theirs, bool),
            "texts": isinstance(right, str) and isinstance(theirs, str),
            "error": isinstance(theirs, CellError) or tells_errors,
            "errors": (isinstance(right, CellError) and isinstance(theirs, CellError)) or tells_errors,
        }[self.shows]


class KnownDifferences(Part):
    """The list, the cells on which the examples stand, and names of some of them; the formulas stand in the cell `at`."""

    cells: dict[str, Stated]
    names: dict[str, str] = {}
    at: str
    differences: tuple[KnownDifference, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        ids = [difference.id for difference in self.differences]
        if len(set(ids)) < len(ids):
            raise ValueError(f"重复的编号：{'、'.join(sorted({i for i in ids if ids.count(i) > 1}))}")
        return self

    def explaining(
        self, engine: str, formula: str, right: Value, theirs: Value, referred: Collection[Value] = ()
    ) -> list[KnownDifference]:
        """What may explain why an engine differs in a cell: first what is certain once its imitation is tried."""
        found = [
            known
            for known in self.differences
            if known.engine == engine and known.explains(formula, right, theirs, referred)
        ]
        return sorted(found, key=lambda known: not known.is_certain)


def _is_number_text(value: Value) -> bool:
    if not isinstance(value, str):
        return False
    try:
        number_of_text(value)
    except Stop:
        return False
    return True


_NEEDED: Mapping[str, Callable[[Value], bool]] = {
    "blank": is_blank,
    "number_text": _is_number_text,
    "truth_text": lambda value: isinstance(value, str) and value.upper() in ("TRUE", "FALSE"),
}


def as_value(stated: Stated) -> Value:
    """A value as the list states it; the text of an error code is the error."""
    return CellError(stated) if isinstance(stated, str) and stated in _CODES else stated


@cache
def known_differences() -> KnownDifferences:
    """The list that comes with xlperf."""
    return parse_differences((resources.files("xlperf.engines") / FILE).read_text(encoding="utf-8"))


def parse_differences(text: str) -> KnownDifferences:
    """A list from its text.

    Errors: UserError: what is wrong, with key and value.
    """
    return validated(KnownDifferences, parse_toml(text, FILE), FILE)
