"""SheetContents and rewriting cells: what was written reads back, and nothing else changes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.package.hand_written import MAIN, PACKAGE, RELATION, SHEET, package
from xlperf.errors import CellError, UserError
from xlperf.formula.addresses import Area
from xlperf.formula.tokens import shifted, tokens
from xlperf.package import Package, Table, open_package, same_value
from xlperf.values import Value
from xlperf.workbook.locations import workbooks_folder


def values(book: Package) -> dict[str, Value]:
    return {ref: cell.value for ref, cell in book.cells("S").items()}


def test_workbook_part() -> None:
    book = package("")
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [("S", "visible"), ("藏", "hidden")]
    assert [(n.name, n.text, n.sheet, n.is_hidden) for n in book.names] == [
        ("合计", "S!$A$1", None, True),
        ("本地", "S!$A$2", "藏", False),
    ]
    assert book.date1904
    assert book.has_macros
    assert not book.has_calculation_chain
    assert (book.calculation.is_iterative, book.calculation.iterations) == (True, 7)
    assert book.properties == {"编号": "甲1"}
    assert book.value("藏", "B2") is True
    assert book.sheet("s").name == "S"
    with pytest.raises(UserError, match="没有名为“T”的工作表；有：S、藏"):
        book.cells("T")


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_a_line_end_is_one_sign_however_it_is_written(line_end: str) -> None:
    """As XML has it; Excel writes the result of CHAR(10) as two, and a carriage return as a code."""
    book = package(
        f'<row r="1"><c r="A1" t="str"><f>CHAR(10)</f><v xml:space="preserve">{line_end}</v></c>'
        f'<c r="B1" t="inlineStr"><is><t>甲{line_end}乙</t></is></c><c r="C1" t="str"><f>CHAR(13)</f><v>_x000D_</v></c></row>'
    )
    assert values(book) == {"A1": "\n", "B1": "甲\n乙", "C1": "\r"}


@pytest.mark.parametrize(
    "markup",
    [
        "&lt;&gt;&quot;&apos;&amp;",
        "&amp;lt;&amp;amp;&amp;#65;&amp;quot;",
        "&amp;&#65;&lt;&#x4e2d;",
        "&#38;lt;&#x26;amp;",
        "a&amp;&amp;b",
        "甲",
    ],
)
def test_entities_are_what_any_reader_of_xml_takes_them_for(markup: str) -> None:
    """In texts, formulas and results: what an ampersand that is written out begins is no entity."""
    book = package(
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{markup}</t></is></c>'
        f'<c r="B1" t="str"><f>"{markup}"</f><v>{markup}</v></c></row>'
    )
    meant = ElementTree.fromstring(f"<t>{markup}</t>").text
    assert values(book) == {"A1": meant, "B1": meant}
    assert book.formulas("S")["B1"] == f'"{meant}"'


def test_new_cells_stand_in_order_whatever_the_order_asked_for() -> None:
    """Other programs refuse a file whose cells don't."""
    book = package('<row r="5"><c r="B5"><v>1</v></c></row>')
    refs = ["C9", "A9", "D5", "A5", "B2", "A2", "B9"]
    changed = book.with_inputs({("S", ref): float(number) for number, ref in enumerate(refs, 10)})
    written = re.findall(rb'<c r="([A-Z][0-9])"', changed.part(changed.sheet("S").part))
    assert written == [b"A2", b"B2", b"A5", b"B5", b"D5", b"A9", b"B9", b"C9"]
    assert values(changed) == {"B5": 1.0, **{ref: float(number) for number, ref in enumerate(refs, 10)}}


def test_every_kind_of_cell() -> None:
    book = package(
        '<row r="1"><c r="A1"><v>1.5</v></c><c t="s" r="B1"><v>1</v></c><c r=\'C1\' t="inlineStr"><is><t>行&amp;内</t></is></c>'
        '<c r="D1" t="b"><v>0</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1" s="3"/><c r="G1" t="d"><v>2024-01-01</v></c>'
        '<c r="H1" t="s"><v>3</v></c><c r="I1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>\n'
        '<row><c><v>2</v></c>\n <c><f>A1+1</f><v>2.5</v></c><c><f>"x"</f></c><c t="str"><f>""</f><v></v></c></row>'
        '<row r="9"/>'
    )
    assert values(book) == {
        "A1": 1.5,
        "B1": "富 文",
        "C1": "行&内",
        "D1": False,
        "E1": CellError("#N/A"),
        "G1": 43830.0,
        "H1": "A_x0042_",
        "I1": "ab",
        "A2": 2.0,
        "B2": 2.5,
        "C2": None,
        "D2": "",
    }
    assert book.formulas("S") == {"B2": "A1+1", "C2": '"x"', "D2": '""'}


def test_kinds_of_formula() -> None:
    book = package(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1+$C$1+D$1&amp;"B1"</f><v>1</v></c>'
        '<c r="E1" cm="1"><f t="array" ref="E1:F2">{1,2;3,4}</f><v>1</v></c><c r="F1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c><c r="E2"><v>3</v></c><c r="F2"><v>4</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c>'
        '<c r="G3"><f t="dataTable" ref="G3:G4" dt2D="0" r1="A1"/><v>5</v></c></row>'
    )
    assert book.formulas("S") == {
        "A1": 'B1+$C$1+D$1&"B1"',
        "A2": 'B2+$C$1+D$1&"B1"',
        "A3": 'B3+$C$1+D$1&"B1"',
        "E1": "{1,2;3,4}",
    }
    kinds = {ref: cell.formula.kind for ref, cell in book.cells("S").items() if cell.formula}
    assert kinds == {"A1": "shared", "E1": "array", "A2": "shared", "A3": "shared", "G3": "datatable"}
    formula = book.cells("S")["E1"].formula
    assert formula is not None
    assert (formula.area, formula.is_dynamic) == (Area(1, 5, 2, 6), True)
    changed = book.patched({("S", "F2"): 9.0, ("S", "E1"): None})
    assert (changed.value("S", "F2"), changed.value("S", "E1")) == (9.0, None)
    with pytest.raises(UserError, match="S!F2 在数组公式的结果区域内"):
        book.with_inputs({("S", "F2"): 1.0})


def test_tables() -> None:
    relations = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="t" Type="{RELATION}/table" '
        'Target="../tables/t.xml"/></Relationships>'
    )
    table = (
        f'<table xmlns="{MAIN}" displayName="支出" ref="A1:B4" totalsRowCount="1"><tableColumns><tableColumn name="科目"/>'
        '<tableColumn name="金_x000a_额"/></tableColumns></table>'
    )
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": relations, "xl/tables/t.xml": table}
    book = package('<row r="1"><c r="A1" t="inlineStr"><is><t>科目</t></is></c></row>', parts=parts)
    assert book.tables == (Table("支出", "S", Area(1, 1, 4, 2), ("科目", "金\n额"), 1, 1),)
    assert book.tables[0].data == Area(2, 1, 3, 2)
    with pytest.raises(UserError, match="S!A1 是表格“支出”的标题"):
        book.with_inputs({("S", "A1"): "别的"})


def test_inputs_in_every_place() -> None:
    rows = '<row r="2" spans="1:3"><c r="B2" s="5" t="s"><v>0</v></c><c r="D2"><f>B2</f><v>0</v></c></row><row r="4" ht="9"/>'
    book = package(rows, before="<dimension ref='A1'/>", after="<pageMargins/>")
    wanted: dict[tuple[str, str], Value] = {
        ("S", "B2"): 1,
        ("S", "A2"): "=1+1",
        ("S", "C2"): True,
        ("S", "E2"): 2.5,
        ("S", "A1"): " 空 ",
        ("S", "C3"): 3,
        ("S", "B4"): 4,
        ("S", "A4"): None,
        ("S", "Z9"): 9,
        ("S", "B1"): "x\ny",
    }
    changed = book.with_inputs(wanted)
    assert {key: value for key, value in wanted.items() if value is not None} == {
        ("S", ref): value for ref, value in values(changed).items() if ref != "D2"
    }
    xml = changed.part(SHEET).decode()
    assert '<c r="B2" s="5"><v>1</v></c>' in xml
    assert '<row r="4" ht="9"><c r="B4"><v>4</v></c></row>' in xml
    assert [int(row) for row in re.findall(r'<row r="(\d+)"', xml)] == [1, 2, 3, 4, 9]
    assert xml.endswith("</sheetData><pageMargins/></worksheet>")
    cleared = changed.with_inputs({("S", "B2"): None})
    assert '<c r="B2" s="5"/>' in cleared.part(SHEET).decode()
    assert book.with_inputs({("S", "B2"): "一"}) is book


def test_inputs_into_an_empty_sheet() -> None:
    book = package("", parts={SHEET: f'<worksheet xmlns="{MAIN}"><sheetData /></worksheet>'})
    assert values(book.with_inputs({("S", "B2"): 1})) == {"B2": 1.0}


@pytest.mark.parametrize(
    ("ref", "value", "said"),
    [
        ("A1", 1, "S!A1 是公式"),
        ("1A", 1, "不是单元格地址"),
        ("B1", "x" * 40_000, "32767"),
        ("B1", "\ud800", "无效的字符"),
    ],
)
def test_inputs_that_are_refused(ref: str, value: Value, said: str) -> None:
    with pytest.raises(UserError, match=said):
        package('<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>').with_inputs({("S", ref): value})


def test_only_results_are_patched() -> None:
    book = package('<row r="1"><c r="A1"><v>1</v></c></row>')
    with pytest.raises(UserError, match="S!A1 不是公式的结果"):
        book.patched({("S", "A1"): 1.0})


def test_signed_workbook_is_not_changed() -> None:
    book = package('<row r="1"><c r="A1"><v>1</v></c></row>', parts={"_xmlsignatures/sig1.xml": "<a/>"})
    assert book.with_inputs({("S", "A1"): 1}) is book
    with pytest.raises(UserError, match="数字签名"):
        book.with_inputs({("S", "A1"): 2})


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1+$A1+A$1+$A$1", "B3+$A3+B$1+$A$1"),
        ("SUM(A:A,1:1,$A:B)", "SUM(B:B,3:3,$A:C)"),
        ("LOG10(A1)&\"A1\"&'A1'!A1", "LOG10(B3)&\"A1\"&'A1'!B3"),
        ("A1_x+名称+T[[#This Row],[A1]]", "A1_x+名称+T[[#This Row],[A1]]"),
        ("XFD1048576", "A2"),
        ("Sheet1!A1:B2", "Sheet1!B3:C4"),
        ("1.5E3+#REF!", "1.5E3+#REF!"),
    ],
)
def test_formulas_are_moved(formula: str, moved: str) -> None:
    pieces = tokens(formula)
    assert "".join(piece.text for piece in pieces) == formula
    assert shifted(pieces, 2, 1) == moved


ERRORS = st.sampled_from(CellError.CODES).map(CellError)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**18), 10**18)
ANY_VALUE = st.none() | st.booleans() | NUMBERS | TEXTS | ERRORS
TWO_CELLS = '<row r="1"><c r="A1" s="2"><v>1</v></c><c r="B1" s="3"><f>A1</f><v>1</v></c></row>'


@pytest.mark.whole
@given(value=ANY_VALUE)
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_back(value: Value) -> None:
    book = package(TWO_CELLS)
    for changed, ref in ((book.patched({("S", "B1"): value}), "B1"), (book.with_inputs({("S", "A1"): value}), "A1")):
        assert same_value(changed.value("S", ref), value)
        assert changed.patched({("S", "B1"): changed.value("S", "B1")}) is changed
        if ref == "B1":
            back = changed.patched({("S", "B1"): 1.0})
            assert back.part(SHEET) == book.part(SHEET)


def test_a_new_cell_takes_the_style_of_its_row_or_column() -> None:
    """A figure put where no cell was stays unlocked where the column is."""
    package = open_package(workbooks_folder() / "renhua-2021.xlsm")
    sheet = "表3支出决算"
    pasted = package.with_inputs({(sheet, "A20"): "20101", (sheet, "C20"): 12.5})
    content = pasted.part(pasted.sheet(sheet).part).decode()
    style = re.search(r'<col [^>]*max="1"[^>]* style="(\d+)"', content) or re.search(
        r'<col [^>]*style="(\d+)"', content
    )
    assert style is not None
    assert f'<c r="A20" s="{style[1]}" t="inlineStr">' in content


@pytest.mark.parametrize(
    ("before", "cells", "after"),
    [
        ('<dimension ref="A1:B2"/>', {"B2": 1.0}, '<dimension ref="A1:B2"/>'),
        ('<dimension ref="A1:B2"/>', {"A7": 1.0, "D1": 2.0}, '<dimension ref="A1:D7"/>'),
        ('<dimension ref="A1:B2"/>', {"A7": None}, '<dimension ref="A1:B2"/>'),
        ("<dimension  xr:uid='{A}' ref='B2'/>", {"A1": "甲"}, "<dimension  xr:uid='{A}' ref='A1:B2'/>"),
        ("<dimension/>", {"C9": 1.0}, "<dimension/>"),
        ('<dimension ref="?"/>', {"C9": 1.0}, '<dimension ref="?"/>'),
        ("", {"C9": 1.0}, ""),
    ],
)
def test_a_sheets_extent_grows_with_its_cells(before: str, cells: dict[str, Value], after: str) -> None:
    row = '<row r="1"><c r="A1"><v>5</v></c></row>'
    book = package(row, before=before)
    changed = book.with_inputs({("S", "A1"): 6.0, **{("S", ref): value for ref, value in cells.items()}})
    part = changed.part(SHEET).decode()
    assert part.partition(f'<worksheet xmlns="{MAIN}">')[2].partition("<sheetData>")[0] == after
