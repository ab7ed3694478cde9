"""问卷取数: for every survey the counts that take part, as chosen and for every set of questions and treatment of 不了解."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.frameworks.schema import Framework
from xlperf.frameworks.survey_schemes import ALL_QUESTIONS, LEFT_OUT, SurveyUse
from xlperf.values import Value
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets import surveys
from xlperf.workbook.sheets.surveys import COUNTS, OPTIONS

COLUMNS = Columns(
    survey=Column("问卷", 34),
    questions=Column("题目范围", 11, "general", is_centred=True),
    unaware=Column("不了解", 9, "general", is_centred=True),
    number=Column("题号", 10, "general", is_centred=True),
    **{surveys.count_id(option): Column(f"{option} 份数", 9, "general", is_centred=True) for option in OPTIONS},
)
FIRST_ROW = 4


def is_used(framework: Framework) -> bool:
    """Whether the framework declares surveys."""
    return bool(framework.surveys)


def blocks(plan: Plan, use: SurveyUse) -> list[str]:
    """The addresses of a survey's blocks of counts: as chosen, then for every combination."""
    rows = [rows for owner, rows in _blocks(plan) if owner.id == use.id]
    return [SHEET.span(COUNTS[0], block.start, block.stop - 1, to=COUNTS[-1], pin="both") for block in rows]


def _blocks(plan: Plan) -> Iterator[tuple[SurveyUse, range]]:
    """The rows of every block, below its heading, known before the sheet is drawn: the schemes stand on an earlier one."""
    row = FIRST_ROW
    for use in plan.framework.surveys:
        questions = plan.rows[surveys.SHEET.title][use.id]
        for _ in _combinations(use):
            yield use, range(row + 1, row + 1 + len(questions))
            row += 1 + len(questions)


def _combinations(use: SurveyUse) -> Iterator[tuple[str, Value, Value]]:
    """The label, set of questions and treatment of 不了解 of every block: as chosen, then all there are."""
    yield "采用", Formula(f"=questions_{use.id}"), Formula(f"=unaware_{use.id}")
    for questions, unaware in use.combinations:
        yield f"{questions}，不了解{unaware}", questions, unaware


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    note = f"每种题目范围、不了解的处理各取哪些份数，由“{surveys.SHEET.title}”取来，不用填；留空的不参与计算。"
    sheet.title(SHEET.title, note)
    sheet.header()
    called = surveys.numbers(plan)
    for use in plan.framework.surveys:
        for label, questions, unaware in _combinations(use):
            sheet.section(f"{use.label}：{label}")
            head: dict[str, Value] = {"survey": use.label, "questions": questions, "unaware": unaware}
            for row in plan.rows[surveys.SHEET.title][use.id]:
                sheet.line(head | _taking_part(sheet.at(pin="column"), surveys.SHEET.at(row), (use.id, called[use.id])))


def _taking_part(at: Cells, asked: Cells, names: tuple[str, str]) -> dict[str, Value]:
    """What a question of a survey shows among the counts that take part: its number and its counts; blank where it does
    not. `names`: what the survey may be called.
    """
    is_own = "OR({})".format(",".join(f'{asked.survey}="{name}"' for name in names))
    is_in_set = f'OR({at.questions}="{ALL_QUESTIONS}",{asked.group}={at.questions})'
    # Programs write numbers that are not whole into texts with different last digits.
    shown = f"IF(ISNUMBER({asked.number}),ROUND({asked.number},4),{asked.number})"
    number = Formula(f'=IF(AND({is_own},{is_in_set}),"第"&{shown}&"题","")')
    counts: dict[str, Value] = {}
    for option, column in zip(OPTIONS, COUNTS, strict=True):
        is_out = f'AND({at.unaware}="{LEFT_OUT}",{asked.unaware}="{option}")'
        counts[column] = Formula(f'=IF(OR({at.number}="",{asked[column]}="",{is_out}),"",{asked[column]})')
    return {"number": number, **counts}


SHEET: SheetDeclaration = SheetDeclaration(
    "问卷取数",
    "各种口径取用的份数",
    COLUMNS,
    lay_out,
    is_used=is_used,
    is_needed=lambda needs: needs.has_surveys,
    is_for_unit=False,
)
