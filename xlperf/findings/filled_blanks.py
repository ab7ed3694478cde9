"""Locked cells that the workbook was made with blank and that hold something now: formulas may read them as results."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from weakref import WeakKeyDictionary

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.formula.addresses import reference
from xlperf.package import Package
from xlperf.package.looks import Looks, look_numbers, looks_of
from xlperf.package.sheet_contents import SheetContents
from xlperf.values import as_text, is_blank
from xlperf.workbook.as_delivered import SheetReference

MOST = 20
_KNOWN: WeakKeyDictionary[SheetContents, tuple[SheetReference, Looks, frozenset[str]]] = WeakKeyDictionary()


def filled_blank_findings(
    package: Package, made: Package, sheets: Mapping[str, SheetReference], formulas: Collection[tuple[str, str]]
) -> Iterator[Finding]:
    """One finding for each of them. `formulas`: the cells that were made with one, empty where all are as made."""
    known = {sheet.name for sheet in made.worksheets}
    for sheet in package.worksheets:
        if sheet.name not in sheets or sheet.name not in known:
            continue
        reading = package.reading(sheet.name)
        found = _constants(reading, made, sheets[sheet.name])
        if formulas:
            found = [ref for ref in found if (sheet.name, ref) not in formulas]
            others = [ref for ref in reading.formulas if (sheet.name, ref) not in formulas]
            found += _made_blank(others, made, sheet.name, sheets[sheet.name])
        for ref in found[:MOST]:
            text, value = reading.formulas.get(ref), package.value(sheet.name, ref)
            shown = as_text(value) if isinstance(value, bool | int | float | str) else str(value)
            now = shown if text is None else f"={text}"
            yield _finding(f"{sheet.name}!{ref}", now, text is not None, isinstance(value, str))
        if len(found) > MOST:
            said = f"工作表“{sheet.name}”另有 {len(found) - MOST} 个锁定的空白格填了东西，没有逐一列出。"
            yield Finding(ERROR, "locked_cell_changed", f"{sheet.name}!A1", said)


def _finding(cell: str, now: str, is_formula: bool, is_text: bool) -> Finding:
    said = now if len(now) <= 60 else f"{now[:59]}…"
    severity = WARNING if is_text and not is_formula else ERROR
    return Finding(severity, "locked_cell_changed", cell, f"{cell} 是锁定的空白格，现为“{said}”。", "", now)


def _constants(reading: SheetContents, made: Package, sheet: SheetReference) -> list[str]:
    """Those that hold a constant; of a variation of an earlier submission only what differs from that is looked at."""
    name, looks = reading.xml.sheet, looks_of(made)
    origin = reading.origin
    known = _KNOWN.get(origin.root)
    if known is None or known[0] is not sheet or known[1] is not looks:
        filled = (ref for ref, cell in origin.root.cells.items() if cell.formula is None and not is_blank(cell.value))
        known = _KNOWN[origin.root] = sheet, looks, frozenset(_made_blank(filled, made, name, sheet))
    own = {reference(*place): value for place, value in origin.differing.items()}
    new = _made_blank((ref for ref, value in own.items() if not is_blank(value)), made, name, sheet)
    return sorted({*(ref for ref in known[2] if ref not in own), *new})


def _made_blank(refs: Iterator[str] | Collection[str], made: Package, name: str, sheet: SheetReference) -> list[str]:
    """Of some cells those that were made blank and locked."""
    candidates = [ref for ref in refs if ref not in sheet.constants]
    if not candidates:
        return []
    numbers, locked = look_numbers(made, name), _locked(looks_of(made))
    return [ref for ref in candidates if numbers.get(ref) in locked]


@lru_cache(maxsize=16)
def _locked(looks: Looks) -> frozenset[int]:
    return frozenset(number for number, look in enumerate(looks.cells) if look.is_locked)
