"""Pasted tables that give no figure, or doubtful ones, as findings: what the status of each import sheet says."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.imports import NO_UNIT, OTHER_UNIT, TEXTS, UNKNOWN
from xlperf.workbook.sheets.official_tables import IMPORTS


def paste_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every import sheet whose table is not recognised or another unit's, has amounts that are text or names no money unit."""
    for spec in IMPORTS:
        # A workbook of an earlier version has no status.
        if not names.has(f"import{spec.number}_status"):
            continue
        cell = "!".join(names.place(f"import{spec.number}_status"))
        text = f"“{spec.sheet}”{names.value(f'import{spec.number}_status')}。"
        status = text.removeprefix(f"“{spec.sheet}”")
        if status.startswith(UNKNOWN):
            yield Finding(ERROR, "paste_not_recognised", cell, text)
        elif status.startswith(OTHER_UNIT):
            yield Finding(ERROR, "paste_of_other_unit", cell, text)
        elif status.startswith(TEXTS):
            yield Finding(ERROR, "paste_has_texts", cell, text)
        elif status.startswith(NO_UNIT):
            yield Finding(WARNING, "paste_without_unit", cell, text)
