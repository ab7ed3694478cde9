"""References that are found while a formula runs: INDIRECT and OFFSET, and where places lie: ROW, COLUMN, ROWS, COLUMNS, CELL."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from xlperf.engines.compiled.library.ranges import Area, Block, Span
from xlperf.engines.compiled.library.scalars import REF, VALUE, Stop, number, plain, text, truth
from xlperf.formula.addresses import (
    MAXIMUM_COLUMN,
    MAXIMUM_ROW,
    column_letters,
    possible_area,
    quoted,
    sheet_name,
)
from xlperf.formula.tree import NotUnderstoodError, UncertainError
from xlperf.values import Value

_LINE = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})|\$?([0-9]{1,7}):\$?([0-9]{1,7})")
# Zeros before a row's number say nothing.
_ZEROS = re.compile(r"(?<=[A-Za-z$])0+(?=[0-9])")
# A row, a column, or both: as whole ones where they stand alone.
_NUMBERED = re.compile(r"(?=[RC])(R(?:\[(-?[0-9]+)\]|([0-9]+))?)?(C(?:\[(-?[0-9]+)\]|([0-9]+))?)?", re.I)
_NAME = re.compile(r"[^\W\d][\w.\\?]*")
_BARE_SHEET = re.compile(r"[\w.]+")
# Whole rows are as wide as a sheet; of so many columns only the place is asked, never the cells.
_WIDEST = 512


class Book(Protocol):
    """What references need of the workbook: its sheets by folded name, what names refer to, and cells."""

    sheets: Mapping[str, str]

    def named(self, name: str, sheet: str) -> Place | None:
        """The cells that a name stands for; None where there is no such name."""

    def span(self, place: Place) -> Span:
        """The cells of a place, which are read from now on."""


class Place:
    """Where cells lie, without their values."""

    __slots__ = ("book", "height", "left", "sheet", "top", "width")

    def __init__(self, book: Book, sheet: str, corners: Sequence[int]) -> None:
        self.book, self.sheet = book, sheet
        self.top, self.left = corners[0], corners[1]
        self.height, self.width = corners[2] - corners[0] + 1, corners[3] - corners[1] + 1

    def at(self, top: int, left: int, height: int, width: int) -> Place:
        """A place on the same sheet.

        Errors: #REF!: it goes beyond the sheet.
        """
        return _place(self.book, self.sheet, (top, left, top + height - 1, left + width - 1))


def _place(book: Book, sheet: str, corners: Sequence[int]) -> Place:
    top, left, bottom, right = corners
    if not (1 <= top <= bottom <= MAXIMUM_ROW and 1 <= left <= right <= MAXIMUM_COLUMN):
        raise Stop(REF)
    return Place(book, sheet, corners)


def offset(base: Place, rows: Any, columns: Any, height: Any, width: Any, own: Place) -> Place:
    """OFFSET: a place moved, and of another size where one is stated.

    Errors: #REF!: beyond the sheet, or of no size.
    """
    down, across = math.trunc(number(plain(rows))), math.trunc(number(plain(columns)))
    high = base.height if height is None else _size(height)
    wide = base.width if width is None else _size(width)
    if high == 0 or wide == 0:
        raise Stop(REF)
    top, left = base.top + down, base.left + across
    top, left = top + min(high + 1, 0), left + min(wide + 1, 0)
    return base.at(top, left, abs(high), abs(wide))


def _size(stated: Any) -> int:
    given = number(plain(stated))
    if given != int(given):
        raise NotUnderstoodError("OFFSET 的行数、列数不是整数")
    return int(given)


def indirect(stated: Any, is_a1: Any, own: Place) -> Place:
    """INDIRECT: the place that a text names, as A1 or R1C1, or by a name.

    Errors: #REF!: none; NotUnderstoodError: a table, or another workbook.
    """
    given, in_a1 = text(plain(stated)).strip(), truth(plain(is_a1))
    where, mark, cells = given.rpartition("!")
    if "[" in where or ("[" in cells and in_a1):
        raise NotUnderstoodError(f"INDIRECT 的“{given}”指向表格或外部工作簿")
    sheet = _sheet(where, own) if mark else own.sheet
    corners = _in_a1(cells) if in_a1 else _in_r1c1(cells, own)
    if corners is not None:
        return _place(own.book, sheet, corners)
    named = own.book.named(cells, sheet) if _NAME.fullmatch(cells) else None
    if named is None:
        raise Stop(REF)
    return named


def _sheet(stated: str, own: Place) -> str:
    is_quoted = len(stated) > 1 and stated[0] == stated[-1] == "'"
    if not is_quoted and not _BARE_SHEET.fullmatch(stated):
        raise Stop(REF)
    found = own.book.sheets.get(sheet_name(stated).casefold())
    if found is None:
        raise Stop(REF)
    return found


def _in_a1(stated: str) -> Sequence[int] | None:
    stated = _ZEROS.sub("", stated)
    line = _LINE.fullmatch(stated)
    if line is None:
        return possible_area(stated)
    if line[1]:
        area = possible_area(f"{line[1]}1:{line[2]}1")
        return None if area is None else (1, area.left, MAXIMUM_ROW, area.right)
    first, last = sorted((int(line[3]), int(line[4])))
    return (first, 1, last, MAXIMUM_COLUMN)


def _in_r1c1(stated: str, own: Place) -> Sequence[int] | None:
    ends = [_NUMBERED.fullmatch(end) for end in stated.split(":")]
    if len(ends) > 2 or not all(ends):
        return None
    rows, columns = list[int](), list[int]()
    for end in filter(None, ends):
        if (end[1] is None, end[4] is None) != (ends[0][1] is None, ends[0][4] is None):  # type: ignore[index]
            raise NotUnderstoodError(f"INDIRECT 的“{stated}”把整行整列和单元格连在一起")
        rows += [1, MAXIMUM_ROW] if end[1] is None else [int(end[3]) if end[3] else own.top + int(end[2] or 0)]
        columns += [1, MAXIMUM_COLUMN] if end[4] is None else [int(end[6]) if end[6] else own.left + int(end[5] or 0)]
    return min(rows), min(columns), max(rows), max(columns)


def cells_of(found: Any) -> Any:
    """The cells of a place; anything else as it is."""
    if not isinstance(found, Place):
        return found
    if found.width > _WIDEST:
        raise NotUnderstoodError("公式引用了整行")
    return found.book.span(found)


def crossed(found: Place, own: Place) -> Value:
    """The one value of a place: its cell, or the one in the row or column of the formula.

    Errors: #VALUE!: there is none.
    """
    top, left = found.top, found.left
    if found.height > 1 and found.width == 1 and found.top <= own.top < found.top + found.height:
        top = own.top
    elif found.width > 1 and found.height == 1 and found.left <= own.left < found.left + found.width:
        left = own.left
    elif found.height > 1 or found.width > 1:
        raise Stop(VALUE)
    return found.book.span(found.at(top, left, 1, 1)).at(0, 0)


def row_of(found: Any) -> float:
    """ROW: the first row."""
    return float(_placed(found).top)


def column_of(found: Any) -> float:
    """COLUMN: the first column."""
    return float(_placed(found).left)


def rows_of(found: Any) -> Block:
    """ROW in an array: all rows."""
    place = _placed(found)
    return Block([[float(place.top + step) for step in range(place.height)]], place.height)


def columns_of(found: Any) -> Block:
    """COLUMN in an array: all columns."""
    place = _placed(found)
    return Block([[float(place.left + step)] for step in range(place.width)], 1)


def _placed(found: Any) -> Place:
    if not isinstance(found, Place):
        raise NotUnderstoodError("ROW、COLUMN 的参数不是区域")
    return found


def height_of(area: Any) -> float:
    """ROWS."""
    return float(area.height) if isinstance(area, Span | Block | Place) else 1.0


def width_of(area: Any) -> float:
    """COLUMNS."""
    return float(area.width) if isinstance(area, Span | Block | Place) else 1.0


def cell_facts(kind: Any, place: Any) -> Value:
    """CELL: row, column or address of a cell.

    Errors: #VALUE!-like kinds of information that hang on the machine are refused.
    """
    wanted = text(plain(kind)).casefold()
    if not isinstance(place, Place):
        raise NotUnderstoodError("CELL 的参数不是区域")
    if wanted == "row":
        return float(place.top)
    if wanted == "col":
        return float(place.left)
    if wanted == "address":
        return f"${column_letters(place.left)}${place.top}"
    raise UncertainError(f"CELL 的“{wanted}”随电脑、文件位置或格式而变")


def address(row: Any, column: Any, kind: Any = 1.0, is_a1: Any = True, sheet: Any = None) -> str:
    """ADDRESS."""
    down, across, how = int(number(row)), int(number(column)), int(number(1.0 if kind is None else kind))
    if not (1 <= down <= MAXIMUM_ROW and 1 <= across <= MAXIMUM_COLUMN and 1 <= how <= 4):
        raise Stop(VALUE)
    is_fixed_row, is_fixed_column = how in (1, 2), how in (1, 3)
    if is_a1 is None or truth(is_a1):
        found = f"{'$' * is_fixed_column}{column_letters(across)}{'$' * is_fixed_row}{down}"
    else:
        found = f"R{down if is_fixed_row else f'[{down}]'}C{across if is_fixed_column else f'[{across}]'}"
    if sheet is None:
        return found
    stated = text(sheet)
    return f"{stated if _NAME.fullmatch(stated) or not stated else quoted(stated)}!{found}"


def first_of(found: Any) -> Any:
    """A value where N and T take the first cell of a reference."""
    if isinstance(found, Span):
        return found.at(0, 0)
    return found


Referred = Area | Place
