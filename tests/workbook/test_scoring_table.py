"""评分表: the annex of the report by formula, in the form of the framework, and 汇总, from which it takes its sums."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support import adjusted_framework
from tests.support.printed_annexes import NAMES, columns_of, printed_annex
from tests.support.small_framework import ORIGIN, changed, framework
from tests.support.workbooks import after, built
from xlperf.errors import CellError, UserError
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.package import Package
from xlperf.values import Value, round_half_up
from xlperf.workbook.appearance import LEVEL_COLOURS, height_of
from xlperf.workbook.columns import Columns
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.sheets import scoring_table, summary
from xlperf.workbook.sheets.scoring_table import DEDUCTIONS, FORMS, RATES

pytestmark = pytest.mark.whole

TITLE = scoring_table.SHEET.title
DATA = """
schema_version = 1
framework = "mini-2021"
unit = { name = "某局", year = 2021, evaluator = "某所" }
inputs.quota_used = { value = 85, source = "表" }
inputs.quota_issued = { value = 100, source = "表" }
points."2.1" = { finding = "符合", basis = "制度" }
points."2.2" = { finding = 0, basis = "抽查" }
points."2.3" = { finding = "公开", basis = "网站" }
problems = [{ id = "P1", fact = "三张报销单没有审批", indicators = ["2"], source = "抽查" }]
awards.2 = { award = 3, problems = ["P1"], reason = "制度没有执行", evidence = "抽查记录", source = "表" }
"""
CODED = (('code = "1"', 'code = "A11"'), ('code = "2"', 'code = "A21"'))
BY_RULE, FACT = "支出率 85%，按规则得 3 分，扣 3 分", "三张报销单没有审批，扣 1 分"
RATED = DATA.replace('points."2', 'points."A21').replace("awards.2", "awards.A21").replace('["2"]', '["A21"]')
# Printable points of A4 across: 297 mm without the margins of 0.4 inches; what a width of 1 takes with Calibri, and with
# the face that LibreOffice takes where there is none; how much of the page LibreOffice may leave when it shrinks.
ACROSS, NARROW, WIDE, SLACK = (297 / 25.4 - 0.8) * 72, 5.25, 7.0, 0.97
TYPE, LEAST_TYPE = 10.0, 8.0


def mini(form: str = "", data: str = DATA, *changes: tuple[str, str]) -> Package:
    text = changed(*changes, add=f"\n[annex]\n{form}\n" if form else "")
    return built(parse_framework(text, ORIGIN), data)


def coded(data: str = RATED) -> Package:
    return mini('form = "rates"\nhas_codes = true\ntitle = "{单位}得分表（{年度}）"', data, *CODED)


@cache
def filled(name: str) -> Package:
    return built(name, (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8"))


def shown(package: Package, first: int, last: int) -> Iterator[list[Value]]:
    """The values of some rows from the left; None for what is blank or within a merged cell."""
    form = RATES if package.value(TITLE, "C3") == "三级指标" else DEDUCTIONS
    for row in range(first, last + 1):
        cells = package.cells(TITLE)
        yield [cells[ref].value if (ref := form.at(row)[column]) in cells else None for column in form.ids]


@cache
def book(package: Package) -> Workbook:
    return load_workbook(io.BytesIO(package.data))


def page(package: Package, title: str = TITLE) -> Worksheet:
    sheet = book(package)[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_with_deductions() -> None:
    package = mini()
    assert [package.value(TITLE, ref) for ref in ("A1", "A2", "A3", "A4")] == [
        *("附件", "某局2021年度部门整体支出绩效评价评分表", "评价指标", "一级指标")
    ]
    assert list(shown(package, 5, 8)) == [
        ["过程", 10, "预算", 6, "支出率", 6, "支出进度", "按比例得分", 3, BY_RULE],
        [None, None, "管理", 4, "制度健全", 4, "制度", "四个要点", 3, FACT],
        ["过程小计", None, None, None, None, 10, None, None, 6, None],
        ["合计", 10, None, None, None, 10, "等级：差", None, 6, None],
    ]
    assert re.fullmatch(
        "评价机构（盖章）：某所　+评价组负责人（签字）：　+复核（签字）：　+日期：　+年　+月　+日",
        str(package.value(TITLE, "A9")),
    )


def test_with_rates_and_codes() -> None:
    package = coded()
    assert [package.value(TITLE, ref) for ref in ("A2", "E3", "G3")] == ["某局得分表（2021）", "指标说明", "得分"]
    assert list(shown(package, 4, 7)) == [
        ["A过程\n(10分)", "A1预算\n(6分)", "A11支出率", 6, "支出进度", "按比例得分", 3, 0.5],
        [None, "A2管理\n(4分)", "A21制度健全", 4, "制度", "四个要点", 3, 0.75],
        ["过程小计", None, None, 10, None, None, 6, 0.6],
        ["合计", None, None, 10, "等级：差", None, 6, 0.6],
    ]


def test_what_is_not_there_yet() -> None:
    blank, rated = (list(shown(package, 5, 8)) for package in (mini(data=""), coded(data="")))
    assert [line[8] for line in blank] == ["待填"] * 4
    assert [(line[6], line[7]) for line in rated[:3]] == [("待填", "—")] * 3
    assert blank[3][6] == "等级：待填"
    values = [cell.value for cell in mini(data="").cells(TITLE).values()]
    assert not any(isinstance(value, CellError) for value in values)


def test_a_reason_for_full_marks_is_no_deduction() -> None:
    package = mini()
    noted = DEDUCTIONS.at(6).note
    assert package.value(TITLE, noted) == FACT
    full = after(package, award__2=4.0)
    assert (full.value(TITLE, DEDUCTIONS.at(6).score), full.value(TITLE, noted)) == (4, "")


def test_weights_that_may_be_changed() -> None:
    editable = ("year = 2021\nweight = 10", 'year = 2021\nweight = 10\nweights = "editable"')
    rules = (
        (
            'rule = { kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0" }',
            'rule = { kind = "ratio", value = "spending_rate" }',
        ),
        ('rule = { kind = "deduct", points = 1 }', 'rule = { kind = "finding" }'),
        ('rule = { kind = "choice", options = "公开:1; 没有公开:0" }', 'rule = { kind = "finding" }'),
    )
    data = re.sub("points.*\n", "", DATA)
    package = after(mini("", data, editable, *rules), weight__1=5.0, weight__2=5.0)
    lines = list(shown(package, 5, 8))
    assert [(line[1], line[3], line[5]) for line in lines] == [
        (10, 5, 5),
        (None, 5, 5),
        (None, None, 10),
        (10, None, 10),
    ]
    rated = mini('form = "rates"', data, editable, *rules)
    assert next(shown(after(rated, weight__1=5.0, weight__2=5.0), 4, 4))[:2] == ["过程\n(10分)", "预算\n(5分)"]


def test_what_leads_to_the_total_stands_before_it() -> None:
    package = built(adjusted_framework.source(), adjusted_framework.DATA)
    cells = package.cells(TITLE)
    lines = [
        (package.value(TITLE, f"A{row}"), package.value(TITLE, DEDUCTIONS.at(row).score))
        for row in range(5, max(c.row for c in cells.values()))
    ]
    assert [label for label, _ in lines[-7:]] == [
        *("指标得分合计", "剔除不适用后折算", "加分", "减分"),
        *("上限：预算执行率低于80%的封顶", "上限：发生重大安全事故", "合计"),
    ]
    assert [score for _, score in lines[-7:]] == [94, 94, 0, 0, "不封顶", "不封顶", 94]


@pytest.mark.parametrize("name", NAMES)
def test_the_published_annexes(name: str) -> None:
    """Number by number what the reports print; the long texts are those of the framework."""
    package, annex, known = filled(name), printed_annex(name), find_framework(name).framework
    form = FORMS[known.annex.form]
    first = 5 if known.annex.form == "deductions" else 4
    indicators = {i.name: i for i in known.indicators} | {f"{i.code}{i.name}": i for i in known.indicators}
    for row, line in enumerate(annex.lines, first):
        at = form.at(row)
        assert tuple(_printed(package, at[column], column) for column in columns_of(name)) == line
        indicator = indicators[str(package.value(TITLE, at.name))]
        assert (package.value(TITLE, at.explanation), package.value(TITLE, at.standard)) == (
            indicator.description,
            indicator.standard,
        )
    total = form.at(first + len(annex.lines))
    found = [_printed(package, total[column], f"total_{column}") for column in columns_of(name)]
    assert tuple(text for text in found if text) == annex.total
    assert package.value(TITLE, total.explanation) == "等级：良"
    assert (package.value(TITLE, "A1"), package.value(TITLE, "A2")) == (annex.number, annex.title)
    headings = [package.value(TITLE, form.at(row)[column]) for row in range(3, first) for column in form.ids]
    assert sorted(str(heading) for heading in headings if heading) == sorted(annex.headings)


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_as_tall_as_their_texts(name: str) -> None:
    package, form = filled(name), FORMS[find_framework(name).framework.annex.form]
    drawn = page(package)
    short = []
    for row in range(5, drawn.max_row - 1):
        texts = [(package.cells(TITLE).get(form.at(row)[column]), form[column].width) for column in form.ids]
        needed = max(height_of(cell.value, width) for cell, width in texts if cell and isinstance(cell.value, str))
        short += [row] if needed > drawn.row_dimensions[row].height else []
    assert short == []


def test_a_row_whose_note_is_not_known_has_room() -> None:
    without, known = page(mini(data="")).row_dimensions, page(mini()).row_dimensions
    assert (without[5].height, known[5].height) == (height_of("\n\n", 1), height_of(BY_RULE, DEDUCTIONS["note"].width))


@pytest.mark.parametrize("columns", FORMS.values(), ids=list(FORMS))
def test_type_stays_readable(columns: Columns) -> None:
    width = sum(column.width for column in columns)
    for points in (NARROW, WIDE):
        assert TYPE * min(SLACK * ACROSS / (width * points), 1) >= LEAST_TYPE
    # Beside it the page is used.
    assert width * NARROW > 0.85 * ACROSS


def test_it_is_printed_and_not_typed_in() -> None:
    drawn = page(mini())
    assert (drawn.page_setup.orientation, drawn.page_setup.fitToWidth, drawn.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert drawn.print_title_rows == "$3:$4"
    assert "&P" in str(drawn.oddFooter.center.text)
    assert [cell.coordinate for row in drawn.iter_rows() for cell in row if not cell.protection.locked] == []
    # Rows may be made taller.
    assert (drawn.protection.sheet, drawn.protection.formatRows) == (True, False)
    merged = {str(area) for area in drawn.merged_cells.ranges}
    assert {"A3:F3", "G3:G4", "A5:A6", "B5:B6", "A7:E7", "G8:H8"} <= merged
    assert page(coded()).print_title_rows == "$3:$3"


def test_a_second_level_is_one_cell_that_a_page_break_does_not_cut() -> None:
    drawn = page(filled("renhua-2021"))
    assert {"A5:A11", "C5:C8", "D5:D8", "C9:C11"} <= {str(area) for area in drawn.merged_cells.ranges}
    assert {drawn[ref].alignment.vertical for ref in ("A5", "B5", "C5", "D9")} == {"top"}
    assert drawn["E5"].alignment.vertical == "center"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ('title = "{部门}评分表"', "{部门} 不认识，可以写 {单位}、{年度}、{项目}"),
        ('title = "{项目}评分表"', "评价对象却不是项目支出"),
        ("has_codes = true", "指标 1 的编码分不出一级、二级（应如 A11），annex 不能写 has_codes"),
        ('form = "wide"', "deductions"),
    ],
)
def test_what_an_annex_cannot_be(form: str, message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)):
        framework(add=f"\n[annex]\n{form}\n")


def test_codes_that_tell_no_levels() -> None:
    with pytest.raises(UserError, match="B21"):
        framework(CODED[0], ('code = "2"', 'code = "B21"'), add="\n[annex]\nhas_codes = true\n")


def test_every_framework_has_it_in_few_formulas() -> None:
    assert max(len(filled(name).formulas(TITLE)) for name in NAMES) < 100


def test_the_summary_has_the_levels_in_their_columns() -> None:
    package = filled("renhua-2021")
    columns, title = summary.COLUMNS, summary.SHEET.title
    start = (
        next(cell.row for cell in package.cells(title).values() if cell.value == "各指标得分率（点指标名看评分）") + 1
    )
    read = [
        [
            package.value(title, columns.at(row)[c])
            for c in ("level", "group", "name", "weight", "score", "rate", "status")
        ]
        for row in (start, start + 1, start + 4)
    ]
    assert read == [
        ["预算编制情况", "预算编制", "预算编制合理性", 5, 4.5, 0.9, "改判"],
        [None, None, "预算编制规范性", 3, 2, 2 / 3, "改判"],
        [None, "目标设置", "绩效目标覆盖率", 2, 2, 1, "与规则一致"],
    ]
    drawn = page(package, title)
    marked = {
        str(area.sqref): [rule.formula for rule in rules]
        for area, rules in drawn.conditional_formatting._cf_rules.items()
    }
    assert marked == {area: [[f"AND(ISNUMBER({area.split(':')[0]}),{area.split(':')[0]}<0.6)"]] for area in marked}
    assert [area.split(":")[0] for area in marked] == ["F4", f"F{start}"]
    assert drawn[columns.at(start).reported].border.left is None
    assert drawn[columns.at(start).reported].protection.locked


def test_the_charts_show_the_first_levels_and_print_no_cells_of_their_own() -> None:
    package = filled("renhua-2021")
    charts = [package.part(name).decode() for name in package.parts if name.startswith("xl/charts/chart")]
    assert [re.findall('plotVisOnly val="(.)"', chart) for chart in charts] == [["0"], ["0"]]
    levels, indicators = sorted((re.findall('<dPt>.*?srgbClr val="(.*?)"', chart) for chart in charts), key=len)
    assert levels == list(LEVEL_COLOURS[:3])
    assert indicators == [*[levels[0]] * 7, *[levels[1]] * 12, *[levels[2]] * 15]
    drawn, columns = page(package, summary.SHEET.title), summary.COLUMNS
    beyond = [
        cell.coordinate for row in drawn.iter_rows(min_col=len(columns) + 1) for cell in row if cell.value is not None
    ]
    assert (beyond, set(columns.hidden)) == ([], {"computed", "charted", "charted_rate"})


def _printed(package: Package, ref: str, column: str) -> str:
    """A cell as it is printed."""
    cell = package.cells(TITLE).get(ref)
    value = cell.value if cell else None
    if isinstance(value, float | int):
        if column.endswith("rate"):
            return f"{round_half_up(value * 100, 2):.2f}%"
        return f"{value:.2f}" if column == "total_score" else f"{value:g}"
    return "" if value is None else str(value).replace("\n", "")
