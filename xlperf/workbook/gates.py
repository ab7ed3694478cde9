"""The two gates: what must hold before a workbook is handed in (可提交), and before its result may be used (可出结果).

Each condition is declared once: how many places fail it (a formula over names), what that is called, where to look and what
is said. The cover makes its counters and its two lines of this list; `findings.gates` reads the counters and says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlperf.frameworks.plausibility import CONFIRMED, IMPOSSIBLE, MISTYPED
from xlperf.frameworks.schema import Framework
from xlperf.workbook.gate_condition import RESULT, SUBMISSION, Condition, First
from xlperf.workbook.sheets import checks, figures, ledger, points, scoring, summary
from xlperf.workbook.sheets.imports import DOUBTS
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.tables import budget
from xlperf.workbook.tables.all_tables import ALL_TABLES, uses_official_tables
from xlperf.workbook.tables.table import IMPLAUSIBLE
from xlperf.workbook.waiting import TEXT_CHANGED

UNTOUCHED = "尚未填报"
PASSED = {SUBMISSION: "可提交", RESULT: "可出结果"}
FAILED = {SUBMISSION: "不可提交", RESULT: "不可出结果"}
# The cells of the cover that state the two gates; the counters behind them are `gate_` and the condition's id.
STATUS = {SUBMISSION: "submission_status", RESULT: "result_status"}
TYPED = "gate_typed"
# What is said of a result that rests too much on missing data; rankings list it apart.
INSUFFICIENT = "结论依据不足"
# What is written as a cause, a reason: more than a word or two.
WORDS = "???*"


def _of(column: str, text: str) -> str:
    return f'COUNTIF({column},"{text}")'


def _without(column: str, text: str, other: str, words: str = "?*") -> str:
    """How many lines have a text in one column and lack what another one should say."""
    return f'COUNTIF({column},"{text}")-COUNTIFS({column},"{text}",{other},"{words}")'


def _unit_doubts() -> str:
    units = [f'(import{spec.number}_unit<>"")' for spec in IMPORTS]
    return "+".join([*units, _of(budget.TABLE.column_name("check"), budget.UNIT_DOUBT)])


def _doubtful_pastes() -> str:
    return "+".join(f'COUNTIF(import{spec.number}_status,"{word}*")' for spec in IMPORTS for word in DOUBTS)


def _doubtful_tables() -> str:
    return "+".join(f'COUNTIF({table.doubts_name},"*{IMPLAUSIBLE}*")' for table in ALL_TABLES if table.limited)


def _out_of_range(framework: Framework) -> str:
    """How many scores aren't between 0 and the most there can be; where a weight isn't stated, its cell holds a text, and
    which of two texts is greater depends on the machine.
    """
    columns = (f"indicator_{column}" for column in ("self_score", "award", "review"))
    highest = "indicator_weight"
    if any(indicator.weight is None for indicator in framework.indicators) and not framework.has_editable_weights:
        most = [f"{scoring.maximum_score(framework, indicator):g}" for indicator in framework.indicators]
        highest = most[0] if len({*most}) == 1 else f"{{{';'.join(most)}}}"
    return "+".join(f"SUMPRODUCT(({column}>{highest})+({column}<0))" for column in columns)


def _figure(text: str) -> First:
    return First("figure_status", text, "figure_label")


def _score(text: str) -> First:
    return First("indicator_status", text, "indicator_name")


_UNIT_BLANK = 'IF(unit_name="",1,0)+IF(ISNUMBER(evaluation_year),0,1)+IF(COUNTIF(money_unit,"元")+COUNTIF(money_unit,"万元")=1,0,1)'
_TEXT_CHANGED = Condition(
    "text_changed", "标准文字已改（项）", _of("indicator_changed", TEXT_CHANGED), scoring.SHEET.title, "“指标评分”有 {n} 项的标准文字已改，未确认",
    "评分标准、要点原文与确认过的有字不同；改回去，或用 xlperf frameworks confirm 确认", (SUBMISSION, RESULT),
    first=First("indicator_changed", TEXT_CHANGED, "indicator_name"), codes=("standard_text_changed",),
)  # fmt: skip
# In the order in which they are told.
_CONDITIONS = (
    Condition(
        "unit",
        "封面未填（项）",
        _UNIT_BLANK,
        "封面与说明",
        "本页的单位名称、评价年度、金额单位有 {n} 项没有填",
        "单位名称、评价年度、金额单位必须填",
        (SUBMISSION,),
    ),
    Condition(
        "missing",
        "缺数据（项）",
        _of("figure_status", "缺数据"),
        figures.SHEET.title,
        "“指标数据”有 {n} 项缺数据",
        "“指标数据”中没有填数的数据项",
    ),
    Condition(
        "unexplained",
        "缺数据没有说明（项）",
        _without("figure_status", "缺数据", "figure_note", WORDS),
        figures.SHEET.title,
        "“指标数据”有 {n} 项缺数据，“备注”没有写明原因",
        "缺数据的，在“指标数据”的“备注”写明为什么没有（三个字以上）",
        (SUBMISSION,),
        near=_figure("缺数据"),
    ),
    Condition(
        "wrong_type",
        "类型不对（项）",
        _of("figure_status", "应为*"),
        figures.SHEET.title,
        "“指标数据”有 {n} 项类型不对",
        "“指标数据”中该填数字却填了文字等",
        (SUBMISSION,),
        first=_figure("应为*"),
        codes=("input_wrong_type",),
    ),
    Condition(
        "implausible",
        "不合理的数（项）",
        _of("figure_status", IMPOSSIBLE),
        figures.SHEET.title,
        "“指标数据”有 {n} 项不合理（负数、超过上限、部分大于总数）",
        "“指标数据”中的负数、超过 100% 的比率、大于总数的部分数",
        (SUBMISSION,),
        first=_figure(IMPOSSIBLE),
        codes=("value_implausible",),
    ),
    Condition(
        "mistyped",
        "疑似录错的数（项）",
        _of("figure_status", MISTYPED),
        figures.SHEET.title,
        "“指标数据”有 {n} 项疑似录错（百分数、元和万元）",
        f"漏了百分号的比率；与同类金额差百倍以上的金额，确属实情的在“备注”写“{CONFIRMED}”和原因",
        (SUBMISSION,),
        first=_figure(MISTYPED),
        codes=("value_mistyped",),
    ),
    Condition(
        "tables",
        "有不合理的数的表（张）",
        _doubtful_tables(),
        budget.TABLE.sheet,
        "有 {n} 张表里有不合理的数（看各表的第 2 行和标红的格）",
        "“资产”“项目支出明细”等表里的负数、超过上限或大于总数的数，已标红",
        (SUBMISSION,),
        codes=("table_value_implausible",),
    ),
    Condition(
        "exclusion",
        "除外缺说明（项）",
        _of("figure_status", "缺说明"),
        figures.SHEET.title,
        "“指标数据”有 {n} 项除外没有写说明",
        "从比率中除外的数，要在“备注”写明理由",
        (SUBMISSION,),
        first=_figure("缺说明"),
        codes=("exclusion_without_reason",),
    ),
    Condition(
        "money_unit",
        "金额单位不符（处）",
        _unit_doubts(),
        budget.TABLE.sheet,
        "有 {n} 处金额单位不符（粘贴的官方表，或“收支预决算总表”的核对）",
        "官方表注明的单位与本工作簿不同，或取得的数与手填数、预算数差千倍以上",
        (SUBMISSION,),
        codes=("money_unit_differs",),
    ),
    Condition(
        "pastes",
        "粘贴的表有疑（张）",
        _doubtful_pastes(),
        IMPORTS[0].sheet,
        "粘贴的官方表有 {n} 张认不出、不是本单位的、有文字数或没有注明金额单位（看各粘贴表的第 1 行）",
        "表1～表9、预算1～预算4 的第 1 行写着哪一张、怎样改",
        (SUBMISSION,),
        codes=("paste_not_recognised", "paste_of_other_unit", "paste_has_texts", "paste_without_unit"),
    ),
    Condition(
        "relations",
        "勾稽错误（项）",
        _of("check_severity", "错误"),
        checks.SHEET.title,
        "“勾稽校验”有 {n} 项错误",
        "“勾稽校验”中级别为错误的关系",
        (SUBMISSION,),
        first=First("check_severity", "错误", "check_statement"),
        codes=("relation_",),
    ),
    Condition(
        "figures_differ",
        "两数不一（项）",
        _of("figure_status", "两数不一"),
        figures.SHEET.title,
        "“指标数据”有 {n} 项与他表不等",
        "“指标数据”中填报数与他表不等的数据项",
    ),
    _TEXT_CHANGED,
    Condition(
        "unreasoned",
        "缺理由（项）",
        _of("indicator_status", "缺理由"),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项评定分没有写理由",
        "评定分需要理由而没有写的指标",
        (SUBMISSION, RESULT),
        first=_score("缺理由"),
        codes=("award_without_reason",),
    ),
    Condition(
        "outdated",
        "理由过期（项）",
        _of("indicator_status", scoring.OUTDATED),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项评定分改过，理由还是为原来的分写的",
        "分改了，理由要重写，“理由对应的分”写现在的分",
        (SUBMISSION, RESULT),
        first=_score(scoring.OUTDATED),
        codes=("reason_outdated",),
    ),
    Condition(
        "unbound",
        "理由没有写对应的分（项）",
        'COUNTIF(indicator_reason,"?*")-COUNTIFS(indicator_reason,"?*",indicator_reason_score,">=0")',
        scoring.SHEET.title,
        "“指标评分”有 {n} 项理由没有写“理由对应的分”",
        "写了它，分再改时理由过期看得出来",
    ),
    Condition(
        "range",
        "分数超出范围（处）",
        "",
        scoring.SHEET.title,
        "“指标评分”有 {n} 个分数小于 0 或超过分值",
        "自评分、评定分、复核分应在 0 到分值之间",
        (RESULT,),
        by_scorer=True,
        codes=("score_out_of_range",),
    ),
    Condition(
        "wrong_data",
        "数据有误（项）",
        _of("indicator_status", "数据有误"),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项数据有误",
        "所用数据有误，得分算不出的指标",
        (RESULT,),
        by_scorer=True,
        first=_score("数据有误"),
        codes=("score_unavailable",),
    ),
    Condition(
        "pending",
        "待评定（项）",
        _of("indicator_status", "待评定"),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项待评定",
        "规则分不确定、又没有评定分的指标",
        (RESULT,),
        by_scorer=True,
        first=_score("待评定"),
        touches_score=False,
    ),
    Condition(
        "departures",
        "改判缺佐证（项）",
        _without("indicator_status", "改判", "indicator_evidence"),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项改判没有写佐证",
        "改判的指标，要写佐证（报告出处、文件或凭证号）",
        (RESULT,),
        codes=("departure_without_evidence",),
    ),
    Condition(
        "evidence",
        "缺佐证（项）",
        _of("indicator_status", scoring.NO_EVIDENCE),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项缺数据的评定没有佐证",
        "缺数据而评定的指标，要写佐证索引里的佐证号，或问题台账里的问题编号",
        (RESULT,),
        first=_score(scoring.NO_EVIDENCE),
        codes=("award_on_missing_without_evidence",),
    ),
    Condition(
        "ledger",
        "问题台账填错（行）",
        _of("problem_status", f"{ledger.WRONG}*"),
        ledger.SHEET.title,
        "“问题台账”有 {n} 行填错（看“核对”列）",
        "指标、事实号、扣分组、扣分填错的行，“核对”列写着怎样改",
        (RESULT,),
        first=First("problem_status", f"{ledger.WRONG}*", "problem_id"),
        touches_score=False,
        codes=("ledger_line_wrong",),
    ),
    Condition(
        "citations",
        "问题编号查无此号（处）",
        _of("point_cited", points.UNKNOWN),
        points.SHEET.title,
        "“要点评分底稿”有 {n} 处问题编号不在问题台账里",
        "引用的问题编号应是问题台账里写了事实的",
        (RESULT,),
        first=First("point_cited", points.UNKNOWN, "point_code"),
        touches_score=False,
        codes=("problem_unknown",),
    ),
    Condition(
        "deductions",
        "扣分对不上（项）",
        _of("indicator_check", "对不上"),
        scoring.SHEET.title,
        "“指标评分”有 {n} 项扣分对不上",
        "分值减得分与“问题台账”的扣分不等的指标",
        (RESULT,),
        first=First("indicator_check", "对不上", "indicator_name"),
        touches_score=False,
    ),
)
# What only pasted tables can fail.
_OF_PASTES = ("money_unit", "pastes")
_TOTAL = Condition(
    "total", "总分算不出（处）", "IF(ISNUMBER(total_score),0,1)", summary.SHEET.title, "总分算不出（{n} 处）",
    "有指标没有得分，或数据有误", (RESULT,), touches_score=False,
)  # fmt: skip


def conditions(framework: Framework) -> Iterator[Condition]:
    """The conditions of a framework's workbook, in the order in which they are told."""
    if not framework.is_for_any_year:
        yield Condition(
            "year",
            "评价年度与指标体系不同（处）",
            f"IF(ISNUMBER(evaluation_year),IF(evaluation_year={framework.year},0,1),0)",
            "封面与说明",
            f"评价年度不是指标体系的 {framework.year} 年（{{n}} 处）",
            f"指标体系是 {framework.year} 年的；评价年度不同的，请核对封面的年度，或换用当年的指标体系",
        )
    if framework.has_editable_weights:
        yield Condition(
            "weights",
            "分值合计不符（处）",
            f"IF(ROUND(SUM(indicator_weight)-{framework.weight:g},2)=0,0,1)",
            scoring.SHEET.title,
            f"各指标的分值合计不是 {framework.weight:g}（{{n}} 处）",
            f"“指标评分”各指标的分值可以改，合计应为 {framework.weight:g}",
            (RESULT,),
            codes=("weights_sum",),
        )
    left_out = () if uses_official_tables(framework) else _OF_PASTES
    for condition in (each for each in _CONDITIONS if each.id not in left_out):
        reason = framework.worded(condition.reason)
        if condition.id == "range":
            yield replace(condition, count=_out_of_range(framework), reason=reason)
        else:
            yield replace(condition, reason=reason, note=framework.worded(condition.note))
    if framework.weight is not None:
        yield Condition(
            "basis",
            f"{INSUFFICIENT}（处）",
            f"IF(ISNUMBER(basis_missing),IF(ROUND(basis_missing,6)>{framework.most_missing:g},1,0),0)",
            summary.SHEET.title,
            f"{INSUFFICIENT}：缺数据的分值超过 {framework.most_missing:.0%}（{{n}} 处）",
            f"“汇总”的结论依据里，缺数据的分值不应超过 {framework.most_missing:.0%}",
            (RESULT,),
        )
    yield _TOTAL


def touches_score(reason: str) -> bool:
    """Whether a score that is there may be another one for a reason that was told; for one that isn't known it may."""
    return not any(c.is_told_by(reason) for c in (*_CONDITIONS, _TOTAL) if not c.touches_score)


def state_formula(gate: str, framework: Framework) -> str:
    """The formula for a gate's line: the first reason that closes it, else that it is open."""
    text = f'"{PASSED[gate]}"'
    for condition in reversed([c for c in conditions(framework) if c.closes(gate, framework)]):
        text = f'IF({condition.name}>0,"{FAILED[gate]}："&{condition.sentence},{text})'
    return f'=IF({TYPED}<=0,"{UNTOUCHED}",{text})' if gate == SUBMISSION else f"={text}"
