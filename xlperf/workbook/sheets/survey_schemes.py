"""问卷口径 and 问卷取数: every survey by its chosen scheme and the usual ones, and the counts that each takes."""

from __future__ import annotations

from xlperf.frameworks.loading import usual_schemes
from xlperf.frameworks.survey_schemes import AS_REPORTED, SurveyUse
from xlperf.rules.tiers import tiers_name
from xlperf.values import Value
from xlperf.workbook.plan import SURVEY_COUNTS, SURVEY_SCHEMES, SURVEYS, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet
from xlperf.workbook.sheets.surveys import OPTIONS, takes_part

COLUMNS = (
    Column("问卷", 30),
    Column("采用口径", 30),
    Column("题目范围", 13, "general", is_centred=True),
    Column("不了解", 13, "general", is_centred=True),
    Column("采用结果", 13, "general", is_centred=True),
    Column("报告数", 13, "general", is_centred=True),
    Column("采用得分", 13, "general", is_centred=True),
    Column("最低得分", 13, "general", is_centred=True),
    Column("最高得分", 13, "general", is_centred=True),
    Column("口径的影响", 16, "general", is_centred=True),
    Column("说明", 48),
    Column("编号", 18, is_muted=True),
)
COUNT_COLUMNS = (
    Column("问卷", 34),
    Column("题目范围", 11, "general", is_centred=True),
    Column("不了解", 9, "general", is_centred=True),
    Column("题号", 10, "general", is_centred=True),
    *(Column(f"{letter} 份数", 9, "general", is_centred=True) for letter in OPTIONS),
)
NAMES = (("scheme", 2), ("questions", 3), ("unaware", 4), ("result", 5), ("check", 10), ("id", 12))
DEPENDS, SAME = "结论依赖口径", "各口径得分相同"
SCHEME, QUESTIONS, UNAWARE = 2, 3, 4
CHOICES = (("scheme", SCHEME), ("questions", QUESTIONS), ("unaware", UNAWARE))


def add(plan: Plan, rows: dict[str, range]) -> None:
    """Lays out both sheets, where the framework declares surveys. `rows`: where each survey's questions stand."""
    uses = plan.framework.surveys
    if not uses:
        return
    sheet, counts = Sheet(plan.book, SURVEY_SCHEMES, COLUMNS), Sheet(plan.book, SURVEY_COUNTS, COUNT_COLUMNS)
    counts.title("问卷取数", f"每种题目范围、不了解的处理各取哪些份数，由“{SURVEYS}”取来，不用填；留空的不参与计算。")
    counts.header()
    blocks = {use.id: _blocks(counts, use, rows[use.id]) for use in uses}
    sheet.title(
        "问卷口径",
        f"同一份问卷按不同口径并排计算。改浅黄色的口径、题目范围、不了解的处理，采用结果随之改变；选“{AS_REPORTED}”用“指标数据”里"
        "的填报数。口径可自己写，如 100/90/60/30/0,合并,截断：各档权重（或前两档），题平均或合并，四舍五入或截断到 0.01%（不写不取整）。",
    )
    sheet.header()
    first = sheet.row
    for number, use in enumerate(uses, 1):
        _chosen(sheet, plan, use, number, blocks[use.id])
    sheet.name_columns([(f"survey_{name}", column) for name, column in NAMES], first, sheet.row - 1)
    sheet.colour(f"J{first}:J{sheet.row - 1}", f'J{first}="{DEPENDS}"', styles.WARNING_FILL)
    for number, use in enumerate(uses, 1):
        _comparison(sheet, plan, use, number, first + number - 1, blocks[use.id])


def _blocks(sheet: Sheet, use: SurveyUse, rows: range) -> list[str]:
    """The counts as chosen, then for every combination; the address of each block."""
    found = []
    chosen = (Formula(f"=questions_{use.id}"), Formula(f"=unaware_{use.id}"))
    for number, (questions, unaware) in enumerate([chosen, *use.combinations]):
        label = "采用" if number == 0 else f"{questions}，不了解{unaware}"
        sheet.section(f"{use.label}：{label}")
        first = sheet.row
        for row in rows:
            shown, counts = takes_part(row, use.id, f"$B{sheet.row}", f"$C{sheet.row}")
            sheet.line([use.label, questions, unaware, shown, *counts])
        found.append(f"{SURVEY_COUNTS}!$E${first}:$J${sheet.row - 1}")
    return found


def _points(plan: Plan, use: SurveyUse, cell: str) -> str:
    """The points that the fed indicator would get, blank where there are none to compare."""
    fed = plan.framework.tiers_fed_by(use.feeds)
    if fed is None:
        return '=""'
    indicator, number = fed
    tiers = tiers_name(indicator.point_code(number))
    return f'=IF(ISNUMBER({cell}),PERF_SCORE_TIERS({indicator.points[number - 1].weight:g},{cell},{tiers}),"")'


def _chosen(sheet: Sheet, plan: Plan, use: SurveyUse, number: int, blocks: list[str]) -> None:
    """The line of a survey: what is chosen, what it gives, the lowest and highest points of all schemes."""
    r = sheet.row
    given = f'INDEX(figure_given,MATCH("{use.feeds}",figure_id,0))'
    others = [f"survey_{number}_points_{n}" for n in range(1, len(blocks))]
    points = ",".join((*others, f"G{r}"))
    values: list[Value] = [
        use.label,
        use.scheme,
        use.question_sets[0],
        use.unaware[0],
        Formula(f'=IF(OR(B{r}="{AS_REPORTED}",COUNT({blocks[1]})=0),"",PERF_SATISFACTION({blocks[0]},B{r}))'),
        Formula(f'=IF({given}="","",{given})'),
        Formula(_points(plan, use, use.feeds)),
        Formula(f'=IF(COUNT({points})=0,"",MIN({points}))'),
        Formula(f'=IF(COUNT({points})=0,"",MAX({points}))'),
        Formula(f'=IF(H{r}="","",IF(H{r}<I{r},"{DEPENDS}","{SAME}"))'),
        use.note or None,
        use.id,
    ]
    sheet.line(values, formats=[*[None] * 4, "rate", "rate", "score", "score", "score"])
    for name, column in (*CHOICES, ("result", 5), ("points", 7), ("check", 10)):
        sheet.name(f"{name}_{use.id}", column, r)
    for _, column in CHOICES:
        sheet.unlock(r, column)
    sheet.suggest(sheet.ref(SCHEME, r), f"=survey_{number}_schemes", "采用口径", "从列表选，或自己写口径。")
    sheet.allow_list(sheet.ref(QUESTIONS, r), use.question_sets, "题目范围")
    sheet.allow_list(sheet.ref(UNAWARE, r), use.unaware, "不了解")


def _comparison(sheet: Sheet, plan: Plan, use: SurveyUse, number: int, line: int, blocks: list[str]) -> None:
    """The chosen scheme, the reported figure and the usual schemes, each for every combination, with its points."""
    fed = plan.framework.tiers_fed_by(use.feeds)
    target = f"，用于 {fed[0].code} {fed[0].name}（{fed[0].weight:g} 分）" if fed else ""
    sheet.section(f"{use.label}{target}")
    pairs = [heading for combination in use.combinations for heading in ("，".join(combination), "得分")]
    sheet.header(is_frozen=False, headings=("口径", "名称", *pairs, *[""] * (8 - len(pairs)), "来源", ""))
    first = sheet.row
    _line(sheet, plan, use, [Formula(f"=B{line}"), "采用口径", "见上"], _by_scheme(blocks, sheet.row))
    _line(sheet, plan, use, [AS_REPORTED, "报告写明的满意度", None], [f'=IF(F{line}="","",F{line})'])
    for text in use.others:
        _line(sheet, plan, use, [text, "指标体系另列的口径", None], _by_scheme(blocks, sheet.row))
    for scheme in usual_schemes():
        _line(sheet, plan, use, [scheme.text, scheme.name, scheme.source], _by_scheme(blocks, sheet.row))
    last = sheet.row - 1
    sheet.name(f"survey_{number}_schemes", 1, first + 1, last)
    sheet.name(f"survey_{number}_scheme", 1, first, last)
    for n in range(1, len(blocks)):
        points = sheet.ref(2 + 2 * n, first)
        sheet.name_columns(
            ((f"survey_{number}_result_{n}", 1 + 2 * n), (f"survey_{number}_points_{n}", 2 + 2 * n)), first, last
        )
        area = f"{points}:{sheet.ref(2 + 2 * n, last)}"
        sheet.colour(area, f"AND(ISNUMBER({points}),{points}<>$G${line})", styles.WARNING_FILL)


def _by_scheme(blocks: list[str], row: int) -> list[str]:
    """The result of the scheme in column A for every combination."""
    return [
        f'=IF(OR($A{row}="{AS_REPORTED}",COUNT({block})=0),"",PERF_SATISFACTION({block},$A{row}))'
        for block in blocks[1:]
    ]


def _line(sheet: Sheet, plan: Plan, use: SurveyUse, head: list[Value], results: list[str]) -> None:
    cells: list[Value] = []
    for n, result in enumerate(results):
        cells += [Formula(result), Formula(_points(plan, use, sheet.ref(3 + 2 * n, sheet.row)))]
    kinds = ["rate", "score"] * 4
    sheet.line([*head[:2], *cells, *[None] * (8 - len(cells)), head[2], None], formats=[None, None, *kinds])
