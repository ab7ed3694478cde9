"""A tiny framework whose indicators have one point each, of all sorts; and what an evaluator writes into its ledger."""

from __future__ import annotations

from functools import cache

from tests.support import workbooks
from tests.support.small_framework import ORIGIN, TEXT
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import Package
from xlperf.values import Value

# The third takes a finding of one degree, the fourth one with degrees that the ledger can't tell.
_INDICATOR = """
[[indicators]]
code = "{code}"
name = "{name}"
level = "过程"
group = "管理"
weight = {weight:g}
description = "{name}"
standard = "{name}"

[[indicators.points]]
text = "{name}"
weight = {weight:g}
rule = {rule}
"""
COUNTED, PASSED, JUDGED = "2｜违规情况", "3｜制度建立", "4｜资料完整"


def single_points() -> FrameworkFile:
    """Indicator 2 counts problems (1 point each of 2), 3 is passed or failed (1), 4 may be met partly (1)."""
    rules = (
        ("2", "违规情况", 2.0, '{ kind = "deduct", points = 1 }'),
        ("3", "制度建立", 1.0, '{ kind = "finding" }'),
        ("4", "资料完整", 1.0, '{ kind = "finding", partial = "open" }'),
    )
    first = TEXT[: TEXT.index('[[indicators]]\ncode = "2"')]
    added = (_INDICATOR.format(code=code, name=name, weight=w, rule=rule) for code, name, w, rule in rules)
    return parse_framework(first + "".join(added), ORIGIN)


def lines(*indicators: str) -> dict[str, Value]:
    """So many lines of the ledger by the ids of inputs: a fact of each indicator."""
    found: dict[str, Value] = {}
    for number, indicator in enumerate(indicators, 1):
        found |= {f"problem_indicator__{number}": indicator, f"problem_fact__{number}": f"事实{number}"}
    return found


@cache
def _blank(edition: Edition) -> Package:
    return workbooks.after(workbooks.built(single_points(), edition=edition), quota_used=95, quota_issued=100)


def filled(edition: Edition = Edition.NATIVE, /, **values: Value) -> Package:
    """The workbook with the figures of indicator 1, further inputs (dots written as two underscores), recalculated."""
    return workbooks.after(_blank(edition), **values)
