"""The cells of a worksheet part as values and formulas."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlperf.errors import CellError, UserError
from xlperf.escaping import excerpt
from xlperf.formula.addresses import MAXIMUM_COLUMN, MAXIMUM_ROW, Area, Region, possible_area, reference
from xlperf.package.part_xml import MAXIMUM_TEXT, decode_codes, unescape, whole
from xlperf.package.sheet_xml import BLANKS, ROW_BEGINS, ROW_ENDS, Plain, SheetXml, attributes
from xlperf.package.strings import inline_text
from xlperf.values import Value

_KINDS = {"normal": "normal", "shared": "shared", "array": "array", "dataTable": "datatable"}
_EPOCH = dt.datetime(1899, 12, 30)
_EPOCH_1904 = dt.datetime(1904, 1, 1)

# The longest markup that is remembered, in bytes.
_REMEMBERED = 2_048

Strings = Callable[[], Sequence[str]]


class Formula(NamedTuple):
    """A formula as the part states it; `text` is None in a cell that shares the formula of an earlier one.

    `group` numbers the cells of one shared formula; `area` is where a shared, array or data table formula applies.
    """

    text: str | None
    kind: str = "normal"
    group: int | None = None
    area: Area | None = None
    is_dynamic: bool = False

    @property
    def fills(self) -> Area | None:
        """The area of several cells whose values all come from this formula, or None."""
        if self.kind in ("array", "datatable") and self.area is not None and self.area.size > 1:
            return self.area
        return None

    @property
    def is_single_dynamic(self) -> bool:
        """Whether Excel 365 has stored an ordinary formula anew: as an array formula that fills its own cell alone.

        It does so with each formula that is typed there and might give several values; to people it is like any other.
        """
        return self.kind == "array" and self.is_dynamic and self.fills is None

    @property
    def is_text_only(self) -> bool:
        """Whether the text is all that there is to it, so that another text can stand in its place."""
        return self.kind in ("normal", "shared") or self.is_single_dynamic


class Cell(NamedTuple):
    """A cell that holds something, and its span in the part. A formula without a value has no cache."""

    row: int
    column: int
    value: Value
    formula: Formula | None
    start: int
    end: int

    @property
    def ref(self) -> str:
        """The A1 reference."""
        return reference(self.row, self.column)


# Why a formula is not calculated that fills such cells.
LACKING = "公式的结果占几个单元格，文件里没有全部写出这些单元格"


class _Opening(NamedTuple):
    """What the attributes of a <c> say."""

    type: str
    is_dynamic: bool


def cells_in(area: Area, cells: Mapping[str, Cell]) -> Iterator[Cell]:
    """The cells of a sheet that lie in an area, by the shorter way: there may be many areas, or one of the whole sheet."""
    if area.size > len(cells):
        yield from (cell for cell in cells.values() if area.covers(cell.row, cell.column))
        return
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if cell := cells.get(reference(row, column)):
                yield cell


def lacks_cells(cell: Cell, cells: Mapping[str, Cell]) -> bool:
    """Whether a cell's formula fills cells that the sheet doesn't hold, into which nothing can be written."""
    area = None if cell.formula is None else cell.formula.fills
    return area is not None and (area.size > len(cells) or sum(1 for _ in cells_in(area, cells)) < area.size)


def read_cells(xml: SheetXml, strings: Strings, *, date1904: bool = False) -> dict[str, Cell]:
    """All cells that hold a value, a formula or a place in a formula's area, by reference, in the order of the part."""
    reader = _Reader(xml, strings, date1904)
    plain = None if xml.is_closed else reader.plain((xml.start, xml.end))
    if plain is not None:
        return plain
    found: dict[str, Cell] = {}
    filled = Region()
    for row in xml.rows():
        for column, match in xml.cells(row):
            cell = reader.cell(match, row.number, column)
            formula = cell.formula
            if formula is not None and formula.fills is not None:
                filled.add(formula.fills)
            is_wanted = cell.value is not None or formula is not None
            if is_wanted or filled.covers(row.number, column):
                found[cell.ref] = cell
    return found


def plain_value(markup: bytes, raw: bytes | None, inline: bytes | None, strings: Strings) -> Value:
    """The value of a cell element in the plain way: its attributes, what <v> holds, the text that is written inline.

    Errors: ValueError or UserError: to be read more closely, with its place at hand to say what is wrong.
    """
    if inline is not None:
        return _short(_decoded(inline))
    opening = _known_opening(markup) if len(markup) <= _REMEMBERED else None
    if opening is None:
        raise ValueError("attributes")
    if not raw:
        return "" if raw is not None and opening.type == "str" else None
    if opening.type == "n" and b"_" not in raw:
        number = float(raw)
        if math.isfinite(number):
            return number
    elif opening.type == "s" and raw.isdigit():
        return strings()[int(raw)]
    elif opening.type == "str":
        return _short(_decoded(raw))
    elif opening.type == "b" and raw in (b"0", b"1"):
        return raw == b"1"
    elif opening.type == "e" and raw.decode() in CellError.CODES:
        return CellError(raw.decode())
    raise ValueError("value")


def _short(text: str) -> str:
    if len(text) > MAXIMUM_TEXT:
        raise ValueError("length")
    return text


def _opening(markup: bytes) -> _Opening | None:
    """What the attributes of a cell say. None where they are none."""
    stated = attributes(markup)
    return None if stated is None else _Opening(stated.get("t", "n"), "cm" in stated)


def _decoded(raw: bytes) -> str:
    """The text of an element."""
    return decode_codes(unescape(raw.decode()))


# Few openings and formulas of a batch of submissions differ. Long ones are not remembered, so that no file fills the
# memory with them; and what is remembered is shorter than the most that a cell may hold.
_known_opening = lru_cache(maxsize=4096)(_opening)


@lru_cache(maxsize=16_384)
def _known_formula(raw: bytes) -> Formula:
    return Formula(_decoded(raw) or None)


class _Reader:
    """Decodes matches of one part."""

    def __init__(self, xml: SheetXml, strings: Strings, date1904: bool) -> None:
        self._xml = xml
        self._strings = strings
        self._epoch = _EPOCH_1904 if date1904 else _EPOCH
        self._has_shared_texts = False

    def plain(self, span: tuple[int, int]) -> dict[str, Cell] | None:
        """The cells of rows that are written in the plain way throughout, as Excel and others mostly do; else None."""
        xml, found = self._xml, dict[str, Cell]()
        columns, stated_value, text, plain_formula = xml.columns, self.stated, self.text, self.plain_formula
        number, last, offset, digits, suffix = 0, 0, span[0], b"", ""
        rows, cells, begin = 0, 0, b"<%sc " % xml.grammar.prefix
        for match in xml.grammar.plain.finditer(xml.content, *span):
            start, end = match.span()
            kind = match.lastindex
            if start != offset:
                return None
            offset = end
            if kind == BLANKS:
                cells += xml.content.count(begin, start, end)
                continue
            if kind == ROW_ENDS:
                digits = b""
            elif kind == ROW_BEGINS:
                stated, closed = match.group(2, 3)
                previous, number, last, rows = number, int(stated), 0, rows + 1
                if digits or not previous < number <= MAXIMUM_ROW:
                    return None
                digits, suffix = (b"", "") if closed else (stated, stated.decode())
            else:
                letters, stated, markup, f, raw, inline = match.group(5, 6, 7, 8, 9, 10)
                column = columns.get(letters) or xml.column(letters)
                if stated != digits or not last < column <= MAXIMUM_COLUMN:
                    return None
                last, cells = column, cells + 1
                formula = plain_formula(f) if f is not None else None
                if inline is not None:
                    value: Value = text(inline)
                else:
                    value = None if raw is None else stated_value(match, number, column, markup, raw)
                if value is not None or formula is not None:
                    found[letters.decode() + suffix] = Cell(number, column, value, formula, start, end)
        if offset != span[1] or digits:
            return None
        xml.found_plain(Plain(rows, cells, self._has_shared_texts))
        return found

    def cell(self, match: re.Match[bytes], row: int, column: int) -> Cell:
        """A cell, however it is written."""
        _, _, markup, f_markup, f, v_markup, v, inline = match.groups()
        formula = None if f_markup is None else self.formula(match, markup, f_markup, f)
        has_value = not (v is None and inline is None and v_markup is None)
        value = self.value(match, row, column) if has_value else None
        return Cell(row, column, value, formula, match.start(), match.end())

    def formula(self, match: re.Match[bytes], opening: bytes, markup: bytes, content: bytes | None) -> Formula:
        """The formula of a cell that has one."""
        text = self.text(content or b"")
        if not markup and text:
            return Formula(text)
        stated = attributes(markup)
        kind = None if stated is None else _KINDS.get(stated.get("t", "normal"))
        if stated is None or kind is None:
            raise self._xml.unaccounted(match.start(4) - 2)
        index = whole(stated.get("si"))
        covered = possible_area(stated["ref"]) if "ref" in stated else None
        if (kind == "shared" and index is None) or ("ref" in stated and covered is None):
            raise self._xml.unaccounted(match.start(4) - 2)
        return Formula(
            text or None,
            kind,
            index,
            covered,
            self._opening(match, opening).is_dynamic,
        )

    def value(self, match: re.Match[bytes], row: int, column: int) -> Value:
        """The value of a cell that states one."""
        markup, raw = match[3], match[7]
        kind = self._opening(match, markup).type
        if not (kind == "n" and raw) and (match[8] is not None or kind == "inlineStr"):
            return inline_text(self._xml.part, match[8] or b"")
        return self.stated(match, row, column, markup, raw)

    def stated(self, match: re.Match[bytes], row: int, column: int, markup: bytes, raw: bytes | None) -> Value:
        """The value in the <v> of a cell with these attributes."""
        kind = self._opening(match, markup).type
        if kind == "n" and raw:
            return self._number(row, column, raw)
        if not raw:
            return "" if kind == "str" else None
        if kind == "s":
            return self._shared(row, column, raw)
        text = self.text(raw)
        if kind == "str":
            return text
        if kind == "b" and text in ("0", "1", "true", "false"):
            return text in ("1", "true")
        if kind == "e" and (text in CellError.CODES or text in CellError.NEWER):
            return CellError(text)
        if kind == "d":
            return self._date(row, column, text)
        raise UserError(
            f"{self._xml.where(row, column)} 的值“{excerpt(text)}”（类型 {excerpt(kind)}）无法识别，不能处理；请用 Excel 或 WPS 打开改正后重新保存"
        )

    def text(self, raw: bytes) -> str:
        """The text of an element."""
        try:
            text = _decoded(raw)
        except UserError as error:
            raise UserError(f"工作表“{self._xml.sheet}”：{error}") from None
        if len(text) > MAXIMUM_TEXT:
            raise UserError(
                f"工作表“{self._xml.sheet}”有 {len(text):,} 个字符的文字或公式“{excerpt(text)}”，"
                f"超过单元格的上限 {MAXIMUM_TEXT:,}，文件已损坏，请重新取得一份完整的文件"
            )
        return text

    def plain_formula(self, raw: bytes) -> Formula:
        """A formula without attributes."""
        if len(raw) > _REMEMBERED:
            return Formula(self.text(raw) or None)
        try:
            return _known_formula(raw)
        except UserError as error:
            raise UserError(f"工作表“{self._xml.sheet}”：{error}") from None

    def _opening(self, match: re.Match[bytes], markup: bytes) -> _Opening:
        opening = _known_opening(markup) if len(markup) <= _REMEMBERED else _opening(markup)
        if opening is None:
            raise self._xml.unaccounted(match.start())
        return opening

    def _number(self, row: int, column: int, raw: bytes) -> float:
        try:
            number = float(raw)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or b"_" in raw:
            raise UserError(
                f"{self._xml.where(row, column)} 的值“{excerpt(raw.decode())}”不是数，文件已损坏，请重新取得一份完整的文件"
            )
        return number

    def _shared(self, row: int, column: int, raw: bytes) -> str:
        self._has_shared_texts = True
        strings = self._strings()
        number = whole(raw.decode())
        if number is not None and number < len(strings):
            return strings[number]
        raise UserError(
            f"{self._xml.where(row, column)} 引用了不存在的共享文字 {excerpt(raw.decode())}，文件已损坏，请重新取得一份完整的文件"
        )

    def _date(self, row: int, column: int, text: str) -> float:
        """The serial number of an ISO date, as strict workbooks may store it."""
        try:
            moment = dt.datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise UserError(
                f"{self._xml.where(row, column)} 的日期“{excerpt(text)}”无法识别，不能处理；请用 Excel 或 WPS 打开改正后重新保存"
            ) from None
        return (moment - self._epoch) / dt.timedelta(days=1)
