"""What foreign workbooks do that our own don't: hidden rows, months on sheets, codes and dates as texts, odd names."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.protocol import Engine
from xlperf.errors import CellError
from xlperf.package import Package, open_package, same_value
from xlperf.values import Value

NA, DIV0, VALUE, NUM, REF = (CellError(code) for code in ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!"))
# A1:A4 codes as texts, B1:B4 1 2 4 8, C1 2, C2 blank, D1 a text; the sheets 一月 to 三月 have 10, 20, 40 in B2.
CELLS: Mapping[str, object] = {
    "A1": "0301", "A2": "301", "A3": "甲", "A4": "乙", "B1": 1, "B2": 2, "B3": 4, "B4": 8, "C1": 2, "D1": "无",
}  # fmt: skip


def package(formulas: Mapping[str, object], *, hidden: tuple[int, ...] = (), title: str = "汇总") -> Package:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for ref, value in {**CELLS, **formulas}.items():
        sheet[ref] = value
        if isinstance(value, ArrayFormula):
            # As Excel does it; openpyxl by itself writes no cell but the first, into the others nothing can be written.
            for row in sheet[value.ref] if ":" in value.ref else ():
                for cell in row:
                    cell.number_format = "0.0"
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    for number, month in enumerate(("一月", "二月", "三月")):
        book.create_sheet(month)["B2"] = 10 * 2**number
    book.defined_names["金额"] = DefinedName("金额", attr_text=f"'{title}'!$B$1:$B$4")
    stream = io.BytesIO()
    book.save(stream)
    return open_package(stream.getvalue())


def found(book: Package, engine: Engine | None = None) -> tuple[dict[str, Value], dict[str, str]]:
    """The values, and the reasons of what is refused, by cell."""
    model = (engine or CompiledEngine()).load(book, {})
    results = model.calculate()
    return {ref: value for (_, ref), value in results.items()}, {ref: why for (_, ref), why in model.unable.items()}


FORMULAS: list[tuple[str, Value]] = [
    # Months on sheets.
    ("SUM(一月:三月!B2)", 70.0), ("AVERAGE('一月:二月'!B2)", 15.0), ("SUM(三月:一月!B2,B1)", 71.0),
    ('INDIRECT("二月!B2")', 20.0), ('INDIRECT("\'二月\'!B"&C1)', 20.0), ('INDIRECT("四月!B2")', REF), ('INDIRECT("")', REF),
    ('SUMPRODUCT(SUMIF(INDIRECT({"一","二","三"}&"月!B:B"),">15"))', 60.0), ('SUM(INDIRECT("金额"))', 15.0),
    ('INDIRECT("R1C2",FALSE)', 1.0), ('SUM(INDIRECT("R1C2:R4C[-4]",FALSE))', 15.0), ('ROW(INDIRECT("A7"))', 7.0), ('SUM(INDIRECT("B1:B4"),1)', 16.0),
    ('SUM(INDIRECT("C2",FALSE))', 15.0), ('SUM(INDIRECT("C[-4]:C2",FALSE))', 15.0), ('COUNTIF(INDIRECT("c1",FALSE),"甲")', 1.0), ('ROW(INDIRECT("R7",FALSE))', 7.0),
    # Which text comes first, where it is certain.
    ('"a1"<"甲"', True), ('"预算表">"预算"', True), ('"0301"<"031"', True), ('"9"<"A"', True), ('"A b"<"ab"', True), ('"#N/A"<"brown"', True), ('"甲1"<"甲乙"', True), ('COUNTIF(A1:A4,">z")', 2.0), ('MATCH("9",A1:A2)', 2.0),
    # References handed on.
    ("MAX(B1,CHOOSE(C1,B2,12.5))", 12.5), ("MAX(B4,CHOOSE(C1,12.5,D1))", 8.0), ("MAX(B1,CHOOSE(C1,12.5,D1))", 1.0), ("SUM(CHOOSE(C1,B1,B2:B4))", 14.0), ("MAX(B1,CHOOSE(9,B2,3))", VALUE),
    ('VLOOKUP("乙",CHOOSE({1,2},A1:A4,B1:B4),2,0)', 8.0), ("SUM(OFFSET(A1,1,1,3,1))", 14.0), ("OFFSET(B4,-3,0)", 1.0), ("OFFSET(A1,-1,0)", REF),
    ("SUM(OFFSET(B4,0,0,-2))", 12.0), ("COUNTIF(OFFSET(A1,0,0,C1,1),301)", 2.0), ("SUM(OFFSET(INDIRECT(\"B1\"),1,0,2,1))", 6.0),
    # Arrays.
    ("SUM(LARGE(B1:B4,{1,2}))", 12.0), ('SUM(SUMIF(A1:A4,{"甲","乙"},B1:B4))', 12.0), ('SUM(COUNTIFS(A1:A4,{"甲","丙"}))', 1.0),
    ("SUM(INDEX(B1:B4,N(IF({1},{1,4}))))", 9.0), ("AGGREGATE(15,6,B1:B4/(B1:B4>2),1)", 4.0), ("AGGREGATE(9,6,B1:B4)", 15.0), ("INDEX(ROW(A1:A4),3)", 3.0),
    ('SUM(VLOOKUP(T(IF({1},{"甲","乙"})),A1:B4,2,0))', 12.0), ("SUMPRODUCT(N(OFFSET(B1,{0,2},0)))", 5.0), ("SUMPRODUCT(LEN(T(OFFSET(A1,{0,2},0))))", 5.0), ('SUMPRODUCT(LEN(T({"甲","乙丙",5})))', 3.0),
    # A range where one value is wanted: the cell beside the formula, of which there is none or a blank one.
    ("ABS(B1:B4)", VALUE), ("7+ABS($G$1:$G$999)", 7.0), ("IF(B1:B4>1,1,2)", VALUE),
    # Codes: numbers to a criterion, texts to MATCH; only the first 15 digits are read.
    ('COUNTIF(A1:A4,"301")', 2.0), ('COUNTIF(A1:A4,"<>301")', 4.0), ("SUMIF(A1:A4,A2,B1:B4)", 3.0), ("MATCH(A2,A1:A4,0)", 2.0), ('MATCH("301*",A1:A4,0)', 2.0),
    ('VALUE("123456789012345678")-123456789012345000', 0.0), ("IFERROR(MATCH(1/0,A1:A4,0),7)", 7.0), ("VLOOKUP(1/0,A1:B4,2,0)", DIV0), ("MATCH(NA(),A1:A4,0)", NA),
    # Texts that say numbers.
    ('"2024/1/5"+0', 45296.0), ('"￥1,200.50"*1', 1200.5), ('--"12%"', 0.12), ('"1,200"+0', 1200.0), ('VALUE("(5)")', -5.0), ('VALUE("1 1/2")', 1.5), ('VALUE("5-Jan-2024")', 45296.0),
    ('DATEVALUE("2024年2月30日")', VALUE), ('DATEVALUE("1900-02-29")', 60.0), ('VALUE("12:30")*48', 25.0), ('TIMEVALUE("下午3时30分")*24', 15.5), ('DATEVALUE("5")', VALUE), ("VALUE(TRUE)", VALUE), ('"--5"+0', VALUE),
    # The edges of the calendar.
    ("DAY(60)", 29.0), ("MONTH(0)", 1.0), ("DAY(0)", 0.0), ("YEAR(-1)", NUM), ("DATE(10000,1,1)", NUM), ("DATE(1900,2,29)", 60.0), ("EDATE(31,1)", 60.0), ("EDATE(0,1)", 31.0), ("MROUND(,2)", NA), ("EOMONTH(1,1)", 60.0), ("EDATE(1,-1)", NUM),
    ("WEEKDAY(1)", 1.0), ("EDATE(DATE(2024,1,31),1)", 45351.0), ("EDATE(TRUE,1)", VALUE), ('DATEDIF("2020-2-29","2021-2-28","Y")', 0.0), ('DATEDIF(2,1,"D")', NUM), ('DATEDIF("2023-11-5","2024-1-4","ym")', 1.0),
    ("NETWORKDAYS(DATE(2024,1,1),DATE(2024,1,7))", 5.0), ("WORKDAY(DATE(2024,1,5),1)", 45299.0), ("TIME(25,0,0)*24", 1.0), ("HOUR(0.9999999)", 0.0), ("SECOND(1.5/86400)", 2.0),
    # 15 digits.
    ("INT(4.1*100)", 410.0), ("INT(-0.1)", -1.0), ("FLOOR(0.3/0.1,1)", 3.0), ("CEILING(0.1*3,0.1)", 0.3), ("FLOOR(5,-1)", NUM), ("CEILING(-5.5,2)", -4.0), ("CEILING(-5.5,-2)", -6.0), ("FLOOR.MATH(-5.5,2,TRUE)", -4.0), ("MROUND(7,3)", 6.0), ("MROUND(7,-3)", NUM), ("MROUND(1.3,0.2)", 1.4), ("MROUND(7.05,0.1)", 7.1), ("MROUND(2.675,0.01)", 2.68), ("MROUND(-8.5,-1)", -9.0),
    ("ROUNDUP(4.1*100,0)", 410.0), ("1.1*3=3.3", True), ("QUOTIENT(-7,2)", -3.0), ("EVEN(-3)", -4.0), ("ODD(2)", 3.0),
    # TEXT.
    ('TEXT(1234.5,"[DBNum2]")', "壹仟贰佰叁拾肆.伍"), ('TEXT(10,"[DBNum1]")', "一十"), ('TEXT(305,"[DBNum1]0")', "三〇五"), ('TEXT(123,"[DBNum3]")', "１百２十３"),
    ('TEXT("2024-10-12","[DBNum1]yyyy年m月d日")', "二〇二四年十月十二日"), ('TEXT(59,"[>=90]优;[>=60]良;差")', "差"), ('TEXT(45296,"aaa")', "五"), ('TEXT(45296,"[$-804]dddd")', "星期五"), ('TEXT(45296,"[$-409]mmm-yy")', "Jan-24"),
    ('TEXT(123456789,"0!.0,万")', "12345.7万"), ('TEXT(25,"#.##")', "25."), ('TEXT(-0.001,"0.00")', "-0.00"), ('TEXT(5,"?,???")', "    5"), ('TEXT(0.75,"# ?/?")', " 3/4"), ('TEXT(12345678,"00-00-00-00")', "12-34-56-78"),
    ('TEXT(1.25,"[h]:mm")', "30:00"), ('TEXT(0.5,"上午/下午h时")', "下午12时"), ('TEXT("甲","0;0;0;@元")', "甲元"), ('TEXT(12345678901234,"General")', "1.23457E+13"), ('TEXT(1/3,"G/通用格式")', "0.333333333"), ('TEXT(TRUE,"0")', "TRUE"), ('TEXT(-1,"yyyy")', VALUE),
    ('TEXT(-5,"0;[Red](0)")', "(5)"), ('TEXT(0,"0;-0;无")', "无"), ('TEXT(12000,"0.0,""千""")', "12.0千"), ('TEXT(0.000123,"0.0E+0")', "1.2E-4"), ('TEXT(12345,"##0.0E+0")', "12.3E+3"), ("TEXT(3,D1)", "无"), ('TEXT(,"0.0")', "0.0"),
    # Bytes, words, currency.
    ('LENB("预算a")', 5.0), ('LEFTB("预算",3)', "预 "), ('RIGHTB("预算",3)', " 算"), ('MIDB("预算2024",5,2)', "20"), ('FINDB("算","预算")', 3.0), ('SEARCHB("?","预算2024")', 5.0),
    ("NUMBERSTRING(10203,1)", "一万〇二百〇三"), ("NUMBERSTRING(2024,3)", "二〇二四"), ("RMB(-1234.567,1)", "-¥1,234.6"), ("FIXED(1234.567,-2)", "1,200"), ('PROPER("ab cD3e")', "Ab Cd3E"), ('LOWER("ΟΔΟΣ")', "οδοσ"),
    # Where cells lie.
    ("ROW()=ROW(F{row})", True), ("COLUMN()-COLUMN(A1)", 5.0), ("ROWS(F1:F999)", 999.0), ("COLUMNS(F:F)", 1.0), ('CELL("row",F{row})-ROW()', 0.0), ('CELL("address",B7)', "$B$7"), ("ADDRESS(3,2,4)", "B3"), ('ADDRESS(3,2,1,TRUE,"一月")', "一月!$B$3"),
    ("_xlfn.XLOOKUP(8,B1:B4,A1:A4)=A1", False), ("_xlfn.XLOOKUP(99,B1:B4,A1:A4)", NA), ('_xlfn.XLOOKUP(99,B1:B4,A1:A4,"无")', "无"), ("_xlfn.XLOOKUP(1/0,B1:B4,A1:A4,9)", DIV0),
    ("_xlfn.XMATCH(8,B1:B4)", 4.0), ("_xlfn.XMATCH(7,B1:B4,1)", 4.0), ("_xlfn.XMATCH(7.5,B1:B4,-1)=MATCH(LARGE(B1:B4,2),B1:B4,0)", True), ('_xlfn.XMATCH("二*",{"一月","二月"},2)', 2.0), ("_xlfn.XMATCH(1,{1,2,1},0,-1)", 3.0), ("_xlfn.FORMULATEXT(B1)", NA), ("LEFT(_xlfn.FORMULATEXT(F{row}),19)", "=LEFT(FORMULATEXT(F"), ("SUBTOTAL(9,B1:B4)", 15.0), ("SUBTOTAL(109,B1:B4)", 11.0), ("SUBTOTAL(12,B1:B4)", VALUE),
]  # fmt: skip
REFUSED = [
    ('VALUE("3/5")', "随当年日期"), ('VALUE("1/5/2024")', "随当年日期"), ('DATEDIF("2024-1-31","2024-3-1","md")', "MD"), ('TEXT(-5,"[>3]0;0.0")', "负号"), ('TEXT(5,"k0")', "读不懂"), ('TEXT(5,"[$-411]ggge")', "读不懂"),
    ('"甲"<"乙"', "随电脑的语言"), ("A3>=A4", "随电脑的语言"), ('COUNTIF(A1:A4,">丙")', "随电脑的语言"), ('LOOKUP("座",A1:A4)', "随电脑的语言"), ('MATCH("座",A1:A4)', "随电脑的语言"), ('"a_b"<"a1b"', "随电脑的语言"), ('"a-b">"ab"', "随电脑的语言"), ('"a b">"a1"', "随电脑的语言"), ('"（甲"<"&甲"', "随电脑的语言"), ('"é"<"z"', "随电脑的语言"),
    ("QUOTIENT(0.3,0.1)", "不能确定"), ("MROUND(6.05,0.1)", "不能确定"), ("MROUND(-2.15,-0.1)", "不能确定"), ('UPPER("straße")', "大小写"), ('LOWER("İ")', "大小写"), ('SUM(INDIRECT("R1:C2",FALSE))', "整行整列"), ('SUM(INDIRECT("R1",FALSE))', "整行"),
    ('CELL("filename",A1)', "随电脑"), ('INDIRECT("[1.xlsx]一月!A1")', "外部工作簿"), ('SUM(INDIRECT("F{row}"))', "循环"), ("AGGREGATE(19,6,B1:B4,1)", "AGGREGATE"), ("MMULT(B1:B2,B1:B2)", "MMULT"), ("ABS(一月:三月!B2)", "三维引用"), ("DOLLAR(5)", "货币"),
    ('CODE("预")', "代码页"), ("QUOTIENT(,2)", "空着的参数"), ("SIN(PI())", "不能确定"), ("_xlfn.XLOOKUP(8,B1:B4,A1:A4,,0,2)", "二分"), ("_xlfn.XLOOKUP(8,B1:B4,A1:B4)", "一样长"), ("_xlfn.COT(1048576)", "不能确定"), ("BINOMDIST(1,3000,0.0001,TRUE)", "试验次数过多"), ("_xlfn.CEILING.MATH(2,B1:B4)", "取哪一格"), ("NORMSDIST(-12)", "尾部"), ("IRR({-1,5,-6})", "不止一次变号"), ("OFFSET(A1,0,0,1.5,1)", "不是整数"),
]  # fmt: skip


FIRST = 50


def placed(formulas: list[str]) -> dict[str, object]:
    """The formulas below each other in column F, {row} in them being their own."""
    return {f"F{row}": "=" + formula.replace("{row}", str(row)) for row, formula in enumerate(formulas, FIRST)}


@cache
def everything() -> tuple[dict[str, Value], dict[str, str], dict[str, str]]:
    """What all formulas give, why any was refused, and why those were refused that must be."""
    values, unable = found(package(placed([formula for formula, _ in FORMULAS]), hidden=(3,)))
    _, reasons = found(package(placed([formula for formula, _ in REFUSED]), hidden=(3,)))
    return values, unable, reasons


@pytest.mark.parametrize("number", range(len(FORMULAS)), ids=[formula for formula, _ in FORMULAS])
def test_formulas(number: int) -> None:
    values, unable, _ = everything()
    assert same_value(values.get(f"F{FIRST + number}"), FORMULAS[number][1]), (values, unable)[
        f"F{FIRST + number}" in unable
    ].get(f"F{FIRST + number}")


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[formula for formula, _ in REFUSED])
def test_what_is_not_certain_is_refused_by_name(number: int) -> None:
    assert REFUSED[number][1] in everything()[2].get(f"F{FIRST + number}", "")


def test_an_array_formula_fills_all_of_its_cells() -> None:
    formulas = {
        "F1": ArrayFormula("F1:F3", "=SUM(B1:B2*B3:B4)"), "G1": ArrayFormula("G1:G5", "=B1:B4*2"),
        "H1": ArrayFormula("H1:I2", "=B1:B2"), "J1": "=SUM(F1:I5)", "K1": ArrayFormula("K1:K2", "=1/0"),
        "L1": ArrayFormula("L1", "=B2:B4"),
    }  # fmt: skip
    values, unable = found(package(formulas))
    assert unable == {}
    assert [values[f"F{row}"] for row in (1, 2, 3)] == [20.0] * 3
    assert [values[f"G{row}"] for row in range(1, 6)] == [2.0, 4.0, 8.0, 16.0, NA]
    assert [values[ref] for ref in ("H1", "I1", "H2", "I2")] == [1.0, 1.0, 2.0, 2.0]
    assert (values["J1"], values["K2"], values["L1"]) == (NA, DIV0, 2.0)


def test_formulas_that_need_what_an_array_formula_fills_come_after_it() -> None:
    formulas = {"F1": "=G2+1", "G1": ArrayFormula("G1:G2", "=H1:H2"), "H1": "=B1", "H2": "=B4"}
    engine = CompiledEngine()
    model = engine.load(package(formulas), {})
    assert model.calculate()["汇总", "F1"] == 9.0
    model.set("汇总", "B4", 5.0)
    assert model.calculate()["汇总", "F1"] == 6.0


def test_cells_found_in_the_run_are_calculated_first_and_follow_what_is_set() -> None:
    formulas = {"F1": '=INDIRECT("G"&C1)+1', "G2": '=INDIRECT("H1")*2', "H1": "=I1+1", "I1": "=OFFSET(B1,C1,0)"}
    model = CompiledEngine().load(package(formulas), {})
    assert model.calculate()["汇总", "F1"] == 11.0
    model.set("汇总", "B3", 9.0)
    assert model.calculate()["汇总", "F1"] == 21.0
    model.set("汇总", "C1", 5.0)
    assert (model.calculate()["汇总", "F1"], dict(model.unable)) == (1.0, {})


def test_circles_through_cells_found_in_the_run_are_named() -> None:
    formulas = {"F1": '=INDIRECT("G1")', "G1": "=F1*0", "H1": '=INDIRECT("B1")', "I1": "=H1"}
    values, unable = found(package(formulas))
    assert unable.keys() == {"F1", "G1"}
    assert "循环引用" in unable["F1"]
    assert (values["H1"], values["I1"]) == (1.0, 1.0)


def test_other_hidden_rows_give_other_subtotals() -> None:
    """Also where a model is taken over by a workbook that differs in nothing else."""
    engine = CompiledEngine()
    formulas = {"F1": "=SUBTOTAL(109,B1:B4)", "F2": "=SUBTOTAL(9,F1,B1:B2)", "F3": "=1+SUBTOTAL(9,B1:B2)"}
    for hidden, expected in [((), 15.0), ((2, 3), 9.0), ((4,), 7.0), ((), 15.0)]:
        model = engine.load(package(formulas, hidden=hidden), {})
        results = model.calculate()
        assert (results["汇总", "F1"], results["汇总", "F2"]) == (expected, 3.0)
        engine.release(model)


def test_rows_that_a_filter_hides_never_count() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, value in enumerate(("金额", 1, 2, 4, 8, 16), 1):
        sheet[f"A{row}"] = value
    sheet.auto_filter.ref = "A1:A5"
    sheet.auto_filter.add_filter_column(0, ["2", "8"])
    for row in (2, 4, 6):
        sheet.row_dimensions[row].hidden = True
    sheet["C1"], sheet["C2"], sheet["C3"] = "=SUBTOTAL(9,A2:A6)", "=SUBTOTAL(109,A2:A6)", "=AGGREGATE(9,4,A2:A6)"
    stream = io.BytesIO()
    book.save(stream)
    values, unable = found(open_package(stream.getvalue()))
    assert unable == {}
    # Row 6 lies below the filter and is hidden by hand.
    assert [values[f"C{row}"] for row in (1, 2)] == [26.0, 10.0]


def test_formualizer_is_not_trusted_with_hidden_rows() -> None:
    formulas = {"F1": "=SUBTOTAL(109,B1:B4)", "F2": "=SUM(B1:B4)"}
    values, unable = found(package(formulas, hidden=(2,)), FormualizerEngine())
    assert (values["F2"], set(unable)) == (15.0, {"F1"})
    assert "隐藏" in unable["F1"]
    assert found(package(formulas), FormualizerEngine())[0]["F1"] == 15.0


@pytest.mark.parametrize("engine", [CompiledEngine(), FormualizerEngine()], ids=["compiled", "formualizer"])
@pytest.mark.parametrize("title", ["sheet1", "SHEET1", "Sheet1"])
def test_a_mere_reference_on_a_sheet_of_any_name(title: str, engine: Engine) -> None:
    formulas = {"F1": "=B2", "F2": f"={title}!$B$3", "F3": "=(B4)", "F4": "=F1", "F5": "=B9", "F6": "=一月!B2"}
    values, unable = found(package(formulas, title=title), engine)
    assert unable == {}
    assert [values[f"F{row}"] for row in range(1, 7)] == [2.0, 4.0, 8.0, 2.0, 0.0, 10.0]


@pytest.mark.parametrize("engine", [CompiledEngine(), FormualizerEngine()], ids=["compiled", "formualizer"])
def test_this_workbook_by_number_and_several_sheets(engine: Engine) -> None:
    formulas = {"F1": "=SUM([0]!金额)", "F2": "=[0]!金额", "F3": "=SUM('一月:三月'!B2,一月:二月!B2)"}
    values, unable = found(package(formulas), engine)
    assert unable == {}
    assert (values["F1"], values["F2"], values["F3"]) == (15.0, 2.0, 100.0)


def test_formualizer_is_not_trusted_with_displayed_precision() -> None:
    book = package({"F1": "=B1*1.006"})
    part = book.part("xl/workbook.xml").replace(b"<calcPr ", b'<calcPr fullPrecision="0" ')
    assert b"fullPrecision" in part
    assert found(book.with_parts({"xl/workbook.xml": part}), FormualizerEngine())[1] == {"F1": "工作簿以显示精度计算"}


def test_what_cannot_be_calculated_keeps_what_was_saved_for_those_that_need_it() -> None:
    book = package({"F1": '=VALUE("3/5")', "F2": "=F1+1"}).patched({("汇总", "F1"): 7.0})
    values, unable = found(book)
    assert (values, set(unable)) == ({"F2": 8.0}, {"F1"})
