"""The sheets of a confirmation workbook: titles, columns, the words for what a framework file says in English.

Drawing and reading both go by these, so that what is written is what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlperf.workbook.columns import Column, Columns

GUIDE, HEAD, LEVELS, INDICATORS, POINTS, FIGURES, REST, KNOWN = (
    "说明", "基本情况", "各级分值", "指标", "标准", "数据", "其他内容", "已有的数",
)  # fmt: skip
VETO = "门槛"

GUIDE_COLUMNS = Columns(
    what=Column("项目", 26), count=Column("数", 10, "count", is_centred=True), how=Column("怎么办", 92)
)
HEAD_COLUMNS = Columns(
    key=Column("键", 24, is_muted=True),
    label=Column("项目", 26),
    value=Column("内容", 60, is_input=True),
    help=Column("怎么填", 60),
)
LEVEL_COLUMNS = Columns(
    level=Column("一级指标", 26, is_input=True),
    level_weight=Column("一级分值", 12, "general", is_input=True, is_centred=True),
    group=Column("二级指标", 30, is_input=True),
    group_weight=Column("二级分值", 12, "general", is_input=True, is_centred=True),
)
INDICATOR_COLUMNS = Columns(
    code=Column("编码", 8, is_centred=True),
    level=Column("一级指标", 16, is_input=True),
    group=Column("二级指标", 16, is_input=True),
    name=Column("三级指标", 22, is_input=True),
    weight=Column("分值", 8, "general", is_input=True, is_centred=True),
    description=Column("指标说明", 56, is_input=True),
    standard=Column("评分标准（原文）", 64),
    scope=Column("共性或个性", 9, is_input=True, is_centred=True),
    skippable=Column("可否不适用", 9, is_input=True, is_centred=True),
)
POINT_COLUMNS = Columns(
    code=Column("编码", 7, is_centred=True),
    name=Column("指标", 14),
    text=Column("标准原文", 44),
    weight=Column("分值", 7, "general", is_input=True, is_centred=True),
    state=Column("识别结果", 9, is_centred=True),
    words=Column("理解为", 46),
    examples=Column("示例得分", 26),
    doubts=Column("没读懂的和疑点", 24),
    choice=Column("选用", 10, is_input=True, is_centred=True),
    own=Column("另写的规则", 30, is_input=True),
    data=Column("程序用，勿改", 10, is_muted=True),
)
FIGURE_COLUMNS = Columns(
    id=Column("编号", 20, is_muted=True),
    label=Column("名称", 30, is_input=True),
    kind=Column("怎么来", 8, is_centred=True),
    type=Column("类型", 8, is_input=True, is_centred=True),
    unit=Column("单位", 8, is_input=True, is_centred=True),
    used=Column("用在", 14),
    suggested=Column("名称相近的已有的数", 36),
    choice=Column("选用已有的数", 36, is_input=True),
    formula=Column("公式，或取自的预算表数", 34, is_input=True),
    help=Column("口径，或在哪里找", 44, is_input=True),
    source=Column("出处，或分组", 24, is_input=True),
    exclusion=Column("除外数", 8, is_input=True, is_centred=True),
)
REST_COLUMNS = Columns(
    title=Column("内容", 34),
    where=Column("位置", 26, is_muted=True),
    text=Column("写法（与指标体系文件相同）", 100, is_input=True),
)
KNOWN_COLUMNS = Columns(
    text=Column("名称", 48), type=Column("类型", 8, is_centred=True), meaning=Column("口径，或在哪里找", 80), id=Column("编号", 24, is_muted=True)
)  # fmt: skip

TYPES = {
    "money": "金额",
    "number": "数",
    "count": "个数",
    "rate": "比率",
    "date": "日期",
    "flag": "是否",
    "text": "文字",
}
TYPED, CALCULATED = "填报", "算出"
YES, NO = "是", "否"
SCOPES = {"common": "共性", "individual": "个性"}
SKIPPING = {"refuse": NO, "rescale": YES}


@dataclass(frozen=True)
class Key:
    """A key of the framework's own table: what it is called, how it is filled in, the words for its values."""

    path: str
    label: str
    help: str = ""
    words: Mapping[str, str] | None = None
    kind: str = "text"

    @property
    def is_required(self) -> bool:
        """Whether there is no framework without it."""
        return self.path in _REQUIRED


_REQUIRED = ("id", "version", "name", "subject", "evaluation", "region", "year", "source.document")
KEYS = (
    Key("id", "编号", "小写英文字母、数字和短横，如 renhua-2023；每个县、每年一个"),
    Key("version", "版本", "如 1.0.0；标准改过就加一"),
    Key("name", "名称"),
    Key("subject", "评价对象", "部门整体支出或项目支出", {x: x for x in ("部门整体支出", "项目支出")}),
    Key("evaluation", "评价方式", "", {"third_party": "第三方评价", "self": "自评"}),
    Key("region", "地区", "如 广东省韶关市仁化县"),
    Key("year", "评价年度", "", kind="year"),
    Key("weight", "满分", "没有写明的填 未载明", kind="number"),
    Key("weights", "分值可否在工作簿里改", "", {"fixed": "不可改", "editable": "可改"}),
    Key("money_unit", "金额单位", "", {x: x for x in ("万元", "元")}),
    Key("missing", "缺数据又没有评定的指标", "", {"error": "总分算不出", "zero": "计0分", "rescale": "剔除后折算"}),
    Key("most_missing", "缺数据的分值最多占多少", "如 0.3 即 30%；超过的不排名", kind="number"),
    Key("source.document", "标准出自的文件", "文件名和文号"),
    Key("source.clause", "条款、附件"),
    Key("source.is_verified", "核对过原文", "逐字核对过的选 是", kind="flag"),
    Key("grades.bands", "等级界限", "如 ≥90:优; ≥80:良; ≥60:中; 否则:差；没有写明的填 未载明"),
    Key("grades.scheme", "照随附的等级表", "如 mof；xlperf frameworks grades 列出全部；自定的不填"),
    Key("grades.source.document", "等级界限出自的文件"),
    Key("grades.source.clause", "等级界限的条款"),
    Key("grades.source.is_verified", "等级界限核对过原文", "", kind="flag"),
)
