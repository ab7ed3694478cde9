"""The official tables that are pasted: which sheet takes which, and the headings by which its columns are known.

Headings are compared after spaces, line breaks and brackets are taken out. What a heading is called differs from program to
program; each amount lists its names in the order in which they are tried, the one below its parent first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xlperf.formula.addresses import column_letters
from xlperf.workbook.columns import Column, Columns

FIRST_ROW = 4
WIDTH = 16
# In a heading: the year of the evaluation, as in 2021年预算数.
YEAR = "{year}"


@dataclass(frozen=True)
class Amount:
    """A column of amounts: what it is, the group that it stands in, and what its heading may be.

    A heading `本年支出/合计` is a 合计 below 本年支出; `预算数/*/小计` has another level between. An optional one may be missing.
    """

    id: str
    label: str
    headings: tuple[str, ...]
    group: int = 1
    is_optional: bool = False


@dataclass(frozen=True)
class ImportSheet:
    """A sheet for one official table: its columns as the accounting software exports them, and how many rows it takes.

    `marks`: what shows the last line of the headings, in the order in which it is looked for. `keys`: the headings of the
    column that rows are known by; `groups`: how many times side by side; none where no rows are looked up. `has_codes`:
    rows are known by codes, in one column or split into 类, 款, 项. `has_parents`: headings have others above them.
    `others`: titles of other tables with the same headings. `total`: the rows that the total may stand in, and its amount;
    without an amount the rows (codes) add up to it. `adds_up`: where there is no such row, all amounts do.
    """

    number: int
    label: str
    sheet: str
    title: str
    headings: tuple[str, ...]
    marks: tuple[str, ...]
    amounts: tuple[Amount, ...]
    capacity: int = 120
    keys: tuple[str, ...] = ()
    groups: int = 1
    has_codes: bool = False
    has_parents: bool = False
    is_keyed: bool = True
    others: tuple[str, ...] = ()
    total: tuple[tuple[str, ...], str] = ((), "")
    adds_up: bool = False

    @property
    def last_row(self) -> int:
        """The last row that pasting reaches."""
        return FIRST_ROW + self.capacity - 1

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its amounts."""
        return tuple(amount.id for amount in self.amounts)

    @cached_property
    def columns(self) -> Columns:
        """The columns of the paste area: an official table's have no ids but the letters that its cells are pasted at."""
        letters = [column_letters(number + 1) for number in range(WIDTH)]
        return Columns(**{letter: Column("", 14 if n % 3 else 18, "general") for n, letter in enumerate(letters)})

    def area(self, *, on_sheet: bool = False) -> str:
        """The whole paste area, on its own sheet or as others write it."""
        letters, sheet = self.columns.ids, self.sheet if on_sheet else ""
        return self.columns.span(letters[0], FIRST_ROW, self.last_row, to=letters[-1], pin="both", sheet=sheet)


_ITEMS = (
    "项目",
    "收入项目",
    "支出项目",
    "项目按功能分类",
    "项目按支出性质和经济分类",
    "项目按支出性质",
    "项目按经济分类",
)
_CODES = ("科目编码", "功能分类科目编码", "支出功能分类科目编码", "经济分类科目编码", "科目代码", "类")
_LEVELS = ("*|类|款|*", "*科目编码|*", "*科目代码|*", "*|科目名称|*")
_INITIAL = ("年初预算数", "年初预算", "{year}年年初预算数")
_ADJUSTED = ("全年预算数", "调整预算数", "调整后预算数")
_FINAL = ("决算数", "金额", "本年决算数", "{year}年决算数", "{year}年度决算数")
_PLAN = ("预算数", "本年预算数", "本年预算", "{year}年预算数", "{year}年预算", "{year}年度预算数", *_INITIAL, "金额")
# What shows that a table is one of the final accounts, not of the budget.
_SETTLED = ("*决算*表*",)
_BY_CODE = ("科目编码", "科目名称")
_TOTAL = ("本年支出/合计", "本年支出/小计", "本年支出合计", "本年支出小计", "合计", "小计")


def _below(parent: str, name: str) -> tuple[str, ...]:
    """What a column may be headed that has parts of its own, below a parent or none."""
    return tuple(f"{above}{name}{below}" for above in dict.fromkeys((parent, "")) for below in ("/小计", "/合计", ""))


def _triple(group: int, *, is_optional: bool = False) -> tuple[Amount, ...]:
    """Final, initial and adjusted amounts of a group of columns; 公开 tables have the final ones only."""
    return (
        Amount(f"final{group}", "决算数", _FINAL, group, is_optional),
        Amount(f"initial{group}", "年初预算数", _INITIAL, group, is_optional=True),
        Amount(f"adjusted{group}", "调整预算数", _ADJUSTED, group, is_optional=True),
    )


_SIX = ("合计", "因公出国（境）费", "公务用车小计", "公务用车购置费", "公务用车运行费", "公务接待费")
SIX = ("total", "abroad", "vehicles", "purchase", "running", "reception")
_SIX_HEADINGS = (
    ("合计",),
    ("因公出国境费", "因公出国境费用", "因公出国境"),
    ("*/小计",),
    ("*/公务用车购置费", "*/购置费"),
    ("*/公务用车运行费", "*/公务用车运行维护费", "*/运行费", "*/运行维护费"),
    ("公务接待费",),
)


def _six(kind: str, label: str, parents: tuple[str, ...]) -> tuple[Amount, ...]:
    """The six columns of “三公” spending below one of some parents."""
    return tuple(
        Amount(f"{kind}_{name}", f"{label}：{heading}", tuple(f"{parent}{h}" for parent in parents for h in headings))
        for name, heading, headings in zip(SIX, _SIX, _SIX_HEADINGS, strict=True)
    )


_FUND = ("科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出小计", "基本支出", "项目支出", "年末结转和结余")
_FUND_AMOUNTS = (
    Amount(
        "opening", "年初结转和结余", ("年初结转和结余/合计", "年初结转和结余/小计", "年初结转和结余", "年初结转结余")
    ),
    Amount("total", "本年支出", _TOTAL[:4]),
    Amount("end", "年末结转和结余", ("年末结转和结余/合计", "年末结转和结余/小计", "年末结转和结余", "年末结转结余")),
)


IMPORTS = (
    ImportSheet(
        1, "表1", "表1收支总表", "收入支出决算总表", ("收入项目", "决算数", "支出项目", "决算数"),
        ("*|项目|*", "*|收入项目|*"),
        (*_triple(1), *_triple(2), *_triple(3, is_optional=True)), 80, _ITEMS, 3,
        others=("*财政拨款收入支出决算*表*", "*预算总表*"),
        total=(("*本年支出合计*", "*总计*"), "final2"),
    ),
    ImportSheet(
        2, "表2", "表2收入决算", "收入决算表",
        (*_BY_CODE, "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"),
        _LEVELS,
        (
            Amount("total", "本年收入合计", ("本年收入合计", "合计")),
            Amount("grant", "财政拨款收入", ("财政拨款收入", "财政拨款")),
        ),
        keys=_CODES, has_codes=True, total=(("合计",), "total"),
    ),
    ImportSheet(
        3, "表3", "表3支出决算", "支出决算表",
        (*_BY_CODE, "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"),
        _LEVELS,
        (
            Amount("total", "本年支出合计", ("本年支出合计", "合计")),
            Amount("basic", "基本支出", ("基本支出",)),
            Amount("project", "项目支出", ("项目支出",)),
            Amount("superior", "上缴上级支出", ("上缴上级支出",), is_optional=True),
            Amount("operating", "经营支出", ("经营支出",), is_optional=True),
            Amount("affiliated", "对附属单位补助支出", ("对附属单位补助支出", "对附属单位补助"), is_optional=True),
        ),
        keys=_CODES, has_codes=True, others=("*一般公共预算*支出决算*表*",),
        total=(("合计",), "total"),
    ),
    ImportSheet(
        4, "表4", "表4财政拨款", "财政拨款收入支出决算总表",
        ("收入项目", "决算数", "支出项目", "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
        ("*|项目|*", "*|收入项目|*"),
        (
            Amount("final1", "决算数", _FINAL),
            Amount("final2", "合计", ("决算数/合计", "决算数/小计", "合计", "小计"), 2),
        ),
        80, _ITEMS, 2, has_parents=True, total=(("*本年支出合计*", "*总计*"), "final2"),
    ),
    ImportSheet(
        5, "表5", "表5一般公共预算", "一般公共预算财政拨款支出决算表", (*_BY_CODE, "合计", "基本支出", "项目支出"), _LEVELS,
        (
            Amount("total", "合计", _TOTAL),
            Amount("basic", "基本支出", _below("本年支出/", "基本支出")),
            Amount("project", "项目支出", _below("本年支出/", "项目支出")),
        ),
        keys=_CODES, has_codes=True, has_parents=True, others=("*|支出决算表*",),
        total=(("合计",), "total"),
    ),
    ImportSheet(
        6, "表6", "表6基本支出", "一般公共预算财政拨款基本支出决算表", (*_BY_CODE, "决算数") * 3, _LEVELS,
        tuple(Amount(f"final{n}", "决算数", (*_FINAL, "合计"), n, n > 1) for n in (1, 2, 3)),
        80, _CODES, 3, has_codes=True,
        total=(("301", "302", "303", "310"), ""),
    ),
    ImportSheet(
        7, "表7", "表7三公经费", "财政拨款“三公”经费支出决算表",
        (*(f"预算数：{name}" for name in _SIX), *(f"决算数：{name}" for name in _SIX)), ("*|小计|*",),
        (
            *_six("budget", "预算数", ("预算数/", "全年预算数/", "年初预算数/")),
            *_six("final", "决算数", ("决算数/",)),
        ),
        20, has_parents=True, is_keyed=False, total=(("",), "final_total"),
    ),
    ImportSheet(
        8, "表8", "表8政府性基金", "政府性基金预算财政拨款收入支出决算表", _FUND, _LEVELS, _FUND_AMOUNTS, 50, _CODES,
        has_codes=True, has_parents=True, others=("*国有资本经营*表*",),
        total=(("合计",), "total"),
    ),
    ImportSheet(
        9, "表9", "表9国资经营", "国有资本经营预算财政拨款收入支出决算表", _FUND, _LEVELS, _FUND_AMOUNTS, 50, _CODES,
        has_codes=True, has_parents=True, others=("*政府性基金*表*",),
        total=(("合计",), "total"),
    ),
    ImportSheet(
        10, "预算1", "预算1收支总表", "部门预算收支总表", ("收入项目", "预算数", "支出项目", "预算数"),
        ("*|项目|*", "*|收入项目|*"),
        tuple(Amount(f"plan{n}", "预算数", _PLAN, n) for n in (1, 2)), 45, _ITEMS, 2, others=_SETTLED,
        total=(("*本年支出合计*", "*总计*", "*合计*"), "plan2"),
    ),
    ImportSheet(
        11, "预算2", "预算2一般公共预算", "一般公共预算支出表",
        (*_BY_CODE, "合计", "基本支出", "人员经费", "公用经费", "项目支出"), _LEVELS,
        (
            Amount("total", "合计", (*(f"{plan}/{name}" for plan in _PLAN[:6] for name in ("合计", "小计")), "合计", "小计", *_PLAN)),
            Amount("basic", "基本支出", (*(f"{plan}/基本支出" for plan in _PLAN[:6]), *_below("", "基本支出"))),
            Amount("staff", "人员经费", ("人员经费",), is_optional=True),
            Amount("public", "公用经费", ("公用经费", "日常公用经费"), is_optional=True),
            Amount("project", "项目支出", (*(f"{plan}/项目支出" for plan in _PLAN[:6]), *_below("", "项目支出"))),
        ),
        70, _CODES, has_codes=True, has_parents=True, others=(*_SETTLED, "*政府性基金*表*", "*国有资本*表*"),
        total=(("合计",), "total"),
    ),
    ImportSheet(
        12, "预算3", "预算3三公经费", "“三公”经费预算表", tuple(_SIX), ("*|小计|*",),
        _six("budget", "预算数", (*(f"{plan}/" for plan in _PLAN[:6]), "")), 20,
        has_parents=True, is_keyed=False, others=_SETTLED, total=(("",), "budget_total"),
    ),
    ImportSheet(
        13, "预算4", "预算4项目支出", "项目支出表", ("项目名称", "合计"), ("*|项目名称|*",),
        (Amount("total", "合计", ("合计", "预算数/合计", "预算数/小计", *_PLAN)),), 40, ("项目名称",), has_parents=True,
        others=_SETTLED, total=(("合计",), "total"), adds_up=True,
    ),
)  # fmt: skip


def table(number: int) -> ImportSheet:
    """The sheet for the official table of that number."""
    return IMPORTS[number - 1]
