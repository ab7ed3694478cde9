"""Conditions of rules, gates and vetoes: their form, formula, rows of parameters, words, limits; points for meeting all."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from xlperf.errors import CellError
from xlperf.functions import scoring
from xlperf.functions.tiers import OPERATORS
from xlperf.rules.parameters import Block, Cell, KindOf, Named, Owner, Row, Table, ValueOf, Verdict, slug
from xlperf.rules.part import Id, Operator, Part
from xlperf.rules.phrases import PLAIN_NAMES, Names, quoted
from xlperf.rules.reading.forms import FULL, GIVE, Cause, Form, Found, ReadPoint, Situation, Statement
from xlperf.rules.reading.subjects import value_of
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.values import Value, compare, is_blank, is_number, to_serial
from xlperf.wording import beside, points, shown, threshold

CONDITIONS = Table("达标条件（全部符合才达标；现值取自数据和比率）", ("要点", "指标", "比较符", "界限", "现值", "条件"))
# Beside each condition whether it holds, or the number of its error; beside the first of them what they come to: a wrong
# type is an error (3), else one that fails decides, else one that lacks data (2, 7) leaves it open. So says PERF_MEETS of
# them all, whose plain formula for five conditions is close to the longest that a cell takes.
_EACH = "=IFERROR(PERF_MEETS({result},{sign},{limit}),ERROR.TYPE(PERF_MEETS({result},{sign},{limit})))"
_TOGETHER = (
    "=IF(COUNTIF({each},3)>0,#VALUE!,IF(COUNTIF({each},FALSE)>0,FALSE,"
    "IF(COUNTIF({each},TRUE)=ROWS({each}),TRUE,IF(COUNTIF({each},7)>0,NA(),#DIV/0!))))"
)
_PARTS = (("operators", "sign"), ("thresholds", "limit"), ("values", "result"))


def _number_of_day(value: object) -> object:
    """A date as the number under which cells hold it."""
    try:
        return float(to_serial(dt.date.fromisoformat(value))) if isinstance(value, str) else value
    except ValueError:
        return value


class Condition(Part):
    """A value compared with a threshold: another id, a number, a date, or TRUE/FALSE."""

    value: Id
    operator: Operator = "="
    threshold: Annotated[bool | float | Id, BeforeValidator(_number_of_day)]
    text: str = Field(min_length=1)


@dataclass(frozen=True)
class Checked:
    """A condition in words, and whether it holds; None where that can't be said."""

    text: str
    holds: bool | None


class PassRule(Rule):
    """The whole weight where all conditions hold; `below`: 0, or open (否则核定) where they don't."""

    kind: Literal["pass"]
    conditions: tuple[Condition, ...] = Field(min_length=1)
    below: Literal["zero", "open"] = "zero"

    label: ClassVar[str] = "达标"
    scale: ClassVar[Scale] = Scale.STATED
    has_fixed_points: ClassVar[bool] = False
    # Truth values are compared as well as numbers.
    figures: ClassVar[tuple[str, ...]] = ()
    finding: ClassVar[None] = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Everything that is compared."""
        return ids_in(self.conditions)

    def formulas(self, places: Places) -> tuple[str, str]:
        """All or nothing; where the standard leaves that open, anything up to all."""
        lower = f"PERF_SCORE_PASS({places.weight},{meets(places.code)})"
        upper = f"IF(ISNUMBER({places.low}),{places.weight},{places.low})"
        return lower, upper if self.below == "open" else places.low

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """The conditions."""
        return (block(Owner(owner.code, f"{owner.code} {owner.name}"), self.conditions),)

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """That it is left open what is given below the line."""
        if self.below == "open":
            yield "below_line", "达标线以下由评价人核定，没有写明怎么给分"

    def words(self, facts: Facts) -> Told:
        """`2 项条件中 1 项不成立，不得分`, each condition with its numbers below."""
        found = checked(self.conditions, facts)
        failed = sum(check.holds is False for check in found)
        absent = sum(check.holds is None for check in found)
        full = scoring.score_pass(facts.weight, True)
        is_open = failed and self.below == "open"
        if failed:
            result = f"在 0.00～{points(full)} 分之间由评价人核定" if is_open else "不得分"
            bounds: tuple[float | None, float | None] = (0.0, full if is_open else 0.0)
        elif absent or not found:
            result, bounds = "规则分算不出", (None, None)
        else:
            result, bounds = f"得满分 {points(full)}", (full, full)
        if len(found) == 1:
            return Told(f"{found[0].text}，{result}", *bounds)
        count = f"{failed} 项不成立" if failed else f"{absent} 项不能判断" if absent else "全部成立"
        lines = tuple(check.text for check in found)
        return Told(f"{len(found)} 项条件{'' if count == '全部成立' else '中 '}{count}，{result}", *bounds, lines)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """The thresholds of the conditions."""
        yield from limits(self.conditions, facts)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`同时符合以下条件的得满分：支出率≥90%（“支出率达到 90%”）；否则不得分`."""
        each = "；".join(_printed(condition, names) for condition in self.conditions)
        below = "否则不得分" if self.below == "zero" else "否则由评价人在0分至满分之间核定"
        return f"同时符合以下条件的得满分：{each}；{below}"


def ids_in(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The inputs and rates that conditions compare."""
    return tuple(i for c in conditions for i in (c.value, c.threshold) if isinstance(i, str))


def meets(owner: str) -> str:
    """The name of the cell that says whether all conditions of a point, gate or veto hold.

    It stands on the parameter sheet: its plain formula is long, and a score names it several times.
    """
    return _name(owner, "met")


def block(owner: Owner, conditions: Sequence[Condition]) -> Block:
    """Conditions as rows of the parameter sheet, each with the present value beside it."""
    rows = []
    for condition in conditions:
        limit: Cell = ValueOf(condition.threshold) if isinstance(condition.threshold, str) else condition.threshold
        kind = KindOf(condition.value)
        value = ValueOf(condition.value, may_fail=True)
        cells = (owner.code, owner.name, condition.operator, limit, value, condition.text)
        rows.append(Row(cells, (None, None, None, kind, kind)))
    names = tuple(Named(_name(owner.code, part), column, column) for part, column in _PARTS)
    return Block(CONDITIONS, tuple(rows), names, verdict=Verdict(meets(owner.code), _EACH, _TOGETHER))


def checked(conditions: Sequence[Condition], facts: Facts) -> list[Checked]:
    """Each condition of a point, gate or veto in words, with the operators and thresholds of the parameters."""
    columns = [facts.column(_name(facts.code, part)) for part in ("values", "operators", "thresholds")]
    rows = zip(*columns, strict=True)
    return [_checked(c.text, row, facts.kind(c.value)) for c, row in zip(conditions, rows, strict=False)]


def limits(conditions: Sequence[Condition], facts: Facts) -> Iterator[Limit]:
    """The thresholds of conditions as the parameters have them; of two figures, where they are the same."""
    stated = facts.column(_name(facts.code, "thresholds"))
    for condition, limit in itertools.zip_longest(conditions, stated):
        if condition is None:
            return
        if isinstance(condition.threshold, str):
            ids = (condition.value, condition.threshold)
            yield Limit(ids, lambda values: values[0] - values[1], (0.0,), is_step=True)
        else:
            known = (float(limit),) if is_number(limit) else ()
            yield Limit((condition.value,), lambda values: values[0], known, is_step=True)


def _name(owner: str, part: str) -> str:
    """The name of a column of conditions on the parameter sheet (values, operators or thresholds), or of what they come to."""
    return f"condition_{slug(owner)}_{part}"


def _checked(text: str, row: tuple[Value, ...], kind: str) -> Checked:
    value, sign, limit = row
    absent = [side for side in (value, limit) if is_blank(side) or isinstance(side, CellError)]
    if absent:
        return Checked(f"{text}：{shown(absent[0])}，不能判断", None)
    if isinstance(value, bool) and isinstance(limit, bool):
        holds = value is limit
        return Checked(f"{text}：{shown(value)}，{'成立' if holds else '不成立'}", holds)
    if not (is_number(value) and is_number(limit)) or str(sign) not in OPERATORS:
        return Checked(f"{text}：“{shown(value)}”与“{shown(limit)}”不能比较", None)
    left, right = float(value), float(limit)
    holds = OPERATORS[str(sign)](compare(left, right))
    other = threshold(right, kind) if kind == "rate" else beside(right, left, kind)
    return Checked(f"{text}：{beside(left, right, kind)} {sign} {other} {'成立' if holds else '不成立'}", holds)


def _printed(condition: Condition, names: Names) -> str:
    limit = condition.threshold
    if isinstance(limit, bool):
        text = "是" if limit else "否"
    else:
        text = names.label(limit) if isinstance(limit, str) else names.limit(limit, condition.value)
    return f"{names.label(condition.value)}{condition.operator}{text}（{quoted(condition.text)}）"


# What begins so is no further condition that must hold as well.
_NOT_ALL = ("或", "除", "要么", "任一", "之一")
_BELOW: dict[str, tuple[Literal["zero", "open"], str]] = {
    "zero": ("zero", "没有达到的不得分"),
    "open": ("open", "没有达到的由评价人核定"),
}


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """Conditions for full points, one point each where several are scored apart; two ways where the rest is left open."""
    otherwise = statements[-1].type if statements[-1].type.startswith("ELSE") else ""
    stated = [s for s in statements if s.type == "VALUE"]
    if any(c.is_absolute or c.subject.startswith(_NOT_ALL) for s in stated for c in s.causes):
        return
    weights = [_weight(s, situation, is_only=len(stated) == 1) for s in stated]
    if len(stated) > 1 and not _are_apart(stated, weights, situation):
        return
    if any(s.outcome is None or s.outcome.kind not in (FULL, GIVE) for s in stated) or "?" in weights:
        return
    ways = {"ELSE_NONE": ("zero",), "ELSE_DISCRETION": ("open",)}.get(otherwise, ("zero", "open"))
    for below, choice in (_BELOW[way] for way in ways):
        points = []
        for statement, weight in zip(stated, weights, strict=True):
            causes = _without_means(statement, situation)
            conditions = tuple(c for cause in causes for c in _conditions(cause, situation))
            rule = PassRule(kind="pass", conditions=conditions, below=below)
            points.append(ReadPoint(situation.text(statement), None if isinstance(weight, str) else weight, rule))
        yield Found(tuple(points), (choice,) if len(ways) > 1 else ())


def _are_apart(stated: Sequence[Statement], weights: Sequence[object], situation: Situation) -> bool:
    """Whether several conditions are scored apart: they speak of different things, and together give the weight."""
    subjects = [s.compared[0].subject for s in stated]
    given = [weight for weight in weights if isinstance(weight, Fraction)]
    is_whole = situation.weight in (None, sum(given)) and len(given) == len(stated)
    return len(set(subjects)) == len(subjects) and "" not in subjects and is_whole


def _without_means(statement: Statement, situation: Situation) -> Sequence[Cause]:
    """The causes without 通过…，推进…: how something is reached, said before what must be reached, is no condition."""
    causes = statement.causes
    first = next(n for n, cause in enumerate(causes) if not cause.is_fact)
    if not first or not causes[0].subject.startswith(("通过", "按照", "根据")):
        return causes
    said = situation.quote(causes[0].start, causes[first - 1].end)
    situation.note("means", f"“{said}”是做法，没有单列为条件", causes[0].start, causes[first - 1].end)
    return causes[first:]


def _weight(statement: Statement, situation: Situation, *, is_only: bool) -> Fraction | str | None:
    """What a point is worth; `?` where it is less than the whole although there is nothing beside it."""
    given = situation.given(statement.outcome)
    if not is_only:
        return given if given is not None else "?"
    return None if situation.weight in (None, given) or given is None else "?"


def _conditions(cause: Cause, situation: Situation) -> Iterator[Condition]:
    text = situation.quote(cause.start, cause.end)
    if cause.is_fact:
        yield Condition(value=situation.values.named(text, "flag"), threshold=True, text=text)
    elif cause.other:
        left, right = (situation.values.named(name, "number") for name in (cause.subject, cause.other))
        yield Condition(value=left, operator=_OPERATORS[cause.operator], threshold=right, text=text)
    for relation in cause.relations:
        value = value_of(cause.subject, cause.relations, situation)
        yield Condition(value=value, operator=_OPERATORS[relation.operator], threshold=relation.limit, text=text)


_OPERATORS: dict[str, Operator] = {"≥": "≥", ">": ">", "≤": "≤", "<": "<", "=": "="}
FORM = Form("conditions", "VALUE+ (ELSE_NONE | ELSE_DISCRETION)?", _read)
