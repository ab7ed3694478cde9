"""Points by tiers of a value (分档), or of the change on last year (同比分档)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Literal

from xlperf.errors import CellError
from xlperf.functions import scoring
from xlperf.functions.tiers import OTHERWISE, Tier, tiers
from xlperf.rules import deviation
from xlperf.rules.parameters import Block, Named, Owner, Row, Table, slug
from xlperf.rules.part import Id, Points, TiersText
from xlperf.rules.phrases import PLAIN_NAMES, Names, exact, gives, percent
from xlperf.rules.reading.forms import FULL, NONE, Form, Found, Outcome, Situation, Statement, one
from xlperf.rules.reading.ranges import Range, overlap, partitions
from xlperf.rules.reading.subjects import one_subject, relations_of, value_of
from xlperf.rules.reading.values import Definition
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Rule, Told
from xlperf.values import Grid, Value, compare
from xlperf.wording import beside, number, points, shown, threshold

TIERS = Table("分档表（从上到下第一个符合的）", ("要点", "指标", "比较符", "界限", "得分", "说明"))


class TiersRule(DataRule):
    """Points by tiers of a value. `target`: the tiers are of how far it lies from that, on either side (偏离)."""

    kind: Literal["tiers"]
    value: Id
    target: float | None = None
    tiers: TiersText

    label: ClassVar[str] = "分档"
    has_fixed_points: ClassVar[bool] = True

    @property
    def ids(self) -> tuple[str, ...]:
        """The value."""
        return (self.value,)

    def formula(self, places: Places) -> str:
        """The points of the tier that the value falls into."""
        compared = deviation.measured(self.value, self.target, is_absolute=True)
        return f"PERF_SCORE_TIERS({places.weight},{compared},{_rows_of(self.tiers, places.code)})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """The tiers."""
        return (_block(self.tiers, owner, None if self.target is None else f"与 {self.target:.15g} 之差的绝对值"),)

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Those of the tiers."""
        yield from tier_faults(tiers(self.tiers), weight)

    def words(self, facts: Facts) -> Told:
        """`18.17% 落在“>10%”档：0.00 分`, with all tiers below."""
        value, kind = facts.number(self.value), facts.kind(self.value)
        compared = deviation.distance(value, self.target)
        found = _in_tiers(compared, tiers(_table(self.tiers, facts)), facts.weight, kind)
        if self.target is None:
            return found
        return Told(f"{deviation.told(value, self.target, kind)}，{found.sentence}", found.low, found.high, found.lines)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """The thresholds of the tiers."""
        found = deviation.ends(thresholds(_table(self.tiers, facts)), self.target)
        yield Limit((self.value,), lambda values: values[0], found, is_step=True)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`按支出率分档：≥100%的，得2分；≥80%的，得1.5分；否则不得分`."""
        is_rate = names.kind(self.value) == "rate"
        return (
            f"按{deviation.named(self.value, self.target, names)}分档：{_printed(tiers(self.tiers), is_rate=is_rate)}"
        )


class ChangeRule(DataRule):
    """Points by tiers of the change on last year."""

    kind: Literal["change"]
    current: Id
    previous: Id
    tiers: TiersText
    zero_zero: Points | None = None

    label: ClassVar[str] = "同比分档"
    has_fixed_points: ClassVar[bool] = True

    @property
    def ids(self) -> tuple[str, ...]:
        """This year's figure and last year's."""
        return (self.current, self.previous)

    def formula(self, places: Places) -> str:
        """The points of the tier that the change falls into."""
        special = "" if self.zero_zero is None else f",{self.zero_zero:.15g}"
        rows = _rows_of(self.tiers, places.code)
        return f"PERF_SCORE_CHANGE({places.weight},{self.current},{self.previous},{rows}{special})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """The tiers."""
        return (_block(self.tiers, owner, "变动率"),)

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Those of the tiers; a special case for 0 to 0 that differs from them."""
        yield from tier_faults(tiers(self.tiers), weight)
        ordinary = next((tier for tier in tiers(self.tiers) if tier.holds(0)), None)
        if self.zero_zero is not None and ordinary and ordinary.result != self.zero_zero:
            given = _result_text(ordinary)
            yield "special_case", f"0→0 按特例得 {self.zero_zero:g}，按普通档变动率 0 得 {given}"

    def words(self, facts: Facts) -> Told:
        """`变动率（88.00 − 100.00）÷ 100.00 = -12.00% 落在“≤-10%”档：2.00 分`, with all tiers below."""
        current, previous = facts.number(self.current), facts.number(self.previous)
        if current == 0 and previous == 0:
            return self._zero_zero(facts)
        rows = tiers(_table(self.tiers, facts))
        if previous == 0:
            found = _in_tiers(math.copysign(math.inf, current), rows, facts.weight, "rate")
            text = f"上年是 0、本年是 {facts.shown(self.current)}，变动率{found.sentence}"
            return Told(text, found.low, found.high, found.lines)
        kind = facts.kind(self.previous)
        a, b = shown(current, kind), shown(previous, kind)
        found = _in_tiers((current - previous) / previous, rows, facts.weight, "rate")
        return Told(f"变动率（{a} − {b}）÷ {b} = {found.sentence}", found.low, found.high, found.lines)

    def _zero_zero(self, facts: Facts) -> Told:
        if self.zero_zero is None:
            return Told("上年、本年都是 0，变动率没有意义，规则分算不出")
        score = scoring.bounded(self.zero_zero, facts.weight)
        lines = (f"各档：{tier_table(tiers(_table(self.tiers, facts)), 'rate')}",)
        return Told(f"上年、本年都是 0，按特例得 {points(score)} 分", score, score, lines)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """The thresholds of the tiers, of the change."""
        yield Limit(self.ids, _change, thresholds(_table(self.tiers, facts)), is_step=True)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`按本年结转比上年结转的变动率分档：≤-15%的，得3分；否则不得分；上年、本年都为零的，得3分`."""
        special = "" if self.zero_zero is None else f"；上年、本年都为零的，{gives(self.zero_zero)}"
        head = f"按{names.label(self.current)}比{names.label(self.previous)}的变动率分档"
        return f"{head}：{_printed(tiers(self.tiers), is_rate=True)}{special}"


def tiers_name(code: str) -> str:
    """The name of a point's tiers on the parameter sheet."""
    return f"tiers_{slug(code)}"


def reads_by_tiers(rule: Rule, identifier: str) -> bool:
    """Whether a point is scored by tiers of an input or rate and of nothing else."""
    return isinstance(rule, TiersRule) and rule.value == identifier and rule.target is None


def tier_rows(text: str, code: str | None, name: str | None, note: str | None) -> tuple[Row, ...]:
    """Tiers as rows of the parameter sheet."""
    kind = "rate" if "%" in text else "general"
    formats = (None, None, None, kind, "score")
    return tuple(Row((code, name, t.operator, t.threshold, t.result, note), formats) for t in tiers(text))


def thresholds(table: Grid | Value) -> tuple[float, ...]:
    """The thresholds of tiers; none where they can't be read."""
    try:
        rows = tiers(table)
    except CellError:
        return ()
    return tuple(row.threshold for row in rows if row.threshold is not None)


def tier_text(tier: Tier, kind: str) -> str:
    """A tier as the standard prints it: >10%, or 其余."""
    return "其余" if tier.threshold is None else f"{tier.operator}{threshold(tier.threshold, kind)}"


def tier_table(rows: Sequence[Tier], kind: str) -> str:
    """All tiers in one line, from above."""
    results = (f"得 {r.result:g} 分" if isinstance(r.result, float) else r.result for r in rows)
    return "；".join(f"{tier_text(row, kind)} {result}" for row, result in zip(rows, results, strict=True))


def beside_tiers(value: float, rows: Sequence[Tier], kind: str) -> str:
    """A value with as many places as it takes to see on which side of every limit it lies."""
    texts = [beside(value, row.threshold, kind) for row in rows if row.threshold is not None]
    return max(texts, key=len, default=shown(value, kind))


def tier_faults(rows: list[Tier], weight: float | None) -> Iterator[tuple[str, str]]:
    """Gaps, tiers that can't be reached or change nothing, points that run the wrong way or beyond the weight."""
    samples = _samples(rows)
    chosen = [next((n for n, row in enumerate(rows) if row.holds(value)), None) for value in samples]
    if None in chosen:
        yield "tier_gap", f"有空隙，如 {samples[chosen.index(None)]:g} 没有一档适用"
    for index, row in enumerate(rows):
        if index not in chosen:
            yield "tier_order", f"第 {index + 1} 档永远轮不到"
        if index and row.result == rows[index - 1].result:
            yield "tier_without_effect", f"第 {index} 档与第 {index + 1} 档给分相同（{_result_text(row)}），分档失效"
    given = [row.result for row in rows if isinstance(row.result, float)]
    if given != sorted(given) and given != sorted(given, reverse=True):
        yield "tier_order", "各档得分不单调"
    if weight is not None and given and max(given) > weight:
        yield "tier_over_weight", f"最高档 {max(given):g} 分超过分值 {weight:g}"
    if weight is not None and given and max(given) < weight:
        yield "tier_over_weight", f"最高档 {max(given):g} 分，到不了分值 {weight:g}"


def _samples(rows: list[Tier]) -> list[float]:
    """The thresholds, and a value on either side of each."""
    limits = sorted({row.threshold for row in rows if row.threshold is not None and row.operator != OTHERWISE})
    if not limits:
        return [0.0]
    middles = [(low + high) / 2 for low, high in pairwise(limits)]
    return sorted([*limits, *middles, limits[0] - 1, limits[-1] + 1])


def _block(text: str, owner: Owner, note: str | None) -> Block:
    rows = tier_rows(text, owner.code, owner.name, note)
    return Block(TIERS, rows, (Named(tiers_name(owner.code), "sign", "result"),))


def _rows_of(text: str, code: str) -> str:
    """Where a formula finds the tiers: on the parameter sheet, or for a reading that is shown beside as text."""
    return tiers_name(code) if code else f'"{text}"'


def _table(text: str, facts: Facts) -> Grid | Value:
    """The tiers as the parameters have them; of another measure as the standard has them."""
    return facts.table(tiers_name(facts.code)) if facts.code else text


def _in_tiers(value: float, rows: list[Tier], weight: float, kind: str) -> Told:
    """The tier that a value falls into, with the whole table below."""
    lines = (f"各档：{tier_table(rows, kind)}",)
    text = f"{beside_tiers(value, rows, kind)} " if math.isfinite(value) else "无限大，" if value > 0 else "无限小，"
    tier = next((row for row in rows if row.holds(value)), None)
    if tier is None or isinstance(tier.result, str):
        return Told(f"{text}没有一档适用，规则分算不出", lines=lines)
    score = scoring.bounded(tier.result, weight)
    capped = f"（该档 {number(tier.result)} 分，以分值为限）" if compare(tier.result, score) > 0 else ""
    return Told(f"{text}落在“{tier_text(tier, kind)}”档：{points(score)} 分{capped}", score, score, lines)


def _change(values: Sequence[float]) -> float | None:
    current, previous = values
    return (current - previous) / previous if previous else None


def _result_text(tier: Tier) -> str:
    return f"{tier.result:g}" if isinstance(tier.result, float) else tier.result


def _printed(rows: Sequence[Tier], *, is_rate: bool) -> str:
    """All tiers as a standard prints them."""
    texts = []
    for row in rows:
        given = gives(row.result) if isinstance(row.result, float) else f"得“{row.result}”"
        limit = "" if row.threshold is None else percent(row.threshold) if is_rate else exact(row.threshold)
        texts.append(f"否则{given}" if row.threshold is None else f"{row.operator}{limit}的，{given}")
    return "；".join(texts)


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """Tiers as a text lists them; two ways where the end of a tier belongs to none or to both of two."""
    rows = [s for s in statements if s.type in ("VALUE", "NOT_VALUE") and not _is_zero_zero(s)]
    special = [s for s in statements if _is_zero_zero(s)]
    otherwise = None if statements[-1].type in ("VALUE", "NOT_VALUE") else statements[-1].outcome
    if statements[-1].type == "NOT_FACT" and not _is_nothing(statements[-1], rows):
        return
    subject = one_subject(rows, allows_absolute=True)
    target, subject = (None, None) if subject is None else _target(subject, rows)
    if subject is None or len(rows) + (otherwise is not None) < 2 or len(special) > 1:
        return
    if len(rows) == 1 and otherwise is not None and otherwise.kind == NONE and _is_all(rows[0], situation):
        # All or nothing is a condition.
        return
    definition = situation.values.defined(subject)
    is_change = definition is not None and bool(definition.current)
    if is_change and target is not None:
        return
    given = [situation.given(s.outcome) for s in (*rows, *special)]
    rest = situation.given(otherwise)
    if None in given or (otherwise is not None and rest is None) or (special and not is_change):
        if not special or is_change:
            situation.doubt("ask_weight", "满分是几分没有写明，请给出分值", *statements)
        return
    ranges = [Range(relations_of(s), p) for s, p in zip(rows, given, strict=False) if p is not None]
    if {r.unit for item in ranges for r in item.relations if r.limit} >= {"%", ""}:
        # 90%以上，80-90: whether 80 is a percentage nobody knows.
        return
    value = "" if is_change else value_of(subject, [r for item in ranges for r in item.relations], situation)
    if overlap(ranges):
        situation.doubt("tier_overlap", "有两档重叠", *rows)
    zero = float(given[-1] or 0) if special else None
    for text, choices in partitions(ranges, rest):
        rule: Rule
        if definition is None or not is_change:
            rule = TiersRule(kind="tiers", value=value, target=target, tiers=text)
        else:
            rule = _changed(definition, text, zero, situation)
        yield one(rule, situation.text(*statements), *choices)


def _changed(definition: Definition, text: str, zero: float | None, situation: Situation) -> ChangeRule:
    """Tiers of the change from last year's figure to this year's."""
    names = (definition.current, definition.previous)
    current, previous = (situation.values.named(name, "number") for name in names)
    return ChangeRule(kind="change", current=current, previous=previous, tiers=text, zero_zero=zero)


_ABSOLUTE = re.compile(r"(?:的|[(（])?绝对值[)）]?$")


def _target(subject: str, rows: Sequence[Statement]) -> tuple[float | None, str | None]:
    """0 where the text compares how far something lies from nothing (±5%, …的绝对值), and what that is; no subject where
    only some of its rows do.
    """
    absolute = [cause.is_absolute for row in rows for cause in row.causes]
    if _ABSOLUTE.search(subject) or (absolute and all(absolute)):
        return 0.0, _ABSOLUTE.sub("", subject)
    return None, None if any(absolute) else subject


def _is_nothing(statement: Statement, rows: Sequence[Statement]) -> bool:
    """未完成不得分, after counts from 1 on: that there is none."""
    lowest = min((r.limit for row in rows for r in relations_of(row)), default=0)
    return len(statement.causes) == 1 and statement.causes[0].subject.startswith(("未", "没有", "无")) and lowest == 1


def _is_all(statement: Statement, situation: Situation) -> bool:
    return situation.weight in (None, situation.given(statement.outcome)) or statement.outcome == Outcome(
        FULL, Fraction(1)
    )


def _is_zero_zero(statement: Statement) -> bool:
    """`变动率上年度为0的，本年度继续为0的`: what 0 to 0 gives."""
    relations = relations_of(statement)
    return len(statement.causes) == len(relations) == 2 and all((r.operator, r.limit) == ("=", 0) for r in relations)


FORM = Form("tiers", "(VALUE | NOT_VALUE)+ (ELSE_NONE | ELSE_GIVE | NOT_FACT)?", _read)
