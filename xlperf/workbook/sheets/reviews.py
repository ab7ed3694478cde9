"""改判与复核: rule, self score, award and review of every indicator side by side, with the reviewer's role and date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import shown_weight
from xlperf.values import Value, to_serial
from xlperf.workbook import appearance
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets import scoring
from xlperf.workbook.waiting import TEXT_CHANGED

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import Award
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    code=Column("编码", 7, is_centred=True),
    name=Column("指标", 26, is_named=False),
    weight=Column("分值", 8, "score", is_centred=True, is_named=False),
    rule=Column("规则结果", 9, "general", is_centred=True, is_named=False),
    low=Column("规则分下限", 9, "score", is_centred=True, is_named=False),
    high=Column("规则分上限", 9, "score", is_centred=True, is_named=False),
    self_score=Column("自评分", 9, "score", is_centred=True, is_named=False),
    award=Column("评定分", 9, "score", is_centred=True, is_named=False),
    review=Column("复核分", 9, "score", is_centred=True, is_named=False),
    score=Column("计入得分", 9, "score", is_centred=True, is_named=False),
    status=Column("认定情况", 11, "general", is_centred=True, is_named=False),
    difference=Column("与自评之差", 9, "score", is_centred=True, is_named=False),
    award_role=Column("评定人角色", 13, is_input=True),
    award_date=Column("评定日期", 12, "date", is_input=True),
    review_role=Column("复核人角色", 13, is_input=True),
    review_date=Column("复核日期", 12, "date", is_input=True),
    opinion=Column("复核意见", 36, is_input=True),
)
# Taken from the scoring sheet, from what it shows; the typed ones, of the same ids, stay blank where they are.
SHOWN = {"rule": "rule", "low": "shown_low", "high": "shown_high", "score": "shown_score", "status": "status"}
TYPED = ("self_score", "award", "review")


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(
        SHEET.title, "三列分数取自“指标评分”；这里填角色（如 评价组、复核组）和日期，不填个人姓名。改判的行标黄。"
    )
    sheet.header()
    first = sheet.row
    for indicator in plan.indicators:
        _line(sheet, plan, indicator)
    last = sheet.row - 1
    sheet.name_columns("reviewed", first, last)
    scores, status = sheet.span("code", first, last, to="difference"), sheet.at(first, "column").status
    sheet.colour(scores, f'{status}="改判"', appearance.WARNING_FILL)
    wrong = ",".join(
        f'{status}="{text}"' for text in ("缺理由", scoring.OUTDATED, "数据有误", scoring.OUT_OF_RANGE, TEXT_CHANGED)
    )
    sheet.colour(scores, f"OR({wrong})", appearance.ALARM_FILL)


def _line(sheet: Sheet, plan: Plan, indicator: Indicator) -> None:
    at, scored = sheet.at(), scoring.SHEET.at(plan.rows[scoring.SHEET.title][indicator.code].start)
    given = plan.data.awards.get(indicator.code) if plan.data else None
    is_editable = plan.framework.has_editable_weights
    difference = f"ROUND({at.score}-{at.self_score},2)"
    sheet.line(
        {
            "code": indicator.code,
            "name": indicator.name,
            "weight": Formula(f"={scored.weight}") if is_editable else shown_weight(indicator.weight),
            **{column: Formula(f"={scored[source]}") for column, source in _shown(indicator)},
            **{column: Formula(f'=IF({scored[column]}="","",{scored[column]})') for column in TYPED},
            "difference": Formula(f'=IF(AND(ISNUMBER({at.self_score}),ISNUMBER({at.score})),{difference},"")'),
            **_roles(given),
        }
    )


def _shown(indicator: Indicator) -> list[tuple[str, str]]:
    """What is taken from the scoring sheet, by its column there; where no rule is stated, it has no bounds."""
    return [pair for pair in SHOWN.items() if not (indicator.is_unstated and pair[0] in ("low", "high"))]


def _roles(given: Award | None) -> dict[str, Value]:
    """Who gave award and review, and when, as the data file says."""
    if given is None:
        return {}
    return {
        "award_role": given.award_role or None,
        "award_date": _serial(given.award_date),
        "review_role": given.review_role or None,
        "review_date": _serial(given.review_date),
        "opinion": given.opinion or None,
    }


def _serial(day: dt.date | None) -> Value:
    return None if day is None else to_serial(day)


SHEET: SheetDeclaration = SheetDeclaration(
    "改判与复核",
    "自评、评定、复核三列对照",
    COLUMNS,
    lay_out,
    Role.EVALUATOR,
    is_needed=lambda needs: needs.is_evaluation,
)
