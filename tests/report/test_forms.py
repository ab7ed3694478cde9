"""Forms filled from a workbook: held against their columns, what is too long, warnings, what is printed, hostile texts."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.support.filled_forms import PROBLEM, filled_form, long_problems, project_contents, refilled
from tests.support.workbooks import built
from xlperf.errors import UserError
from xlperf.report.document.making import filled_workbook
from xlperf.report.forms import spreadsheet, word_form
from xlperf.report.forms.contents import contents
from xlperf.report.forms.declarations import Threshold, find_form, shipped_forms
from xlperf.report.forms.layout import FilledForm, fill
from xlperf.report.forms.marks import is_mark, marks_in

FORMS = [form.id for form in shipped_forms()]
# The columns of each form in the order of its source; the row in which they stand is found by its first one.
COLUMNS = {
    "project-self": [
        ["年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B/A）", "得分"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
    ],
    "project-self-yunnan": [
        ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        [
            *("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "实际完成值", "分值", "得分"),
            "偏差原因分析及改进措施",
        ],
    ],
    "project-self-sichuan": [
        ["年初预算", "调整后预算数", "预算执行数", "预算执行率", "权重", "得分", "原因"],
        [
            *("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分"),
            "未完成原因分析",
        ],
    ],
    "project-self-guangshui": [
        ["中央", "省地", "本级", "其他", "合计", "执行数", "执行率"],
        ["评价内容", "分值", "自评分", "复核分", "评价标准及依据"],
        ["指标", "年初指标值", "年终完成值", "自评分", "复核分", "评价标准"],
    ],
    "department-self": [["一级指标", "二级指标", "三级指标", "评分标准", "分值", "自评得分", "扣分原因和其他说明"]],
    "goals-short": [["一级指标", "二级指标", "三级指标", "指标值"]],
    "goals-long": [["实施内容", "开始时间", "完成时间"], ["一级指标", "指标内容", "指标值", "备注"]],
    "monitoring": [
        [
            *("监控时点", "项目或绩效目标", "预期进度", "预算执行进度", "绩效目标完成情况", "是否偏离"),
            *("偏差原因", "纠偏措施", "预警"),
        ]
    ],
}
FUNDS = {
    "project-self": ["年度资金总额", "其中：本年财政拨款", "上年结转资金", "其他资金"],
    "project-self-yunnan": ["年度资金总额", "其中：本年财政拨款", "上年结转资金", "其他资金"],
    "project-self-sichuan": ["总额", "其中：财政资金", "财政专户管理资金", "单位资金", "其他资金"],
}
SMALLEST = 8.0


def texts(filled: FilledForm) -> list[list[str]]:
    """What stands in each row, from the left, without what is blank."""
    rows = (sorted(row, key=lambda box: box.column) for row in filled.rows)
    return [[box.content.text for box in row if box.content.text] for row in rows]


def row_of(filled: FilledForm, name: str) -> list[str]:
    """The row in which a text stands."""
    return next(row for row in texts(filled) if name in row)


@pytest.mark.parametrize("form", FORMS)
def test_columns_stand_in_the_order_of_the_source(form: str) -> None:
    rows = texts(filled_form(form))
    for columns in COLUMNS[form]:
        assert any(row[-len(columns) :] == columns for row in rows), columns
    labels = [name for row in rows for name in row if name in FUNDS.get(form, ())]
    assert labels == FUNDS.get(form, [])


@pytest.mark.parametrize("form", FORMS)
def test_every_mark_of_a_form_is_known_and_its_source_is_said(form: str) -> None:
    declared = find_form(form)
    assert declared.source
    for text, group in declared.texts:
        assert [name for name in marks_in(text) if not is_mark(name, group)] == []


def test_a_self_evaluation_is_filled_in() -> None:
    filled = filled_form("project-self")
    assert filled.title == "项目支出绩效自评表（2024年度）"
    assert row_of(filled, "年度资金总额") == ["年度资金总额", "120.00", "100.00", "96.50", "10", "96.50%", "9.65"]
    # The target comes from the goal of the same name in its approved version, else from the rule's own figures.
    assert row_of(filled, "质量指标")[-5:] == ["质量指标", "≥95%", "96%", "15", "15.00"]
    assert row_of(filled, "成本指标")[-5:] == ["成本指标", "100.00", "98.00", "10", "10.00"]
    assert row_of(filled, "时效指标")[-1] == "2 座水库晚完工一个月；已调整施工计划"
    assert row_of(filled, "总分") == ["总分", "100", "97.43"]
    # What has its full score needs no reason; the rate of execution stands with the money alone.
    assert "减少灾损" not in str(texts(filled))
    assert [row for row in texts(filled) if "预算执行率" in row] == []


def test_targets_are_taken_apart_where_a_form_has_columns_for_it() -> None:
    rows = filled_form("project-self-yunnan")
    assert row_of(rows, "质量指标")[1:5] == ["质量指标", "≥", "95", "%"]
    assert row_of(rows, "社会效益指标")[-6:-2] == ["社会效益指标", "定性", "保障下游安全", "汛期无险情"]
    assert row_of(rows, "等级")[-1] == "优"


@pytest.mark.whole
def test_self_and_review_scores_stand_side_by_side() -> None:
    reviewed = '\n[awards.2]\nreview = 13\nreason = "少 2 处"\nsource = "复核"\nevidence = "验收单"\n'
    filled = filled_form("project-self-guangshui", reviewed)
    assert row_of(filled, "数量指标") == ["数量指标", "20", "20", "15.00", "13.00", filled_standard("2")]
    assert row_of(filled, "产出指标")[-2:] == ["50", "49.00"]
    assert row_of(filled, "自评总分")[-1] == "97.43"


def filled_standard(code: str) -> str:
    """The scoring text of an indicator."""
    return next(line["评分标准"].text for line in project_contents().lists["指标"] if line["编码"].text == code)


def test_levels_are_merged_as_far_as_they_reach() -> None:
    boxes = [box for box in filled_form("project-self").boxes if box.look.has_merge]
    heights = {box.content.text: box.rows for box in boxes if box.column <= 1}
    assert heights == {"绩效指标": 10, "产出指标": 4, "效益指标": 4, "满意度指标": 1}


def test_a_department_has_its_standards_and_reasons() -> None:
    filled = filled_form("department-self")
    assert filled.remarks == ("“部门整体支出自评表（湖南格式的评分表）”用于部门整体支出，这份工作簿是项目支出",)
    assert row_of(filled, "时效指标")[-3:-1] == ["10", "9.00"]


@pytest.mark.whole
def test_what_is_too_long_stays_whole_and_is_said() -> None:
    filled = filled_form("project-self-sichuan", long_problems())
    assert len(filled.too_long) == 1
    assert "“存在问题”现有" in filled.too_long[0]
    assert "超过 200 字" in filled.too_long[0]
    text = next(row for row in texts(filled) if row[0].startswith("存在问题"))[1]
    assert text.count(PROBLEM) == 10
    written = "".join(cell for row in rows_of_sheet(spreadsheet.write(filled)) for cell in row)
    assert "请删减" in written
    # Equal suggestions are one.
    assert next(row for row in texts(filled) if row[0].startswith("改进措施"))[1] == "健全制度。"
    assert filled_form("project-self-sichuan").too_long == ()


def test_warnings_are_off_until_a_bureau_sets_them() -> None:
    rows = texts(filled_form("monitoring"))
    assert [row for row in rows if "低于" in str(row) or "相差" in str(row)] == []
    form = find_form("monitoring")
    set_ = form.model_copy(update={"thresholds": (Threshold(checkpoint="7月底", execution=0.4),), "gap": 0.1})
    found = [row for row in texts(refilled(set_)) if row[0] in ("7月底", "10月底")]
    assert found[0][-1] == "执行进度低于 40.00%；与预期进度相差 15.00%"
    assert found[1][-1] == "未偏离"
    assert filled_form("monitoring").top == ("（非官方版式）",)


def rows_of_sheet(content: bytes) -> list[list[str]]:
    """The texts of a workbook's only sheet."""
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_printed_on_a4_in_letters_that_can_be_read(form: str) -> None:
    content = spreadsheet.write(filled_form(form))
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.page_setup.fitToWidth in (None, 1)
    # So wide does LibreOffice draw columns where Excel's font is not installed.
    needed = sum(column.width * 9.2 for column in sheet.column_dimensions.values())
    is_lying = sheet.page_setup.orientation == "landscape"
    there = ((11.69 if is_lying else 8.27) - 0.8) * 96
    sizes = [cell.font.size for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert min(sizes) * min(1, there / needed) >= SMALLEST
    assert spreadsheet.write(filled_form(form)) == content


@pytest.mark.whole
@pytest.mark.parametrize("form", FORMS)
def test_word_and_sheet_say_the_same(form: str) -> None:
    filled = filled_form(form)
    content = word_form.write(filled)
    assert word_form.write(filled) == content
    document = docx.Document(io.BytesIO(content))
    said = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    wanted = {box.content.text for box in filled.boxes}
    assert wanted - said == set()
    section: Any = document.sections[0]
    assert sorted((section.page_width.cm, section.page_height.cm)) == pytest.approx([21, 29.7], abs=0.02)
    assert section.page_width > section.page_height or sum(find_form(form).widths) <= 140


@pytest.mark.whole
@pytest.mark.parametrize("form", FORMS)
def test_headings_are_repeated_on_every_page(form: str) -> None:
    """Word repeats the first rows of a table, where none of their cells reaches below them; Excel any rows."""
    filled = filled_form(form)
    assert filled.head is not None
    heading = {box.content.text for box in filled.boxes if box.row == filled.head[1] and not box.look.has_merge}
    table = docx.Document(io.BytesIO(word_form.write(filled))).tables[-1]
    flags = [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows]
    top = sum(flags)
    assert all(flags[:top])
    assert heading <= {cell.text for cell in table.rows[top - 1].cells}
    below = table.rows[top]._tr
    assert below.xpath("w:tc/w:tcPr/w:vMerge[not(@w:val)]") == []
    sheet: Any = openpyxl.load_workbook(io.BytesIO(spreadsheet.write(filled))).active
    first, last = (int(row) for row in sheet.print_title_rows.replace("$", "").split(":"))
    printed = {str(cell.value) for row in sheet.iter_rows(min_row=first, max_row=last) for cell in row}
    assert heading <= printed


def test_without_python_docx_the_other_way_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(UserError, match=r"python-docx.*\.xlsx"):
        word_form.write(filled_form("monitoring"))


@pytest.mark.whole
def test_hostile_texts_are_harmless() -> None:
    evil = "=cmd|'/c calc'!A1 {{单位编码}} <r><t>& ]]> \u202e" + "长" * 3000
    data = f'schema_version = 1\nframework = "mof-project-self"\n[unit]\nname = "{evil}"\nyear = 2024\ncode = "99"\n'
    found = contents(filled_workbook(built("mof-project-self", data), is_saved=False))
    filled = fill(find_form("project-self"), found)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(spreadsheet.write(filled))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=cmd")]
    assert [cell.data_type for cell in cells] == ["s"]
    document = docx.Document(io.BytesIO(word_form.write(filled)))
    named = next(
        cell.text for table in document.tables for row in table.rows for cell in row.cells if "=cmd" in cell.text
    )
    # A mark within what was filled in is no mark.
    assert "{{单位编码}} <r><t>& ]]>" in named
    assert "\u202e" not in named


def test_an_own_declaration_is_read_and_what_is_wrong_with_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "表.toml"
    head = 'id = "own"\nlabel = "表"\ntitle = "表"\nsource = "本局"\nlayout = "非官方版式"\nwidths = [10, 10]\n'
    path.write_text(head + '[[rows]]\ncells = ["单位", "{{单位名称}}"]\n', encoding="utf-8")
    assert find_form(str(path)).id == "own"
    for rows, said in (
        ('[[rows]]\ncells = ["单位"]\n', "第 1 行占 1 列，表有 2 列"),
        ("rows = 3", "rows"),
        ("rows = [", "不是 TOML"),
    ):
        path.write_text(head + rows, encoding="utf-8")
        with pytest.raises(UserError, match=said):
            find_form(str(path))
    path.write_text(head + '[[rows]]\ncells = ["单位", "{{没有}}"]\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"\{\{没有\}\} 不认识"):
        fill(find_form(str(path)), project_contents())
    with pytest.raises(UserError, match="没有编号为 x 的表；有 department-self"):
        find_form("x")


SOURCES = """
[tables.funds.funds_fiscal]
initial = 100
adjusted = 80
spent = 78.5

[tables.funds.funds_local]
adjusted = 80

[tables.funds.funds_carried]
adjusted = 8
spent = 8

[tables.funds.funds_account]
adjusted = 4

[tables.funds.funds_unit]
initial = 20
adjusted = 8
spent = 10

[tables.report.report_authority]
text = "某县人民政府"

[tables.report.report_person]
text = "分管副局长"

[tables.report.report_attribute]
text = "延续性"

[tables.report.report_period]
text = "2024年"
"""


@pytest.mark.whole
def test_money_is_printed_by_where_it_comes_from() -> None:
    filled = filled_form("project-self", SOURCES)
    fiscal = "其中：本年财政拨款"
    assert row_of(filled, fiscal) == [fiscal, "100.00", "80.00", "78.50", "—", "98.13%", "—"]
    assert row_of(filled, "上年结转资金") == ["上年结转资金", "8.00", "8.00", "—", "100.00%", "—"]
    # What the form has no line for is in its last one.
    assert row_of(filled, "其他资金") == ["其他资金", "20.00", "12.00", "10.00", "—", "83.33%", "—"]
    assert row_of(filled, "主管部门")[:2] == ["主管部门", "某县人民政府"]
    sichuan = filled_form("project-self-sichuan", SOURCES)
    assert row_of(sichuan, "单位资金") == ["单位资金", "20.00", "8.00", "10.00", "125.00%", "—", "—"]
    assert row_of(sichuan, "财政专户管理资金") == ["财政专户管理资金", "4.00", "—", "—"]
    assert row_of(sichuan, "项目负责人")[1] == "分管副局长"
    assert row_of(filled_form("goals-short", SOURCES), "其中：财政拨款")[-1] == "80.00"
    assert "2024年" in row_of(filled_form("goals-long", SOURCES), "起止时间")
    guangshui = texts(filled_form("project-self-guangshui", SOURCES))
    amounts = guangshui[next(n for n, row in enumerate(guangshui) if "省地" in row) + 1]
    assert amounts[:3] == ["80.00", "12.00", "100.00"]


@pytest.mark.whole
def test_the_report_of_a_project_says_whose_it_is_and_where_the_money_comes_from() -> None:
    from tests.support.filled_forms import project
    from tests.support.written_reports import read_made
    from xlperf.report.document.making import Wish

    report = read_made(project(SOURCES), Wish(structure="project"))
    assert (
        "实施单位：某县水利局；主管部门：某县人民政府；项目负责人：分管副局长；项目属性：延续性；起止时间：2024年。"
        in report.texts
    )
    table = report.table("项目资金来源情况表")
    assert table.row("年度资金总额")[1:] == ["120.00", "100.00", "96.50", "96.50%"]
    assert table.row("单位资金")[1:] == ["20.00", "8.00", "10.00", "125.00%"]
    assert table.row("财政专户管理资金")[1:] == ["—", "4.00", "—", "—"]
    without = read_made(project(), Wish(structure="project"))
    assert not any("项目资金来源" in table.caption for table in without.tables)
    assert "主管部门：" not in without.whole
