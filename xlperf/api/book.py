"""A workbook as an object: read it, fill it, recalculate it, ask for its result, save it without losing a byte."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING

from xlperf.api.errors import UnknownNameError, told_as
from xlperf.api.frames import RESULT_PARTS, part_frame, rows_frame, table_frame
from xlperf.api.inputs import Input, Inputs, as_input, as_value
from xlperf.engines.changes import Change
from xlperf.engines.recalculation import AUTO, saved_results
from xlperf.errors import UserError
from xlperf.evaluation.result import Evaluation
from xlperf.evaluation.scoring import assessed, recalculated, score
from xlperf.findings.finding import Finding
from xlperf.formula.addresses import position, reference
from xlperf.package import Package, open_package, write_file
from xlperf.package.foreign_formats import converted, needs_conversion
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.input_finder import Finder
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.reason_scores import with_reason_scores
from xlperf.workbook.row_heights import fitted

if TYPE_CHECKING:
    from pandas import DataFrame

    from xlperf.engines.verification import Verification
    from xlperf.explain.explanation import Node
    from xlperf.explain.what_if import WhatIf

Source = str | PathLike[str] | bytes | IO[bytes]
Result = Evaluation
LOSSES = (
    "openpyxl 另存会丢公式的结果和它不认识的部件（宏以外的签名、切片器、部分图形等）；只宜用来给副本做样式，"
    "交回或存档的文件请用 book.save"
)


def open(source: Source) -> Book:  # noqa: A001
    """Opens a workbook (.xlsx, .xlsm; .xls, .et and .ods through LibreOffice) from a path, bytes or a binary file.

    Errors: Error (file): what is wrong with the file and what to do.

    >>> import xlperf
    >>> book = xlperf.open(xlperf.example("wuhua-2023"))
    >>> book["total_score"], book.score().total
    (98.0, 98.0)
    """
    with told_as("file"):
        return Book(_package(source))


class Book:
    """One workbook. Values read from it are always current: after an input has changed, it is first recalculated.

    A key is an input's id or label (`award.18`), a defined name of one cell (`total_score`) or a cell (`指标评分!K5`).
    Numbers are float, days serial numbers, errors `CellError`, blanks None. A workbook of somebody else has cells only.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._pending: dict[Place, Value] = {}
        self._notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<xlperf.Book {len(self._package.sheets)} sheets, {len(saved_results(self._package))} formula cells>"

    @cached_property
    def is_xlperf(self) -> bool:
        """Whether it is one of our workbooks, which have inputs and a result."""
        try:
            read_identity(self._package)
        except UserError:
            return False
        return True

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets that have cells, in their order."""
        return tuple(sheet.name for sheet in self._package.worksheets)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the last recalculation had to say: formulas that it could not witness or had to leave as saved."""
        return self._notes

    @property
    def inputs(self) -> Inputs:
        """The cells that are filled in, by id.

        Errors: Error (not_xlperf): a workbook of somebody else has none.
        """
        return Inputs(self._finder, lambda item: self._given(item.sheet, item.ref))

    def __getitem__(self, key: str) -> Value:
        """The value of an input, a named cell or a cell.

        Errors: UnknownNameError; Error (calculation): an input has changed and the workbook can't be recalculated.
        """
        sheet, ref = self._place(key)
        if (sheet, ref) in self._pending:
            return self._pending[sheet, ref]
        if self._pending and ref in self._package.formulas(sheet):
            self.recalculate()
        return self._package.value(sheet, ref)

    def __setitem__(self, key: str, value: object) -> None:
        """Fills a cell; what depends on it is calculated when it is asked for.

        Errors: UnknownNameError; Error (value): the input doesn't take it, or the cell holds a formula or a heading.
        """
        sheet, ref = self._place(key)
        item = self._inputs_by_place.get((sheet, ref))
        if item is not None:
            self._pending[sheet, ref] = as_input(item, value)
            return
        with told_as("value"):
            if self.is_xlperf or ref in self._package.formulas(sheet):
                what = "是公式" if ref in self._package.formulas(sheet) else "不是填报格"
                raise UserError(f"{sheet}!{ref} {what}，不能填。")
            self._pending[sheet, ref] = as_value(value)

    def update(self, values: Mapping[str, object]) -> None:
        """Fills several cells; all or, where one can't be filled, none of them.

        A blank for a line beyond a table's last one is none; a value there needs `xlperf.new`, which makes room for it.
        """
        before = dict(self._pending)
        try:
            for key, value in values.items():
                if not (is_blank(as_value(value)) and self._is_beyond(key)):
                    self[key] = value
        except UserError:
            self._pending = before
            raise

    def recalculate(self, *, engine: str = AUTO, force: bool = False) -> tuple[Change, ...]:
        """Recalculates all formulas and gives the cells that changed, each with its old and new value.

        `engine`: auto, compiled, formualizer or formulas. `force`: also where saved values can't be reproduced; cells
        that can't be done keep their saved values and are named in `notes`.
        Errors: Error (calculation): the cells that can't be calculated, and why.
        """
        with told_as("calculation"):
            stated = self._stated()
            result = recalculated(self._package, stated, engine=engine, force=force)
            package = fitted(result, stated) if stated and self.is_xlperf else result.package
            self._package, self._pending, self._notes = package, {}, result.notes
        return result.changes

    def score(self) -> Result:
        """The result: total, grade, levels, indicators, rates, points, findings, gates; the structure of `score --json`.

        Errors: Error (not_xlperf).
        """
        package = self._current()
        with told_as("not_xlperf"):
            return score(package)

    def check(self) -> tuple[Finding, ...]:
        """What there is to look at: errors, warnings and hints, each with its cell. Errors: Error (not_xlperf)."""
        package = self._current()
        with told_as("not_xlperf"):
            return assessed(package)[0]

    def explain(self, target: str = "总分") -> Node:
        """How a number came about, down to the cells that were filled in; as `xlperf explain`.

        Errors: Error (not_xlperf, unknown_name): nothing is called so.
        """
        from xlperf.evaluation.filled import Filled
        from xlperf.explain.targets import explain, find_target

        with told_as("not_xlperf"):
            filled = Filled(recalculated(self._current()).package)
        with told_as("unknown_name"):
            return explain(filled, find_target(filled, target))

    def what_if(self, values: Mapping[str, object], target: str = "总分") -> WhatIf:
        """What would change if inputs were others; the book stays as it is. Errors: as for `explain`, and value."""
        from xlperf.evaluation.filled import Filled
        from xlperf.explain.targets import find_target
        from xlperf.explain.what_if import what_if

        with told_as("not_xlperf"):
            filled = Filled(recalculated(self._current()).package)
        with told_as("unknown_name"):
            meant = find_target(filled, target)
        with told_as("value"):
            return what_if(filled, meant, [f"{name}={_shown(value)}" for name, value in values.items()])

    def verify(self, engines: Sequence[str] = ()) -> Verification:
        """Calculates with several independent engines (compiled, formualizer, formulas) and compares cell by cell.

        Errors: Error (calculation): not one of them can do it.
        """
        from xlperf.engines.verification import verify

        with told_as("calculation"):
            return verify(self._current(), engines)

    def frame(self, name: str) -> DataFrame:
        """A table of the result as a data frame with typed columns.

        `name`: indicators, points, rates, level1, adjustments, problems, findings, inputs, or the id of a table of the
        workbook (projects, …). Errors: Error (unknown_name, not_xlperf).
        """
        if name == "inputs":
            return rows_frame(self.inputs.values(), Input)
        if name == "findings":
            return rows_frame(self.check(), Finding)
        if name in RESULT_PARTS:
            return part_frame(self.score(), name)
        package = self._current()
        with told_as("unknown_name"):
            return table_frame(NamedCells(package), name)

    def to_bytes(self) -> bytes:
        """The file, recalculated where inputs have changed; every byte that need not change is as it was."""
        return self._current().data

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the file, whole or not at all. Errors: Error (file)."""
        content = self.to_bytes()
        with told_as("file"):
            write_file(Path(path), content)

    def to_openpyxl(self) -> object:
        """The file as an openpyxl Workbook, to style a copy of it; warns of what openpyxl loses when it saves."""
        from openpyxl import load_workbook

        warnings.warn(LOSSES, UserWarning, stacklevel=2)
        return load_workbook(BytesIO(self.to_bytes()), keep_vba=self._package.has_macros)

    def _current(self) -> Package:
        if self._pending:
            self.recalculate()
        return self._package

    def _stated(self) -> dict[Place, Value]:
        """What has been filled in, with the score that a reason was written for beside it."""
        known = self._finder.known if self.is_xlperf and self._pending else {}
        return with_reason_scores(self._pending, known, lambda place: self._package.value(*place))

    def _given(self, sheet: str, ref: str) -> Value:
        return self._pending.get((sheet, ref), self._package.value(sheet, ref))

    @cached_property
    def _finder(self) -> Finder:
        with told_as("not_xlperf"):
            return Finder(catalogue(NamedCells(self._package), read_identity(self._package).framework.framework))

    @cached_property
    def _inputs_by_place(self) -> dict[Place, InputCell]:
        return {(i.sheet, i.ref): i for i in self._finder.known.values()} if self.is_xlperf else {}

    def _is_beyond(self, key: str) -> bool:
        with told_as("unknown_name"):
            return self.is_xlperf and self.inputs.is_beyond(key)

    def _place(self, key: str) -> Place:
        if self.is_xlperf and key in self.inputs:
            item = self.inputs.cell(key)
            return item.sheet, item.ref
        names = NamedCells(self._package)
        if names.has(key) and names.area(key)[1].size == 1:
            return names.place(key)
        sheet, mark, ref = key.rpartition("!")
        try:
            if mark:
                return self._package.sheet(sheet.strip("'")).name, reference(*position(ref.replace("$", "").upper()))
        except (UserError, ValueError) as error:
            raise UnknownNameError(f"{key}：没有这个单元格（{error}）。") from None
        if self._is_beyond(key):
            raise UnknownNameError(
                f"{key}：这张表没有这么多行，填不下；用 xlperf.new(指标体系, 值) 新建，会按值留够行。"
            )
        raise UnknownNameError(f"{key}：没有这个填报格、名称或单元格；单元格写成 工作表!A1。")


def _package(source: Source) -> Package:
    if isinstance(source, bytes):
        return open_package(source)
    if not isinstance(source, str | PathLike):
        return open_package(source.read())
    path = Path(source)
    return open_package(path) if needs_conversion(path) is None else open_package(converted(path)[0])


def _shown(value: object) -> str:
    return "" if value is None else str(value)
