"""The statements of a sentence: what must hold, what is then given or taken, step by step or for each case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from lark import Lark

from xlperf.rules.reading.amounts import fraction, numeral_of
from xlperf.rules.reading.forms import (
    DISCRETION,
    FULL,
    GIVE,
    NONE,
    OFF,
    OFF_SHARE,
    RANGED,
    SHARE,
    Cause,
    Each,
    Outcome,
    Relation,
    Statement,
)
from xlperf.rules.reading.formulas import is_formula, read_formula
from xlperf.rules.reading.outline import Sentence
from xlperf.rules.reading.phrases import SIGNS, Element, elements
from xlperf.rules.reading.values import Definition, ScoreFormula, SumFormula

_OUTCOMES = {
    "give": GIVE,
    "give_in_brackets": GIVE,
    "full": FULL,
    "none": NONE,
    "share": SHARE,
    "off": OFF,
    "off_share": OFF_SHARE,
    "discretion": DISCRETION,
    "ranged": RANGED,
}
_COUNTED = frozenset(("个", "项", "次", "例", "篇", "件", "处", "起", "家", "户", "份", "场", "条"))
# 本指标满分10分
_ITSELF = [[name] for name in ("该指标", "本指标", "该项", "本项", "此项", "该项指标", "本项指标")]
# 各扣1分: several things at once, which the words before it list in ways of their own.
_SHARED = ("各", "各占", "分别", "分别占", "均")
_FORMULAS: dict[type, str] = {
    Definition: "DEFINITION",
    ScoreFormula: "SCORE",
    SumFormula: "SUM",
    type(None): "FORMULA",
}
# What a name of a quantity ends with.
_MEASURES = ("率", "度", "比例", "比重", "占比", "比", "程度")
_LEADS = ("若", "如果", "如", "当", "但是", "但", "并且", "且", "其中", "对于", "对", "同时", "：", "、")
_NO_LEADS = ("如实", "如期", "对应", "对外", "对象", "对口", "其中一", "当地", "当年", "当期", "当前")
_TAILS = ("的", "：", "、", ")")
_EACH = re.compile(r"每(?![年月季天周日半])")
_COMPARES, _BRACKETS = re.compile(r"\d%"), re.compile(r"\([^()]*\)")
_POINTS_ASIDE = re.compile(r"\([^()]*\d分[^()]*\)")
_NEGATIONS = (
    "未",
    "没有",
    "没",
    "不",
    "非",
    "无",
    "除",
    "不得",
    "不能",
    "不应",
    "不可",
    "不许",
    "不会",
    "不宜",
    "未能",
    "未曾",
    "勿",
)
_BARE_WEIGHT = frozenset("0123456789.分()")


@dataclass
class _Draft:
    """A statement in the making."""

    start: int | None = None
    end: int = 0
    causes: list[Cause] = field(default_factory=list)
    words: list[Element] = field(default_factory=list)
    before: tuple[Relation, ...] = ()
    sign: str = ""
    sign_end: int = 0
    left: str = ""
    left_start: int = 0
    each: Element | None = None
    is_else: bool = False


def statements(lark: Lark, text: str, sentence: Sentence) -> Iterator[Statement]:
    """What a sentence says; `lark` reads its phrases."""
    run: list[tuple[int, int]] = []
    for start, end in _pieces(text, sentence):
        if not is_formula(text[start:end]):
            run.append((start, end))
            continue
        formula = read_formula(text[start:end], start, end)
        before, run = [*_plain(lark, text, run)], []
        causes: tuple[Cause, ...] = ()
        first = start
        if isinstance(formula, ScoreFormula) and before and before[-1].type in ("FREE", "COMPARED"):
            # 部分项目未完成的，本项得分=…
            causes, first = before[-1].causes, before.pop().start
        yield from before
        yield Statement(_FORMULAS[type(formula)], first, end, causes, text=text[start:end], formula=formula)
    yield from _plain(lark, text, run)


def _pieces(text: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """The parts of a sentence between commas that stand in no bracket."""
    depth, first = 0, sentence.start
    for at in range(sentence.start, sentence.end):
        depth += (text[at] == "(") - (text[at] == ")" and depth > 0)
        if text[at] == "，" and not depth:
            yield first, at
            first = at + 1
    if first < sentence.end:
        yield first, sentence.end


def _plain(lark: Lark, text: str, run: Sequence[tuple[int, int]]) -> Iterator[Statement]:
    if run:
        start, end = run[0][0], run[-1][1]
        yield from _built(elements(lark, text[start:end], start))


def _built(found: list[Element]) -> Iterator[Statement]:
    draft = _Draft()
    for index, element in enumerate(found):
        if draft.start is None and element.kind not in ("comma",):
            draft.start = element.start
        draft.end = element.end
        following = found[index + 1 :]
        if element.kind == "words":
            draft.words.append(element)
        elif element.kind == "comma":
            _close_cause(draft)
        elif element.kind in ("relation", "span"):
            _relate(draft, element)
        elif element.kind == "bare":
            _bare(draft, element, following)
        elif element.kind == "sign":
            draft.sign, draft.sign_end, draft.left = element.text, element.end, _joined(draft.words)
            draft.left_start = draft.words[0].start if draft.words else element.start
            draft.words = []
        elif element.kind == "otherwise":
            draft.is_else = True
        elif element.kind.startswith("each_"):
            _close_cause(draft)
            draft.each = element
        elif element.kind in _OUTCOMES:
            yield _head(draft, element) if _is_head(draft, element, following) else _closed(draft, element)
            draft = _Draft()
        else:
            yield _special(draft, element)
            draft = _Draft()
    _close_cause(draft)
    if draft.start is not None and (draft.causes or draft.each or draft.is_else):
        yield _rest(draft)


def _relate(draft: _Draft, element: Element) -> None:
    if element.is_turned:
        _close_cause(draft)
        draft.before = element.relations
        return
    subject = _joined(draft.words)
    is_absolute = any(relation.is_absolute for relation in element.relations)
    subject = subject.removesuffix("在")
    start = draft.words[0].start if draft.words else element.start
    draft.words = []
    relations = (*draft.before, *element.relations)
    draft.before = ()
    if not subject and draft.causes and draft.causes[-1].relations:
        last = draft.causes.pop()
        draft.causes.append(replace(last, relations=(*last.relations, *relations), end=element.end))
        return
    draft.causes.append(Cause(subject, relations, start=start, end=element.end, is_absolute=is_absolute))


def _bare(draft: _Draft, element: Element, following: Sequence[Element]) -> None:
    """A number that is compared with nothing: what the value is, where an outcome follows at once; else part of words."""
    next_kind = next(
        (e.kind for e in following if e.kind != "comma" and not (e.kind == "words" and e.text == "的")), ""
    )
    is_followed = next_kind in _OUTCOMES
    subject = _joined(draft.words)
    if not draft.words and not draft.causes and is_followed:
        draft.causes.append(Cause("", element.relations, start=element.start, end=element.end))
    elif subject.endswith(_MEASURES) and "%" in element.text and is_followed:
        _relate(draft, element)
    elif subject and element.relations[0].unit in _COUNTED and following and following[0].kind in _OUTCOMES:
        # 完成2个得2分
        _relate(draft, element)
    else:
        draft.words.append(element)


def _close_cause(draft: _Draft) -> None:
    """The words so far are a cause of their own: a fact, or what one quantity is compared with."""
    text = _joined(draft.words)
    if draft.sign:
        end = draft.words[-1].end if draft.words else draft.sign_end
        if text:
            draft.causes.append(Cause(draft.left, (), SIGNS[draft.sign], text, draft.left_start, end))
        elif draft.left:
            draft.causes.append(Cause(draft.left + draft.sign, start=draft.left_start, end=end))
        draft.sign = draft.left = ""
    elif text:
        last = draft.causes[-1] if draft.causes else None
        if last is not None and text.startswith("(") and text.endswith(")"):
            draft.causes[-1] = replace(last, subject=last.subject + text)
        else:
            draft.causes.append(Cause(text, start=draft.words[0].start, end=draft.words[-1].end))
    draft.words = []


def _joined(words: Sequence[Element]) -> str:
    """Words without what only leads on to them or away from them."""
    text = "".join(element.text for element in words)
    changed = True
    while changed:
        changed = False
        for lead in _LEADS:
            if text.startswith(lead) and (
                (lead == "如" and text.startswith("如实际")) or not text.startswith(_NO_LEADS)
            ):
                text, changed = text[len(lead) :], True
        for tail in _TAILS:
            if text.endswith(tail) and not (tail == ")" and "(" in text) and not text.endswith(("目的", "存在")):
                text, changed = text[: -len(tail)], True
    return text


def _closed(draft: _Draft, element: Element) -> Statement:
    """A statement that ends with what is given or taken."""
    noun = ""
    if draft.each is not None:
        noun = _joined(draft.words)
        draft.words = []
    _close_cause(draft)
    outcome = Outcome(_OUTCOMES[element.kind], fraction(element.text) if element.kind != "full" else Fraction(1))
    if outcome.kind in (NONE, DISCRETION):
        outcome = Outcome(outcome.kind)
    causes = tuple(draft.causes)
    start = draft.start if draft.start is not None else element.start
    each = None if draft.each is None else _each(draft.each, noun)
    if each is not None and draft.each is not None:
        # 否则，每一项没有…，扣1分: what each takes is said either way.
        type_ = draft.each.kind.removeprefix("each_").upper()
    else:
        type_ = f"ELSE_{outcome.kind.upper()}" if draft.is_else else _type(causes, outcome)
    return Statement(type_, start, element.end, causes, outcome, each, element.text)


def _type(causes: Sequence[Cause], outcome: Outcome) -> str:
    if any(_EACH.search(cause.subject) for cause in causes):
        # Something is counted in a way that no kind knows; once is not meant.
        return "UNREAD"
    if outcome.kind in (DISCRETION, RANGED):
        return "OPEN" if outcome.kind == DISCRETION else "RANGED"
    if any(_COMPARES.search(_BRACKETS.sub("", c.subject)) for c in causes if c.is_fact) and outcome.kind in (
        GIVE,
        FULL,
    ):
        # 90%左右: a number that nobody compares is no fact.
        return "UNREAD"
    if any(not c.is_fact and c.subject.endswith(_NEGATIONS) for c in causes):
        # A comparison that is denied in words that are no comparison themselves.
        return "UNREAD"
    if any(_POINTS_ASIDE.search(c.subject) for c in causes):
        return "UNREAD"
    if any("×" in c.subject or "=" in c.subject or c.subject.endswith(_SHARED) for c in causes):
        return "UNREAD"
    is_value = any(not cause.is_fact for cause in causes)
    if outcome.kind in (OFF, OFF_SHARE):
        return "OFF_VALUE" if is_value else "OFF_FACT"
    if outcome.kind == NONE:
        return "NOT_VALUE" if is_value else "NOT_FACT"
    if _is_about_weights(causes):
        return "WEIGHTS"
    return "VALUE" if is_value else "FACT" if causes else "WORTH"


def _is_about_weights(causes: Sequence[Cause]) -> bool:
    """产出指标50分、效益指标30分: the weights of other indicators, which are no rule."""
    return any("分值" in cause.subject and "设" in cause.subject for cause in causes) or any(
        cause.subject.endswith(("权重为", "分值为")) for cause in causes
    )


def _each(element: Element, noun: str) -> Each:
    """`每超过一个百分点`, `每发现一项`: how much at a time, of what."""
    text = element.text
    digits = "".join(sign for sign in text if sign in "0123456789.")
    amount = Fraction(digits) if digits else Fraction(numeral_of(text) or 1)
    unit = "百分点" if "百分点" in text else "%" if "%" in text else text[-1]
    return Each(text, float(amount / 100 if unit in ("百分点", "%") else amount), unit, noun)


def _is_head(draft: _Draft, element: Element, following: Sequence[Element]) -> bool:
    """`预算执行规范性1分，…得满分，否则…`: the weight of a part before the rule for it."""
    if draft.causes or draft.each or draft.is_else or not draft.words or not set(element.text) <= _BARE_WEIGHT:
        return False
    if following and following[0].text.startswith("："):
        return True
    if element.kind == "give_in_brackets":
        return False
    kinds = [other.kind for other in following]
    return kinds[:1] == ["comma"] and any(k in ("full", "discretion", "share") for k in kinds)


def _head(draft: _Draft, element: Element) -> Statement:
    outcome = Outcome(GIVE, fraction(element.text))
    start = draft.start if draft.start is not None else element.start
    return Statement("HEAD", start, element.end, (), outcome, text=_joined(draft.words))


def _special(draft: _Draft, element: Element) -> Statement:
    """A phrase that a kind brings, or that ends a deduction."""
    _close_cause(draft)
    start = draft.start if draft.start is not None else element.start
    type_ = element.kind.upper()
    if draft.is_else:
        type_ = f"ELSE_{type_}"
    if element.kind == "cap" and [cause.subject for cause in draft.causes] in _ITSELF:
        draft.causes = []
    if element.kind == "cap" and draft.causes and element.text.startswith("满分"):
        # …得满分6分: what is full and how much that is.
        return Statement("FACT", start, element.end, tuple(draft.causes), Outcome(GIVE, fraction(element.text)))
    if element.kind == "until" and (draft.causes or draft.each):
        return replace(_rest(draft), end=element.end)
    return Statement(type_, start, element.end, tuple(draft.causes), text=element.text)


def _rest(draft: _Draft) -> Statement:
    """What ends without saying what is given."""
    _close_cause(draft)
    start = draft.start if draft.start is not None else 0
    is_value = any(not cause.is_fact for cause in draft.causes)
    type_ = "UNFINISHED" if draft.each or draft.is_else else "COMPARED" if is_value else "FREE"
    return Statement(type_, start, draft.end, tuple(draft.causes))
