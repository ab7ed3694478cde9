"""The compiled engine: Excel's semantics, what is refused by name, and the same results whatever was calculated before."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.engines.random_filling import filling
from tests.engines.single_sheets import differing, differing_from, workbook
from tests.support.ci_size import EXAMPLES, some
from xlperf.engines.compiled import plan, shape_code
from xlperf.engines.compiled.code_generation import function_source
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.protocol import CellPlace
from xlperf.engines.recalculation import recalculate, registered_functions
from xlperf.errors import CellError, UserError
from xlperf.package import Package, open_package, same_value
from xlperf.package.user_folder import FOLDER_VARIABLE
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells

# J1 blank, K1 text "12", L1 TRUE, M1:M6 5 7 "7" TRUE blank 9, N1 甲, P1 #N/A, Q1:Q4 a b ab ?, R1:R3 -1 -2 0
CELLS: Mapping[str, object] = {
    "K1": "12", "L1": True, "M1": 5, "M2": 7, "M3": "7", "M4": True, "M6": 9, "N1": "甲", "P1": "#N/A",
    "Q1": "a", "Q2": "b", "Q3": "ab", "Q4": "?",
    "R1": -1, "R2": -2, "R3": 0,
}  # fmt: skip
NA, DIV0, VALUE, NUM, REF = (CellError(code) for code in ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!"))


def result(formula: str | ArrayFormula, **more: object) -> Value:
    package = workbook({**CELLS, "C3": formula, **more})
    return recalculate(package, trusted=True, engine="compiled").package.value("表", "C3")


def refusal(cells: Mapping[str, object]) -> str:
    with pytest.raises(UserError) as caught:
        recalculate(workbook(cells), trusted=True, engine="compiled")
    return str(caught.value)


FORMULAS: list[tuple[str, Value]] = [
    # Operators: signs bind before powers, powers from the left; blank is nothing, text says numbers, errors pass.
    ("-2^2", 4.0), ("2^3^2", 64.0), ("1+2*3%", 1.06), ("-(1+2)*2", -6.0), ("--K1", 12.0), ("+N1", "甲"),
    ("J1+1", 1.0), ("L1+1", 2.0), ('""+1', VALUE), ('"1,234.5"+1', 1235.5), ('"50%"*2', 1.0), ('"1e3"+0', 1000.0),
    ('"2021-01-31"+0', 44227.0), ('"2021-02-30"+0', VALUE), ('"1900-02-28"+0', 59.0), ('"1900-03-01"+0', 61.0), ('"-"+0', VALUE), ('"."+0', VALUE), ("N1*1", VALUE),
    ("1/0", DIV0), ("1E300*1E300", NUM), ("0^-1", DIV0), ("0^2", 0.0), ("0^0", NUM), ("J1^J1", NUM), ("POWER(0,0)", NUM), ("5^0", 1.0), ("(-8)^(1/3)", NUM), ("P1+1/0", NA), ("N1*(1/0)", VALUE), ('TRIM("x")*(1/0)', VALUE), ("IF(1,P1)+1/0", NA), ("1/0+P1", DIV0),
    ("J1", 0.0), ("J1&J1", ""), ("L1&1", "TRUE1"), ('"a"&1/4', "a0.25"),
    # Numbers as text and in comparisons have 15 digits.
    ('0.1+0.2&""', "0.3"), ('1/3&""', "0.333333333333333"), ('1E20&""', "100000000000000000000"),
    ('1E-5&""', "0.00001"), ('-1.5E300&""', "-1.5E+300"), ('123456789012345678&""', "123456789012346000"),
    # A sum or difference that ends a formula; not one within brackets, nor one of a 2^50th of its first number.
    ("0.5-0.4-0.1", 0.0), ("(0.5-0.4-0.1)", -2.7755575615628914e-17), ("1*(0.5-0.4-0.1)", -2.7755575615628914e-17),
    ("(0.5-0.4)-0.1", 0.0), ("+0.5-0.4-0.1", 0.0), ("-0.5+0.4+0.1", 0.0), ("0.06-0.01-0.05", 0.0), ("SUM(0.5,-0.4)-0.1", 0.0),
    ("IF(TRUE,0.5-0.4-0.1)", -2.7755575615628914e-17), ("115-113.2-1.8", -2.886579864025407e-15),
    ("2^1023+(2^1023-2^971)-(2^1023+(2^1023-5*2^971))", 0.0), ("2^1023+(2^1023-2^971)-(2^1023+(2^1023-9*2^971))", 2.0**974),
    ("1E-20+0", 1e-20), ("0+1E-20", 1e-20), ("1E-20-1", -1.0), ("P1-1/0", NA), ("1/0-P1", DIV0), ("J1-J2", 0.0), ("0-0", 0.0),
    ("0.1+0.2=0.3", True), ("0.3<0.1+0.2", False), ("1-0.9=0.1", True), ("5=5.0000001", False),
    # Numbers come before text, text before truth values; case doesn't count.
    ('"a"="A"', True), ('1<"a"', True), ('"a"<TRUE', True), ("J1=0", True), ('J1=""', True), ("J1=FALSE", True),
    ('""=0', False), ('J1<"a"', True), ("J1>-1", True), ('"2"=2', False),
    # Truth.
    ('IF("TRUE",1,2)', 1.0), ('IF("x",1,2)', VALUE), ("IF(J1,1,2)", 2.0), ("IF(P1,1,2)", NA), ("IF(0,1)", False),
    ("IF(TRUE,,1)", 0.0), ("AND(M1:M6)", True), ('AND("TRUE",1)', True), ("AND(N1)", VALUE), ("AND(J1)", VALUE),
    ("OR(N1,FALSE)", False), ("AND(1=1,P1=1)", NA), ("AND(FALSE,1/0=1)", DIV0), ("AND(ISNA(1),ISNA(INDEX(M1:M6,MATCH(1,M1:M6,0))))", False), ("NOT(N1)", VALUE), ("XOR(1,1,1)", True),
    ("AND(-1,2)", True), ("AND(R1:R2)", True), ("OR(R1)", True), ("AND(R1:R3)", False), ("OR(R3)", False), ("XOR(R1:R2)", False), ("IF(R1,1,2)", 1.0),
    # Errors that are caught.
    ("IFERROR(1/0,7)", 7.0), ("IFERROR(P1,IFERROR(1/0,8))", 8.0), ("IFNA(P1,3)", 3.0), ("IFNA(1/0,3)", DIV0),
    ("IFERROR(J1,1)", 0.0), ("ISNUMBER(1/0)", False), ("ISERROR(1/0)", True), ("ISERR(P1)", False), ("ISNA(P1)", True),
    ("ISBLANK(J1)", True), ('ISBLANK("")', False), ("ISTEXT(K1)", True), ("ISNONTEXT(P1)", True), ("ISLOGICAL(L1)", True),
    ("ERROR.TYPE(P1)", 7.0), ("ERROR.TYPE(1/0)", 2.0), ("ERROR.TYPE(1)", NA), ("COUNT(1/0,5)", 1.0), ("COUNTA(1/0,J1)", 1.0),
    # In references only numbers count; written out, text that says one too.
    ("SUM(M1:M6)", 21.0), ('SUM("3",TRUE,M1:M6)', 25.0), ("SUM(K1,L1)", 0.0), ('SUM("x")', VALUE), ("SUM(M1:P1)", NA),
    ('COUNT("3",TRUE,"x",M1:M6)', 5.0), ("COUNTA(J1:M1)", 3.0), ("COUNTBLANK(J1:M9)", 29.0), ("MAX(K1)", 0.0),
    ("MIN(M1:M6,3)", 3.0), ("AVERAGE(M1:M6)", 7.0), ("AVERAGE(J1)", DIV0), ("PRODUCT(M1:M6)", 315.0), ("PRODUCT(J1)", 0.0),
    ("MEDIAN(M1:M6,1)", 6.0), ("LARGE(M1:M6,2)", 7.0), ("SMALL(M1:M6,4)", NUM), ("LARGE(M1:M6,1.2)", 7.0), ("SMALL(M1:M6,1.2)", 7.0), ("LARGE(M1:M6,0.5)", 9.0), ("LARGE(M1:M6,3)", 5.0), ("LARGE(M1:M6,0)", NUM), ("LARGE(M1:M6,3.1)", NUM), ("RANK(7,M1:M6)", 2.0),
    ("SUM(IF(1,M1:M6,0))", 21.0), ('SUM(IF(0,M1:M6,"3"))', 3.0), ('SUM(IF(J1="","",M1))', VALUE), ('COUNT(IF(1,"3",M1),IF(0,M1))', 2.0),
    ('MAX(IF(1,IF(0,"x",M1:M3),"y"),6)', 7.0), ('AND(TRUE,IF(0,M1,"98%"))', VALUE), ("AND(IF(0,M1))", False), ("SUM(INDEX(M1:M6,0))", 21.0), ("SUM(INDEX(M1:M6,3),1)", 1.0),
    # Rounding is half away from zero, on 15 digits.
    ("ROUND(1.1449999999999998,2)", 1.15), ("ROUND(-2.5,0)", -3.0), ("ROUND(1.005,2)", 1.01), ("ROUND(1250,-2)", 1300.0),
    ("ROUND(0.5,0)", 1.0), ("ROUNDDOWN(-1.29,1)", -1.2), ("ROUNDUP(1.21,1)", 1.3), ("ROUNDUP(0.3*3,1)", 0.9),
    ("INT(-1.5)", -2.0), ("TRUNC(-1.5)", -1.0), ("MOD(-3,2)", 1.0), ("MOD(3,0)", DIV0), ("MOD(1E300,1E-300)", NUM),
    ("ROUNDDOWN(1E300,300)", 1e300), ("ABS(N1)", VALUE), ("SQRT(-1)", NUM), ("SIGN(-2)", -1.0), ("LOG(0)", NUM),
    # Text.
    ("LEN(J1)", 0.0), ("LEN(12.50)", 4.0), ('MID("abcdef",2,3)', "bcd"), ('MID("abc",0,1)', VALUE), ('LEFT("abc")', "a"),
    ('RIGHT("abc",5)', "abc"), ('FIND("b","abc")', 2.0), ('FIND("B","abc")', VALUE), ('SEARCH("B?","abc")', 2.0),
    ('SUBSTITUTE("a.b.c",".","",2)', "a.bc"), ('SUBSTITUTE("aa","a","b")', "bb"), ('REPLACE("abc",2,1,"x")', "axc"),
    ('TRIM("  a   b ")', "a b"), ('REPT("ab",2)', "abab"), ('REPT("ab",99999)', VALUE), ('LEN(REPT("x",32766)&"y")', 32767.0), ('REPT("x",32767)&"y"', VALUE), ('VALUE("12%")', 0.12),
    ('EXACT("a","A")', False), ('UPPER("aé")', "AÉ"), ('CONCATENATE("a",1)', "a1"), ("N(K1)", 0.0), ("T(K1)", "12"),
    # Looking up.
    ("MATCH(7,M1:M6,0)", 2.0), ('MATCH("7",M1:M6,0)', 3.0), ("MATCH(6,M1:M2,1)", 1.0), ("MATCH(6,M1:M2)", 1.0),
    ("MATCH(4,M1:M2)", NA), ("MATCH(6,{9,7,5},-1)", 2.0), ("MATCH(6,M1:M2,0.5)", 1.0), ("MATCH(6,{9,7,5},-0.5)", 2.0), ('MATCH("A*",Q1:Q4,0)', 1.0), ('MATCH("*b",Q1:Q4,0)', 2.0),
    ('MATCH("~?",Q1:Q4,0)', 4.0), ('MATCH("??",Q1:Q4,0)', 3.0), ("MATCH(J1,M1:M6,0)", NA), ("MATCH(P1,M1:M6,0)", NA),
    ("INDEX(M1:M6,2)", 7.0), ("INDEX(M1:M6,5)", 0.0), ("INDEX(M1:M6,9)", REF), ("INDEX(K1:N1,2)", True), ("INDEX(K1:N2,1,3)", 5.0),
    ("INDEX(M1:M6,0)", "7"), ("INDEX(M4:M6,0)", VALUE), ("INDEX(M1:M6,J1)&1", "71"), ("INDEX(K1:N6,0,4)&1", "1"),
    ("INDEX(K1:N6,0,3)", "7"), ("INDEX(D1:N1,0)", VALUE), ("INDEX(A1:N1,1,0)", 0.0), ("INDEX(A1:B2,1,0)", VALUE), ("INDEX(M1:M6,0.5,1)", "7"),
    ("INDEX(M1:M6,P1)", NA), ("INDEX(M1:N2,3,0)", VALUE), ("INDEX(M1:M6,-1)", VALUE), ('INDEX(M1:M6,5)=""', True), ("VLOOKUP(7,M1:N6,2,FALSE)", 0.0),
    ("VLOOKUP(6,M1:N2,1)", 5.0), ("VLOOKUP(5,M1:N2,3)", REF), ("HLOOKUP(5,M1:N2,2,FALSE)", 7.0), ("LOOKUP(6,M1:M2)", 5.0),
    ("LOOKUP(2,1/(M1:M6=7),M1:M6)", 7.0), ("LOOKUP(6,{1,5,9},{\"a\",\"b\",\"c\"})", "b"), ('CHOOSE("2","a","b")', "b"),
    ("CHOOSE(3,1,2)", VALUE), ("CHOOSE(1,5,1/0)", 5.0), ("ROW(M3)", 3.0), ("COLUMN(M3)", 13.0), ("ROWS(M1:M6)", 6.0),
    ("COLUMNS(M1:P6)", 4.0),
    # Criteria.
    ("COUNTIF(M1:M6,7)", 2.0), ('COUNTIF(M1:M6,"<>7")', 5.0), ('COUNTIF(M1:M6,"<>")', 5.0), ('COUNTIF(M1:M99,"")', 94.0),
    ('COUNTIF(M1:M6,">=7")', 2.0), ("COUNTIF(M1:M6,TRUE)", 1.0), ("COUNTIF(M1:M6,J1)", 0.0), ('COUNTIF(Q1:Q4,"*b")', 2.0),
    ('COUNTIF(Q1:Q4,"A")', 1.0), ('COUNTIF(Q1:Q4,">a")', 2.0), ('COUNTIF(Q1:Q4,"?")', 3.0), ('COUNTIF(Q1:Q4,"~?")', 1.0), ('COUNTIF(Q1:Q4,"a*a")', 0.0), ('COUNTIF(Q1:Q4,"a*b")', 1.0), ('COUNTIF(Q1:Q4,"b*b")', 0.0), ('COUNTIF(Q1:Q4,"a*")', 2.0), ('COUNTIF(Q1:Q4,"*a*b*")', 1.0),
    ('COUNTIF(J1:P1,"#N/A")', 1.0), ('SUMIF(M1:M6,">5")', 16.0), ('SUMIF(Q1:Q2,"b",M1)', 7.0), ('SUMIF(Q1:Q2,"a",P1:P2)', NA),
    ('SUMIFS(M1:M6,M1:M6,">5",M1:M6,"<8")', 7.0), ('COUNTIFS(M1:M6,">5",M1:M6,"<8")', 1.0), ('COUNTIFS(M1:M6,1,M1:M2,1)', VALUE),
    ('AVERAGEIF(M1:M6,">100")', DIV0), ('AVERAGEIFS(M1:M6,M1:M6,">5")', 8.0),
    # Arrays.
    ("SUMPRODUCT(M1:M6,M1:M6)", 155.0), ('SUMPRODUCT(--(M1:M6="7"))', 1.0), ("SUMPRODUCT((M1:M2>5)*1,M1:M2)", 7.0),
    ("SUMPRODUCT(M1:M6*1)", 29.0), ("SUMPRODUCT(Q1:Q4*1)", VALUE), ("SUMPRODUCT(M1:M2,M1:M3)", VALUE),
    ('SUMPRODUCT(IF(ISNUMBER(M1:M6),M1:M6,1))', 24.0), ("SUMPRODUCT(COUNTIF(M1:M6,M1:M2))", 3.0), ("SUM({1,2;3,4})", 10.0),
    ("SUMPRODUCT(LEN(Q1:Q4))", 5.0), ("SUMPRODUCT(IFERROR(Q1:Q4*1,2))", 8.0), ("SUMPRODUCT({1;2}*{1,10})", 33.0),
    # A range where one value belongs is the cell in the row or column of the formula.
    ("M1:M6&\"\"", "7"), ("M4:M6+1", VALUE), ("SUM(M1:M6*2)", 14.0), ("A4:N4", 0.0), ("D1:N1", VALUE), ("ABS(C1:N1)", 0.0),
    # Dates.
    ("DATE(2021,2,29)", 44256.0), ("DATE(1900,1,1)", 1.0), ("DATE(1900,3,1)", 61.0), ("YEAR(44000)", 2020.0), ("DAY(60)", 29.0),
    ("MONTH(60)", 2.0),
    ("MOD(10.0000000001,0.1)", 9.999945316252479e-11),
    ("MOD(5,-1E-10)", -1.821609865774887e-16),
    ("ISODD(TRUE)", VALUE),
    ('INT(" 2024-01-10 ")', VALUE), ("DAY(-1)", NUM),
]  # fmt: skip


def sheets(template: str) -> Package:
    """A workbook with a sheet for each of the formulas, which stand in C3 in the place of the § of a template."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, (formula, _) in enumerate(FORMULAS):
        sheet = book.create_sheet(f"S{number}")
        for ref, value in {**CELLS, "C3": template.replace("§", formula)}.items():
            sheet[ref] = value
    stream = io.BytesIO()
    book.save(stream)
    return open_package(stream.getvalue())


@cache
def results(*, is_folded: bool) -> list[Value]:
    """What all these formulas give, each on a sheet of its own; with everything calculated in the run if not folded."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, "off")
        if not is_folded:
            patched.setattr(plan, "folded", lambda node: node)
        model = CompiledEngine().load(sheets("=§"), registered_functions())
        assert model.unable == {}
        found = model.calculate()
    return [found[f"S{number}", "C3"] for number in range(len(FORMULAS))]


@pytest.mark.parametrize("is_folded", [True, False], ids=["folded", "as written"])
@pytest.mark.parametrize("number", range(len(FORMULAS)), ids=[formula for formula, _ in FORMULAS])
def test_formulas(number: int, is_folded: bool) -> None:
    """Also where what is written out is calculated in the run, as values of cells are."""
    found, (_, expected) = results(is_folded=is_folded)[number], FORMULAS[number]
    assert same_value(found, expected), found


# What an array formula doesn't cross with its own row or column: of its many values the first stands in the cell.
UNCROSSED: Mapping[str, Value] = {
    "INDEX(M1:M6,0)": 5.0, "INDEX(M4:M6,0)": True, "INDEX(M1:M6,J1)&1": "51", "INDEX(K1:N6,0,4)&1": "甲1",
    "INDEX(K1:N6,0,3)": 5.0, "INDEX(D1:N1,0)": 0.0, "INDEX(A1:B2,1,0)": 0.0, "INDEX(M1:M6,0.5,1)": 5.0, "INDEX(M1:N2,3,0)": REF,
    'M1:M6&""': "5", "M4:M6+1": 2.0, "SUM(M1:M6*2)": 58.0, "D1:N1": 0.0,
}  # fmt: skip


# Excel 365 fills more cells with many values: it can't have saved these as filling their own alone.
SPILLING = {*UNCROSSED, "A4:N4", "ABS(C1:N1)", "INDEX(A1:N1,1,0)"} - {"SUM(M1:M6*2)", "INDEX(M1:N2,3,0)"}


@pytest.mark.whole
@pytest.mark.parametrize("attributes", [b"", b' cm="1"'], ids=["by hand", "Excel 365"])
def test_the_same_formulas_as_array_formulas_of_one_cell(attributes: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is caught where it comes up, also where an area may stand, and what isn't chosen stops nothing."""
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    as_array = rb'\1%s><f t="array" ref="C3">' % attributes
    package = sheets("=§")
    parts = {s.part: re.sub(rb'(<c r="C3"[^>]*)><f>', as_array, package.part(s.part)) for s in package.worksheets}
    model = CompiledEngine().load(package.with_parts(parts), registered_functions())
    assert (model.unable, b"".join(parts.values()).count(b't="array"')) == ({}, len(FORMULAS))
    found = model.calculate()
    differing, refused = {}, set()
    for number, (formula, expected) in enumerate(FORMULAS):
        place = f"S{number}", "C3"
        if place not in found:
            refused.add(formula)
        elif not same_value(found[place], UNCROSSED.get(formula, expected)):
            differing[formula] = found[place]
    assert refused == (SPILLING if attributes else set())
    assert differing == {}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('IFERROR(INDEX(M1:M2,MATCH(8,M1:M2,0)),"无")', "无"), ('IF(J1="","",INDEX(M1:M2,7))', ""),
        ("SUM(IF(M1:M2>5,INDEX(M1:M2,7),1))", REF), ("SUM(IF(M1:M2>9,INDEX(M1:M2,7),1))", 2.0),
        ("SUM(IFERROR(INDEX(M1:M2,7)+M1:M2,1))", 2.0), ("SUM(--ISERROR(OFFSET(M1,-9,0)+M1:M2))", 2.0),
        ("SUM(IFERROR(M1:M2/(1/0),3))", 6.0), ("COUNT(IF(M1:M2>5,M1:M2/0,M1:M2))", 1.0),
        ("PERF_RATE(SUM(M1:M2),24)", 0.5), ("SUM(PERF_RATE(M1,10)*M1:M2)", 6.0),
    ],
)  # fmt: skip
def test_errors_and_functions_of_ours_in_array_formulas(formula: str, expected: Value) -> None:
    assert same_value(result(ArrayFormula("C3", f"={formula}")), expected)


def test_a_function_of_ours_for_each_of_many_values_is_refused() -> None:
    for formula in ("PERF_RATE(M1:M2*2,24)", "PERF_RATE({1;2},24)", "PERF_RATE(INDEX(M1:M2,J1),24)"):
        assert "PERF_RATE 的数组用法不能编译" in refusal({**CELLS, "C3": ArrayFormula("C3", f"={formula}")})


@pytest.mark.parametrize(
    ("formula", "shape"),
    [
        ("1+2*3", ("number", 7.0)), ("-1", ("number", -1.0)), ("50%", ("number", 0.5)), ('"a"&"b"', ("given", 0)), ('""&""', ("text", "")),
        ("A1+-ROUND(1.005,2)", ("operator", "last +", ("slot", 0), ("number", -1.01))), ("1=1", ("truth", True)),
        ("A1&(1&2)", ("operator", "&", ("slot", 0), ("given", 0))), ("MOD(7,A1)", ("call", "MOD", ("number", 7.0), ("slot", 0))),
        ("IF(2>1,A1,3)", ("call", "IF", ("truth", True), ("slot", 0), ("number", 3.0))),
        # Errors, and texts that are long, come up in the run.
        ("1/0", ("operator", "/", ("number", 1.0), ("number", 0.0))), ('REPT("a",300)', ("call", "REPT", ("given", 0), ("number", 300.0))),
        ("ROUND(1,)", ("call", "ROUND", ("number", 1.0), ("blank",))),
    ],
)  # fmt: skip
def test_what_is_written_out_is_calculated_beforehand(formula: str, shape: object) -> None:
    found = plan.planned(workbook({"C3": f"={formula}"}), ())
    assert found.shapes == (shape,)


# Formulas that say a part twice or more often: in every branch, after it was caught, in a branch and after it, in a list.
SAID_TWICE = (
    '=IF((§)="",(§),(§)&"/"&(§))',
    '=IFERROR((§),"错")&IFERROR((§),0)&ISERROR(§)',
    "=IF(ISNUMBER(§),(§)+(§),IF(ISTEXT(§),(§)&LEN(§),(§)))",
    '=IF(A1=1,IFERROR((§),1),(§))&IFERROR((§),"无")',
    "=IFERROR(IF((§)>0,(§),-(§)),IFERROR(1/((§)=(§)),ERROR.TYPE(§)))",
    '=CHOOSE(1+ISERROR(§),(§),IFERROR((§),"x"))&IFERROR(SUM((§),(§),1),"y")',
    # After it was caught, in every place that takes a value: the error is on its way again.
    '=ISERROR(§)&IFERROR((§)+1,"a")&IFERROR(1-(§),"b")&IFERROR((§)=(§),"c")&IFERROR((§)<1,"d")&IFERROR((§)="","e")',
    '=ISERROR(§)&IFERROR((§)*2^(§),"a")&IFERROR(-(§)%,"b")&IFERROR(ABS(§),"c")&IFERROR(LEN(§),"d")&IFERROR((§)&"","e")',
    '=ISERROR(§)&IFERROR(IF((§),1,2),"a")&IFERROR(NOT(§),"b")&IFERROR(AND((§),TRUE),"c")&IFERROR(CHOOSE((§),7,8),"d")',
    '=ISERROR(§)&IFERROR(COUNT((§),1),"a")&IFERROR(MAX((§),1),"b")&IFERROR(INDEX(M1:M6,(§)),"c")&COUNTIF(M1:M6,(§))',
    '=ISERROR(§)&SUMPRODUCT(IFERROR(M1:M2*(§),3))&IFERROR(SUM(M1:M2,(§)),"a")&IFERROR(PERF_NET((§),1),"b")&ISNA(§)',
    '=ISERROR(§)&IFERROR(MATCH((§),M1:M6,0),"a")&IFERROR(VLOOKUP((§),M1:N6,1,0),"b")&IFERROR(LOOKUP((§),M1:M6),"c")',
    '=ISERROR(§)&IFERROR(DATE((§),1,1),"d")&IFERROR(TEXT((§),"0.0"),"e")&IFERROR(LEFT("abc",(§)),"f")&IFERROR(T(§),"g")',
    '=ISERROR(§)&IFERROR(XOR((§),1),"a")&IFERROR(N(§),"b")&IFERROR(SUMIF(M1:M6,(§)),"c")&IFERROR(ROUND(2.345,(§)),"d")',
    "=AND(ISERROR(§),NOT(ISERROR(§)))&IFERROR(IFERROR((§),1/0)&(§),+(§))",
)


@pytest.mark.whole
@pytest.mark.parametrize("template", some(SAID_TWICE, SAID_TWICE[::3]))
def test_what_is_said_twice_is_what_it_would_be_by_itself(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the formulas, in a variable where that can be and written out each time."""
    package = sheets(template)
    shared, unable, length = calculated(package, monkeypatch, is_shared=True)
    alone, unable_alone, length_alone = calculated(package, monkeypatch, is_shared=False)
    assert unable == unable_alone
    assert not differing(shared, alone)
    assert length != length_alone


def calculated(
    package: Package, monkeypatch: pytest.MonkeyPatch, *, is_shared: bool
) -> tuple[Mapping[CellPlace, Value], Mapping[CellPlace, str], int]:
    """The results, what is refused and why, and the length of the code."""
    lengths: list[int] = []

    def source(*arguments: Any, **_: bool) -> str:
        found = function_source(*arguments, is_shared=is_shared)
        lengths.append(len(found))
        return found

    with monkeypatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, "off")
        patched.setattr(shape_code, "function_source", source)
        shape_code._compiler.cache_clear()
        model = CompiledEngine().load(package, registered_functions())
        shape_code._compiler.cache_clear()
    return model.calculate(), model.unable, sum(lengths)


def test_a_variable_that_is_used_again_keeps_its_value() -> None:
    """What stands for an error is put elsewhere than the value that is asked for its error afterwards."""
    assert result("=IFERROR(N1*2,0)&ISERROR(N1*2)&IFERROR(N1*2,7)") == "0TRUE7"


def test_formulas_that_differ_in_texts_are_one_shape() -> None:
    cells = {f"A{row}": f'=IF(B{row}="{word}","{word}！","")' for row, word in enumerate("甲乙丙", 1)}
    found = plan.planned(workbook(cells), ())
    assert len(found.shapes) == 1
    assert [step.texts for step in found.steps] == [(word, f"{word}！") for word in "甲乙丙"]


def test_cells_that_go_in_circles_are_named() -> None:
    said = refusal({"A1": "=B1+1", "B1": "=SUM(A1:A3)", "C1": "=B1", "D1": 1, "E1": "=D1"})
    assert "循环引用" in said
    assert "表!A1" in said
    assert "表!E1" not in said


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=NOSUCH(1)", "引擎不认识函数 NOSUCH：表!C1"),
        ("=TODAY()", "引擎不认识函数 TODAY"),
        ('=INDIRECT("表1[金额]")', "指向表格或外部工作簿"),
        ('=INDIRECT("B"&1)', ""),
        ("=GETPIVOTDATA(A1,A1)", "引擎不认识函数 GETPIVOTDATA"),
        ("=VDB(1,2,3,4,5)", "引擎不认识函数 VDB"),
        ("=ABS(表:表!A1)", "三维引用"),
        ('=VALUE("3/5")', "随当年日期"),
        ('=CELL("filename",A1)', "随电脑"),
        ("=SUM(A1:INDEX(A1:A3,2))", "区域由计算得出"),
        ("=ABS(1,2)", "ABS 的参数个数不对"),
        ("=COUNTIF((A1:A3),1)", ""),
        ("=PERF_RATE(A1:A3,1)", "PERF_RATE 在要一个值的地方给了区域"),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name(formula: object, said: str) -> None:
    if said:
        assert said in refusal({"A1": 1, "C1": formula})


def test_array_formulas_of_one_cell() -> None:
    assert result(ArrayFormula("C3", "=SUM((M1:M2>5)*M1:M2)")) == 7.0


def test_whole_numbers_set_by_a_program_are_numbers() -> None:
    package = workbook({"A1": 2.5, "B1": "=COUNT(A1)+A1", "C1": "=ISNUMBER(A1)"})
    changed = recalculate(package, inputs={("表", "A1"): 3}, trusted=True, engine="compiled").package
    assert [changed.value("表", ref) for ref in ("B1", "C1")] == [4.0, True]


def test_a_workbook_with_the_other_dates_is_another_workbook() -> None:
    """Whose formulas are the same: dates would be four years off, so nothing is taken from the one before."""
    package = workbook({"A1": 44000, "C3": "=YEAR(A1)"})
    part = package.part("xl/workbook.xml")
    assert b"<workbookPr/>" in part or b"<workbookPr />" in part
    other = package.with_parts({"xl/workbook.xml": part.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)})
    engine = CompiledEngine()
    model = engine.load(package, {})
    assert model.calculate() == {("表", "C3"): 2020.0}
    engine.release(model)
    assert "1904" in engine.load(other, {}).unable["表", "C3"]


def test_code_reaches_nothing_but_its_own_names() -> None:
    assert result('="__import__(\'os\')"&"\\n\'"') == "__import__('os')\\n'"


def test_deep_and_long_formulas() -> None:
    assert result("=" + "+".join(["1"] * 150)) == 150.0
    assert result("=" + "IF(J1=1,2," * 60 + "3" + ")" * 60) == 3.0
    assert result("=" + "IFERROR(1/0," * 60 + "3" + ")" * 60) == 3.0
    assert "IFERROR" in str(result("=" + '"IFERROR"&' + "ABS(" * 40 + "1" + ")" * 40))
    assert "过" in refusal({"A1": "=" + "(" * 300 + "1" + ")" * 300})
    assert "公式嵌套过深" in refusal({"A1": "=1" + "%" * 5000})
    assert "公式嵌套过深" in refusal({"A1": "=" + "-" * 5000 + "1"})
    nested = "A1"
    for _ in range(10):
        nested = f"({nested}{'+1' * 150})"
    assert "公式嵌套过深" in refusal({"A1": 1, "C3": f"={nested}"})


@pytest.mark.slow
@pytest.mark.parametrize("name", some(example_names(), EXAMPLES))
@pytest.mark.parametrize("rounds", [4, pytest.param(500, marks=pytest.mark.soak)])
def test_reused_plans_calculate_like_formualizer_and_like_fresh_ones(name: str, rounds: int) -> None:
    package = open_package(workbooks_folder() / "examples" / f"{name}.xlsm")
    functions = registered_functions()
    found = catalogue(NamedCells(package), read_identity(package).framework.framework).values()
    # A number in these would show in texts, with 15 digits here as in Excel, with 17 in formualizer.
    items = [item for item in found if not item.id.startswith(("money_unit", "reason.", "problem_", "point_problems."))]
    engine, other, random_ = CompiledEngine(), FormualizerEngine(), random.Random(20221231)
    for number in range(rounds):
        filled = open_package(package.with_inputs(filling(random_, items)).data)
        model, peer = engine.load(filled, functions), other.load(filled, functions)
        assert not model.unable
        results = dict(model.calculate())
        assert differing_from(peer, results) == {}
        if number % 4 == 0:
            assert results == dict(CompiledEngine().load(filled, functions).calculate())
        engine.release(model)
        other.release(peer)
    assert len(engine._idle) == 1
