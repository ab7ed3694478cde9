"""What a data file may say of one evaluated unit: figures with sources, findings, problems, deductions, awards."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from xlperf.errors import UserError
from xlperf.frameworks.loading import parse_toml, read_text, validated
from xlperf.frameworks.rules import RULE_LABELS, Part
from xlperf.frameworks.schema import Framework, Text
from xlperf.functions.tiers import options

Figure = StrictBool | StrictInt | StrictFloat | StrictStr
PointCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+\.[0-9]+$")]
FINDINGS = ("符合", "部分符合", "不符合", "不适用", "缺证据")
TYPES = {"money": "金额", "number": "数", "count": "整数", "rate": "比率", "flag": "TRUE 或 FALSE", "text": "文字"}


class Unit(Part):
    """The evaluated unit (被评价单位), its year, and who evaluates it: organisations, never persons."""

    name: Text
    code: str = ""
    year: Annotated[int, Field(ge=2000, le=2100)]
    evaluator: str = ""


class ReportedLevel(Part):
    """A first-level score as the report prints it."""

    name: Text
    score: float


class Report(Part):
    """The result as the report states it; stands beside the computed one and never replaces it."""

    total: float
    grade: Text
    levels: tuple[ReportedLevel, ...] = ()
    source: Text


class OtherSource(Part):
    """The same figure as another source has it."""

    value: Figure | None = None
    source: Text
    note: str = ""


class InputData(Part):
    """A figure: its value (left out: no data), where it stands, its period, and what other sources say."""

    value: Figure | None = None
    source: Text
    period: str = ""
    note: str = ""
    others: tuple[OtherSource, ...] = ()


class PointData(Part):
    """What was found at a point: a finding, an option or a count of problems; the basis quotes the report."""

    finding: StrictStr | StrictInt
    basis: Text
    problems: tuple[str, ...] = ()
    evidence: str = ""


class Award(Part):
    """The evaluator's score of an indicator, with reason and evidence where it departs from the rule."""

    award: float
    reason: str = ""
    problems: tuple[str, ...] = ()
    evidence: str = ""
    source: Text


class Problem(Part):
    """A line of the ledger (问题台账): one fact, its vouchers, the indicators that it touches."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]+$")]
    fact: Text
    voucher: str = ""
    amount: str = ""
    clause: str = ""
    indicators: tuple[str, ...] = Field(min_length=1)
    source: Text


class Deduction(Part):
    """Points taken off an indicator for a group of problems together; how they split is not invented."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]+$")]
    indicator: Text
    points: Annotated[float, Field(gt=0)]
    problems: tuple[str, ...] = ()
    note: str = ""
    source: Text


class Question(Part):
    """A question of a survey: its options from best to worst and how many chose each."""

    number: Annotated[int, Field(ge=1)]
    text: Text
    options: tuple[Text, ...] = Field(min_length=2)
    counts: tuple[Annotated[int, Field(ge=0)], ...]


class Survey(Part):
    """A survey (问卷): sheets sent out and valid ones, with the counts of every question."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]
    name: Text
    issued: int | None = None
    valid: Annotated[int, Field(ge=1)]
    questions: tuple[Question, ...] = Field(min_length=1)
    source: Text


class EvaluationData(Part):
    """A whole data file."""

    schema_version: Literal[1]
    framework: Text
    unit: Unit
    report: Report | None = None
    inputs: dict[str, InputData] = {}
    points: dict[PointCode, PointData] = {}
    awards: dict[str, Award] = {}
    problems: tuple[Problem, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    surveys: tuple[Survey, ...] = ()


def read_data(path: Path, framework: Framework) -> EvaluationData:
    """A data file, checked against the framework that it fills.

    Errors: UserError: what is wrong, with file, key and value.
    """
    return parse_data(read_text(path), framework, str(path))


def parse_data(text: str, framework: Framework, origin: str) -> EvaluationData:
    """A data file from its text; see read_data."""
    data = validated(EvaluationData, parse_toml(text, origin), origin)
    problems = [*_input_problems(data, framework), *_code_problems(data, framework), *_point_problems(data, framework)]
    problems += [
        f"surveys.{survey.id}：第 {q.number} 题 {len(q.options)} 个选项、{len(q.counts)} 个份数"
        for survey in data.surveys
        for q in survey.questions
        if len(q.options) != len(q.counts)
    ]
    if data.framework != framework.id:
        problems.insert(0, f"framework 是 {data.framework}，与指标体系 {framework.id} 不符")
    if problems:
        more = f"；另有 {len(problems) - 3} 处" if len(problems) > 3 else ""
        raise UserError(f"{origin}：{'；'.join(problems[:3])}{more}。")
    return data


def figure_problem(kind: str, value: object) -> str:
    """Why a value does not suit an input's type; empty where it does."""
    if kind == "flag":
        suits = isinstance(value, bool)
    elif kind == "text":
        suits = isinstance(value, str)
    elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        suits = False
    else:
        suits = kind != "count" or (value >= 0 and value == math.floor(value))
    return "" if suits else f"应为{TYPES[kind]}，现为 {value!r}"


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
    return problems


def _code_problems(data: EvaluationData, framework: Framework) -> list[str]:
    codes = {i.code for i in framework.indicators}
    ledger = [problem.id for problem in data.problems]
    problems = [f"问题编号 {name} 重复" for name in sorted({n for n in ledger if ledger.count(n) > 1})]
    used = [
        *((f"awards.{code}", (code,), award.problems) for code, award in data.awards.items()),
        *((f"deductions.{d.id}", (d.indicator,), d.problems) for d in data.deductions),
        *((f"problems.{p.id}", p.indicators, ()) for p in data.problems),
        *((f"points.{code}", (), point.problems) for code, point in data.points.items()),
    ]
    for where, indicators, references in used:
        problems += [f"{where}：没有指标 {code}" for code in indicators if code not in codes]
        problems += [f"{where}：没有问题 {name}" for name in references if name not in ledger]
    return problems


def _point_problems(data: EvaluationData, framework: Framework) -> list[str]:
    points = {i.point_code(n): p for i in framework.indicators for n, p in enumerate(i.points, 1)}
    problems = []
    for code, given in data.points.items():
        if code not in points:
            problems.append(f"points.{code}：没有这个要点")
            continue
        rule = points[code].rule
        if rule.kind in ("deduct", "deduct_share"):
            suits, allowed = isinstance(given.finding, int) and given.finding >= 0, "问题处数（非负整数）"
        elif rule.kind == "finding":
            suits, allowed = given.finding in FINDINGS, "、".join(FINDINGS)
        elif rule.kind == "choice":
            names = list(options(rule.options))
            suits, allowed = given.finding in names, "、".join(names)
        else:
            suits, allowed = False, f"不用填（{RULE_LABELS[rule.kind]}由数据算出）"
        if not suits:
            problems.append(f"points.{code}：核查结果 {given.finding!r} 不对，应为 {allowed}")
    return problems
