"""The formualizer engine: our functions, names, tables, arrays, and what it must refuse by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table

from xlperf.engines import engine_named, recalculate
from xlperf.engines.changes import by_reason
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
    recalculated = recalculate(package, engine="formualizer", functions=stubs or {}, force=True).package
    return {ref: value for (_, ref), value in saved_results(recalculated).items()}


def result(formula: str, stubs: Mapping[str, Stub] | None = None, **more: object) -> Value:
    return results(workbook({"C1": formula, **more}), stubs)["C1"]


def refusal(package: Package, stubs: Mapping[str, Stub] | None = None) -> str:
    model = engine_named("formualizer").load(package, stubs or {})
    model.calculate()
    assert model.unable
    return by_reason(model.unable)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=1/3", 1 / 3),
        ('=A1&"文字"', "文字"),
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
        ("=SEQUENCE(2)", 1.0),
        ("=SUM(表:数据!A1)", 1.0),
        ("=SUM('数据:表'!A1:A2,5)", 8.0),
        ("=_xlfn.FORMULATEXT(C1)", "=FORMULATEXT(C1)"),
        ("=IFERROR(_xlfn.FORMULATEXT(B1),7)", 7.0),
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
    cells: dict[str, object] = {
        "C1": "=SUM(甲)",
        "C2": "=乙",
        "C3": "=SUM(丙)",
        "C4": "=丁",
        "C5": "=SUM(戊)",
        "C6": "=左边",
        "C7": "=己*2",
    }
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
    book = workbook(
        cells | {ref: formula for ref, (formula, _) in formulas.items()}, table="A1:B3", names={"合计": "支出[金额]"}
    )
    assert results(book) == {"C3": 4.0} | {ref: value for ref, (_, value) in formulas.items()}


def test_array_formula_fills_its_area() -> None:
    cells = {"C1": ArrayFormula("C1:C3", "=数据!A1:A3*2"), "C2": 0, "C3": 0}
    book = workbook(cells).patched({("表", "C2"): None, ("表", "C3"): None})
    assert results(book) == {"C1": 2.0, "C2": 4.0, "C3": 6.0}


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=FOO(1)", "引擎不认识函数 FOO：表!C1"),
        ("=IFERROR(FOO1(1),0)", "引擎不认识函数 FOO1：表!C1"),
        ("=_xll.FOO(1)", "引擎不认识函数 FOO：表!C1"),
        ("=[1]Sheet1!A1", "外部工作簿 [1]Sheet1，文件里没有它的值：表!C1"),
        ("='[1]Sheet 1'!A1", "外部工作簿 [1]Sheet 1，文件里没有它的值：表!C1"),
        ("=[1]!名称", "外部工作簿 [1]，文件里没有它的值：表!C1"),
        ("=[1]!FOO(1)", "引擎不认识函数 FOO：表!C1"),
        ("=ABS(表:数据!A1)", "三维引用"),
        ("=SUM(A1:B2 B1:B3)", "交集"),
        ("=SUM((A1,B1))", "并集"),
        ("=没有!A1", "不是本文件的工作表"),
        ("=没有[金额]", "不在文件里"),
        ("=C1+1", "循环引用：表!C1"),
        (f"={'(' * 80}1{')' * 80}", "引擎读不懂公式：表!C1"),
        ("=SUM(1", "引擎读不懂公式：表!C1"),
        ('="得 "&ROUND(-0.001,2)&" 分"', "引擎把 0 写作 -0，Excel 不这样写：表!C1"),
    ],
)
def test_refused_by_name(formula: str, said: str) -> None:
    assert said in refusal(workbook({"C1": formula}))


def test_array_formula_of_another_size() -> None:
    book = workbook({"C1": ArrayFormula("C1:C2", "=数据!A1:A3*2"), "C2": 0}).patched({("表", "C2"): None})
    assert "结果区域是 C1:C3，与文件中的 C1:C2 不同：表!C1" in refusal(book)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=数据!$A$1:$A$3", 2.0),
        ("=数据!A:A*10", 20.0),
        ("=10-数据!$A$1:$A$3", 8.0),
        ('=IF(数据!$A$1:$A$3<>"",数据!$A$1:$A$3+1,0)', 3.0),
        ("=ROUND(数据!A:A,0)", 2.0),
        ('=IF(TRUE,IF(FALSE,"",数据!$A$1:$A$3),0)', 2.0),
        ("=SUM(IF(TRUE,数据!$A$1:$A$3,0))", 6.0),
        ("=1E+307*100", CellError("#NUM!")),
        ("=SUM(数据!$A$1:$A$3*2)", 4.0),
        ("=SUMPRODUCT(数据!$A$1:$A$3*2)", 12.0),
        ("=SUM(数据!$A$1:$A$3)", 6.0),
        ("=甲+1", 3.0),
        ("=VLOOKUP(甲,数据!$A$1:$A$3,1,FALSE)", 2.0),
    ],
)
def test_implicit_intersection(formula: str, expected: Value) -> None:
    book = workbook({"C2": formula}, names={"甲": "数据!$A$1:$A$3"})
    assert results(book) == {"C2": expected}


def test_data_tables_are_refused() -> None:
    assert "模拟运算表" in refusal(workbook({"C1": DataTableFormula("C1:C2", dt2D=False, r1="A1")}))


def test_unable_cells_keep_their_values_when_forced() -> None:
    book = workbook({"C1": "=FOO(1)", "C2": "=C1+1"})
    book = book.patched({("表", "C1"): 5.0, ("表", "C2"): 0.0})
    forced = recalculate(book, functions={}, force=True)
    assert forced.package.value("表", "C1") == 5.0
    assert forced.package.value("表", "C2") == 6.0
    assert any("FOO" in note for note in forced.notes)


def test_cells_that_turn_out_unable_are_held_when_forced() -> None:
    book = workbook(
        {"C1": "=C1+1", "C2": "=IFERROR(C1,0)*2", "D1": ArrayFormula("D1:D2", "=数据!A1:A3*2"), "D2": 0, "D5": "=D2+C2"}
    )
    book = book.patched({("表", ref): value for ref, value in {"C1": 5.0, "D1": 1.0, "D2": 7.0}.items()})
    forced = recalculate(book, functions={}, force=True)
    assert {change.ref: change.new for change in forced.changes} == {"C2": 10.0, "D1": 2.0, "D2": 4.0, "D5": 14.0}
    assert "循环引用：表!C1" in forced.notes[0]


def test_unknown_engine() -> None:
    with pytest.raises(UserError, match="没有名为“x”的计算引擎"):
        engine_named("x")


def test_arguments_that_are_left_out() -> None:
    seen: list[tuple[Argument, ...]] = []
    stubs = functions(PERF_X=lambda *arguments: seen.append(arguments) or 1.0)  # type: ignore[func-returns-value]
    for formula, arguments in [
        ("=PERF_X(,2)", (None, 2.0)),
        ("=PERF_X(1,,3)", (1.0, None, 3.0)),
        ("=PERF_X(1, )", (1.0, None)),
        ("=SUM(PERF_X(,(1+1)),IF(TRUE,1,))", (None, 2.0)),
        ("=PERF_X()", ()),
    ]:
        result(formula, stubs)
        assert seen.pop() == arguments


def test_linked_workbook_gives_its_saved_values() -> None:
    book = workbook({"C1": "=[1]Uses!$A$1*2", "C2": "=[1]!甲", "C3": "=[1]Uses!乙"})
    part = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook><sheetNames>'
        '<sheetName val="Uses"/></sheetNames><definedNames><definedName name="甲" refersTo="=\'Uses\'!$B$2"/>'
        '<definedName name="乙" refersTo="=Uses!$A$1" sheetId="0"/></definedNames><sheetDataSet><sheetData sheetId="0">'
        '<row r="1"><cell r="A1"><v>4</v></cell></row><row r="2"><cell r="B2" t="str"><v>文</v></cell></row></sheetData>'
        "</sheetDataSet></externalBook></externalLink>"
    )
    linked = with_link(book, part)
    recalculated = recalculate(linked, functions={})
    assert {ref: recalculated.package.value("表", ref) for ref in ("C1", "C2", "C3")} == {
        "C1": 8.0,
        "C2": "文",
        "C3": 4.0,
    }
    assert "外部工作簿" in recalculated.notes[0]


def with_link(book: Package, part: str) -> Package:
    """The workbook with a linked one, which openpyxl can't write."""
    stream = io.BytesIO()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(stream, "w") as archive:
        for name in book.parts:
            content = book.part(name)
            if name == "xl/workbook.xml":
                reference = (
                    f'<externalReferences><externalReference xmlns:r="{relation}" r:id="link"/></externalReferences>'
                )
                content = content.replace(b"</sheets>", b"</sheets>" + reference.encode())
            if name == "xl/_rels/workbook.xml.rels":
                added = (
                    f'<Relationship Id="link" Type="{relation}/externalLink" Target="/xl/link.xml"/></Relationships>'
                )
                content = content.replace(b"</Relationships>", added.encode())
            archive.writestr(name, content)
        archive.writestr("xl/link.xml", part)
    return open_package(stream.getvalue())


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('=SUMIFS(B1:B3,A1:A3,"甲")', "SUMIFS 的求和区域里 表!B2 是错误值，请先改正：表!C1"),
        ('=SUMIF(A1:A3,"甲",B:B)', "SUMIF 的求和区域里 表!B2 是错误值，请先改正：表!C1"),
        ('=IFERROR(AVERAGEIFS(表!$B$1:$B$3,A1:A3,"甲"),0)', "AVERAGEIFS"),
    ],
)
def test_conditional_sums_over_errors_are_refused(formula: str, said: str) -> None:
    cells = {"A1": "甲", "A2": "甲", "B1": 1, "B3": 2, "C1": formula}
    assert said in refusal(workbook({**cells, "B2": "=1/0"}))
    assert said in refusal(workbook({**cells, "B2": "#N/A"}))
    assert results(workbook({**cells, "B2": 5}))["C1"] in (6.0, 3.0)
    assert results(workbook({**cells, "A2": "乙", "B2": "#N/A"}))["C1"] == 1.0


def test_names_that_were_met_before_are_told_from_sheets_and_text() -> None:
    names = {"甲": "数据!$A$2", "RATE": "数据!$A$3"}
    cells = {"C1": "=甲+RATE", "C2": "=甲*2+RATE", "C3": '=甲&"甲"', "C4": "=数据!甲+甲", "C5": "=LEN(甲)+甲甲"}
    expected = {"C1": 5.0, "C2": 7.0, "C3": "2甲", "C4": 4.0, "C5": CellError("#NAME?")}
    assert results(workbook(cells, names=names)) == expected
