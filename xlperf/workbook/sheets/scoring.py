"""指标评分: rule score, self score, award, review, the score that counts, and the reason where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.frameworks.schema import Framework
from xlperf.rules.conditions import meets
from xlperf.values import Value
from xlperf.workbook import appearance, rule_formulas
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Copy, Role
from xlperf.workbook.sheets import deduction_texts, ledger, points
from xlperf.workbook.waiting import TEXT_CHANGED, shown, shown_unless

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import Award
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    code=Column("编码", 6, is_centred=True),
    level=Column("一级指标", 10),
    group=Column("二级指标", 9),
    name=Column("三级指标", 14),
    weight=Column("分值", 7, "score", is_centred=True),
    standard=Column("评分标准（原文）", 46, is_named=False),
    shown_low=Column("规则分下限", 8, "score", is_centred=True, is_named=False),
    shown_high=Column("规则分上限", 8, "score", is_centred=True, is_named=False),
    rule=Column("规则结果", 8, "general", is_centred=True),
    self_score=Column("自评分", 8, "score", is_input=True, is_centred=True, filled_by=Role.UNIT),
    award=Column("评定分", 8, "score", is_input=True, is_centred=True, filled_by=Role.EVALUATOR),
    review=Column("复核分", 8, "score", is_input=True, is_centred=True, filled_by=Role.EVALUATOR),
    shown_score=Column("计入得分", 9, "score", is_centred=True, is_named=False),
    status=Column("认定情况", 10, "general", is_centred=True),
    reason=Column("理由", 38, is_input=True),
    reason_score=Column("理由对应的分", 12, "score", is_input=True, is_centred=True),
    evidence=Column("佐证", 18, is_input=True),
    check=Column("扣分核对", 8, "general", is_centred=True, filled_by=Role.SCORER),
    low=Column("规则分下限", 8, "score", is_hidden=True, shown_in="shown_low"),
    high=Column("规则分上限", 8, "score", is_hidden=True, shown_in="shown_high"),
    score=Column("计入得分", 9, "score", is_hidden=True, shown_in="shown_score"),
    problems=Column("问题编号", 13, "general", filled_by=Role.SCORER),
    deduction_note=Column("扣分说明", 76, "general", filled_by=Role.SCORER),
    draft=Column("理由草稿", 76, "general", filled_by=Role.SCORER),
    choice=Column("编码和名称", 9, is_hidden=True),
    confirmed=Column("确认过的原文", 14, is_hidden=True, is_named=False),
    changed=Column("原文核对", 9, "general", is_hidden=True),
    applicable=Column("适用", 9, is_input=True, is_centred=True),
    counted=Column("计入分值", 8, "score", is_centred=True),
)
# Only where indicators can be left out.
RESCALING = ("applicable", "counted")
FULL_SCORE = 100.0
NOT_APPLICABLE = "不适用"
# An award on missing data rests on nothing but what it cites.
NO_EVIDENCE = "缺佐证"
# A score below 0 or above the weight counts for nothing.
OUT_OF_RANGE = "超出范围"
# The reason was written for another score than the one that counts now.
OUTDATED = "理由过期"


def lay_out(plan: Plan) -> None:
    """Lays out the sheet; the points of each indicator stand in the working paper."""
    can_leave_out = plan.framework.can_leave_out
    sheet = plan.draw(SHEET.title, COLUMNS if can_leave_out else COLUMNS.without(*RESCALING))
    # On one page wide its type would be too small to read; but what only evaluators fill in is hidden in a unit's copy.
    if plan.copy is not Copy.UNIT or SHEET.role_of("reason", plan.framework) is Role.UNIT:
        sheet.print_in_two("rule")
    note = "规则分由底稿合成；评定分与确定的规则分不同、规则只给区间或缺数据时，必须写理由，否则没有计入得分；“理由对应的分”写理由是为哪个分写的，分改了理由就过期。"
    if plan.framework.evaluation == "self" and any(i.is_unstated for i in plan.indicators):
        note += f"评分标准{UNSTATED}的，自评满分不用写理由。"
    sheet.title(SHEET.title, plan.framework.worded(note))
    sheet.header()
    sheet.freeze("weight")
    first = sheet.row
    rows = {indicator.code: _line(sheet, plan, indicator) for indicator in plan.indicators}
    plan.rows[SHEET.title] = {code: range(row, row + 1) for code, row in rows.items()}
    last = sheet.row - 1
    sheet.name_columns("indicator", first, last)
    base = "base_total" if plan.framework.is_adjusted else "total_score"
    weight = _full(sheet, plan, first, last)
    total: dict[str, Value] = {"code": "合计", "weight": weight, "shown_score": Formula(shown(base))}
    if can_leave_out:
        total["counted"] = Formula(f"=SUM({sheet.span('counted', first, last)})")
    row = sheet.line(total, is_bold=True)
    if plan.framework.has_editable_weights:
        weight = sheet.at(row).weight
        sheet.colour(weight, f"ROUND({weight}-{plan.framework.weight:g},2)<>0", appearance.ALARM_FILL, appearance.ALARM)
    sheet.lock(row)
    # What follows from the ledger is printed there and in 评分表. The hidden columns are within: just outside, LibreOffice
    # would put a "###" that nobody sees into the text of the page.
    sheet.print_up_to("score")
    _colour(sheet, plan.framework, first, last)


def _line(sheet: Sheet, plan: Plan, indicator: Indicator) -> int:
    at, framework = sheet.at(), plan.framework
    lines = plan.rows[points.SHEET.title][indicator.code]
    given = plan.data.awards.get(indicator.code) if plan.data else None
    counted = at.counted if framework.can_leave_out else at.weight
    row = sheet.line(
        {
            "code": indicator.code,
            "level": indicator.level,
            "group": indicator.group,
            "name": indicator.name,
            "weight": _weight(plan, indicator),
            "standard": indicator.standard,
            "confirmed": indicator.standard,
            "changed": Formula(_changed(lines, at)),
            "low": _bound(indicator, "low", lines, at, is_editable=framework.has_editable_weights),
            "high": _bound(indicator, "high", lines, at, is_editable=framework.has_editable_weights),
            "rule": _rule_result(indicator, at),
            "score": Formula(_score(framework, indicator, at)),
            **_shown(indicator, at),
            "status": Formula(_status(framework, indicator, at)),
            **_given(given, framework),
            "problems": Formula(deduction_texts.problems(at)),
            "deduction_note": Formula(deduction_texts.note(plan.framework, indicator, counted, at)),
            "check": None if indicator.weight is None else Formula(deduction_texts.check(counted, at)),
            "draft": Formula(deduction_texts.draft(_typed(framework, at), at)),
            "choice": ledger.choice(indicator.code, indicator.name),
            **(_applicable(framework, given, at) if framework.can_leave_out else {}),
        },
    )
    sheet.link(row, "code", points.SHEET.title, points.SHEET.columns.at(lines.start).code)
    sheet.link(row, "problems", ledger.SHEET.title)
    if framework.has_editable_weights:
        sheet.unlock(row, "weight")
        sheet.name(rule_formulas.weight_name(indicator.code), "weight", row)
        message = f"可以改：大于 0 的分数，全部指标合计应为 {framework.weight:g}。"
        sheet.allow_number(at.weight, "0.01", f"{framework.weight:g}", f"{indicator.name[:27]}：分值", message)
    _allow(sheet, framework, indicator, row)
    return row


def _shown(indicator: Indicator, at: Cells) -> dict[str, Value]:
    """What people see of rule score and score."""
    columns = ("score",) if indicator.is_unstated else ("low", "high", "score")
    return {f"shown_{column}": Formula(shown_unless(at.changed, at[column])) for column in columns}


def _changed(lines: range, at: Cells) -> str:
    """Whether a text of the indicator, its standard or that of a point, is another one than was confirmed."""
    each = [points.is_confirmed(points.SHEET.at(line, "both")) for line in lines]
    return f'=IF(AND({points.is_confirmed(at, "standard")},{",".join(each)}),"","{TEXT_CHANGED}")'


def _weight(plan: Plan, indicator: Indicator) -> Value:
    """The weight; where it may be changed, that of the data file first."""
    changed = plan.data.weights if plan.data else {}
    return changed.get(indicator.code, shown_weight(indicator.weight))


def _given(given: Award | None, framework: Framework) -> dict[str, Value]:
    """What the data file says of an indicator."""
    if given is None:
        return {}
    return {
        "self_score": given.self_score,
        "award": given.award,
        "review": given.review,
        "reason": given.reason or None,
        "reason_score": reason_score(given, framework) if given.reason else None,
        "evidence": given.evidence or given.source,
    }


def _allow(sheet: Sheet, framework: Framework, indicator: Indicator, row: int) -> None:
    maximum = f"{maximum_score(framework, indicator):g}"
    unstated = f"分值{UNSTATED}；" if indicator.weight is None else ""
    message = f"{unstated}填 0 到 {maximum} 之间的分数。"
    if framework.has_editable_weights:
        maximum, message = sheet.at(row, "column").weight, "填 0 到分值之间的分数。"
    sheet.allow_number(sheet.span("self_score", row, row, to="review"), "0", maximum, indicator.name[:30], message)
    message = "理由是为哪个分写的；分改了，理由要重写，这里也改。"
    sheet.allow_number(sheet.at(row).reason_score, "0", maximum, indicator.name[:30], message)
    if indicator.can_be_left_out:
        sheet.allow_list(sheet.at(row).applicable, ("适用", NOT_APPLICABLE), indicator.name[:30])
    elif framework.can_leave_out:
        sheet.lock(row, "applicable")


def _applicable(framework: Framework, given: Award | None, at: Cells) -> dict[str, Value]:
    """Whether the indicator applies, and the weight that counts: 0 where it is left out."""
    left_out = f'{at.applicable}="{NOT_APPLICABLE}"'
    if framework.missing == "rescale":
        left_out = f"OR({left_out},{_is_missing(framework, at)})"
    is_left_out = given is not None and not given.is_applicable
    counted = Formula(f"=IF({left_out},0,{at.weight})")
    return {"applicable": NOT_APPLICABLE if is_left_out else None, "counted": counted}


def _is_missing(framework: Framework, at: Cells) -> str:
    """Whether the framework's policy for missing data applies: no rule score, and nobody scored it."""
    return f"AND(ISNA({at.low}),COUNTA({_scores(framework, at)})=0)"


def _scores(framework: Framework, at: Cells) -> str:
    """The scores that count when typed; in a self-evaluation also the self score."""
    return f"{at.self_score if framework.evaluation == 'self' else at.award}:{at.review}"


def _typed(framework: Framework, at: Cells) -> str:
    """The score that was typed and counts: review, award, in a self-evaluation the self score; empty where none was."""
    last_resort = f'IF({at.self_score}<>"",{at.self_score},"")' if framework.evaluation == "self" else '""'
    return f'IF({at.review}<>"",{at.review},IF({at.award}<>"",{at.award},{last_resort}))'


def _is_outdated(framework: Framework, at: Cells) -> str:
    """Whether the reason was written for another score. A workbook can't remember; so the score stands beside the reason."""
    return f'IF({at.reason_score}="",FALSE,{at.reason_score}<>{_typed(framework, at)})'


def _score(framework: Framework, indicator: Indicator, at: Cells) -> str:
    """The score that counts: review, award, in a self-evaluation the self score, else the rule score."""
    typed = _typed(framework, at)
    reason = f'IF({_is_outdated(framework, at)},"",{at.reason}&"")'
    score = f"PERF_AWARD({at.low},{at.high},{typed},{reason})"
    if framework.evaluation == "self" and indicator.is_unstated and indicator.weight is not None:
        # Full marks depart from nothing where no rule is stated.
        score = f"IF(AND(ISNUMBER({typed}),{typed}={at.weight}),{at.weight},{score})"
    if framework.missing != "error":
        score = f"IF({_is_missing(framework, at)},0,{score})"
    score = f"IF({_is_out_of_range(framework, at)},NA(),{score})"
    if indicator.not_applicable == "rescale":
        score = f'IF({at.applicable}="{NOT_APPLICABLE}",PERF_AWARD("","",0,{at.reason}),{score})'
    elif indicator.can_be_left_out:
        score = f'IF({at.applicable}="{NOT_APPLICABLE}",0,{score})'
    return f'=IF({at.changed}="",{score},NA())'


def _is_out_of_range(framework: Framework, at: Cells) -> str:
    """Whether a score that counts is below 0 or above the weight."""
    given = _scores(framework, at)
    return f"OR(MIN({given})<0,MAX({given})>{at.weight})"


def _full(sheet: Sheet, plan: Plan, first: int, last: int) -> Value:
    weights = [indicator.weight for indicator in plan.indicators]
    return UNSTATED if None in weights else Formula(f"=SUM({sheet.span('weight', first, last)})")


def reason_score(given: Award, framework: Framework) -> float | None:
    """The score for which a data file's reason was written: the one that counts."""
    self_score = given.self_score if framework.evaluation == "self" else None
    return next((score for score in (given.review, given.award, self_score) if score is not None), None)


def maximum_score(framework: Framework, indicator: Indicator) -> float:
    """The highest score that may be typed for an indicator (points): its weight; the full score where that is not fixed."""
    if framework.has_editable_weights:
        return framework.weight or FULL_SCORE
    return FULL_SCORE if indicator.weight is None else indicator.weight


def _bound(indicator: Indicator, bound: str, lines: range, at: Cells, *, is_editable: bool) -> Value:
    """The rule score from the points; none where the standard is not stated."""
    if indicator.is_unstated:
        return None
    if indicator.weight == 0 and not is_editable:
        # Printed without a weight (“/”): nothing that is missing there may hold up the total.
        return 0
    found = points.SHEET.span(bound, lines.start, lines.stop - 1, pin="both")
    score = f"PERF_SCORE_PARTS({found},{at.weight})"
    if indicator.gate:
        passed = meets(rule_formulas.gate_owner(indicator.code))
        score = f"PERF_SCORE_GATE({score},{passed},{indicator.gate.otherwise:g})"
    return Formula(f'=IF({at.changed}="",{score},NA())')


def _rule_result(indicator: Indicator, at: Cells) -> Value:
    if indicator.is_unstated:
        return UNSTATED
    known = '"判断"' if indicator.is_judgement else f'IF({at.low}={at.high},"确定","区间")'
    failed = f'IF(ERROR.TYPE({at.low})=2,"分母为零","出错")'
    result = f'IF(ISNA({at.low}),"缺数据",IF(ISERROR({at.low}),{failed},{known}))'
    return Formula(f'=IF({at.changed}="",{result},{at.changed})')


def _status(framework: Framework, indicator: Indicator, at: Cells) -> str:
    """What became of the rule score: kept, changed within its bounds, departed from, left out, or still open."""
    given = _scores(framework, at)
    is_open = f"COUNTA({given})=0"
    is_within = f"AND({at.score}>={at.low},{at.score}<={at.high})"
    rests = f'IF(AND({at.rule}="缺数据",{at.problems}="",{at.evidence}=""),"{NO_EVIDENCE}",{at.rule}&"认定")'
    judged = f'IF({at.rule}="区间",IF({is_within},"区间内认定","改判"),{rests})'
    settled = f'IF({at.rule}="确定",IF({at.score}={at.low},"与规则一致","改判"),{judged})'
    if indicator.is_unstated:
        settled = f'IF(COUNTA({at.award}:{at.review})=0,"按自评","{UNSTATED}认定")'
    pending = UNSTATED if indicator.is_unstated else "待评定"
    is_wrong = f'OR({at.rule}="出错",COUNTA({given})>COUNT({given}))'
    outdated = f'IF({_is_outdated(framework, at)},"{OUTDATED}","数据有误")'
    unreasoned = f'IF({at.reason}="","缺理由",{outdated})'
    failed = f'IF({is_wrong},"数据有误",IF({is_open},"{pending}",{unreasoned}))'
    status = f'IF(ISERROR({at.score}),{failed},IF({is_open},"按规则",{settled}))'
    status = f'IF({_is_out_of_range(framework, at)},"{OUT_OF_RANGE}",{status})'
    if framework.missing != "error":
        left = "缺数据计0分" if framework.missing == "zero" else "缺数据剔除"
        status = f'IF({_is_missing(framework, at)},"{left}",{status})'
    if indicator.can_be_left_out:
        left_out = f'IF(ISERROR({at.score}),"缺理由","{NOT_APPLICABLE}")'
        status = f'IF({at.applicable}="{NOT_APPLICABLE}",{left_out},{status})'
    return f'=IF({at.changed}="",{status},{at.changed})'


def _colour(sheet: Sheet, framework: Framework, first: int, last: int) -> None:
    at, pinned = sheet.at(first), sheet.at(first, "column")
    status = sheet.span("status", first, last)
    for text, fill, ink in (
        ("改判", appearance.WARNING_FILL, appearance.INK),
        ("缺理由", appearance.ALARM_FILL, appearance.ALARM),
        (NO_EVIDENCE, appearance.ALARM_FILL, appearance.ALARM),
        (OUTDATED, appearance.ALARM_FILL, appearance.ALARM),
        (OUT_OF_RANGE, appearance.ALARM_FILL, appearance.ALARM),
        ("数据有误", appearance.ALARM_FILL, appearance.ALARM),
        (TEXT_CHANGED, appearance.ALARM_FILL, appearance.ALARM),
        ("待评定", appearance.WARNING_FILL, appearance.INK),
    ):
        sheet.colour(status, f'{pinned.status}="{text}"', fill, ink)
    bounds = sheet.span("shown_low", first, last, to="shown_high")
    sheet.colour(bounds, f"ISERROR({at.low})", appearance.WARNING_FILL)
    score = at.self_score
    wrong = f'AND({score}<>"",OR(NOT(ISNUMBER({score})),N({score})<0,N({score})>{pinned.weight}))'
    sheet.colour(sheet.span("self_score", first, last, to="review"), wrong, appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(sheet.span("check", first, last), f'{pinned.check}<>""', appearance.WARNING_FILL)
    reasons = sheet.span("reason", first, last, to="reason_score")
    sheet.colour(reasons, _is_outdated(framework, pinned), appearance.ALARM_FILL, appearance.ALARM)
    unbound = f'AND({at.reason}<>"",{at.reason_score}="")'
    sheet.colour(sheet.span("reason_score", first, last), unbound, appearance.WARNING_FILL)


SHEET: SheetDeclaration = SheetDeclaration("指标评分", "规则分、评定分、计入得分、理由", COLUMNS, lay_out, Role.SCORER)
