"""A small self-evaluation whose source prints next to nothing, and data for it."""

from __future__ import annotations

from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.values import Value

FRAMEWORK = """
schema_version = 1
id = "small-self"
version = "1.0.0"
name = "小县自评"
subject = "部门整体支出"
evaluation = "self"
region = "小县"
year = 2023
weight = "未载明"
grades = "未载明"
source = { document = "自评报告", is_verified = true }
levels = [{ name = "过程", weight = "未载明", groups = [{ name = "管理", weight = "未载明" }] }]

[[indicators]]
code = "1"
name = "规范性"
level = "过程"
group = "管理"
weight = "未载明"
description = "未载明"
standard = "未载明"
points = [{ text = "未载明", weight = "未载明", rule = { kind = "unstated" } }]

[[indicators]]
code = "2"
name = "及时性"
level = "过程"
group = "管理"
weight = 3
description = "未载明"
standard = "未载明"
points = [{ text = "未载明", weight = 3, rule = { kind = "unstated" } }]
"""
DATA = """
schema_version = 1
framework = "small-self"
unit = { name = "某局", year = 2023 }
report = { total = 8, source = "报告" }
[awards.1]
self_score = 5
reason = "符合规定"
source = "报告"
award_role = "本单位"
award_date = 2024-04-15
[awards.2]
self_score = 3
reason = "按时完成"
source = "报告"
"""
# The inputs that take back what was scored.
NOTHING_SCORED: dict[str, Value] = {
    f"{what}__{code}": None for what in ("self_score", "reason", "evidence") for code in (1, 2)
}
NOTHING_SCORED |= {"award_role__1": None, "award_date__1": None}


def source(text: str = FRAMEWORK) -> FrameworkFile:
    return parse_framework(text, "小县.toml")
