"""问卷: the counts of every option of every question, and sheets issued and valid."""

from __future__ import annotations

from xlperf.values import Value
from xlperf.workbook import styles
from xlperf.workbook.plan import SURVEYS, Plan
from xlperf.workbook.sheet import Column, Formula, Sheet

OPTIONS = "ABCDEF"
FREE_QUESTIONS = 12
COLUMNS = (
    Column("问卷", 16, is_input=True),
    Column("题号", 6, "general", is_input=True, is_centred=True),
    Column("题目", 44, is_input=True),
    Column("选项（由好到差）", 40, is_input=True),
    *(Column(f"{letter} 份数", 9, "count", is_input=True, is_centred=True) for letter in OPTIONS),
    Column("合计", 9, "count", is_centred=True),
    Column("前两档占比", 11, "rate", is_centred=True),
    Column("核对", 16, "general", is_centred=True),
)


def add(plan: Plan) -> None:
    """Lays out the sheet: first the surveys, then their questions."""
    sheet = Sheet(plan.book, SURVEYS, COLUMNS)
    sheet.title("满意度问卷", "填每题每个选项的份数，不填百分比；选项由好到差排列，一题的合计应等于有效问卷数。")
    surveys = plan.data.surveys if plan.data else ()
    _surveys(sheet, [[s.id, s.name, s.source, s.issued, s.valid] for s in surveys] or [[None] * 5, [None] * 5])
    sheet.header()
    first = sheet.row
    questions = [(survey.id, question) for survey in surveys for question in survey.questions]
    for survey, q in questions:
        labels = "／".join(f"{letter}{text}" for letter, text in zip(OPTIONS, q.options, strict=False))
        _question(sheet, [survey, q.number, q.text, labels], list(q.counts))
    for _ in range(0 if questions else FREE_QUESTIONS):
        _question(sheet, [None] * 4, [])
    last = sheet.row - 1
    names = ("survey", "number", "text", "options", *(f"count_{letter.lower()}" for letter in OPTIONS))
    sheet.name_columns([(f"question_{name}", column) for column, name in enumerate(names, 1)], first, last)
    sheet.allow_number(
        f"E{first}:J{last}", "0", "1000000", "份数", "填选这个选项的份数，非负整数；没有这个选项的留空。"
    )
    sheet.colour(f"M{first}:M{last}", f'M{first}<>""', styles.WARNING_FILL)


def _surveys(sheet: Sheet, rows: list[list[Value]]) -> None:
    headings = ("问卷编号", "", "问卷名称", "来源", "发放", "有效", *[""] * 7)
    sheet.header(is_frozen=False, headings=headings)
    first = sheet.row
    for identifier, name, source, issued, valid in rows:
        row = sheet.line([identifier, None, name, source, issued, valid, *[None] * 7])
        for column in (2, 7, 8, 9, 10):
            sheet.lock(row, column)
    names = (("surveys_id", 1), ("surveys_name", 3), ("surveys_source", 4), ("surveys_issued", 5), ("surveys_valid", 6))
    sheet.name_columns(names, first, sheet.row - 1)


def _question(sheet: Sheet, head: list[Value], counts: list[int]) -> None:
    r = sheet.row
    valid = f"INDEX(surveys_valid,MATCH(A{r},surveys_id,0))"
    sheet.line(
        [
            *head,
            *counts,
            *[None] * (len(OPTIONS) - len(counts)),
            Formula(f'=IF(COUNT(E{r}:J{r})=0,"",SUM(E{r}:J{r}))'),
            Formula(f'=IF(OR(K{r}="",K{r}=0),"",PERF_RATE(SUM(E{r}:F{r}),K{r}))'),
            Formula(f'=IF(K{r}="","",IF(K{r}=IFERROR({valid},K{r}),"","与有效份数不等"))'),
        ]
    )
