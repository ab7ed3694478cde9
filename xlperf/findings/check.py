"""What to look at in a filled workbook: missing and wrong inputs, awards without reason, totals that disagree."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.errors import CellError
from xlperf.findings.awards import award_findings
from xlperf.findings.bonus_items import adjustment_findings
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.findings.integrity import integrity_findings
from xlperf.findings.ledger import ledger_findings
from xlperf.findings.relations import figure_findings, relation_findings, unit_findings
from xlperf.findings.surveys import survey_findings
from xlperf.findings.weights import weight_findings
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.linting import unstated_parts
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.survey_schemes import chosen_scheme_problem
from xlperf.package import Package
from xlperf.values import Value, compare, is_blank, is_day, is_number
from xlperf.workbook.catalogue import SCHEME, framework_inputs
from xlperf.workbook.names import NamedCells

# Inputs that most evaluations leave blank.
OPTIONAL = ("extra_", "applicable.")
_OPEN = {
    "待评定": (WARNING, "award_pending", "规则分不确定，还没有评定分"),
    "缺理由": (ERROR, "award_without_reason", "评定分需要理由而没有写"),
    "数据有误": (ERROR, "score_unavailable", "所用数据有误，得分算不出"),
}


def findings(package: Package, names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every finding, in the order of the sheets: errors and warnings as they stand, readings of the standard as hints."""
    yield from integrity_findings(package, names)
    yield from _inputs(package, names, framework)
    yield from survey_findings(names, framework)
    yield from weight_findings(names, framework)
    yield from _indicators(package, names, framework)
    yield from award_findings(names)
    yield from ledger_findings(names)
    yield from _total(names)
    yield from adjustment_findings(names, framework)
    yield from unit_findings(names)
    yield from figure_findings(names)
    yield from relation_findings(names, framework)
    for text in unstated_parts(framework):
        yield Finding(HINT, "unstated", "", f"{text}。")
    for indicator in framework.indicators:
        for reading in indicator.readings:
            text = f"{_label(indicator)}的标准有疑义：{reading.literal.rstrip('。；')}；采用读法：{reading.executed}。"
            yield Finding(HINT, "standard_reading", "", text)


def _inputs(package: Package, names: NamedCells, framework: Framework) -> Iterator[Finding]:
    for item in framework_inputs(names, framework):
        value = package.value(*(item.counted or (item.sheet, item.ref)))
        where = f"{item.label}（{item.id}）"
        if is_blank(value):
            if item.type not in ("score", "text", "date") and not item.id.startswith(OPTIONAL):
                yield Finding(WARNING, "input_missing", item.cell, f"{where}缺数据。")
        elif isinstance(value, CellError):
            yield Finding(ERROR, "input_wrong_type", item.cell, f"{where}是错误值 {value}，请改正。")
        elif wanted := _wanted(item.type, value, item.choices):
            yield Finding(ERROR, "input_wrong_type", item.cell, f"{where}应为{wanted}，现为“{value}”。")
        elif item.type == "score" and not 0 <= value <= item.maximum:  # type: ignore[operator]
            text = f"{where}应在 0 到 {item.maximum:g} 分之间，现为 {value:g}。"
            yield Finding(ERROR, "score_out_of_range", item.cell, text)


def _wanted(kind: str, value: Value, choices: tuple[str, ...]) -> str:
    """What a filled input should have been; empty where it suits."""
    if kind == "text":
        return ""
    if kind == SCHEME:
        problem = chosen_scheme_problem(value) if isinstance(value, str) else "不是文字"
        return f"看得懂的口径（{problem}）" if problem else ""
    if kind == "choice":
        return "" if value in choices else "、".join(choices)
    if kind == "flag":
        return "" if isinstance(value, bool) or value in (0, 1) else "TRUE 或 FALSE"
    if kind == "date":
        return "" if is_day(value) else "日期（如 2022-10-31）"
    if kind == "count" and is_number(value) and (value < 0 or value != int(value)):
        return "非负整数"
    return "" if is_number(value) else "数字"


def _indicators(package: Package, names: NamedCells, framework: Framework) -> Iterator[Finding]:
    statuses = names.by_code("indicator_code", "indicator_status")
    checks = names.by_code("indicator_code", "indicator_check")
    for indicator in framework.indicators:
        label = _label(indicator)
        sheet, ref = statuses[indicator.code]
        status = package.value(sheet, ref)
        if isinstance(status, str) and status in _OPEN:
            severity, code, text = _OPEN[status]
            yield Finding(severity, code, f"{sheet}!{ref}", f"{label}{text}。")
        sheet, ref = checks[indicator.code]
        if package.value(sheet, ref) == "对不上":
            yield Finding(WARNING, "deductions_differ", f"{sheet}!{ref}", f"{label}的扣分明细与“分值减得分”不等。")


def _label(indicator: Indicator) -> str:
    return f"指标{indicator.code}“{indicator.name}”"


def _total(names: NamedCells) -> Iterator[Finding]:
    total, reported = names.value("total_score"), names.value("reported_total")
    if is_number(total) and is_number(reported) and compare(total, reported) != 0:
        sheet, ref = names.place("reported_total")
        text = f"报告总分 {reported:.2f} 与算出的 {total:.2f} 不等。"
        yield Finding(WARNING, "reported_total_differs", f"{sheet}!{ref}", text)
