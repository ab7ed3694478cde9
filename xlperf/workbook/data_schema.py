"""What a data file may say of one evaluated unit: figures with sources, findings, problems, deductions, awards."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from xlperf.frameworks.parts import Text
from xlperf.frameworks.schema import Framework
from xlperf.rules.part import Part
from xlperf.workbook.roles import Role

Figure = StrictBool | StrictInt | StrictFloat | StrictStr
TableData = dict[str, dict[str, Figure]] | tuple[dict[str, Figure], ...]
PointCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+\.[0-9]+$")]
MAXIMUM_OPTIONS = 6
MAXIMUM_LINES = 2000


class Unit(Part):
    """The evaluated unit (被评价单位), its year, and who evaluates it: organisations, never persons.

    `project`: the evaluated project, where the framework is one of 项目支出.
    """

    name: Text
    code: str = ""
    project: str = ""
    year: Annotated[int, Field(ge=2000, le=2100)]
    evaluator: str = ""
    money_unit: Literal["元", "万元"] | None = None


class ReportedLevel(Part):
    """A first-level score as the report prints it."""

    name: Text
    score: float


class Report(Part):
    """The result as the report states it; stands beside the computed one and never replaces it.

    A report that states no total or no grade leaves them out.
    """

    total: float | None = None
    grade: str = ""
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
    """What was given for an indicator: self score, award, review; reason and evidence where they depart from the rule.

    Roles are of organisations or groups (评价组, 复核组), never persons.
    """

    self_score: float | None = None
    award: float | None = None
    review: float | None = None
    is_applicable: bool = True
    reason: str = ""
    problems: tuple[str, ...] = ()
    evidence: str = ""
    source: Text
    award_role: str = ""
    award_date: dt.date | None = None
    review_role: str = ""
    review_date: dt.date | None = None
    opinion: str = ""

    @model_validator(mode="after")
    def _has_a_score(self) -> Self:
        has_score = any(score is not None for score in (self.self_score, self.award, self.review))
        if has_score is not self.is_applicable:
            raise ValueError("self_score、award、review 至少要有一个；不适用的（is_applicable = false）一个都不写")
        return self


class ExtraClaim(Part):
    """A bonus or penalty that is claimed: the item, the fact with its year, the document's year, the points, evidence.

    `ruling`: what the evaluator decides where the years alone don't settle it.
    """

    item: Text
    fact: Text
    fact_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    document_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    points: Annotated[float, Field(ge=0)] | None = None
    ruling: Literal["", "有效", "无效"] = ""
    evidence: str = ""
    source: Text


class Problem(Part):
    """A problem for the ledger (问题台账): one fact, its vouchers, the indicators that it touches.

    `id` is what awards, points and deductions of the file call it by; the number on the sheet is printed there.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]+$")]
    fact: Text
    voucher: str = ""
    amount: str = ""
    clause: str = ""
    category: str = ""
    cause: str = ""
    suggestion: str = ""
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
    """A question of a survey: its options from best to worst and how many chose each.

    `group`: the set of questions that it belongs to, such as 五级题. `unaware`: the option that is no judgement (不了解).
    """

    number: Annotated[int, Field(ge=1)]
    text: Text
    options: tuple[Text, ...] = Field(min_length=2)
    counts: tuple[Annotated[int, Field(ge=0)], ...]
    group: str = ""
    unaware: str = ""


class Survey(Part):
    """A survey (问卷): sheets sent out and valid ones, with the counts of every question."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]
    name: Text
    issued: int | None = None
    valid: Annotated[int, Field(ge=1)]
    questions: tuple[Question, ...] = Field(min_length=1)
    source: Text


class EvaluationData(Part):
    """A whole data file. `not_applicable`: the budget and working sheets that the unit has no use for; they are hidden.

    `weights`: those of indicators, where the framework lets them be changed. `room`: by tables of free lines, how many will
    be filled in later, where these are more than usual.
    """

    schema_version: Literal[1]
    framework: Text
    unit: Unit
    report: Report | None = None
    inputs: dict[str, InputData] = {}
    weights: dict[str, Annotated[float, Field(gt=0)]] = {}
    points: dict[PointCode, PointData] = {}
    awards: dict[str, Award] = {}
    problems: tuple[Problem, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    surveys: tuple[Survey, ...] = ()
    extras: tuple[ExtraClaim, ...] = ()
    tables: dict[str, TableData] = {}
    not_applicable: tuple[str, ...] = ()
    room: dict[str, Annotated[int, Field(ge=0, le=MAXIMUM_LINES)]] = {}


def of_unit(data: EvaluationData, framework: Framework) -> EvaluationData:
    """What of a data file is the unit's own: not what others find, award, review or list."""
    is_scorer = Role.SCORER.of(framework) is Role.UNIT
    kept: dict[str, Award] = {}
    for code, award in data.awards.items():
        changed: dict[str, object] = dict.fromkeys(("award", "review", "award_date", "review_date"))
        changed |= dict.fromkeys(("award_role", "review_role", "opinion"), "")
        changed |= {} if is_scorer else {"reason": "", "evidence": "", "source": "", "problems": ()}
        if award.self_score is not None:
            kept[code] = award.model_copy(update=changed)
    tables = {name: lines for name, lines in data.tables.items() if name not in ("opinions", "report")}
    inputs = {name: given.model_copy(update={"others": ()}) for name, given in data.inputs.items()}
    return data.model_copy(
        update={
            "inputs": inputs,
            "awards": kept,
            "points": data.points if is_scorer else {},
            "surveys": data.surveys if is_scorer else (),
            "problems": (),
            "deductions": (),
            "tables": tables,
            "report": None,
        }
    )
