"""Rules of every kind, drawn so that many differ in one small thing only."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter

from xlperf.functions.tiers import options, tiers
from xlperf.rules.bands import bands
from xlperf.rules.kinds import AnyRule
from xlperf.rules.rule import Rule

ADAPTER: TypeAdapter[Rule] = TypeAdapter(AnyRule)
IDS = st.sampled_from(["done_rate", "late_rate", "staff_count", "staff_sum"])
# What points are multiplied with is a rate, also where another rule beside it names the same value.
RATES = st.sampled_from(["done_rate", "late_rate"])
NUMBERS = st.sampled_from(
    [0.0, 0.01, 0.1, 0.3, 0.1 + 0.2, 1 / 3, 0.3333, 0.333333333333, 1.0, 2.0, 10.0, 1e-6, 12345.678]
)
SHARES = st.sampled_from([0.01, 0.03, 0.25, 1 / 3, 2 / 3, 0.3333, 0.333333333333, 1 / 7, 1 / 6, 0.5, 1.0])
TARGETS = st.sampled_from([None, None, 1.0, 0.95, 12.0])
STEPS = NUMBERS.filter(lambda number: number > 0)
# Names with the very signs that end a name in the wording.
TEXTS = st.sampled_from(["甲", "乙", "甲”的，得1分", "“甲”", "甲”", "甲”（“乙", "乙」", "「甲", "甲的，不得分"])


def tiers_text(draw: st.DrawFn) -> str:
    signs = st.sampled_from(["≥", ">", "≤", "<", "="])
    rows = draw(st.lists(st.tuples(signs, NUMBERS, NUMBERS), min_size=1, max_size=3))
    last = draw(st.sampled_from(["", "; 否则:0", "; 否则:1"]))
    return "; ".join(f"{sign}{limit:.12f}:{points:.12f}" for sign, limit, points in rows) + last


def options_text(draw: st.DrawFn, numbers: st.SearchStrategy[float] = NUMBERS, least: int = 1) -> str:
    rows = draw(st.dictionaries(TEXTS, numbers, min_size=least, max_size=3))
    return "; ".join(f"{name}:{points:.12f}" for name, points in rows.items())


def bands_text(draw: st.DrawFn) -> str:
    shares = st.sampled_from([0, 50, 60, 80, 100])
    rows = draw(
        st.dictionaries(TEXTS.filter(lambda t: "，" not in t), st.tuples(shares, shares), min_size=1, max_size=3)
    )
    return "; ".join(f"{name}:{low}%~{high}%" for name, (low, high) in rows.items())


def condition(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "value": draw(IDS),
        "operator": draw(st.sampled_from(["≥", ">", "≤", "<", "="])),
        "threshold": draw(st.one_of(NUMBERS, st.booleans(), IDS)),
        "text": draw(TEXTS),
    }


def ratio(draw: st.DrawFn) -> dict[str, Any]:
    over = draw(st.sampled_from(["封顶", "归零", "扣分"]))
    rest = {"over_rate": draw(st.sampled_from([1.0, 1.2, 1.3])), "over_points": draw(NUMBERS)} if over == "扣分" else {}
    return {"value": draw(RATES), "over": over, **rest}


def linear(draw: st.DrawFn) -> dict[str, Any]:
    target = draw(TARGETS)
    taken = draw(st.one_of(st.tuples(st.just("share"), SHARES), st.tuples(st.just("points"), STEPS)))
    sides = {"direction": draw(st.sampled_from(["高于", "低于", "双向"])), "over": draw(st.none() | NUMBERS)}
    return {
        "value": draw(IDS),
        "threshold": draw(NUMBERS),
        "step": draw(STEPS),
        taken[0]: taken[1],
        "partial": draw(st.sampled_from(["按比例", "不足不扣", "不足也扣"])),
        **(sides if target is None else {"target": target}),
    }


def inner(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["ratio", "count", "pass"]))
    return {"kind": kind, **CONTENTS[kind](draw)}


CONTENTS: dict[str, Any] = {
    "finding": lambda draw: {
        "partial": draw(st.sampled_from(["zero", "open"])),
        "not_applicable": draw(st.sampled_from(["refuse", "full", "zero", "open"])),
    },
    "choice": lambda draw: {"options": options_text(draw)},
    "bands": lambda draw: {"bands": bands_text(draw)},
    "ratio": ratio,
    "tiers": lambda draw: {"value": draw(IDS), "target": draw(TARGETS), "tiers": tiers_text(draw)},
    "change": lambda draw: {
        "current": draw(IDS),
        "previous": draw(IDS),
        "tiers": tiers_text(draw),
        "zero_zero": draw(st.none() | NUMBERS),
    },
    "deduct": lambda draw: {"points": draw(NUMBERS)},
    "deduct_share": lambda draw: {"share": draw(SHARES)},
    "linear": linear,
    "pass": lambda draw: {
        "conditions": [condition(draw) for _ in range(draw(st.integers(1, 2)))],
        "below": draw(st.sampled_from(["zero", "open"])),
    },
    "count": lambda draw: {"count": draw(IDS), "target": draw(NUMBERS), "points": draw(NUMBERS)},
    "done": lambda draw: {"done": draw(IDS), "total": draw(IDS), "not_applicable": draw(st.none() | IDS)},
    "either": lambda draw: {
        "take": draw(st.sampled_from(["better", "worse", "chosen"])),
        "rules": [{"text": name, "rule": inner(draw)} for name in draw(st.permutations(["甲", "乙", "甲」"]))[:2]],
    },
    "some_of": lambda draw: {"items": options_text(draw, STEPS, 2)},
    "deduct_some": lambda draw: {"items": options_text(draw, STEPS, 2)},
    "judgement": lambda draw: {},
    "unstated": lambda draw: {},
}


@st.composite
def rules(draw: st.DrawFn, kind: str) -> Rule:
    """A rule of a kind."""
    return ADAPTER.validate_python({"kind": kind, **CONTENTS[kind](draw)})


def _pairs(text: str) -> list[tuple[str, float]]:
    return list(options(text).items())


def essence(value: Any) -> Any:
    """What a rule says, whatever its tiers and options are spelt like."""
    if isinstance(value, dict):
        readers = {"tiers": tiers, "options": _pairs, "items": _pairs, "bands": bands}
        return {k: readers[k](v) if k in readers and isinstance(v, str) else essence(v) for k, v in value.items()}
    return [essence(part) for part in value] if isinstance(value, list | tuple) else value
