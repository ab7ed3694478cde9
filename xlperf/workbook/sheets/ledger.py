"""问题台账: what was found, a line a fact and indicator, with the points that it costs; where the evaluator writes.

The text of an indicator's deductions and the numbers of its problems run up the ledger in hidden columns: every line
holds its own and those of the lines below it of the same indicator, so that its first line holds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.ledger_lines import BETWEEN, LedgerLine, lines_of, printed_number
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    id=Column("编号", 6, is_centred=True),
    status=Column("核对", 12, "general", is_centred=True),
    indicator=Column("指标", 18, is_input=True),
    fact=Column("事实", 52, is_input=True),
    points=Column("扣分", 7, "score", is_input=True, is_centred=True),
    group=Column("扣分组", 7, is_input=True, is_centred=True),
    clause=Column("依据（违反的条款）", 22, is_input=True),
    voucher=Column("佐证或凭证号", 18, is_input=True),
    amount=Column("金额", 13, is_input=True),
    category=Column("类别", 14, is_input=True),
    cause=Column("原因", 18, is_input=True),
    suggestion=Column("建议", 18, is_input=True),
    same_as=Column("事实号", 7, is_input=True, is_centred=True),
    points_basis=Column("扣分依据", 16, is_input=True),
    source=Column("出处", 14, is_input=True),
    indicator_key=Column("指标编码", 8, "general", is_hidden=True),
    fact_key=Column("事实编号", 8, "general", is_hidden=True),
    own=Column("本行说明", 8, "general", is_hidden=True),
    told=Column("累计说明", 8, "general", is_hidden=True),
    numbers=Column("累计编号", 8, "general", is_hidden=True),
)
# How many characters of the text of an indicator's deductions are shown; what is longer is cut.
LONGEST_TEXT = 1000
# What is behind a code in the keys of lines: codes alone could be taken for numbers, 1.1 for 1.10.
KEY_END = "|"
# What runs up the ledger, and what it is looked up by.
RUNNING = ("indicator_key", "told", "numbers")
WRONG = "请改："
NO_INDICATOR, REPEATED = "没有选指标", "一事列几处"
CATEGORIES = (
    *("预算编制", "绩效目标", "预算执行", "财务管理", "政府采购", "项目管理", "资产管理", "绩效管理", "信息公开"),
    *("人员编制", "产出", "效益", "其他"),
)


def choice(code: str, name: str) -> str:
    """An indicator as it is chosen."""
    return f"{code}{BETWEEN}{name}"


def of_indicator(column: str, code: str) -> str:
    """The formula (an error where it has no line) for what a column says on an indicator's first line."""
    return f'INDEX(problem_{column},MATCH({code}&"{KEY_END}",problem_indicator_key,0))'


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    # On one page wide its type would be too small to read.
    sheet.print_in_two("clause")
    sheet.title(
        SHEET.title,
        "一个事实一行，编号已印好：选指标，写事实；扣分可以不填（按分值减得分，各行合计扣），要分开写的填在该行。"
        "几行合计扣分的，写同一个扣分组，分数只填在第一行。同一事实又涉及别的指标，另起一行选那个指标，"
        "“事实号”填前一行的编号，事实不用重写。由数据按规则扣的分不用登记。",
    )
    sheet.header()
    sheet.freeze("fact")
    lines, first = lines_of(plan.data), sheet.row
    count = len(lines) + plan.free_lines("problem", len(lines))
    names = {indicator.code: choice(indicator.code, indicator.name) for indicator in plan.indicators}
    rows = range(first, first + count)
    for position, row in enumerate(rows, 1):
        line = lines[position - 1] if position <= len(lines) else LedgerLine("")
        sheet.line({"id": printed_number(position), **_given(line, names), **_formulas(sheet, row, rows)})
    sheet.name_columns("problem", first, rows[-1])
    total = Formula(f"=SUM({sheet.span('points', first, rows[-1])})")
    sheet.lock(sheet.line({"id": "合计", "points": total}, is_bold=True))
    _allow(sheet, first, rows[-1])
    _colour(sheet, first, rows[-1])


def _given(line: LedgerLine, names: dict[str, str]) -> dict[str, Value]:
    """What a line of the data file says."""
    said = {column: getattr(line, column) for column in COLUMNS.inputs}
    given: dict[str, Value] = {column: None if value == "" else value for column, value in said.items()}
    return given | {"indicator": names.get(line.indicator, line.indicator) or None}


def _formulas(sheet: Sheet, row: int, rows: range) -> dict[str, Value]:
    at, top = sheet.at(row), sheet.at(rows.start, "row")

    def column(name: str) -> str:
        return sheet.span(name, rows.start, rows[-1], pin="row")

    chosen = f"INDEX(indicator_code,MATCH({at.indicator},indicator_choice,0))"
    typed = f'INDEX(indicator_code,MATCH({at.indicator}&"",indicator_code,0))'
    key = f'=IF({at.indicator}="","",IFERROR({chosen},IFERROR({typed},""))&"{KEY_END}")'
    same_fact = f"INDEX({column('fact')},MATCH({at.same_as},{column('id')},0))"
    number = f"COUNTIF({top.indicator_key}:{at.indicator_key},{at.indicator_key})"
    below = {name: f"{sheet.at(row + 1)[name]}:{sheet.at(rows.stop, 'row')[name]}" for name in RUNNING}
    return {
        "indicator_key": Formula(key),
        "fact_key": Formula(f'=IF({at.same_as}="",{at.id},{at.same_as})'),
        "own": Formula(_own(at, column, same_fact, number)),
        "told": Formula(_running(at, below, "told", f'"；"&{at.own}')),
        "numbers": Formula(_running(at, below, "numbers", f'"、"&{at.fact_key}')),
        "status": Formula(_status(at, column, same_fact)),
    }


def _own(at: Cells, column: Callable[[str], str], same_fact: str, number: str) -> str:
    """What a line says of why points were lost: the fact, numbered where the indicator has several, and its own points."""
    keys, points = column("indicator_key"), column("points")
    prefix = f'IF(COUNTIF({keys},{at.indicator_key})>1,"（"&{number}&"）","")'
    fact = f'IF({at.fact}<>"",LEFT({at.fact},{LONGEST_TEXT}),IFERROR(LEFT({same_fact},{LONGEST_TEXT}),""))'
    is_split = f'AND(N({at.points})>0,COUNTIFS({keys},{at.indicator_key},{points},">0")>1)'
    together = f'IF(COUNTIFS({column("group")},{at.group},{keys},{at.indicator_key})>1,"合计","")'
    split = f'IF({is_split},"（"&{together}&"扣 "&ROUND({at.points},2)&" 分）","")'
    is_nothing = f'OR(LEN({at.indicator_key})<2,AND({at.fact}="",{at.same_as}=""))'
    return f'=IF({is_nothing},"",{prefix}&{fact}&{split})'


def _running(at: Cells, below: Mapping[str, str], column: str, own: str) -> str:
    """A line's own text and those of the lines below it of the same indicator, each behind its separator."""
    rest = f"INDEX({below[column]},MATCH({at.indicator_key},{below['indicator_key']},0))"
    text = f'IF({at.own}="","",{own})&IFERROR({rest},"")'
    return f'=IF(LEN({at.indicator_key})<2,"",LEFT({text},{LONGEST_TEXT + 2}))'


def _status(at: Cells, column: Callable[[str], str], same_fact: str) -> str:
    """What is wrong with a line; facts that stand under several indicators may be punished twice."""
    group, keys, facts = column("group"), column("indicator_key"), column("fact_key")
    of_group = f"{group},{at.group}"
    faults = (
        (f'{at.indicator_key}="{KEY_END}"', f"{WRONG}没有这个指标"),
        (f'IF({at.same_as}="",FALSE,IFERROR(LEN({same_fact})=0,TRUE))', f"{WRONG}没有这个事实号"),
        (f'IF({at.points}="",FALSE,IF(ISNUMBER({at.points}),{at.points}<0,TRUE))', f"{WRONG}扣分应为数"),
        (f'IF({at.group}="",FALSE,COUNTIFS({of_group},{column("points")},">0")>1)', f"{WRONG}一组填了两处扣分"),
        (
            f'IF({at.group}="",FALSE,COUNTIF({of_group})>COUNTIFS({of_group},{keys},{at.indicator_key}))',
            f"{WRONG}扣分组跨了指标",
        ),
        (f'{at.indicator_key}=""', NO_INDICATOR),
        (f"COUNTIFS({facts},{at.fact_key},{keys},{at.indicator_key})>1", f"{WRONG}同一指标列了两次"),
        (f'COUNTIFS({facts},{at.fact_key},{keys},"?*")>1', REPEATED),
    )
    status = '""'
    for holds, text in reversed(faults):
        status = f'IF({holds},"{text}",{status})'
    return f'=IF(COUNTA({at.indicator}:{at.source})=0,"",{status})'


def _allow(sheet: Sheet, first: int, last: int) -> None:
    """Offers indicators, kinds of problems and numbers of facts, and takes points as numbers."""
    message = "从下拉列表选指标（也可以只填编码）。"
    sheet.suggest(sheet.span("indicator", first, last), "indicator_choice", "指标", message)
    message = "可以不填：按分值减得分，各行合计扣。同组的只填在第一行。"
    sheet.allow_number(sheet.span("points", first, last), "0", "1000", "扣分", message)
    sheet.suggest(
        sheet.span("category", first, last), f'"{",".join(CATEGORIES)}"', "类别", "可选，也可另写；报告按它归类。"
    )
    message = "同一事实已在别的指标下登记的，填那一行的编号，如 W14；事实不用重写。"
    sheet.suggest(sheet.span("same_as", first, last), "problem_id", "事实号", message)


def _colour(sheet: Sheet, first: int, last: int) -> None:
    status, cell = sheet.span("status", first, last), sheet.at(first, "column").status
    sheet.colour(status, f'LEFT({cell},{len(WRONG)})="{WRONG}"', appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(status, f'{cell}<>""', appearance.WARNING_FILL)


SHEET: SheetDeclaration = SheetDeclaration(
    "问题台账",
    "逐条登记查出的问题和扣分",
    COLUMNS,
    lay_out,
    Role.EVALUATOR,
    is_needed=lambda needs: needs.has_ledger,
)
