"""Tables for people on a terminal; plain text where the output is not one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlperf.checks.schema import SEVERITY_LABELS
from xlperf.escaping import printable
from xlperf.evaluation.result import INTERVAL, JUDGEMENT, MISSING, Basis, Evaluation
from xlperf.evaluation.result import UNSTATED as NO_STANDARD
from xlperf.evaluation.result import IndicatorResult as Indicator
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.findings.gates import Gate
from xlperf.findings.priorities import MOST_LINES, Priority
from xlperf.findings.zero_denominators import NO_DENOMINATOR
from xlperf.frameworks.linting import Fault
from xlperf.frameworks.parts import UNSTATED, weight_text
from xlperf.frameworks.schema import Framework
from xlperf.values import round_half_up
from xlperf.wording import shown
from xlperf.workbook.gates import PASSED

RULE_LABELS = {"determined": "确定", INTERVAL: "区间", JUDGEMENT: "判断", MISSING: "缺数据", NO_STANDARD: UNSTATED}
_STYLES = {ERROR: "red", WARNING: "yellow", HINT: "cyan"}
PLAIN_WIDTH = 160
READING = "standard_reading"


def console() -> Console:
    """The standard output; wide where it is a file or a pipe, so that no line is cut."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> Table:
    """A table of texts; `right`: the columns set to the right."""
    result = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        result.add_column(heading, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        result.add_row(*map(plain, row))
    return result


def plain(text: str, style: str = "") -> Text:
    """A text as it may be shown, whatever it holds: neither rich's markup nor control characters mean anything."""
    return Text(printable(text), style=style)


def points(value: float | None) -> str:
    """A score with two places, a dash where there is none."""
    return "—" if value is None else f"{value:.2f}"


def weight(value: float | None) -> str:
    """A weight with two places, or that the source states none."""
    return UNSTATED if value is None else points(value)


def percent(value: float | None) -> str:
    """A rate as a percentage with two places."""
    if value is None:
        return "—"
    hundredfold = value * 100
    return f"{round_half_up(hundredfold) if math.isfinite(hundredfold) else hundredfold:.2f}%"


def show_framework(out: Console, framework: Framework) -> None:
    """An indicator system: its indicators, the relations of its own, and where its standard needed a reading."""
    out.print(plain(f"{framework.name}　{framework.id} {framework.version}\n来源：{framework.source.document}"))
    rows = []
    for i in framework.indicators:
        kinds = "、".join(dict.fromkeys(p.rule.label for p in i.points))
        rows.append([i.code, i.level, i.group, i.name, weight_text(i.weight), kinds])
    out.print(table("指标", ("编码", "一级", "二级", "三级", "分值", "评分方式"), rows, right=(4,)))
    if framework.relations:
        rows = [[r.id, r.statement, SEVERITY_LABELS[r.severity], r.source] for r in framework.relations]
        out.print(table("自己的勾稽关系", ("编号", "关系", "级别", "依据"), rows))
    readings = [
        [i.code, r.literal, r.executed, "；".join(r.alternatives)] for i in framework.indicators for r in i.readings
    ]
    if readings:
        out.print(table("原文有疑义处的读法", ("编码", "原文", "采用", "其他读法"), readings))


def show_faults(out: Console, faults: Sequence[Fault]) -> None:
    """What is wrong with an indicator system's standard."""
    rows = [[SEVERITY_LABELS[f.severity], f.indicator, f.code, f.message, f.reading or "—"] for f in faults]
    headings = ("级别", "指标", "代码", "问题", "采用的读法")
    out.print(table(f"标准自身的问题（{len(faults)} 处）", headings, rows))


def show_result(out: Console, result: Evaluation) -> None:
    """The result in full: total, levels, rates, all indicators, findings."""
    show_heading(out, result)
    show_rates(out, result)
    rows = [
        [i.code, i.name, weight(i.weight), rule_text(i), *map(points, _given(i)), points(i.score), i.status]
        for i in result.indicators
    ]
    headings = ("编码", "指标", "分值", "规则分", "自评分", "评定分", "复核分", "计入得分", "认定情况")
    out.print(table("指标", headings, rows, right=(2, 3, 4, 5, 6, 7)))
    show_findings(out, result.findings)


def _given(indicator: Indicator) -> tuple[float | None, ...]:
    return indicator.self_score, indicator.award, indicator.review


def show_heading(out: Console, result: Evaluation) -> None:
    """Unit, total, grade and first-level scores."""
    out.print(plain(f"{result.unit or '（未填单位）'}　{result.year or ''} 年度　{result.framework}", style="bold"))
    printed = points(result.reported_total), result.reported_grade or UNSTATED
    reported = "" if result.reported_total is None else f"　报告印出：{printed[0]}　{printed[1]}"
    is_unstated = result.total is None and any(i.rule_status == NO_STANDARD for i in result.indicators)
    total = "未能复算（各项得分未载明）" if is_unstated else points(result.total)
    out.print(plain(f"总分 {total}　等级 {result.grade or '—'}{reported}", style="bold green"))
    show_gates(out, (result.submission, result.result))
    show_basis(out, result.basis)
    if bounds := result.reachable:
        count = sum(i.score is None for i in result.indicators)
        low, high = points(bounds.low), points(bounds.high)
        out.print(plain(f"　已定得分 {low}，{count} 项待定，总分可能在 {low}～{high} 之间"))
    for step in result.adjustments:
        out.print(plain(f"　{step.name}：{points(step.points)}"))
    rows = [[x.name, weight(x.weight), points(x.score), percent(x.rate)] for x in result.level1]
    out.print(table("一级指标", ("一级指标", "分值", "得分", "得分率"), rows, right=(1, 2, 3)))


def show_gates(out: Console, gates: Iterable[Gate]) -> None:
    """The state of each gate, with the reasons that it is closed."""
    for gate in gates:
        style = "bold green" if gate.state in PASSED.values() else "bold red"
        out.print(plain("：".join(text for text in (gate.state, "；".join(gate.reasons)) if text), style=style))


def show_basis(out: Console, basis: Basis) -> None:
    """What the result rests on."""
    if basis.rule is not None:
        shares = f"按规则 {percent(basis.rule)}，靠判断 {percent(basis.judgement)}，缺数据 {percent(basis.missing)}"
        out.print(plain(f"结论依据（占分值）：{shares}"))


def show_rates(out: Console, result: Evaluation) -> None:
    """Every rate."""
    rows = [[r.label, f"—（{r.cause}）" if r.cause else shown(r.value, r.format), r.id] for r in result.rates]
    out.print(table("比率", ("比率", "结果", "编号"), rows, right=(1,)))


def show_departures(out: Console, result: Evaluation, award: str) -> None:
    """Awards outside the rule, and apart from them those for which the rule gives no single score; `award`: what they are
    called.
    """
    headings = ("编码", "指标", "规则分", award, "理由")
    departures = [i for i in result.indicators if i.is_departure]
    out.print(table(f"改判：{award}与规则分不同（{len(departures)} 项）", headings, map(_reasoned, departures)))
    for status, title in (
        (INTERVAL, "规则只给出上下限，由评价人认定"),
        (JUDGEMENT, "标准没有分档，由评价人判断"),
        (MISSING, "缺数据，规则分算不出，由评价人认定"),
        (NO_STANDARD, "评分标准未载明，没有规则分"),
    ):
        chosen = [i for i in result.indicators if i.rule_status == status]
        if chosen:
            out.print(table(f"{title}（{len(chosen)} 项）", headings, map(_reasoned, chosen)))


def _reasoned(indicator: Indicator) -> list[str]:
    return [indicator.code, indicator.name, rule_text(indicator), points(indicator.score), indicator.reason or "—"]


def rule_text(indicator: Indicator) -> str:
    """The rule score, its bounds, or why there is none."""
    if indicator.rule_status == MISSING and indicator.status.startswith(NO_DENOMINATOR):
        return NO_DENOMINATOR
    if indicator.rule_status in (MISSING, NO_STANDARD):
        return RULE_LABELS[indicator.rule_status]
    if indicator.rule_score is not None:
        return points(indicator.rule_score)
    bounds = f"{points(indicator.rule_low)}～{points(indicator.rule_high)}"
    return f"判断 {bounds}" if indicator.rule_status == JUDGEMENT else bounds


def show_priorities(out: Console, first: Sequence[Priority]) -> None:
    """What to mend first, by cause; nothing where neither errors nor warnings were found."""
    if not first:
        return
    more = f"（共 {len(first)} 件，先列 {MOST_LINES} 件）" if len(first) > MOST_LINES else ""
    result = table(f"先改这几件事{more}", ("级别", "条数", "怎么改"), [], right=(1,))
    for each in first[:MOST_LINES]:
        label = Text(SEVERITY_LABELS[each.severity], style=_STYLES[each.severity])
        result.add_row(label, str(each.count), plain(each.message))
    out.print(result)


def show_findings(out: Console, findings: Sequence[Finding], *, otherwise: str = "") -> None:
    """Errors first, then warnings, then hints; `otherwise`: what to say where there are none.

    The readings of the standard, many and always the same, are counted here and stand in full on their own sheet.
    """
    shown = [finding for finding in findings if finding.code != READING]
    readings = len(findings) - len(shown)
    if shown:
        ordered = sorted(shown, key=lambda finding: list(SEVERITY_LABELS).index(finding.severity))
        result = table(f"发现的问题（{len(shown)} 条）", ("级别", "单元格", "说明"), [])
        for finding in ordered:
            label = Text(SEVERITY_LABELS[finding.severity], style=_STYLES[finding.severity])
            result.add_row(label, plain(finding.cell), plain(finding.message))
        out.print(result)
    elif otherwise:
        out.print(otherwise)
    if readings:
        out.print(f"标准原文有疑义 {readings} 处，采用的读法见“标准读法”表（--json 列出全文）。")
