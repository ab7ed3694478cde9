"""封面与说明: whose evaluation this is, the result so far, what is still missing, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frameworks.parts import UNSTATED, weight_text
from xlperf.frameworks.schema import Framework
from xlperf.values import MoneyUnit
from xlperf.workbook import appearance, gate_links, gates
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets import figures, ledger, points, scoring, summary
from xlperf.workbook.waiting import shown

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import Unit
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    label=Column("项目", 18), content=Column("内容", 46, is_input=True, is_centred=True), note=Column("说明", 62)
)
FIGURES, POINTS, SCORING, SUMMARY = (module.SHEET.title for module in (figures, points, scoring, summary))
LEDGER = ledger.SHEET.title
PROJECT_NAME = "project_name"
TITLES = {"部门整体支出": "部门预算绩效评价工作簿", "项目支出": "项目支出绩效评价工作簿"}
MONEY_UNITS = tuple(unit.value for unit in MoneyUnit)
COMMAND_ONLY = "另需 xlperf check：公式有没有被改动、引用的佐证号是否存在，只有它看得出。"
STEPS = (
    "① 填写本页浅黄色单元格：单位、年度、评价机构。浅黄色是填报格，其余由公式算出，不要改动。",
    f"② 把决算软件导出的官方表粘贴到表1～表9，部门预算公开表粘贴到预算1～预算4，预算表自动取数（各表第 1 行写着认出没有）；其余在各表和“{FIGURES}”填，查不到的留空（空白不等于 0）。",
    f"③ 在“{POINTS}”逐条填核查结果（或问题处数、选项），规则分的上下限随即算出。",
    f"④ 在“{LEDGER}”一个事实写一行（选指标、写事实，扣分可不填），在“{SCORING}”填评定分；与规则分不同、规则只给区间或缺数据时，必须写理由和佐证。",
    f"⑤ 在“{SUMMARY}”看总分、等级和各级得分率；本页“填报情况”里的各项应为 0。",
    f"⑥ 最上面一行显示“可提交”才交；确实没有的数据，在“{FIGURES}”的“备注”写明为什么缺。交上去的文件不要改表名、增删行列、去掉保护。",
    "⑦ 文件名以 .xlsx 结尾的是普通公式版：Excel 2010 以后、WPS（含 Linux 信创版）、LibreOffice 都能算，不需要宏和 Python。"
    "结果不更新时按 F9；WPS 里保存请选 .xlsx，不要选 .et；提示“启用编辑”时点启用。",
    "⑧ 以 .xlsm 结尾的是 UDF 版：没有安装 xlperf 的电脑上，评分函数不会重新计算，可请有 xlperf 的同事用 xlperf recalc 重算，"
    "或用 xlperf convert 转成普通公式版。",
)


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(TITLES[plan.framework.subject], plan.framework.name)
    _status_lines(sheet, plan.framework)
    sheet.header(is_frozen=False)
    _unit(sheet, plan)
    sheet.section("评价结果")
    for label, formula, kind, note in _results(plan):
        _line(sheet, label, Formula(formula), note, kind, is_bold=label == "总分")
    sheet.section("填报情况")
    _counters(sheet, plan.framework)
    sheet.section("怎样使用")
    for step in STEPS:
        sheet.across(plan.framework.worded(step), lowest=22.0)
    sheet.section("目录（点表名跳转）")
    for listed in plan.sheets:
        if listed.title == SHEET.title or listed.is_hidden:
            continue
        is_hidden = bool(plan.data and listed.title in plan.data.not_applicable)
        row = _line(
            sheet, listed.title, plan.framework.worded(listed.purpose), "本单位不适用，已隐藏" if is_hidden else None
        )
        sheet.align_left(row, "content")
        sheet.link(row, "label", listed.title)


def _line(
    sheet: Sheet, label: str, content: str, note: str | None, kind: str = "text", *, is_bold: bool = False
) -> int:
    """A line that nobody fills in; the row number."""
    values = {"label": label, "content": content, "note": note}
    row = sheet.line(values, is_bold=is_bold, formats={"content": kind})
    sheet.lock(row)
    return row


def _status_lines(sheet: Sheet, framework: Framework) -> None:
    """Whether the workbook may be handed in and its result used, and what only the command can tell."""
    for gate, name in gates.STATUS.items():
        passed, failed = gates.PASSED[gate], gates.FAILED[gate]
        row = sheet.across(Formula(gates.state_formula(gate, framework)), size=12, bold=True, height=26.0)
        sheet.name(name, "label", row)
        line, cell = sheet.span("label", row, row, to="note"), sheet.at(row, "both").label
        sheet.colour(line, f'LEFT({cell},{len(failed)})="{failed}"', appearance.ALARM_FILL, appearance.ALARM)
        sheet.colour(line, f'{cell}="{passed}"', appearance.CALM_FILL)
        link = sheet.across(Formula(gate_links.link_formula(gate, framework)), color=appearance.LINK, height=20.0)
        sheet.name(gate_links.LINK[gate], "label", link)
    sheet.across(COMMAND_ONLY, color=appearance.MUTED)


def _unit(sheet: Sheet, plan: Plan) -> None:
    unit = plan.data.unit if plan.data else None
    framework = plan.framework
    money_unit = (unit.money_unit if unit else None) or framework.money_unit
    fields = (
        ("unit_name", "单位名称", unit.name if unit else None, "被评价单位全称", "text"),
        ("unit_code", "单位编码", (unit.code or None) if unit else None, "预算单位编码；报告未载明的留空", "text"),
        ("evaluation_year", "评价年度", unit.year if unit else framework.year, "如 2021", "general"),
        ("evaluator_name", "评价机构", (unit.evaluator or None) if unit else None, "第三方机构或财政部门名称", "text"),
        ("money_unit", "金额单位", money_unit, "元或万元；本工作簿的金额统一用此单位，改动不会换算已填的数", "text"),
    )
    for name, label, value, note, kind in (*fields[:2], *_project(framework, unit), *fields[2:]):
        row = sheet.line({"label": label, "content": value, "note": note}, formats={"content": kind})
        sheet.name(name, "content", row)
        if name == "money_unit":
            sheet.allow_list(sheet.at(row).content, MONEY_UNITS, label)
    _line(sheet, "指标体系", f"{framework.id}　版本 {framework.version}", framework.source.document)


def _project(framework: Framework, unit: Unit | None) -> list[tuple[str, str, str | None, str, str]]:
    """What a project evaluation evaluates: a unit hands in one workbook for each of its projects."""
    if not framework.is_of_project:
        return []
    note = "被评价项目全称；一个单位有几个项目时，靠它分清是哪一个"
    return [(PROJECT_NAME, "项目名称", (unit.project or None) if unit else None, note, "text")]


def _results(plan: Plan) -> list[tuple[str, str, str, str]]:
    framework = plan.framework
    full = f"满分 {weight_text(framework.weight)}{'' if framework.weight is None else ' 分'}"
    unstated = [i for i in framework.indicators if i.is_unstated]
    if unstated:
        full += f"，{len(unstated)} 项指标的评分标准{UNSTATED}，没有规则分"
    return [
        ("总分", shown("total_score"), "score", f"{full}，由“{SCORING}”逐级合计"),
        ("等级", "=total_grade", "general", _bands(framework)),
        ("报告总分", '=IF(reported_total="","",reported_total)', "score", "原报告印出的总分，只作对照"),
        ("报告等级", '=IF(reported_grade="","",reported_grade)', "general", "原报告印出的等级，只作对照"),
    ]


def _bands(framework: Framework) -> str:
    grades = framework.grades
    if grades is None:
        return f"等级表{UNSTATED}"
    is_told = grades.source.is_verified or "未核对原文" in grades.source.document
    return f"{grades.bands}　{grades.source.document}{'' if is_told else '（未核对原文）'}"


def _counters(sheet: Sheet, framework: Framework) -> None:
    """How many places stand in the way, a line for each condition, which leads to its sheet."""
    first = sheet.row
    for condition in gates.conditions(framework):
        row = _line(sheet, condition.label, Formula(f"={condition.count}"), condition.note, "count")
        sheet.name(condition.name, "content", row)
        if condition.sheet != SHEET.title:
            sheet.link(row, "label", condition.sheet)
    counts = sheet.span("content", first, sheet.row - 1)
    sheet.colour(counts, f"{sheet.at(first).content}>0", appearance.WARNING_FILL)
    row = _line(
        sheet,
        "已填（格）",
        Formula(f"={gates.typed_count()}"),
        "粘贴、填报、核查、评分和台账里填了的格，下发时已有的不算",
        "count",
    )
    sheet.name(gates.TYPED, "content", row)


SHEET = SheetDeclaration("封面与说明", "", COLUMNS, lay_out)
