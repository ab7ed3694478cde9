"""Schemes of surveys as text: what each option counts for, whether questions are pooled, how the result ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlperf.errors import CellError, wrong_type

TOP_TWO = "前两档"
MEAN, POOLED = "题平均", "合并"
ROUNDED, TRUNCATED = "四舍五入", "截断"
POOLINGS, ROUNDINGS = (MEAN, POOLED), (ROUNDED, TRUNCATED)
DEFAULT_SCHEME = f"{TOP_TWO},{MEAN}"
RESULT_PLACES = 4
_SCALE = re.compile(r"\d+(?:\.\d+)?(?:[/／]\d+(?:\.\d+)?)+")


@dataclass(frozen=True)
class Scheme:
    """A scheme: what each option counts for by its position in percent (None: the first two 100, the others 0)."""

    scale: tuple[float, ...] | None
    pooling: str
    rounding: str

    def weight(self, position: int) -> float:
        """What the option at a position, counted from 0, counts for (percent).

        Errors: #VALUE!: the scale has fewer steps.
        """
        if self.scale is None:
            return 100.0 if position < 2 else 0.0
        if position >= len(self.scale):
            raise wrong_type(f"第 {position + 1} 个选项有份数，而口径只有 {len(self.scale)} 档")
        return self.scale[position]


def parse_scheme(text: str) -> Scheme:
    """A scheme from its text: `前两档,题平均` or `100/80/60/40/20,合并,截断`; the mean of the questions where not said.

    Errors: #VALUE!: a part that is not known or said twice, no weights, a weight beyond 100.
    """
    found: dict[str, str] = {}
    for part in (piece.strip() for piece in re.split(r"[,，、]", text)):
        kind = _kind(part)
        if kind is None or kind in found:
            raise wrong_type(f"问卷口径“{text}”看不懂，应如 {DEFAULT_SCHEME} 或 100/80/60/40/20,{POOLED},{TRUNCATED}")
        found[kind] = part
    if "weights" not in found:
        raise wrong_type(f"问卷口径“{text}”缺{TOP_TWO}或各档权重（如 100/80/60/40/20）")
    scale = None if found["weights"] == TOP_TWO else tuple(float(x) for x in re.split("[/／]", found["weights"]))
    if scale and max(scale) > 100:
        raise wrong_type(f"问卷口径“{text}”的权重应在 0 到 100 之间")
    return Scheme(scale, found.get("pooling", MEAN), found.get("rounding", ""))


def _kind(part: str) -> str | None:
    if part == TOP_TWO or _SCALE.fullmatch(part):
        return "weights"
    return "pooling" if part in POOLINGS else "rounding" if part in ROUNDINGS else None


def scheme_problem(text: str) -> str:
    """Why a text is no scheme; empty where it is one."""
    try:
        parse_scheme(text)
    except CellError as error:
        return error.reason
    return ""
