"""Bands of judgement (三档): what the evaluator finds, and between which shares of the weight the award then lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from xlperf.errors import CellError
from xlperf.functions import scoring
from xlperf.functions.tiers import option_points, parse_number
from xlperf.rules.finding_cell import Choices
from xlperf.rules.parameters import Block, Calculated, Cell, Named, Owner, Row, Table, UsedBy, slug
from xlperf.rules.phrases import PLAIN_NAMES, Names, percent, quoted
from xlperf.rules.reading.forms import Form, Found, Situation, Statement, one
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.values import Value, compare, is_blank, is_number, round_half_up
from xlperf.wording import points, shown, threshold

BANDS = Table("定性分档（评定分在该档上下限之间，写明理由）", ("", "", "核查结果", "占分值", "", "说明"))
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


def _readable(text: str) -> str:
    bands(text)
    return text


class BandsRule(Rule):
    """One of several bands (三档), each with the lowest and highest share of the weight that may be awarded.

    `bands`: such as `达成预期指标:80%~100%; 部分达成:60%~80%; 未达成:0%~60%`. Where in a band the award lies is the
    evaluator's judgement and needs a reason.
    """

    kind: Literal["bands"]
    bands: Annotated[str, AfterValidator(_readable)]

    label: ClassVar[str] = "定性分档"
    scale: ClassVar[Scale] = Scale.STATED
    has_fixed_points: ClassVar[bool] = False
    ids: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[str, ...]] = ()

    @property
    def finding(self) -> Choices:
        """One of the bands."""
        return Choices(tuple(band.name for band in bands(self.bands)))

    def formulas(self, places: Places) -> tuple[str, str]:
        """The shares of the weight between which the band found lies."""
        low, high = (
            f"PERF_SCORE_CHECKLIST({places.weight},PERF_SCORE_CHOICE(1,{places.finding},{_name(places.code, bound)}))"
            for bound in ("low", "high")
        )
        return low, high

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """The lowest and the highest shares of a set of bands, once for all points that use it."""
        found = bands(self.bands)
        # The limit that two bands share stands in one cell, so that both follow when it is changed.
        places: dict[float, Cell] = {
            band.low: Calculated(f"={{limit[{n}]}}") for n, band in enumerate(found) if band.low
        }
        formats = (None, None, None, "rate")
        lows = [Row((None, UsedBy("下限"), band.name, band.low, None, None), formats) for band in found]
        highs = [
            Row(
                (None, UsedBy("上限"), band.name, places.get(band.high, band.high), None, _shared(band, found)), formats
            )
            for band in found
        ]
        names = (
            Named(_name(owner.code, "low"), "sign", "limit", (0, len(found) - 1)),
            Named(_name(owner.code, "high"), "sign", "limit", (len(found), 2 * len(found) - 1)),
        )
        return (Block(BANDS, (*lows, *highs), names, self.bands, (owner.code,)),)

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Bands that leave a gap, lie over one another, or don't reach from 0 to 100%."""
        rows = bands(self.bands)
        ordered = sorted(rows, key=lambda band: (band.low, band.high))
        for lower, upper in pairwise(ordered):
            if lower.high < upper.low:
                yield "tier_gap", f"“{lower.name}”与“{upper.name}”之间有空隙（{lower.high:.0%}～{upper.low:.0%}）"
            if lower.high > upper.low:
                yield "tier_overlap", f"“{lower.name}”与“{upper.name}”重叠（{upper.low:.0%}～{lower.high:.0%}）"
        if ordered[0].low > 0:
            yield "tier_gap", f"最低一档从 {ordered[0].low:.0%} 起，没有到 0"
        if (highest := max(band.high for band in rows)) < 1:
            yield "tier_gap", f"最高一档到 {highest:.0%}，得不了满分"

    def words(self, facts: Facts) -> Told:
        """`“部分达成”，占分值 60%～80%，在 3.00～4.00 分之间由评价人认定`, with all bands below."""
        lower, upper = (facts.table(_name(facts.code, bound)) for bound in ("low", "high"))
        shares = [(str(row[0]), row[1], option_points(str(row[0]), upper)) for row in lower]
        table = "各档占分值：" + "；".join(f"{name} {_range(low, high)}" for name, low, high in shares)
        if is_blank(facts.finding):
            return Told("还没有选哪一档，规则分算不出", lines=(table,))
        name = str(facts.finding)
        low, high = option_points(name, lower), option_points(name, upper)
        if low is None or high is None:
            return Told(f"核查结果“{name}”不在各档之内", lines=(table,))
        bounds = (scoring.score_checklist(facts.weight, [low]), scoring.score_checklist(facts.weight, [high]))
        text = f"“{name}”，占分值 {_range(low, high)}，在 {points(bounds[0])}～{points(bounds[1])} 分之间由评价人认定"
        return Told(text, *bounds, (table,))

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """None: it reads no figures."""
        yield from ()

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`“达成”的，得分值的80%～100%；“未达成”的，得分值的0%～80%；在该档之内由评价人认定，写明理由`."""
        each = (f"{quoted(b.name)}的，得分值的{percent(b.low)}～{percent(b.high)}" for b in bands(self.bands))
        return "；".join((*each, "在该档之内由评价人认定，写明理由"))


def _name(code: str, bound: str) -> str:
    """The name of a table of a point's bands on the parameter sheet: the low or the high share of each."""
    return f"bands_{slug(code)}_{bound}"


def _range(low: Value, high: Value) -> str:
    """A range of shares: 60%～80%."""
    texts = (threshold(float(x), "rate") if is_number(x) else shown(x) for x in (low, high))
    return "～".join(texts)


def _shared(band: Band, found: list[Band]) -> str | None:
    """What becomes of the upper limit of a band that is the lower one of another."""
    above = next((other.name for other in found if other.low == band.high), None)
    return above and f"恰在界限上的属于“{above}”；选这一档得分也相同，不算改判"


_SPAN = re.compile(r"(\d+)%?(?:\([^()]*\))?[-~至]+(\d+)%?(?:\([^()]*\))?")
_NAMES = re.compile(r"(?:分为?)?[一二三四五六]档[，：:]?")


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """达成、部分达成、未达成三档，分别按100-80%、80-50%、50-0%: as many names as ranges, in the same order."""
    (statement,) = statements
    spans = [(int(match[2]), int(match[1])) for match in _SPAN.finditer(statement.text)]
    head, tail = _NAMES.split(statement.text, maxsplit=1)
    head = head.rpartition("分为")[2].rpartition("：")[2]
    listed = head if "、" in head else _SPAN.sub("", tail).replace("()", "").partition("，在")[0].replace("，", "、")
    names = [name.strip("，：。() ") for name in listed.split("、") if name.strip("，：。() ")]
    if len(names) != len(spans) or any(max(span) > 100 for span in spans):
        return
    text = "; ".join(f"{name}:{min(span)}%~{max(span)}%" for name, span in zip(names, spans, strict=True))
    yield one(BandsRule(kind="bands", bands=text), situation.text(statement))


def _read_points(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """优秀得8-10分，良好得6-8分: the same as shares of the weight."""
    weight = situation.weight
    if weight is None:
        situation.doubt("ask_weight", "各档的分数要与分值比较，请给出分值", *statements)
        return
    rows = []
    for statement in statements:
        low, high = (Fraction(number) for number in _NUMBER.findall(statement.text))
        shares = [part / weight * 100 for part in (low, high)]
        if any(share.denominator != 1 or share > 100 for share in shares) or not statement.causes:
            return
        name = situation.quote(statement.causes[0].start, statement.causes[-1].end).removesuffix("的")
        rows.append(f"{name}:{shares[0]}%~{shares[1]}%")
    if any(sign in row.split(":")[0] for row in rows for sign in ",;；:："):
        return
    rule = BandsRule(kind="bands", bands="; ".join(rows))
    yield one(rule, situation.text(*statements))


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
FORMS = (
    Form("point_bands", "RANGED RANGED+", _read_points),
    Form(
        "bands",
        "BANDS",
        _read,
        (("BANDS.61", r"/[^；。\n]*[一二三四五六]档[^；。\n]*\d+%?(?:\([^()]*\))?[-~至]+\d+%[^；。\n]*/"),),
    ),
)
