"""勾稽校验: every consistency relation as one line of plain formulas: both sides, their difference, and whether they fit."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.checks.loading import require_facts, require_own, shipped_relations
from xlperf.checks.schema import SEVERITY_LABELS, CheckLine, Relations
from xlperf.frameworks.contents import Input
from xlperf.frameworks.relations import COLUMN
from xlperf.frameworks.schema import Framework
from xlperf.values import Money, MoneyUnit, exact
from xlperf.workbook import appearance
from xlperf.workbook.check_terms import NO_BASE, WRONG, places, side
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets.sources import DISAGREE
from xlperf.workbook.tables.all_tables import fact_names
from xlperf.workbook.tables.table import NOTHING, fact_cell

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

SAME, ROUNDED, BROKEN, BEYOND = "相符", "舍入差", "不符", "超限"
MISSING = "缺数据"
# The left side is of a wider scope than the right, and greater.
WIDER = "口径较宽"
# Rates are printed with two decimals of a percent: a printed one differs from the exact one by half of the last.
RATE_TOLERANCE = "0.00005"
RATE_DECIMALS = "10"
COLUMNS = Columns(
    number=Column("序号", 6, "general", is_centred=True, is_named=False),
    statement=Column("关系", 52),
    left=Column("左边", 14, "money"),
    right=Column("右边", 14, "money"),
    difference=Column("差额", 13, "money"),
    tolerance=Column("容差", 9, "money"),
    result=Column("结果", 11, "general", is_centred=True),
    severity=Column("级别", 8, "general", is_centred=True),
    advice=Column("说明", 58),
    source=Column("依据", 20, is_named=False),
    id=Column("编号", 42, is_hidden=True),
)
NOTE = (
    "只在两边都有数时比较：缺一项就是“缺数据”，不算错；可以没有的项（如上级补助收入）空白按 0 计。"
    "差额不超过 项数×0.01 的是舍入差，只提示；更大的按“级别”处理。序号是 18 类勾稽关系的编号。"
)
OWN_NOTE = "没有序号的是本指标体系自己的关系；比率的舍入差是 0.005 个百分点。"


def lay_out(plan: Plan, relations: Relations | None = None) -> None:
    """Lays out the sheet with the shipped relations, or others, and the framework's own.

    Errors: UserError: a relation uses a figure that is not there; one of the framework's own has the id of another.
    """
    relations, own = relations or shipped_relations(), plan.framework.relations
    require_facts(relations, fact_names())
    require_own(relations, plan.framework, fact_names())
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(SHEET.title, NOTE + (OWN_NOTE if own else ""))
    sheet.header()
    first = sheet.row
    for topic, lines in groupby(relations.lines(own), key=lambda line: line.relation.topic):
        sheet.section(topic)
        for line in lines:
            _line(sheet, line, plan.framework, relations.smallest_unit)
    last = sheet.row - 1
    sheet.name_columns("check", first, last)
    cells, top = sheet.span("result", first, last, to="severity"), sheet.at(first, "column")
    is_told = f'AND({top.severity}="提示",{top.result}<>"{ROUNDED}")'
    is_fine = "OR(" + ",".join(f'{top.result}="{text}"' for text in (ROUNDED, SAME, WIDER)) + ")"
    sheet.colour(cells, f'{top.severity}="错误"', appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(cells, f'OR({top.severity}="警告",{is_told})', appearance.WARNING_FILL)
    sheet.colour(cells, is_fine, appearance.CALM_FILL)


def _line(sheet: Sheet, line: CheckLine, framework: Framework, smallest_unit: float) -> None:
    relation, at = line.relation, sheet.at()
    formulas = {
        **_amounts(line, framework, at, smallest_unit),
        "result": _result(line, at),
        "severity": _severity(line, at),
    }
    sheet.line(
        {
            "number": line.number,
            "statement": line.statement,
            **{column: Formula(text) for column, text in formulas.items() if text != NOTHING},
            "advice": relation.advice,
            "source": relation.source,
            "id": line.id,
        },
        formats=_formats(line, framework),
    )


def _formats(line: CheckLine, framework: Framework) -> dict[str, str]:
    """How left, right, difference and tolerance are shown."""
    kind: str = line.relation.unit
    items = [place.item for place in places(line, line.terms, framework)]
    if kind == "count" and any(isinstance(item, Input) and item.type == "number" for item in items):
        kind = "number"
    small = "small_rate" if kind == "rate" else kind
    tolerance = "rate" if line.relation.kind == "threshold" else small
    return {"left": kind, "right": kind, "difference": small, "tolerance": tolerance}


def _amounts(line: CheckLine, framework: Framework, at: Cells, smallest_unit: float) -> dict[str, str]:
    """The formulas for left, right, difference and tolerance."""
    if line.relation.kind == "sources":
        several, differ = (f'COUNTIF(source_agreement,"{text}")' for text in ("?*", DISAGREE))
        return {
            "left": f'=IF({several}=0,"",{several})',
            "right": f'=IF({several}=0,"",{several}-{differ})',
            "difference": f'=IF({at.left}="","",{at.left}-{at.right})',
            "tolerance": NOTHING,
        }
    decimals = _decimals(line)
    right = _bound(line, framework) if line.relation.is_limit else side(places(line, line.right, framework), decimals)
    return {
        "left": side(places(line, line.left, framework), decimals),
        "right": right,
        "difference": f'=IF({_is_incomplete(at)},"",ROUND({at.left}-{at.right},{decimals}))',
        "tolerance": _tolerance(line, framework, at, smallest_unit),
    }


def _is_incomplete(at: Cells) -> str:
    """Whether a side has no number."""
    return f"COUNT({at.left},{at.right})<2"


def _decimals(line: CheckLine) -> str:
    """Decimals down to fen, or whole numbers; a framework's counts may have parts, such as hours."""
    if line.relation.unit == "money":
        return f'IF(money_unit="{MoneyUnit.YUAN.value}",2,6)'
    if line.relation.unit == "rate":
        return RATE_DECIMALS
    return "0" if line.number else "6"


def _bound(line: CheckLine, framework: Framework) -> str:
    """The formula for the limit of a bound; an amount is stated in the framework's money unit."""
    limit = line.relation.limit or 0.0
    if line.relation.unit != "money":
        return f"={exact(limit):f}"
    amount = Money.from_cell(limit, MoneyUnit(framework.money_unit))
    yuan, wan_yuan = (f"{amount.to(unit).amount:f}" for unit in (MoneyUnit.YUAN, MoneyUnit.WAN_YUAN))
    return f'=IF(money_unit="{MoneyUnit.YUAN.value}",{yuan},{wan_yuan})'


def _tolerance(line: CheckLine, framework: Framework, at: Cells, smallest_unit: float) -> str:
    """What a difference may be: of amounts, for each figure filled in, the smallest unit in which it is published."""
    relation = line.relation
    if relation.kind == "threshold" and relation.limit is not None:
        return f"={exact(relation.limit):f}"
    if not relation.has_tolerance:
        return NOTHING
    if relation.unit == "rate":
        return f'=IF({_is_incomplete(at)},"",{RATE_TOLERANCE})'
    terms = ",".join(place.name for place in places(line, line.terms, framework))
    count = f"COUNT({terms})"
    if relation.rows:
        count = f"({count}+N({fact_cell(relation.rows.replace(COLUMN, line.column))}))"
    return f'=IF({_is_incomplete(at)},"",ROUND({smallest_unit!r}*{count},6))'


def _result(line: CheckLine, at: Cells) -> str:
    """The formula that says how the two sides compare."""
    kind = line.relation.kind
    if kind == "sources":
        found = f'IF({at.difference}=0,"{SAME}","{BROKEN}")'
    elif kind == "threshold":
        is_beyond = f"ROUND(ABS({at.difference}/{at.right})-{at.tolerance},10)>0"
        found = f'IF({at.right}=0,"{NO_BASE}",IF({is_beyond},"{BEYOND}","{SAME}"))'
    elif kind in ("order", "bound"):
        found = f'IF({at.difference}>0,"{BEYOND}","{SAME}")'
    elif kind == "floor":
        found = f'IF({at.difference}<0,"{BEYOND}","{SAME}")'
    elif line.relation.has_tolerance:
        decimals = RATE_DECIMALS if line.relation.unit == "rate" else "6"
        is_rounded = f"ROUND(ABS({at.difference})-{at.tolerance},{decimals})<=0"
        found = f'IF({at.difference}=0,"{SAME}",IF({is_rounded},"{ROUNDED}",{_broken(line, at)}))'
    else:
        found = f'IF({at.difference}=0,"{SAME}","{BROKEN}")'
    found = f'IF({_is_incomplete(at)},"{MISSING}",{found})'
    sides = f"{at.left}:{at.right}"
    if line.number is None:
        found = f'IF(COUNTIF({sides},"{NO_BASE}")>0,"{NO_BASE}",{found})'
    return f'=IF(COUNTIF({sides},"{WRONG}")>0,"{WRONG}",{found})'


def _broken(line: CheckLine, at: Cells) -> str:
    """What two sides that differ are called: not broken where the right one is of a narrower scope and less."""
    if not line.narrower:
        return f'"{BROKEN}"'
    cells = ",".join(map(fact_cell, line.narrower))
    is_narrower = f"COUNT({cells})={len(line.narrower)},ROUND(SUM({cells})-{at.right},6)=0"
    return f'IF(AND({at.difference}>0,{is_narrower}),"{WIDER}","{BROKEN}")'


def _severity(line: CheckLine, at: Cells) -> str:
    """The formula for the severity of what was found; blank where there is nothing to do."""
    relation = line.relation
    broken = f'"{SEVERITY_LABELS[relation.severity]}"'
    if relation.severity_above:
        broken = f'IF({at.difference}>0,"{SEVERITY_LABELS[relation.severity_above]}",{broken})'
    hint, error = SEVERITY_LABELS["hint"], SEVERITY_LABELS["error"]
    found = f'IF(OR({at.result}="{BROKEN}",{at.result}="{BEYOND}"),{broken},"")'
    return f'=IF({at.result}="{WRONG}","{error}",IF({at.result}="{ROUNDED}","{hint}",{found}))'


SHEET: SheetDeclaration = SheetDeclaration(
    "勾稽校验",
    "数与数之间的勾稽关系：相符、舍入差、不符",
    COLUMNS,
    lay_out,
    is_needed=lambda needs: needs.has_relations,
)
