"""The notices as workbooks: one a unit, the list of those to remind, and a survey of all for the sender."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from xlperf.batch.tables import CHANGES
from xlperf.batch.tables import NUMBER as IS_NUMBER
from xlperf.report.notices import words
from xlperf.report.notices.content import Notice, Notices, items
from xlperf.report.sheet_writer import Book, Cell, Page, written
from xlperf.workbook.columns import Column

COMMAND = "notice"
_WIDTHS = (8.0, 20.0, 18.0, 60.0, 36.0)
_LINES = tuple(
    Column(heading, width, is_centred=number == 0)
    for number, (heading, width) in enumerate(zip(words.HEADINGS, _WIDTHS, strict=True))
)
_ABSENT = (
    Column("序号", 8, "count", is_centred=True),
    Column("单位编码", 14),
    Column("单位名称", 40),
    Column("情况", 60),
)
_SURVEY = (
    Column("单位编码", 12),
    Column("单位名称", 30),
    Column("年度", 8, "general", is_centred=True),
    Column("项目", 18),
    Column("轮次", 7, "count", is_centred=True),
    Column("错误", 7, "count"),
    Column("警告", 7, "count"),
    Column("上一轮总分", 10, "score"),
    Column("总分", 10, "score"),
    Column("已改好", 8, "count"),
    Column("仍在", 8, "count"),
    Column("新出现", 8, "count"),
    Column("改动的格", 9, "count"),
    Column("通知", 30),
)
_SIGNATURE_POINTS = 30.0


def write_notice(path: Path, notice: Notice, until: dt.date | None) -> None:
    """A unit's notice.

    Errors: UserError: it can't be written.
    """
    with written(path, words.title(notice), COMMAND) as book:
        page = Page(book, book.name("退回修改通知"), _LINES)
        page.sheet.set_landscape()
        page.across(words.title(notice), size=16, bold=True, align="center", lowest=32)
        page.across(words.address(notice), bold=True)
        for sentence in words.opening(notice, until):
            page.across(sentence)
        for number, (heading, lines) in enumerate(items(notice)):
            page.section(heading)
            if number == 0:
                page.header(is_frozen=False)
                page.sheet.repeat_rows(page.row - 1)
            for place, item in enumerate(lines, 1):
                page.line([str(place), item.sheet, item.cell, f"{item.severity}：{item.problem}", item.remedy])
        if text := words.left_out(notice):
            page.across(text)
        if notice.progress:
            page.across(f"与上一轮相比：{words.progress(notice.progress)}", bold=True)
            for change in notice.progress.changes:
                page.line(["", *change.cell.partition("!")[::2], change.label, f"{change.before} → {change.after}"])
        _sign(page)


def write_reminder(path: Path, found: Notices, until: dt.date | None) -> None:
    """The list of the units to remind.

    Errors: UserError: it can't be written.
    """
    with written(path, words.REMINDER, COMMAND) as book:
        page = Page(book, book.name(words.REMINDER), _ABSENT)
        page.title(words.REMINDER, words.reminder(found, until))
        page.header()
        for number, unit in enumerate(found.absent, 1):
            page.line([number, unit.code, unit.name, unit.situation])
        _sign(page)


def write_survey(path: Path, found: Notices, names: list[str]) -> None:
    """All units that get a notice, a line each, and what changed since their last round; for the sender.

    Errors: UserError: it can't be written.
    """
    with written(path, "退回情况", COMMAND) as book:
        page = Page(book, book.name("退回情况"), _SURVEY)
        absent = f"，催报 {len(found.absent)} 个" if found.absent else ""
        page.title("退回情况", f"退回 {len(found.notices)} 份{absent}；另有 {found.in_order} 份没有要单位修改的。")
        page.header(frozen_columns=2)
        first = page.row - 1
        for notice, name in zip(found.notices, names, strict=True):
            page.line([*_survey_line(notice), name])
        page.filter(first)
        _write_changes(book, found)


def _survey_line(notice: Notice) -> list[Cell]:
    own, progress = [notice.code, notice.name, notice.year, notice.project, notice.round], notice.progress
    counts: list[Cell] = [notice.errors, notice.warnings]
    if progress is None:
        return [*own, *counts, None, None, None, None, None, None]
    totals = [progress.total_before, progress.total]
    return [*own, *counts, *totals, progress.resolved, progress.open, progress.new, progress.cells]


def _write_changes(book: Book, found: Notices) -> None:
    """What changed, as in changes.csv; of all units, also those that get no notice."""
    widths = {"message": 60.0, "before": 24.0, "after": 24.0, "name": 24.0, "cell": 18.0}
    columns = [
        Column(c.label, widths.get(c.id, 10.0), "score" if c.kind == IS_NUMBER else "general") for c in CHANGES.columns
    ]
    page = Page(book, book.name("变化"), columns)
    page.title("与上一轮相比的变化", "已解决、仍在、新增的问题，改动的填报格；第一轮没有可比的。")
    page.header(frozen_columns=2)
    first = page.row - 1
    for row in found.changes:
        page.line(row)
    page.filter(first)


def _sign(page: Page) -> None:
    """The line to be sealed, left blank."""
    page.across(words.CONTACT)
    look = page.book.look(text_wrap=True, valign="bottom", align="left")
    last = len(page.columns) - 1
    for text in words.SIGNATURES:
        page.sheet.set_row(page.row, _SIGNATURE_POINTS)
        page.sheet.merge_range(page.row, last - 1, page.row, last, "", look)
        page.sheet.write_string(page.row, last - 1, text, look)
        page.row += 1
