"""The other direction of `wording`: a rule as we print it ourselves becomes that very rule again.

A candidate is taken from the sentence and printed; only where that gives the same sentence is it the rule, so that
nothing is ever guessed.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from xlperf.functions.tiers import parse_number
from xlperf.rules.kinds import AnyRule
from xlperf.rules.phrases import exact
from xlperf.rules.reading.values import Values
from xlperf.rules.rule import Rule
from xlperf.values import parse_day, to_serial

_NUMBER = r"-?\d+(?:\.\d+)?"
_LIMIT, _SHARE = rf"{_NUMBER}%?", rf"{_NUMBER}%|\d+/\d+"
_GIVEN = rf"(?:得({_NUMBER})分|不得分)"
_QUOTED = "“((?:[^”]|””)*)”"
_EMBEDDED = "「((?:[^」]|」」)*)」"
_TAKES = {"分别按以下各项计分，取得分高的": "better", "分别按以下各项计分，取得分低的": "worse",
          "由评价人选定适用以下哪一项，按该项计分": "chosen"}  # fmt: skip
_PARTIAL = {"按比例扣": "按比例", "不扣": "不足不扣", "也扣": "不足也扣"}
_UNSPELT = re.compile(r"[:：;；,\n]")
# A name that holds any of these would be a sentence.
_NOT_IN_NAMES = "。；=×÷\n"
# Kinds whose sentences are few.
_FIXED = (
    *(
        {"kind": "finding", "partial": partial, "not_applicable": skipped}
        for partial, skipped in itertools.product(("zero", "open"), ("refuse", "full", "zero", "open"))
    ),
    {"kind": "judgement"},
    {"kind": "unstated"},
)
Content = dict[str, Any]


@functools.cache
def _adapter() -> TypeAdapter[Rule]:
    return TypeAdapter(AnyRule)


def canonical(text: str, weight: float, values: Values) -> Rule | None:
    """The rule whose wording a text is; None where it is no such sentence. `values` takes the names that it reads."""
    said = text.strip()
    rates = values.rates if isinstance(values, _Named) else set()
    for build in _candidates(said, weight):
        # What is a rate in one place of the sentence is one in all: then it is read once more.
        for _ in range(2):
            named = _Named(values.definitions, dict(values.found), rates)
            rule = _built(build, named)
            is_plain = not any(sign in label for label in named.found for sign in _NOT_IN_NAMES)
            if rule is not None and is_plain and rule.wording(weight, named.names) == said:
                values.found.update(named.found)
                return rule
    return None


@dataclass
class _Named(Values):
    """Values that remember which names were those of rates."""

    rates: set[str] = field(default_factory=set)

    def named(self, label: str, kind: str) -> str:
        """The id of a value."""
        if kind == "rate":
            self.rates.add(label)
        return super().named(label, "rate" if label in self.rates else kind)


def _built(build: Callable[[Values], Content | None], named: Values) -> Rule | None:
    try:
        content = build(named)
        return None if content is None else _adapter().validate_python(content)
    except (ValidationError, ArithmeticError):
        return None


def _candidates(text: str, weight: float) -> Iterator[Callable[[Values], Content | None]]:
    """Ways to take a sentence; each names what it reads."""
    for content in _FIXED:
        yield lambda _, content=content: content  # type: ignore[misc]
    for form in _FORMS:
        match = re.compile(form.pattern, re.DOTALL).fullmatch(text)
        if match is not None:
            yield functools.partial(form.build, match)
    yield functools.partial(_either, text, weight)


@dataclass(frozen=True)
class _Form:
    pattern: str
    build: Callable[[re.Match[str], Values], Content | None]


def _number(text: str) -> float:
    """A number or percentage as it was before it was printed."""
    return float(Decimal(text[:-1]) / 100) if text.endswith("%") else float(Decimal(text))


def _part(text: str) -> float:
    return float(Fraction(text)) if "/" in text else _number(text)


def _kind(text: str) -> str:
    return "rate" if "%" in text or "百分点" in text else "number"


def _rows(text: str) -> str | None:
    """Tiers as they are written in a file."""
    found = []
    for clause in text.split("；"):
        match = re.fullmatch(rf"(?:([≥>≤<=])({_LIMIT})的，|否则){_GIVEN}", clause)
        if match is None:
            return None
        limit = match[2] and (match[2] if parse_number(match[2]) == _number(match[2]) else exact(_number(match[2])))
        found.append(f"{match[1]}{limit}:{match[3] or 0}" if match[1] else f"否则:{match[3] or 0}")
    return "; ".join(found)


def _tiers(match: re.Match[str], values: Values) -> Content | None:
    rows = _rows(match[3])
    if rows is None:
        return None
    found: Content = {"kind": "tiers", "value": values.named(match[1], _kind(f"{match[2]}{match[3]}")), "tiers": rows}
    return found | ({} if match[2] is None else {"target": _number(match[2])})


def _change(match: re.Match[str], values: Values) -> Content | None:
    rows, special = match[3], re.search(rf"；上年、本年都为零的，{_GIVEN}$", match[3])
    rows = rows[: special.start()] if special else rows
    read = _rows(rows)
    if read is None:
        return None
    ids = {"current": values.named(match[1], "number"), "previous": values.named(match[2], "number")}
    zero = {"zero_zero": float(special[1] or 0)} if special else {}
    return {"kind": "change", **ids, "tiers": read} | zero


def _linear(match: re.Match[str], values: Values) -> Content:
    label, target, absolute, side, limit, step, part, points, partial, over = match.groups()
    found: Content = {"kind": "linear", "value": values.named(label, _kind(limit + step)), "threshold": _number(limit)}
    found["step"] = _number(step.replace("个百分点", "%"))
    found |= {"share": _part(part)} if part else {"points": _number(points)}
    found["partial"] = _PARTIAL[partial]
    if target is not None:
        return found | {"target": _number(target)}
    found["direction"] = "双向" if absolute else "低于" if side == "低" else "高于"
    return found | ({"over": _number(over)} if over else {})


def _ratio(match: re.Match[str], values: Values) -> Content:
    found: Content = {"kind": "ratio", "value": values.named(match[1], "rate")}
    if match[3]:
        return found | {"over": "扣分", "over_rate": _number(match[3]), "over_points": _number(match[4])}
    return found | {"over": "归零" if match[2] == "不得分" else "封顶"}


def _done(match: re.Match[str], values: Values) -> Content:
    whole = match[2] or match[4]
    found = {"kind": "done", "done": values.named(match[1], "count"), "total": values.named(whole, "count")}
    return found | ({"not_applicable": values.named(match[3], "count")} if match[3] else {})


def _pass(match: re.Match[str], values: Values) -> Content | None:
    found, at = [], 0
    pattern = re.compile(rf"([^；]+?)([≥>≤<=])([^；]+?)（{_QUOTED}）(?:；|$)")
    while at < len(match[1]):
        piece = pattern.match(match[1], at)
        if piece is None:
            return None
        found.append(_condition(piece, values))
        at = piece.end()
    return {"kind": "pass", "conditions": found, "below": "zero" if match[2] == "不得分" else "open"}


def _condition(piece: re.Match[str], values: Values) -> Content:
    limit, text = piece[3], piece[4].replace("””", "”")
    threshold: object
    if limit in ("是", "否"):
        kind, threshold = "flag", limit == "是"
    elif re.fullmatch(_LIMIT, limit):
        kind, threshold = _kind(limit), _number(limit)
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", limit):
        kind, threshold = "date", float(to_serial(parse_day(limit)))
    else:
        kind, threshold = "number", values.named(limit, "number")
    return {"value": values.named(piece[1], kind), "operator": piece[2], "threshold": threshold, "text": text}


def _listed(pattern: str, text: str) -> list[tuple[str, ...]] | None:
    """The parts of clauses that follow one another; None where something else stands between them."""
    found, at = [], 0
    clause = re.compile(rf"{pattern}(?:；|$)")
    while at < len(text):
        match = clause.match(text, at)
        name = match[1].replace("””", "”") if match else ""
        if match is None or _UNSPELT.search(name):
            return None
        found.append((name, *(part or "0" for part in match.groups()[1:])))
        at = match.end()
    return found


def _items(kind: str, key: str, pattern: str) -> Callable[[re.Match[str], Values], Content | None]:
    """A kind that lists names with their points."""

    def build(match: re.Match[str], values: Values) -> Content | None:
        found = _listed(pattern, match[1])
        return (
            None
            if found is None
            else {"kind": kind, key: "; ".join(f"{name}:{'~'.join(more)}" for name, *more in found)}
        )

    return build


def _either(text: str, weight: float, values: Values) -> Content | None:
    head, _, rest = text.partition("：")
    pieces = _listed(f"{_QUOTED}{_EMBEDDED}", rest) if head in _TAKES else None
    if not pieces:
        return None
    rules = [(name, canonical(inner.replace("」」", "」"), weight, values)) for name, inner in pieces]
    if any(rule is None for _, rule in rules):
        return None
    listed = [{"text": name, "rule": rule.model_dump(exclude_defaults=True)} for name, rule in rules if rule]
    return {"kind": "either", "take": _TAKES[head], "rules": listed}


_FORMS = (
    # Before tiers of a value, which it would be as well.
    _Form(r"按(.+)比(.+)的变动率分档：(.+)", _change),
    _Form(
        rf"按(.+?)(?:与({_LIMIT})之差的绝对值)?分档：((?:[≥>≤<=]|否则).+)",
        _tiers,
    ),
    _Form(
        rf"(.+?)(?:与({_LIMIT})之差(?=的绝对值))?(的绝对值)?不(低|高)于({_LIMIT})的得满分；每[低高]({_NUMBER}(?:个百分点)?)扣"
        rf"(?:分值的({_SHARE})|({_NUMBER})分)（不足的(按比例扣|不扣|也扣)），扣完为止(?:；.+超过({_LIMIT})的不得分)?",
        _linear,
    ),
    _Form(rf"得分=分值×(.+)，超过100%的(按满分计|不得分)(?:，达到({_LIMIT})的从满分中扣({_NUMBER})分)?", _ratio),
    _Form(r"得分=分值×(.+?)÷(?:（(.+)－(.+)）|(.+))", _done),
    _Form(
        rf"(.+)达到({_NUMBER})项的得满分，每少1项扣({_NUMBER})分，扣完为止",
        lambda m, values: {
            "kind": "count", "count": values.named(m[1], "count"), "target": _number(m[2]), "points": _number(m[3]),
        },
    ),
    _Form(rf"每发现一处扣({_NUMBER})分，扣完为止", lambda m, _: {"kind": "deduct", "points": _number(m[1])}),
    _Form(rf"每发现一处扣分值的({_SHARE})，扣完为止", lambda m, _: {"kind": "deduct_share", "share": _part(m[1])}),
    _Form(r"同时符合以下条件的得满分：(.+)；否则(不得分|由评价人在0分至满分之间核定)", _pass),
    _Form(r"(“.+)", _items("choice", "options", f"{_QUOTED}的，{_GIVEN}")),
    _Form(
        r"(“.+)；在该档之内由评价人认定，写明理由",
        _items("bands", "bands", f"{_QUOTED}的，得分值的({_LIMIT})～({_LIMIT})"),
    ),
    _Form(r"做到以下各项的，逐项得分，合计以分值为限：(.+)", _items("some_of", "items", f"{_QUOTED}得({_NUMBER})分")),
    _Form(r"存在以下各项的，逐项扣分，扣完为止：(.+)", _items("deduct_some", "items", f"{_QUOTED}扣({_NUMBER})分")),
)  # fmt: skip
