"""One of several options, each with its points (选项)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from xlperf.functions import scoring
from xlperf.functions.tiers import options
from xlperf.rules.finding_cell import Choices
from xlperf.rules.parameters import Block, Named, Owner, Row, Table, slug
from xlperf.rules.part import OptionsText
from xlperf.rules.phrases import PLAIN_NAMES, Names, exact, gives, quoted
from xlperf.rules.reading.forms import GIVE, NONE, OFF, OFF_SHARE, Form, Found, Situation, Statement, one
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.values import compare, is_blank
from xlperf.wording import points, shown

OPTIONS = Table("选项表", ("要点", "指标", "选项", "得分", "", "说明"))


class ChoiceRule(Rule):
    """One of several options, each with its points."""

    kind: Literal["choice"]
    options: OptionsText

    label: ClassVar[str] = "选项"
    scale: ClassVar[Scale] = Scale.STATED
    has_fixed_points: ClassVar[bool] = True
    ids: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[str, ...]] = ()

    @property
    def finding(self) -> Choices:
        """One of the options."""
        return Choices(tuple(options(self.options)))

    def formulas(self, places: Places) -> tuple[str, str]:
        """The points of the option found."""
        return f"PERF_SCORE_CHOICE({places.weight},{places.finding},{_name(places.code)})", places.low

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """The options with their points."""
        rows = tuple(
            Row((owner.code, owner.name, option, given, None, None), (None, None, None, "score"))
            for option, given in options(self.options).items()
        )
        return (Block(OPTIONS, rows, (Named(_name(owner.code), "sign", "limit"),)),)

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Options whose best is not the weight."""
        most = max(options(self.options).values())
        if weight is not None and compare(most, weight) != 0:
            yield "tier_over_weight", f"选项最高 {most:g} 分，与分值 {weight:g} 不等"

    def words(self, facts: Facts) -> Told:
        """`“公开”，1.50 分`, with all options below."""
        table = facts.table(_name(facts.code))
        lines = ("各选项：" + "；".join(f"{name} {shown(given)} 分" for name, given in table),)
        if is_blank(facts.finding):
            return Told("还没有选，规则分算不出", lines=lines)
        score = scoring.score_choice(facts.weight, str(facts.finding), table)
        return Told(f"“{facts.finding}”，{points(score)} 分", score, score, lines)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """None: it reads no figures."""
        yield from ()

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`“按规定公开”的，得1.5分；“没有公开”的，不得分`."""
        return "；".join(f"{quoted(name)}的，{gives(given)}" for name, given in options(self.options).items())


def _name(code: str) -> str:
    """The name of a point's options on the parameter sheet."""
    return f"options_{slug(code)}"


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """Options of which one applies: the best gives the weight, and together they are not its parts."""
    given = [_points(s, situation) for s in statements]
    points = [p for p in given if p is not None]
    if len(points) < len(given) or min(points) < 0:
        return
    weight = situation.weight if situation.weight is not None else max(points)
    is_parted = situation.weight is not None and sum(points) == weight and all(s.type == "FACT" for s in statements)
    if max(points) != weight or is_parted or len([p for p in points if p]) < 2:
        return
    names = [_name_of(s, situation) for s in statements]
    if len(set(names)) < len(names) or "" in names:
        return
    text = "; ".join(f"{name}:{exact(float(p))}" for name, p in zip(names, points, strict=True))
    yield one(ChoiceRule(kind="choice", options=text), situation.text(*statements))


def _points(statement: Statement, situation: Situation) -> Fraction | None:
    outcome = statement.outcome
    if outcome is None:
        return None
    if outcome.kind in (OFF, OFF_SHARE):
        weight = situation.weight
        off = outcome.amount if outcome.kind == OFF else weight and outcome.amount * weight
        return None if weight is None or off is None else weight - off
    return outcome.amount if outcome.kind in (GIVE, NONE) else situation.given(outcome)


def _name_of(statement: Statement, situation: Situation) -> str:
    """An option by the words of the text, without the signs that a list of options is written with."""
    if not statement.causes:
        return ""
    text = situation.quote(statement.causes[0].start, statement.causes[-1].end)
    for sign in ("；", ";", "：", ":", "\n", ","):
        text = text.replace(sign, "，")
    return text.removesuffix("的").strip("，、的 ")


FORM = Form("choice", "FACT (FACT | NOT_FACT | OFF_FACT)+", _read)
