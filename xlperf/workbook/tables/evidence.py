"""佐证索引: every document that a score rests on, numbered, with where it comes from."""

from __future__ import annotations

from xlperf.workbook.tables.table import Field, Table

TABLE = Table(
    id="evidence",
    sheet="佐证索引",
    title="佐证材料索引",
    note="佐证号自定（如 Z01），底稿、评分表、台账里引用同一编号。",
    fields=(
        Field("number", "佐证号", 10),
        Field("name", "材料名称", 60),
        Field("place", "页码或位置", 22),
        Field("provider", "提供单位", 24),
        Field("date", "日期", 13),
        Field("indicators", "用于指标", 16),
        Field("note", "备注", 30),
    ),
    capacity=60,
    is_counted=False,
)
