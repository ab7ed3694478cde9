"""What is seldom found in workbooks of others is refused by name, or right; with saved values it comes back whole."""

from __future__ import annotations

import inspect
import re
from functools import cache

import pytest
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from tests.engines.foreign_workbooks import SHEET, workbook
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.library.function_table import AREAS, SCALARS
from xlperf.engines.foreign import UnwitnessedError
from xlperf.engines.recalculation import Recalculation, recalculate
from xlperf.engines.verification import verify
from xlperf.errors import CellError, UserError
from xlperf.package import Package
from xlperf.package.cells import LACKING
from xlperf.values import Value

PART, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
NUMBERS = {"A1": 3, "A2": 1, "A3": 2}
# Where a value stands it is right; None: it is named, with the words that follow. Both: right where IronCalc vouches for it.
RARE: list[tuple[str, Value, str]] = [
    ("SUM(A1:OFFSET(A1,2,0))", 6.0, ""), ("SUM(A1:INDEX(A1:A3,2))", None, "INDEX"), ('SUM(A1:INDIRECT("A3"))', 6.0, "INDIRECT"),
    ('GETPIVOTDATA("金额",A1)', None, "GETPIVOTDATA"), *((f'{name}("连接","[年]")', None, name) for name in ("CUBEVALUE", "CUBEMEMBER", "CUBESET")),
    ('CUBERANKEDMEMBER("连接","[年]",1)', None, "CUBERANKEDMEMBER"), ("CUBESETCOUNT(A1)", None, "CUBESETCOUNT"), ('CUBEKPIMEMBER("a","b",1)', None, "CUBEKPIMEMBER"),
    ("VDB(2400,300,10,0,1)", None, "VDB"), ("MMULT(A1:A2,A1:A2)", None, "MMULT"), ("MDETERM({1,2;3,4})", None, "MDETERM"), ("SUM(MINVERSE({1,2;3,4}))", None, "MINVERSE"),
    *((f"COUP{name}(45000,46000,2)", None, f"COUP{name}") for name in ("DAYBS", "DAYS", "DAYSNC", "NCD", "NUM", "PCD")),
    ("PRICE(45000,46000,0.05,0.06,100,2)", None, "PRICE"), ("YIELD(45000,46000,0.05,96,100,2)", None, "YIELD"), ("DURATION(45000,46000,0.05,0.06,2)", None, "DURATION"), ("XIRR({-1,2},{45000,46000})", None, "XIRR"),
    ("_xlfn.LAMBDA(_xlpm.x,_xlpm.x)(1)", None, "LAMBDA|运算"), ("_xlfn.ANCHORARRAY(A1)", None, "ANCHORARRAY"), ('DISPIMG("ID_1",1)', None, "DISPIMG"), ('_xlfn.IMAGE("x")', None, "IMAGE"),
    ('RTD("a",,"b")', None, "RTD"), ('WEBSERVICE("http://x")', None, "WEBSERVICE"), ("LINEST(A1:A3)", None, "LINEST"), ("MAX(FREQUENCY(A1:A3,2))", 2.0, "FREQUENCY|MAX"), ("ABS(表:表!A1)", None, "三维引用"),
]  # fmt: skip
FIRST = 10


def rare_cells() -> dict[str, object]:
    return {**NUMBERS, **{f"F{number}": f"={formula}" for number, (formula, _, _) in enumerate(RARE, FIRST)}}


@cache
def blank() -> tuple[Recalculation, UnwitnessedError]:
    """What comes of all of them without saved values: by force, and refused."""
    book = workbook(rare_cells())
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(book, functions={})
    return recalculate(book, functions={}, force=True), refused.value


@pytest.mark.parametrize("number", range(len(RARE)), ids=[formula for formula, _, _ in RARE])
def test_right_or_named(number: int) -> None:
    forced, refused = blank()
    place = SHEET, f"F{FIRST + number}"
    _, right, words = RARE[number]
    if right is None or (words and place in refused.witnesses.unwitnessed):
        assert re.search(words, refused.witnesses.unwitnessed[place])
    else:
        assert place not in refused.witnesses.unwitnessed
        assert forced.package.value(*place) == right


def test_with_saved_values_all_comes_back_whole() -> None:
    saved: dict[str, Value] = {f"F{number}": 12.5 for number in range(FIRST, FIRST + len(RARE))}
    saved |= {f"F{number}": right for number, (_, right, _) in enumerate(RARE, FIRST) if right is not None}
    book = workbook({**rare_cells(), "G1": "=A2*4"}, {**saved, "G1": 4.0})
    result = recalculate(book, functions={})
    assert result.data is book.data
    assert {ref for _, ref in result.kept} == {f"F{n}" for n, (_, right, _) in enumerate(RARE, FIRST) if right is None}
    # A changed cell goes where nothing of that kind hangs on it, and is refused where something does.
    alone = workbook({"A1": 2, "B1": "=VDB(2400,300,10,0,A1)", "A2": 5, "B2": "=A2*2"}, {"B1": 480.0, "B2": 10.0})
    assert recalculate(alone, inputs={(SHEET, "A2"): 6}, functions={}).package.value(SHEET, "B2") == 12.0
    with pytest.raises(UserError, match=r"表!B1 既随改动的 表!A1 变化.*VDB"):
        recalculate(alone, inputs={(SHEET, "A1"): 1}, functions={})


def spilled(formula: str, values: tuple[float, float, float]) -> Package:
    """A formula as Excel 365 saves one whose result fills C1:C3, and one that adds them up."""
    book = workbook({**NUMBERS, "C1": f"={formula}", "C2": 0, "C3": 0, "D1": "=SUM(C1:C3)"}, {"C1": values[0]})
    part = re.sub(rb'(<c r="C1"[^>]*)><f>', rb'\1 cm="1"><f t="array" ref="C1:C3">', book.part(PART))
    for row in (2, 3):
        part = re.sub(rb'(<c r="C%d"[^>]*>)<v>0</v>' % row, rb"\g<1><v>%d</v>" % values[row - 1], part)
    return book.with_parts({PART: part}).patched({(SHEET, "D1"): sum(values)})


@pytest.mark.parametrize(
    ("formula", "values", "is_right"),
    [
        ("A1:A3*2", (6.0, 2.0, 4.0), True),
        ("IF(A1:A3>1,A1:A3,{7;8;9})", (3.0, 8.0, 2.0), True),
        ("A1:A3*{2;4;8}", (6.0, 4.0, 16.0), True),
        ("_xlfn._xlws.SORT(A1:A3)", (1.0, 2.0, 3.0), False),
        ("_xlfn.SEQUENCE(3)", (1.0, 2.0, 3.0), False),
    ],
)
def test_results_that_spill(formula: str, values: tuple[float, float, float], is_right: bool) -> None:
    book = spilled(formula, values)
    assert book.part(PART).count(b't="array"') == 1
    assert ((SHEET, "C1") not in CompiledEngine().load(book, {}).unable) is is_right
    whole = recalculate(book, functions={})
    assert whole.data is book.data
    blank = book.patched(dict.fromkeys(book.saved_results))
    if is_right:
        assert recalculate(blank, functions={}).package.saved_results == book.saved_results
    else:
        with pytest.raises(UnwitnessedError, match="表!C1"):
            recalculate(blank, functions={})
    # What spills otherwise than it was saved keeps its values, and is said.
    stale = recalculate(spilled(formula, (7.0, 8.0, 9.0)), functions={})
    assert (stale.changes, list(stale.kept)) == ((), [(SHEET, "C1")])


@pytest.mark.parametrize("formula", ["A1:A2*2", "A1:B3*2", "SUM(A1:A3)", "1/0", "A1:A3*{1,2}"])
def test_a_result_of_another_size_than_the_file_has_is_named(formula: str) -> None:
    book = spilled(formula, (6.0, 2.0, 4.0))
    blank = book.patched(dict.fromkeys(book.saved_results))
    model = CompiledEngine().load(blank, {})
    assert (SHEET, "C1") not in model.calculate()
    assert re.search(r"结果展开成 \d+ 行 \d+ 列，文件中是 3 行 1 列|运算", model.unable[SHEET, "C1"])
    with pytest.raises(UnwitnessedError, match="表!C1"):
        recalculate(blank, functions={})


def test_the_other_dates() -> None:
    book = workbook({"A1": 44000, "C1": "=YEAR(A1)", "C2": "=A1+1"})
    part = re.sub(rb"<workbookPr\s*/>", b'<workbookPr date1904="1"/>', book.part("xl/workbook.xml"))
    other = book.with_parts({"xl/workbook.xml": part})
    assert other.date1904
    with pytest.raises(UnwitnessedError, match="表!C1"):
        recalculate(other, functions={})
    saved = other.patched({(SHEET, "C1"): 2024.0, (SHEET, "C2"): 44001.0})
    result = recalculate(saved, functions={})
    assert result.data is saved.data


DATES = {"A1": 44000, "A2": 44100, "B1": "2024-6-19"}
IN_BOTH = {"SUM(A1:A2)": 88100.0, "A1+1": 44001.0, "ROUND(A1/3,-1)": 14670.0, 'IF(A2>A1,A1&"",0)': "44000"}
IN_ONE = (
    "DAY(A1)", "MONTH(A1)", "DATE(2024,1,5)", 'DATEVALUE("2024-1-5")', "EDATE(A1,1)", "EOMONTH(A1,0)", "YEARFRAC(A1,A2,1)", "B1+1", "ROUND(B1,0)",
    'SUMIF(A1:A2,">=2024-6-19")', 'COUNTIF(A1:A2,">2024-6-18")', "COUNTIF(A1:B1,44000)", "SUMPRODUCT(A1:B1*1)", 'TEXT(A1,"yyyy-m-d")', "WEEKDAY(A1)",
)  # fmt: skip


def test_in_the_other_date_system_only_what_has_no_dates_is_vouched_for() -> None:
    formulas = [*IN_BOTH, *IN_ONE]
    book = workbook({**DATES, **{f"F{number}": f"={text}" for number, text in enumerate(formulas, 1)}})
    part = re.sub(rb"<workbookPr\s*/>", b'<workbookPr date1904="1"/>', book.part("xl/workbook.xml"))
    other = book.with_parts({"xl/workbook.xml": part})
    with pytest.raises(UnwitnessedError, match="1904 日期系统") as refused:
        recalculate(other, functions={})
    assert refused.value.witnesses.unwitnessed.keys() == {
        (SHEET, f"F{len(IN_BOTH) + number}") for number in range(1, len(IN_ONE) + 1)
    }
    forced = recalculate(other, functions={}, force=True).package
    assert [forced.value(SHEET, f"F{number}") for number in range(1, len(IN_BOTH) + 1)] == list(IN_BOTH.values())


@pytest.mark.parametrize("formula", ['"3/5"+0', 'A1<"乙"', 'COUNTIF(A1:A2,">乙")', "QUOTIENT(0.3,0.1)", "SIN(PI())"])
def test_what_is_uncertain_is_asked_of_no_other_engine(formula: str) -> None:
    """Formualizer has a value and a clean record for each."""
    cells = {"A1": "甲", "A2": "丙", "B1": f"={formula}", "C1": "=B1", "D1": "=1+1"}
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(workbook(cells), functions={})
    why = refused.value.witnesses.unwitnessed
    assert why.keys() == {(SHEET, "B1"), (SHEET, "C1")}
    assert re.search("随|不能确定", why[SHEET, "B1"])
    saved = workbook(cells, {"B1": 1.0, "C1": 1.0, "D1": 2.0})
    result = recalculate(saved, functions={})
    assert (result.data is saved.data, set(result.kept)) == (True, {(SHEET, "B1")})


@pytest.mark.parametrize("formula", ['"3/5"+0', 'A1<"乙"', 'COUNTIF(A1:A2,">乙")', 'SUMIF(A1:A2,"<"&A3,A3)'])
def test_an_engine_that_is_asked_alone_is_not_trusted_with_what_is_uncertain(formula: str) -> None:
    cells = {"A1": "甲", "A2": "丙", "A3": 4, "B1": f"={formula}", "D1": "=A3+1"}
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(workbook(cells), inputs={(SHEET, "A3"): "丁"}, functions={}, engine="formualizer")
    why = refused.value.witnesses.unwitnessed
    assert re.search("随", why[SHEET, "B1"])
    saved = workbook(cells, {"B1": 1.0, "D1": 5.0})
    assert recalculate(saved, functions={}, engine="formualizer").data is saved.data


@pytest.mark.parametrize("engine", ["auto", "formualizer"])
def test_circles_that_are_gone_round_are_vouched_for_only_where_one_more_round_changes_nothing(engine: str) -> None:
    endless = {"B1": "=C1+1", "C1": "=B1*0.5", "D1": "=B1&1"}
    settled = {"A1": 100, "B2": "=ROUND(C2*0.1,0)", "C2": "=A1+500-B2", "D2": "=A1*2"}
    with pytest.raises(UnwitnessedError, match="循环引用的迭代结果") as refused:
        recalculate(turning({**settled, **endless}), functions={}, engine=engine)
    assert refused.value.witnesses.unwitnessed.keys() == {(SHEET, ref) for ref in endless}
    found = recalculate(turning(settled), functions={}, engine=engine).package
    assert [found.value(SHEET, ref) for ref in ("B2", "C2", "D2")] == [55.0, 545.0, 200.0]
    changed = recalculate(found, inputs={(SHEET, "A1"): 200}, functions={}, engine=engine).package
    assert [changed.value(SHEET, ref) for ref in ("B2", "C2", "D2")] == [64.0, 636.0, 400.0]


def turning(cells: dict[str, object]) -> Package:
    """A workbook whose circles are gone round."""
    book = workbook(cells)
    found = book.with_parts({BOOK: re.sub(rb"<calcPr ", b'<calcPr iterate="1" ', book.part(BOOK))})
    assert found.calculation.is_iterative
    return found


@pytest.mark.parametrize(("code", "number"), [("#SPILL!", 9.0), ("#CALC!", 14.0), ("#FIELD!", 13.0)])
def test_constants_that_are_errors_of_newer_programs(code: str, number: float) -> None:
    formulas = {"B1": "=A2*3", "B2": "=IFERROR(A1,5)", "B3": "=A1+1", "B4": "=ERROR.TYPE(A1)", "B5": "=ISERR(A1)"}
    saved: dict[str, Value] = {"B1": 6.0, "B2": 5.0, "B3": CellError(code), "B4": number, "B5": True}
    book = workbook({"A1": "错", "A2": 2, **formulas, "B6": "=VDB(A1,1,1,1,1)"}, {**saved, "B6": CellError(code)})
    part = re.sub(rb'<c r="A1"[^>]*>.*?</c>', b'<c r="A1" t="e"><v>%s</v></c>' % code.encode(), book.part(PART))
    odd = book.with_parts({PART: part})
    assert odd.value(SHEET, "A1") == CellError(code)
    result = recalculate(odd, functions={})
    assert result.data is odd.data
    assert set(result.kept) == {(SHEET, "B6")}
    assert recalculate(odd, inputs={(SHEET, "A2"): 4}, functions={}).package.value(SHEET, "B1") == 12.0


def test_a_data_table() -> None:
    table = DataTableFormula("C1:C2", dt2D=False, r1="A1")
    book = workbook({"A1": 2, "B1": "=A1*2", "C1": table}, {"B1": 4.0, "C1": 9.0})
    result = recalculate(book, functions={})
    assert result.data is book.data
    assert "模拟运算表" in result.kept[SHEET, "C1"]
    with pytest.raises(UserError, match="模拟运算表"):
        recalculate(workbook({"A1": 2, "B1": "=A1*2", "C1": table}), functions={})


def test_cells_that_an_array_formula_fills_but_the_file_does_not_hold_are_named() -> None:
    """As openpyxl writes array formulas: nothing but the cell with the formula."""
    book = workbook({**NUMBERS, "C1": ArrayFormula("C1:D3", "=A1:A3*{1,2}"), "F1": "=A1*2"})
    assert (SHEET, "C2") not in book.saved_results
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(book, functions={})
    assert refused.value.witnesses.unwitnessed == {(SHEET, "C1"): LACKING}
    forced = recalculate(book, functions={}, force=True)
    assert {change.ref: change.new for change in forced.changes} == {"F1": 6.0}
    assert verify(book, ("compiled", "formualizer")).engines[1:] == ("compiled", "formualizer")


@pytest.mark.parametrize(
    ("area", "formula"), [("C1:D3", "=C3+1"), ("C1:D3", "=D2"), ("C1:C20000", "=B9+1"), ("C1:E2", "=SUM(E1:F9)")]
)
def test_what_reads_cells_that_the_file_does_not_hold_is_named_too(area: str, formula: str) -> None:
    """They look blank, and are not: a number out of nothing would be wrong."""
    book = workbook({**NUMBERS, "C1": ArrayFormula(area, "=A1:A3*{1,2,3}"), "J1": formula, "J2": "=J1*2"})
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(book, functions={})
    assert {"C1", "J1", "J2"} <= {ref for _, ref in refused.value.witnesses.unwitnessed}


def test_cell_without_a_reference_is_named() -> None:
    with pytest.raises(UnwitnessedError, match="CELL"):
        recalculate(workbook({"A1": '=CELL("filename")', "B1": "=1+1"}), functions={})


def test_differences_of_functions_that_ask_for_places_are_told() -> None:
    """verify says something of each differing cell, whatever its formula refers to."""
    book = workbook(
        {"A1": 4, "B1": '=INDIRECT("R1C1",FALSE)', "B2": "=SUM(OFFSET(A1,0,0,1,1))"}, {"B1": 5.0, "B2": 7.0}
    )
    found = verify(book, ("compiled", "formualizer"))
    assert {one.ref for one in found.differences} == {"B1", "B2"}


@pytest.mark.parametrize("name", sorted({**SCALARS, **AREAS}))
def test_every_function_takes_as_many_arguments_as_the_table_says(name: str) -> None:
    function = {**SCALARS, **AREAS}[name]
    least, most = function.facts.least, function.facts.most
    for count in range(least + (name == "CELL"), (least + 4 if most is None else most) + 1):
        inspect.signature(function.call).bind(*[None] * count)


@pytest.mark.parametrize("engine", ["auto", "compiled", "formualizer"])
@pytest.mark.parametrize("area", ["A8:A6", "A5:A8", "A9:A10", "B8:B9", "A8:B7"])
def test_an_array_formula_that_says_to_fill_other_cells_keeps_what_it_shows(area: str, engine: str) -> None:
    """No program writes such; its area has nothing but its own cell, or not even that, in common with what it could fill."""
    zeros = dict.fromkeys(("A5", "A6", "A7", "A9", "A10", "B7", "B8", "B9"), 0)
    book = workbook({**NUMBERS, **zeros, "A8": "=A1:A3*2", "D1": "=SUM(A1:A8)"}, {"A8": 6.0, "D1": 12.0})
    content = book.part(PART).replace(b"<f>A1:A3*2</f>", b'<f t="array" ref="%s">A1:A3*2</f>' % area.encode())
    mangled = book.with_parts({PART: content})
    forced = recalculate(mangled, engine=engine, functions={}, force=True)
    assert (SHEET, "A8") not in {(change.sheet, change.ref) for change in forced.changes}
    assert any("A8" in note for note in forced.notes)
    with pytest.raises(UserError, match="表!A8"):
        recalculate(mangled, engine=engine, functions={}, trusted=True)
