"""Lays out a whole workbook from a framework, empty or filled with a unit's data."""

from __future__ import annotations

import io

from openpyxl import Workbook

from xlperf.frameworks.loading import FrameworkFile
from xlperf.workbook.as_delivered import NOTE, reference_note
from xlperf.workbook.data import EvaluationData
from xlperf.workbook.identity import add_identity
from xlperf.workbook.plan import Plan
from xlperf.workbook.sheets import (
    bonus_items,
    checks,
    cover,
    figures,
    imports,
    ledger,
    parameters,
    points,
    rates,
    reviews,
    scoring,
    sources,
    standard_readings,
    summary,
    survey_schemes,
    surveys,
)
from xlperf.workbook.tables.all_tables import BUDGET_TABLES, EVIDENCE_TABLES
from xlperf.workbook.tables.table import add_table

CALCULATION_ID = 191029


def lay_out(source: FrameworkFile, data: EvaluationData | None, edition: str) -> bytes:
    """The workbook as openpyxl writes it: formulas without cached values, the stamp without its hash."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _add_sheets(Plan(book, source, data))
    for name in data.not_applicable if data else ():
        book[name].sheet_state = "hidden"
    add_identity(book, source, edition, {NOTE: reference_note(book)})
    # A newer Excel recalculates a file on load when its calcId is older; cached values must stay where Python is absent.
    book.calculation.calcId = CALCULATION_ID
    book.calculation.fullCalcOnLoad = False
    book.properties.creator = "xlperf"
    book.properties.title = source.framework.name
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _add_sheets(plan: Plan) -> None:
    """Every sheet, in the order in which people go through them."""
    cover.add(plan)
    parameters.add(plan)
    imports.add(plan)
    for table in BUDGET_TABLES:
        add_table(plan, table)
    figures.add(plan)
    sources.add(plan)
    rates.add(plan)
    survey_schemes.add(plan, surveys.add(plan))
    point_rows = points.add(plan)
    rows = scoring.add(plan, point_rows)
    standard_readings.add(plan, rows)
    bonus_items.add(plan)
    ledger.add_problems(plan)
    ledger.add_deductions(plan)
    for table in EVIDENCE_TABLES:
        add_table(plan, table)
    reviews.add(plan, rows)
    checks.add(plan)
    summary.add(plan, rows)
