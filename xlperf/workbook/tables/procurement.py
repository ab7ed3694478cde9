"""政府采购: planned and actual purchases of goods, works and services."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.tables.table import Field, Line, Table, rate, some_of, typed_or

TABLE = Table(
    id="procurement",
    sheet="政府采购",
    title="政府采购",
    note="执行率=实际采购金额÷采购计划金额。只有合计数的，只填“合计（手填）”行，明细留空。",
    fields=(
        Field("planned", "采购计划金额", 16, "money"),
        Field("actual", "实际采购金额", 16, "money", limits=limited(like="planned")),
        Field(
            "execution",
            "执行率",
            12,
            "rate",
            rate("{actual}", "{planned}"),
        ),
        Field("source", "来源", 60),
    ),
    lines=(
        Line("procurement_goods", "货物"),
        Line("procurement_works", "工程"),
        Line("procurement_services", "服务"),
        Line("procurement_reported", "合计（手填）"),
        Line(
            "procurement_total",
            "合计",
            {
                f: typed_or(
                    f"{{{f}@procurement_reported}}", some_of(f"{{{f}@procurement_goods}}:{{{f}@procurement_services}}")
                )
                for f in ("planned", "actual")
            },
            is_total=True,
        ),
    ),
)
