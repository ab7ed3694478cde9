"""封面与说明: whose evaluation this is, the result so far, what is still missing, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlperf.frameworks.parts import UNSTATED, weight_text
from xlperf.frameworks.schema import Framework
from xlperf.values import MoneyUnit
from xlperf.workbook import appearance, gate_links, gates, next_steps
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.gate_condition import RESULT, SUBMISSION
from xlperf.workbook.identity import PREFILLED
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import GROUPS, Copy, Role
from xlperf.workbook.sheets import figures, ledger, points, scoring, summary
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.tables.all_tables import ALL_TABLES, uses_official_tables
from xlperf.workbook.tables.table import LINE
from xlperf.workbook.waiting import shown

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import Unit
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    label=Column("项目", 18), content=Column("内容", 46, is_input=True, is_centred=True), note=Column("说明", 62)
)
FIGURES, POINTS, SCORING, SUMMARY = (module.SHEET.title for module in (figures, points, scoring, summary))
LEDGER = ledger.SHEET.title
# The copy that is not told of a gate: it is the other one's.
OTHERS = {SUBMISSION: Copy.EVALUATOR, RESULT: Copy.UNIT}
PROJECT_NAME = "project_name"
TITLES = {"部门整体支出": "部门预算绩效评价工作簿", "项目支出": "项目支出绩效评价工作簿"}
MONEY_UNITS = tuple(unit.value for unit in MoneyUnit)
PASTE = (
    "把决算软件导出的官方表粘贴到表1～表9，部门预算公开表粘贴到预算1～预算4，预算表自动取数（各表第 1 行写着认出没有）；"
    f"其余在各表和“{FIGURES}”填，查不到的留空（空白不等于 0）。"
)
NO_PASTE = f"在“{FIGURES}”填数，查不到的留空（空白不等于 0）。"
COMMAND_ONLY = "另需 xlperf check：公式有没有被改动、引用的佐证号是否存在，只有它看得出。"
# Who each step is for.
STEPS = (
    (Role.COMPUTED, "填写本页浅黄色单元格：单位、年度、评价机构。浅黄色是填报格，其余由公式算出，不要改动。"),
    (Role.UNIT, PASTE),
    (Role.SCORER, f"在“{POINTS}”逐条填核查结果（或问题处数、选项），规则分的上下限随即算出。"),
    (
        Role.SCORER,
        f"在“{LEDGER}”一个事实写一行（选指标、写事实，扣分可不填），在“{SCORING}”填评定分；与规则分不同、规则只给区间或缺数据时，必须写理由和佐证。",
    ),
    (Role.COMPUTED, f"在“{SUMMARY}”看总分、等级和各级得分率；本页“填报情况”里的各项应为 0。"),
    (
        Role.UNIT,
        f"最上面一行显示“可提交”才交；确实没有的数据，在“{FIGURES}”的“备注”写明为什么缺。交上去的文件不要改表名、增删行列、去掉保护。",
    ),
    (
        Role.COMPUTED,
        "文件名以 .xlsx 结尾的是普通公式版：Excel 2010 以后、WPS（含 Linux 信创版）、LibreOffice 都能算，不需要宏和 Python。"
        "结果不更新时按 F9；WPS 里保存请选 .xlsx，不要选 .et；提示“启用编辑”时点启用。",
    ),
    (
        Role.COMPUTED,
        "以 .xlsm 结尾的是 UDF 版：没有安装 xlperf 的电脑上，评分函数不会重新计算，可请有 xlperf 的同事用 xlperf recalc 重算，"
        "或用 xlperf convert 转成普通公式版。",
    ),
)
NUMBERS = "①②③④⑤⑥⑦⑧"
WHAT = {
    Role.UNIT: "封面、数据、官方表和各预算表",
    Role.EVALUATOR: "核查结果、评定、复核、问题和扣分",
    Role.COMPUTED: "由公式算出，不用填，可以打印",
}


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(TITLES[plan.framework.subject], plan.framework.name)
    _status_lines(sheet, plan)
    sheet.header(is_frozen=False)
    _unit(sheet, plan)
    sheet.section("谁填什么")
    _groups(sheet, plan)
    sheet.section("评价结果")
    for label, formula, kind, note in _results(plan):
        _line(sheet, label, Formula(formula), note, kind, is_bold=label == "总分")
    sheet.section("填报情况")
    _counters(sheet, plan)
    sheet.section("怎样使用")
    for number, step in zip(NUMBERS, _steps(plan), strict=False):
        sheet.across(plan.framework.worded(f"{number} {step}"), lowest=22.0)
    for group in GROUPS:
        _contents(sheet, plan, group)
    hidden = sum(not plan.is_shown(listed) for listed in plan.sheets)
    sheet.across(f"其余 {hidden} 张表本次用不到，已隐藏：右键点任一表的标签，选“取消隐藏”。", color=appearance.MUTED)


def _steps(plan: Plan) -> Iterator[str]:
    """What to do, for those whom the copy is for."""
    others = {Copy.ALL: None, Copy.UNIT: Role.EVALUATOR, Copy.EVALUATOR: Role.UNIT}[plan.copy]
    has_pastes = any(plan.is_shown(sheet) and sheet.title == IMPORTS[0].sheet for sheet in plan.sheets)
    for role, step in STEPS:
        if role.of(plan.framework) is not others:
            yield NO_PASTE if step == PASTE and not has_pastes else step


def _groups(sheet: Sheet, plan: Plan) -> None:
    """Who fills in what, how much of it is left, and where it begins."""
    for role in GROUPS:
        shown_sheets = [s.title for s in plan.sheets if plan.is_shown(s) and s.group(plan.framework, plan.copy) is role]
        content = "不用填" if role is Role.COMPUTED else Formula(next_steps.count_formula(role, plan.framework))
        row = _line(sheet, role, content, f"{WHAT[role]}：{len(shown_sheets)} 张表，见下面的目录")
        own = [title for title in shown_sheets if title != SHEET.title]
        if own:
            sheet.link(row, "label", own[0])
        if plan.copy is Copy.UNIT and role is Role.EVALUATOR:
            sheet.hide_row(row)


def _contents(sheet: Sheet, plan: Plan, group: Role) -> None:
    """The sheets of a group, each with what it is for."""
    left_out = plan.data.not_applicable if plan.data else ()
    listed = [
        s
        for s in plan.sheets
        if s.title != SHEET.title
        and s.group(plan.framework, plan.copy) is group
        and (plan.is_shown(s) or s.title in left_out)
    ]
    if listed:
        sheet.section(f"目录：{group}（点表名跳转）")
    for s in listed:
        note = "本单位不适用，已隐藏" if s.title in left_out else None
        row = _line(sheet, s.title, plan.framework.worded(s.purpose), note)
        sheet.align_left(row, "content")
        sheet.link(row, "label", s.title)


def _line(
    sheet: Sheet, label: str, content: str, note: str | None, kind: str = "text", *, is_bold: bool = False
) -> int:
    """A line that nobody fills in; the row number."""
    values = {"label": label, "content": content, "note": note}
    row = sheet.line(values, is_bold=is_bold, formats={"content": kind})
    sheet.lock(row)
    return row


def _status_lines(sheet: Sheet, plan: Plan) -> None:
    """Whether the workbook may be handed in and its result used, what comes next, and what only the command can tell.

    The rows of the gate that a copy isn't for are hidden, so that the formulas are the same in all copies.
    """
    framework = plan.framework
    for gate, name in gates.STATUS.items():
        first = sheet.row
        passed, failed = gates.PASSED[gate], gates.FAILED[gate]
        row = sheet.across(Formula(gates.state_formula(gate, framework)), size=12, bold=True, height=26.0)
        sheet.name(name, "label", row)
        line, cell = sheet.span("label", row, row, to="note"), sheet.at(row, "both").label
        sheet.colour(line, f'LEFT({cell},{len(failed)})="{failed}"', appearance.ALARM_FILL, appearance.ALARM)
        sheet.colour(line, f'{cell}="{passed}"', appearance.CALM_FILL)
        link = sheet.across(Formula(gate_links.link_formula(gate, framework)), color=appearance.LINK, height=20.0)
        sheet.name(gate_links.LINK[gate], "label", link)
        sheet.across(Formula(next_steps.step_formula(gate, framework)), bold=True, height=20.0)
        if plan.copy is OTHERS[gate]:
            for line_row in range(first, sheet.row):
                sheet.hide_row(line_row)
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


def _counters(sheet: Sheet, plan: Plan) -> None:
    """How many places stand in the way, a line for each condition, which leads to its sheet.

    A unit is not told of what stands in the evaluator's way alone.
    """
    first, framework = sheet.row, plan.framework
    for condition in gates.conditions(framework):
        row = _line(sheet, condition.label, Formula(f"={condition.count}"), condition.note, "count")
        sheet.name(condition.name, "content", row)
        if condition.sheet != SHEET.title:
            sheet.link(row, "label", condition.sheet)
        if plan.copy is Copy.UNIT and condition.gates and not condition.closes(SUBMISSION, framework):
            sheet.hide_row(row)
    counts = sheet.span("content", first, sheet.row - 1)
    sheet.colour(counts, f"{sheet.at(first).content}>0", appearance.WARNING_FILL)
    row = _line(
        sheet,
        "已填（格）",
        Formula(f"={_typed_count(plan.framework)}"),
        "粘贴、填报、核查、评分和台账里填了的格，下发时已有的不算",
        "count",
    )
    sheet.name(gates.TYPED, "content", row)


def _typed_count(framework: Framework) -> str:
    """The formula (without equals sign) for how many cells people have filled in: what they paste, find, score, list.

    What was in the workbook when it was sent out doesn't count, so that nobody has filled in anything yet. Points that are scored by data say so in brackets where others take a finding.
    """
    pasted = IMPORTS if uses_official_tables(framework) else ()
    areas = [f"COUNTA(import{spec.number}_area)" for spec in pasted]
    lines = [
        f"COUNTA({table.column_name(field.id)})"
        for table in ALL_TABLES
        if table.is_free
        for field in table.fields
        if not field.formula and field.id != LINE
    ]
    scores = [f"COUNTA(indicator_{column})" for column in ("self_score", "award", "review", "reason")]
    own = [
        "COUNTA(figure_given)",
        "COUNT(figure_linked)",
        'COUNTA(point_finding)-COUNTIF(point_finding,"（*）")',
        "COUNTA(problem_fact)",
    ]
    return "+".join([*own, *scores, *lines, *areas]) + f"-{PREFILLED}"


SHEET: SheetDeclaration = SheetDeclaration("封面与说明", "", COLUMNS, lay_out, Role.UNIT)
