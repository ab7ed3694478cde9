"""Builds the add-in and the self-test workbook, both with macros, without Excel; the same bytes each time.

`python -m xlperf.editions.vba.build` writes the generated VBA sources and both workbooks.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.editions.reproducible import reproducible
from xlperf.editions.vba.parts import ADDIN, ADDIN_NAME, SELFTEST_NAME, VbaParts, edited, with_vba
from xlperf.editions.vba.project import addin_modules, built_project, workbook_modules
from xlperf.editions.vba.sources import generated_sources, ribbon_source, sources_folder
from xlperf.engines import recalculate
from xlperf.package import Package, open_package, write_file
from xlperf.registry import FunctionSpec, worksheet_functions
from xlperf.workbook.build import CALCULATION_ID
from xlperf.workbook.locations import workbooks_folder

HELP_SHEET, TEST_SHEET = "_IntelliSense_", "自检"
FIRST_ROW = 6
NOT_RUN = "宏没有运行"
_EXAMPLE = re.compile(r"^\s+(=.+) -> (.+)$", re.M)
_ERROR_TYPES = {"#NULL!": 1, "#DIV/0!": 2, "#VALUE!": 3, "#REF!": 4, "#NAME?": 5, "#NUM!": 6, "#N/A": 7}
_MACRO_CELL = f'<c r="C3" t="inlineStr"><is><t>{NOT_RUN}</t></is></c>'


def built_workbooks() -> Mapping[str, bytes]:
    """The add-in and the self-test by file name.

    Errors: UserError: pyOpenVBA or xlwings is not there in the pinned version.
    """
    ribbon = ribbon_source()
    addin = VbaParts(built_project(addin_modules()), ribbon)
    workbook = VbaParts(built_project(workbook_modules()), ribbon)
    return {
        ADDIN_NAME: with_vba(_saved(_help_book()), addin, content_type=ADDIN),
        SELFTEST_NAME: with_vba(_with_macro_cell(_calculated(_saved(_test_book()))), workbook),
    }


def _saved(book: Workbook) -> bytes:
    book.calculation.calcId = CALCULATION_ID
    book.calculation.fullCalcOnLoad = False
    book.properties.creator = "xlperf"
    target = io.BytesIO()
    book.save(target)
    return reproducible(target.getvalue(), is_macro_enabled=False)


def _calculated(workbook: bytes) -> Package:
    return recalculate(open_package(workbook), trusted=True).package


def _help_book() -> Workbook:
    """The add-in's sheet: the free IntelliSense add-in of Excel-DNA shows it while a formula is typed."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = HELP_SHEET
    page.append(["FunctionInfo", 1])
    for spec in worksheet_functions().values():
        arguments = [text for parameter in spec.parameters for text in (parameter.name, parameter.help)]
        page.append([spec.name, spec.help, "", *arguments])
    return book


def _test_book() -> Workbook:
    """Every example of every function: its formula, what it gives here, what it must give, whether the two agree."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = TEST_SHEET
    page["A1"] = "xlperf 自检：在 Excel 里按 Ctrl+Alt+F9 全部重算后，E 列和 E2 都应是 TRUE"
    page["A1"].font = Font(bold=True, size=14)
    page["D2"], page["D3"] = "全部一致", "宏"
    page["C3"] = NOT_RUN
    row = FIRST_ROW
    page.append([])
    for column, heading in enumerate(("函数", "公式", "结果", "应得", "一致"), 1):
        page.cell(FIRST_ROW - 1, column, heading).font = Font(bold=True)
    for spec, formula, expected in _examples():
        _add_example(page, row, spec, formula, expected)
        row += 1
    page["E2"] = f"=AND(E{FIRST_ROW}:E{row - 1})"
    page["E3"] = '=LEFT(C3,4)="自检通过"'
    for letter, width in zip("ABCDE", (26, 70, 22, 12, 8), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = f"A{FIRST_ROW}"
    return book


def _examples() -> Iterator[tuple[FunctionSpec, str, str]]:
    for spec in worksheet_functions().values():
        for match in _EXAMPLE.finditer(spec.doc):
            yield spec, match[1], match[2]


def _add_example(page: Worksheet, row: int, spec: FunctionSpec, formula: str, expected: str) -> None:
    shown = page.cell(row, 2, formula)
    shown.data_type = "s"
    shown.alignment = Alignment(wrap_text=True, vertical="top")
    page.cell(row, 1, spec.name)
    page.cell(row, 3, formula)
    result, wanted = f"C{row}", f"D{row}"
    if expected in _ERROR_TYPES:
        page.cell(row, 4, expected).data_type = "s"
        agrees = f"IFERROR(ERROR.TYPE({result})={_ERROR_TYPES[expected]},FALSE)"
    elif expected.startswith('"'):
        page.cell(row, 4, expected.strip('"'))
        agrees = f"IFERROR(EXACT({result},{wanted}),FALSE)"
    elif expected in ("TRUE", "FALSE"):
        page.cell(row, 4, expected == "TRUE")
        agrees = f"IFERROR({result}={wanted},FALSE)"
    else:
        page.cell(row, 4, float(expected))
        agrees = f"IFERROR(AND(ISNUMBER({result}),ABS({result}-{wanted})<1E-12),FALSE)"
    page.cell(row, 5, f"={agrees}")


def _with_macro_cell(package: Package) -> bytes:
    """The self-test with a cell that only macros can calculate, which no engine of ours knows."""

    formula = f'<c r="C3" t="str"><f>XLPERF_SELFTEST()</f><v>{NOT_RUN}</v></c>'
    part = package.sheets[0].part
    if _MACRO_CELL.encode() not in package.part(part):
        raise ValueError("the cell of XLPERF_SELFTEST() is not where it should be")
    return edited(package.data, {part: lambda text: text.replace(_MACRO_CELL, formula)})


if __name__ == "__main__":
    for name, source in generated_sources().items():
        write_file(sources_folder() / name, source.encode())
        sys.stdout.write(f"vba/{name}\n")
    for name, content in built_workbooks().items():
        write_file(workbooks_folder() / name, content)
        sys.stdout.write(f"workbooks/{name}\n")
