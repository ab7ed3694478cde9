"""报告内容: what a report says that no figure or finding tells, such as who commissioned it; every line may stay empty."""

from __future__ import annotations

from xlperf.workbook.roles import Role
from xlperf.workbook.tables.table import Field, Line, Table

TABLE = Table(
    id="report",
    sheet="报告内容",
    title="报告内容",
    note="评价报告里数据算不出的文字，都可以不填：没有填的，xlperf report 在报告里留出“待填”的位置。分段用换行。",
    fields=(Field("text", "文字", 90), Field("hint", "写什么", 50, "constant")),
    lines=tuple(
        Line(f"report_{code}", label, constants={"hint": hint})
        for code, label, hint in (
            ("client", "委托方", "委托评价的机构全称，如某县财政局"),
            ("grounds", "依据文件", "开展评价所依据的文件，名称和文号，一行一个"),
            ("duties", "部门主要职能", "“三定”规定的主要职责，一条一行"),
            ("organisation", "机构设置", "内设机构、下属单位"),
            ("project", "项目概况", "项目背景、主要内容、组织实施（项目支出评价）"),
            ("authority", "主管部门", "项目的主管部门（项目支出）"),
            ("person", "项目负责人", "负责人的姓名或职务，表上要的（项目支出）"),
            ("attribute", "项目属性", "如常年性、延续性、一次性、新增性，照表上的分法（项目支出）"),
            ("period", "项目起止时间", "如 2023 年 1 月至 12 月（项目支出）"),
            ("goal", "年度总体目标", "绩效目标申报表的年度总目标"),
            ("purpose", "评价目的、对象和范围", "为什么评价，评价什么，哪一段时间"),
            ("method", "评价原则和方法", "采用的原则、方法，抽样办法"),
            ("process", "评价过程", "前期准备、现场评价、报告撰写各阶段做了什么"),
            ("achievements", "主要绩效", "取得的成效，有数据和佐证；一项一段"),
            ("experience", "主要经验做法", "值得推广的做法；一项一段"),
            ("plan", "下一步工作计划", "自评报告用：下一步怎样改进"),
        )
    ),
    filled_by=Role.EVALUATOR,
    is_counted=False,
)
