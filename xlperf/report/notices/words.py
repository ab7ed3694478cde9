"""The sentences of the notices: once for the workbook and the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xlperf.report.notices.content import Notice, Notices, Progress
from xlperf.values import round_half_up
from xlperf.workbook.gate_condition import SUBMISSION
from xlperf.workbook.gates import PASSED

REMINDER = "催报名单"
SIGNATURES = ("通知单位（盖章）：", "日期：　　　　年　　月　　日")
CONTACT = "填报中有疑问的，请与我单位联系。"
HEADINGS = ("序号", "表", "单元格", "问题", "怎样改")
CHANGE_HEADINGS = ("单元格", "名称", "上一轮", "本轮")
ABSENT_HEADINGS = ("序号", "单位编码", "单位名称", "情况")


def title(notice: Notice) -> str:
    """The heading of a notice."""
    year = f"{notice.year}年度" if notice.year is not None else ""
    return f"退回修改通知（{year}{notice.subject}绩效评价，第{notice.round}轮）"


def address(notice: Notice) -> str:
    """Whom it is for."""
    code = f"（{notice.code}）" if notice.code else ""
    project = f"　项目：{notice.project}" if notice.project else ""
    return f"{notice.name or '（未填单位名称）'}{code}：{project}"


def opening(notice: Notice, until: dt.date | None) -> Iterator[str]:
    """What is wanted, until when, and how it is done."""
    kinds = "、".join(f"{label} {n} 处" for label, n in (("错误", notice.errors), ("警告", notice.warnings)) if n)
    yield (
        f"你单位报送的《{notice.framework}》绩效评价工作簿（第 {notice.round} 轮，文件“{notice.file}”）已收到。"
        f"经核对，有 {notice.count} 处需要修改或说明（{kinds}），现予退回。"
    )
    yield f"请按下表逐处修改，{deadline(until)}重新报送。"
    yield (
        "请在原工作簿上修改，不要插入、删除行列，不要改动公式和锁定的单元格。改完后看“封面与说明”的填报情况，"
        f"显示“{PASSED[SUBMISSION]}”即可报送。"
    )


def deadline(until: dt.date | None) -> str:
    """Until when it is wanted."""
    return f"于 {until.year} 年 {until.month} 月 {until.day} 日前" if until else "尽快"


def progress(found: Progress) -> str:
    """What came of the last notice."""
    text = f"上一轮指出的 {found.resolved + found.open} 处，已改好 {found.resolved} 处，仍有 {found.open} 处；新出现 {found.new} 处。"
    if found.total_before is not None or found.total is not None:
        text += f"总分由{_points(found.total_before)}变为{_points(found.total)}。"
    if found.cells is None:
        return f"{text}上一轮没有留下填报内容，改动了哪些格无从比较。"
    more = f"，列出前 {len(found.changes)} 格" if found.cells > len(found.changes) else ""
    return f"{text}填报内容改动 {found.cells} 格{more}。"


def reminder(found: Notices, until: dt.date | None) -> str:
    """What is asked of the units that handed in nothing."""
    return f"下列 {len(found.absent)} 个单位尚未报送（或退回后尚未重新报送）绩效评价工作簿，请{deadline(until)}报送。"


def left_out(notice: Notice) -> str:
    """That there is more than a list holds; nothing where there isn't."""
    return f"另有 {notice.left_out} 处没有列出，改好以上各处后重新核对。" if notice.left_out else ""


def _points(value: float | None) -> str:
    return "算不出" if value is None else f" {round_half_up(value):.2f} 分"
