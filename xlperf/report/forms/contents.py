"""What a filled workbook says under each mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlperf.escaping import excerpt
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.result import IndicatorResult
from xlperf.report.document.subject import Line as Cells
from xlperf.report.document.subject import Subject, listing, said
from xlperf.report.forms.declarations import Form
from xlperf.report.forms.marks import AMOUNTS, SOURCES, Content, Contents, Line
from xlperf.report.forms.targets import Targets, goal_target
from xlperf.values import Value, compare, is_number, round_half_up
from xlperf.wording import shown
from xlperf.workbook.tables import budget, fund_sources, goals, key_tasks, monitoring, projects

EXECUTION = "执行率"
DEPARTMENT_SPENDING = "spending_year"
_TEXTS = {
    "年度目标": "goal",
    "主要绩效": "achievements",
    "项目概况": "project",
    "部门职能": "duties",
    "机构设置": "organisation",
    "依据文件": "grounds",
    "下一步计划": "plan",
    "主管部门": "authority",
    "项目负责人": "person",
    "项目属性": "attribute",
    "项目起止时间": "period",
}
# What tells the figures of a project's money apart, by the ends of their labels.
_MONEY = {label: column for label, column in AMOUNTS.items() if label != EXECUTION}


def contents(filled: Filled, form: Form | None = None) -> Contents:
    """Everything that marks can stand for; `form`: the one whose thresholds warnings follow."""
    subject, score = Subject(filled), _Scores(filled)
    targets = Targets(subject)
    execution = _execution(subject)
    lines = [(indicator, _indicator(subject, targets, score, indicator)) for indicator in subject.in_order()]
    money = _money(subject)
    if execution is not None:
        own = dict(lines)[execution]
        money |= {"分值": own["分值"], "得分": own["得分"], "偏差原因": own["偏差原因"]}
    single = _single(subject, score, money) | {f"资金.{name}": value for name, value in money.items()}
    single |= dict(_sources(subject))
    lists: dict[str, Sequence[Line]] = {
        "一级指标": list(_levels(subject, score)),
        "指标": [line for _, line in lines],
        "绩效指标": [line for indicator, line in lines if indicator is not execution],
        **_tables(subject, form),
    }
    return Contents(single, lists, tuple(_remarks(filled, form, targets)))


def _remarks(filled: Filled, form: Form | None, targets: Targets) -> Iterator[str]:
    if form is not None and form.subject not in ("", filled.framework.subject):
        yield f"“{form.label}”用于{form.subject}，这份工作簿是{filled.framework.subject}"
    elif form is not None and form.subject == "项目支出":
        for name in targets.unused_names():
            yield f"“{goals.TABLE.sheet}”表的“{excerpt(name)}”没有同名的指标，表里没有它的目标值和完成值"


class _Scores:
    """The unit's own scores beside those of a review."""

    def __init__(self, filled: Filled) -> None:
        self.result = filled.result
        self.is_self = filled.framework.evaluation == "self"
        self.is_reviewed = any(indicator.review is not None for indicator in self.result.indicators)

    def own(self, indicator: IndicatorResult) -> float | None:
        """What the unit gives itself: in a self-evaluation what was awarded, or else what the rule gives."""
        if indicator.self_score is not None or not self.is_self:
            return indicator.self_score
        if indicator.award is not None:
            return indicator.award
        return indicator.score if indicator.review is None else indicator.rule_score

    def reviewed(self, indicator: IndicatorResult) -> float | None:
        """What a review of the self-evaluation, or an evaluation by others, gives."""
        return indicator.review if self.is_self else indicator.score

    def own_total(self) -> float | None:
        """The unit's own total; None while one of its scores is lacking."""
        if self.is_self and not self.is_reviewed:
            return self.result.total
        return total(self.own(indicator) for indicator in self.result.indicators)

    def reviewed_total(self) -> float | None:
        """The total of the review or the evaluation."""
        return self.result.total if not self.is_self or self.is_reviewed else None


def total(points: Iterator[float | None]) -> float | None:
    """Points added up; None where one is lacking."""
    found = list(points)
    known = [value for value in found if value is not None]
    return round_half_up(sum(known)) if known and len(known) == len(found) else None


def _execution(subject: Subject) -> IndicatorResult | None:
    """The indicator that self-evaluation forms of projects print beside the money: first level and indicator say 执行率."""
    if not (subject.framework.is_of_project and subject.is_self):
        return None
    return next((i for i in subject.in_order() if EXECUTION in i.level1 and EXECUTION in i.name), None)


def _indicator(subject: Subject, targets: Targets, score: _Scores, result: IndicatorResult) -> dict[str, Content]:
    indicator = subject.filled.indicators[result.code]
    reached, own = targets.of(indicator), score.own(result)
    is_lower = own is not None and result.weight is not None and compare(own, result.weight) < 0
    reasons = [said(result.reason)] if result.reason else subject.facts(indicator)
    reason = "；".join(text.rstrip("。；") for text in reasons if text) or reached.note
    return {
        "编码": Content(result.code),
        "一级指标": Content(result.level1),
        "二级指标": Content(result.level2),
        "三级指标": Content(result.name),
        "年度指标值": reached.target,
        "指标性质": Content(reached.nature),
        "指标值": Content(reached.number),
        "度量单位": Content(reached.unit),
        "实际完成值": reached.actual,
        "分值": Content(result.weight, "general"),
        "得分": Content(own, "score"),
        "自评分": Content(own, "score"),
        "复核分": Content(score.reviewed(result), "score"),
        "偏差原因": Content(reason if is_lower else ""),
        "评分标准": Content(indicator.standard),
    }


def _levels(subject: Subject, score: _Scores) -> Iterator[Line]:
    for level in subject.framework.levels:
        results = [result for result in subject.in_order() if result.level1 == level.name]
        yield {
            "名称": Content(level.name),
            "分值": Content(total(result.weight for result in results), "general"),
            "自评分": Content(total(map(score.own, results)), "score"),
            "复核分": Content(total(map(score.reviewed, results)), "score"),
        }


def _project(subject: Subject) -> Cells:
    """The line of the project that is evaluated; nothing where no line, or more than one, is called so."""
    named = [line for line in subject.lines(projects.TABLE) if said(line.get("name")) == said(subject.result.project)]
    return named[0] if len(named) == 1 and subject.result.project else {}


def _money(subject: Subject) -> dict[str, Content]:
    """The money of the project, as its own figures say or else the table of projects; or of the whole department."""
    if subject.framework.is_of_project:
        line = _project(subject)
        total = subject.fixed(fund_sources.TABLE).get("funds_total", {})
        figures = {name: _figure(subject, name, line.get(column, total.get(column))) for name, column in _MONEY.items()}
    else:
        line = subject.fixed(budget.TABLE).get(DEPARTMENT_SPENDING, {})
        columns = ("used_initial", "used_adjusted", "final")
        figures = {name: line.get(column) for name, column in zip(_MONEY, columns, strict=True)}
    return _amounts(figures)


def _amounts(figures: Mapping[str, Value]) -> dict[str, Content]:
    """Budget and spending with the rate of execution, where both are there."""
    planned, spent = figures["全年预算数"], figures["全年执行数"]
    rate: Value = None
    if is_number(planned) and is_number(spent) and planned:
        rate = round_half_up(spent / planned, 6)
    return {name: Content(value, "money") for name, value in figures.items()} | {EXECUTION: Content(rate, "rate")}


def _sources(subject: Subject) -> Iterator[tuple[str, Content]]:
    """The money by where it comes from; several lines together where one of them has an amount."""
    lines = subject.fixed(fund_sources.TABLE)
    for source, codes in SOURCES.items():
        figures: dict[str, Value] = {}
        for label, column in _MONEY.items():
            found = [float(v) for code in codes if is_number(v := lines.get(code, {}).get(column))]
            figures[label] = round_half_up(sum(found), 6) if found else None
        for label, content in _amounts(figures).items():
            yield f"{source}.{label}", content


def _figure(subject: Subject, label: str, otherwise: Value) -> Value:
    """The only amount of the framework that has this label, as it counts."""
    found = [item.id for item in subject.framework.inputs if item.type == "money" and item.label == label]
    value = subject.filled.value(found[0]) if len(found) == 1 else None
    return value if is_number(value) else otherwise


def _single(subject: Subject, score: _Scores, money: Line) -> dict[str, Content]:
    names, result = subject.filled.names, subject.result
    own = score.own_total()
    problems = subject.problems.values()
    own_grade = result.grade if score.is_self and not score.is_reviewed else None
    texts = {mark: Content("\n".join(subject.text(code))) for mark, code in _TEXTS.items()}
    return texts | {
        "单位名称": Content(result.unit),
        "单位编码": Content(said(names.value("unit_code"))),
        "项目名称": Content(result.project),
        "项目编码": Content(said(_project(subject).get("code"))),
        "评价年度": Content(None if result.year is None else str(result.year)),
        "评价机构": Content(subject.evaluator),
        "金额单位": Content(subject.money_unit),
        "总分值": Content(total(indicator.weight for indicator in result.indicators), "general"),
        "总分": Content(own, "score"),
        "等级": Content(own_grade),
        "复核总分": Content(score.reviewed_total(), "score"),
        "评价结论": Content(_conclusion(own, own_grade, money[EXECUTION])),
        "存在问题": Content(_list([said(problem.fact) for problem in problems])),
        "改进措施": Content(_list([said(problem.suggestion) for problem in problems])),
    }


def _list(texts: list[str]) -> str:
    found = list(dict.fromkeys(text for text in texts if text))
    return listing(found) if found else ""


def _conclusion(own: float | None, grade: str | None, execution: Content) -> str:
    """One sentence of figures alone; what they mean a person writes."""
    said_parts = [f"自评得分 {shown(own, 'score')} 分"] if own is not None else []
    said_parts += [f"等级为“{grade}”"] if grade else []
    said_parts += [f"预算执行率 {execution.text}"] if execution.text else []
    return f"{'，'.join(said_parts)}。" if said_parts else ""


def _tables(subject: Subject, form: Form | None) -> dict[str, list[Line]]:
    return {
        "目标": [
            _texts(line, 类别="kind", 指标="name", 实际完成值="actual", 状态="status", 说明="note")
            | {"年度指标值": Content(goal_target(line))}
            for line in subject.lines(goals.TABLE)
        ],
        "项目": [_of_project(line) for line in subject.lines(projects.TABLE)],
        "任务": [
            _texts(line, 工作任务="name", 内容或目标="target", 完成情况="result", 状态="status")
            for line in subject.lines(key_tasks.TABLE)
        ],
        "监控": [_checkpoint(line, form) for line in subject.lines(monitoring.TABLE)],
    }


def _texts(line: Cells, **columns: str) -> dict[str, Content]:
    return {mark: Content(said(line.get(column))) for mark, column in columns.items()}


def _of_project(line: Cells) -> Line:
    money = {name: Content(line.get(column), "money") for name, column in _MONEY.items()}
    rates = {"执行率": Content(line.get("execution"), "rate"), "自评得分": Content(line.get("self_score"), "score")}
    return _texts(line, 项目名称="name", 项目编码="code") | money | rates


def _checkpoint(line: Cells, form: Form | None) -> Line:
    texts = _texts(
        line,
        监控时点="checkpoint",
        项目或目标="item",
        目标完成情况="done",
        是否偏离="is_on_track",
        偏差原因="cause",
        纠偏措施="measure",
    )
    rates = {"预期进度": Content(line.get("planned"), "rate"), "支出进度": Content(line.get("spent"), "rate")}
    return texts | rates | {"预警": Content("；".join(_warnings(line, form)))}


def _warnings(line: Cells, form: Form | None) -> Iterator[str]:
    """What passes a threshold that the bureau has set; nothing where it has set none."""
    spent, planned = line.get("spent"), line.get("planned")
    if form is None or not is_number(spent):
        return
    for threshold in form.thresholds:
        is_there = threshold.checkpoint == said(line.get("checkpoint"))
        if is_there and compare(spent, threshold.execution) < 0:
            yield f"执行进度低于 {shown(threshold.execution, 'rate')}"
    if form.gap is not None and is_number(planned) and compare(abs(spent - planned), form.gap) > 0:
        yield f"与预期进度相差 {shown(abs(spent - planned), 'rate')}"
