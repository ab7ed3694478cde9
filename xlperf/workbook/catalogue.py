"""Every input of a workbook: what it is called, where it stands, what it takes; and reading what a person types for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeGuard

from xlperf.errors import CellError, UserError
from xlperf.frameworks.plausibility import UNLIMITED, Limits, doubt
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.survey_schemes import chosen_scheme_problem
from xlperf.functions.tiers import parse_number
from xlperf.values import MoneyUnit, Value, parse_day, to_serial
from xlperf.workbook import flags
from xlperf.workbook.columns import Columns
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.needs import Needs
from xlperf.workbook.sheets import bonus_items, figures, ledger, points, sources, summary, surveys
from xlperf.workbook.sheets.bonus_items import COUNTS, RULINGS
from xlperf.workbook.sheets.cover import PROJECT_NAME
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.sheets.scoring import NOT_APPLICABLE, maximum_score
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import CONSTANT, LINE, Table

UNIT_INPUTS = (
    ("unit_name", "单位名称", "text"),
    ("unit_code", "单位编码", "text"),
    ("evaluation_year", "评价年度", "count"),
    ("evaluator_name", "评价机构", "text"),
    ("money_unit", "金额单位", "choice"),
)
# The score that a reason was written for; workbooks of earlier versions don't have it.
REASON_SCORE = "reason_score"
INDICATOR_INPUTS = (
    ("self_score", "自评分", "score"),
    ("award", "评定分", "score"),
    ("review", "复核分", "score"),
    ("reason", "理由", "text"),
    (REASON_SCORE, "理由对应的分", "score"),
    ("evidence", "佐证", "text"),
)
# Who gave award and review, and when; on the sheet of reviews.
REVIEW_INPUTS = (
    ("award_role", "评定人角色", "text"),
    ("award_date", "评定日期", "date"),
    ("review_role", "复核人角色", "text"),
    ("review_date", "复核日期", "date"),
    ("opinion", "复核意见", "text"),
)
SCHEME = "scheme"
# A number, a truth value or a text: what several sources say of a figure of any type.
GENERAL = "general"
TYPES = {
    "text": "文字", "count": "整数", "money": "金额", "number": "数", "rate": "比率", "flag": "是否", "choice": "选项",
    "score": "分数", "date": "日期", SCHEME: "口径", GENERAL: "数或文字",
}  # fmt: skip
EXTRA = "extra"
# Sheets of lines that people add to, by what the names of their columns begin with.
_LINES: Mapping[str, tuple[str, Mapping[str, str], Columns]] = {
    "source": (sources.SHEET.title, {name: name for name in sources.COLUMNS.inputs}, sources.COLUMNS),
    "surveys": (surveys.SHEET.title, surveys.SURVEY_INPUTS, surveys.COLUMNS),
    "question": (surveys.SHEET.title, {name: name for name in surveys.COLUMNS.inputs}, surveys.COLUMNS),
    "problem": (ledger.SHEET.title, {n: n for n in ledger.COLUMNS.inputs}, ledger.COLUMNS),
}
LINED = (*_LINES, EXTRA)
_PERCENTAGE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[%％]")
_YES, _NO = ("TRUE", "是", "1"), ("FALSE", "否", "0")


class InputCell(NamedTuple):
    """One input: id (as in `xlperf set`), label, place, type, unit, the choices where it takes one of a few texts.

    `counted`: the cell that calculations read, where it is another one (a figure may also come from a budget sheet, a finding
    from the ledger).
    `lines`: the table of free lines that it stands in; `is_further_line`: not in the first of them. `limits`: what a
    figure can sensibly be.
    """

    id: str
    label: str
    sheet: str
    ref: str
    type: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    maximum: float = math.inf
    counted: Place | None = None
    lines: str = ""
    is_further_line: bool = False
    limits: Limits = UNLIMITED

    @property
    def cell(self) -> str:
        """The place as people write it."""
        return f"{self.sheet}!{self.ref}"


def catalogue(names: NamedCells, framework: Framework) -> dict[str, InputCell]:
    """Every input of a workbook by id: the framework's, what stands beside them, the lines of ledger and tables.

    Errors: UserError: a name that leads to an input is gone.
    """
    found = (*framework_inputs(names, framework), *working_inputs(names, framework), *_paste_inputs(names))
    found += tuple(table_inputs(names))
    return {item.id: item for item in found}


def _paste_inputs(names: NamedCells) -> Iterator[InputCell]:
    """The money unit chosen for a pasted table that names none: `import1_money_unit`."""
    choices = tuple(unit.value for unit in MoneyUnit)
    for spec in IMPORTS:
        if names.has(name := f"import{spec.number}_money_unit"):
            yield InputCell(name, f"{spec.sheet}：金额单位", *names.place(name), "choice", "", choices)


def table_inputs(names: NamedCells) -> Iterator[InputCell]:
    """The inputs of the budget and working tables: `budget_initial.income_total`, `projects_name.1`.

    A workbook of an earlier version has not all of them.
    """
    for table in ALL_TABLES:
        called, is_free = _line_labels(table), table.is_free
        lines = table.id if is_free else ""
        for field in table.fields:
            if field.formula or field.kind == CONSTANT or not names.has(table.column_name(field.id)):
                continue
            kind = "choice" if field.choices else field.kind
            labels = {line.code: called[line.code] for line in table.lines if field.id not in line.formulas}
            choices, limits = field.choices, field.bounds
            for code, place in names.by_code(table.column_name(LINE), table.column_name(field.id)).items():
                if is_free or code in labels:
                    label = f"{table.sheet}：{labels.get(code) or f'第 {code} 行'}　{field.heading}"
                    name, is_further = f"{table.id}_{field.id}.{code}", is_free and code != "1"
                    yield InputCell(name, label, *place, kind, "", choices, math.inf, None, lines, is_further, limits)


def _line_labels(table: Table) -> Mapping[str, str]:
    """What the fixed lines of a table are called: where several have one label, with the line that they belong to."""
    whole = [line.label.strip() for line in table.lines]
    called, owner = {}, ""
    for line, label in zip(table.lines, whole, strict=True):
        is_part = line.label != line.label.lstrip()
        alike = [other for other in table.lines if other.label.strip() == label]
        is_plain = not is_part and sum(other.label == line.label for other in alike) == 1
        called[line.code] = label if is_plain or len(alike) == 1 else f"{owner}　{label}"
        owner = label if is_plain else owner
    return called


def working_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """What no score is calculated from: sources of figures, basis of findings, the report's scores, ledger, surveys."""
    columns = {column: names.by_code("figure_id", f"figure_{column}") for column in ("period", "source", "note")}
    for item in framework.inputs:
        for column, places in columns.items():
            label = f"{item.label}：{figures.COLUMNS[column].heading}"
            yield InputCell(f"figure_{column}.{item.id}", label, *places[item.id], "text")
    columns = {column: names.by_code("point_code", f"point_{column}") for column in ("basis", "problems", "evidence")}
    for indicator in framework.indicators:
        for number in range(1, len(indicator.points) + 1):
            code = indicator.point_code(number)
            for column, places in columns.items():
                label = f"{indicator.name}：要点 {number}　{points.COLUMNS[column].heading}"
                yield InputCell(f"point_{column}.{code}", label, *places[code], "text")
    yield from _reported_inputs(names, framework)
    for prefix, (title, stated, held) in _LINES.items():
        for name, column in stated.items():
            kind = {"score": "number"}.get(held[column].format, held[column].format)
            heading = surveys.SURVEY_HEADINGS[name] if prefix == "surveys" else held[column].heading
            kind, choices = ("choice", tuple(surveys.OPTIONS)) if name == "unaware" else (kind, ())
            # Workbooks of earlier versions have fewer columns.
            found = names.places(f"{prefix}_{name}") if names.has(f"{prefix}_{name}") else []
            for line, place in enumerate(found, 1):
                label = f"{title}：第 {line} 行　{heading}"
                yield InputCell(
                    f"{prefix}_{name}.{line}", label, *place, kind, "", choices, lines=prefix, is_further_line=line > 1
                )


def _reported_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """What the report itself prints, beside which the computed scores stand: `reported_total`, `reported_level.1`."""
    yield InputCell("reported_total", "报告总分", *names.place("reported_total"), "number", "分")
    yield InputCell("reported_grade", "报告等级", *names.place("reported_grade"), "text")
    places = names.by_code("level_name", "level_reported")
    for number, level in enumerate(framework.levels, 1):
        label = f"{summary.SHEET.title}：{level.name}　{summary.COLUMNS['reported'].heading}"
        yield InputCell(f"reported_level.{number}", label, *places[level.name], "number", "分")


def framework_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """The unit's facts, the framework's figures, findings of points, scores and reasons of indicators."""
    for name, label, kind in UNIT_INPUTS:
        choices = tuple(unit.value for unit in MoneyUnit) if kind == "choice" else ()
        yield InputCell(name, label, *names.place(name), kind, "", choices)
    if names.has(PROJECT_NAME):
        yield InputCell(PROJECT_NAME, "项目名称", *names.place(PROJECT_NAME), "text")
    given = names.by_code("figure_id", "figure_given")
    for item in framework.inputs:
        counted = names.place(item.id)
        choices = flags.CHOICES if item.type == "flag" and _reads_words(names, counted) else ()
        bounds = item.bounds if item.is_figure else UNLIMITED
        yield InputCell(
            item.id, item.label, *given[item.id], item.type, item.unit, choices, counted=counted, limits=bounds
        )
    yield from _survey_inputs(names, framework)
    yield from _finding_inputs(names, framework)
    yield from _applicable_inputs(names, framework)
    yield from _extra_inputs(names, framework)
    if framework.has_editable_weights:
        weights = names.by_code("indicator_code", "indicator_weight")
        for i in framework.indicators:
            full = framework.weight or 0
            yield InputCell(f"weight.{i.code}", f"{i.name}：分值", *weights[i.code], "score", "分", (), full)
    yield from _score_inputs(names, framework)
    for column, label, kind in REVIEW_INPUTS:
        places = names.by_code("reviewed_code", f"reviewed_{column}")
        for indicator in framework.indicators:
            yield InputCell(f"{column}.{indicator.code}", f"{indicator.name}：{label}", *places[indicator.code], kind)


def _finding_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """The findings that are asked for; some may follow from the ledger instead."""
    findings = names.by_code("point_code", "point_finding")
    is_followed = names.has(f"point_{points.ADOPTED}")
    adopted = names.by_code("point_code", f"point_{points.ADOPTED}") if is_followed else {}
    followed = Needs(framework).followed
    for indicator in framework.indicators:
        for number, point in enumerate(indicator.points, 1):
            code, finding = indicator.point_code(number), point.rule.finding
            if finding is None:
                continue
            label = f"{indicator.name}：要点 {number}（{point.rule.label}）"
            item = InputCell(f"finding.{code}", label, *findings[code], finding.type, finding.unit, finding.choices)
            yield item._replace(counted=adopted[code]) if is_followed and code in followed else item


def _score_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """Scores, reasons and evidence, indicator by indicator."""
    held = [given for given in INDICATOR_INPUTS if names.has(f"indicator_{given[0]}")]
    columns = {column: names.by_code("indicator_code", f"indicator_{column}") for column, _, _ in held}
    for indicator in framework.indicators:
        for column, label, kind in held:
            place, text = columns[column][indicator.code], f"{indicator.name}：{label}"
            unit = "分" if kind == "score" else ""
            highest = maximum_score(framework, indicator)
            yield InputCell(f"{column}.{indicator.code}", text, *place, kind, unit, (), highest)


def _reads_words(names: NamedCells, counted: Place) -> bool:
    """Whether the cell takes 是 and 否; in a workbook of an earlier version only TRUE and FALSE."""
    return f'"{flags.YES}"' in names.package.formulas(counted[0]).get(counted[1], "")


def _extra_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """What is claimed as bonus or penalty, line by line: `extra_item.1`, `extra_points.1`."""
    if framework.extras is None:
        return
    choices = {"item": tuple(item.name for item in framework.extras.items), "ruling": RULINGS}
    place = names.place("extra_counts")
    yield InputCell("extra_counts", "加减分：计入方式", *place, "choice", "", tuple(COUNTS.values()))
    for column, kind in bonus_items.INPUTS:
        label = bonus_items.COLUMNS[column].heading
        # The claim's source had no name in workbooks of earlier versions.
        found = names.by_code("extra_line", f"extra_{column}") if names.has(f"extra_{column}") else {}
        for line, place in found.items():
            text, unit = f"加减分：第 {line} 行　{label}", "分" if kind == "points" else ""
            further = line != "1"
            shown = "number" if kind == "points" else kind
            name = f"extra_{column}.{line}"
            given = choices.get(column, ())
            yield InputCell(name, text, *place, shown, unit, given, lines=EXTRA, is_further_line=further)


def _applicable_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """Which indicators are left out because they don't apply: `applicable.C12`."""
    if framework.can_leave_out:
        places = names.by_code("indicator_code", "indicator_applicable")
        for indicator in framework.indicators:
            if indicator.can_be_left_out:
                place, choices = places[indicator.code], ("适用", NOT_APPLICABLE)
                name = f"applicable.{indicator.code}"
                yield InputCell(name, f"{indicator.name}：适用", *place, "choice", "", choices)


def _survey_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """What is chosen for every survey: the scheme, the set of questions, the treatment of 不了解."""
    for use in framework.surveys:
        for name, label, kind, choices in (
            ("scheme", "采用口径", SCHEME, ()),
            ("questions", "题目范围", "choice", use.question_sets),
            ("unaware", "不了解", "choice", use.unaware),
        ):
            place = names.place(f"{name}_{use.id}")
            yield InputCell(f"survey_{name}.{use.id}", f"{use.label}：{label}", *place, kind, "", choices)


def parse_input(item: InputCell, text: str) -> Value:
    """What a person typed for an input, as a cell value; nothing typed clears it.

    Errors: UserError: not what the input takes.
    """
    text = text.strip()
    if not text:
        return None
    if item.type == "text":
        return text
    if item.type == SCHEME:
        if problem := chosen_scheme_problem(text):
            raise UserError(f"{item.id}（{item.label}，{item.cell}）不是口径：{problem}。")
        return text
    if item.type == "flag":
        return _flag(item, text)
    if item.type == "date":
        return _date(item, text)
    if item.type == GENERAL:
        return typed(text)
    if item.type == "choice":
        if text not in item.choices:
            raise _refused(item, text, f"应为 {'、'.join(item.choices)} 之一")
        return text
    try:
        number = parse_number(text.replace(",", "").replace("，", ""))
    except CellError as error:
        raise _refused(item, text, "应为数字") from error
    if item.type == "count" and (number < 0 or number != math.floor(number)):
        raise _refused(item, text, "应为非负整数")
    if item.type == "score" and not 0 <= number <= item.maximum:
        raise _refused(item, text, f"应在 0 到 {item.maximum:g} 分之间")
    found = doubt(item.limits, item.type, number, lambda name: None)
    if found and found.is_error:
        raise _refused(item, text, found.text)
    return number


def typed(text: str) -> Value:
    """What a text means where nothing says its type: TRUE or FALSE, a number, else itself."""
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def is_percentage(value: object, kind: str) -> TypeGuard[str]:
    """Whether a value is a rate typed as text with a percent sign: in a rate's place that can mean nothing else."""
    return kind in ("rate", "number") and isinstance(value, str) and bool(_PERCENTAGE.fullmatch(value.strip()))


def _date(item: InputCell, text: str) -> float:
    try:
        return to_serial(parse_day(text))
    except ValueError as error:
        raise _refused(item, text, "应为日期，如 2022-10-31") from error


def _flag(item: InputCell, text: str) -> Value:
    if text.upper() in (*_YES, *_NO):
        said = text.upper() in _YES
        return flags.word(said) if item.choices else said
    raise _refused(item, text, "应为是或否（TRUE 或 FALSE）")


def _refused(item: InputCell, text: str, wanted: str) -> UserError:
    return UserError(f"{item.id}（{item.label}，{item.cell}）{wanted}，现为“{text}”。")
