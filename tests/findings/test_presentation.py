"""How a small workbook opens and is printed, where its links lead, what its inputs calculate: what is told, what is not."""

from __future__ import annotations

import pytest

from tests.findings.small_book import book
from tests.support import alterer, forger
from xlperf.findings.disguises import disguise_findings
from xlperf.findings.presentation import presentation_findings
from xlperf.findings.volatile_inputs import volatile_findings
from xlperf.package import Package
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.all_sheets import shown_place

SCORES, SUMMARY, FIGURES = "指标评分", "汇总", "指标数据"


def told(package: Package) -> list[tuple[str, str]]:
    return [(f.severity, f.code) for f in presentation_findings(package, book())]


@pytest.mark.whole
def test_as_made() -> None:
    assert told(book()) == []


@pytest.mark.whole
@pytest.mark.parametrize(
    ("zoom", "found"), [(19, [("hint", "text_hidden")]), (20, []), (10, [("hint", "text_hidden")])]
)
def test_zoom(zoom: int, found: list[tuple[str, str]]) -> None:
    assert told(forger.replaced(book(), SUMMARY, 'zoomScale="100"', f'zoomScale="{zoom}"')) == found


def frozen(rows: int, columns: int, height: float, zoom: int = 100) -> Package:
    """The scores with so much frozen, every row of one height, and the zoom."""
    package = forger.pattern(book(), SCORES, r'xSplit="\d+" ySplit="\d+"', f'xSplit="{columns}" ySplit="{rows}"')
    package = forger.pattern(package, SCORES, r'<row r="(\d+)"[^>]*>', rf'<row r="\1" customHeight="1" ht="{height}">')
    return package if zoom == 100 else forger.replaced(package, SCORES, 'zoomScale="100"', f'zoomScale="{zoom}"')


@pytest.mark.parametrize(
    ("rows", "columns", "height", "zoom", "is_told"),
    [
        # The sheet has five rows or so; what is frozen and what lies behind.
        (4, 6, 225, 100, False), (4, 6, 226, 100, True), (4, 6, 114, 200, True), (4, 6, 112, 200, False),
        (4, 6, 300, 75, False), (4, 6, 301, 75, True), (400, 6, 100, 100, False), (4, 5, 400, 100, False),
    ],
)  # fmt: skip
def test_frozen_rows(rows: int, columns: int, height: float, zoom: int, is_told: bool) -> None:
    assert told(frozen(rows, columns, height, zoom)) == ([("warning", "rows_hidden")] if is_told else [])


def test_frozen_rows_without_heights_of_their_own() -> None:
    package = forger.pattern(frozen(4, 6, 20), SCORES, r'<row r="(\d+)"[^>]*>', r'<row r="\1">')
    assert told(package) == []
    assert told(forger.replaced(package, SCORES, 'defaultRowHeight="15"', 'defaultRowHeight="226"')) == [
        ("warning", "rows_hidden")
    ]


def test_a_picture_in_the_header() -> None:
    picture = (
        '<legacyDrawingHF xmlns:x="http://schemas.openxmlformats.org/officeDocument/2006/relationships" x:id="rId99"/>'
    )
    package = forger.pattern(book(), SUMMARY, "(<drawing |</worksheet>)", rf"{picture}\1")
    assert told(package)[:1] == [("hint", "printed_otherwise")]


def test_frozen_columns() -> None:
    wide = forger.pattern(frozen(4, 6, 20), SCORES, r'(<col (?=[^>]*max="[1-6]")[^>]*width=")[^"]*"', r'\g<1>51"')
    assert told(wide) == [("warning", "rows_hidden")]
    assert told(forger.pattern(wide, SCORES, 'width="51"', 'width="50"')) == []


@pytest.mark.whole
@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("&amp;R总分：95.00", "总分：95.00"), ("得分 9.5", "得分 9.5"), ("等级为优", "等级为优"), ("评定结果：不合格", "结果：不合格"),
        ("&amp;C&amp;\"宋体,加粗\"&amp;16最终 92.5 分", "92.5 分"), ("&amp;KFF0000总分=９５", "总分=９５"),
        ("2021年度绩效评价评分表", ""), ("仁化县评分中心", ""), ("&amp;L第&amp;P页，共&amp;N页", ""), ("3 分册", ""), ("总分情况", ""),
        ("等级优化方案", ""), ("&amp;16&amp;A", ""), ("结果：&amp;D", ""),
    ],
)  # fmt: skip
def test_headers(text: str, stated: str) -> None:
    package = forger.replaced(book(), SUMMARY, "<oddHeader></oddHeader>", f"<oddHeader>{text}</oddHeader>")
    found = list(presentation_findings(package, book()))
    assert [(f.severity, f.code) for f in found] == ([("warning", "printed_otherwise")] if stated else [])
    assert all(f"“{stated}”" in f.message for f in found)


def test_headers_of_first_and_even_pages_only_where_there_are_any() -> None:
    package = book()
    for page, switch in (("first", "differentFirst"), ("even", "differentOddEven")):
        stated = forger.replaced(
            package, SUMMARY, f"<{page}Footer></{page}Footer>", f"<{page}Footer>总分 9</{page}Footer>"
        )
        assert told(stated) == []
        assert told(forger.replaced(stated, SUMMARY, "<headerFooter>", f'<headerFooter {switch}="1">')) == [
            ("warning", "printed_otherwise")
        ]


@pytest.mark.parametrize(("scale", "is_fitted", "is_told"), [(24, 0, True), (25, 0, False), (10, 1, False)])
def test_scale(scale: int, is_fitted: int, is_told: bool) -> None:
    fitting = forger.pattern(book(), SUMMARY, 'fitToPage="1"', f'fitToPage="{is_fitted}"') if not is_fitted else book()
    package = forger.pattern(fitting, SUMMARY, "<pageSetup ", f'<pageSetup scale="{scale}" ')
    assert told(package) == ([("hint", "printed_otherwise")] if is_told else [])


def test_print_area() -> None:
    _, total = shown_place(NamedCells(book()).place("total_score"))
    row = int(total.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    (only,) = presentation_findings(
        forger.local_name(book(), SUMMARY, "_xlnm.Print_Area", f"{SUMMARY}!$A$1:$I${row - 1}"), book()
    )
    assert (only.severity, only.cell, len(str(only.found).split())) == ("hint", f"{SUMMARY}!{total}", 2)
    assert told(forger.local_name(book(), SUMMARY, "_xlnm.Print_Area", f"{SUMMARY}!$A$1:$I$99")) == []
    two = f"{SUMMARY}!$A$1:$I${row - 1},{SUMMARY}!$A${row}:$I$99"
    assert told(forger.local_name(book(), SUMMARY, "_xlnm.Print_Area", two)) == []
    assert told(forger.local_name(book(), SUMMARY, "_xlnm.Print_Area", f"OFFSET({SUMMARY}!$A$1,0,0,2,2)")) == []


def test_links() -> None:
    link = '<hyperlink display="支出率" location="\'指标评分\'!D4" ref="C31">'
    at, place = 'ref="C31"', "'指标评分'!D4"
    assert told(forger.replaced(book(), SUMMARY, at, f'{at} tooltip="看"')) == []
    assert told(forger.replaced(book(), SUMMARY, link, link.replace(place, "#指标评分!$D$4"))) == []
    for other in ("'指标评分'!D5", "'参数'!D4"):
        (only,) = presentation_findings(forger.replaced(book(), SUMMARY, link, link.replace(place, other)), book())
        assert (only.severity, only.code, only.cell) == ("warning", "link_changed", f"{SUMMARY}!C31")
        assert (only.expected, only.found) == ("指标评分!D4", other.replace("'", ""))
    assert told(forger.replaced(book(), SUMMARY, f"{link}</hyperlink>", "")) == []


def test_tabs() -> None:
    for stated, found in (("0", [("warning", "sheet_hidden")]), ("false", [("warning", "sheet_hidden")]), ("true", [])):
        package = forger.replaced(book(), "xl/workbook.xml", 'showSheetTabs="1"', f'showSheetTabs="{stated}"')
        assert told(package) == found


def calculating(formula: str, *, name: str = "") -> list[str]:
    """The cells that are told where an input holds a formula; `name`: what a name stands for."""
    package = forger.own_name(book(), "某数", name) if name else book()
    cell = r'(<c r="B6" s="\d+")(?: t="n")?(?:/>|>(?:<v>[^<]*</v>)?</c>)'
    package = forger.pattern(package, FIGURES, cell, rf"\1><f>{formula}</f><v>5</v></c>")
    return [f.cell for f in volatile_findings(package, book())]


@pytest.mark.parametrize(
    "formula", ["TODAY()-46000", "5+now()*0", "IF(RAND()&gt;0.5,5,3)", "_xlfn.RANDARRAY(1)", 'CELL("row")']
)
def test_inputs_that_change_by_themselves(formula: str) -> None:
    assert calculating(formula) == [f"{FIGURES}!B6"]


@pytest.mark.parametrize("formula", ["2+2", "SUM(B7:B8)", '"TODAY()"', "total_score", "DATE(2026,1,1)", "B6+1", "某数"])
def test_inputs_that_do_not(formula: str) -> None:
    assert calculating(formula, name="5") == []


def test_by_way_of_a_name_or_of_another_cell() -> None:
    assert calculating("某数+1", name="TODAY()") == [f"{FIGURES}!B6"]
    assert calculating("5", name="TODAY()") == []
    package = alterer.add_sheet(book(), "草稿")
    package = forger.pattern(package, "草稿", '<c r="A1"><v>', '<c r="A1"><f>B1</f><v>')
    package = forger.pattern(package, "草稿", "</row>", '<c r="B1"><f>TODAY()</f><v>1</v></c></row>')
    assert list(volatile_findings(package, book())) == []
    cell = r'(<c r="B6" s="\d+")(?: t="n")?(?:/>|>(?:<v>[^<]*</v>)?</c>)'
    for area, count in (("草稿!A1", 1), ("SUM(草稿!A:A)", 1), ("草稿!A2", 0), ("SUM(草稿!C1:D9)", 0)):
        linked = forger.pattern(package, FIGURES, cell, rf"\1><f>{area}</f><v>5</v></c>")
        assert len(list(volatile_findings(linked, book()))) == count, area


@pytest.mark.whole
@pytest.mark.parametrize(
    ("font", "code"),
    [
        ('<color rgb="FFFFFFFF"/>', "text_hidden"), ('<sz val="3.9"/>', "text_hidden"), ('<sz val="4"/>', ""),
        ('<color rgb="FFFF0000"/>', ""), ('<rFont val="Wingdings"/>', ""), ("<b/>", ""),
    ],
)  # fmt: skip
def test_parts_of_texts(font: str, code: str) -> None:
    ref = "D4"
    package = forger.rich(book(), SCORES, ref, font, last=1)
    for one in (package, forger.shared_texts(package)):
        assert [(f.code, f.cell) for f in disguise_findings(one, book())] == (
            [(code, f"{SCORES}!{ref}")] if code else []
        )


@pytest.mark.whole
def test_fonts_that_state_nothing_or_what_extensions_add() -> None:
    plain = forger.rich(book(), SCORES, "D4", '<color rgb="FFFFFFFF"/>', first=1, last=2)
    empty = forger.pattern(plain, SCORES, "<r><t ", "<r><rPr /><t ")
    added = '<rPr xmlns:y="urn:y"><color y:a="1" rgb="FFFFFFFF"/></rPr>'
    for one in (empty, forger.pattern(empty, SCORES, r"<rPr><color[^>]*/></rPr>", added)):
        shared = forger.shared_texts(one)
        assert [(f.code, f.cell) for f in disguise_findings(shared, book())] == [("text_hidden", f"{SCORES}!D4")]
