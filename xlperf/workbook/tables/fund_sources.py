"""资金来源: the money of a project by where it comes from, as the forms of self-evaluation ask for it; every cell may stay empty."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.tables.table import Field, Line, Table, rate, some

# What adds up to the whole, and the levels of government that give the first of them.
_FISCAL = "funds_fiscal"
_PARTS = (
    (_FISCAL, "本年财政拨款"),
    ("funds_carried", "上年结转资金"),
    ("funds_account", "财政专户管理资金"),
    ("funds_unit", "单位资金"),
    ("funds_other", "其他资金"),
)
_GIVERS = (
    ("funds_central", "　其中：中央"),
    ("funds_province", "　　　　省、市（地）"),
    ("funds_local", "　　　　本级"),
)
AMOUNTS = ("initial", "adjusted", "spent")


def _lines() -> tuple[Line, ...]:
    total = {column: some(*(f"{{{column}@{code}}}" for code, _ in _PARTS)) for column in AMOUNTS}
    first, *others = _PARTS
    return (
        Line("funds_total", "年度资金总额", total, is_total=True),
        *(Line(code, label) for code, label in (first, *_GIVERS, *others)),
    )


TABLE = Table(
    id="funds",
    sheet="资金来源",
    title="项目资金来源",
    note="自评表、申报表要分来源写的填在这里；没有的来源留空，不填 0。不计分。",
    fields=(
        Field("initial", "年初预算数", 14, "money"),
        Field("adjusted", "全年预算数", 14, "money"),
        Field("spent", "全年执行数", 14, "money", limits=limited(like="adjusted")),
        Field("execution", "执行率", 11, "rate", rate("{spent}", "{adjusted}")),
        Field("source", "来源", 30),
    ),
    lines=_lines(),
)
