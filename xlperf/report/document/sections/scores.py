"""The scores: in all, by first and by second level, as tables and as a chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.report.document.blocks import Bar, Block, Chart, Paragraph, Table, Written, heads, row
from xlperf.report.document.subject import Subject, chinese, rate, reached, score, told, weight
from xlperf.values import Value, is_number

TOTAL = "合计"


@dataclass(frozen=True)
class Scored:
    """A level or group with its points."""

    name: str
    weight: float | None
    score: float | None
    rate: float | None


def scored_levels(subject: Subject) -> list[tuple[Scored, list[Scored]]]:
    """The first-level indicators, each with its second level, as the workbook adds them up."""
    found: list[tuple[Scored, list[Scored]]] = []
    columns = ("level_name", "group_name", "level_weight", "level_score", "level_rate")
    for level, group, *cells in subject.filled.names.rows(*columns):
        numbers = [_number(value) for value in cells]
        if level:
            found.append((Scored(str(level), *numbers), []))
        elif group and found:
            found[-1][1].append(Scored(str(group), *numbers))
    return found


def _number(value: Value) -> float | None:
    return float(value) if is_number(value) else None


def total_row(subject: Subject, label: str) -> tuple[str, str, str, str]:
    """The whole: full score, score, rate."""
    full, total = subject.framework.weight, subject.result.total
    return label, weight(full), score(total), rate(reached(total, full))


def verdict(subject: Subject) -> str:
    """The total and the grade in a clause."""
    grade = f"，绩效等级为“{subject.result.grade}”" if subject.result.grade else ""
    return f"{score(subject.result.total)} 分{grade}"


def overall(subject: Subject) -> Iterator[Block]:
    """The table of the whole and the first level (表2-1)."""
    rows = [total_row(subject, f"{subject.scored.removesuffix('得分')}总得分")]
    for place, (level, _) in enumerate(scored_levels(subject), 1):
        rows.append((f"{chinese(place)}、{level.name}", weight(level.weight), score(level.score), rate(level.rate)))
    yield Table(
        f"{subject.scored.removesuffix('得分')}情况总表",
        (46, 18, 18, 18),
        (heads("评价因素", "分值", subject.scored, "得分率"),),
        tuple(row(texts, "lccc", is_bold=not place) for place, texts in enumerate(rows)),
    )


def by_level(subject: Subject) -> Iterator[Block]:
    """The table of the first level with the whole below (表4-1)."""
    rows = [
        (level.name, weight(level.weight), score(level.score), rate(level.rate)) for level, _ in scored_levels(subject)
    ]
    body = (*(row(texts, "lccc") for texts in rows), row(total_row(subject, TOTAL), "lccc", is_bold=True))
    yield Table("部门整体评价得分表", (46, 18, 18, 18), (heads("一级指标", "权重分", "得分", "得分率"),), body)


def rates_chart(subject: Subject) -> Iterator[Block]:
    """The rates of points reached by second level."""
    bars = [
        Bar(group.name, group.rate, f"{score(group.score)}／{weight(group.weight)}，{rate(group.rate)}")
        for _, groups in scored_levels(subject)
        for group in groups
        if group.rate is not None
    ]
    if bars:
        yield Chart("二级指标得分率", tuple(bars), has_low_bars=True)


def conclusion(subject: Subject) -> Iterator[Block]:
    """The result in a sentence, and a place for what it means."""
    if subject.result.total is None:
        yield Written("评价结论", (), "总分还算不出，先补齐文末“生成说明”里的各项；算出后写总体评价", "“指标评分”表")
        return
    levels = "；".join(
        f"{level.name}{told(level.weight, level.score, level.rate, '得')}"
        for level, _ in scored_levels(subject)
        if level.score is not None
    )
    verb = "自评" if subject.is_self else "综合评定"
    yield Paragraph(f"{verb}{subject.unit} {subject.year} 年度{subject.what}绩效得分为 {verdict(subject)}。{levels}。")
    yield Written("评价结论", (), "总体评价：履职和预算执行的总体情况、主要成效、主要不足")
