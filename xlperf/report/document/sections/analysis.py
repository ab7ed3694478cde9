"""Indicator by indicator: points, rates, how a score was calculated, on what grounds, what was taken off and why."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.evaluation.result import IndicatorResult
from xlperf.explain.figure_tree import rate_words
from xlperf.explain.rule_facts import executed_rule, point_facts
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED
from xlperf.report.document.blocks import Block, Heading, Paragraph, Table, Written, heads, row
from xlperf.report.document.sections.scores import TOTAL, Scored, scored_levels
from xlperf.report.document.subject import Subject, chinese, listing, plain, rate, reached, score, told, weight
from xlperf.values import is_number, round_half_up

_PLACE = "“要点评分底稿”的核查依据"
LEVEL, LOWEST = 2, 4
_CALCULATED = "按评分标准计算："
_NO_FIGURES = "有关数据不全，算不出得分，由评价人认定"


def analysis(subject: Subject) -> Iterator[Block]:
    """Every indicator below its levels, as third parties of Guangdong write it."""
    return _levels(subject, has_tables=False)


def analysis_with_tables(subject: Subject) -> Iterator[Block]:
    """The same with a table of scores for each first-level indicator (表5-1…)."""
    return _levels(subject, has_tables=True)


def analysis_nested(subject: Subject) -> Iterator[Block]:
    """The same within a part that has a heading like those of the levels itself (self-evaluations)."""
    for block in _levels(subject, has_tables=False):
        if not isinstance(block, Heading):
            yield block
        elif block.level == LEVEL:
            yield Heading(block.text.removeprefix("（").replace("）", "、", 1), LEVEL + 1)
        else:
            yield Heading(block.text, min(block.level + 1, LOWEST))


def _levels(subject: Subject, *, has_tables: bool) -> Iterator[Block]:
    for place, (level, groups) in enumerate(scored_levels(subject), 1):
        yield Heading(f"（{chinese(place)}）{level.name}分析", LEVEL)
        if has_tables:
            yield from _level_table(subject, level, groups)
        for position, group in enumerate(groups, 1):
            yield Heading(f"{position}.{group.name}", 3)
            indicators = subject.framework.indicators_of(level.name, group.name)
            names = "、".join(indicator.name for indicator in indicators)
            yield Paragraph(f"{_reached('指标', group)}，包括{names} {len(indicators)} 个三级指标。")
            for number, indicator in enumerate(indicators, 1):
                yield from _indicator(subject, indicator, number)


def _code(subject: Subject, indicator: Indicator) -> str:
    """The code as reports print it before the name; nothing where the standard prints none."""
    return indicator.code if subject.framework.annex.has_codes else ""


def _reached(what: str, of: Scored) -> str:
    return f"{what}{told(of.weight, of.score, of.rate)}"


def _level_table(subject: Subject, level: Scored, groups: list[Scored]) -> Iterator[Block]:
    indicators = subject.framework.indicators_of(level.name)
    counted = f"共包含 {len(groups)} 个二级指标，{len(indicators)} 个三级指标"
    yield Paragraph(f"{level.name}类指标{counted}，{_reached('权重', level)}（见下表）。")
    body = []
    for group in groups:
        members = subject.framework.indicators_of(level.name, group.name)
        name = f"{subject.framework.annex.upper_codes(members[0].code)[1]}{group.name}"
        own = (name, weight(group.weight), score(group.score))
        body.append(row([*own, rate(group.rate)], "lccc", is_bold=True))
        body += [row(_scored_row(subject, indicator), "lccc") for indicator in members]
    whole = [TOTAL, weight(level.weight), score(level.score), rate(level.rate)]
    heading = heads("指标名称", "权重", "得分", "得分率")
    yield Table(
        f"{level.name}类指标得分情况表",
        (52, 16, 16, 16),
        (heading,),
        (*body, row(whole, "lccc", is_bold=True)),
        is_small=True,
    )


def _scored_row(subject: Subject, indicator: Indicator) -> list[str]:
    result = subject.filled.results[indicator.code]
    code = _code(subject, indicator)
    reach = rate(reached(result.score, result.weight))
    return [f"　{code}{indicator.name}", weight(result.weight), score(result.score), reach]


def _indicator(subject: Subject, indicator: Indicator, number: int) -> Iterator[Block]:
    result = subject.filled.results[indicator.code]
    code = _code(subject, indicator)
    yield Heading(f"（{number}）{code}{indicator.name}", 4)
    if result.score is None:
        stated = UNSTATED if result.weight is None else f" {weight(result.weight)} 分"
        yield Paragraph(f"本指标分值{stated}，得分还算不出（{result.status}）。")
    else:
        yield Paragraph(f"本指标{told(result.weight, result.score, reached(result.score, result.weight), '得')}。")
    texts = (*_calculated(subject, indicator), *_grounds(subject, indicator), *_faults(subject, indicator, result))
    yield Written(f"指标 {indicator.code}", texts, f"“{indicator.name}”核查了什么、依据是什么、情况怎样", _PLACE)


def _calculated(subject: Subject, indicator: Indicator) -> Iterator[str]:
    """How the score follows from figures, where the rule reads any: the rates with their numbers, then the rule's words."""
    filled, steps = subject.filled, list[str]()
    for position, point in enumerate(indicator.points, 1):
        code = indicator.point_code(position)
        line, rule = filled.points.first(code), executed_rule(filled, point)
        if line is None or rule.finding is not None or not rule.ids:
            continue
        for name in dict.fromkeys(rule.ids):
            if name in filled.rates and is_number(filled.value(name)):
                words = f"{filled.rates[name].label}＝{rate_words(filled, filled.rates[name])}"
                steps += [words] if words not in steps else []
        outcome = rule.told(point_facts(filled, point, code, line))
        sentence = outcome.sentence if outcome.low is not None else _NO_FIGURES
        steps += [sentence] if sentence not in steps else []
    if steps:
        yield f"{_CALCULATED}{'；'.join(plain(words) for words in steps)}。"


def _grounds(subject: Subject, indicator: Indicator) -> Iterator[str]:
    """What was found at the points."""
    points, found = subject.filled.points, list[str]()
    for position in range(1, len(indicator.points) + 1):
        line = points.first(indicator.point_code(position))
        if line is not None and (basis := plain(points.text("basis", line)).rstrip("。；")):
            found += [basis] if basis not in found else []
    if found:
        yield f"核查情况：{'；'.join(found)}。"


def _faults(subject: Subject, indicator: Indicator, result: IndicatorResult) -> Iterator[str]:
    """What is wrong, how much it costs, and why the score departs from the rule."""
    facts = subject.facts(indicator)
    lost = lost_points(result)
    if facts:
        yield f"{'存在的主要问题' if lost else '存在的问题'}：{listing(facts)}"
    if lost:
        verb = "失" if subject.is_self else "扣"
        yield f"{'合计' if len(facts) > 1 else ''}{verb} {score(lost)} 分。"
    if reason := plain(result.reason or "").rstrip("。"):
        yield f"{'评分与评分标准算出的不同，理由' if result.is_departure else '评分说明'}：{reason}。"


def lost_points(result: IndicatorResult) -> float:
    """The points that an indicator lost; none where that can't be had."""
    if result.weight is None or result.score is None:
        return 0.0
    return max(round_half_up(result.weight - result.score), 0.0)


def deduction_note(subject: Subject, result: IndicatorResult) -> str:
    """Why points were taken off, for the annex: as the workbook says it, else the problems, else the calculation."""
    names = subject.filled.names
    if names.has("indicator_deduction_note"):
        place = names.by_code("indicator_code", "indicator_deduction_note")[result.code]
        if stated := plain(str(names.package.value(*place) or "")):
            return stated
    lost = lost_points(result)
    if not lost:
        return ""
    indicator = subject.filled.indicators[result.code]
    facts = subject.facts(indicator)
    calculated = "".join(_calculated(subject, indicator)).removeprefix(_CALCULATED)
    return listing(facts) if facts else calculated or plain(result.reason or "")
