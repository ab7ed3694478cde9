"""One of several rules (二者择一): the better, the worse, or the one that the evaluator finds to apply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from xlperf.rules.conditions import PassRule
from xlperf.rules.data_kinds import DATA_KINDS
from xlperf.rules.finding_cell import Choices
from xlperf.rules.one_of import OneOf, complete
from xlperf.rules.parameters import Block, Owner, inner_code
from xlperf.rules.part import Part
from xlperf.rules.phrases import PLAIN_NAMES, Names, embedded, quoted
from xlperf.rules.ratio import RatioRule
from xlperf.rules.reading.forms import Form, Found, Situation, Statement, one
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.values import compare, is_blank
from xlperf.wording import points

_TAKEN = {"better": "就高", "worse": "就低"}
_HEADS = {
    "better": "分别按以下各项计分，取得分高的",
    "worse": "分别按以下各项计分，取得分低的",
    "chosen": "由评价人选定适用以下哪一项，按该项计分",
}


class Option(Part):
    """One of the rules, and what it is called in lists and sentences."""

    text: Annotated[str, Field(pattern=r'^[^\s,，"“”]([^,，"“”]*[^\s,，"“”])?$', max_length=40)]
    rule: Annotated[Rule, OneOf(complete(*DATA_KINDS, PassRule))]


class EitherRule(Rule):
    """One of several rules on figures.

    `take`: the one that gives more (better), less (worse), or the one that the evaluator states as the finding (chosen).
    Where one of them can't be calculated, neither can the better or worse: it might be that one, and missing is not zero.
    A rule that was not chosen needs no figures.
    """

    kind: Literal["either"]
    take: Literal["better", "worse", "chosen"]
    rules: tuple[Option, ...] = Field(min_length=2, max_length=5)

    label: ClassVar[str] = "择一"
    scale: ClassVar[Scale] = Scale.STATED

    @model_validator(mode="after")
    def _is_distinct(self) -> Self:
        # Excel compares texts without regard to case.
        names = [option.text.casefold() for option in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("各项的 text 不能相同")
        return self

    @property
    def has_fixed_points(self) -> bool:
        """Whether one of them does."""
        return any(option.rule.has_fixed_points for option in self.rules)

    @property
    def ids(self) -> tuple[str, ...]:
        """Those of all."""
        return tuple(name for option in self.rules for name in option.rule.ids)

    @property
    def figures(self) -> tuple[str, ...]:
        """Those of all."""
        return tuple(name for option in self.rules for name in option.rule.figures)

    @property
    def finding(self) -> Choices | None:
        """Which applies, where that is to be stated."""
        return Choices(tuple(option.text for option in self.rules)) if self.take == "chosen" else None

    def formulas(self, places: Places) -> tuple[str, str]:
        """Highest, lowest, or that of the one stated."""
        lows, highs = zip(*(_bounds(o.rule, places, n) for n, o in enumerate(self.rules, 1)), strict=True)
        lower, upper = self._one(lows, places.finding), self._one(highs, places.finding)
        return lower, places.low if lower == upper else upper

    def _one(self, scores: tuple[str, ...], finding: str) -> str:
        if self.take != "chosen":
            return f"{'MAX' if self.take == 'better' else 'MIN'}({','.join(scores)})"
        formula = f'IF({finding}="",NA(),#VALUE!)'
        for option, score in reversed(list(zip(self.rules, scores, strict=True))):
            formula = f'IF({finding}="{option.text}",{score},{formula})'
        return formula

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Those of all."""
        found = (option.rule.parameters(owner.inner(n)) for n, option in enumerate(self.rules, 1))
        return tuple(block for blocks in found for block in blocks)

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Those of all."""
        for option in self.rules:
            yield from ((code, f"“{option.text}”：{text}") for code, text in option.rule.faults(weight))

    def problem(self, facts: Facts) -> str:
        """None: each of the rules says its own."""
        return ""

    def words(self, facts: Facts) -> Told:
        """`就高：“按进度” 1.50 分，“按质量” 2.00 分，取“按质量”：2.00 分`, what each says below."""
        found = [(option.text, option.rule.told(facts.inner(n))) for n, option in enumerate(self.rules, 1)]
        if self.take == "chosen":
            return _stated(found, facts)
        lines = tuple(line for text, said in found for line in (f"{text}：{said.sentence}", *said.lines))
        scores = [(text, said.low, said.high) for text, said in found if said.low is not None and said.high is not None]
        taken = _TAKEN[self.take]
        if len(scores) < len(found):
            absent = "、".join(f"“{text}”" for text, said in found if said.low is None)
            return Told(f"{taken}：{absent}算不出，不能比较，规则分算不出", lines=lines)
        each = "，".join(f"“{text}” {_range(low, high)} 分" for text, low, high in scores)
        choose = max if self.take == "better" else min
        low, high = choose(low for _, low, _ in scores), choose(high for _, _, high in scores)
        return Told(f"{taken}：{each}，取 {_range(low, high)} 分", low, high, lines)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """Those of all that can count."""
        for number, option in enumerate(self.rules, 1):
            if self.take != "chosen" or facts.finding == option.text:
                yield from option.rule.limits(facts.inner(number))

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`分别按以下各项计分，取得分高的：“按进度”「得分=分值×进度，超过100%的按满分计」；“按质量”「…」`."""
        each = (quoted(option.text) + embedded(option.rule.wording(weight, names)) for option in self.rules)
        return f"{_HEADS[self.take]}：{'；'.join(each)}"


def _bounds(rule: Rule, places: Places, number: int) -> tuple[str, str]:
    """The formulas for the nth rule, whose own lower bound has no cell."""
    own = replace(places, code=inner_code(places.code, number))
    lower, _ = rule.formulas(own) or ("NA()", "")
    _, upper = rule.formulas(replace(own, low=lower)) or ("", "NA()")
    return lower, upper


def _stated(found: list[tuple[str, Told]], facts: Facts) -> Told:
    """What the rule says that the evaluator found to apply."""
    if is_blank(facts.finding):
        return Told("还没有选适用哪一项，规则分算不出")
    said = dict(found).get(str(facts.finding))
    if said is None:
        return Told(f"核查结果“{facts.finding}”不在可选的范围内")
    return Told(f"适用“{facts.finding}”：{said.sentence}", said.low, said.high, said.lines)


def _range(low: float, high: float) -> str:
    return points(low) if compare(low, high) == 0 else f"{points(low)}～{points(high)}"


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """二者择其一，按完成比例得分: the two are those that the indicator's name joins."""
    names = [name for name in re.split(r"[/／或、]|和", situation.name) if name]
    if len(names) != 2 or names[0] == names[1] or any(len(name) > 40 for name in names):
        situation.doubt("definition", "“二者”是哪两个没有写明", statements[0])
        return
    options = tuple(
        Option(text=name, rule=RatioRule(kind="ratio", value=situation.values.named(name, "rate"))) for name in names
    )
    situation.doubt("definition", "没有写明按什么与什么的比例，由谁选定用哪一个", *statements)
    yield one(EitherRule(kind="either", take="chosen", rules=options), situation.text(*statements), "由评价人选定")
    yield one(EitherRule(kind="either", take="better", rules=options), situation.text(*statements), "取得分高的")


FORM = Form(
    "either",
    "EITHER RATIO",
    _read,
    (
        (
            "EITHER.45",
            "/(?:以上|上述|以下|下列)?(?:二者|两者|两项|二项)?(?:择其?一|任选其?一|选择其?一)(?:进行)?(?:考核|评价|计分|评分)?/",
        ),
    ),
)
