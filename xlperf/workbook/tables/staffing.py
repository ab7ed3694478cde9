"""人员编制: quota and actual staff, by kind of post."""

from __future__ import annotations

from xlperf.workbook.tables.table import Field, Line, Table, rate, some, typed_or

_KINDS = ("staffing_admin", "staffing_public", "staffing_worker")


def _total(f: str) -> str:
    return typed_or(f"{{{f}@staffing_reported}}", some(*(f"{{{f}@{kind}}}" for kind in _KINDS)))


TABLE = Table(
    id="staffing",
    sheet="人员编制",
    title="人员编制",
    note="控制率=实有人数÷编制数；合计由三类相加，没有某一类的留空。只有合计数的填“合计（手填）”行。",
    fields=(
        Field("quota", "编制数", 12, "count"),
        Field("actual", "年末实有人数", 14, "count"),
        Field(
            "control",
            "控制率",
            12,
            "rate",
            rate("{actual}", "{quota}"),
        ),
        Field("source", "来源", 60),
    ),
    lines=(
        Line("staffing_admin", "行政编制"),
        Line("staffing_public", "事业编制"),
        Line("staffing_worker", "工勤编制"),
        Line("staffing_reported", "合计（手填）"),
        Line("staffing_total", "合计", {f: _total(f) for f in ("quota", "actual")}, is_total=True),
        Line("staffing_temporary", "编外聘用人员"),
        Line("staffing_retired", "离退休人员"),
    ),
)
