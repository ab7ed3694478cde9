"""The weight times a rate (按比例)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from xlperf.functions import scoring
from xlperf.functions.plain.scores import CAP, DEDUCT, ZERO
from xlperf.rules.done import DoneRule
from xlperf.rules.linear import LinearRule
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Id, Points
from xlperf.rules.phrases import PLAIN_NAMES, Names, exact, percent
from xlperf.rules.reading.forms import FULL, Form, Found, Outcome, Situation, Statement, one
from xlperf.rules.reading.subjects import one_subject, relations_of, same_name, value_of
from xlperf.rules.reading.values import ScoreFormula
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Told
from xlperf.values import compare
from xlperf.wording import beside, number, points, threshold


class RatioRule(DataRule):
    """The weight times a rate.

    `over`: what a rate over 100% gives: the weight, 0, or (扣分) from `over_rate` on `over_points` less than the weight.
    """

    kind: Literal["ratio"]
    value: Id
    over: Literal["封顶", "归零", "扣分"] = "封顶"
    over_rate: Annotated[float, Field(ge=1)] | None = None
    over_points: Points | None = None

    label: ClassVar[str] = "按比例"
    has_fixed_points: ClassVar[bool] = False

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        given = (self.over_rate is not None, self.over_points is not None)
        if given != (self.over == DEDUCT,) * 2:
            raise ValueError("over_rate、over_points 只用于、也必须用于 over 为 扣分 的规则")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """The rate."""
        return (self.value,)

    def formula(self, places: Places) -> str:
        """The weight times the rate."""
        over = "" if self.over == CAP else f',"{self.over}"'
        if self.over_rate is not None and self.over_points is not None:
            over += f",{self.over_rate:.15g},{self.over_points:.15g}"
        return f"PERF_SCORE_RATIO({places.weight},{self.value}{over})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None that the numbers alone show."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """`分值 5 × 97.92% = 4.90`."""
        rate, weight = facts.number(self.value), facts.weight
        score = scoring.score_ratio(weight, rate, self.over, self.over_rate, self.over_points)
        value = beside(rate, 1, facts.kind(self.value))
        if self.over == DEDUCT and self.over_rate is not None and compare(rate, self.over_rate) >= 0:
            limit = threshold(self.over_rate, "rate")
            text = f"{value} 达到 {limit}，目标偏低，按标准扣 {number(self.over_points or 0)} 分"
        elif compare(rate, 1) > 0:
            text = f"{value} 超过 100%，"
            text += f"以满分 {number(weight)} 为限" if self.over in (CAP, DEDUCT) else "按标准不得分"
        elif compare(rate, 0) < 0:
            text = f"{value} 低于 0，不得分"
        else:
            return Told(f"分值 {number(weight)} × {value} = {points(score)}", score, score)
        return Told(f"{text}：{points(score)} 分", score, score)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """Its ends. Above 100% the score jumps to 0 or stays where it is; either way that is where to look."""
        over = () if self.over_rate is None else (self.over_rate,)
        yield Limit((self.value,), lambda values: values[0], (0.0, 1.0, *over), is_step=False)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`得分=分值×支出率，超过100%的按满分计`."""
        over = "超过100%的不得分" if self.over == ZERO else "超过100%的按满分计"
        if self.over_rate is not None and self.over_points is not None:
            over += f"，达到{percent(self.over_rate)}的从满分中扣{exact(self.over_points)}分"
        return f"得分=分值×{names.label(self.value)}，{over}"


def _read_formula(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """得分=分值×…率; what a rate above 100% gives, where the text says."""
    full = statements[0] if statements[0].type == "FACT" else None
    score, *others = statements[1:] if full else statements
    formula = score.formula
    if not isinstance(formula, ScoreFormula) or any(not cause.is_fact for cause in score.causes):
        return
    if full is None and score.causes:
        return
    if full is not None and situation.weight is not None and situation.given(full.outcome) != situation.weight:
        return
    if full is not None:
        situation.note("stated_case", f"写明的情形：“{situation.text(*statements)}”", full.start, score.end)
    over = "封顶"
    if others:
        if not _says_over(others[0], formula, situation):
            return
        over = "归零"
    yield from formula_ways(formula, over, situation, situation.text(*statements), score)


def formula_ways(
    formula: ScoreFormula, over: str, situation: Situation, text: str, statement: Statement
) -> Iterator[Found]:
    """The rules that a product may mean: of the weight, and where another number is printed, of that number."""
    definition = situation.values.defined(formula.rate)
    top = formula.numerator or (definition.numerator if definition else "")
    bottom = formula.denominator or (definition.denominator if definition else "")
    number = formula.coefficient
    is_other = number is not None and situation.weight is not None and number != situation.weight
    choices = (f"按分值 {situation.weight} 计",) if is_other else ()
    if number is not None and situation.weight is None:
        situation.doubt("ask_weight", f"公式乘以 {number}，分值是几分没有给出", statement)
    if is_undone(top, bottom):
        situation.doubt("zero_denominator", f"以“{bottom}”为分母，全部完成时分母为零", statement)
        ids = [situation.values.named(name, "count") for name in (top, f"总数（{top}＋{bottom}）")]
        yield one(DoneRule(kind="done", done=ids[0], total=ids[1]), text, "分母按总数")
        choices = ("分母按原文",)
    if over == "封顶" and top and bottom and is_counted(top, bottom) and not is_undone(top, bottom):
        ids = [situation.values.named(name, "count") for name in (top, bottom)]
        yield one(DoneRule(kind="done", done=ids[0], total=ids[1]), text, *choices)
    else:
        value = situation.values.named(formula.rate, "rate")
        yield one(RatioRule(kind="ratio", value=value, over="归零" if over == "归零" else "封顶"), text, *choices)
    if is_other and number is not None and situation.weight:
        # So many points for 100%, at most the weight: the same as a straight line down from where the weight is reached.
        end = float(situation.weight / number)
        if end > 0:
            value = situation.values.named(formula.rate, "rate")
            rule = LinearRule(kind="linear", value=value, threshold=end, step=end, share=1, direction="低于")
            yield one(rule, text, f"按原文乘以 {number}，以分值为限")


def is_counted(top: str, bottom: str) -> bool:
    """Whether a quotient is that of how many are done by how many there are."""
    return (
        any(word in top for word in ("完成", "实现", "办结", "达标")) and top.endswith("数") and bottom.endswith("数")
    )


def is_undone(top: str, bottom: str) -> bool:
    """Whether it divides what is done by what is not."""
    return "未" in bottom and bottom.replace("未", "已", 1) == top


def _says_over(statement: Statement, formula: ScoreFormula, situation: Situation) -> bool:
    """如实际采购金额大于采购计划金额则不得分: that the rate is above 100%."""
    if len(statement.causes) != 1:
        return False
    cause = statement.causes[0]
    if cause.relations:
        relation = cause.relations[0]
        return (
            len(cause.relations) == 1
            and relation.operator == ">"
            and relation.limit == 1
            and cause.subject in ("", formula.rate)
        )
    definition = situation.values.defined(formula.rate)
    top = formula.numerator or (definition.numerator if definition else "")
    bottom = formula.denominator or (definition.denominator if definition else "")
    return (
        cause.operator == ">" and bool(cause.other) and top.startswith(cause.subject) and bottom.startswith(cause.other)
    )


def _read_words(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """按完成比例得分: of a rate that the indicator's name says."""
    words = [s for s in statements if s.type in ("RATIO", "ELSE_RATIO")]
    targets = [s for s in statements if s.type in ("COMPARED", "VALUE")]
    text = situation.text(*statements)
    if any(not situation.is_full(s.outcome, s) for s in statements if s.type in ("WORTH", "VALUE", "FACT")):
        return
    if not targets:
        said = "".join(cause.subject for s in statements for cause in s.causes)
        if any(word in said for word in ("上述", "择一", "择其一", "任选")):
            return
        if "完成" not in words[0].text:
            situation.doubt("definition", "没有写明按什么与什么的比例", words[0])
        label = situation.name if situation.name.endswith(("率", "比例", "比")) else f"{situation.name}完成比例"
        facts = [s for s in statements if s.causes]
        if facts:
            label = f"“{'，'.join(situation.quote(s.causes[0].start, s.causes[-1].end) for s in facts)}”的比例"
        yield one(RatioRule(kind="ratio", value=situation.values.named(label, "rate")), text)
        return
    subject, relations = one_subject(targets), relations_of(targets[0])
    if (
        subject is None
        or len(relations) != 1
        or relations[0].operator != "≥"
        or relations[0].limit <= 0
        or len(words) > 1
    ):
        return
    limit = relations[0].limit
    if relations[0].unit == "%":
        situation.doubt("definition", "没有写明“按比例”是与界限之比，还是按比率本身；暂按与界限之比读", words[0])
    value = value_of(subject, relations, situation)
    yield one(LinearRule(kind="linear", value=value, threshold=limit, step=limit, share=1, direction="低于"), text)


def _read_reached(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """达到100%得满分，否则按完成率×分值: the same as the product alone, at most the weight."""
    reached, score = statements
    formula, relations, subject = score.formula, relations_of(reached), one_subject([reached])
    if not isinstance(formula, ScoreFormula) or len(relations) != 1 or subject is None:
        return
    below = [(relation.operator, relation.limit) for relation in relations_of(score)]
    if score.causes and (below != [("<", 1)] or one_subject([reached, score]) is None):
        return
    if relations[0].operator not in ("≥", "=") or relations[0].limit != 1:
        return
    if same_name((subject, formula.rate)) is None or situation.given(reached.outcome) != situation.given(_ALL):
        return
    yield from formula_ways(formula, "封顶", situation, situation.text(*statements), score)


_ALL = Outcome(FULL, Fraction(1))
FORMS = (
    Form("reached", "VALUE SCORE", _read_reached),
    Form("score_formula", "FACT? SCORE NOT_VALUE?", _read_formula),
    Form(
        "in_proportion",
        "FREE* (RATIO | (COMPARED | VALUE) ELSE_RATIO | FACT (RATIO | ELSE_RATIO)) WORTH?",
        _read_words,
        (
            (
                "RATIO.33",
                "/(?:均|分别)?(?:按照?|依据|根据|以)(?:实际)?[^，；。0-9]{0,8}(?:比例|完成率|比率)(?:折算|计算|计|折合)?(?:得分|计分|给分|扣分|分值|分数)|按比例(?:得分|计分|给分|扣分|折算)/",
            ),
        ),
    ),
)
