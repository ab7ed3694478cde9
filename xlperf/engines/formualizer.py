"""The formualizer engine: any workbook, built cell by cell from the package, with our worksheet functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import formualizer as fz

from xlperf.engines.blank import blank_workbook
from xlperf.engines.dialect import Dialect, NotUnderstoodError
from xlperf.engines.excel_functions import excel_functions
from xlperf.engines.protocol import CellPlace, Functions, WorksheetFunction
from xlperf.engines.structured import quoted
from xlperf.errors import CellError
from xlperf.package import Cell, Package
from xlperf.package.addresses import Area, area, position, reference
from xlperf.package.patching import filled_areas
from xlperf.values import Grid, Value

_KIND_OF_CODE = {
    "#NULL!": "Null",
    "#DIV/0!": "Div",
    "#VALUE!": "Value",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#NUM!": "Num",
    "#N/A": "Na",
}
_CODE_OF_KIND = {kind: code for code, kind in _KIND_OF_CODE.items()}
_REASONS = {
    "Circ": "循环引用",
    "NImpl": "引擎不支持公式里的某种运算",
    "Error": "引擎读不懂公式",
    "Spill": "数组结果没有地方展开",
}


class FormualizerEngine:
    """Loads workbooks into formualizer."""

    name = "formualizer"

    def load(self, package: Package, functions: Functions) -> FormualizerModel:
        """The workbook in the engine, not yet calculated."""
        return FormualizerModel(package, functions)


class FormualizerModel:
    """A workbook in formualizer."""

    def __init__(self, package: Package, functions: Functions) -> None:
        blank = blank_workbook([sheet.name for sheet in package.worksheets], date1904=package.date1904)
        self._workbook = fz.Workbook.from_bytes(blank, config=fz.WorkbookConfig(eval_config=_configuration(package)))
        self._workbook.set_temporal_egress("serial")
        ours = {**excel_functions(), **functions}
        for function in ours.values():
            _register(self._workbook, function)
        self._dialect = Dialect(package, lambda name: name in ours or _is_builtin(name))
        self._formulas: dict[CellPlace, Cell] = {}
        self._members: dict[CellPlace, Cell] = {}
        self._unable: dict[CellPlace, str] = {}
        self._areas: list[CellPlace] = []
        for sheet in package.worksheets:
            self._load_sheet(sheet.name, package)

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that the engine can't do, with the reason."""
        return self._unable

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""
        self._workbook.set_value(sheet, *position(ref), _literal(value))

    def calculate(self) -> Mapping[CellPlace, Value]:
        """Calculates, and sets apart the cells whose results are none of Excel's."""
        self._workbook.evaluate_all()
        get_value = self._workbook.get_value
        results: dict[CellPlace, Value] = {}
        for place, cell in self._formulas.items():
            value = get_value(place[0], cell.row, cell.column)
            if isinstance(value, dict) and value["kind"] not in _CODE_OF_KIND:
                self._unable[place] = _REASONS.get(value["kind"], f"引擎的错误 {value['kind']}")
            else:
                results[place] = _scalar(value)
        for place in self._areas:
            self._check_area(place, results)
        return results

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell."""
        return _scalar(self._workbook.get_value(sheet, *position(ref)))

    def _load_sheet(self, sheet: str, package: Package) -> None:
        cells, texts = package.cells(sheet), package.formulas(sheet)
        areas = filled_areas(cells.values())
        set_value = self._workbook.set_value
        for ref, cell in cells.items():
            formula = cell.formula
            if formula is not None and formula.kind == "datatable":
                self._unable[sheet, ref] = "模拟运算表（数据表）不能重算"
            elif ref in texts and formula is not None:
                self._load_formula(sheet, ref, cell, texts[ref])
            elif not (areas and any(filled.covers(cell.row, cell.column) for filled in areas)):
                set_value(sheet, cell.row, cell.column, _literal(cell.value))
            else:
                self._members[sheet, ref] = cell

    def _load_formula(self, sheet: str, ref: str, cell: Cell, text: str) -> None:
        try:
            formula = "=" + self._dialect.translated(text, sheet, cell.row, cell.column)
        except NotUnderstoodError as error:
            self._unable[sheet, ref] = str(error)
            self._workbook.set_value(sheet, cell.row, cell.column, _literal(cell.value))
            return
        self._workbook.set_formula(sheet, cell.row, cell.column, formula)
        self._formulas[sheet, ref] = cell
        if ":" in formula or "{" in formula or (cell.formula is not None and cell.formula.kind == "array"):
            self._areas.append((sheet, ref))

    def _check_area(self, place: CellPlace, results: dict[CellPlace, Value]) -> None:
        """Fills the other cells of an array formula; sets apart a formula that spreads over other cells than saved."""
        if place not in results:
            return
        sheet, ref = place
        cell = self._formulas[place]
        role = self._workbook.inspect_cell(f"{quoted(sheet)}!{ref}", include_values=False).cell.spill
        stated = cell.formula.area if cell.formula is not None and cell.formula.kind == "array" else None
        saved = stated or Area(cell.row, cell.column, cell.row, cell.column)
        spread = area(role.extent.rpartition("!")[2]) if role is not None and role.extent else saved
        if role is None and saved.size > 1:
            spread = Area(cell.row, cell.column, cell.row, cell.column)
        if spread != saved:
            del results[place]
            self._unable[place] = f"结果区域是 {spread}，与文件中的 {saved} 不同" if stated else "结果是一个区域"
            return
        if saved.size > 1:
            for row in range(saved.top, saved.bottom + 1):
                for column in range(saved.left, saved.right + 1):
                    member = sheet, reference(row, column)
                    results[member] = _scalar(self._workbook.get_value(sheet, row, column))


def _configuration(package: Package) -> fz.EvaluationConfig:
    configuration = fz.EvaluationConfig()
    # Threads cost more than they give at the size of these workbooks, and our functions hold the interpreter's lock.
    configuration.enable_parallel = False
    configuration.date_system = "1904" if package.date1904 else "1900"
    if package.calculation.is_iterative:
        configuration.cycle_policy = "iterate"
        configuration.iterate_max_iterations = package.calculation.iterations
        configuration.iterate_max_change = package.calculation.change
    return configuration


@cache
def _is_builtin(name: str) -> bool:
    """Whether formualizer has a function: it calls an unknown one a #NAME?, and a known one without arguments not."""
    probe = fz.Workbook()
    probe.add_sheet("S")
    probe.set_formula("S", 1, 1, f"={name}()")
    result = probe.evaluate_cell("S", 1, 1)
    return not (isinstance(result, dict) and result["kind"] in ("Name", "Error"))


def _register(workbook: fz.Workbook, function: WorksheetFunction) -> None:
    workbook.register_function(
        function.name,
        _callback(function),
        min_args=function.minimum_arguments,
        max_args=function.maximum_arguments,
        allow_override_builtin=True,
    )


def _callback(function: WorksheetFunction) -> Callable[..., Any]:
    call = function.call

    def called(*arguments: Any) -> Any:
        return _returned(call([_argument(argument) for argument in arguments]))

    return called


def _argument(given: Any) -> Value | Grid:
    if isinstance(given, list):
        return [[_scalar(value) for value in row] for row in given]
    return _scalar(given)


def _returned(result: Value | Grid) -> Any:
    if isinstance(result, list):
        return [[_plain(value) for value in row] for row in result]
    return _plain(result)


def _scalar(value: Any) -> Value:
    """A value of ours for one of the engine's."""
    if isinstance(value, dict):
        return CellError(_CODE_OF_KIND.get(value["kind"], "#VALUE!"))
    return value  # type: ignore[no-any-return]


def _plain(value: Value) -> Any:
    """A function's result as the engine takes it: Python's own types only."""
    if isinstance(value, CellError):
        return {"type": "Error", "kind": _KIND_OF_CODE[value.code]}
    if value is None or isinstance(value, bool | str):
        return value
    return float(value)


def _literal(value: Value) -> Any:
    """A constant as the engine takes it."""
    if isinstance(value, CellError):
        return fz.LiteralValue.error(_KIND_OF_CODE[value.code], "")
    return value
