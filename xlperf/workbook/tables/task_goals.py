"""任务目标: what is to be done for each task, and what it should lead to, as goals are applied for task by task."""

from __future__ import annotations

from xlperf.workbook.tables.table import Field, Table

TABLE = Table(
    id="taskgoals",
    sheet="任务目标",
    title="各项任务的实施内容和期望目标",
    note="绩效目标申报表按任务列目标的，一项任务一行；没有这样申报的不填。不计分，印在评价报告里。",
    fields=(
        Field("name", "任务名称", 34),
        Field("content", "主要实施内容", 50),
        Field("expected", "期望达到的目标", 50),
        Field("source", "来源", 26),
    ),
    capacity=20,
)
