"""监控: progress of budget and goals at the checkpoints of the year, and what was done about deviations."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.tables.table import Field, Table

TABLE = Table(
    id="monitoring",
    sheet="监控",
    title="绩效运行监控",
    note="每个监控时点一行：预算执行进度、目标完成情况、偏差原因和纠偏措施。",
    fields=(
        Field("checkpoint", "监控时点", 14),
        Field("item", "项目或目标", 30),
        Field("planned", "预期进度", 11, "rate", limits=limited(highest=1)),
        Field("spent", "支出进度", 11, "rate", limits=limited(highest=1)),
        Field("done", "目标完成情况", 30),
        Field("is_on_track", "是否偏离", 9, choices=("未偏离", "偏离")),
        Field("cause", "偏差原因", 30),
        Field("measure", "纠偏措施", 30),
        Field("source", "来源", 20),
    ),
    capacity=30,
)
