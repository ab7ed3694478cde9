"""The heading of an official table: which column is what, in whatever order and wording, in one row or two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlperf.standards.grids import Grid

LEVEL1, LEVEL2, NAME, DETAIL = LEVELS = ("level1", "level2", "name", "detail")
CODE, WEIGHT, EXPLANATION, STANDARD = "code", "weight", "explanation", "standard"
TARGET, ACTUAL, UNIT, NATURE, PASSED_OVER = "target", "actual", "unit", "nature", "other"
# What columns are called; the longest name that a heading contains decides, a short one only where it is all of it.
_NAMES: Mapping[str, tuple[str, ...]] = {
    LEVEL1: ("一级指标", "评价维度", "指标类别", "一级"),
    LEVEL2: ("二级指标", "二级"),
    NAME: ("三级指标", "指标名称", "评价指标", "考核指标", "评分指标", "具体指标", "考核内容", "评价内容", "评分项目", "评价项目", "三级", "指标", "项目", "内容"),
    DETAIL: ("四级指标",),
    CODE: ("序号", "编码", "编号", "指标编码", "指标代码"),
    WEIGHT: ("分值", "权重", "标准分", "满分", "参考分值", "权重分", "分数", "分值权重"),
    EXPLANATION: ("指标说明", "指标解释", "指标内涵", "指标释义", "指标含义", "评价要点", "指标内容", "计算公式", "计算方法", "说明", "解释"),
    STANDARD: ("评分标准", "评分细则", "计分标准", "评价标准", "评分规则", "评分办法", "计分方法", "计分办法", "打分标准", "扣分标准", "评价细则", "考核标准", "评分说明", "评分方法", "评分要点", "计分细则", "打分细则", "得分标准", "标准"),
    TARGET: ("年度指标值", "年初指标值", "计划指标值", "预期指标值", "目标值", "指标值", "计划值", "年度目标值"),
    ACTUAL: ("实际完成值", "全年实际值", "年终完成值", "实际完成情况", "完成情况", "完成值", "实际值"),
    UNIT: ("度量单位", "计量单位", "单位"),
    NATURE: ("指标性质", "性质"),
    PASSED_OVER: ("得分", "自评分", "自评得分", "评价得分", "实际得分", "复核分", "扣分", "扣分原因", "扣分说明", "扣分理由", "备注", "数据来源", "评分依据", "佐证材料", "偏差原因分析及改进措施", "未完成原因分析"),
}  # fmt: skip
_SHORT = 2
_WORDS = sorted(((word, role) for role, words in _NAMES.items() for word in words), key=lambda pair: -len(pair[0]))
_ASIDE = re.compile(r"[（(\[【].*?[)）\]】]|[\s:：、，,/]+")
_DEEPEST = 40


@dataclass(frozen=True)
class Heading:
    """Which columns of a grid hold what, and the rows that say so.

    `weights`: the columns of weights by the level whose weight they hold.
    """

    columns: Mapping[str, tuple[int, ...]]
    weights: Mapping[str, int]
    rows: range

    @property
    def roles(self) -> frozenset[str]:
        """What there is a column for."""
        return frozenset(self.columns) - {PASSED_OVER}

    @property
    def is_of_standard(self) -> bool:
        """Whether the table under it holds indicators with a standard, or with targets as a self-evaluation does."""
        has_indicator = bool({LEVEL1, LEVEL2, NAME} & self.roles)
        return has_indicator and (STANDARD in self.roles or {TARGET, WEIGHT} <= self.roles)


def find_heading(grid: Grid) -> Heading | None:
    """The heading of a grid that holds a standard: the one that says most, the first of several."""
    found = [h for row in range(min(len(grid.rows), _DEEPEST)) for h in _headings(grid, row) if h.is_of_standard]
    return max(found, key=lambda heading: (len(heading.roles), -heading.rows.start, -len(heading.rows)), default=None)


def repeats(grid: Grid, row: int, heading: list[list[str]]) -> bool:
    """Whether a row says what a row of the heading says."""
    return [squeezed(text) for text in grid.texts(row)] in heading


def squeezed(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def role_of(text: str) -> str:
    """What a column with this heading holds; empty where that isn't known."""
    name = _ASIDE.sub("", text)
    for word, role in _WORDS:
        if name == word or (len(word) > _SHORT and word in name):
            return role
    return next((r for word, r in _WORDS if word in name and r in (WEIGHT, PASSED_OVER, LEVEL1, LEVEL2)), "")


def _headings(grid: Grid, row: int) -> Iterator[Heading]:
    """The row as a heading by itself, and with the one below it where cells are merged."""
    top = grid.rows[row]
    yield _heading([(number, role_of(spot.text), "") for number, spot in enumerate(top)], range(row, row + 1))
    if row + 1 == len(grid.rows):
        return
    below = grid.rows[row + 1]
    is_merged = any(spot.column != number for number, spot in enumerate(top)) or any(s.row == row for s in below)
    if is_merged:
        pairs = enumerate(zip(top, below, strict=True))
        roles = [(n, role_of(b.text) if b.row > row else "", role_of(t.text)) for n, (t, b) in pairs]
        yield _heading([(n, low or high, high if low else "") for n, low, high in roles], range(row, row + 2))


def _heading(found: list[tuple[int, str, str]], rows: range) -> Heading:
    """A heading from the columns with their roles, each with that of the heading above it."""
    columns: dict[str, tuple[int, ...]] = {}
    weights: dict[str, int] = {}
    level = NAME
    for number, role, above in found:
        if above == WEIGHT and role in LEVELS:
            weights.setdefault(role, number)
            role = WEIGHT
        elif role in LEVELS:
            level = role
        elif role == WEIGHT:
            weights.setdefault(level, number)
        if role:
            columns[role] = (*columns.get(role, ()), number)
    if len(weights) == 1:
        # One column of weights holds those of the indicators, wherever it stands.
        weights = {_lowest(columns): next(iter(weights.values()))}
    return Heading(columns, weights, rows)


def _lowest(columns: Mapping[str, tuple[int, ...]]) -> str:
    return next((level for level in reversed(LEVELS) if level in columns), NAME)
