"""What the unit is and had to do: duties, organisation, staff, tasks of the year, goals with their indicators."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.report.document.blocks import Block, Heading, Paragraph, Table, Written, heads, merged, row
from xlperf.report.document.subject import NONE, Line, Subject, said
from xlperf.values import is_number
from xlperf.workbook.tables import goals, key_tasks, report_texts, staffing
from xlperf.workbook.tables import task_goals as goals_of_tasks

TEXTS = f"“{report_texts.TABLE.sheet}”表"
# What second-level indicators of output and benefit begin or end with, where only they are stated.
_FIRST_LEVELS = (("产出", "产出"), ("成本", "成本"), ("效益", "效益"), ("影响", "效益"), ("满意", "满意度"))


_PROJECT = (("主管部门", "authority"), ("项目负责人", "person"), ("项目属性", "attribute"), ("起止时间", "period"))


def written(subject: Subject, code: str, key: str, hint: str) -> Written:
    """A place for a text of the sheet 报告内容."""
    return Written(key, subject.text(code), hint, f"{TEXTS}的“{key}”")


def duties(subject: Subject) -> Iterator[Block]:
    """The duties by the document that fixes them."""
    yield written(subject, "duties", "部门主要职能", "“三定”规定的主要职责及其文件名称、文号")


def organisation(subject: Subject) -> Iterator[Block]:
    """How the unit is organised."""
    yield written(subject, "organisation", "机构设置", "内设机构、下属单位、预算单位级次")


def project(subject: Subject) -> Iterator[Block]:
    """The evaluated project: whose it is as far as that is filled in, then what it is."""
    facts = [(label, subject.one_line(code)) for label, code in _PROJECT]
    if any(text for _, text in facts):
        told = [("实施单位", subject.unit), *facts]
        yield Paragraph(f"{'；'.join(f'{label}：{text}' for label, text in told if text)}。")
    yield written(subject, "project", "项目概况", "项目背景、主要内容、实施和资金管理办法")


def staff(subject: Subject) -> Iterator[Block]:
    """Posts and people by kind, as far as they are filled in."""
    found = subject.fixed(staffing.TABLE)
    told = [text for code, label in _POSTS.items() if (text := _staffed(label, found.get(code, {})))]
    total = _staffed("合计", found.get("staffing_total", {}))
    if told and total:
        yield Paragraph(f"人员编制和实有情况（{subject.year} 年末）：{'；'.join(told)}；{total}。")
    else:
        yield Written("人员编制", (), "编制数和年末实有人数", f"“{staffing.TABLE.sheet}”表")


_POSTS = {
    "staffing_admin": "行政",
    "staffing_public": "事业",
    "staffing_worker": "工勤",
    "staffing_temporary": "编外聘用",
}


def _staffed(label: str, line: Line) -> str:
    parts = (("编制", line.get("quota")), ("实有", line.get("actual")))
    told = [f"{word} {value:g} 名" for word, value in parts if is_number(value)]
    return f"{label}{'，'.join(told)}" if told else ""


def tasks(subject: Subject) -> Iterator[Block]:
    """The tasks of the year and what became of them (表1-1)."""
    found = subject.lines(key_tasks.TABLE)
    if not found:
        yield Written(
            "年度工作任务", (), "年度总体工作和重点工作任务、来源、内容、完成情况", f"“{key_tasks.TABLE.sheet}”表"
        )
        return
    counted = [said(line["status"]) for line in found if said(line["counts"]) == "是"]
    done = f"，其中计入考核的重点工作 {len(counted)} 项，已完成 {counted.count('完成')} 项" if counted else ""
    yield Paragraph(f"{subject.year} 年度列出工作任务 {len(found)} 项{done}，完成情况见下表。")
    columns = ("name", "origin", "target", "result")
    yield Table(
        f"{subject.year} 年度总体工作任务和重点工作任务及完成情况表",
        (18, 14, 34, 34),
        (heads("工作任务名称", "来源", "任务内容", "完成情况"),),
        tuple(row([said(line[column]) or NONE for column in columns], "llll") for line in found),
        is_small=True,
    )


def task_goals(subject: Subject) -> Iterator[Block]:
    """What each task is and what it should lead to, where goals were applied for task by task (表2-2)."""
    found = subject.lines(goals_of_tasks.TABLE)
    if not found:
        return
    yield Heading("各项任务的绩效目标", 2)
    yield Paragraph(f"绩效目标按任务申报的 {len(found)} 项，见下表。")
    columns = ("name", "content", "expected")
    yield Table(
        f"{subject.year} 年{subject.framework.subject}绩效目标",
        (24, 38, 38),
        (heads("任务名称", "主要实施内容", "期望达到的目标"),),
        tuple(row([said(line[column]) or NONE for column in columns], "lll") for line in found),
        is_small=True,
    )


def goal(subject: Subject) -> Iterator[Block]:
    """The goal of the year in words."""
    yield written(subject, "goal", "年度总体目标", "绩效目标申报表的年度总目标")


def goal_table(subject: Subject) -> Iterator[Block]:
    """The indicators of the goals, what was intended and what was reached (表1-2)."""
    found = subject.lines(goals.TABLE)
    if not found:
        yield Written("绩效目标表", (), "绩效指标、预期值、完成值", f"“{goals.TABLE.sheet}”表")
        return
    statuses = [status for line in found if (status := said(line["status"]))]
    if statuses:
        counts = "，".join(f"{status} {statuses.count(status)} 个" for status in goals.STATUSES if status in statuses)
        yield Paragraph(f"绩效指标共 {len(found)} 个：{counts}。")
    else:
        yield Paragraph(f"绩效指标共 {len(found)} 个。")
    rows = []
    for line in found:
        aim = next((text for text in (said(line[c]) for c in ("adjusted", "approved", "applied")) if text), NONE)
        texts = [*_levels(said(line["kind"])), said(line["name"]), aim, said(line["actual"]) or NONE]
        rows.append(row(texts, "ccllc"))
    yield Table(
        f"{subject.year} 年{subject.framework.subject}绩效目标及指标完成情况表",
        (12, 16, 32, 20, 20),
        (heads("一级指标", "二级指标", "三级指标", "预期指标值", "指标完成值"),),
        merged(rows, 2),
        is_small=True,
    )


def _levels(kind: str) -> tuple[str, str]:
    """The first and the second level that a kind of goal is of."""
    first, colon, second = kind.replace(":", "：").partition("：")
    if colon:
        return first, second
    return next((level for sign, level in _FIRST_LEVELS if sign in kind), NONE), kind or NONE
