"""封面与说明: whose evaluation this is, the result so far, what is still missing, what to do."""

from __future__ import annotations

from xlperf.frameworks.parts import UNSTATED, weight_text
from xlperf.frameworks.schema import Framework
from xlperf.values import MoneyUnit
from xlperf.workbook.data import Unit
from xlperf.workbook.plan import (
    CHECKS,
    COVER,
    DEDUCTIONS,
    EXTRAS,
    FIGURES,
    LEDGER,
    PARAMETERS,
    POINTS,
    RATES,
    READINGS,
    REVIEWS,
    SCORING,
    SOURCES,
    SUMMARY,
    SURVEY_COUNTS,
    SURVEY_SCHEMES,
    SURVEYS,
    Plan,
)
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.imports import IMPORTS
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet
from xlperf.workbook.tables import budget
from xlperf.workbook.tables.all_tables import BUDGET_TABLES, EVIDENCE_TABLES

COLUMNS = (Column("项目", 18), Column("内容", 46, is_input=True, is_centred=True), Column("说明", 62))

CONTENTS = (
    (PARAMETERS, "等级表、分档、达标条件、选项：评分标准里的界限都在这里"),
    *((spec.sheet, f"粘贴：{spec.title}") for spec in IMPORTS),
    *((table.sheet, table.title) for table in BUDGET_TABLES),
    (FIGURES, "指标体系要用的每一个数：填报、取自他表、采用"),
    (SOURCES, "同一数据的几个来源"),
    (RATES, "各项比率"),
    (SURVEYS, "满意度问卷的原始份数"),
    (SURVEY_SCHEMES, "满意度按各种口径的结果和得分"),
    (SURVEY_COUNTS, "各种口径取用的份数"),
    (POINTS, "逐要点核查和规则分"),
    (SCORING, "规则分、评定分、计入得分、理由"),
    (READINGS, "标准有疑义处的读法"),
    (EXTRAS, "加分、减分：适用年度、上限、是否计入"),
    (LEDGER, "查出的问题"),
    (DEDUCTIONS, "扣分与问题的对应"),
    *((table.sheet, table.title) for table in EVIDENCE_TABLES),
    (REVIEWS, "自评、评定、复核三列对照"),
    (CHECKS, "数与数之间的勾稽关系：相符、舍入差、不符"),
    (SUMMARY, "总分、等级、得分率和图"),
)

PROJECT_NAME = "project_name"
TITLES = {"部门整体支出": "部门预算绩效评价工作簿", "项目支出": "项目支出绩效评价工作簿"}
MONEY_UNITS = tuple(unit.value for unit in MoneyUnit)
STEPS = (
    "① 填写本页浅黄色单元格：单位、年度、评价机构。浅黄色是填报格，其余由公式算出，不要改动。",
    f"② 把决算软件导出的官方表粘贴到表1～表9，预算表自动取数；其余在各表和“{FIGURES}”填，查不到的留空（空白不等于 0）。",
    f"③ 在“{POINTS}”逐条填核查结果（或问题处数、选项），规则分的上下限随即算出。",
    f"④ 在“{LEDGER}”登记查出的问题，在“{SCORING}”填评定分；与规则分不同、规则只给区间或缺数据时，必须写理由和佐证。",
    f"⑤ 在“{SUMMARY}”看总分、等级和各级得分率；本页“填报情况”里的各项应为 0。",
    "⑥ 最上面一行显示“可提交”才交；缺数据的项在理由里写明为什么缺。交上去的文件不要改表名、增删行列、去掉保护。",
    "⑦ 文件名以 .xlsx 结尾的是普通公式版：Excel 2010 以后、WPS（含 Linux 信创版）、LibreOffice 都能算，不需要宏和 Python。"
    "结果不更新时按 F9；WPS 里保存请选 .xlsx，不要选 .et；提示“启用编辑”时点启用。",
    "⑧ 以 .xlsm 结尾的是 UDF 版：没有安装 xlperf 的电脑上，PERF_ 函数不会重新计算，可请有 xlperf 的同事用 xlperf recalc 重算，"
    "或用 xlperf convert 转成普通公式版。",
)


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, COVER, COLUMNS)
    sheet.title(TITLES[plan.framework.subject], plan.framework.name)
    _status_line(sheet, plan.framework)
    sheet.header(is_frozen=False)
    _unit(sheet, plan)
    sheet.section("评价结果")
    for label, formula, kind, note in _results(plan):
        row = sheet.line([label, Formula(formula), note], is_bold=label == "总分", formats=[None, kind, None])
        sheet.lock(row, 2)
    sheet.section("填报情况")
    first = sheet.row
    for label, formula, note in (*_weights(plan.framework), *_progress()):
        sheet.lock(sheet.line([label, Formula(formula), note], formats=[None, "count", None]), 2)
    sheet.colour(f"B{first}:B{sheet.row - 1}", f"B{first}>0", styles.WARNING_FILL)
    sheet.section("怎样使用")
    for step in STEPS:
        _full_width(sheet, step)
    sheet.section("目录（点表名跳转）")
    for name, purpose in CONTENTS:
        if not _is_laid_out(plan.framework, name):
            continue
        is_hidden = bool(plan.data and name in plan.data.not_applicable)
        row = sheet.line([name, purpose, "本单位不适用，已隐藏" if is_hidden else None])
        sheet.lock(row, 2)
        sheet.page.cell(row, 2).alignment = styles.align()
        sheet.link(row, 1, name)


def _status_line(sheet: Sheet, framework: Framework) -> None:
    """Whether the workbook may be handed in: no error left that the one who fills it in can mend."""
    page, row = sheet.page, sheet.row
    page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
    missing, broken, unreasoned, wrong, pending = (
        f'COUNTIF({name},"{text}")'
        for name, text in (
            ("figure_status", "缺数据"),
            ("check_severity", "错误"),
            ("indicator_status", "缺理由"),
            ("figure_status", "应为*"),
            ("indicator_status", "待评定"),
        )
    )
    # Who hands in a self-evaluation scores it; awards of a third party come later.
    blocking = [broken, unreasoned, wrong, *([pending] if framework.evaluation == "self" else [])]
    told = f'"缺数据 "&{missing}&" 项，勾稽错误 "&{broken}&" 项，无理由改判 "&{unreasoned}&" 项　"'
    cell = page.cell(row, 1, Formula(f'={told}&IF({"+".join(blocking)}=0,"可提交","不可提交")'))
    cell.font, cell.alignment = styles.font(size=12, bold=True), styles.align()
    page.row_dimensions[row].height = 26
    sheet.name("submission_status", 1, row)
    sheet.colour(f"A{row}:C{row}", f'RIGHT($A${row},4)="不可提交"', styles.ALARM_FILL, styles.ALARM)
    sheet.colour(f"A{row}:C{row}", f'RIGHT($A${row},4)<>"不可提交"', styles.CALM_FILL)
    sheet.row += 1


def _is_laid_out(framework: Framework, name: str) -> bool:
    """Whether the workbook has a sheet; some are made only for frameworks that need them."""
    if name in (SURVEY_SCHEMES, SURVEY_COUNTS):
        return bool(framework.surveys)
    return framework.extras is not None if name == EXTRAS else True


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
        row = sheet.line([label, value, note], formats=[None, kind, None])
        sheet.name(name, 2, row)
        if name == "money_unit":
            sheet.allow_list(f"B{row}", MONEY_UNITS, label)
    sheet.lock(sheet.line(["指标体系", f"{framework.id}　版本 {framework.version}", framework.source.document]), 2)


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
        ("总分", "=total_score", "score", f"{full}，由“{SCORING}”逐级合计"),
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


def _weights(framework: Framework) -> list[tuple[str, str, str]]:
    """Whether the weights add up, where they may be changed."""
    if not framework.has_editable_weights:
        return []
    wrong = f"=IF(ROUND(SUM(indicator_weight)-{framework.weight:g},2)=0,0,1)"
    return [("分值合计不符（处）", wrong, f"“{SCORING}”各指标的分值可以改，合计应为 {framework.weight:g}")]


def _progress() -> list[tuple[str, str, str]]:
    units = [f'(import{spec.number}_unit<>"")' for spec in IMPORTS]
    units.append(f'COUNTIF({budget.TABLE.column_name("check")},"{budget.UNIT_DOUBT}")')
    return [
        ("缺数据（项）", '=COUNTIF(figure_status,"缺数据")', f"“{FIGURES}”中没有填数的数据项"),
        ("类型不对（项）", '=COUNTIF(figure_status,"应为*")', f"“{FIGURES}”中该填数字却填了文字等"),
        ("待评定（项）", '=COUNTIF(indicator_status,"待评定")', "规则分不确定、又没有评定分的指标"),
        ("缺理由（项）", '=COUNTIF(indicator_status,"缺理由")', "评定分需要理由而没有写的指标"),
        ("两数不一（项）", '=COUNTIF(figure_status,"两数不一")', f"“{FIGURES}”中填报数与他表不等的数据项"),
        (
            "金额单位不符（处）",
            f"={'+'.join(units)}",
            "官方表注明的单位与本工作簿不同，或取得的数与手填数、预算数差千倍以上",
        ),
        ("勾稽错误（项）", '=COUNTIF(check_severity,"错误")', f"“{CHECKS}”中级别为错误的关系"),
        ("扣分对不上（项）", '=COUNTIF(indicator_check,"对不上")', "分值减得分与“扣分明细”不等的指标"),
    ]


def _full_width(sheet: Sheet, text: str) -> None:
    page = sheet.page
    page.merge_cells(start_row=sheet.row, end_row=sheet.row, start_column=1, end_column=3)
    cell = page.cell(sheet.row, 1, text)
    cell.font, cell.alignment = styles.font(), styles.align()
    page.row_dimensions[sheet.row].height = max(22.0, sheet.height_across(text))
    sheet.row += 1
