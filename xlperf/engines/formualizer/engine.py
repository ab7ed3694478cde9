"""The formualizer engine: any workbook, built cell by cell from the package, with our worksheet functions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import formualizer as fz

from xlperf.engines.formualizer.conditional_sums import ConditionalSums
from xlperf.engines.formualizer.configuration import configured
from xlperf.engines.formualizer.constants_file import constants_workbook, is_writable
from xlperf.engines.formualizer.dialect import Dialect
from xlperf.engines.formualizer.excel_functions import excel_functions
from xlperf.engines.formualizer.implicit_intersection import intersected
from xlperf.engines.protocol import CellPlace, Functions, WorksheetFunction
from xlperf.errors import CellError, UserError
from xlperf.formula.addresses import Area, Region, area, position, quoted, reference
from xlperf.formula.linked_books import Links
from xlperf.formula.names import OMITTED
from xlperf.formula.tree import NotUnderstoodError
from xlperf.package import Cell, Package
from xlperf.package.cells import LACKING, cells_in, lacks_cells
from xlperf.package.edit.cached_values import filled_areas
from xlperf.package.sheet_rules import hidden_rows
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
_SUBTOTAL = re.compile(r"\b(?:SUBTOTAL|AGGREGATE)\(", re.I)
_BARE = re.compile(r"\(*(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Za-z]{1,3}\$?[0-9]+\)*")
# The zero with a sign, which Excel lacks, as it shows where it was joined to a text.
_SIGNED_ZERO = re.compile(r"(?<![0-9A-Za-z.])-0(?![0-9A-Za-z.])")
SIGNED_ZERO = "引擎把 0 写作 -0，Excel 不这样写"
_IDLE_MODELS = 2
# Excel's limit is 8192 as it shows a formula; prefixes of functions come on top.
_LONGEST_FORMULA = 16_384
_REASONS = {
    "Circ": "循环引用",
    "NImpl": "引擎不支持公式里的某种运算",
    "Error": "引擎读不懂公式",
    "Spill": "数组结果没有地方展开",
}


class FormualizerEngine:
    """Loads workbooks into formualizer; a released workbook serves the next one that has the same formulas."""

    name = "formualizer"

    def __init__(self, *, to_the_end: bool = False) -> None:
        self._idle: dict[object, FormualizerModel] = {}
        # Whether circles are gone round until nothing changes, whatever the workbook says.
        self._to_the_end = to_the_end

    def load(self, package: Package, functions: Functions) -> FormualizerModel:
        """The workbook in the engine, not yet calculated."""
        shape = _shape(package, functions)
        model = self._idle.pop(shape, None)
        if model is None:
            model = FormualizerModel(package, functions, self._to_the_end)
            model.shape = shape
        else:
            model.adopt(package)
        return model

    def release(self, model: FormualizerModel) -> None:
        """Takes a workbook back that is not needed any more."""
        if model.is_reusable:
            self._idle[model.shape] = model
            while len(self._idle) > _IDLE_MODELS:
                del self._idle[next(iter(self._idle))]


def _shape(package: Package, functions: Functions) -> object:
    """What two workbooks have in common where only their constants differ."""
    settings = (package.date1904, package.calculation, tuple(sheet.name for sheet in package.sheets))
    unusual = tuple(package.reading(sheet.name).unusual_formulas for sheet in package.worksheets)
    return package.all_formulas, unusual, package.names, package.tables, settings, id(functions)


class FormualizerModel:
    """A workbook in formualizer."""

    shape: object = None
    _are_held = False

    def __init__(self, package: Package, functions: Functions, to_the_end: bool = False) -> None:
        self._package = package
        self._constants = {sheet.name: _constants_in(package.cells(sheet.name)) for sheet in package.worksheets}
        self._touched: set[str] = set()
        ours = {**excel_functions(), **functions}
        self._dialect = Dialect(package, lambda name: name in ours or _is_builtin(name), ours.__contains__)
        self._formulas: dict[CellPlace, Cell] = {}
        self._set_apart: dict[CellPlace, str] = {}
        self._arrays: list[CellPlace] = []
        self._sums = ConditionalSums()
        self._errors = {
            (sheet, ref)
            for sheet, values in self._constants.items()
            for ref, value in values.items()
            if isinstance(value, CellError)
        }
        texts = [text for sheet in package.worksheets for text in self._translated(sheet.name, package)]
        configuration = configured(package, to_the_end=to_the_end)
        self._workbook = _workbook_of_constants(package, self._dialect.links, self._set_apart, configuration)
        for function in ours.values():
            _register(self._workbook, function)
        for (place, cell), text in zip(tuple(self._formulas.items()), texts, strict=True):
            self._set_formula(place, cell, text)
        self._unable = dict(self._set_apart)
        self._places: dict[str, list[CellPlace]] = {sheet.name: [] for sheet in package.worksheets}
        for place in self._formulas:
            self._places[place[0]].append(place)

    @property
    def notes(self) -> Sequence[str]:
        """Whether values of linked workbooks were used."""
        return ("外部工作簿的数据取自本文件中保存的值，没有刷新",) if self._dialect.links.are_used else ()

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that the engine can't do, with the reason."""
        return self._unable

    @property
    def is_reusable(self) -> bool:
        """Whether the model holds nothing but formulas and constants."""
        is_whole = not (self._set_apart or self._unable or self._arrays or self._are_held)
        return is_whole and not self._dialect.links.are_used

    def adopt(self, package: Package) -> None:
        """Takes the constants of another workbook with the same formulas; sheets that are the same are left alone."""
        for sheet in package.worksheets:
            cells = package.cells(sheet.name)
            if cells is self._package.cells(sheet.name) and sheet.name not in self._touched:
                continue
            wanted = _constants_in(cells)
            known = self._constants[sheet.name]
            for ref in known.keys() - wanted.keys():
                self.set(sheet.name, ref, None)
            for ref, value in wanted.items():
                if ref not in known or not _is_same(known[ref], value):
                    self.set(sheet.name, ref, value)
            self._constants[sheet.name] = wanted
            for place in self._places[sheet.name]:
                self._formulas[place] = cells[place[1]]
        self._package = package
        self._touched.clear()

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""
        self._touched.add(sheet)
        self._constants[sheet][ref] = value
        self._workbook.set_value(sheet, *position(ref), _literal(value))
        if isinstance(value, CellError):
            self._errors.add((sheet, ref))
        else:
            self._errors.discard((sheet, ref))

    def calculate(self) -> Mapping[CellPlace, Value]:
        """Calculates, and sets apart the cells whose results are none of Excel's."""
        try:
            self._workbook.evaluate_all()
        except fz.ExcelEvaluationError as error:
            raise UserError(f"计算没有完成（{error}）；工作簿可能过大，或公式用了整列的数组运算") from None
        self._unable = dict(self._set_apart)
        get_value = self._workbook.get_value
        results: dict[CellPlace, Value] = {}
        for place, cell in self._formulas.items():
            value = get_value(place[0], cell.row, cell.column)
            if isinstance(value, dict) and value["kind"] not in _CODE_OF_KIND:
                self._unable[place] = _REASONS.get(value["kind"], f"引擎的错误 {value['kind']}")
            elif isinstance(value, str) and _SIGNED_ZERO.search(value):
                self._unable[place] = SIGNED_ZERO
            else:
                results[place] = _scalar(value)
        for place in self._arrays:
            if place in results:
                self._spread(place, results)
        errors = self._errors | {place for place, value in results.items() if isinstance(value, CellError)}
        if errors:
            doubtful = self._sums.doubtful(errors, lambda *place: _scalar(get_value(*place)))
            self._unable |= doubtful
            results = {place: value for place, value in results.items() if place not in doubtful}
        return results

    def hold(self, values: Mapping[CellPlace, Value], /) -> None:
        """Puts values in the place of formulas; of an array formula its other cells keep what they hold in the file."""
        for place, value in values.items():
            cell = self._formulas.pop(place, None)
            if place in self._unable:
                self._set_apart[place] = self._unable[place]
            filled = cell.formula.fills if cell is not None and cell.formula is not None else None
            self._workbook.set_value(place[0], *position(place[1]), _literal(value))
            for other in cells_in(filled, self._package.cells(place[0])) if filled else ():
                if (place[0], other.ref) not in values:
                    self._workbook.set_value(place[0], other.row, other.column, _literal(other.value))
            self._are_held = True

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell."""
        return _scalar(self._workbook.get_value(sheet, *position(ref)))

    def _translated(self, sheet: str, package: Package) -> Iterator[str]:
        """The formulas of a sheet for the engine, noted in the same order; those that it can't do are set apart."""
        texts = package.formulas(sheet)
        for ref, cell in package.cells(sheet).items():
            formula = cell.formula
            if formula is None or (formula.kind != "datatable" and ref not in texts):
                continue
            try:
                if formula.kind == "datatable":
                    raise NotUnderstoodError("模拟运算表（数据表）不能重算")
                if len(texts[ref]) > _LONGEST_FORMULA:
                    raise NotUnderstoodError(f"公式超过 {_LONGEST_FORMULA} 个字符")
                if refusal := self._refusal(texts[ref]):
                    raise NotUnderstoodError(refusal)
                text = self._dialect.translated(texts[ref], sheet, cell.row, cell.column)
            except NotUnderstoodError as error:
                self._set_apart[sheet, ref] = str(error)
                continue
            self._formulas[sheet, ref] = cell
            self._sums.note((sheet, ref), text)
            if self._has_odd_name and _BARE.fullmatch(text):
                text = f"IF(TRUE,{text})"
            if formula.kind == "array":
                self._arrays.append((sheet, ref))
                yield "=" + text
            else:
                yield "=" + intersected(text, cell.row, cell.column)

    def _refusal(self, text: str) -> str:
        """Why the engine, which knows no rounding to what is shown and no hidden rows, must not be given a formula."""
        if self._package.calculation.uses_displayed_precision:
            return "工作簿以显示精度计算"
        if _SUBTOTAL.search(text) and self._has_hidden_rows:
            return "SUBTOTAL、AGGREGATE 所在的工作簿有隐藏的行"
        return ""

    @cached_property
    def _has_odd_name(self) -> bool:
        """Whether a sheet is called Sheet1 in other letters, whereupon formualizer takes a mere reference for blank."""
        names = (sheet.name for sheet in self._package.worksheets)
        return any(name.casefold() == "sheet1" and name != "Sheet1" for name in names)

    @cached_property
    def _has_hidden_rows(self) -> bool:
        sheets = self._package.worksheets
        return any(hidden_rows(self._package.reading(sheet.name).xml) != frozenset() for sheet in sheets)

    def _set_formula(self, place: CellPlace, cell: Cell, text: str) -> None:
        try:
            self._workbook.set_formula(place[0], cell.row, cell.column, text)
        except RuntimeError:
            del self._formulas[place]
            self._set_apart[place] = _REASONS["Error"]
            self._workbook.set_value(place[0], cell.row, cell.column, _literal(cell.value))

    def _spread(self, place: CellPlace, results: dict[CellPlace, Value]) -> None:
        """Adds the other cells of an array formula; sets it apart where it spreads over other cells than saved."""
        sheet, ref = place
        cell = self._formulas[place]
        own = Area(cell.row, cell.column, cell.row, cell.column)
        saved = own if cell.formula is None or cell.formula.area is None else cell.formula.area
        role = self._workbook.inspect_cell(f"{quoted(sheet)}!{ref}", include_values=False).cell.spill
        spread = area(role.extent.rpartition("!")[2]) if role is not None and role.extent else own
        if spread != saved or lacks_cells(cell, self._package.cells(sheet)):
            del results[place]
            self._unable[place] = LACKING if spread == saved else f"结果区域是 {spread}，与文件中的 {saved} 不同"
            return
        for row in range(saved.top, saved.bottom + 1):
            for column in range(saved.left, saved.right + 1):
                value = self._workbook.get_value(sheet, row, column)
                results[sheet, reference(row, column)] = _scalar(value)


def _constants_in(cells: Mapping[str, Cell]) -> dict[str, Value]:
    """The values of the cells without a formula."""
    return {ref: cell.value for ref, cell in cells.items() if cell.formula is None}


def _is_same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


def _workbook_of_constants(
    package: Package, links: Links, unable: Collection[CellPlace], configuration: fz.EvaluationConfig
) -> fz.Workbook:
    """The engine's workbook with all but the formulas it can do; sheets of linked workbooks come last."""
    constants = {sheet.name: _constants(sheet.name, package.cells(sheet.name), unable) for sheet in package.worksheets}
    stated = {name: [cell for cell in cells if is_writable(cell.value)] for name, cells in constants.items()}
    workbook = fz.Workbook.from_bytes(
        constants_workbook(stated, date1904=package.date1904),
        config=fz.WorkbookConfig(eval_config=configuration, enable_changelog=False),
    )
    workbook.set_temporal_egress("serial")
    for name, cells in constants.items():
        for cell in cells:
            if not is_writable(cell.value):
                workbook.set_value(name, cell.row, cell.column, _literal(cell.value))
    for name, values in links.sheets().items():
        workbook.add_sheet(name)
        for ref, value in values.items():
            workbook.set_value(name, *position(ref), _literal(value))
    return workbook


def _constants(sheet: str, cells: Mapping[str, Cell], unable: Collection[CellPlace]) -> list[Cell]:
    """The cells that hold no result, and those with results that have to stay as they are."""
    filled = Region(filled_areas(cells.values()))
    return [
        cell
        for ref, cell in cells.items()
        if (sheet, ref) in unable or (cell.formula is None and not filled.covers(cell.row, cell.column))
    ]


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
    return None if given == OMITTED else _scalar(given)


def _returned(result: Value | Grid) -> Any:
    if isinstance(result, list):
        return [[_plain(value) for value in row] for row in result]
    return _plain(result)


def _scalar(value: Any) -> Value:
    """A value of ours for one of the engine's."""
    if isinstance(value, dict):
        return CellError(_CODE_OF_KIND.get(value["kind"], "#VALUE!"))
    if isinstance(value, float) and not math.isfinite(value):
        return CellError("#NUM!")
    return value  # type: ignore[no-any-return]


def _kind(error: CellError) -> str:
    """The engine's name of an error; of one that it doesn't know another's, so that results which are that are refused."""
    return _KIND_OF_CODE.get(error.code, "Calc")


def _plain(value: Value) -> Any:
    """A function's result as the engine takes it: Python's own types only."""
    if isinstance(value, CellError):
        return {"type": "Error", "kind": _kind(value)}
    if value is None or isinstance(value, bool | str):
        return value
    return float(value)


def _literal(value: Value) -> Any:
    """A constant as the engine takes it."""
    if isinstance(value, CellError):
        return fz.LiteralValue.error(_kind(value), "")
    return value
