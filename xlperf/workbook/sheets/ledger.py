"""问题台账 and 扣分明细: what was found, and the points taken off for a problem or a group of problems together."""

from __future__ import annotations

from xlperf.values import Value
from xlperf.workbook.plan import DEDUCTIONS, FREE_LINES, LEDGER, Plan, join
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

PROBLEM_COLUMNS = (
    Column("问题编号", 10, is_input=True, is_centred=True),
    Column("事实", 76, is_input=True),
    Column("凭证号或文件", 24, is_input=True),
    Column("金额", 16, is_input=True),
    Column("违反的条款", 30, is_input=True),
    Column("涉及指标", 12, is_input=True, is_centred=True),
    Column("出处", 26, is_input=True),
)
DEDUCTION_COLUMNS = (
    Column("扣分编号", 10, is_input=True, is_centred=True),
    Column("指标编码", 10, is_input=True, is_centred=True),
    Column("指标", 26, "general"),
    Column("扣分", 10, "score", is_input=True, is_centred=True),
    Column("问题编号", 30, is_input=True),
    Column("说明", 56, is_input=True),
    Column("出处", 26, is_input=True),
)


def add_problems(plan: Plan) -> None:
    """Lays out 问题台账."""
    sheet = Sheet(plan.book, LEDGER, PROBLEM_COLUMNS)
    sheet.title(
        "问题台账", "一个事实一行；一个问题可涉及几个指标，用顿号隔开。同一事实在两个指标扣分时，靠同一问题编号发现。"
    )
    sheet.header()
    first = sheet.row
    for p in plan.data.problems if plan.data else ():
        optional = [p.voucher or None, p.amount or None, p.clause or None]
        sheet.line([p.id, p.fact, *optional, join(p.indicators), p.source])
    for _ in range(FREE_LINES):
        sheet.line([None] * len(PROBLEM_COLUMNS))
    names = ("id", "fact", "voucher", "amount", "clause", "indicators", "source")
    sheet.name_columns([(f"problem_{n}", c) for c, n in enumerate(names, 1)], first, sheet.row - 1)


def add_deductions(plan: Plan) -> None:
    """Lays out 扣分明细."""
    sheet = Sheet(plan.book, DEDUCTIONS, DEDUCTION_COLUMNS)
    sheet.title(
        "扣分明细", "一组问题可以共一个扣分（报告写“合计扣 x 分”时不要自行拆分）；每个指标的扣分合计应等于分值减得分。"
    )
    sheet.header()
    first = sheet.row
    for d in plan.data.deductions if plan.data else ():
        _deduction(sheet, [d.id, d.indicator, None, d.points, join(d.problems), d.note or None, d.source])
    for _ in range(FREE_LINES):
        _deduction(sheet, [None] * len(DEDUCTION_COLUMNS))
    last = sheet.row - 1
    names = ("id", "indicator", "", "points", "problems", "note", "source")
    sheet.name_columns([(f"deduction_{n}", c) for c, n in enumerate(names, 1) if n], first, last)
    sheet.line(["合计", None, None, Formula(f"=SUM(D{first}:D{last})"), None, None, None], is_bold=True)
    for column in (1, 2, 4, 5, 6, 7):
        sheet.lock(sheet.row - 1, column)


def _deduction(sheet: Sheet, values: list[Value]) -> None:
    r = sheet.row
    found = f"INDEX(indicator_name,MATCH(B{r},indicator_code,0))"
    values[2] = Formula(f'=IF(B{r}="","",IFERROR({found},"编码不对"))')
    sheet.line(values)
