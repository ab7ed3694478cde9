"""A tiny framework as text, which tests change in one place."""

from __future__ import annotations

from xlperf.frameworks.loading import parse_framework
from xlperf.frameworks.schema import Framework

ORIGIN = "小体系.toml"
TEXT = """\
schema_version = 1
id = "mini-2021"
version = "1.0.0"
name = "小体系"
subject = "部门整体支出"
evaluation = "third_party"
region = "某县"
year = 2021
weight = 10

[source]
document = "评分表"
is_verified = true

[grades]
bands = "≥9:优; ≥8:良; 否则:差"
source = { document = "等级表", is_verified = true }

[[levels]]
name = "过程"
weight = 10
groups = [{ name = "预算", weight = 6 }, { name = "管理", weight = 4 }]

[[inputs]]
id = "quota_used"
label = "已使用指标数"
group = "收支"
type = "money"
unit = "万元"
help = "指标执行情况表"

[[inputs]]
id = "quota_issued"
label = "下达指标数"
group = "收支"
type = "money"
unit = "万元"
help = "指标执行情况表"

[[inputs]]
id = "staff_count"
label = "实有人数"
group = "人员"
type = "count"
unit = "人"
help = "编制册"

[[inputs]]
id = "has_rules"
label = "有制度"
group = "管理"
type = "flag"
help = "制度文件"

[[inputs]]
id = "main_goal"
label = "主要目标"
group = "管理"
type = "text"
help = "申报表"

[[rates]]
id = "spending_rate"
label = "支出率"
formula = "PERF_RATE(quota_used, quota_issued)"
definition = "已使用指标数÷下达指标数"
source = "评分表"

[[indicators]]
code = "1"
name = "支出率"
level = "过程"
group = "预算"
weight = 6
description = "支出进度"
standard = "按比例得分"

[[indicators.points]]
text = "支出率"
weight = 6
rule = { kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0" }

[[indicators]]
code = "2"
name = "制度健全"
level = "过程"
group = "管理"
weight = 4
description = "制度"
standard = "四个要点"

[[indicators.points]]
text = "有制度"
weight = 1
rule = { kind = "finding", partial = "open" }

[[indicators.points]]
text = "没有问题"
weight = 2
rule = { kind = "deduct", points = 1 }

[[indicators.points]]
text = "公开"
weight = 1
rule = { kind = "choice", options = "公开:1; 没有公开:0" }
"""
READING = """
[[indicators.readings]]
fault = "{fault}"
literal = "原文"
executed = "采用的读法"
alternatives = ["另一读法"]
why = "理由"
"""

# The same, with a score that rests on a figure of the official tables.
WITH_TABLES = TEXT.replace('label = "下达指标数"', 'label = "下达指标数"\nfact = "spending_year_adjusted"', 1)


def changed(*changes: tuple[str, str], add: str = "") -> str:
    """The text with each piece (which must be there) replaced, and something added at the end."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text + add


def framework(*changes: tuple[str, str], add: str = "") -> Framework:
    """The changed framework."""
    return parse_framework(changed(*changes, add=add), ORIGIN).framework
