"""Figures that don't agree, as findings: relations that are broken, sources, budget sheets and money units that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlperf.checks.loading import shipped_relations
from xlperf.checks.schema import SEVERITY_LABELS, CheckLine
from xlperf.errors import CellError
from xlperf.findings.finding import ERROR, HINT, NUMBER, WARNING, Finding
from xlperf.frameworks.contents import Input, Rate
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, as_text, compare, is_blank, is_number, round_half_up
from xlperf.workbook.check_terms import WRONG, places
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets.checks import BEYOND, ROUNDED
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.sheets.sources import DISAGREE
from xlperf.workbook.tables import budget
from xlperf.workbook.tables.table import fact_cell

_SEVERITIES = {label: severity for severity, label in SEVERITY_LABELS.items()}
_COLUMNS = ("id", "statement", "left", "right", "difference", "tolerance", "result", "severity", "advice")
_SOURCES = "sources_agree"
_PERCENT_DECIMALS = (2, 4, 6, 8)


def relation_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every relation that figures don't keep, with both amounts; the code is `relation_` and the relation's id."""
    declared: dict[str, CheckLine] = {}
    cells = names.places("check_result")
    rows = names.rows("check_result", *(f"check_{column}" for column in _COLUMNS))
    for (sheet, ref), (_, *values) in zip(cells, rows, strict=True):
        line = dict(zip(_COLUMNS, values, strict=True))
        relation = str(line["id"] or "").partition(".")[0]
        if relation == _SOURCES:
            yield from _sources(names, f"relation_{relation}")
        elif severity := _SEVERITIES.get(str(line["severity"])):
            declared = declared or {each.id: each for each in shipped_relations().lines(framework.relations)}
            known = declared.get(str(line["id"]))
            wrong = "、".join(_wrong_cells(names, framework, known)) if known and line["result"] == WRONG else ""
            text = _sentence(names, known, line, wrong)
            sides = (NUMBER, wrong or None) if line["result"] == WRONG else _sides(known, line)
            yield Finding(severity, f"relation_{relation}", f"{sheet}!{ref}", text, *sides)


def figure_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every figure that was typed in and stands in a budget sheet with another value."""
    rows = names.rows(*(f"figure_{column}" for column in ("given", "label", "id", "linked", "status")))
    for place, (given, label, name, linked, status) in zip(names.places("figure_given"), rows, strict=True):
        if status == "两数不一":
            sides = _amount(linked), _amount(given)
            text = f"{label}（{name}）填报 {sides[1]}，预算表是 {sides[0]}，请改成一致或说明来源。"
            yield Finding(WARNING, "figures_differ", "!".join(place), text, *sides)


def unit_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every pasted table that states another money unit than the workbook's, and every amount that looks like one."""
    for spec in IMPORTS:
        # A workbook of an earlier version has fewer tables.
        if not names.has(f"import{spec.number}_unit"):
            continue
        sheet, ref = names.place(f"import{spec.number}_unit")
        if warning := names.value(f"import{spec.number}_unit"):
            yield Finding(ERROR, "money_unit_differs", f"{sheet}!{ref}", f"{warning}。")
    column = budget.TABLE.column_name("check")
    for value, place in zip(names.column(column), names.places(column), strict=True):
        if value == budget.UNIT_DOUBT:
            text = "取自官方表的数与手填数或预算数差千倍以上，疑似元与万元混淆，请核对金额单位。"
            yield Finding(ERROR, "money_unit_differs", "!".join(place), text)


def _sides(declared: CheckLine | None, line: Mapping[str, Value]) -> tuple[str, str]:
    """What the right side says and the left one."""
    shown = _percents(line) if declared and declared.relation.unit == "rate" else _amounts(line, "")
    return shown[1], shown[0]


def _sentence(names: NamedCells, declared: CheckLine | None, line: Mapping[str, Value], wrong: str) -> str:
    """What is wrong in a line of the check sheet, and what to do; a workbook of another version may have other lines.

    `wrong`: the cells of figures that are text.
    """
    statement = str(line["statement"])
    if line["result"] == WRONG:
        return f"{statement}：{wrong or '所用的数'}不是数字，没有比较；请改成数字或留空。"
    kind = declared.relation.unit if declared else "money"
    unit = f" {names.value('money_unit')}" if kind == "money" else ""
    left, right, difference, tolerance = _percents(line) if kind == "rate" else _amounts(line, unit)
    if line["result"] == ROUNDED:
        return f"{statement}：{left} ≠ {right}，差 {difference}，在舍入差以内（容差 {tolerance}）。"
    if line["result"] != BEYOND:
        return f"{statement}：{left} ≠ {right}，差 {difference}。{line['advice']}"
    base = line["right"]
    if is_number(line["tolerance"]) and is_number(line["difference"]) and is_number(base) and base:
        rate = round_half_up(line["difference"] / base * 100)
        if declared and declared.number is None:
            return f"{statement}：{left} 与 {right}{unit} 相差 {rate:+.2f}%。{line['advice']}"
        return f"{statement}：由 {right} 调为 {left}{unit}，变动 {rate:+.2f}%。{line['advice']}"
    beyond = ("<", "低") if declared and declared.relation.kind == "floor" else (">", "超")
    return f"{statement}：{left} {beyond[0]} {right}，{beyond[1]} {difference}。{line['advice']}"


def _amounts(line: Mapping[str, Value], unit: str) -> tuple[str, str, str, str]:
    """Left, right, difference and tolerance of amounts or counts."""
    difference = line["difference"]
    amount = _amount(abs(difference) if is_number(difference) else difference)
    return _amount(line["left"]), _amount(line["right"]), f"{amount}{unit}", _amount(line["tolerance"])


def _percents(line: Mapping[str, Value]) -> tuple[str, str, str, str]:
    """Left, right, difference and tolerance of rates: two decimals, more where two would not show that they differ."""
    left, right, difference = (
        float(line[key]) * 100  # type: ignore[arg-type]
        for key in ("left", "right", "difference")
    )
    for decimals in _PERCENT_DECIMALS:
        shown = [f"{round_half_up(rate, decimals):.{decimals}f}" for rate in (left, right, abs(difference))]
        if shown[0] != shown[1] and float(shown[2]):
            break
    tolerance = line["tolerance"]
    allowed = f"{_amount(round_half_up(tolerance * 100, 6))} 个百分点" if isinstance(tolerance, float) else ""
    return f"{shown[0]}%", f"{shown[1]}%", f"{shown[2]} 个百分点", allowed


def _sources(names: NamedCells, code: str) -> Iterator[Finding]:
    """One hint for each figure whose sources differ, with what each of them says."""
    # An earlier version had the id where the label is now.
    key = "id" if names.has("source_id") else "input"
    labels = {row[0]: row[1] for row in names.rows("figure_id", "figure_label")}
    lines = names.rows(*(f"source_{column}" for column in (key, "origin", "value", "counted", "agreement")))
    for place, (name, _, _, counted, agreement) in zip(names.places("source_value"), lines, strict=True):
        if agreement == DISAGREE:
            told = [f"{_amount(v)}（{o or '未注明来源'}）" for n, o, v, *_ in lines if n == name and not is_blank(v)]
            used = "没有采用的数" if is_blank(counted) else f"采用 {_amount(counted)}"
            text = f"{labels.get(name)}（{name}）各来源不一致：{'、'.join(told)}；{used}。"
            expected = None if is_blank(counted) else _amount(counted)
            yield Finding(HINT, code, "!".join(place), text, expected, "、".join(told))


def _amount(value: Value) -> str:
    """A number as people print amounts: two places, more where it has more; anything else as its cell shows it."""
    if value is None or not is_number(value):
        return as_text(value) if isinstance(value, bool | str) else str(value)
    number = float(value)
    is_short = compare(number, round_half_up(number)) == 0
    return (f"{number:.2f}" if number % 1 else as_text(number)) if is_short else as_text(round_half_up(number, 6))


def _wrong_cells(names: NamedCells, framework: Framework, line: CheckLine) -> list[str]:
    """The figures of a line that are neither numbers nor blank, each with the cell where people can mend it,
    `指标数据!B7（“无”）`; of a rate those that it is calculated from.
    """
    found: list[Place] = []
    for place in places(line, line.terms, framework):
        if place.item is None:
            for wrong in _unless_number(names, names.place(place.name)):
                found += _pasted(names, place.name, wrong)
        else:
            found += _behind(names, framework, place.item)
    return [f"{sheet}!{ref}（“{names.package.value(sheet, ref)}”）" for sheet, ref in dict.fromkeys(found)]


def _pasted(names: NamedCells, name: str, place: Place) -> list[Place]:
    """The cells of the pasted table that hold the text of a budget sheet's figure; the figure's own if it was typed."""
    imported = f"{name.rpartition('_')[0]}_imported"
    text = names.package.value(*place)
    if names.has(imported) and names.value(imported) == text:
        sheet, ref = names.place(imported)
        formula = names.package.formulas(sheet).get(ref, "")
        for spec in (spec for spec in IMPORTS if spec.sheet in formula):
            cells = names.package.cells(spec.sheet)
            return [(spec.sheet, at) for at, cell in cells.items() if cell.value == text] or [place]
    return [place]


def _behind(names: NamedCells, framework: Framework, item: Input | Rate) -> list[Place]:
    """The wrong cells behind an input or a rate; the rate itself where all that it is calculated from is in order."""
    if isinstance(item, Input):
        return list(_unless_number(names, _typed(names, item)))
    if _is_in_order(names, item):
        return []
    items: dict[str, Input | Rate] = {i.id: i for i in framework.inputs} | {r.id: r for r in framework.rates}
    used = [items[name] for name in Expression.parse(item.formula).ids]
    found = [place for each in used if not _is_fact(each) for place in _behind(names, framework, each)]
    return found or [names.place(item.id)]


def _is_in_order(names: NamedCells, rate: Rate) -> bool:
    """Whether a rate is a number, lacks data or has no base."""
    value = names.value(rate.id)
    return is_number(value) or (isinstance(value, CellError) and value.code in ("#N/A", "#DIV/0!"))


def _is_fact(item: Input | Rate) -> bool:
    """Whether an input is no figure by its nature."""
    return isinstance(item, Input) and item.type in ("flag", "text")


def _typed(names: NamedCells, item: Input) -> Place:
    """Where the value of an input that counts was typed: beside it, or in a budget sheet."""
    given = names.by_code("figure_id", "figure_given")[item.id]
    if is_blank(names.package.value(*given)) and item.fact:
        return names.place(fact_cell(item.fact))
    return given if names.package.value(*given) == names.value(item.id) else names.place(item.id)


def _unless_number(names: NamedCells, place: Place) -> Iterator[Place]:
    value = names.package.value(*place)
    if not is_number(value) and not is_blank(value):
        yield place
