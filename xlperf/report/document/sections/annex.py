"""附件: the scoring form as reports print it, on pages that lie on their side, merged downwards."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.evaluation.result import IndicatorResult
from xlperf.report.document.blocks import Block, Cell, Landscape, Table, heads, merged, row
from xlperf.report.document.sections.analysis import deduction_note
from xlperf.report.document.sections.scores import Scored, prefix, scored_levels
from xlperf.report.document.subject import Subject, paragraphs, rate, reached, score, weight


def scoring_form(subject: Subject) -> Iterator[Block]:
    """With the weights of every level and why points were taken off (as 仁化 prints it)."""
    given = "自评分" if subject.is_self else "评价得分"
    heading = heads(
        "一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "指标说明", "评分标准", given, "扣分说明"
    )
    rows = [
        row(
            [level.name, weight(level.weight), group.name, weight(group.weight), result.name, weight(result.weight),
             *_standard(subject, result), score(result.score), deduction_note(subject, result)],
            "cccclcllcl",
        )
        for level, group, result in _each(subject)
    ]  # fmt: skip
    whole = weight(subject.framework.weight)
    total = row(
        ["合计", whole, "", whole, "", whole, "", "", score(subject.result.total), ""], "cccclcllcl", is_bold=True
    )
    yield _form(subject, "评分表", (6, 4, 6, 4, 9, 4, 16, 24, 6, 21), heading, (*merged(rows, 4), total))


def rated_form(subject: Subject) -> Iterator[Block]:
    """With the rate of points reached (as 延津 prints it)."""
    heading = heads("一级指标", "二级指标", "三级指标", "分值", "指标解释", "评价标准", "得分", "得分率")
    rows = []
    for level, group, result in _each(subject):
        first = f"{prefix(subject, level.name)}{level.name}（{weight(level.weight)}分）"
        second = f"{prefix(subject, level.name, group.name)}{group.name}（{weight(group.weight)}分）"
        code = result.code if result.code[0].isalpha() else ""
        reach = rate(reached(result.score, result.weight))
        texts = [first, second, f"{code}{result.name}", weight(result.weight), *_standard(subject, result)]
        rows.append(row([*texts, score(result.score), reach], "cclcllcc"))
    full, total = subject.framework.weight, subject.result.total
    whole = ["合计", "", "", weight(full), "", "", score(total), rate(reached(total, full))]
    last = row(whole, "cclcllcc", is_bold=True)
    yield _form(subject, "得分表", (9, 9, 13, 5, 26, 26, 5, 7), heading, (*merged(rows, 2), last))


def _each(subject: Subject) -> Iterator[tuple[Scored, Scored, IndicatorResult]]:
    for level, groups in scored_levels(subject):
        for group in groups:
            for indicator in subject.framework.indicators_of(level.name, group.name):
                yield level, group, subject.filled.results[indicator.code]


def _standard(subject: Subject, result: IndicatorResult) -> tuple[str, str]:
    """The official wording, line by line."""
    indicator = subject.filled.indicators[result.code]
    return "\n".join(paragraphs(indicator.description)), "\n".join(paragraphs(indicator.standard))


def _form(
    subject: Subject,
    name: str,
    widths: tuple[float, ...],
    heading: tuple[Cell, ...],
    body: tuple[tuple[Cell, ...], ...],
) -> Block:
    title = f"{subject.unit} {subject.year} 年度{subject.what}绩效{'自评' if subject.is_self else '评价'}{name}"
    return Landscape((Table(title, widths, (heading,), body, is_small=True),))
