"""Bands of judgement (三档): what the evaluator finds, and between which shares of the weight the award then lies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlperf.errors import CellError
from xlperf.functions.tiers import parse_number
from xlperf.values import compare, round_half_up

_CLAUSE = re.compile(r"\s*([^:：;；,]*[^:：;；,\s])\s*[:：]\s*([\d.]+[%％]?)\s*[~～]\s*([\d.]+[%％]?)\s*")


@dataclass(frozen=True)
class Band:
    """One band: what is found, and the lowest and highest share of the weight (1 = 100%) that may then be awarded.

    A standard writes `80%–60%（含）`: the limit that two bands share belongs to the upper one. Both are closed here,
    since the limit gives the same points in either band.
    """

    name: str
    low: float
    high: float


def bands(text: str) -> list[Band]:
    """The bands of text such as `达成:80%~100%; 部分达成:60%~80%; 未达成:0%~60%`; the limits in either order.

    Errors: ValueError: what can't be read, a band twice, a share beyond 100% or finer than 1%.
    """
    found = [_band(clause) for clause in re.split(r"[;；\n]", text) if clause.strip()]
    if not found:
        raise ValueError("没有写出各档")
    names = [band.name for band in found]
    if repeated := next((name for name in names if names.count(name) > 1), ""):
        raise ValueError(f"“{repeated}”这一档重复")
    return found


def _band(clause: str) -> Band:
    match = _CLAUSE.fullmatch(clause)
    if not match:
        raise ValueError(f"“{clause.strip()}”看不懂，应如 达成预期指标:80%~100%")
    low, high = sorted((_share(match[2]), _share(match[3])))
    return Band(match[1], low, high)


def _share(text: str) -> float:
    try:
        share = parse_number(text)
    except CellError as error:
        raise ValueError(error.reason) from error
    if compare(share, 1) > 0:
        raise ValueError(f"“{text}”超过 100%，各档应写占分值的百分比")
    # PERF_SCORE_CHOICE, which looks the share up, has two places.
    if compare(share, round_half_up(share)) != 0:
        raise ValueError(f"“{text}”应为整百分数")
    return share
