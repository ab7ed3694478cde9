"""改判与复核: rule, self score, award and review of every indicator side by side, with the reviewer's role and date."""

from __future__ import annotations

import datetime as dt

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import shown_weight
from xlperf.values import Value, to_serial
from xlperf.workbook.plan import REVIEWS, SCORING, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("编码", 7, is_centred=True),
    Column("指标", 26),
    Column("分值", 8, "score", is_centred=True),
    Column("规则结果", 9, "general", is_centred=True),
    Column("规则分下限", 9, "score", is_centred=True),
    Column("规则分上限", 9, "score", is_centred=True),
    Column("自评分", 9, "score", is_centred=True),
    Column("评定分", 9, "score", is_centred=True),
    Column("复核分", 9, "score", is_centred=True),
    Column("计入得分", 9, "score", is_centred=True),
    Column("认定情况", 11, "general", is_centred=True),
    Column("与自评之差", 9, "score", is_centred=True),
    Column("评定人角色", 13, is_input=True),
    Column("评定日期", 12, "date", is_input=True),
    Column("复核人角色", 13, is_input=True),
    Column("复核日期", 12, "date", is_input=True),
    Column("复核意见", 36, is_input=True),
)


def add(plan: Plan, rows: dict[str, int]) -> None:
    """Lays out the sheet. `rows`: the row of each indicator on the scoring sheet."""
    sheet = Sheet(plan.book, REVIEWS, COLUMNS)
    sheet.title(
        "改判与复核", "三列分数取自“指标评分”；这里填角色（如 评价组、复核组）和日期，不填个人姓名。改判的行标黄。"
    )
    sheet.header()
    first = sheet.row
    for indicator in plan.indicators:
        _line(sheet, plan, indicator, rows[indicator.code])
    last = sheet.row - 1
    names = (
        ("code", 1),
        ("award_role", 13),
        ("award_date", 14),
        ("review_role", 15),
        ("review_date", 16),
        ("opinion", 17),
    )
    sheet.name_columns([(f"reviewed_{name}", column) for name, column in names], first, last)
    sheet.colour(f"A{first}:L{last}", f'$K{first}="改判"', styles.WARNING_FILL)
    sheet.colour(f"A{first}:L{last}", f'OR($K{first}="缺理由",$K{first}="数据有误")', styles.ALARM_FILL)


def _line(sheet: Sheet, plan: Plan, indicator: Indicator, row: int) -> None:
    r = sheet.row
    given = plan.data.awards.get(indicator.code) if plan.data else None
    roles: list[Value] = [None] * 5
    if given:
        roles = [
            given.award_role or None,
            _serial(given.award_date),
            given.review_role or None,
            _serial(given.review_date),
        ]
        roles.append(given.opinion or None)
    shown: list[Value] = [Formula(f"={SCORING}!{column}{row}") for column in ("I", "G", "H")]
    for column in ("J", "K", "L"):
        shown.append(Formula(f'=IF({SCORING}!{column}{row}="","",{SCORING}!{column}{row})'))
    shown += [Formula(f"={SCORING}!{column}{row}") for column in ("M", "N")]
    difference = Formula(f'=IF(AND(ISNUMBER(G{r}),ISNUMBER(J{r})),ROUND(J{r}-G{r},2),"")')
    is_editable = plan.framework.has_editable_weights
    weight = Formula(f"={SCORING}!E{row}") if is_editable else shown_weight(indicator.weight)
    head: list[Value] = [indicator.code, indicator.name, weight]
    sheet.line([*head, *shown, difference, *roles])


def _serial(day: dt.date | None) -> Value:
    return None if day is None else to_serial(day)
