"""指标执行情况: budget quotas issued, used and left, as the finance system lists them."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.tables.table import Fact, Field, Table, difference, fact_cell, rate, some_of

TABLE = Table(
    id="quota",
    sheet="指标执行情况",
    title="单位指标执行情况",
    note="取自预算管理一体化系统的《单位指标执行情况表》；只有合计数的填一行“合计”。",
    fields=(
        Field("name", "指标名称", 44),
        Field("number", "指标文号", 24),
        Field("issued", "下达数", 14, "money"),
        Field("used", "已使用数", 14, "money", limits=limited(part_of="issued", like="issued", beyond="warning")),
        Field("left", "结余数", 14, "money", '=IF(COUNT({issued},{used})<2,"",ROUND({issued}-{used},2))'),
        Field("rate", "支出率", 11, "rate", rate("{used}", "{issued}")),
        Field("source", "来源", 34),
    ),
    capacity=40,
    facts=(
        Fact("quota_issued_total", "下达数合计", some_of("{issued[]}"), "money"),
        Fact("quota_used_total", "已使用数合计", some_of("{used[]}"), "money"),
        Fact(
            "quota_balance_total",
            "结余数合计",
            difference(fact_cell("quota_issued_total"), fact_cell("quota_used_total")),
            "money",
        ),
    ),
)
