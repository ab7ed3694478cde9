"""Every input of a workbook: what it is called, where it stands, what it takes; and reading what a person types for it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from xlperf.errors import CellError, UserError
from xlperf.frameworks.plausibility import UNLIMITED, Limits, doubt
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.survey_schemes import chosen_scheme_problem
from xlperf.functions.tiers import parse_number
from xlperf.values import MoneyUnit, Value, to_serial
from xlperf.workbook import flags
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets import bonus_items
from xlperf.workbook.sheets.bonus_items import COUNTS, RULINGS
from xlperf.workbook.sheets.cover import PROJECT_NAME
from xlperf.workbook.sheets.scoring import NOT_APPLICABLE, maximum_score
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import CONSTANT, LINE

UNIT_INPUTS = (
    ("unit_name", "单位名称", "text"),
    ("unit_code", "单位编码", "text"),
    ("evaluation_year", "评价年度", "count"),
    ("evaluator_name", "评价机构", "text"),
    ("money_unit", "金额单位", "choice"),
)
INDICATOR_INPUTS = (
    ("self_score", "自评分", "score"),
    ("award", "评定分", "score"),
    ("review", "复核分", "score"),
    ("reason", "理由", "text"),
    ("problems", "问题编号", "text"),
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
_PERCENTAGE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[%％]")
_YES, _NO = ("TRUE", "是", "1"), ("FALSE", "否", "0")


@dataclass(frozen=True)
class InputCell:
    """One input: id (as in `xlperf set`), label, place, type, unit, the choices where it takes one of a few texts.

    `counted`: the cell that calculations read, where it is another one (a figure may also come from a budget sheet).
    `is_further_line`: in a table of free lines, not the first. `limits`: what a figure can sensibly be.
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
    is_further_line: bool = False
    limits: Limits = UNLIMITED

    @property
    def cell(self) -> str:
        """The place as people write it."""
        return f"{self.sheet}!{self.ref}"


def catalogue(names: NamedCells, framework: Framework) -> dict[str, InputCell]:
    """The inputs of a workbook by id: those of the framework, then those of the budget and working tables.

    Errors: UserError: a name that leads to an input is gone.
    """
    return {item.id: item for item in (*framework_inputs(names, framework), *table_inputs(names))}


def table_inputs(names: NamedCells) -> Iterator[InputCell]:
    """The inputs of the budget and working tables: `budget_initial.income_total`, `projects_name.1`."""
    for table in ALL_TABLES:
        for field in table.fields:
            if field.formula or field.kind == CONSTANT:
                continue
            kind = "choice" if field.choices else field.kind
            labels = {line.code: line.label.strip() for line in table.lines if field.id not in line.formulas}
            for code, place in names.by_code(table.column_name(LINE), table.column_name(field.id)).items():
                if table.is_free or code in labels:
                    label = f"{table.sheet}：{labels.get(code, f'第 {code} 行')}　{field.heading}"
                    name, is_further = f"{table.id}_{field.id}.{code}", table.is_free and code != "1"
                    yield InputCell(
                        name, label, *place, kind, "", field.choices, is_further_line=is_further, limits=field.bounds
                    )


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
    findings = names.by_code("point_code", "point_finding")
    for indicator in framework.indicators:
        for number, point in enumerate(indicator.points, 1):
            code, finding = indicator.point_code(number), point.rule.finding
            if finding:
                label = f"{indicator.name}：要点 {number}（{point.rule.label}）"
                yield InputCell(f"finding.{code}", label, *findings[code], finding.type, finding.unit, finding.choices)
    yield from _applicable_inputs(names, framework)
    yield from _extra_inputs(names, framework)
    if framework.has_editable_weights:
        weights = names.by_code("indicator_code", "indicator_weight")
        for i in framework.indicators:
            full = framework.weight or 0
            yield InputCell(f"weight.{i.code}", f"{i.name}：分值", *weights[i.code], "score", "分", (), full)
    columns = {column: names.by_code("indicator_code", f"indicator_{column}") for column, _, _ in INDICATOR_INPUTS}
    for indicator in framework.indicators:
        for column, label, kind in INDICATOR_INPUTS:
            place, text = columns[column][indicator.code], f"{indicator.name}：{label}"
            unit = "分" if kind == "score" else ""
            highest = maximum_score(framework, indicator)
            yield InputCell(f"{column}.{indicator.code}", text, *place, kind, unit, (), highest)
    for column, label, kind in REVIEW_INPUTS:
        places = names.by_code("reviewed_code", f"reviewed_{column}")
        for indicator in framework.indicators:
            yield InputCell(f"{column}.{indicator.code}", f"{indicator.name}：{label}", *places[indicator.code], kind)


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
        for line, place in names.by_code("extra_line", f"extra_{column}").items():
            text, unit = f"加减分：第 {line} 行　{label}", "分" if kind == "points" else ""
            further = line != "1"
            shown = "number" if kind == "points" else kind
            name = f"extra_{column}.{line}"
            yield InputCell(name, text, *place, shown, unit, choices.get(column, ()), is_further_line=further)


def _applicable_inputs(names: NamedCells, framework: Framework) -> Iterator[InputCell]:
    """Which indicators are left out because they don't apply: `applicable.C12`."""
    if framework.is_rescaled:
        places = names.by_code("indicator_code", "indicator_applicable")
        for indicator in framework.indicators:
            if indicator.not_applicable == "rescale":
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


def is_percentage(value: object, kind: str) -> TypeGuard[str]:
    """Whether a value is a rate typed as text with a percent sign: in a rate's place that can mean nothing else."""
    return kind in ("rate", "number") and isinstance(value, str) and bool(_PERCENTAGE.fullmatch(value.strip()))


def _date(item: InputCell, text: str) -> float:
    try:
        return to_serial(dt.date.fromisoformat(text))
    except ValueError as error:
        raise _refused(item, text, "应为日期，如 2022-10-31") from error


def _flag(item: InputCell, text: str) -> Value:
    if text.upper() in (*_YES, *_NO):
        said = text.upper() in _YES
        return flags.word(said) if item.choices else said
    raise _refused(item, text, "应为是或否（TRUE 或 FALSE）")


def _refused(item: InputCell, text: str, wanted: str) -> UserError:
    return UserError(f"{item.id}（{item.label}，{item.cell}）{wanted}，现为“{text}”。")
