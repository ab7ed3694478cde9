"""The marks that forms and templates are written with ({{单位名称}}, {{指标.3.实际完成值}}), and how a text is filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xlperf.errors import CellError
from xlperf.escaping import printable
from xlperf.evaluation.filled import code_text
from xlperf.values import Value, is_blank, is_number
from xlperf.wording import shown

# Where money comes from, by the lines of its table; the last is what those behind 上年结转 add up to.
SOURCES = {
    "财政拨款": ("funds_fiscal",),
    "中央资金": ("funds_central",),
    "省市资金": ("funds_province",),
    "本级资金": ("funds_local",),
    "上年结转资金": ("funds_carried",),
    "财政专户管理资金": ("funds_account",),
    "单位资金": ("funds_unit",),
    "其他资金": ("funds_other",),
    "财政以外资金": ("funds_account", "funds_unit", "funds_other"),
}
AMOUNTS = {"年初预算数": "initial", "全年预算数": "adjusted", "全年执行数": "spent", "执行率": "execution"}
MARK = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")
# Marks that stand for one thing, and what that is.
SINGLE = {
    "单位名称": "封面的单位名称",
    "单位编码": "封面的单位编码",
    "项目名称": "所评的项目",
    "项目编码": "“项目支出明细”里这个项目的编码",
    "评价年度": "评价年度",
    "评价机构": "封面的评价机构",
    "金额单位": "元或万元",
    "总分值": "满分",
    "总分": "自评总分",
    "等级": "自评总分的等级",
    "复核总分": "复核或评价的总分",
    "年度目标": "“报告内容”的年度总体目标",
    "主要绩效": "“报告内容”的主要绩效",
    "项目概况": "“报告内容”的项目概况",
    "部门职能": "“报告内容”的部门主要职能",
    "机构设置": "“报告内容”的机构设置",
    "依据文件": "“报告内容”的依据文件",
    "下一步计划": "“报告内容”的下一步工作计划",
    "评价结论": "得分、等级和预算执行率，一句话",
    "存在问题": "问题台账的事实",
    "改进措施": "问题台账的建议",
    "资金.年初预算数": "项目（部门：本年支出合计）的年初预算数",
    "资金.全年预算数": "调整后的预算数",
    "资金.全年执行数": "支出数",
    "资金.执行率": "支出数÷全年预算数",
    "资金.分值": "预算执行率的分值（项目自评）",
    "资金.得分": "预算执行率的得分（项目自评）",
    "资金.偏差原因": "预算执行率扣分的原因",
    "主管部门": "“报告内容”的主管部门",
    "项目负责人": "“报告内容”的项目负责人",
    "项目属性": "“报告内容”的项目属性",
    "项目起止时间": "“报告内容”的项目起止时间",
    **{f"{source}.{amount}": f"“资金来源”表的{source}，{amount}" for source in SOURCES for amount in AMOUNTS},
}
_INDICATOR = (
    *("编码", "一级指标", "二级指标", "三级指标", "年度指标值", "指标性质", "指标值", "度量单位", "实际完成值"),
    *("分值", "得分", "自评分", "复核分", "偏差原因", "评分标准"),
)
# Lists: what a line is, and the marks of a line, which stand behind its number: {{指标.3.得分}}.
LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "一级指标": ("指标体系的一级指标", ("名称", "分值", "自评分", "复核分")),
    "指标": ("全部三级指标", _INDICATOR),
    "绩效指标": ("三级指标，印在资金一栏的预算执行率除外", _INDICATOR),
    "目标": ("“绩效目标”表", ("类别", "指标", "年度指标值", "实际完成值", "状态", "说明")),
    "项目": (
        "“项目支出明细”表",
        ("项目名称", "项目编码", "年初预算数", "全年预算数", "全年执行数", "执行率", "自评得分"),
    ),
    "任务": ("“重点工作”表", ("工作任务", "内容或目标", "完成情况", "状态")),
    "监控": (
        "“监控”表；预警按表里的预警线，没有定的空白",
        (
            *("监控时点", "项目或目标", "预期进度", "支出进度", "目标完成情况", "是否偏离", "偏差原因", "纠偏措施"),
            "预警",
        ),
    ),
}


@dataclass(frozen=True)
class Content:
    """What stands behind a mark, and how it is printed (money, rate, score, text…)."""

    value: Value = None
    kind: str = "text"

    @property
    def number(self) -> float | None:
        """The number that a cell gets; None where it gets a text."""
        return float(self.value) if is_number(self.value) and self.kind != "text" else None

    @property
    def text(self) -> str:
        """As it is printed within a text; nothing for what isn't there."""
        if is_blank(self.value) or isinstance(self.value, CellError):
            return ""
        plain = code_text(self.value) if self.kind == "text" else shown(self.value, self.kind)
        return printable(plain.replace("\r\n", "\n").replace("\t", " "))


Line = Mapping[str, Content]
BLANK = Content()


@dataclass(frozen=True)
class Contents:
    """Everything that marks can stand for in one workbook; `remarks`: what a form of it will lack."""

    single: Line
    lists: Mapping[str, Sequence[Line]]
    remarks: tuple[str, ...] = ()

    def of(self, name: str) -> Content:
        """What a mark stands for; a line that isn't there is blank.

        Errors: KeyError: no such mark.
        """
        if not is_mark(name):
            raise KeyError(name)
        if name in SINGLE:
            return self.single.get(name, BLANK)
        group, number, column = name.split(".")
        lines = self.lists.get(group, ())
        return lines[int(number) - 1].get(column, BLANK) if int(number) <= len(lines) else BLANK


def is_mark(name: str, group: str = "") -> bool:
    """Whether there is such a mark; in a row that is repeated for a list, its own marks need no number."""
    if name in SINGLE or (group and name in LISTS[group][1]):
        return True
    parts = name.split(".")
    if len(parts) != 3 or parts[0] not in LISTS or parts[2] not in LISTS[parts[0]][1]:
        return False
    return re.fullmatch("[1-9][0-9]{0,3}", parts[1]) is not None


def marks_in(text: str) -> list[str]:
    """The marks of a text."""
    return MARK.findall(text)


def filled_text(text: str, of: Callable[[str], Content]) -> Content:
    """A text with its marks filled in, once: marks in what was filled in stay as they are. A mark alone keeps its number."""
    whole = MARK.fullmatch(text.strip())
    if whole:
        return of(whole[1])
    return Content(MARK.sub(lambda found: of(found[1]).text, text).strip())
