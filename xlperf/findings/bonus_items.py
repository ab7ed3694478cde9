"""What to look at between the indicators and the total: bonus items out of their year, limits, exclusions without reason."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, is_blank, is_number
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.all_sheets import shown_place
from xlperf.workbook.sheets.bonus_items import EXPIRED, NO_YEAR, UNDECIDED

EXCLUSION_UNEXPLAINED = "缺说明"


def adjustment_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order of the sheets."""
    yield from _exclusions(names)
    if framework.extras:
        yield from _claims(names)
    if framework.limits:
        yield from _limits(names, framework)


def _exclusions(names: NamedCells) -> Iterator[Finding]:
    columns = (names.column(f"figure_{column}") for column in ("label", "id", "status"))
    for place, label, name, status in zip(names.places("figure_given"), *columns, strict=True):
        if status == EXCLUSION_UNEXPLAINED:
            text = f"{label}（{name}）剔除了数，没有在备注写明剔除什么、依据什么。"
            yield Finding(ERROR, "exclusion_without_reason", "!".join(place), text)


def _claims(names: NamedCells) -> Iterator[Finding]:
    """Claims whose year has passed or can't be told, and points beyond what an item allows."""
    columns = ("item", "fact_year", "document_year", "points", "status")
    year = names.value("evaluation_year")
    maxima = dict(zip(names.column("extra_item_name"), names.column("extra_item_maximum"), strict=True))
    for place, item, fact, document, points, status in zip(
        names.places("extra_item"), *(names.column(f"extra_{column}") for column in columns), strict=True
    ):
        claimed = is_number(points) and points != 0
        years = f"事实年度 {_year(fact)}、文件年度 {_year(document)}，评价年度 {_year(year)}"
        if status == EXPIRED:
            text = f"加减分“{item}”已过期：{years}，不计入。"
            yield Finding(ERROR if claimed else HINT, "extra_expired", "!".join(place), text)
        elif status == UNDECIDED:
            text = (
                f"加减分“{item}”按哪个年度有效，办法没有写明：{years}；按事实年度和按文件年度结论不同，请在“认定”里选。"
            )
            yield Finding(WARNING if claimed else HINT, "extra_undecided", "!".join(place), text)
        elif status == NO_YEAR:
            yield Finding(WARNING, "extra_without_year", "!".join(place), f"加减分“{item}”没有填年度，没有计入。")
        maximum = maxima.get(item)
        if is_number(points) and is_number(maximum) and not 0 <= points <= maximum:
            text = f"加减分“{item}”的分值应在 0 到 {maximum:g} 之间，现为 {points:g}。"
            yield Finding(ERROR, "extra_out_of_range", "!".join(place), text)


def _limits(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Limits below what the indicators and bonuses reach."""
    reached = _reached(names, framework)
    for number, part in enumerate(framework.limits, 1):
        limit = names.value(f"total_limit_{number}")
        if reached is not None and is_number(limit) and limit < reached:
            text = f"“{part.text}”：总分最高 {limit:g} 分，封顶前是 {reached:g} 分。"
            yield Finding(WARNING, "total_limited", "!".join(shown_place(names.place(f"total_limit_{number}"))), text)


def _reached(names: NamedCells, framework: Framework) -> float | None:
    """The points before any limit."""
    parts = ["rescaled_total" if framework.is_rescaled else "base_total"]
    parts += ["bonus_total", "penalty_total"] if framework.extras else []
    values = [names.value(part) for part in parts]
    return sum(values) if all(is_number(value) for value in values) else None  # type: ignore[arg-type]


def _year(value: Value) -> str:
    return "未填" if is_blank(value) else f"{value:g}" if is_number(value) else str(value)
