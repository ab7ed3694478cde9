"""The formualizer engine: our functions, names, tables, arrays, and what it must refuse by name."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table

from xlperf.engines import engine_named, recalculate
from xlperf.engines.recalculation import saved_results
from xlperf.errors import CellError, UserError
from xlperf.package import Package, open_package
from xlperf.values import Grid, Value

Argument = Value | Grid


@dataclass(frozen=True)
class Stub:
    """A worksheet function as the registry offers it."""

    name: str
    implementation: Callable[..., Argument]
    minimum_arguments: int = 0
    maximum_arguments: int | None = None

    def call(self, arguments: Sequence[Argument], /) -> Argument:
        return self.implementation(*arguments)


def functions(**implementations: Callable[..., Argument]) -> dict[str, Stub]:
    return {name: Stub(name, implementation) for name, implementation in implementations.items()}


def workbook(cells: Mapping[str, object], *, names: Mapping[str, str] | None = None, table: str = "") -> Package:
    """A workbook as openpyxl writes it: sheet 表 with these cells, sheet 数据 with 1, 2, 3 in A1:A3."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    for ref, value in cells.items():
        sheet[ref] = value
    for row in (1, 2, 3):
        book.create_sheet("数据").cell(row, 1, row) if row == 1 else book["数据"].cell(row, 1, row)
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    if table:
        sheet.add_table(Table(displayName="支出", ref=table))
    stream = io.BytesIO()
    book.save(stream)
    return open_package(stream.getvalue())


def results(package: Package, stubs: Mapping[str, Stub] | None = None) -> dict[str, Value]:
    recalculated = recalculate(package, functions=stubs or {}).package
    return {ref: value for (_, ref), value in saved_results(recalculated).items()}


def result(formula: str, stubs: Mapping[str, Stub] | None = None, **more: object) -> Value:
    return results(workbook({"C1": formula, **more}), stubs)["C1"]


def refusal(package: Package, stubs: Mapping[str, Stub] | None = None) -> str:
    with pytest.raises(UserError) as caught:
        recalculate(package, functions=stubs or {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=1/3", 1 / 3),
        ("=A1&\"文字\"", "文字"),
        ('=IF(TRUE,"")', ""),
        ("=1=1", True),
        ("=A9", 0.0),
        ("=DATE(2024,1,1)+1", 45293.0),
        ("=NA()", CellError("#N/A")),
        ("=1/0", CellError("#DIV/0!")),
        ("=SQRT(-1)", CellError("#NUM!")),
        ('=VALUE("甲")', CellError("#VALUE!")),
        ("=没有这个名称", CellError("#NAME?")),
        ("=IFERROR(没有这个名称,7)", 7.0),
        ("=#REF!A1", CellError("#REF!")),
        ("=数据!#REF!", CellError("#REF!")),
        ("=SUM(数据!A1:A3)", 6.0),
        ("=SUM('数据'!A:A)", 6.0),
        ("=_xlfn.IFNA(NA(),3)", 3.0),
        ("=_xlfn.LET(_xlpm.甲,2,_xlpm.甲*3)", 6.0),
        ("=SHEET()+SHEETS()", 3.0),
        ("=ROUND(1.1449999999999998,2)", 1.15),
        ('=SUMIFS(数据!A1:A3,数据!A1:A3,">1")', 5.0),
        ("=FREQUENCY(数据!A1:A3,3)", 3.0),
        ("=数据!A2+$Z$1:$Z$1", 2.0),
    ],
)
def test_formulas(formula: str, expected: Value) -> None:
    assert result(formula) == expected


@pytest.mark.parametrize("name", ["PERF_X", "perf_x", "_xll.PERF_X", "_xldudf_PERF_X", "[1]!PERF_X", "_xlfn.PERF_X"])
def test_stored_names_of_our_functions(name: str) -> None:
    assert result(f"={name}(2)", functions(PERF_X=lambda number: number * 2)) == 4.0


def test_arguments_and_results_of_our_functions() -> None:
    seen: list[tuple[Argument, ...]] = []

    def note(*arguments: Argument) -> Argument:
        seen.append(arguments)
        return arguments[0]

    stubs = functions(PERF_X=note)
    assert result("=PERF_X(A1:B2)", stubs, A1=1, B1="二", A2=True) == 1.0
    assert seen.pop() == ([[1.0, "二"], [True, None]],)
    for formula, argument, value in [
        ("=PERF_X(A1)", None, 0.0),
        ("=PERF_X(NA())", CellError("#N/A"), CellError("#N/A")),
        ("=PERF_X(DATE(2024,1,1))", 45292.0, 45292.0),
        ('=PERF_X("")', "", ""),
        ("=PERF_X(1=2)", False, False),
    ]:
        assert result(formula, stubs) == value
        assert seen.pop() == (argument,)


@pytest.mark.parametrize(("returned", "expected"), [(7, 7.0), (None, 0.0), (CellError("#NUM!"), CellError("#NUM!"))])
def test_returned_values(returned: Value, expected: Value) -> None:
    assert result("=PERF_X()", functions(PERF_X=lambda: returned)) == expected
    assert result("=SUM(PERF_X())", functions(PERF_X=lambda: [[1, 2], [3, 4]])) == 10.0


def test_defined_names() -> None:
    names = {
        "甲": "数据!$A$1:$A$3",
        "乙": "SUM(甲)*2",
        "丙": "OFFSET(数据!$A$1,0,0,COUNTA(数据!$A:$A),1)",
        "丁": "0.5",
        "戊": "{1,2,3}",
        "左边": "表!XFD1",
        "己": "10+1",
    }
    cells = {"C1": "=SUM(甲)", "C2": "=乙", "C3": "=SUM(丙)", "C4": "=丁", "C5": "=SUM(戊)", "C6": "=左边", "C7": "=己*2"}
    cells |= {"B6": 42, "C8": '=IF(A1="甲",1,2)'}
    expected = {"C1": 6.0, "C2": 12.0, "C3": 6.0, "C4": 0.5, "C5": 6.0, "C6": 42.0, "C7": 22.0, "C8": 2.0}
    assert results(workbook(cells, names=names)) == expected


def test_structured_references() -> None:
    cells = {"A1": "科目", "B1": "金额", "A2": "甲", "B2": 1, "A3": "乙", "B3": 2, "C3": "=B3*2"}
    formulas = {
        "E1": ("=SUM(支出[金额])", 3.0),
        "E2": ("=支出[[#This Row],[金额]]", 1.0),
        "E3": ("=SUM(支出[[#All],[科目]:[金额]])", 3.0),
        "E4": ("=支出[[#Headers],[金额]]", "金额"),
        "E5": ("=ROWS(支出)", 2.0),
        "E6": ("=支出[[#Totals],[金额]]", CellError("#REF!")),
        "E7": ('="支出[金额]"', "支出[金额]"),
        "E8": ("=SUM(合计)", 3.0),
    }
    book = workbook(cells | {ref: formula for ref, (formula, _) in formulas.items()}, table="A1:B3", names={"合计": "支出[金额]"})
    assert results(book) == {"C3": 4.0} | {ref: value for ref, (_, value) in formulas.items()}


def test_array_formula_fills_its_area() -> None:
    cells = {"C1": ArrayFormula("C1:C3", "=数据!A1:A3*2"), "C2": 0, "C3": 0}
    book = workbook(cells)
    assert results(book) == {"C1": 2.0, "C2": 4.0, "C3": 6.0}


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=FOO(1)", "引擎不认识函数 FOO：表!C1"),
        ("=IFERROR(FOO1(1),0)", "引擎不认识函数 FOO1：表!C1"),
        ("=_xll.FOO(1)", "引擎不认识函数 FOO：表!C1"),
        ("=[1]Sheet1!A1", "外部工作簿：表!C1"),
        ("='[1]Sheet 1'!A1", "外部工作簿：表!C1"),
        ("=[1]!FOO(1)", "外部工作簿：表!C1"),
        ("=SUM(表:数据!A1)", "三维引用"),
        ("=SUM('表:数据'!A1)", "三维引用"),
        ("=SUM(A1:B2 B1:B3)", "交集"),
        ("=SUM((A1,B1))", "并集"),
        ("=没有!A1", "不是本文件的工作表"),
        ("=没有[金额]", "不在文件里"),
        ("=C1+1", "循环引用：表!C1"),
        ("=SEQUENCE(2)", "结果是一个区域：表!C1"),
    ],
)
def test_refused_by_name(formula: str, said: str) -> None:
    assert said in refusal(workbook({"C1": formula}))


def test_data_tables_are_refused() -> None:
    assert "模拟运算表" in refusal(workbook({"C1": DataTableFormula("C1:C2", dt2D=False, r1="A1")}))


def test_unable_cells_keep_their_values_when_forced() -> None:
    book = workbook({"C1": "=FOO(1)", "C2": "=C1+1"})
    book = book.patched({("表", "C1"): 5.0, ("表", "C2"): 0.0})
    forced = recalculate(book, functions={}, force=True)
    assert forced.package.value("表", "C1") == 5.0
    assert forced.package.value("表", "C2") == 6.0
    assert "FOO" in forced.notes[0]


def test_unknown_engine() -> None:
    with pytest.raises(UserError, match="没有名为“x”的计算引擎"):
        engine_named("x")
