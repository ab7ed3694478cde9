"""绩效目标: goals and their indicators in the versions applied for, approved and adjusted; actual values and status."""

from __future__ import annotations

from xlperf.workbook.tables.table import Fact, Field, Table

STATUSES = ("完成", "未完成", "缺证据", "不适用")


def _count(status: str) -> str:
    return f'=IF(COUNTA({{status[]}})=0,"",COUNTIF({{status[]}},"{status}"))'


TABLE = Table(
    id="goals",
    sheet="绩效目标",
    title="绩效目标及完成情况",
    note="目标值分申报、批复、调整三版，以最后一版为准。缺证据的视为未完成，不适用的从总数中剔除。",
    fields=(
        Field("kind", "类别", 14, is_lasting=True),
        Field("name", "指标", 36, is_lasting=True),
        Field("applied", "目标值（申报）", 18, is_lasting=True),
        Field("approved", "目标值（批复）", 16, is_lasting=True),
        Field("adjusted", "目标值（调整）", 16, is_lasting=True),
        Field("actual", "实际完成值", 30),
        Field("status", "状态", 10, choices=STATUSES),
        Field("evidence", "佐证", 18),
        Field("note", "说明", 30),
    ),
    capacity=60,
    facts=(
        Fact("goals_total", "目标数", '=IF(COUNTA({status[]})=0,"",MAX(COUNTA({name[]}),COUNTA({status[]})))', "count"),
        Fact("goals_done", "完成数", _count("完成"), "count"),
        Fact("goals_not_applicable", "不适用数", _count("不适用"), "count"),
    ),
)
