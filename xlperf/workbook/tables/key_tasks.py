"""重点工作: the year's key tasks, their origin and whether they are done."""

from __future__ import annotations

from xlperf.workbook.tables.goals import STATUSES
from xlperf.workbook.tables.table import Fact, Field, Table

TABLE = Table(
    id="keywork",
    sheet="重点工作",
    title="重点工作完成情况",
    note="列出上级党委、政府、人大交办的重要事项；年度工作计划中的一般任务“计入考核”填“否”。",
    fields=(
        Field("name", "工作任务", 40),
        Field("origin", "来源", 24),
        Field("counts", "计入考核", 9, choices=("是", "否")),
        Field("target", "任务内容或目标", 40),
        Field("result", "完成情况", 44),
        Field("status", "状态", 10, choices=STATUSES),
        Field("evidence", "佐证", 18),
    ),
    capacity=30,
    facts=(
        Fact("keywork_total", "计入考核的重点工作数", '=IF(COUNTA({counts[]})=0,"",COUNTIF({counts[]},"是"))', "count"),
        Fact(
            "keywork_done",
            "其中已完成",
            '=IF(COUNTA({counts[]})=0,"",COUNTIFS({counts[]},"是",{status[]},"完成"))',
            "count",
        ),
    ),
)
