"""Rates and rules that have nothing to divide by: which one, and which figure is 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlperf.errors import CellError
from xlperf.findings.finding import HINT, WARNING, Finding
from xlperf.findings.scores import figure_labels, label_of
from xlperf.formula.tree import Call, Node, Operation, Tree, children
from xlperf.frameworks.contents import Rate
from xlperf.frameworks.expressions import Expression, is_id
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, is_blank, is_number
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.all_sheets import shown_place

# Which argument these functions divide by.
_DIVISORS = {"PERF_RATE": 1, "PERF_CHANGE_RATE": 1, "PERF_ADJUSTMENT_RATE": 0}
NO_DENOMINATOR = "分母为零"


def zero_denominator_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Warnings where an indicator or a relation can't do without the rate, hints where every rule has an answer to it."""
    results = names.by_code("indicator_code", "indicator_rule")
    failed = [i for i in framework.indicators if names.package.value(*results[i.code]) == NO_DENOMINATOR]
    labels = figure_labels(framework)
    baseless = {rate.id for rate in framework.rates if _has_no_base(names.value(rate.id))}
    for rate in framework.rates:
        if rate.id in baseless and (zeros := _zeros(names, _divisors(rate))):
            lost = [f"{label_of(i)}的规则分算不出" for i in failed if rate.id in _ids(i)]
            lost += [f"关系“{r.statement}”没有比较" for r in framework.relations if rate.id in r.facts()]
            text = f"{rate.label}（{rate.id}）{NO_DENOMINATOR}：{_told(names, labels, zeros)}"
            cell, severity = "!".join(shown_place(names.place(rate.id))), WARNING if lost else HINT
            yield Finding(severity, "zero_denominator", cell, f"{'；'.join([text, *lost])}。")
    for indicator in failed:
        ids = _ids(indicator)
        if not baseless & set(ids) and (zeros := _zeros(names, ids)):
            text = f"{label_of(indicator)}的规则分算不出，{NO_DENOMINATOR}：{_told(names, labels, zeros)}。"
            yield Finding(WARNING, "zero_denominator", "!".join(results[indicator.code]), text)


def _has_no_base(value: Value) -> bool:
    return isinstance(value, CellError) and value.code == "#DIV/0!"


def _ids(indicator: Indicator) -> list[str]:
    """What the rules of an indicator read."""
    return [name for point in indicator.points for name in point.rule.ids]


def _zeros(names: NamedCells, ids: Iterable[str]) -> list[str]:
    """Those that are 0; where none is, those that cancel out to 0; none where the fault lies further back."""
    values = {name: names.value(name) for name in ids}
    if not all(is_number(value) for value in values.values()):
        values = {name: value for name, value in values.items() if is_number(value) and value == 0}
    return [name for name, value in values.items() if value == 0] or list(values)


def _told(names: NamedCells, labels: dict[str, str], zeros: list[str]) -> str:
    """The figures with their cells: 下达指标数（指标数据!B6）是 0."""
    given = names.by_code("figure_id", "figure_given")
    told = []
    for name in zeros:
        is_typed = name in given and not is_blank(names.package.value(*given[name]))
        cell = "!".join(given[name] if is_typed else shown_place(names.place(name)))
        told.append(f"{labels[name]}（{cell}）是 {names.value(name):g}")
    return "，".join(told)


def _divisors(rate: Rate) -> list[str]:
    """The ids that the formula of a rate divides by."""
    tree = Expression.parse(rate.formula).tree
    return list(dict.fromkeys(name for part in _parts(tree.root) for name in _names(tree, part)))


def _parts(node: Node) -> Iterator[Node]:
    """The divisors in a formula."""
    if isinstance(node, Call) and (at := _DIVISORS.get(node.name)) is not None and at < len(node.arguments):
        yield node.arguments[at]
    if isinstance(node, Operation):
        pairs = zip(node.operators, node.operands[1:], strict=True)
        yield from (operand for operator, operand in pairs if operator == "/")
    for child in children(node):
        yield from _parts(child)


def _names(tree: Tree, node: Node) -> Iterator[str]:
    if is_id(node):
        yield tree.text(node)
    for child in children(node):
        yield from _names(tree, child)
