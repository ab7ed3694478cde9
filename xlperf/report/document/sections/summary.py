"""摘要: the whole report on a page, made of the same figures as its chapters."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.report.document.blocks import Block, Heading, Paragraph, Written
from xlperf.report.document.sections.findings import groups
from xlperf.report.document.sections.overview import organisation, staff
from xlperf.report.document.sections.scores import by_level, scored_levels, verdict
from xlperf.report.document.subject import Subject, listing, rate, score
from xlperf.values import is_number
from xlperf.workbook.tables import budget


def summary(subject: Subject) -> Iterator[Block]:
    """Result, money, achievements, problems, suggestions in a paragraph each."""
    yield from _result(subject)
    yield from _money(subject)
    yield from _rest(subject)


def summary_with_table(subject: Subject) -> Iterator[Block]:
    """The same under headings, with the table of the first level (as 延津 prints it)."""
    yield Heading("一、部门概况", 2)
    yield from organisation(subject)
    yield from staff(subject)
    yield Heading("二、综合评价情况及评价结论", 2)
    yield from _result(subject)
    yield from by_level(subject)
    yield from _money(subject)
    yield Heading("三、主要成效、问题和建议", 2)
    yield from _rest(subject)


def _result(subject: Subject) -> Iterator[Block]:
    client = subject.one_line("client")
    by = f"受{client}委托，" if client else ""
    if subject.result.total is None:
        yield Written("摘要结论", (), "总分还算不出，先补齐文末“生成说明”里的各项", "“指标评分”表")
        return
    levels = "、".join(
        f"{level.name} {score(level.score)} 分（得分率 {rate(level.rate)}）"
        for level, _ in scored_levels(subject)
        if level.score is not None
    )
    yield Paragraph(
        f"{by}{subject.evaluator or '评价组'}对{subject.unit} {subject.year} 年度{subject.what}实施绩效评价，"
        f"综合评定得分为 {verdict(subject)}。其中：{levels}。"
    )


def _money(subject: Subject) -> Iterator[Block]:
    """Budget and final figure of the spending, and what it consists of."""
    found = subject.fixed(budget.TABLE)
    year = found.get("spending_year", {})
    initial, final = year.get("used_initial"), year.get("final")
    if not is_number(initial) or not is_number(final):
        return
    parts = [
        f"{label} {subject.money(found[code]['final'])}"
        for code, label in (("spending_basic", "基本支出"), ("spending_project", "项目支出"))
        if code in found and is_number(found[code]["final"])
    ]
    told = f"，主要为{'、'.join(parts)}" if parts else ""
    yield Paragraph(
        f"{subject.year} 年部门整体支出年初预算数为 {subject.money(initial)}，决算数为 {subject.money(final)}{told}。"
    )


def _rest(subject: Subject) -> Iterator[Block]:
    yield Written("摘要成效", subject.text("achievements")[:1], "用一段话概括主要成效")
    found = groups(subject)
    titles = [group.title for group in found if group.is_stated]
    text = (f"存在的不足：{listing(titles)}",) if titles else ()
    yield Written("摘要问题", text, "用一段话概括主要问题", "“问题台账”的“类别”列")
    told = list(dict.fromkeys(text for group in found for text in group.suggestions))
    suggested = (f"建议：{listing(told)}",) if told else ()
    yield Written("摘要建议", suggested, "用一段话概括主要建议", "“问题台账”的“建议”列")
