"""问卷: the counts of every option of every question, and sheets issued and valid."""

from __future__ import annotations

from xlperf.frameworks.survey_schemes import ALL_QUESTIONS, LEFT_OUT
from xlperf.values import Value
from xlperf.workbook.data import Question, Survey
from xlperf.workbook.plan import SURVEYS, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

OPTIONS = "ABCDEF"
FREE_QUESTIONS = 12
ID, NUMBER, GROUP, UNAWARE, FIRST_OPTION = "A", "B", "E", "F", 7
COUNT_COLUMNS = "GHIJKL"
BROKEN, BEYOND, UNEQUAL = "份数有误", "多于有效问卷", "与有效份数不等"
COLUMNS = (
    Column("问卷", 16, is_input=True),
    Column("题号", 6, "general", is_input=True, is_centred=True),
    Column("题目", 44, is_input=True),
    Column("选项（由好到差）", 40, is_input=True),
    Column("题组", 9, is_input=True, is_centred=True),
    Column("不了解项", 9, is_input=True, is_centred=True),
    *(Column(f"{letter} 份数", 9, "count", is_input=True, is_centred=True) for letter in OPTIONS),
    Column("合计", 9, "count", is_centred=True),
    Column("前两档占比", 11, "rate", is_centred=True),
    Column("核对", 16, "general", is_centred=True),
)
NAMES = (
    ("survey", 1), ("number", 2), ("text", 3), ("options", 4), ("group", 5), ("unaware", 6),
    *((f"count_{letter.lower()}", column) for column, letter in enumerate(OPTIONS, FIRST_OPTION)),
    ("total", 13), ("check", 15),
)  # fmt: skip


def add(plan: Plan) -> dict[str, range]:
    """Lays out the sheet: first the surveys, then their questions; the rows in which each survey's questions may stand."""
    sheet = Sheet(plan.book, SURVEYS, COLUMNS)
    sheet.title(
        "满意度问卷",
        "填每题每个选项的份数，不填百分比；选项由好到差，一题的合计应等于有效问卷数。“题组”写五级题等，"
        "“不了解项”写不是评价的那个选项的字母，供“问卷口径”分别计算。",
    )
    given = {survey.id: survey for survey in (plan.data.surveys if plan.data else ())}
    blank = [use for use in plan.framework.surveys if use.id not in given]
    heads: list[list[Value]] = [[s.id, s.name, s.source, s.issued, s.valid] for s in given.values()]
    heads += [[use.id, use.label, None, None, None] for use in blank]
    _surveys(sheet, heads or [[None] * 5, [None] * 5])
    sheet.header()
    first = sheet.row
    rows = {survey.id: _questions(sheet, survey) for survey in given.values()}
    start = sheet.row
    for _ in range(FREE_QUESTIONS if blank or not given else 0):
        _question(sheet, [None] * 6, [])
    rows |= {use.id: range(start, sheet.row) for use in blank}
    _finish(sheet, first, sheet.row - 1)
    return rows


def _finish(sheet: Sheet, first: int, last: int) -> None:
    sheet.name_columns([(f"question_{name}", column) for name, column in NAMES], first, last)
    sheet.allow_number(
        f"G{first}:L{last}", "0", "1000000", "份数", "填选这个选项的份数，非负整数；没有这个选项的留空。"
    )
    sheet.allow_list(f"F{first}:F{last}", tuple(OPTIONS), "不了解项")
    sheet.colour(f"O{first}:O{last}", f'OR(O{first}="{BROKEN}",O{first}="{BEYOND}")', styles.ALARM_FILL, styles.ALARM)
    sheet.colour(f"O{first}:O{last}", f'O{first}<>""', styles.WARNING_FILL)


def _surveys(sheet: Sheet, rows: list[list[Value]]) -> None:
    headings = ("问卷编号", "", "问卷名称", "来源", "", "", "发放", "有效", *[""] * 7)
    sheet.header(is_frozen=False, headings=headings)
    first = sheet.row
    for identifier, name, source, issued, valid in rows:
        row = sheet.line([identifier, None, name, source, None, None, issued, valid, *[None] * 7])
        for column in (2, 5, 6, 9, 10, 11, 12):
            sheet.lock(row, column)
    names = (("surveys_id", 1), ("surveys_name", 3), ("surveys_source", 4), ("surveys_issued", 7), ("surveys_valid", 8))
    sheet.name_columns(names, first, sheet.row - 1)


def _questions(sheet: Sheet, survey: Survey) -> range:
    first = sheet.row
    for q in survey.questions:
        labels = "／".join(f"{letter}{text}" for letter, text in zip(OPTIONS, q.options, strict=False))
        _question(sheet, [survey.id, q.number, q.text, labels, q.group or None, _letter(q)], list(q.counts))
    return range(first, sheet.row)


def _letter(question: Question) -> str | None:
    return OPTIONS[question.options.index(question.unaware)] if question.unaware else None


def _question(sheet: Sheet, head: list[Value], counts: list[int]) -> None:
    r = sheet.row
    given = f"G{r}:L{r}"
    broken = f'OR(COUNTA({given})>COUNT({given}),COUNTIF({given},"<0")>0,M{r}<>INT(M{r}))'
    valid = f"IFERROR(INDEX(surveys_valid,MATCH(A{r},surveys_id,0)),M{r})"
    compared = f'IF(M{r}>{valid},"{BEYOND}",IF(M{r}={valid},"","{UNEQUAL}"))'
    sheet.line(
        [
            *head,
            *counts,
            *[None] * (len(OPTIONS) - len(counts)),
            Formula(f'=IF(COUNT({given})=0,"",SUM({given}))'),
            Formula(f'=IF(OR(M{r}="",M{r}=0),"",PERF_RATE(SUM(G{r}:H{r}),M{r}))'),
            Formula(f'=IF(COUNTA({given})=0,"",IF(M{r}="","{BROKEN}",IF({broken},"{BROKEN}",{compared})))'),
        ]
    )


def takes_part(row: int, survey: str, questions: str, unaware: str) -> tuple[Formula, list[Formula]]:
    """What a question shows among the counts that take part: its number, and its counts; blank where it does not.

    `questions` and `unaware`: the addresses of the set of questions and of the treatment of 不了解. The counts look at
    the number in column D of their own row.
    """
    source = f"{SURVEYS}!"
    is_own = f'{source}{ID}{row}="{survey}"'
    is_in_set = f'OR({questions}="{ALL_QUESTIONS}",{source}{GROUP}{row}={questions})'
    number = Formula(f'=IF(AND({is_own},{is_in_set}),"第"&{source}{NUMBER}{row}&"题","")')
    own = f"$D{unaware.lstrip('$ABC')}"
    counts = []
    for letter, column in zip(OPTIONS, COUNT_COLUMNS, strict=True):
        cell = f"{source}{column}{row}"
        is_out = f'AND({unaware}="{LEFT_OUT}",{source}{UNAWARE}{row}="{letter}")'
        counts.append(Formula(f'=IF(OR({own}="",{cell}="",{is_out}),"",{cell})'))
    return number, counts
