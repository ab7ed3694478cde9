"""The sheets of the workbook, in the order in which people go through them: the build, the cover's contents and the order
of the tabs derive from this list.
"""

from __future__ import annotations

from xlperf.frameworks.schema import Framework
from xlperf.workbook.plan import SheetDeclaration
from xlperf.workbook.sheets import (
    bonus_items,
    checks,
    cover,
    figures,
    imports,
    ledger,
    parameters,
    paste_reading,
    points,
    rates,
    reviews,
    scoring,
    sources,
    standard_readings,
    summary,
    survey_counts,
    survey_schemes,
    surveys,
)
from xlperf.workbook.tables.all_tables import BUDGET_TABLES, EVIDENCE_TABLES
from xlperf.workbook.tables.table import sheet_of

SHEETS: tuple[SheetDeclaration, ...] = (
    cover.SHEET,
    parameters.SHEET,
    *imports.SHEETS,
    *map(sheet_of, BUDGET_TABLES),
    figures.SHEET,
    sources.SHEET,
    rates.SHEET,
    surveys.SHEET,
    survey_schemes.SHEET,
    survey_counts.SHEET,
    points.SHEET,
    scoring.SHEET,
    standard_readings.SHEET,
    bonus_items.SHEET,
    ledger.PROBLEMS,
    ledger.DEDUCTIONS,
    *map(sheet_of, EVIDENCE_TABLES),
    reviews.SHEET,
    checks.SHEET,
    summary.SHEET,
    paste_reading.SHEET,
)


def sheets_of(framework: Framework) -> tuple[SheetDeclaration, ...]:
    """The sheets that a framework's workbook has."""
    return tuple(sheet for sheet in SHEETS if sheet.is_used(framework))
