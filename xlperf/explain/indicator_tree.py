"""An indicator as a tree: the score that counts and why, the rule point by point, the clause, the problems found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from xlperf.errors import CellError
from xlperf.evaluation.filled import Filled, code_text, written
from xlperf.evaluation.result import DETERMINED, IndicatorResult
from xlperf.explain.explanation import Node
from xlperf.explain.figure_tree import Figures, rate_words
from xlperf.explain.rule_facts import executed_rule, owner_facts, point_facts, reading_facts
from xlperf.frameworks.indicators import Gate, Indicator, Point, Reading
from xlperf.frameworks.parts import UNSTATED
from xlperf.rules.conditions import checked, ids_in
from xlperf.rules.rule import Scale, Told
from xlperf.values import Value, as_text, compare, is_number, round_half_up
from xlperf.wording import points, shown
from xlperf.workbook import rule_formulas
from xlperf.workbook.flags import truth
from xlperf.workbook.ledger_lines import LedgerLine, deductions_of, facts_of
from xlperf.workbook.names import listed
from xlperf.workbook.waiting import TEXT_CHANGED

# What an award's status means in words, where it says more than its name.
_STATUSES = {
    "与规则一致": "与规则分一致",
    "按规则": "没有另行评定，按规则分计",
    "改判": "改判：与规则分不同",
    "区间内认定": "规则只给上下限，在其间认定",
    "判断认定": "标准没有分档，由评价人判断",
    "缺数据认定": "缺数据，规则分算不出，由评价人认定",
    "缺佐证": "缺数据而评定，没有写佐证或问题编号",
    "分母为零认定": "分母为零，规则分算不出，由评价人认定",
    "未载明认定": "评分标准未载明，由评价人认定",
    "按自评": "评分标准未载明，按自评分计",
    "缺数据计0分": "缺数据，也没有评定，按办法计 0 分",
    "缺数据剔除": "缺数据，也没有评定，按办法剔除，总分折算",
    "不适用": "评价人认定不适用，剔除，总分折算",
    "未载明": "评分标准未载明，也没有评定，没有得分",
    "待评定": "规则给不出一个分数，还没有评定，没有得分",
    "缺理由": "评定分需要理由而没有写，不计分",
    "理由过期": "理由是为原来的分写的，不计分",
    "数据有误": "所用数据有误，得分算不出",
    "超出范围": "分数小于 0 或超过分值，不计分",
    TEXT_CHANGED: "评分标准的文字与确认过的不同，没有得分；xlperf frameworks confirm 重新读出、确认",
}
LEFT_OUT = ("不适用", "缺数据剔除")
_GIVEN = (("review", "复核分"), ("award", "评定分"))


def headline(filled: Filled, code: str) -> tuple[str, str]:
    """An indicator's score out of its weight, and what has to be said of it in one line."""
    result = filled.results[code]
    remarks = []
    is_lost = result.status not in LEFT_OUT and result.score is not None and result.weight is not None
    if is_lost and compare(result.score, result.weight) != 0:  # type: ignore[arg-type]
        remarks.append(f"失 {points(result.weight - result.score)}")  # type: ignore[operator]
    if result.status:
        status = result.status
        if result.is_departure and result.rule_score is not None:
            status += f"（规则分 {points(result.rule_score)}）"
        remarks.append(status)
    return f"{_score(filled, code)}／{_weight(result.weight)}", "；".join(remarks)


def indicator_node(filled: Filled, code: str) -> Node:
    """The whole tree of an indicator."""
    indicator, result = filled.indicators[code], filled.results[code]
    text, note = headline(filled, code)
    line = filled.scores.of(code)[0]
    children = [
        _counted(filled, code),
        _rule(filled, indicator),
        *_namesake(filled, indicator),
        *_deductions(filled, code),
        *_problems(filled, indicator, result),
        _clause(filled, indicator),
    ]
    place = filled.scores.cell("score", line)
    label = f"{indicator.code} {indicator.name}"
    return Node("indicator", label, text, filled.scores.value("score", line), note, place, tuple(children))


def point_node(filled: Filled, indicator: Indicator, number: int, figures: Figures | None = None) -> Node:
    """A point: what its rule says with the numbers put in, what was found, and the figures that it reads."""
    point, code = indicator.points[number - 1], indicator.point_code(number)
    line = filled.points.first(code)
    if line is None:
        return Node("point", f"要点 {code}", "", None, "底稿里没有这个要点")
    low, high = filled.points.value("low", line), filled.points.value("high", line)
    rule = executed_rule(filled, point)
    words = rule.told(point_facts(filled, point, code, line))
    lines = tuple(Node("detail", text) for text in words.lines)
    takes_finding = not str(filled.points.value("finding", line)).startswith("（")
    column = filled.finding_column(line)
    finding = filled.points.cell(column, line) if takes_finding else ""
    note = _differs(words, low, high) or ("" if column == "finding" else "核查结果由问题台账推出")
    children = [
        Node("rule", rule.label, words.sentence, None, note, finding, lines),
        *_basis(filled, line),
        *_alternative(filled, point),
        *(figures or Figures(filled)).nodes(rule.ids),
    ]
    score = bounds_text(low, high) if point.rule.scale is not Scale.UNSTATED else UNSTATED
    text = f"{score}／{_weight(point.weight)}"
    cell = filled.points.cell("low", line)
    return Node("point", f"要点 {code}", f"{text}　{' '.join(point.text.split())}", low, "", cell, tuple(children))


def _score(filled: Filled, code: str) -> str:
    value = filled.scores.value("score", filled.scores.of(code)[0])
    return points(value) if is_number(value) else "没有得分"


def _weight(weight: float | None) -> str:
    return UNSTATED if weight is None else points(weight)


def bounds_text(low: Value, high: Value) -> str:
    """A rule score, its bounds, or why it can't be had."""
    if isinstance(low, CellError):
        return shown(low).replace(low.code, "算不出")
    if is_number(low) and is_number(high) and compare(low, high) != 0:
        return f"{points(low)}～{points(high)}"
    return points(low)


def _counted(filled: Filled, code: str) -> Node:
    """The score that counts, with what it was taken from and why."""
    result, line = filled.results[code], filled.scores.of(code)[0]
    given = [(column, label) for column, label in _given(filled) if filled.scores.text(column, line)]
    source = f"取自{given[0][1]}" if given else "取自规则分" if result.status == "按规则" else ""
    why = filled.framework.worded(_why(result, is_self=bool(given) and given[0][0] == "self_score"))
    children = [
        Node("given", label, shown(filled.scores.value(column, line), "score"), filled.scores.value(column, line),
             _giver(result, column), filled.scores.cell(column, line))
        for column, label in (*_GIVEN, ("self_score", "自评分"))
        if filled.scores.text(column, line)
    ]  # fmt: skip
    for column, label in (("reason", "理由"), ("evidence", "佐证")):
        if text := filled.scores.text(column, line):
            children.append(Node(column, label, text, None, "", filled.scores.cell(column, line)))
    if result.opinion:
        children.append(Node("opinion", "复核意见", result.opinion))
    text = _score(filled, code) + (f"　{source}" if source else "")
    value, cell = filled.scores.value("score", line), filled.scores.cell("score", line)
    return Node("score", "计入得分", text, value, why, cell, tuple(children))


def _why(result: IndicatorResult, *, is_self: bool) -> str:
    """Why a score counts although the rule gives another one, or none."""
    why = _STATUSES.get(result.status, result.status)
    if is_self:
        why = why.replace("由评价人认定", "按自评分计").replace("由评价人判断", "按自评分计")
    if not result.is_departure or result.score is None:
        return why
    if result.rule_score is not None:
        difference = result.score - result.rule_score
        return f"改判：比规则分 {points(result.rule_score)} {'高' if difference > 0 else '低'} {points(abs(difference))} 分"
    return f"改判：在规则给出的 {points(result.rule_low)}～{points(result.rule_high)} 之外"


def _given(filled: Filled) -> tuple[tuple[str, str], ...]:
    """The columns of scores that count where they are filled in, the strongest first."""
    return (*_GIVEN, ("self_score", "自评分")) if filled.framework.evaluation == "self" else _GIVEN


def _giver(result: IndicatorResult, column: str) -> str:
    """Who gave a score, and when."""
    known = {"award": (result.award_role, result.award_date), "review": (result.review_role, result.review_date)}
    return "，".join(part for part in known.get(column, ()) if part)


def _rule(filled: Filled, indicator: Indicator) -> Node:
    """The rule score or its bounds, composed of the points and a gate."""
    line = filled.scores.of(indicator.code)[0]
    low, high = filled.scores.value("low", line), filled.scores.value("high", line)
    status = filled.scores.text("rule", line)
    figures = Figures(filled)
    children = [point_node(filled, indicator, number, figures) for number in range(1, len(indicator.points) + 1)]
    children += _sum(filled, indicator, [child.value for child in children], low)
    if indicator.gate:
        children.append(_gate(filled, indicator, indicator.gate, figures))
    text = UNSTATED if indicator.is_unstated else bounds_text(low, high)
    note = status if is_number(low) else ""
    return Node("rule_score", "规则分", text, low, note, filled.scores.cell("low", line), tuple(children))


def _sum(filled: Filled, indicator: Indicator, parts: list[Value], score: Value) -> Iterator[Node]:
    """How the points add up to a determined score, where nothing but the weight limits them."""
    numbers = [float(part) for part in parts if is_number(part)]
    is_shut = indicator.gate is not None and _gate_holds(filled, indicator, indicator.gate) is False
    is_whole = len(numbers) == len(parts) > 1 and filled.results[indicator.code].rule_status == DETERMINED
    if is_whole and not is_shut and is_number(score):
        yield Node("sum", "要点合计", _sum_words(numbers, float(score)))


def _sum_words(parts: Sequence[float], score: float) -> str:
    """How points add up: 1.00 + 0.00 + 1.00 = 2.00, or capped."""
    total = round_half_up(math.fsum(parts))
    text = " + ".join(points(part) for part in parts)
    if compare(total, score) == 0:
        return f"{text} = {points(score)}"
    return f"{text} = {as_text(total)}，以分值为限：{points(score)}"


def _gate_rows(filled: Filled, indicator: Indicator, gate: Gate) -> list[tuple[str, bool | None]]:
    facts = owner_facts(filled, rule_formulas.gate_owner(indicator.code))
    return [(check.text, check.holds) for check in checked(gate.conditions, facts)]


def _gate_holds(filled: Filled, indicator: Indicator, gate: Gate) -> bool | None:
    held = [holds for _, holds in _gate_rows(filled, indicator, gate)]
    return False if False in held else None if None in held else True


def _gate(filled: Filled, indicator: Indicator, gate: Gate, figures: Figures) -> Node:
    """A veto or a precondition, and what it does to the score."""
    holds = _gate_holds(filled, indicator, gate)
    otherwise = points(gate.otherwise)
    text = {True: "已过，按要点计分", False: f"没有过，规则分按 {otherwise} 计", None: "缺数据，不能判断"}[holds]
    children = [Node("detail", told_) for told_, _ in _gate_rows(filled, indicator, gate)]
    return Node("gate", "门槛", text, None, gate.text, "", (*children, *figures.nodes(ids_in(gate.conditions))))


def _alternative(filled: Filled, point: Point) -> Iterator[Node]:
    """The other measure that the standard allows, and which of both was carried out."""
    other = point.alternative
    if other is None:
        return
    chosen = "采用另一口径" if truth(filled.value(other.when)) else "采用通常的口径"
    cell = written(filled.names.place(other.when))
    text = f"{filled.label(other.when)}：{shown(filled.value(other.when))}"
    yield Node("measure", "另一口径", other.text, filled.value(other.when), f"{text}，{chosen}", cell)


def _differs(words: Told, low: Value, high: Value) -> str:
    """Says so where the cell holds another score than the rule gives: then its formula or the parameters were changed."""
    for expected, stands in ((words.low, low), (words.high, high)):
        if expected is None or (is_number(stands) and compare(expected, stands) == 0):
            continue
        return f"单元格里是 {points(stands)}，与规则算出的 {points(expected)} 不同，公式可能被改动，请核对"
    return ""


def _basis(filled: Filled, line: int) -> Iterator[Node]:
    """What was written beside a finding."""
    for column, label in (("basis", "核查依据"), ("problems", "问题编号"), ("evidence", "佐证")):
        if text := filled.points.text(column, line):
            yield Node(column, label, text, None, "", filled.points.cell(column, line))


def _namesake(filled: Filled, indicator: Indicator) -> Iterator[Node]:
    """A rate that has the indicator's name although its rule reads other figures: shown, since people look for it."""
    used = {name for point in indicator.points for name in point.rule.ids}
    for rate in filled.rates.values():
        if rate.label == indicator.name and rate.id not in used:
            cell = written(filled.names.place(rate.id))
            yield Node("rate", f"同名比率“{rate.label}”", rate_words(filled, rate), filled.value(rate.id),
                       "只供参考，规则没有用到", cell)  # fmt: skip


def _clause(filled: Filled, indicator: Indicator) -> Node:
    """The official wording, where it stands, and how its doubtful places are read."""
    source = indicator.source or filled.framework.source
    remarks = [
        source.clause if indicator.source else "",
        "" if source.is_verified or "未核对" in source.document else "未核对原文",
    ]
    children = [
        Node("description", "指标说明", indicator.description.strip()),
        Node("document", "出处", source.document, None, "；".join(remark for remark in remarks if remark)),
    ]
    children += [_reading(filled, indicator, reading) for reading in indicator.readings]
    count = f"有疑义 {len(indicator.readings)} 处，见读法" if indicator.readings else ""
    return Node("clause", "评分标准（原文）", indicator.standard.strip(), None, count, "", tuple(children))


def _reading(filled: Filled, indicator: Indicator, reading: Reading) -> Node:
    """A doubtful place: what it says, what is executed, what else it could mean and would give, and why."""
    others = {variant.text: variant.rule for variant in reading.variants}
    parts = [Node("literal", "有疑义的原文", reading.literal)]
    for text in reading.alternatives:
        note = ""
        weight = filled.results[indicator.code].weight
        if text in others and weight is not None:
            note = f"按此：{others[text].told(reading_facts(filled, weight)).sentence}"
        parts.append(Node("alternative", "未采用", text, None, note))
    parts.append(Node("why", "为什么", reading.why))
    return Node("reading", "读法", reading.executed, children=tuple(parts))


def _problems(filled: Filled, indicator: Indicator, result: IndicatorResult) -> Iterator[Node]:
    """The problems that the indicator, its points and its deductions refer to, in the order of the ledger."""
    codes = list(result.problems)
    for number in range(1, len(indicator.points) + 1):
        line = filled.points.first(indicator.point_code(number))
        codes += listed(filled.points.value("problems", line)) if line is not None else ()
    facts = facts_of(filled.ledger)
    known = [fact for fact in facts if fact in codes]
    found = [_problem(filled, fact, facts[fact]) for fact in known]
    missing = "不在问题台账里，请登记或改正编号"
    found += [Node("problem", code, missing) for code in dict.fromkeys(codes) if code not in facts]
    if found:
        yield Node("problems", "查出的问题", f"{len(found)} 个", children=tuple(found))


def _problem(filled: Filled, code: str, lines: Sequence[LedgerLine]) -> Node:
    line = next((line for line in lines if line.fact), lines[0])
    said = (
        ("凭证", line.voucher),
        ("金额", code_text(line.amount).strip()),
        ("违反", line.clause),
        ("出处", line.source),
    )
    remarks = [f"{label} {text}" for label, text in said if text]
    return Node("problem", code, line.fact, None, "；".join(remarks), written(line.place))


def _deductions(filled: Filled, code: str) -> Iterator[Node]:
    """The points taken off, each for a problem or a group of problems together."""
    lines = []
    for deduction in deductions_of(filled.ledger):
        if deduction.indicator == code:
            text = f"{points(deduction.points)} 分" + (
                f"　{'、'.join(deduction.problems)}" if deduction.problems else ""
            )
            cell = written(deduction.place)
            lines.append(Node("deduction", deduction.id, text, deduction.points, deduction.note, cell))
    if lines:
        check = filled.scores.text("check", filled.scores.of(code)[0])
        text = "与失分对不上，请核对" if check else "与失分相符"
        yield Node("deductions", "扣分明细", text, children=tuple(lines))
