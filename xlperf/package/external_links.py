"""Linked workbooks: the values of theirs that this file keeps, which Excel uses as long as links are not refreshed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from xlperf.errors import CellError, UserError
from xlperf.formula.definitions import LinkedBook
from xlperf.package.archive import Archive
from xlperf.package.part_xml import child, children, decode_codes, parse
from xlperf.values import Value


def read_linked_book(archive: Archive, part: str) -> LinkedBook | None:
    """A linked workbook, or None where the link leads to something else (DDE, OLE)."""
    book = child(parse(part, archive.read(part)), "externalBook")
    if book is None:
        return None
    sheets = [decode_codes(e.get("val", "")) for e in _inside(book, "sheetNames", "sheetName")]
    cells: dict[str, Mapping[str, Value]] = {sheet: MappingProxyType({}) for sheet in sheets}
    for data in _inside(book, "sheetDataSet", "sheetData"):
        cells[_sheet(part, sheets, data)] = {
            cell.get("r", ""): _value(part, cell) for row in children(data, "row") for cell in children(row, "cell")
        }
    names: dict[tuple[str | None, str], str] = {}
    for name in _inside(book, "definedNames", "definedName"):
        scope = None if name.get("sheetId") is None else _sheet(part, sheets, name)
        names[scope, name.get("name", "").casefold()] = name.get("refersTo", "").removeprefix("=")
    return LinkedBook(cells, names)


def _inside(element: Element, holder: str, name: str) -> list[Element]:
    found = child(element, holder)
    return [] if found is None else children(found, name)


def _sheet(part: str, sheets: list[str], element: Element) -> str:
    number = element.get("sheetId", "")
    if not number.isdecimal() or int(number) >= len(sheets):
        raise UserError(f"部件 {part}（外部工作簿的链接）无法读出，文件已损坏，请重新取得一份完整的文件")
    return sheets[int(number)]


def _value(part: str, cell: Element) -> Value:
    stated = child(cell, "v")
    text, kind = ("" if stated is None else stated.text or ""), cell.get("t", "n")
    if kind == "str":
        return decode_codes(text)
    if kind == "b":
        return text in ("1", "true")
    if kind == "e" and text in CellError.CODES:
        return CellError(text)
    try:
        return float(text) if text else None
    except ValueError:
        raise UserError(f"部件 {part}（外部工作簿的链接）里的值“{text}”无法识别") from None
