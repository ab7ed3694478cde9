"""What a submission holds in its inputs and pasted tables, as it is kept to tell what was changed by the next round."""

from __future__ import annotations

import hashlib

from xlperf.errors import CellError, UserError
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package
from xlperf.package.book import Names
from xlperf.values import Value, as_text, is_blank, is_day, is_number, to_date
from xlperf.workbook.catalogue import GENERAL, SCHEME, InputCell, catalogue
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.official_tables import IMPORTS

# Longer texts are kept by their beginning and a hash, which is enough to tell that they were changed.
LONGEST = 120
_TEXTS = ("text", "choice", SCHEME, GENERAL)
_TEMPLATES = 8
# Id, cell, label and what stands there, of each input that is filled.
Held = tuple[str, str, str, str]
# By sheet: reference, cell and input.
_Sheets = dict[str, list[tuple[str, str, InputCell]]]
_known: dict[tuple[Names, str], _Sheets] = {}


def held_inputs(package: Package, source: FrameworkFile) -> list[Held] | None:
    """Every input that is filled, sheet by sheet; None where names that lead to them are gone."""
    try:
        known = _inputs(package, source)
    except UserError:
        return None
    found = []
    for sheet, items in known.items():
        cells = package.cells(sheet)
        for ref, place, item in items:
            cell = cells.get(ref)
            if cell is not None and not is_blank(cell.value):
                found.append((item.id, place, item.label, _shown(item, cell.value)))
    return found


def pasted_tables(package: Package) -> dict[str, str]:
    """The sheets that something is pasted into, each with a hash of what that is."""
    names, found = NamedCells(package), {}
    for spec in IMPORTS:
        if not names.has(f"import{spec.number}_area"):
            continue
        sheet, area = names.area(f"import{spec.number}_area")
        cells = package.cells(sheet)
        held = [
            f"{cell.row} {cell.column} {cell.value!r}"
            for cell in cells.values()
            if area.top <= cell.row <= area.bottom
            and area.left <= cell.column <= area.right
            and not is_blank(cell.value)
        ]
        if held:
            found[sheet] = _hash("\n".join(held))
    return found


def _inputs(package: Package, source: FrameworkFile) -> _Sheets:
    """The inputs of a workbook; looked up once for all submissions of a template, whose names are the same."""
    key = package.names, source.content_hash
    if key not in _known:
        if len(_known) >= _TEMPLATES:
            _known.clear()
        sheets: _Sheets = {}
        for item in catalogue(NamedCells(package), source.framework).values():
            sheets.setdefault(item.sheet, []).append((item.ref, item.cell, item))
        _known[key] = sheets
    return _known[key]


def _shown(item: InputCell, value: Value) -> str:
    """A value as it is compared and shown: a text in a number's place is told by its quotation marks."""
    if isinstance(value, CellError):
        return str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if is_number(value):
        return to_date(value).isoformat() if item.type == "date" and is_day(value) else as_text(value)
    text = str(value)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…（共 {len(text)} 字，{_hash(text)[:8]}）"
    return text if item.type in _TEXTS else f"“{text}”"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
