"""What a figure can sensibly be (合理范围): declared once with an input or a table's column.

The check of the cell as it is typed, the words beside it (a formula) and the finding (the same in Python) all follow from
the declaration here; so do data files and `xlperf clean`. A test compares formula and Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from xlperf.rules.part import Part
from xlperf.values import Value, as_text, compare, is_number, round_half_up, to_serial
from xlperf.wording import shown

# How many times 100% a rate must be so that the percent sign was surely forgotten; how many times as much as a like
# amount another one must be so that yuan were surely typed among ten thousands.
FORGOTTEN, APART = 5, 100
NEGATIVE, ABOVE, GREATER = "不应为负数", "不应超过 ", "不应大于 "
MEANT, UNITS = "疑似应为 ", "疑似元/万元"
TO_CHECK = "，请核对"
# With these begin the words of errors: what can't be, what was most likely mistyped.
IMPOSSIBLE, MISTYPED = "不应*", "疑似*"
# Written in the remark, it lets two amounts be as far apart as they are.
CONFIRMED = "属实"
FARTHEST = 10**12
# A date outside of these is one that nobody meant, such as the year alone.
FIRST_DAY, LAST_DAY = to_serial(dt.date(1990, 1, 1)), to_serial(dt.date(2100, 12, 31))
NO_DAY = "不应在 1990 至 2100 年之外"
# Decimals of another figure where it is shown: smaller ones are written in other ways by other programs.
_SHOWN = 4


class Limits(Part):
    """The limits of a figure. Not negative unless `negative`; at most `highest`; at most the figure `part_of`.

    `like`: an amount of the same magnitude, of which it can't be a hundred times as much. `beyond`: whether passing
    `highest` or `part_of` is an error or only to be looked at, such as a rate of completion above 100%.
    """

    negative: bool = False
    highest: float | None = None
    part_of: str | None = None
    like: str | None = None
    beyond: Literal["error", "warning"] = "error"

    @property
    def others(self) -> tuple[str, ...]:
        """The figures that it is compared with."""
        return tuple(name for name in (self.part_of, self.like) if name)

    @property
    def is_strict(self) -> bool:
        """Whether passing the limit is an error."""
        return self.beyond == "error"


def limited(
    *,
    negative: bool = False,
    highest: float | None = None,
    part_of: str | None = None,
    like: str | None = None,
    beyond: Literal["error", "warning"] = "error",
) -> Limits:
    """Limits that the program itself declares: mypy has checked them, and to do so again takes time at every start."""
    most = None if highest is None else float(highest)
    return Limits.model_construct(negative=negative, highest=most, part_of=part_of, like=like, beyond=beyond)


NO_LIMITS, UNLIMITED = limited(), limited(negative=True)
# A rate that nobody said more of: above 100% it is to be looked at, 97.92 is not 9792%.
OF_A_RATE = limited(highest=1, beyond="warning")


@dataclass(frozen=True)
class Doubt:
    """What is wrong with a figure, as its cell says it; what was expected; the figure that was meant, where that is sure."""

    is_error: bool
    text: str
    expected: str
    other: str = ""
    meant: float | None = None

    @property
    def is_mistyped(self) -> bool:
        """Whether another figure was meant."""
        return self.text.startswith(MISTYPED.rstrip("*"))


def is_likely_day(value: float) -> bool:
    """Whether a number can be a date that somebody meant."""
    return FIRST_DAY <= value <= LAST_DAY


def doubt(
    limits: Limits, kind: str, value: float, figure: Callable[[str], Value], *, is_confirmed: bool = False
) -> Doubt | None:
    """What is wrong with a figure; None where nothing is. `figure`: the value of another one by its id."""
    if kind == "date":
        return None if is_likely_day(value) else Doubt(True, NO_DAY, "1990 至 2100 年的一天，如 2024-10-31")
    if value < 0 and not limits.negative:
        return Doubt(True, NEGATIVE, "不小于 0")
    apart, greater = _apart(limits, value, figure, is_confirmed), _greater(limits, value, figure)
    if apart and apart.is_error:
        return _above(limits, kind, value) or apart
    return _above(limits, kind, value) or greater or apart


def _above(limits: Limits, kind: str, value: float) -> Doubt | None:
    highest = limits.highest
    if highest is None or value <= highest:
        return None
    limit = _limit(highest, kind)
    if kind == "rate" and FORGOTTEN * highest < value <= 100 * highest:
        meant = f"{as_text(round_half_up(value))}%"
        return Doubt(True, f"{MEANT}{meant}", meant, meant=round_half_up(value / 100, 10))
    is_error = limits.is_strict or (kind == "rate" and value > FORGOTTEN * highest)
    text = f"{ABOVE}{limit}" if is_error else f"超过 {limit}{TO_CHECK}"
    return Doubt(is_error, text, f"不超过 {limit}")


def _greater(limits: Limits, value: float, figure: Callable[[str], Value]) -> Doubt | None:
    whole = figure(limits.part_of) if limits.part_of else None
    if not is_number(whole) or compare(value, whole) <= 0:
        return None
    limit = as_text(round_half_up(float(whole), _SHOWN))
    text = f"{GREATER}{limit}" if limits.is_strict else f"大于 {limit}{TO_CHECK}"
    return Doubt(limits.is_strict, text, f"不大于 {limit}", limits.part_of or "")


def _apart(limits: Limits, value: float, figure: Callable[[str], Value], is_confirmed: bool) -> Doubt | None:
    like = figure(limits.like) if limits.like else None
    if not is_number(like) or like <= 0 or compare(value, APART * like) < 0:
        return None
    text = f"差百倍以上{TO_CHECK}" if is_confirmed else UNITS
    return Doubt(not is_confirmed, text, f"与 {as_text(float(like))} 相近", limits.like or "")


def words(limits: Limits, kind: str, cell: str, figure: Callable[[str], str], note: str, otherwise: str) -> str:
    """The formula for what is wrong with the number in a cell; `otherwise` where nothing is. `figure`: the cells of others."""
    if kind == "date":
        return f'IF(OR({cell}<{FIRST_DAY},{cell}>{LAST_DAY}),"{NO_DAY}",{otherwise})'
    text = _greater_words(limits, cell, figure, otherwise)
    if limits.like:
        like = figure(limits.like)
        confirmed = _greater_words(limits, cell, figure, f'"差百倍以上{TO_CHECK}"')
        said = f'IF(COUNTIF({note},"*{CONFIRMED}*")>0,{confirmed},"{UNITS}")'
        is_apart = f"IF({like}>0,ROUND({cell}-{APART}*{like},10)>=0,FALSE)"
        text = f"IF(IF(ISNUMBER({like}),{is_apart},FALSE),{said},{text})"
    if limits.highest is not None:
        text = f"IF({cell}>{limits.highest:g},{_above_words(limits, limits.highest, kind, cell)},{text})"
    return text if limits.negative else f'IF({cell}<0,"{NEGATIVE}",{text})'


def _greater_words(limits: Limits, cell: str, figure: Callable[[str], str], otherwise: str) -> str:
    if not limits.part_of:
        return otherwise
    whole = figure(limits.part_of)
    shown_whole = f"ROUND({whole},{_SHOWN})"
    said = f'"{GREATER}"&{shown_whole}' if limits.is_strict else f'"大于 "&{shown_whole}&"{TO_CHECK}"'
    return f"IF(IF(ISNUMBER({whole}),ROUND({cell}-{whole},10)>0,FALSE),{said},{otherwise})"


def _above_words(limits: Limits, highest: float, kind: str, cell: str) -> str:
    limit = _limit(highest, kind)
    never = f'"{ABOVE}{limit}"'
    said = never if limits.is_strict else f'"超过 {limit}{TO_CHECK}"'
    if kind != "rate":
        return said
    meant = f'IF({cell}>{100 * highest:g},{never},"{MEANT}"&ROUND({cell},2)&"%")'
    return f"IF({cell}>{FORGOTTEN * highest:g},{meant},{said})"


def range_allowed(limits: Limits, kind: str, figure: Callable[[str], str]) -> tuple[str, str]:
    """The lowest and the highest number that a cell takes as it is typed: a number or a formula each."""
    if kind == "date":
        return f"{FIRST_DAY}", f"{LAST_DAY}"
    low = f"{-FARTHEST}" if limits.negative else "0"
    if limits.highest is not None:
        return low, f"{limits.highest * (1 if limits.is_strict or kind != 'rate' else FORGOTTEN):g}"
    if limits.part_of and limits.is_strict:
        whole = figure(limits.part_of)
        return low, f"IF(ISNUMBER({whole}),{whole},{FARTHEST})"
    return low, f"{FARTHEST}"


def range_words(limits: Limits, kind: str, label: Callable[[str], str], *, errors_only: bool = False) -> str:
    """The limits in words: 不应为负数，不应大于“固定资产总额”; empty where there are none."""
    if kind == "date":
        return NO_DAY
    said = [] if limits.negative else [NEGATIVE]
    should = "不应" if limits.is_strict else "一般不"
    if limits.highest is not None:
        said.append(f"{should}超过 {_limit(limits.highest, kind)}")
    if limits.part_of:
        said.append(f"{should}大于“{label(limits.part_of)}”")
    if limits.like:
        said.append(f"不应是“{label(limits.like)}”的百倍以上")
    return "，".join(text for text in said if not errors_only or text.startswith("不应"))


def sentence(found: Doubt, where: str, other: str, kind: str, value: float, confirm: str = "") -> str:
    """What is wrong with a figure as findings say it. `other`: what the other figure is called; `confirm`: how to let it be."""
    if found.is_mistyped and found.meant is None:
        said = f"{UNITS}：是“{other}”的百倍以上，请核对金额单位{confirm}"
    elif found.is_mistyped:
        return f"{where}现为 {as_text(value)}（即 {shown(value, kind)}），{found.text}（漏了百分号），请改正。"
    else:
        text, comma, check = found.text.partition(TO_CHECK)
        said = f"{text}（{other}）{comma}{check}" if other else found.text
    return f"{where}现为 {shown(value, kind)}，{said}。"


def _limit(highest: float, kind: str) -> str:
    return f"{as_text(round_half_up(highest * 100, 10))}%" if kind == "rate" else as_text(highest)
