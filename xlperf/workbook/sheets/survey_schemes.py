"""问卷口径: every survey by its chosen scheme and the usual ones side by side, and the points that each would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlperf.frameworks.loading import usual_schemes
from xlperf.frameworks.survey_schemes import AS_REPORTED, SurveyUse
from xlperf.rules.tiers import tiers_name
from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets import survey_counts

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    survey=Column("问卷", 30, is_named=False),
    scheme=Column("采用口径", 30),
    questions=Column("题目范围", 13, "general", is_centred=True),
    unaware=Column("不了解", 13, "general", is_centred=True),
    result=Column("采用结果", 13, "general", is_centred=True),
    reported=Column("报告数", 13, "general", is_centred=True, is_named=False),
    points=Column("采用得分", 13, "general", is_centred=True, is_named=False),
    lowest=Column("最低得分", 13, "general", is_centred=True, is_named=False),
    highest=Column("最高得分", 13, "general", is_centred=True, is_named=False),
    check=Column("口径的影响", 16, "general", is_centred=True),
    note=Column("说明", 48, is_named=False),
    id=Column("编号", 18, is_hidden=True),
)
# Below, in the same columns: a scheme a line, with result and points of every combination side by side.
SCHEME, NAME, SOURCE = "survey", "scheme", "note"
COMPARED = (("questions", "unaware"), ("result", "reported"), ("points", "lowest"), ("highest", "check"))
DEPENDS, SAME = "结论依赖口径", "各口径得分相同"
CHOICES = ("scheme", "questions", "unaware")


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    uses = plan.framework.surveys
    sheet = plan.draw(SHEET.title, COLUMNS)
    blocks = {use.id: survey_counts.blocks(plan, use) for use in uses}
    sheet.title(
        SHEET.title,
        f"同一份问卷按不同口径并排计算。改浅黄色的口径、题目范围、不了解的处理，采用结果随之改变；选“{AS_REPORTED}”用“指标数据”里"
        "的填报数。口径可自己写，如 100/90/60/30/0,合并,截断：各档权重（或前两档），题平均或合并，四舍五入或截断到 0.01%（不写不取整）。",
    )
    sheet.header()
    first = sheet.row
    for number, use in enumerate(uses, 1):
        _chosen(sheet, plan, use, number, blocks[use.id])
    last = sheet.row - 1
    sheet.name_columns("survey", first, last)
    depends = f'{sheet.at(first).check}="{DEPENDS}"'
    sheet.colour(sheet.span("check", first, last), depends, appearance.WARNING_FILL)
    for number, use in enumerate(uses, 1):
        _comparison(sheet, plan, use, number, first + number - 1, blocks[use.id])


def _points(plan: Plan, use: SurveyUse, cell: str) -> Formula:
    """The points that the fed indicator would get, blank where there are none to compare."""
    fed = plan.framework.tiers_fed_by(use.feeds)
    if fed is None:
        return Formula('=""')
    indicator, number = fed
    tiers = tiers_name(indicator.point_code(number))
    points = f"PERF_SCORE_TIERS({indicator.points[number - 1].weight:g},{cell},{tiers})"
    return Formula(f'=IF(ISNUMBER({cell}),{points},"")')


def _chosen(sheet: Sheet, plan: Plan, use: SurveyUse, number: int, blocks: list[str]) -> None:
    """The line of a survey: what is chosen, what it gives, the lowest and highest points of all schemes."""
    at = sheet.at()
    given = f'INDEX(figure_given,MATCH("{use.feeds}",figure_id,0))'
    others = [f"survey_{number}_points_{n}" for n in range(1, len(blocks))]
    points = ",".join((*others, at.points))
    is_unscored = f'OR({at.scheme}="{AS_REPORTED}",COUNT({blocks[1]})=0)'
    row = sheet.line(
        {
            "survey": use.label,
            "scheme": use.scheme,
            "questions": use.question_sets[0],
            "unaware": use.unaware[0],
            "result": Formula(f'=IF({is_unscored},"",PERF_SATISFACTION({blocks[0]},{at.scheme}))'),
            "reported": Formula(f'=IF({given}="","",{given})'),
            "points": _points(plan, use, use.feeds),
            "lowest": Formula(f'=IF(COUNT({points})=0,"",MIN({points}))'),
            "highest": Formula(f'=IF(COUNT({points})=0,"",MAX({points}))'),
            "check": Formula(f'=IF({at.lowest}="","",IF({at.lowest}<{at.highest},"{DEPENDS}","{SAME}"))'),
            "note": use.note or None,
            "id": use.id,
        },
        formats={"result": "rate", "reported": "rate", "points": "score", "lowest": "score", "highest": "score"},
    )
    for column in (*CHOICES, "result", "points", "check"):
        sheet.name(f"{column}_{use.id}", column, row)
    sheet.unlock(row, *CHOICES)
    sheet.suggest(at.scheme, f"survey_{number}_schemes", "采用口径", "从列表选，或自己写口径。")
    sheet.allow_list(at.questions, use.question_sets, "题目范围")
    sheet.allow_list(at.unaware, use.unaware, "不了解")


def _comparison(sheet: Sheet, plan: Plan, use: SurveyUse, number: int, line: int, blocks: list[str]) -> None:
    """The chosen scheme, the reported figure and the usual schemes, each for every combination, with its points."""
    fed = plan.framework.tiers_fed_by(use.feeds)
    target = f"，用于 {fed[0].code} {fed[0].name}（{fed[0].weight:g} 分）" if fed else ""
    sheet.section(f"{use.label}{target}")
    headings = {SCHEME: "口径", NAME: "名称", SOURCE: "来源"}
    for (result, points), combination in zip(COMPARED, use.combinations, strict=False):
        headings |= {result: "，".join(combination), points: "得分"}
    sheet.header(is_frozen=False, headings=headings)
    first, chosen = sheet.row, sheet.at(line)
    own = {SCHEME: Formula(f"={chosen.scheme}"), NAME: "采用口径", SOURCE: "见上"}
    _line(sheet, plan, use, own, _by_scheme(blocks, sheet.at(pin="column")))
    reported = {SCHEME: AS_REPORTED, NAME: "报告写明的满意度"}
    _line(sheet, plan, use, reported, [f'=IF({chosen.reported}="","",{chosen.reported})'])
    for text in use.others:
        other = {SCHEME: text, NAME: "指标体系另列的口径"}
        _line(sheet, plan, use, other, _by_scheme(blocks, sheet.at(pin="column")))
    for scheme in usual_schemes():
        usual = {SCHEME: scheme.text, NAME: scheme.name, SOURCE: scheme.source}
        _line(sheet, plan, use, usual, _by_scheme(blocks, sheet.at(pin="column")))
    last = sheet.row - 1
    sheet.name(f"survey_{number}_schemes", SCHEME, first + 1, last)
    sheet.name(f"survey_{number}_scheme", SCHEME, first, last)
    for n, (result, points) in enumerate(COMPARED[: len(blocks) - 1], 1):
        sheet.name_each({f"survey_{number}_result_{n}": result, f"survey_{number}_points_{n}": points}, first, last)
        top = sheet.at(first)[points]
        differs = f"AND(ISNUMBER({top}),{top}<>{sheet.at(line, 'both').points})"
        sheet.colour(sheet.span(points, first, last), differs, appearance.WARNING_FILL)


def _by_scheme(blocks: list[str], at: Cells) -> list[str]:
    """The result of a line's scheme for every combination."""
    scheme = at[SCHEME]
    return [
        f'=IF(OR({scheme}="{AS_REPORTED}",COUNT({block})=0),"",PERF_SATISFACTION({block},{scheme}))'
        for block in blocks[1:]
    ]


def _line(sheet: Sheet, plan: Plan, use: SurveyUse, head: Mapping[str, Value], results: list[str]) -> None:
    cells: dict[str, Value] = dict(head)
    for (result, points), formula in zip(COMPARED, results, strict=False):
        cells |= {result: Formula(formula), points: _points(plan, use, sheet.at()[result])}
    formats = {result: "rate" for result, _ in COMPARED} | {points: "score" for _, points in COMPARED}
    sheet.line(cells, formats=formats)


SHEET: SheetDeclaration = SheetDeclaration(
    "问卷口径",
    "满意度按各种口径的结果和得分",
    COLUMNS,
    lay_out,
    Role.SCORER,
    is_used=lambda framework: bool(framework.surveys),
    is_needed=lambda needs: needs.has_surveys,
)
