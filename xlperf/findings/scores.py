"""Scores of indicators: what is still open, what lacks a reason, deductions that don't explain what is lost."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.workbook.identity import read_copy
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy, Role
from xlperf.workbook.sheets.scoring import OUTDATED
from xlperf.workbook.waiting import TEXT_CHANGED

OPEN = {
    "待评定": (WARNING, "award_pending", "规则分不确定，还没有评定分"),
    "缺理由": (ERROR, "award_without_reason", "评定分需要理由而没有写"),
    OUTDATED: (ERROR, "reason_outdated", "评定分改过，理由还是为原来的分写的"),
    "数据有误": (ERROR, "score_unavailable", "所用数据有误，得分算不出"),
    TEXT_CHANGED: (ERROR, "standard_text_changed", "的评分标准文字与确认过的不同，还没有确认，没有得分"),
}


def indicator_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Scores that are still open, need a reason or can't be had, and deductions that don't explain what is lost."""
    statuses = names.by_code("indicator_code", "indicator_status")
    checks = names.by_code("indicator_code", "indicator_check")
    is_for_others = read_copy(names.package) is Copy.UNIT and Role.SCORER.of(framework) is Role.EVALUATOR
    for indicator in framework.indicators:
        label = label_of(indicator)
        sheet, ref = statuses[indicator.code]
        status = names.package.value(sheet, ref)
        # A unit is not told of what an evaluator has still to do.
        if isinstance(status, str) and status in OPEN and not (is_for_others and status == "待评定"):
            severity, code, text = OPEN[status]
            yield Finding(severity, code, f"{sheet}!{ref}", f"{label}{framework.worded(text)}。")
        sheet, ref = checks[indicator.code]
        if names.package.value(sheet, ref) == "对不上":
            yield Finding(
                WARNING, "deductions_differ", f"{sheet}!{ref}", f"{label}在问题台账里的扣分与“分值减得分”不等。"
            )


def label_of(indicator: Indicator) -> str:
    """An indicator as findings name it."""
    return f"指标{indicator.code}“{indicator.name}”"


def figure_labels(framework: Framework) -> dict[str, str]:
    """What inputs and rates are called, by their ids."""
    return {i.id: i.label for i in framework.inputs} | {r.id: r.label for r in framework.rates}
