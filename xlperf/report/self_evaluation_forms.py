"""自评表: the self scores of a unit on A4, to be printed, signed and sealed; nothing of the evaluation is on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlperf.report.league.ranking import League, Standing
from xlperf.report.sheet_writer import Book, Cell, Page
from xlperf.workbook.columns import Column

COLUMNS = (
    Column("一级指标", 14),
    Column("二级指标", 14),
    Column("编码", 7, is_centred=True),
    Column("三级指标", 30),
    Column("分值", 8, "score", is_centred=True),
    Column("自评分", 8, "score", is_centred=True),
    Column("扣分原因", 36),
)
SIGNATURES = (
    ("填报人（签字）：", "审核人（签字）："),
    ("单位负责人（签字）：", "单位（盖章）："),
    ("联系电话：", "填报日期：　　　　年　　　月　　　日"),
)
_SIGNATURE_POINTS = 34.0
SELF = "self"


def add_self_form(book: Book, league: League, unit: Standing, record: Mapping[str, Any], name: str) -> None:
    """The form of a unit. Reasons are printed in a self-evaluation only, where they are the unit's own."""
    page = Page(book, name, COLUMNS)
    year = f"{league.year}年度" if league.year is not None else "　　　　年度"
    page.across(f"{year}{league.subject}绩效自评表", size=16, bold=True, align="center", lowest=32)
    page.across(f"单位名称：{unit.name or '　' * 16}　　　　单位编码：{unit.code}")
    if unit.project:
        page.across(f"项目名称：{unit.project}")
    page.across(f"指标体系：{league.title}")
    page.header(is_frozen=False)
    page.sheet.repeat_rows(page.row - 1)
    before = ("", "")
    indicators = record["result"]["indicators"]
    for indicator in indicators:
        own = indicator["level1"], indicator["level2"]
        level = own[0] if own[0] != before[0] else ""
        group = own[1] if own != before else ""
        before = own
        reason = " ".join((indicator["reason"] or "").split()) if league.evaluation == SELF else ""
        head: list[Cell] = [level, group, indicator["code"], indicator["name"]]
        page.line([*head, indicator["weight"], indicator["self_score"], reason])
    page.line(["合计", None, None, None, *_sums(indicators), None], is_bold=True)
    _signatures(page)


def _sums(indicators: list[dict[str, Any]]) -> list[Cell]:
    """Weights and self scores added up; blank where one of them is."""
    sums: list[Cell] = []
    for column in ("weight", "self_score"):
        values = [indicator[column] for indicator in indicators]
        sums.append(None if None in values else round(sum(values), 6))
    return sums


def _signatures(page: Page) -> None:
    look = page.book.look(text_wrap=True, valign="bottom")
    page.sheet.set_row(page.row, 10)
    page.row += 1
    for left, right in SIGNATURES:
        page.sheet.set_row(page.row, _SIGNATURE_POINTS)
        page.sheet.merge_range(page.row, 0, page.row, 3, "", look)
        page.sheet.write_string(page.row, 0, left, look)
        page.sheet.merge_range(page.row, 4, page.row, 6, "", look)
        page.sheet.write_string(page.row, 4, right, look)
        page.row += 1
