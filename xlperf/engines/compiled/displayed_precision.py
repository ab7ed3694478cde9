"""Precision as displayed: every result is rounded to what its cell shows before others read it.

Where it isn't certain what Excel keeps of a number, as in a fraction or under a condition, the cell is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xlperf.engines.compiled.library.number_formats import Piece, section_for, sections
from xlperf.formula.addresses import reference
from xlperf.formula.tree import NotUnderstoodError
from xlperf.package import Package
from xlperf.package.looks import Overlay, format_codes, looks_of
from xlperf.package.part_xml import whole
from xlperf.package.sheet_rules import rules_around
from xlperf.package.sheet_xml import attributes
from xlperf.values import Value, exact, is_number, round_half_up

REFUSAL = "工作簿以显示精度计算"
_THOUSAND, _HUNDRED = 3, 2


def displayed_precision(package: Package) -> DisplayedPrecision | None:
    """How a workbook rounds its results; None where it doesn't."""
    return DisplayedPrecision(package) if package.calculation.uses_displayed_precision else None


class DisplayedPrecision:
    """The number formats of a workbook's cells, to round by."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._codes = format_codes(package)
        self._overlays = looks_of(package).overlays

    def value(self, sheet: str, row: int, column: int, value: Value) -> Value:
        """A value as its cell keeps it.

        Errors: NotUnderstoodError: it isn't certain what that is.
        """
        if not is_number(value) or value == 0:
            return value
        code = self._code(sheet, row, column)
        if code is None:
            raise NotUnderstoodError(f"{REFUSAL}，这一格的数字格式不能确定")
        return as_displayed(code, value)

    def values(self, places: Sequence[tuple[str, int, int]], values: Sequence[Value]) -> list[Value]:
        """Values as their cells keep them.

        Errors: NotUnderstoodError: of one it isn't certain.
        """
        return [self.value(*place, value) for place, value in zip(places, values, strict=True)]

    def rounding(self, function: Callable[..., Value], sheet: str, row: int, column: int) -> Callable[..., Value]:
        """A function whose result a cell keeps."""

        def rounded(*arguments: Any) -> Value:
            return self.value(sheet, row, column, function(*arguments))

        return rounded

    def _code(self, sheet: str, row: int, column: int) -> str | None:
        """The number format of a cell; None where it can't be told, or a condition may put another over it."""
        xml = self._package.reading(sheet).xml
        cell = self._package.cells(sheet).get(reference(row, column))
        for rule in rules_around(xml).conditional:
            if self._overlay(rule.overlay).format and any(area.covers(row, column) for area in rule.areas):
                return None
        if cell is None:
            return None
        tag = xml.content[cell.start : xml.content.index(b">", cell.start)].rstrip(b"/")
        stated = attributes(tag[len(b"<c") + len(xml.grammar.prefix) :])
        number = None if stated is None else whole(stated.get("s", "0"))
        return None if number is None or number >= len(self._codes) else self._codes[number]

    def _overlay(self, stated: Overlay | int | None) -> Overlay:
        if isinstance(stated, Overlay):
            return stated
        return self._overlays[stated] if stated is not None and stated < len(self._overlays) else Overlay()


def as_displayed(code: str, value: float) -> float:
    """A number as a cell of this format keeps it.

    Errors: NotUnderstoodError: it isn't certain what that is.
    """
    try:
        is_conditional = any(section.condition for section in sections(code))
        section, _ = section_for(code, value)
    except NotUnderstoodError as error:
        raise NotUnderstoodError(f"{REFUSAL}，{error}") from None
    kinds = [piece.kind for piece in section.pieces]
    if is_conditional or section.numerals or not kinds:
        raise _uncertain(code)
    is_other = section.is_of_date or set(kinds) == {"text"}
    if set(kinds) == {"general"} or (is_other and value == int(value)):
        return value
    if is_other or not {"general", "text"}.isdisjoint(kinds):
        raise _uncertain(code)
    if "power" in kinds:
        return _in_powers(code, section.pieces, value)
    return round_half_up(value, _places(code, section.pieces))


def _uncertain(code: str) -> NotUnderstoodError:
    return NotUnderstoodError(f"{REFUSAL}，数字格式“{code}”保留几位不能确定")


def _places(code: str, pieces: Sequence[Piece]) -> int:
    """How many places after the point a format keeps; a negative number before it.

    Errors: NotUnderstoodError: it isn't certain.
    """
    kinds = [piece.kind for piece in pieces]
    digits = [place for place, kind in enumerate(kinds) if kind == "digit"]
    if not digits:
        raise _uncertain(code)
    first, last = digits[0], digits[-1]
    point = kinds.index("point") if "point" in kinds else last + 1
    after = [place for place in digits if place > point]
    commas = [place for place, kind in enumerate(kinds) if kind == "comma"]
    thousands = [place for place in commas if place > last]
    inside = {kind for place, kind in enumerate(kinds) if first < place < last}
    is_plain = (
        inside <= {"digit", "point", "comma"}
        and kinds.count("point") <= 1
        and not any(place < first or point < place < last or place == point - 1 < last - 1 for place in commas)
        and thousands == list(range(last + 1, last + 1 + len(thousands)))
        and not _is_fraction(pieces)
    )
    percents = kinds.count("percent")
    if not is_plain or percents > 1 or (percents and thousands):
        raise _uncertain(code)
    return len(after) + _HUNDRED * percents - _THOUSAND * len(thousands)


def _is_fraction(pieces: Sequence[Piece]) -> bool:
    """Whether a slash stands beside a digit, be it one of the numerator or of the denominator."""
    texts = [*pieces, Piece("", "")]
    return any(
        piece == ("literal", "/") and ("digit" in (texts[place - 1].kind, texts[place + 1].kind))
        for place, piece in enumerate(pieces)
    )


def _in_powers(code: str, pieces: Sequence[Piece], value: float) -> float:
    """A number in the digits that stand before a power of ten, of which there has to be one before the point.

    Errors: NotUnderstoodError: it isn't certain how many are kept.
    """
    kinds = [piece.kind for piece in pieces]
    power = kinds.index("power")
    before = kinds[:power]
    point = before.index("point") if "point" in before else power
    places = len(before) - point - 1 if point < power else 0
    if before[:point] != ["digit"] or before[point + 1 :] != ["digit"] * places or {*kinds[power + 1 :]} != {"digit"}:
        raise _uncertain(code)
    number = exact(value)
    return float(number.quantize(Decimal(1).scaleb(number.adjusted() - places), ROUND_HALF_UP))
