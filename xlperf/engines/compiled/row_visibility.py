"""Which rows of a workbook are hidden, by hand or by a filter: what SUBTOTAL and AGGREGATE ask."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.engines.compiled.book import RunningBook
from xlperf.formula.addresses import Area, possible_area
from xlperf.package import Package
from xlperf.package.part_xml import local_name, parse
from xlperf.package.sheet_rules import hidden_rows, rules_around
from xlperf.package.sheet_xml import SheetXml

_TABLES = "xl/tables/"


def note_rows(book: RunningBook, package: Package) -> bool:
    """Tells a book the hidden rows of a workbook's sheets; whether any are others than before."""
    is_other = False
    for sheet in package.worksheets:
        rows, xml = book.rows_of(sheet.name), package.reading(sheet.name).xml
        known = rows.hidden, rows.filtered
        rows.hidden = hidden_rows(xml)
        areas = [*_filtered(package, sheet.name, xml)] if rows.hidden else []
        rows.filtered = frozenset(row for row in rows.hidden or () if any(a.top < row <= a.bottom for a in areas))
        is_other |= known != (rows.hidden, rows.filtered)
    return is_other


def _filtered(package: Package, sheet: str, xml: SheetXml) -> Iterator[Area]:
    """The areas in which a filter is at work, of the sheet and of its tables."""
    yield from rules_around(xml).filtered
    areas = {table.area: table for table in package.tables if table.sheet == sheet}
    for name in package.parts if areas else ():
        if name.startswith(_TABLES) and b"filterColumn" in package.part(name):
            root = parse(name, package.part(name))
            stated = next((e for e in root if local_name(e.tag) == "autoFilter" and len(e)), None)
            area = None if stated is None else possible_area(stated.get("ref", ""))
            if area is not None and possible_area(root.get("ref", "")) in areas:
                yield area
