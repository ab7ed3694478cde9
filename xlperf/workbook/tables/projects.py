"""项目支出明细: one line a project, with budget, procurement, goals, progress and its self-evaluation score."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.tables.table import Fact, Field, Table, rate, some_of

YES_NO = ("是", "否")


def _counted(test: str) -> str:
    """A template for the number of projects with a mark; blank where there are no projects or no marks."""
    return f'=IF(COUNTA({{name[]}})*COUNTA({test})=0,"",COUNTIFS({{name[]}},"?*",{test},"是"))'


TABLE = Table(
    id="projects",
    sheet="项目支出明细",
    title="项目支出明细",
    note="一个项目一行。执行率=支出数÷调整预算数。“设置绩效目标”“按时完成”不填的不计入，也不当作“否”。",
    fields=(
        Field("name", "项目名称", 34),
        Field("code", "项目编码", 14),
        Field("initial", "年初预算数", 13, "money"),
        Field("adjusted", "调整预算数", 13, "money"),
        Field("spent", "支出数", 13, "money", limits=limited(part_of="adjusted", like="adjusted", beyond="warning")),
        Field("execution", "执行率", 10, "rate", rate("{spent}", "{adjusted}")),
        Field(
            "procurement_budget", "其中：采购预算", 13, "money", limits=limited(part_of="adjusted", beyond="warning")
        ),
        Field("procurement_actual", "采购支出", 13, "money", limits=limited(part_of="spent", beyond="warning")),
        Field("has_goals", "设置绩效目标", 10, choices=YES_NO),
        Field("planned", "计划完成时间", 13),
        Field("actual", "实际完成时间", 13),
        Field("on_time", "按时完成", 9, choices=YES_NO),
        Field("self_score", "自评得分", 9, "score", limits=limited(highest=100)),
        Field("booked", "明细账支出数", 13, "money"),
        Field("source", "来源", 26),
    ),
    capacity=60,
    facts=(
        Fact("projects_total", "项目数", '=IF(COUNTA({name[]})=0,"",COUNTA({name[]}))', "count"),
        Fact("projects_with_goals", "设置绩效目标的项目数", _counted("{has_goals[]}"), "count"),
        Fact("projects_on_time", "按时完成的项目数", _counted("{on_time[]}"), "count"),
        Fact("projects_initial", "年初预算数合计", some_of("{initial[]}"), "money"),
        Fact("projects_spent", "支出数合计", some_of("{spent[]}"), "money"),
    ),
    is_of_projects=True,
)
