"""问卷: the counts of every option of every question, and sheets issued and valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import Question, Survey
    from xlperf.workbook.drawing.sheet import Sheet

OPTIONS = "ABCDEF"
FREE_QUESTIONS = 12
BROKEN, BEYOND, UNEQUAL = "份数有误", "多于有效问卷", "与有效份数不等"


def count_id(option: str) -> str:
    """The id of the column with the counts of an option."""
    return f"count_{option.lower()}"


COUNTS = tuple(count_id(option) for option in OPTIONS)
FIRST_COUNT, SECOND_COUNT, LAST_COUNT = COUNTS[0], COUNTS[1], COUNTS[-1]
COLUMNS = Columns(
    survey=Column("问卷", 16, is_input=True),
    number=Column("题号", 6, "general", is_input=True, is_centred=True),
    text=Column("题目", 44, is_input=True),
    options=Column("选项（由好到差）", 40, is_input=True),
    group=Column("题组", 9, is_input=True, is_centred=True),
    unaware=Column("不了解项", 9, is_input=True, is_centred=True),
    **{count_id(option): Column(f"{option} 份数", 9, "count", is_input=True, is_centred=True) for option in OPTIONS},
    total=Column("合计", 9, "count", is_centred=True),
    share=Column("前两档占比", 11, "rate", is_centred=True, is_named=False),
    check=Column("核对", 16, "general", is_centred=True),
    id=Column("编号", 18, is_hidden=True, is_named=False),
)
# The lines of the surveys themselves stand above those of the questions, in the same columns.
SURVEY_FIELDS = {
    "id": "id",
    "number": "survey",
    "name": "text",
    "source": "options",
    "issued": FIRST_COUNT,
    "valid": SECOND_COUNT,
}
# What a survey is called by, here and in calculations, is no more to be filled in than the number of a row.
SURVEY_INPUTS = {name: column for name, column in SURVEY_FIELDS.items() if name not in ("id", "number")}
SURVEY_HEADINGS = {
    "id": "编号",
    "number": "问卷编号",
    "name": "问卷名称",
    "source": "来源",
    "issued": "发放",
    "valid": "有效",
}


def numbers(plan: Plan) -> dict[str, str]:
    """What people call each survey by in their questions (问卷1), by its id: the framework's come first, so that what is
    filled into another workbook of it, line by line, is of the same survey there.
    """
    given = [survey.id for survey in (plan.data.surveys if plan.data else ())]
    ids = dict.fromkeys((*(use.id for use in plan.framework.surveys), *given))
    return {survey: _number(place) for place, survey in enumerate(ids, 1)}


def _number(place: int) -> str:
    return f"问卷{place}"


def lay_out(plan: Plan) -> None:
    """Lays out the sheet: first the surveys, then their questions; the rows are where a survey's questions may stand."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(
        "满意度问卷",
        "填每题每个选项的份数，不填百分比；选项由好到差，一题的合计应等于有效问卷数。“题组”写五级题等，"
        "“不了解项”写不是评价的那个选项的字母，供“问卷口径”分别计算。",
    )
    given = {survey.id: survey for survey in (plan.data.surveys if plan.data else ())}
    blank = [use for use in plan.framework.surveys if use.id not in given]
    heads: dict[str, dict[str, Value]] = {use.id: {"id": use.id, "name": use.label} for use in blank}
    for s in given.values():
        heads[s.id] = {"id": s.id, "name": s.name, "source": s.source, "issued": s.issued, "valid": s.valid}
    called = numbers(plan)
    lines = [heads[survey] for survey in called] or [{}, {}]
    _surveys(sheet, lines + [{}] * plan.free_lines("surveys", len(lines), 0))
    sheet.header()
    first = sheet.row
    rows = {survey.id: _questions(sheet, survey, called[survey.id]) for survey in given.values()}
    start = sheet.row
    questions = sum(map(len, rows.values()))
    for _ in range(plan.free_lines("question", questions, FREE_QUESTIONS if blank or not given else 0)):
        _question(sheet, {})
    plan.rows[SHEET.title] = rows | {use.id: range(start, sheet.row) for use in blank}
    _finish(sheet, first, sheet.row - 1)


def _finish(sheet: Sheet, first: int, last: int) -> None:
    sheet.name_columns("question", first, last)
    counts = sheet.span(FIRST_COUNT, first, last, to=LAST_COUNT)
    sheet.allow_number(counts, "0", "1000000", "份数", "填选这个选项的份数，非负整数；没有这个选项的留空。")
    sheet.suggest(sheet.span("survey", first, last), "surveys_number", "问卷", "从列表选上面问卷表里的问卷编号。")
    sheet.allow_list(sheet.span("unaware", first, last), tuple(OPTIONS), "不了解项")
    checks, check = sheet.span("check", first, last), sheet.at(first).check
    sheet.colour(checks, f'OR({check}="{BROKEN}",{check}="{BEYOND}")', appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(checks, f'{check}<>""', appearance.WARNING_FILL)


def _surveys(sheet: Sheet, heads: list[dict[str, Value]]) -> None:
    sheet.header(is_frozen=False, headings={SURVEY_FIELDS[name]: heading for name, heading in SURVEY_HEADINGS.items()})
    first = sheet.row
    unused = [column for column in COLUMNS.inputs if column not in SURVEY_INPUTS.values()]
    for place, head in enumerate(heads, 1):
        stated = {"number": _number(place), **head}
        row = sheet.line({SURVEY_FIELDS[name]: value for name, value in stated.items()})
        sheet.lock(row, *unused)
    names = {f"surveys_{name}": column for name, column in SURVEY_FIELDS.items()}
    sheet.name_each(names, first, sheet.row - 1)


def _questions(sheet: Sheet, survey: Survey, number: str) -> range:
    first = sheet.row
    for q in survey.questions:
        labels = "／".join(f"{letter}{text}" for letter, text in zip(OPTIONS, q.options, strict=False))
        head: dict[str, Value] = {"survey": number, "number": q.number, "text": q.text, "options": labels}
        marks = {"group": q.group or None, "unaware": _letter(q)}
        _question(sheet, {**head, **marks, **dict(zip(COUNTS, q.counts, strict=False))})
    return range(first, sheet.row)


def _letter(question: Question) -> str | None:
    return OPTIONS[question.options.index(question.unaware)] if question.unaware else None


def _question(sheet: Sheet, given: dict[str, Value]) -> None:
    at = sheet.at()
    counts = f"{at[FIRST_COUNT]}:{at[LAST_COUNT]}"
    is_text = f"COUNTA({counts})>COUNT({counts})"
    broken = f'OR({is_text},COUNTIF({counts},"<0")>0,{at.total}<>INT({at.total}))'
    valid = at.total
    for column in ("id", "number"):
        valid = f"IFERROR(INDEX(surveys_valid,MATCH({at.survey},surveys_{column},0)),{valid})"
    compared = f'IF({at.total}>{valid},"{BEYOND}",IF({at.total}={valid},"","{UNEQUAL}"))'
    checked = f'IF({at.total}="","{BROKEN}",IF({broken},"{BROKEN}",{compared}))'
    best = f"SUM({at[FIRST_COUNT]}:{at[SECOND_COUNT]})"
    sheet.line(
        {
            **given,
            "total": Formula(f'=IF(COUNT({counts})=0,"",SUM({counts}))'),
            "share": Formula(f'=IF(OR({at.total}="",{at.total}=0),"",PERF_RATE({best},{at.total}))'),
            "check": Formula(f'=IF(COUNTA({counts})=0,"",{checked})'),
        }
    )


SHEET: SheetDeclaration = SheetDeclaration(
    "问卷",
    "满意度问卷的原始份数",
    COLUMNS,
    lay_out,
    Role.SCORER,
    is_needed=lambda needs: needs.has_surveys,
)
