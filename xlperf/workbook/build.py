"""Lays out a whole workbook from a framework, empty or filled with a unit's data."""

from __future__ import annotations

import io
import zipfile
from functools import partial

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from xlperf.frameworks.loading import FrameworkFile
from xlperf.workbook.data_schema import EvaluationData
from xlperf.workbook.drawing.copies import finish
from xlperf.workbook.drawing.sheet import Sheet
from xlperf.workbook.drawing.stamp import add_stamp
from xlperf.workbook.plan import Plan
from xlperf.workbook.roles import Copy
from xlperf.workbook.sheets import trial
from xlperf.workbook.sheets.all_sheets import sheets_of

CALCULATION_ID = 191029


def lay_out(source: FrameworkFile, data: EvaluationData | None, edition: str, copy: Copy = Copy.ALL) -> bytes:
    """The workbook as openpyxl writes it: formulas without cached values, the stamp without its hash."""
    book = Workbook()
    book.remove(book.worksheets[0])
    plan = Plan(source, data, partial(Sheet, book), sheets_of(source.framework), copy)
    for sheet in plan.sheets:
        sheet.lay_out(plan)
    trial.lay_out(plan)
    finish(book, plan)
    add_stamp(book, source, data, edition, copy)
    # A newer Excel recalculates a file on load when its calcId is older; cached values must stay where Python is absent.
    book.calculation.calcId = CALCULATION_ID
    book.calculation.fullCalcOnLoad = False
    book.properties.creator = "xlperf"
    book.properties.title = source.framework.name
    target = io.BytesIO()
    # Uncompressed, which `save` has no option for: it is read again and packed at once.
    ExcelWriter(book, zipfile.ZipFile(target, "w")).save()
    return target.getvalue()
