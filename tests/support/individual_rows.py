"""A small county: a framework with two individual indicators, a roster, and indicators of the units' own in a second sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from tests.support.small_framework import changed

FRAMEWORK = "县.toml"
SHEET = "个性指标"
HEADINGS = ("单位编码", "单位名称", "上级指标（二级）", "指标名称", "分值", "目标值", "评分标准", "备注")
_INDIVIDUAL = """
[[indicators]]
code = "{0}"
name = "{1}"
level = "产出"
group = "数量"
weight = {2}
description = "各单位不同"
standard = "按完成率得分"
scope = "individual"
rule = {{ kind = "ratio", value = "work_rate" }}
"""
_WORK = """
[[inputs]]
id = "work_done"
label = "完成任务数"
group = "产出"
type = "count"
unit = "项"
help = "年度总结"

[[inputs]]
id = "work_total"
label = "计划任务数"
group = "产出"
type = "count"
unit = "项"
help = "年度计划"

[[rates]]
id = "work_rate"
label = "任务完成情况"
formula = "PERF_RATE(work_done, work_total)"
definition = "完成任务数÷计划任务数"
source = "评分表"
"""


def framework_text() -> str:
    """The small framework with ten more points, which individual indicators have."""
    more = _INDIVIDUAL.format("3", "任务完成", 6) + _INDIVIDUAL.format("4", "服务对象", 4)
    level = '\n[[levels]]\nname = "产出"\nweight = 10\ngroups = [{ name = "数量", weight = 10 }]\n\n[[inputs]]\nid = "quota_used"'
    return changed(
        ("weight = 10\n\n[source]", "weight = 20\n\n[source]"),
        ("≥9:优; ≥8:良", "≥18:优; ≥16:良"),
        ('\n[[inputs]]\nid = "quota_used"', level),
        add=f"{_WORK}{more}",
    )


def write_county(folder: Path, units: Sequence[tuple[object, ...]], own: Sequence[Sequence[object]]) -> None:
    """The framework's file, and the roster with both sheets."""
    (folder / FRAMEWORK).write_text(framework_text(), encoding="utf-8")
    book = Workbook()
    for line in (("单位名称", "单位编码"), *units):
        book.worksheets[0].append(line)
    sheet = book.create_sheet(SHEET)
    sheet.append(("各单位个性指标（2021年度）",))
    sheet.append(HEADINGS)
    for row in own:
        sheet.append(row)
    book.save(folder / "名册.xlsx")
