"""试算: a free sheet to try the worksheet functions on; nothing in the workbook depends on it, nothing of it is checked.

Not one of the sheets that the cover lists: people see it in the UDF edition alone, where the functions are.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.identity import FREE_SHEET
from xlperf.workbook.plan import Plan

COLUMNS = Columns(
    label=Column("名称", 16),
    result=Column("数、结果", 14, "general", is_centred=True),
    formula=Column("这一格的公式", 62),
    note=Column("参数怎么写", 62),
)
_NOTE = (
    "这张表没有保护，随便写：在空白格里写 =PERF_RATE(A1,B1) 这样的公式，改上面的数看结果怎么变。这里写的什么都不影响评分，"
    "不算填报，转成普通公式版时这张表隐藏。全部函数见 xlperf functions。"
)
_SPENT, _BUDGET = ("支出数", 90.0), ("预算数", 100.0)
_FIRST = 4
# The formula, with the cells of the two numbers and of the results before it filled in, and what its arguments are.
_EXAMPLES = (
    ("执行率", "PERF_RATE({spent},{budget})", "分子、分母；第三个参数可不写：分母为 0 时的结果"),
    ("变动率", "PERF_CHANGE_RATE({spent},{budget})", "本年数、上年数"),
    ("按比例得分", "PERF_SCORE_RATIO(5,{执行率})", "分值、比率：得分是分值乘比率，超过 100% 按 100%"),
    (
        "分档得分",
        'PERF_SCORE_TIERS(5,{执行率},"≥100%:5; ≥80%:4; 否则:0")',
        "分值、比率、分档：分档也可以是三列的单元格区域（比较符、界限、得分）",
    ),
    ("每处扣分", "PERF_SCORE_DEDUCT(5,2,0.5)", "分值、问题处数、每处扣几分；扣完为止"),
    ("合计", "PERF_TOTAL({按比例得分}:{每处扣分},15)", "得分的区域、上限（可不写）；有错误值时合计也是错误值"),
    ("等级", 'PERF_GRADE(85,"≥90:优; ≥80:良; ≥60:中; 否则:差")', "总分、等级表（文字，或三列的单元格区域）"),
)


def examples() -> Mapping[str, str]:
    """The formulas that the sheet is made with, without the equals sign, by their cells."""
    cells = {"spent": COLUMNS.at(_FIRST).result, "budget": COLUMNS.at(_FIRST + 1).result}
    found = {}
    for row, (label, text, _) in enumerate(_EXAMPLES, _FIRST + 2):
        cells[label] = COLUMNS.at(row).result
        found[cells[label]] = text.format_map(cells)
    return found


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(FREE_SHEET, COLUMNS)
    sheet.title(FREE_SHEET, _NOTE)
    sheet.header()
    for label, value in (_SPENT, _BUDGET):
        sheet.line({"label": label, "result": value, "note": "改这个数"})
    for (label, _, note), (cell, text) in zip(_EXAMPLES, examples().items(), strict=True):
        formula = f"={text}"
        row = sheet.line({"label": label, "result": Formula(formula), "formula": formula, "note": note})
        if sheet.at(row).result != cell:
            raise ValueError(f"the example stands in row {row} and not in {cell}")
    sheet.free()
