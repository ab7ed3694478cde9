"""Rows and cells of a worksheet part as spans of bytes; every byte of sheetData is accounted for, or it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from xlperf.errors import UserError
from xlperf.escaping import excerpt
from xlperf.formula.addresses import MAXIMUM_COLUMN, MAXIMUM_ROW, column_number, possible_area, reference
from xlperf.package.part_xml import checked, is_true, whole

_ATTRIBUTES = re.compile(rb"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*""")
_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_SPACE = re.compile(rb"\s+")
_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col(\s[^<>]*?)/?>")
# A cell as the usual programs write it: where it stands and how it looks.
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]{1,9})")?(?: t="[a-zA-Z]+")?/?>')
_ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet[\s>/]")

# Groups of a cell match.
LETTERS, DIGITS, ATTRIBUTES, F_ATTRIBUTES, F, V_ATTRIBUTES, V, INLINE = range(1, 9)
# Last groups of what the pattern for plainly written sheets matches besides cells: blank cells, a row's begin and end.
BLANKS, ROW_BEGINS, ROW_ENDS = 1, 3, 4


class Grammar(NamedTuple):
    """The patterns for sheet XML whose elements bear one namespace prefix."""

    prefix: bytes
    sheet_data: re.Pattern[bytes]
    sheet_data_end: re.Pattern[bytes]
    row: re.Pattern[bytes]
    row_end: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    plain: re.Pattern[bytes]


class Row(NamedTuple):
    """A row element: its number, attributes and spans; without cells, the body is empty and lies at its end."""

    number: int
    start: int
    body: int
    body_end: int
    end: int
    is_closed: bool


class Plain(NamedTuple):
    """What is known of a part that was found to be written in the plain way throughout: no text has parts of its own."""

    rows: int
    cells: int
    has_shared_texts: bool


@lru_cache(maxsize=32)
def grammar(prefix: bytes) -> Grammar:
    """The patterns for one prefix (with its colon, or nothing)."""
    p = {b"p": re.escape(prefix)}
    return Grammar(
        prefix,
        re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<%(p)ssheetData\s*(/?)>" % p, re.S),
        re.compile(rb"</%(p)ssheetData\s*>" % p),
        re.compile(rb'\s*(<%(p)srow(?: r="([1-9][0-9]{0,6})")?(?=[\s/>])([^<>]*?)(/?)>)' % p),
        re.compile(rb"</%(p)srow\s*>\s*" % p),
        re.compile(
            rb'<%(p)sc(?: r="([A-Z]{1,3})([1-9][0-9]{0,6})")?([^<>]*?)(?:/>|>\s*'
            rb"(?:<%(p)sf(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</%(p)sf\s*>)\s*)?"
            rb"(?:<%(p)sv(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</%(p)sv\s*>)\s*)?"
            rb"(?:<%(p)sis\s*>(.*?)</%(p)sis\s*>\s*)?</%(p)sc\s*>)\s*" % p,
            re.S,
        ),
        re.compile(
            rb'((?:<%(p)sc r="[A-Z]{1,3}[1-9][0-9]{0,6}"(?: s="[0-9]+")?(?: t="n")?/>)+)|'
            rb'<%(p)srow r="([1-9][0-9]{0,6})"(?: [^<>]*?)?(/?)>|(</%(p)srow>)|'
            rb'<%(p)sc r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>/]*)>(?:<%(p)sf>([^<]*)</%(p)sf>)?'
            rb'(?:<%(p)sv>([^<]*)</%(p)sv>|<%(p)sis><%(p)st(?: xml:space="preserve")?>([^<]*)</%(p)st></%(p)sis>)?'
            rb"</%(p)sc>" % p
        ),
    )


def attributes(markup: bytes) -> dict[str, str] | None:
    """The attributes of an opening tag, or None where the markup holds anything else."""
    if not _ATTRIBUTES.fullmatch(markup):
        return None
    return {
        match[1].decode(): (match[2] if match[2] is not None else match[3]).decode()
        for match in _ATTRIBUTE.finditer(markup)
    }


class SheetXml:
    """A worksheet part, and where its sheetData lies."""

    def __init__(self, sheet: str, part: str, content: bytes) -> None:
        self.sheet = sheet
        self.part = part
        self.content = checked(part, content)
        root = _ROOT.search(content)
        if root is None:
            raise UserError(f"工作表“{sheet}”（部件 {part}）不是工作表的 XML，文件已损坏，请重新取得一份完整的文件")
        self.grammar = grammar(root[1] + b":" if root[1] else b"")
        self.start, self.end, self.is_closed = self._sheet_data()
        self.columns: dict[bytes, int] = {}
        self.plain: Plain | None = None
        self._counts: dict[bytes, int] = {}

    def _sheet_data(self) -> tuple[int, int, bool]:
        """The span between <sheetData> and </sheetData>; or the span of the closed element <sheetData/> itself."""
        for match in self.grammar.sheet_data.finditer(self.content):
            if match[1] is None:
                continue
            if match[1]:
                return match.start(), match.end(), True
            end = self.grammar.sheet_data_end.search(self.content, match.end())
            if end is None:
                break
            return match.end(), end.start(), False
        raise UserError(
            f"工作表“{self.sheet}”（部件 {self.part}）没有完整的 sheetData，文件已损坏，请重新取得一份完整的文件"
        )

    def varied(self, content: bytes, grown: int) -> SheetXml:
        """This part with other values in its cells; `grown`: how much longer it is before the first of them."""
        other = SheetXml.__new__(SheetXml)
        other.__dict__.update(self.__dict__)
        # Cells and columns of one that differs in values may look otherwise too.
        for known in ("_column_styles", "styles", "tags"):
            other.__dict__.pop(known, None)
        other.content = content
        other.start += grown
        other.end += len(content) - len(self.content)
        return other

    def found_plain(self, plain: Plain) -> None:
        """Notes what a reading has found on its way, which then need not be looked for."""
        self.plain = plain
        self._counts |= {b"row": plain.rows, b"c": plain.cells}

    @cached_property
    def tags(self) -> int:
        """How many tags begin among the cells; counted several times faster than elements."""
        return self.content.count(b"<", self.start, self.end)

    def count(self, name: bytes) -> int:
        """How many elements there are whose name begins so, which is never fewer than those of that name."""
        if name not in self._counts:
            self._counts[name] = self.content.count(b"<" + self.grammar.prefix + name, self.start, self.end)
        return self._counts[name]

    @cached_property
    def styles(self) -> Mapping[str, int]:
        """The number of the style of every cell, also of blank ones, by reference."""
        found = _CELL.findall(self.content, self.start, self.end)
        if len(found) == self.count(b"c"):
            return {ref.decode(): int(number or 0) for ref, number in found}
        each = ((row.number, *cell) for row in self.rows() for cell in self.cells(row))
        stated = ((reference(row, column), attributes(match[ATTRIBUTES])) for row, column, match in each)
        return {ref: whole((found or {}).get("s")) or 0 for ref, found in stated}

    def unaccounted(self, offset: int) -> UserError:
        """The refusal of XML that is not understood."""
        found = excerpt(self.content[offset : offset + 60].decode("utf-8", "ignore"))
        return UserError(
            f"工作表“{self.sheet}”（部件 {self.part}）含有不能识别的内容“{found}”，"
            "为免读错已拒绝；请用 Excel 或 WPS 打开后重新保存"
        )

    def rows(self) -> Iterator[Row]:
        """The row elements in their order, with ascending numbers."""
        if self.is_closed:
            return
        content, grammar, stop = self.content, self.grammar, self.end
        offset, number = self.start, 0
        while match := grammar.row.match(content, offset, stop):
            following = int(match[2]) if match[2] else self._unusual_row(match[3], offset, number + 1)
            if not number < following <= MAXIMUM_ROW:
                raise self.unaccounted(offset)
            number, start, body = following, match.start(1), match.end()
            if match[4]:
                offset = body
                yield Row(number, start, body, body, body, True)
                continue
            end = grammar.row_end.search(content, body, stop)
            if end is None:
                raise self.unaccounted(offset)
            offset = end.end()
            yield Row(number, start, body, end.start(), offset, False)
        if content[offset:stop].strip():
            raise self.unaccounted(offset)

    def _unusual_row(self, markup: bytes, offset: int, following: int) -> int:
        """The number of a row whose number is left out (the next one) or not its first attribute."""
        stated = attributes(markup)
        number = None if stated is None else whole(stated.get("r", str(following)))
        if number is None:
            raise self.unaccounted(offset)
        return number

    def cells(self, row: Row) -> Iterator[tuple[int, re.Match[bytes]]]:
        """The cells of a row, each as its column and the match of its element."""
        digits, column, offset = b"%d" % row.number, 0, row.body
        space = _SPACE.match(self.content, offset, row.body_end)
        if space:
            offset = space.end()
        for match in self.grammar.cell.finditer(self.content, offset, row.body_end):
            letters = match[1]
            if match.start() != offset or (letters is not None and match[2] != digits):
                raise self.unaccounted(offset)
            previous = column
            column = self._unusual_column(match, row.number, column) if letters is None else self.column(letters)
            if not previous < column <= MAXIMUM_COLUMN:
                raise self.unaccounted(offset)
            offset = match.end()
            yield column, match
        if offset != row.body_end:
            raise self.unaccounted(offset)

    def column(self, letters: bytes) -> int:
        """The number of a column."""
        return self.columns.get(letters) or self.columns.setdefault(letters, column_number(letters.decode()))

    def _unusual_column(self, match: re.Match[bytes], row: int, previous: int) -> int:
        """The column of a cell whose reference is left out (the next one) or not its first attribute."""
        stated = attributes(match[ATTRIBUTES])
        if stated is None:
            raise self.unaccounted(match.start())
        ref = stated.get("r")
        if ref is None:
            return previous + 1
        found = possible_area(ref)
        if found is None or found.size != 1 or found.top != row:
            raise self.unaccounted(match.start())
        return found.left

    def style(self, column: int, row: Row | None) -> bytes:
        """The style attribute that a new cell takes over: its row's where that has one of its own, else its column's."""
        stated = None if row is None else attributes(self.row_markup(row))
        if stated is not None and is_true(stated.get("customFormat")) and whole(stated.get("s")) is not None:
            return b' s="%s"' % stated["s"].encode()
        for first, last, style in self._column_styles:
            if first <= column <= last:
                return b' s="%d"' % style
        return b""

    def row_markup(self, row: Row) -> bytes:
        """The attributes of a row's opening tag, as markup."""
        tag = self.content[row.start : self.content.index(b">", row.start)].rstrip(b"/")
        return tag[len(b"<row") + len(self.grammar.prefix) :]

    @cached_property
    def _column_styles(self) -> list[tuple[int, int, int]]:
        """First and last column and style of the columns that have one."""
        found = []
        for match in _COLUMN.finditer(self.content, 0, self.start):
            stated = attributes(match[1]) or {}
            first, last, style = (whole(stated.get(name)) for name in ("min", "max", "style"))
            if first is not None and last is not None and style is not None:
                found.append((first, last, style))
        return found

    def where(self, row: int, column: int) -> str:
        """Sheet!cell, for messages."""
        return f"{self.sheet}!{reference(row, column)}"
