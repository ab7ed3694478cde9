"""A share of the weight off for each step beyond a threshold (超限线性扣)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from xlperf.functions import scoring
from xlperf.functions.plain.scores import BELOW, EITHER, STARTED_STEPS, WHOLE_STEPS
from xlperf.rules import deviation
from xlperf.rules.deduct import not_below_zero, share_text
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Id
from xlperf.rules.phrases import PLAIN_NAMES, UNTIL_NOTHING, Names, exact, share
from xlperf.rules.reading.amounts import fraction
from xlperf.rules.reading.forms import GIVE, OFF, Cause, Form, Found, Relation, Situation, Statement, one
from xlperf.rules.reading.subjects import one_subject, relations_of, same_name, value_of
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Told
from xlperf.values import compare, round_half_up
from xlperf.values import exact as exact_number
from xlperf.wording import beside, number, points, threshold

# The smallest weight that points per step are divided by: a weight of 0 takes no score anyway.
LEAST = 0.01
_UNFINISHED = {"按比例": "按比例扣", WHOLE_STEPS: "不扣", STARTED_STEPS: "也扣"}


class LinearRule(DataRule):
    """A share of the weight, or so many points, off for each step beyond a threshold.

    `target`: what is compared is how far the value lies from it, on either side (偏离).
    """

    kind: Literal["linear"]
    value: Id
    target: float | None = None
    threshold: float
    step: Annotated[float, Field(gt=0)]
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    points: Annotated[float, Field(gt=0)] | None = None
    direction: Literal["高于", "低于", "双向"] = "高于"
    partial: Literal["按比例", "不足不扣", "不足也扣"] = "按比例"
    over: float | None = None

    label: ClassVar[str] = "超限线性扣"

    @model_validator(mode="after")
    def _says_what_a_step_takes(self) -> Self:
        if (self.share is None) is (self.points is None):
            raise ValueError("linear 规则的 share（每步扣分值的几成）和 points（每步扣几分）要写、也只能写一个")
        if self.target is not None and (self.direction != "高于" or self.over is not None):
            raise ValueError("linear 规则写了 target，比较的就是与它相差多少，不能再写 direction、over")
        return self

    @property
    def has_fixed_points(self) -> bool:
        """Whether a step takes so many points, whatever the weight."""
        return self.points is not None

    def share_of(self, weight: float) -> float:
        """The share of the weight that a step takes."""
        return self.share if self.points is None else self.points / weight if weight else 0.0  # type: ignore[return-value]

    @property
    def ids(self) -> tuple[str, ...]:
        """The value."""
        return (self.value,)

    def formula(self, places: Places) -> str:
        """The weight less its share for each step."""
        over = "" if self.over is None else f",{self.over:.15g}"
        share = f"{self.share:.15g}" if self.points is None else f"{self.points:.15g}/MAX({places.weight},{LEAST})"
        numbers = f"{self.threshold:.15g},{self.step:.15g},{share}"
        direction = self.direction if self.target is None else EITHER
        options = f'"{direction}","{self.partial}"{over}'
        return f"PERF_SCORE_LINEAR({places.weight},{deviation.measured(self.value, self.target)},{numbers},{options})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """A step that takes more than there is."""
        if weight and self.points is not None and self.points > weight:
            yield "tier_over_weight", f"每步扣 {self.points:g} 分，超过分值 {weight:g}"

    def words(self, facts: Facts) -> Told:
        """`35.52% 高于 10%，相差 25.52 个百分点，每 1 个百分点扣分值的 3%（不足的按比例扣）：…= 0.47`."""
        value, kind, weight = facts.number(self.value), facts.kind(self.value), facts.weight
        taken = self.share_of(weight)
        arguments = (self.threshold, self.step, taken, self.direction, self.partial, self.over)
        score = scoring.score_linear(weight, deviation.distance(value, self.target), *arguments)
        limit = threshold(self.threshold, kind)
        if self.over is not None and compare(value, self.over) > 0:
            text = beside(value, self.over, kind)
            return Told(f"{text} 超过 {threshold(self.over, kind)}，按标准不得分：{points(score)} 分", score, score)
        excess, text = self._excess(value, kind)
        if compare(excess, 0) <= 0:
            if self.target is not None:
                text += f"没有超过 {deviation.apart(self.threshold, kind)}"
                return Told(f"{text}，不扣分：{points(score)} 分", score, score)
            sign = "≥" if self.direction == BELOW else "≤"
            return Told(f"{text.rstrip()} {sign} {limit}，不扣分：{points(score)} 分", score, score)
        steps, way = _steps(excess / self.step, self.partial)
        word = "低于" if self.direction == BELOW else "高于"
        each = f"分值的 {share_text(taken)}" if self.points is None else f" {number(self.points)} 分"
        distance = deviation.apart(round_half_up(excess, 6), kind)
        beyond = f"{text}{word} {limit}，相差 {distance}，"
        if self.target is not None:
            beyond = f"{text}比 {deviation.apart(self.threshold, kind)}多 {distance}，" if self.threshold else text
        head = f"{beyond}每 {deviation.apart(self.step, kind)}扣{each}（{way}）"
        count = number(round_half_up(steps, 4))
        calculation = f"{number(weight)} ×（1 − {count} × {share_text(taken)}）= "
        if self.points is not None:
            calculation = f"{number(weight)} − {count} × {number(self.points)} = "
        return Told(f"{head}：{calculation}{not_below_zero(weight * (1 - steps * taken), score)}", score, score)

    def _excess(self, value: float, kind: str) -> tuple[float, str]:
        """How far what is compared lies beyond the threshold; what is compared in words."""
        if self.target is not None:
            return abs(value - self.target) - self.threshold, f"{deviation.told(value, self.target, kind)}，"
        text = beside(value, self.threshold, kind)
        if self.direction == EITHER:
            return abs(value) - self.threshold, f"{text} 的绝对值"
        return self.threshold - value if self.direction == BELOW else value - self.threshold, f"{text} "

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """Where deduction begins and where nothing is left."""
        sign = -1 if self.direction == BELOW else 1
        share = self.share_of(facts.weight)
        ends = {self.threshold} | ({self.threshold + sign * self.step / share} if share else set())
        ends |= {-value for value in ends} if self.direction == EITHER else set()
        ends |= set() if self.over is None else {self.over}
        found = deviation.ends(tuple(sorted(ends)), self.target)
        yield Limit((self.value,), lambda values: values[0], found, is_step=False)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`支出率不低于95%的得满分；每低1个百分点扣分值的5%（不足的按比例扣），扣完为止；超过100%的不得分`."""
        name, limit = names.label(self.value), names.limit(self.threshold, self.value)
        word = "低" if self.direction == BELOW else "高"
        subject = f"{name}的绝对值" if self.direction == EITHER else deviation.named(self.value, self.target, names)
        step = names.difference(self.step, self.value)
        taken = f"{exact(self.points)}分" if self.share is None else f"分值的{share(self.share)}"  # type: ignore[arg-type]
        each = f"每{word}{step}扣{taken}（不足的{_UNFINISHED[self.partial]}）"
        over = "" if self.over is None else f"；{name}超过{names.limit(self.over, self.value)}的不得分"
        return f"{subject}不{word}于{limit}的得满分；{each}，{UNTIL_NOTHING}{over}"


def _steps(steps: float, partial: str) -> tuple[float, str]:
    """The steps that count, and how an unfinished one is taken."""
    whole = round_half_up(steps, 10)
    if partial == WHOLE_STEPS:
        return math.floor(whole), "不足的不扣"
    if partial == STARTED_STEPS:
        return math.ceil(whole), "不足的也扣"
    return whole, "不足的按比例扣"


_UP = ("超", "高", "升", "增", "提", "多")
_DOWN = ("低", "降", "减", "少")
_TAKEN = {"按比例": "不足一步的按比例扣", WHOLE_STEPS: "不足一步的不扣", STARTED_STEPS: "不足一步的也扣"}


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """A threshold and what each step beyond it takes; a way for each thing that the text leaves open."""
    step = next(s for s in statements if s.type == "STEP")
    full = next((s for s in statements if s.type == "VALUE"), None)
    others = [s for s in statements if s.type == "NOT_VALUE"]
    start = _start(full, step, situation)
    if start is None or step.each is None or step.outcome is None:
        return
    subject, relation, direction = start
    weight = situation.weight or (full.outcome.amount if full and full.outcome and full.outcome.kind == GIVE else None)
    share = step.outcome.amount
    if step.outcome.kind == OFF:
        if not weight:
            situation.doubt("ask_weight", "扣的分数要与分值比较，请给出分值", step)
            return
        share /= weight
    if full is not None and not situation.is_full(full.outcome, full):
        return
    if full is not None and not step.causes:
        situation.note("start_unsaid", "没有另写从哪里起扣，按得满分的界限起扣", step.start, step.end)
    if direction == "偏离" and others:
        return
    if relation.operator == "=" and not others and direction != "偏离":
        situation.note(
            "other_side", f"{'低于' if direction == '高于' else '高于'}界限的没有写明，按得满分读", step.start, step.end
        )
    over = _over(others, subject, relation, direction)
    if over is UNFIT or not 0 < share <= 1:
        return
    target = relation.limit if direction == "偏离" else None
    is_difference = full is not None and any(cause.other for cause in full.causes)
    _say_what_is_open(step, relation, situation, target, is_difference=is_difference)
    value = value_of(subject, (replace(relation, unit=relation.unit or _unit(step)),), situation)
    for (begin, from_where), (size, unit), (partial, taken) in itertools.product(
        _thresholds(step, relation, target), _sizes(step, relation), _partials(situation)
    ):
        rule = LinearRule(
            kind="linear", value=value, target=target, threshold=begin, step=size, share=float(share),
            direction="高于" if direction == "偏离" else direction, partial=partial, over=over,
        )  # fmt: skip
        yield one(rule, situation.text(*statements), *(choice for choice in (from_where, unit, taken) if choice))


UNFIT = float("nan")


def _start(
    full: Statement | None, step: Statement, situation: Situation
) -> tuple[str, Relation, Literal["高于", "低于", "双向", "偏离"]] | None:
    """What is measured, from which limit on, in which direction; None where the statements contradict one another."""
    if full is not None and len(full.causes) == 1 and full.causes[0].other:
        return _difference(full.causes[0], step)
    # 控制率每超过一个百分点: what stands before 每 is what is measured, not a fact.
    named = [cause.subject for cause in step.causes] if len(step.causes) == 1 and not step.compared else []
    stated = [s for s in (full, None if named else step) if s is not None]
    measured = one_subject(stated, allows_absolute=True)
    subject = None if measured is None else same_name((measured, *named))
    if subject is None or step.each is None:
        return None
    kept = relations_of(full)[0] if full and len(relations_of(full)) == 1 else None
    if kept is not None and _is_deviation(step, kept, situation):
        return subject, kept, "偏离"
    beyond = relations_of(step)[0] if len(relations_of(step)) == 1 else None
    standard = _standard(situation.standard)
    limit = kept or beyond or standard
    if limit is None or len(relations_of(step)) > 1 or (full is not None and kept is None):
        return None
    if any(r is not None and r.limit != limit.limit for r in (kept, beyond, standard)):
        return None
    said = _direction(step.each.text)
    if kept is not None:
        implied = {"≥": "低于", ">": "低于", "≤": "高于", "<": "高于"}.get(kept.operator, said)
    elif beyond is not None:
        implied = {">": "高于", "≥": "高于", "<": "低于", "≤": "低于"}.get(beyond.operator, said)
    else:
        implied = said
    if not implied or said not in ("", implied):
        return None
    if any(cause.is_absolute for statement in stated for cause in statement.causes):
        return (subject, limit, "双向") if implied == "高于" else None
    return subject, limit, "高于" if implied == "高于" else "低于"


def _is_deviation(step: Statement, kept: Relation, situation: Situation) -> bool:
    """预算执行率为100%得满分，每偏离1个百分点扣0.2分: what lies on either side costs the same."""
    verb = step.each.text if step.each else ""
    is_apart = any(sign in verb for sign in ("偏离", "相差")) and not any(sign in verb for sign in (*_UP, *_DOWN))
    return is_apart and kept.operator == "=" and not relations_of(step) and situation.standard is None


def _standard(statement: Statement | None) -> Relation | None:
    """以100%为标准: from where on it is measured."""
    if statement is None:
        return None
    return Relation("=", float(fraction(statement.text)), "%" if "%" in statement.text else "")


def _difference(cause: Cause, step: Statement) -> tuple[str, Relation, Literal["高于", "低于", "双向", "偏离"]] | None:
    """平均年龄不大于全市平均年龄: how far one quantity lies beyond another."""
    implied = {"≥": "低于", ">": "低于", "≤": "高于", "<": "高于"}.get(cause.operator)
    if implied is None or step.causes or step.each is None or _direction(step.each.text) not in ("", implied):
        return None
    relation = Relation(cause.operator, 0.0, _unit(step))
    return f"{cause.subject}－{cause.other}", relation, "高于" if implied == "高于" else "低于"


def _unit(step: Statement) -> str:
    """What the steps are measured in: percentage points tell that the limit is a rate, even 0."""
    return "%" if step.each is not None and step.each.unit in ("百分点", "%") else ""


def _direction(text: str) -> str:
    """高于 or 低于 as the verb says; empty where it says only that the value differs (偏离)."""
    verb = text[1:]
    if any(sign in verb for sign in ("偏离", "相差", "差")):
        return ""
    return "高于" if any(sign in verb for sign in _UP) else "低于" if any(sign in verb for sign in _DOWN) else ""


def _over(others: Sequence[Statement], subject: str, relation: Relation, direction: str) -> float | None:
    """The value above which nothing is given; NaN for a statement that says something else."""
    if not others:
        return None
    relations = relations_of(others[0])
    name = one_subject(others[:1])
    if name is None or len(relations) != 1 or same_name((name, subject)) is None:
        return UNFIT
    found = relations[0]
    return found.limit if found.operator == ">" and found.limit > relation.limit else UNFIT


def _thresholds(step: Statement, relation: Relation, target: float | None) -> Iterator[tuple[float, str]]:
    """From where it is measured: from the limit, or where the text says 偏离 perhaps from 100%."""
    if target is not None:
        yield 0.0, ""
        return
    is_open = step.each is not None and "偏离" in step.each.text and relation.unit == "%" and relation.limit != 1
    yield relation.limit, f"从 {relation.limit * 100:g}% 起算" if is_open else ""
    if is_open:
        yield 1.0, "从 100% 起算"


def _sizes(step: Statement, relation: Relation) -> Iterator[tuple[float, str]]:
    """The step: in percentage points, or where the text says only % perhaps of the limit itself."""
    if step.each is None:
        return
    amount = step.each.amount
    is_open = step.each.unit == "%" and relation.unit == "%" and relation.limit not in (0, 1)
    is_part = step.each.unit == "%" and relation.unit != "%" and relation.limit != 0
    if is_part:
        yield amount * abs(relation.limit) or amount, ""
        return
    yield amount, "按百分点" if is_open else ""
    if is_open:
        yield float(exact_number(amount * abs(relation.limit))), "按界限值的百分之几"


def _say_what_is_open(
    step: Statement, relation: Relation, situation: Situation, target: float | None, *, is_difference: bool
) -> None:
    """The questions that the ways differ in."""
    if len(list(_thresholds(step, relation, target))) > 1:
        situation.doubt("ambiguous", "没有写明“偏离”从界限还是从 100% 起算", step)
    if len(list(_sizes(step, relation))) > 1:
        situation.doubt("ambiguous", "没有写明“%”是百分点还是界限值的百分之几", step)
    if step.each is not None and step.each.unit == "%" and is_difference:
        situation.doubt("ambiguous", "没有写明“%”是百分点还是另一个数的百分之几，按百分点读", step)
    if not situation.partial:
        situation.doubt("ambiguous", "没有写明不足一步的怎样扣", step)


def _partials(situation: Situation) -> Iterator[tuple[Literal["按比例", "不足不扣", "不足也扣"], str]]:
    """How an unfinished step is taken; three ways where the text doesn't say."""
    if situation.partial:
        yield (
            "按比例"
            if situation.partial == "按比例"
            else "不足不扣"
            if situation.partial == WHOLE_STEPS
            else "不足也扣",
            "",
        )
        return
    yield from (("按比例", _TAKEN["按比例"]), ("不足不扣", _TAKEN[WHOLE_STEPS]), ("不足也扣", _TAKEN[STARTED_STEPS]))


FORM = Form(
    "linear",
    "VALUE? NOT_VALUE? STEP NOT_VALUE?",
    _read,
    (
        (
            "EACH_STEP.33",
            "/每(?:再|多)?(?:超过?|超出|高于|高出|高|低于|低|上升|提高|增加|增长|下降|降低|减少|降|偏离|相差|差|变动|少于|少|多)了?[^，；。每()超高低升降增减0-9一二两三四五六七八九十]{0,10}"
            r"(?:(?:\d+(?:\.\d+)?|一|二|两|三|五|十)(?:个百分点|个%|%|百分点|万元|元|岁|天|日)"
            # One at a time is a count (每少一项).
            r"|(?:[2-9]\d*|1\d+|二|两|三|五|十)(?:人|个(?!百)|次|项|户|亩|公里|件|名|家))的?/",
        ),
        ("STANDARD.33", r"/以-?\d+(?:\.\d+)?%?(?:为|作为)(?:评分|计分|考核)?(?:标准|基准|目标)值?/"),
        (
            "PARTIAL.33",
            r"/[，(]?不足(?:的部分|部分|的|\d+(?:\.\d+)?%的?|一?\d*个百分点的?|一个百分点的?)[，]?"
            r"(?:不扣分?|不计|也扣|按比例(?:扣分?|计算)?|按(?:一个|1个?)(?:百分点)?%?(?:计算|扣分?|计))\)?/",
        ),
    ),
)
