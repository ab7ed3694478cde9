"""参数: grade bands, caps and what the rules need (tiers, options, bands, conditions), in cells that formulas read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlperf.frameworks.adjustments import Veto
from xlperf.frameworks.schema import Framework
from xlperf.rules import conditions
from xlperf.rules.bands import BANDS
from xlperf.rules.choice import OPTIONS
from xlperf.rules.conditions import CONDITIONS
from xlperf.rules.finding import DEGREES
from xlperf.rules.parameters import COLUMNS as IDS
from xlperf.rules.parameters import (
    Block,
    Calculated,
    Cell,
    Format,
    KindOf,
    Named,
    Owner,
    Row,
    Table,
    UsedBy,
    ValueOf,
    blocks_of,
)
from xlperf.rules.tiers import TIERS, tier_rows
from xlperf.values import Value
from xlperf.workbook import flags, rule_formulas
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.waiting import shown

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

# Among the ids are those by which rules address what they put here.
COLUMNS = Columns(
    code=Column("编号", 12),
    name=Column("名称", 34),
    sign=Column("比较符", 16, is_centred=True),
    limit=Column("界限", 14, "general", is_centred=True),
    result=Column("结果", 14, "general", is_centred=True),
    note=Column("说明", 58),
    computed=Column("结果", 14, "general", is_hidden=True, shown_in="result"),
    each=Column("是否成立", 10, "general", is_hidden=True),
    together=Column("是否达标", 10, "general", is_hidden=True),
)
LISTED_CODES = 6
GRADES = Table("等级表（从上到下第一个符合的）", ("", "", "比较符", "总分", "等级", "来源"))
CAPS = Table("总分上限（从上到下第一个符合的）", ("", "取决于", "比较符", "界限", "总分上限", "说明"))
# Those of other rules stand behind, in the order of the points.
FIRST_TABLES = (GRADES, TIERS, CAPS, CONDITIONS, OPTIONS, BANDS, DEGREES)


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(
        SHEET.title, "评分标准里的界限和分值都在这里，公式从这里取数；修改标准须写明依据，评价结果会注明参数已改。"
    )
    kinds: dict[str, str] = {i.id: i.type for i in plan.framework.inputs}
    kinds |= {r.id: r.format for r in plan.framework.rates}
    found = [*_grades(plan.framework), *_of_indicators(plan.framework), *_limits(plan.framework)]
    for table in dict.fromkeys((*FIRST_TABLES, *(block.table for block in found))):
        blocks = blocks_of(table, found)
        if blocks:
            sheet.section(table.title)
            sheet.header(is_frozen=False, headings=dict(zip(IDS, table.headings, strict=True)))
        for block in blocks:
            _draw(sheet, block, kinds)


def _grades(framework: Framework) -> Iterator[Block]:
    grades = framework.grades
    if grades is not None:
        doubt = "" if grades.source.is_verified else "（未核对原文，可编辑）"
        found = tier_rows(grades.bands, None, None, f"{grades.source.document}{doubt}")
        yield Block(GRADES, tuple(Row(row.cells) for row in found), (Named("grade_bands", "sign", "result"),))


def _of_indicators(framework: Framework) -> Iterator[Block]:
    """What the rules of the points need, and the conditions of the gates."""
    for indicator in framework.indicators:
        for number, point in enumerate(indicator.points, 1):
            yield from point.rule.parameters(Owner(indicator.point_code(number), indicator.name))
        if indicator.gate:
            label = f"{indicator.code} {indicator.name}（门槛）"
            owner = Owner(rule_formulas.gate_owner(indicator.code), label)
            yield conditions.block(owner, indicator.gate.conditions)


def _limits(framework: Framework) -> Iterator[Block]:
    """The highest total that each cap allows, by the value that it depends on; the conditions of the vetoes."""
    for number, part in enumerate(framework.limits, 1):
        name = rule_formulas.limit_owner(number)
        if isinstance(part, Veto):
            yield conditions.block(Owner(name, f"一票否决：{part.text}"), part.conditions)
        else:
            yield Block(CAPS, tier_rows(part.tiers, None, part.value, part.text), (Named(name, "sign", "result"),))


def _draw(sheet: Sheet, block: Block, kinds: dict[str, str]) -> None:
    first = sheet.row
    rows = [sheet.at(row, "both") for row in range(first, first + len(block.rows))]
    apart = [_is_apart(row) for row in block.rows]
    places = {column: [row[column] for row in rows] for column in IDS}
    places["result"] = [row.computed if own else row.result for own, row in zip(apart, rows, strict=True)]
    for own, row, verdict in zip(apart, block.rows, _verdicts(sheet, block, places), strict=True):
        values = {column: _value(cell, block, places, kinds) for column, cell in zip(IDS, row.cells, strict=True)}
        if own:
            values |= {"computed": values["result"], "result": Formula(shown(sheet.at().computed))}
        values |= verdict
        formats = {column: _format(kind, kinds) for column, kind in zip(IDS, row.formats, strict=False)}
        sheet.line(values, formats={column: kind for column, kind in formats.items() if kind})
    for named in sorted(block.names, key=lambda named: named.rows or (0, 0)):
        start, end = named.rows or (0, len(block.rows) - 1)
        column, last = named.first_column, named.last_column
        if column == last == "result" and all(apart[start : end + 1]):
            column = last = "computed"
        sheet.name(named.name, column, first + start, first + end, last)


def _verdicts(sheet: Sheet, block: Block, places: dict[str, list[str]]) -> list[dict[str, Value]]:
    """What stands in the hidden cells beside each row of a block that comes to something; the name of what that is."""
    first, count, verdict = sheet.row, len(block.rows), block.verdict
    if verdict is None:
        return [{} for _ in range(count)]
    each = sheet.span("each", first, first + count - 1, pin="both")
    rows = [{column: places[column][n] for column in IDS} for n in range(count)]
    found: list[dict[str, Value]] = [{"each": Formula(verdict.each.format(**row))} for row in rows]
    found[0]["together"] = Formula(verdict.together.format(each=each))
    sheet.name(verdict.name, "together", first)
    return found


def _is_apart(row: Row) -> bool:
    """Whether the result of a row may be an error, so that people see another cell."""
    result = row.cells[IDS.index("result")]
    return isinstance(result, Calculated | ValueOf) and result.may_fail


def _value(cell: Cell, block: Block, places: dict[str, list[str]], kinds: dict[str, str]) -> Value:
    if isinstance(cell, ValueOf):
        # Conditions compare truth values.
        is_flag = kinds[cell.id] == "flag"
        return Formula(f"={flags.asked(cell.id)}" if is_flag else f'=IF({cell.id}="","",{cell.id})')
    if isinstance(cell, Calculated):
        return Formula(cell.template.format(**places))
    if isinstance(cell, UsedBy):
        codes = block.users
        label = "、".join(codes) if len(codes) <= LISTED_CODES else f"{len(codes)} 个要点"
        return f"{label}：{cell.text}"
    return cell


def _format(kind: Format, kinds: dict[str, str]) -> str | None:
    return kinds[kind.id] if isinstance(kind, KindOf) else kind


SHEET: SheetDeclaration = SheetDeclaration(
    "参数",
    "等级表、分档、达标条件、选项：评分标准里的界限都在这里",
    COLUMNS,
    lay_out,
    is_needed=lambda needs: needs.is_evaluation,
    is_for_unit=False,
)
