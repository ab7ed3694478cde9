"""问题台账 and 扣分明细: what was found, and the points taken off for a problem or a group of problems together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.values import Value
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration, join
from xlperf.workbook.roles import Role

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

PROBLEM_COLUMNS = Columns(
    id=Column("问题编号", 10, is_input=True, is_centred=True),
    fact=Column("事实", 76, is_input=True),
    voucher=Column("凭证号或文件", 24, is_input=True),
    amount=Column("金额", 16, is_input=True),
    clause=Column("违反的条款", 30, is_input=True),
    indicators=Column("涉及指标", 12, is_input=True, is_centred=True),
    source=Column("出处", 26, is_input=True),
)
DEDUCTION_COLUMNS = Columns(
    id=Column("扣分编号", 10, is_input=True, is_centred=True),
    indicator=Column("指标编码", 10, is_input=True, is_centred=True),
    name=Column("指标", 26, "general", is_named=False),
    points=Column("扣分", 10, "score", is_input=True, is_centred=True),
    problems=Column("问题编号", 30, is_input=True),
    note=Column("说明", 56, is_input=True),
    source=Column("出处", 26, is_input=True),
)


def _lay_out_problems(plan: Plan) -> None:
    sheet = plan.draw(PROBLEMS.title, PROBLEM_COLUMNS)
    sheet.title(
        PROBLEMS.title,
        "一个事实一行；一个问题可涉及几个指标，用顿号隔开。同一事实在两个指标扣分时，靠同一问题编号发现。",
    )
    sheet.header()
    first = sheet.row
    problems = plan.data.problems if plan.data else ()
    for p in problems:
        sheet.line(
            {
                "id": p.id,
                "fact": p.fact,
                "voucher": p.voucher or None,
                "amount": p.amount or None,
                "clause": p.clause or None,
                "indicators": join(p.indicators),
                "source": p.source,
            }
        )
    for _ in range(plan.free_lines("problem", len(problems))):
        sheet.line({})
    sheet.name_columns("problem", first, sheet.row - 1)


def _lay_out_deductions(plan: Plan) -> None:
    sheet = plan.draw(DEDUCTIONS.title, DEDUCTION_COLUMNS)
    sheet.title(
        DEDUCTIONS.title,
        "一组问题可以共一个扣分（报告写“合计扣 x 分”时不要自行拆分）；每个指标的扣分合计应等于分值减得分。",
    )
    sheet.header()
    first = sheet.row
    deductions = plan.data.deductions if plan.data else ()
    for d in deductions:
        given: dict[str, Value] = {"id": d.id, "indicator": d.indicator, "points": d.points}
        _deduction(sheet, {**given, "problems": join(d.problems), "note": d.note or None, "source": d.source})
    for _ in range(plan.free_lines("deduction", len(deductions))):
        _deduction(sheet, {})
    last = sheet.row - 1
    sheet.name_columns("deduction", first, last)
    total = Formula(f"=SUM({sheet.span('points', first, last)})")
    sheet.lock(sheet.line({"id": "合计", "points": total}, is_bold=True))


def _deduction(sheet: Sheet, given: dict[str, Value]) -> None:
    code = sheet.at().indicator
    found = f"INDEX(indicator_name,MATCH({code},indicator_code,0))"
    sheet.line({**given, "name": Formula(f'=IF({code}="","",IFERROR({found},"编码不对"))')})


PROBLEMS = SheetDeclaration(
    "问题台账",
    "查出的问题",
    PROBLEM_COLUMNS,
    _lay_out_problems,
    Role.EVALUATOR,
    is_needed=lambda needs: needs.has_ledger,
)
DEDUCTIONS = SheetDeclaration(
    "扣分明细",
    "扣分与问题的对应",
    DEDUCTION_COLUMNS,
    _lay_out_deductions,
    Role.EVALUATOR,
    is_needed=lambda needs: needs.has_ledger,
)
