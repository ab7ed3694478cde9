"""资产: fixed assets by kind, how much of them is in use, what the stock-taking found."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.tables.table import Field, Line, Table, rate, some_of, typed_or

_KINDS = (
    ("assets_land", "土地、房屋及构筑物"),
    ("assets_equipment", "通用设备"),
    ("assets_special", "专用设备"),
    ("assets_furniture", "家具、用具、装具"),
    ("assets_other", "其他"),
    ("assets_reported", "合计（手填）"),
)
_SUMMED = ("items", "original", "in_use", "idle")


def _total(f: str) -> str:
    return typed_or(f"{{{f}@assets_reported}}", some_of(f"{{{f}@assets_land}}:{{{f}@assets_other}}"))


TABLE = Table(
    id="assets",
    sheet="资产",
    title="固定资产",
    note="利用率=在用固定资产原值÷固定资产原值总额。只有合计数的，只填“合计（手填）”行，明细留空。",
    fields=(
        Field("items", "数量（项）", 11, "count"),
        Field("original", "原值", 15, "money"),
        Field("in_use", "其中：在用", 15, "money", limits=limited(part_of="original")),
        Field("idle", "闲置", 15, "money", limits=limited(part_of="original")),
        Field(
            "utilisation",
            "利用率",
            11,
            "rate",
            rate("{in_use}", "{original}"),
        ),
        Field("checked", "盘点情况", 30),
        Field("source", "来源", 36),
    ),
    lines=(
        *(Line(code, label) for code, label in _KINDS),
        Line("assets_total", "合计", {f: _total(f) for f in _SUMMED}, is_total=True),
    ),
)
