"""勾稽校验: every consistency relation as one line of plain formulas: both sides, their difference, and whether they fit."""

from __future__ import annotations

from itertools import groupby

from xlperf.checks.loading import require_facts, require_own, shipped_relations
from xlperf.checks.schema import SEVERITY_LABELS, CheckLine, Relations
from xlperf.frameworks.relations import COLUMN
from xlperf.frameworks.schema import Framework, Input
from xlperf.values import Money, MoneyUnit, Value, exact
from xlperf.workbook.check_terms import NO_BASE, WRONG, places, side
from xlperf.workbook.plan import CHECKS, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet
from xlperf.workbook.sheets.sources import DISAGREE
from xlperf.workbook.tables.all_tables import fact_names
from xlperf.workbook.tables.table import fact_cell

SAME, ROUNDED, BROKEN, BEYOND = "相符", "舍入差", "不符", "超限"
MISSING = "缺数据"
# Rates are printed with two decimals of a percent: a printed one differs from the exact one by half of the last.
RATE_TOLERANCE = "0.00005"
RATE_DECIMALS = "10"
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
OWN_NOTE = "没有序号的是本指标体系自己的关系；比率的舍入差是 0.005 个百分点。"


def add(plan: Plan, relations: Relations | None = None) -> None:
    """Lays out the sheet with the shipped relations, or others, and the framework's own.

    Errors: UserError: a relation uses a figure that is not there; one of the framework's own has the id of another.
    """
    relations, own = relations or shipped_relations(), plan.framework.relations
    require_facts(relations, fact_names())
    require_own(relations, plan.framework, fact_names())
    sheet = Sheet(plan.book, CHECKS, COLUMNS)
    sheet.title("勾稽校验", NOTE + (OWN_NOTE if own else ""))
    sheet.header()
    first = sheet.row
    for topic, lines in groupby(relations.lines(own), key=lambda line: line.relation.topic):
        sheet.section(topic)
        for line in lines:
            _line(sheet, line, plan.framework, relations.smallest_unit)
    last = sheet.row - 1
    sheet.name_columns([(f"check_{name}", column) for name, column in NAMES], first, last)
    cells, result, severity = f"G{first}:H{last}", f"$G{first}", f"$H{first}"
    sheet.colour(cells, f'{severity}="错误"', styles.ALARM_FILL, styles.ALARM)
    sheet.colour(cells, f'OR({severity}="警告",AND({severity}="提示",{result}<>"{ROUNDED}"))', styles.WARNING_FILL)
    sheet.colour(cells, f'OR({result}="{ROUNDED}",{result}="{SAME}")', styles.CALM_FILL)


def _line(sheet: Sheet, line: CheckLine, framework: Framework, smallest_unit: float) -> None:
    relation, r = line.relation, sheet.row
    values: list[Value] = [line.number, line.statement]
    values += [Formula(text) for text in _amounts(line, framework, r, smallest_unit)]
    values += [Formula(_result(line, r)), Formula(_severity(line, r))]
    sheet.line([*values, relation.advice, relation.source, line.id], formats=[None, None, *_formats(line, framework)])


def _formats(line: CheckLine, framework: Framework) -> list[str]:
    """How left, right, difference and tolerance are shown."""
    kind: str = line.relation.unit
    items = [place.item for place in places(line, line.terms, framework)]
    if kind == "count" and any(isinstance(item, Input) and item.type == "number" for item in items):
        kind = "number"
    small = "small_rate" if kind == "rate" else kind
    return [kind, kind, small, "rate" if line.relation.kind == "threshold" else small]


def _amounts(line: CheckLine, framework: Framework, r: int, smallest_unit: float) -> list[str]:
    """The formulas for left, right, difference and tolerance."""
    if line.relation.kind == "sources":
        several, differ = (f'COUNTIF(source_agreement,"{text}")' for text in ("?*", DISAGREE))
        compared = f'=IF({several}=0,"",{several})'
        return [compared, f'=IF({several}=0,"",{several}-{differ})', f'=IF(C{r}="","",C{r}-D{r})', '=""']
    decimals = _decimals(line)
    left = side(places(line, line.left, framework), decimals)
    is_bound = line.relation.kind == "bound"
    right = _bound(line, framework) if is_bound else side(places(line, line.right, framework), decimals)
    difference = f'=IF(COUNT(C{r},D{r})<2,"",ROUND(C{r}-D{r},{decimals}))'
    return [left, right, difference, _tolerance(line, framework, r, smallest_unit)]


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


def _tolerance(line: CheckLine, framework: Framework, r: int, smallest_unit: float) -> str:
    """What a difference may be: of amounts, for each figure filled in, the smallest unit in which it is published."""
    relation = line.relation
    if relation.kind == "threshold" and relation.limit is not None:
        return f"={exact(relation.limit):f}"
    if not relation.has_tolerance:
        return '=""'
    if relation.unit == "rate":
        return f'=IF(COUNT(C{r},D{r})<2,"",{RATE_TOLERANCE})'
    terms = ",".join(place.name for place in places(line, line.terms, framework))
    count = f"COUNT({terms})"
    if relation.rows:
        count = f"({count}+N({fact_cell(relation.rows.replace(COLUMN, line.column))}))"
    return f'=IF(COUNT(C{r},D{r})<2,"",ROUND({smallest_unit!r}*{count},6))'


def _result(line: CheckLine, r: int) -> str:
    """The formula that says how the two sides compare."""
    kind = line.relation.kind
    if kind == "sources":
        found = f'IF(E{r}=0,"{SAME}","{BROKEN}")'
    elif kind == "threshold":
        found = f'IF(D{r}=0,"{NO_BASE}",IF(ROUND(ABS(E{r}/D{r})-F{r},10)>0,"{BEYOND}","{SAME}"))'
    elif kind in ("order", "bound"):
        found = f'IF(E{r}>0,"{BEYOND}","{SAME}")'
    elif line.relation.has_tolerance:
        decimals = RATE_DECIMALS if line.relation.unit == "rate" else "6"
        found = f'IF(E{r}=0,"{SAME}",IF(ROUND(ABS(E{r})-F{r},{decimals})<=0,"{ROUNDED}","{BROKEN}"))'
    else:
        found = f'IF(E{r}=0,"{SAME}","{BROKEN}")'
    found = f'IF(COUNT(C{r},D{r})<2,"{MISSING}",{found})'
    if line.number is None:
        found = f'IF(COUNTIF(C{r}:D{r},"{NO_BASE}")>0,"{NO_BASE}",{found})'
    wrong = f'COUNTIF(C{r}:D{r},"{WRONG}")>0'
    return f'=IF({wrong},"{WRONG}",{found})'


def _severity(line: CheckLine, r: int) -> str:
    """The formula for the severity of what was found; blank where there is nothing to do."""
    relation = line.relation
    broken = f'"{SEVERITY_LABELS[relation.severity]}"'
    if relation.severity_above:
        broken = f'IF(E{r}>0,"{SEVERITY_LABELS[relation.severity_above]}",{broken})'
    hint, error = SEVERITY_LABELS["hint"], SEVERITY_LABELS["error"]
    found = f'IF(OR(G{r}="{BROKEN}",G{r}="{BEYOND}"),{broken},"")'
    return f'=IF(G{r}="{WRONG}","{error}",IF(G{r}="{ROUNDED}","{hint}",{found}))'
