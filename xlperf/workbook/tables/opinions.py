"""征求意见与整改: what the unit says of each problem, whether it is accepted, and how the problem is put right."""

from __future__ import annotations

from xlperf.workbook.roles import Role
from xlperf.workbook.tables.table import Field, Table

TABLE = Table(
    id="opinions",
    sheet="征求意见与整改",
    title="征求意见与整改",
    note="按问题编号登记单位反馈、采纳情况和整改；一个问题可有多行。",
    fields=(
        Field("problem", "问题编号", 10),
        Field("reply", "单位反馈意见", 44),
        Field("is_accepted", "是否采纳", 9, choices=("采纳", "部分采纳", "不采纳")),
        Field("grounds", "采纳或不采纳的理由", 36),
        Field("measure", "整改措施", 34),
        Field("deadline", "整改期限", 12),
        Field("status", "整改状态", 10, choices=("未整改", "整改中", "已整改")),
        Field("evidence", "完成佐证", 22),
    ),
    capacity=40,
    filled_by=Role.EVALUATOR,
    is_counted=False,
)
