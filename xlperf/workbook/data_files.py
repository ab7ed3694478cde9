"""Reading a unit's data file and checking it against the framework and the tables that it fills."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from xlperf.errors import UserError
from xlperf.frameworks.loading import listed_faults, parse_toml, read_text, validated
from xlperf.frameworks.plausibility import CONFIRMED, doubt, is_likely_day, sentence
from xlperf.frameworks.schema import Framework
from xlperf.functions.tiers import parse_number
from xlperf.values import Value, is_number, parse_day, to_serial
from xlperf.workbook import flags
from xlperf.workbook.catalogue import LINED, is_percentage
from xlperf.workbook.data_schema import MAXIMUM_LINES, MAXIMUM_OPTIONS, EvaluationData, Figure, TableData, Unit
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import Table

TYPES = {
    "money": "金额",
    "number": "数",
    "count": "整数",
    "rate": "比率",
    "date": "日期（如 2024-10-31）",
    "flag": "是或否",
    "text": "文字",
}


def read_data(path: Path, framework: Framework) -> EvaluationData:
    """A data file, checked against the framework that it fills.

    Errors: UserError: what is wrong, with file, key and value.
    """
    return parse_data(read_text(path), framework, str(path))


def parse_data(text: str, framework: Framework, origin: str) -> EvaluationData:
    """A data file from its text, TOML or (where its name ends so) JSON; see read_data."""
    content = parse_json(text, origin) if origin.lower().endswith(".json") else parse_toml(text, origin)
    data = validated(EvaluationData, _with_figures(content, framework), origin)
    problems = [*_input_problems(data, framework), *_code_problems(data, framework), *_point_problems(data, framework)]
    problems += _table_problems(data)
    hideable = {table.sheet for table in ALL_TABLES} | {spec.sheet for spec in IMPORTS}
    problems += [f"not_applicable：没有可以不用的表“{name}”" for name in data.not_applicable if name not in hideable]
    problems += _survey_problems(data)
    problems += _extra_problems(data, framework)
    if data.framework != framework.id:
        problems.insert(0, f"framework 是 {data.framework}，与指标体系 {framework.id} 不符")
    if problems:
        raise UserError(listed_faults(origin, [_with_line(text, problem) for problem in problems]))
    return data


def data_with_room(framework: Framework, room: Mapping[str, int]) -> EvaluationData:
    """Data that say nothing but how many lines of the tables of free lines will be filled in."""
    unit = Unit(name="—", year=framework.year)
    return EvaluationData(schema_version=1, framework=framework.id, unit=unit, room=dict(room))


def _with_figures(content: object, framework: Framework) -> object:
    """The content with rates typed as `"90%"` and dates as numbers; all else as it is, to be checked."""
    inputs = content.get("inputs") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(inputs, dict):
        return content
    kinds = {i.id: i.type for i in framework.inputs}

    def typed(part: object, kind: str) -> object:
        if isinstance(part, list):
            return [typed(one, kind) for one in part]
        if not isinstance(part, dict):
            return part
        value: object = part.get("value")
        rest = {key: typed(one, kind) if key == "others" else one for key, one in part.items()}
        if kind == "date":
            return rest | {"value": _day(value)} if "value" in part else rest
        return rest | {"value": parse_number(value)} if is_percentage(value, kind) else rest

    return content | {"inputs": {name: typed(given, kinds.get(name, "")) for name, given in inputs.items()}}


def _day(value: object) -> object:
    """A date, as TOML has them or as text, as the number of the day; all else as it is."""
    if isinstance(value, dt.datetime):
        value = value.date()
    try:
        day = parse_day(value.strip()) if isinstance(value, str) else value
    except ValueError:
        return value
    return to_serial(day) if isinstance(day, dt.date) else value


def parse_json(text: str, origin: str) -> object:
    """JSON as Python values.

    Errors: UserError: the line that can't be read.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{origin} 第 {error.lineno} 行写法有误（JSON 语法），请检查引号、括号和逗号。") from error
    except (RecursionError, ValueError) as error:
        reason = "括号层数太多" if isinstance(error, RecursionError) else "有整数的位数太多"
        raise UserError(f"{origin} 里{reason}，不能读；请改正。") from error


def _with_line(text: str, problem: str) -> str:
    """A problem (`inputs.quota_used：…`) with the line on which its keys stand, one after the other."""
    position = 0
    for key in problem.partition("：")[0].split("."):
        found = re.compile(rf"(?<!\w){re.escape(key)}(?!\w)").search(text, position)
        if found is None:
            break
        position = found.end()
    return f"第 {text.count(chr(10), 0, position) + 1} 行 {problem}" if position else problem


def figure_problem(kind: str, value: object) -> str:
    """Why a value does not suit an input's type; empty where it does."""
    if kind == "flag":
        suits = isinstance(value, bool) or value in flags.CHOICES
    elif kind == "text":
        suits = isinstance(value, str)
    elif kind == "date":
        suits = is_number(value) and is_likely_day(value)
    elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        suits = False
    else:
        suits = kind != "count" or (value >= 0 and value == math.floor(value))
    return "" if suits else f"应为{TYPES[kind]}，现为 {value!r}"


def _survey_problems(data: EvaluationData) -> Iterator[str]:
    names = [survey.id for survey in data.surveys]
    yield from (f"surveys：问卷 {name} 重复" for name in sorted({n for n in names if names.count(n) > 1}))
    for survey in data.surveys:
        for q in survey.questions:
            where = f"surveys.{survey.id}：第 {q.number} 题"
            if len(q.options) != len(q.counts):
                yield f"{where} {len(q.options)} 个选项、{len(q.counts)} 个份数"
            if len(q.options) > MAXIMUM_OPTIONS:
                yield f"{where} {len(q.options)} 个选项，最多 {MAXIMUM_OPTIONS} 个"
            if q.unaware and q.unaware not in q.options:
                yield f"{where}没有选项“{q.unaware}”"


def _input_problems(data: EvaluationData, framework: Framework) -> list[str]:
    kinds = {i.id: i.type for i in framework.inputs}
    problems = []
    for name, given in data.inputs.items():
        if name not in kinds:
            problems.append(f"inputs.{name}：指标体系里没有这个数据项")
            continue
        for value in (given.value, *(other.value for other in given.others)):
            problem = "" if value is None else figure_problem(kinds[name], value)
            problems += [f"inputs.{name}：{problem}"] if problem else []
    return [*problems, *_implausible(data, framework)]


def _implausible(data: EvaluationData, framework: Framework) -> Iterator[str]:
    """Figures that can't be, alone or beside the others of the file."""
    labels = {item.id: item.label.strip() for item in framework.inputs}
    values: dict[str, Value] = {name: given.value for name, given in data.inputs.items()}
    for item in framework.inputs:
        given = data.inputs.get(item.id)
        if given is None or not item.is_figure or not is_number(given.value) or figure_problem(item.type, given.value):
            continue
        found = doubt(item.bounds, item.type, given.value, values.get, is_confirmed=CONFIRMED in given.note)
        if found and found.is_error:
            text = sentence(found, labels[item.id], labels.get(found.other, ""), item.type, given.value)
            yield f"inputs.{item.id}：{text.rstrip('。')}"


def _code_problems(data: EvaluationData, framework: Framework) -> list[str]:
    codes = {i.code for i in framework.indicators}
    ledger = [problem.id for problem in data.problems]
    listed = {"问题": ledger, "扣分": [d.id for d in data.deductions], "问卷": [s.id for s in data.surveys]}
    problems = [
        f"{kind}编号 {name} 重复"
        for kind, names in listed.items()
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    used = [
        *((f"weights.{code}", (code,), ()) for code in data.weights),
        *((f"awards.{code}", (code,), award.problems) for code, award in data.awards.items()),
        *((f"deductions.{d.id}", (d.indicator,), d.problems) for d in data.deductions),
        *((f"problems.{p.id}", p.indicators, ()) for p in data.problems),
        *((f"points.{code}", (), point.problems) for code, point in data.points.items()),
    ]
    for where, indicators, references in used:
        problems += [f"{where}：没有指标 {code}" for code in indicators if code not in codes]
        problems += [f"{where}：没有问题 {name}" for name in references if name not in ledger]
    return problems


def _extra_problems(data: EvaluationData, framework: Framework) -> Iterator[str]:
    if data.weights and not framework.has_editable_weights:
        yield 'weights：指标体系没有写 weights = "editable"，分值不能改'
    free = {*LINED, *(table.id for table in ALL_TABLES if table.is_free)}
    yield from (
        f"room.{name}：没有这张逐行填的表（{'、'.join(sorted(free))}）" for name in data.room if name not in free
    )
    if data.unit.project and not framework.is_of_project:
        yield "unit.project：指标体系评的是部门整体支出，没有项目名称"
    items = {item.code for item in framework.extras.items} if framework.extras else set()
    for number, claim in enumerate(data.extras, 1):
        if claim.item not in items:
            yield f"extras：第 {number} 条的 item {claim.item} 不是加减分项（{'、'.join(sorted(items)) or '没有加减分项'}）"
    refused = {i.code for i in framework.indicators if i.not_applicable == "refuse"}
    for code, award in data.awards.items():
        if not award.is_applicable and code in refused:
            yield f"awards.{code}：指标体系不允许这一项不适用"


def _point_problems(data: EvaluationData, framework: Framework) -> list[str]:
    points = {i.point_code(n): p for i in framework.indicators for n, p in enumerate(i.points, 1)}
    problems = []
    for code, given in data.points.items():
        if code not in points:
            problems.append(f"points.{code}：没有这个要点")
            continue
        rule = points[code].rule
        suits = rule.finding is not None and rule.finding.accepts(given.finding)
        allowed = rule.finding.allowed if rule.finding else f"不用填（{rule.label}由数据算出）"
        if not suits:
            problems.append(f"points.{code}：核查结果 {given.finding!r} 不对，应为 {allowed}")
    return problems


def _table_problems(data: EvaluationData) -> list[str]:
    by_id = {table.id: table for table in ALL_TABLES}
    problems = []
    for name, content in data.tables.items():
        table = by_id.get(name)
        if table is None:
            problems.append(f"tables.{name}：没有这张表")
        elif isinstance(content, Mapping) is table.is_free:
            problems.append(
                f"tables.{name}：应写成 {'逐行的 [[tables.…]]' if table.is_free else '按行编号的 [tables.…]'}"
            )
        else:
            problems += _line_problems(table, content)
    return problems


def _line_problems(table: Table, content: TableData) -> Iterator[str]:
    """What does not fit in a table's lines: their codes, their number, their cells."""
    codes = {line.code for line in table.lines}
    lines = content.items() if isinstance(content, Mapping) else ((str(n), x) for n, x in enumerate(content, 1))
    for code, values in lines:
        where = f"tables.{table.id}.{code}"
        if table.is_free and int(code) > MAXIMUM_LINES:
            yield f"{where}：超出一张表最多的 {MAXIMUM_LINES} 行"
        elif not table.is_free and code not in codes:
            yield f"{where}：没有这一行"
        else:
            yield from (
                f"{where}.{key}：{text}"
                for key, value in values.items()
                if (text := _cell_problem(table, code, key, value))
            )
            yield from (f"{where}.{text}" for text in _implausible_cells(table, values))


def _implausible_cells(table: Table, values: Mapping[str, Figure]) -> Iterator[str]:
    """The figures of a line that can't be."""
    headings = {f.id: f.heading for f in table.fields}
    for f in table.limited:
        value = values.get(f.id)
        found = doubt(f.bounds, f.kind, value, values.get) if is_number(value) else None
        if found and found.is_error and is_number(value) and not figure_problem("number", value):
            text = sentence(found, f.heading, headings.get(found.other, ""), f.kind, value)
            yield f"{f.id}：{text.rstrip('。')}"


def _cell_problem(table: Table, code: str, key: str, value: Figure) -> str:
    target = table.field(key)
    if target is None:
        return "没有这一列"
    line = next((line for line in table.lines if line.code == code), None)
    if target.formula or (line and key in line.formulas):
        return "由公式算出，不能填"
    if target.choices:
        return "" if value in target.choices else f"应为 {'、'.join(target.choices)} 之一，现为 {value!r}"
    return figure_problem("number" if target.kind == "score" else target.kind, value)
