"""勾稽校验: every consistency relation as one line of plain formulas: both sides, their difference, and whether they fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from xlperf.checks.loading import require_facts, shipped_relations
from xlperf.checks.schema import SEVERITY_LABELS, CheckLine, Relations, Term
from xlperf.values import MoneyUnit, Value
from xlperf.workbook import styles
from xlperf.workbook.alltables import fact_names
from xlperf.workbook.plan import CHECKS, Plan
from xlperf.workbook.sheet import Column, Formula, Sheet
from xlperf.workbook.sources import DISAGREE
from xlperf.workbook.tables import fact_cell

SAME, ROUNDED, BROKEN, BEYOND = "相符", "舍入差", "不符", "超限"
MISSING, NO_BASE, WRONG = "缺数据", "基数为零", "数据有误"
COLUMNS = (
    Column("序号", 6, "general", is_centred=True),
    Column("关系", 52),
    Column("左边", 14, "money"),
    Column("右边", 14, "money"),
    Column("差额", 13, "money"),
    Column("容差", 9, "money"),
    Column("结果", 11, "general", is_centred=True),
    Column("级别", 8, "general", is_centred=True),
    Column("说明", 58),
    Column("依据", 20),
    Column("编号", 42, is_muted=True),
)
LEFT, RIGHT, DIFFERENCE, TOLERANCE, RESULT, SEVERITY = 3, 4, 5, 6, 7, 8
NAMES = (
    ("statement", 2), ("left", LEFT), ("right", RIGHT), ("difference", DIFFERENCE), ("tolerance", TOLERANCE),
    ("result", RESULT), ("severity", SEVERITY), ("advice", 9), ("id", 11),
)  # fmt: skip
NOTE = (
    "只在两边都有数时比较：缺一项就是“缺数据”，不算错；可以没有的项（如上级补助收入）空白按 0 计。"
    "差额不超过 项数×0.01 的是舍入差，只提示；更大的按“级别”处理。序号是 18 类勾稽关系的编号。"
)


def add(plan: Plan, relations: Relations | None = None) -> None:
    """Lays out the sheet with the shipped relations, or others.

    Errors: UserError: a relation uses a figure that no budget sheet has.
    """
    relations = relations or shipped_relations()
    require_facts(relations, fact_names())
    sheet = Sheet(plan.book, CHECKS, COLUMNS)
    sheet.title("勾稽校验", NOTE)
    sheet.header()
    first = sheet.row
    for topic, lines in groupby(relations.lines(), key=lambda line: line.relation.topic):
        sheet.section(topic)
        for line in lines:
            _line(sheet, line, relations.smallest_unit)
    last = sheet.row - 1
    sheet.name_columns([(f"check_{name}", column) for name, column in NAMES], first, last)
    cells, result, severity = f"G{first}:H{last}", f"$G{first}", f"$H{first}"
    sheet.colour(cells, f'{severity}="错误"', styles.ALARM_FILL, styles.ALARM)
    sheet.colour(cells, f'OR({severity}="警告",AND({severity}="提示",{result}<>"{ROUNDED}"))', styles.WARNING_FILL)
    sheet.colour(cells, f'OR({result}="{ROUNDED}",{result}="{SAME}")', styles.CALM_FILL)


def _line(sheet: Sheet, line: CheckLine, smallest_unit: float) -> None:
    relation, r = line.relation, sheet.row
    kind = relation.unit
    shown = [None, None, kind, kind, kind, {"threshold": "rate"}.get(relation.kind, kind)]
    values: list[Value] = [relation.number, line.statement]
    values += [Formula(text) for text in _amounts(line, r, smallest_unit)]
    values += [Formula(_result(line, r)), Formula(_severity(line, r))]
    sheet.line([*values, relation.advice, relation.source, line.id], formats=shown)


def _amounts(line: CheckLine, r: int, smallest_unit: float) -> list[str]:
    """The formulas for left, right, difference and tolerance."""
    if line.relation.kind == "sources":
        several, differ = (f'COUNTIF(source_agreement,"{text}")' for text in ("?*", DISAGREE))
        compared = f'=IF({several}=0,"",{several})'
        return [compared, f'=IF({several}=0,"",{several}-{differ})', f'=IF(C{r}="","",C{r}-D{r})', '=""']
    places = _places(line)
    difference = f'=IF(COUNT(C{r},D{r})<2,"",ROUND(C{r}-D{r},{places}))'
    return [side(line.left, places), side(line.right, places), difference, _tolerance(line, r, smallest_unit)]


def _places(line: CheckLine) -> str:
    """Decimals down to fen, or whole numbers."""
    return f'IF(money_unit="{MoneyUnit.YUAN.value}",2,6)' if line.relation.unit == "money" else "0"


def _tolerance(line: CheckLine, r: int, smallest_unit: float) -> str:
    """What a difference may be: for each figure that is filled in, the smallest unit in which it is published."""
    if line.relation.limit is not None:
        return f"={line.relation.limit!r}"
    if not line.relation.has_tolerance:
        return '=""'
    terms = ",".join(fact_cell(term.fact) for term in line.terms)
    return f'=IF(COUNT(C{r},D{r})<2,"",ROUND({smallest_unit!r}*COUNT({terms}),6))'


def side(terms: tuple[Term, ...], places: str) -> str:
    """The formula for one side: blank where it can't be compared, a remark where a figure is text or an error."""
    cells = [fact_cell(term.fact) for term in terms]
    required = [cell for cell, term in zip(cells, terms, strict=True) if not term.optional]
    blanks = _blanks(cells)
    missing = f"{_blanks(required)}>0" if required else f"{blanks}={len(cells)}"
    is_text = f"COUNT({','.join(cells)})+{blanks}<{len(cells)}"
    added, taken = ([c for c, t in zip(cells, terms, strict=True) if t.sign == sign] for sign in (1, -1))
    total = "-".join(f"SUM({','.join(part)})" for part in (added or ["0"], taken) if part)
    return f'=IFERROR(IF({is_text},"{WRONG}",IF({missing},"",ROUND({total},{places}))),"{WRONG}")'


def _blanks(cells: Sequence[str]) -> str:
    """How many cells are blank; begins with a number, since a lone truth value is greater than any number."""
    return "+".join(["0", *(f'({cell}="")' for cell in cells)])


def _result(line: CheckLine, r: int) -> str:
    """The formula that says how the two sides compare."""
    kind = line.relation.kind
    if kind == "sources":
        found = f'IF(E{r}=0,"{SAME}","{BROKEN}")'
    elif kind == "threshold":
        found = f'IF(D{r}=0,"{NO_BASE}",IF(ROUND(ABS(E{r}/D{r})-F{r},10)>0,"{BEYOND}","{SAME}"))'
    elif kind == "order":
        found = f'IF(E{r}>0,"{BEYOND}","{SAME}")'
    elif line.relation.has_tolerance:
        found = f'IF(E{r}=0,"{SAME}",IF(ROUND(ABS(E{r})-F{r},6)<=0,"{ROUNDED}","{BROKEN}"))'
    else:
        found = f'IF(E{r}=0,"{SAME}","{BROKEN}")'
    wrong = f'COUNTIF(C{r}:D{r},"{WRONG}")>0'
    return f'=IF({wrong},"{WRONG}",IF(COUNT(C{r},D{r})<2,"{MISSING}",{found}))'


def _severity(line: CheckLine, r: int) -> str:
    """The formula for the severity of what was found; blank where there is nothing to do."""
    relation = line.relation
    broken = f'"{SEVERITY_LABELS[relation.severity]}"'
    if relation.severity_above:
        broken = f'IF(E{r}>0,"{SEVERITY_LABELS[relation.severity_above]}",{broken})'
    hint, error = SEVERITY_LABELS["hint"], SEVERITY_LABELS["error"]
    found = f'IF(OR(G{r}="{BROKEN}",G{r}="{BEYOND}"),{broken},"")'
    return f'=IF(G{r}="{WRONG}","{error}",IF(G{r}="{ROUNDED}","{hint}",{found}))'
