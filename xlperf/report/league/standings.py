"""One unit of a league from its result: the rates it is ranked by, or why it can't be ranked; then the ranks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlperf.report.league.ranking import COMMON_RATE, League, Standing
from xlperf.values import round_half_up
from xlperf.workbook.gates import INSUFFICIENT, touches_score
from xlperf.workbook.sheets.scoring import NOT_APPLICABLE

# The weights of these count for nothing: the total is rescaled without them.
LEFT_OUT = (NOT_APPLICABLE, "缺数据剔除")
# Units are told apart by what is shown of a rate, two places of a percentage; totals have two places.
_RATE_PLACES, _TOTAL_PLACES = 4, 2
_MOST_NAMED = 8
NO_RESULT = "未出结果"
Record = Mapping[str, Any]
Facts = Mapping[str, Any]


def standing(
    unit: Facts, record: Record, basis: str, slots: Sequence[Record], *, includes_errors: bool = False
) -> Standing:
    """A unit without a rank yet. `unit`: its line of the table of units; `record`: its line of the results.

    `slots`: what stands in the league's columns. `includes_errors`: whether units with errors are ranked too.
    """
    result = record["result"]
    indicators = result["indicators"]
    individual = set(record["framework"]["individual"])
    common = [i for i in indicators if i["code"] not in individual]
    common_rate = rate_of(common)
    obstacle = _obstacle(common, common_rate) if basis == COMMON_RATE else _obstacle(indicators, unit["total"])
    return Standing(
        code=unit["code"],
        name=unit["name"],
        project=unit["project"],
        file=unit["file"],
        rank=None,
        unranked=obstacle or _doubt(unit, result, includes_errors=includes_errors),
        common_rate=common_rate,
        individual_rate=rate_of([i for i in indicators if i["code"] in individual]),
        total=unit["total"],
        grade=unit["grade"],
        level_scores=tuple(level["score"] for level in levels(result)),
        level_rates=tuple(level["rate"] for level in levels(result)),
        rates=tuple(rate_of(i.get("own", [i])) for i in slots),
        scores=tuple(None if is_left_out(i) else i["score"] for i in slots),
        self_scores=tuple(i["self_score"] for i in slots),
        evaluated=tuple(i["evaluated"] if "own" in i else evaluated(i) for i in slots),
        basis=tuple(unit[f"basis_{part}"] for part in ("rule", "judgement", "missing")),
        left_out=tuple(place for place, i in enumerate(slots) if is_left_out(i)),
        errors=unit["errors"],
        warnings=unit["warnings"],
        hints=unit["hints"],
        status=unit["status"],
        in_roster=unit["in_roster"],
        notes="；".join(text for text in (_remark(result), unit["notes"]) if text),
    )


def compared(record: Record, *, has_own: bool) -> list[Record]:
    """What stands in the columns of a league for a unit: its indicators; where units have individual ones of their own,
    these added up by second level, since no two units have the same.
    """
    indicators = record["result"]["indicators"]
    if not has_own:
        return list(indicators)
    individual = set(record["framework"]["individual"])
    found: dict[object, list[Record]] = {}
    for indicator in indicators:
        is_own = indicator["code"] in individual
        found.setdefault((indicator["level1"], indicator["level2"]) if is_own else indicator["code"], []).append(
            indicator
        )
    slots: list[Record] = []
    for key, parts in found.items():
        slots.append(_added_up(key, parts) if isinstance(key, tuple) else parts[0])
    return slots


def _added_up(key: tuple[str, str], parts: list[Record]) -> Record:
    """The individual indicators of a second level as one; a sum is there where all of its parts are."""
    level, group = key
    counted = [part for part in parts if not is_left_out(part)]

    def total(values: Iterable[float | None]) -> float | None:
        known = list(values)
        return None if None in known else round(sum(value for value in known if value is not None), 6)

    return {
        "code": f"{group}※",
        "name": f"个性指标合计（{group}）",
        "level1": level,
        "level2": group,
        "weight": total(part["weight"] for part in parts),
        "score": total(part["score"] for part in counted),
        "self_score": total(part["self_score"] for part in counted),
        "evaluated": total(evaluated(part) for part in counted) if counted else None,
        "status": "" if counted else NOT_APPLICABLE,
        "own": parts,
    }


@dataclass(frozen=True)
class UnitLine:
    """An indicator of a unit with its rate, and the mean of all units where they have it too."""

    indicator: Record
    is_individual: bool
    rate: float | None
    mean_rate: float | None


def unit_lines(league: League, record: Record) -> Iterator[UnitLine]:
    """The indicators of a unit, also those that no other has."""
    places = {indicator.code: place for place, indicator in enumerate(league.indicators)}
    for indicator in record["result"]["indicators"]:
        place = places.get(indicator["code"])
        is_individual = place is None or league.indicators[place].is_individual
        mean = None if place is None else league.summaries[place].mean_rate
        yield UnitLine(indicator, is_individual, rate_of([indicator]), mean)


def levels(result: Record) -> list[Record]:
    """The first-level indicators in the framework's order, which the indicators show; their lines may have been moved."""
    stated = {level["name"]: level for level in result["level1"]}
    nothing = {"weight": None, "score": None, "rate": None}
    names = dict.fromkeys(indicator["level1"] for indicator in result["indicators"])
    return [stated.get(name, {"name": name, **nothing}) for name in names]


def is_left_out(indicator: Record) -> bool:
    """Whether an indicator doesn't count for the unit, neither its score nor its weight."""
    return indicator["status"] in LEFT_OUT


def rate_of(indicators: Iterable[Record]) -> float | None:
    """Points reached of those that can be reached; None where a score or weight is lacking, or nothing counts."""
    scores, weights = [], []
    for indicator in indicators:
        if is_left_out(indicator):
            continue
        if indicator["score"] is None or indicator["weight"] is None:
            return None
        scores.append(indicator["score"])
        weights.append(indicator["weight"])
    full = sum(weights)
    return round(sum(scores) / full, 10) if full > 0 else None


def evaluated(indicator: Record) -> float | None:
    """What the evaluation gives: review or award where one counts, else the determined rule score.

    In a self-evaluation the score that counts may be the self score itself, which is no evaluation of it.
    """
    if is_left_out(indicator):
        return None
    is_given = indicator["review"] is not None or indicator["award"] is not None
    found: float | None = indicator["score" if is_given else "rule_score"]
    return found


def ranked(units: Sequence[Standing], basis: str) -> tuple[Standing, ...]:
    """The units with their ranks, the best first, equal ones by code; after them those without."""

    def value(unit: Standing) -> float:
        if basis == COMMON_RATE:
            return round_half_up(unit.common_rate or 0.0, _RATE_PLACES)
        return round_half_up(unit.total or 0.0, _TOTAL_PLACES)

    able = sorted((u for u in units if not u.unranked), key=lambda u: (-value(u), *_place(u)))
    placed: list[Standing] = []
    for number, unit in enumerate(able, 1):
        is_equal = bool(placed) and value(placed[-1]) == value(unit)
        placed.append(replace(unit, rank=placed[-1].rank if is_equal else number))
    return (*placed, *sorted((u for u in units if u.unranked), key=_place))


def _place(unit: Standing) -> tuple[str, str, str]:
    return unit.code, unit.shown, unit.file


def _obstacle(indicators: Sequence[Record], value: float | None) -> str:
    """Why a unit has nothing to be ranked by; nothing where it has."""
    if value is not None:
        return ""
    waiting = [i for i in indicators if not is_left_out(i) and i["score"] is None]
    if not waiting:
        return "没有计入的指标" if all(is_left_out(i) for i in indicators) else "总分算不出"
    statuses = list(dict.fromkeys(str(i["status"]) for i in waiting))
    counts = (f"{status} {sum(i['status'] == status for i in waiting)} 项" for status in statuses)
    return f"没有得分的指标：{'、'.join(counts)}（{_named([i['code'] for i in waiting])}）"


def _doubt(unit: Facts, result: Record, *, includes_errors: bool) -> str:
    """Why a unit that has something to be ranked by is listed apart; nothing where it isn't."""
    basis = [text for text in _open(result) if text.startswith(INSUFFICIENT)]
    if basis:
        return str(basis[0])
    if includes_errors:
        return ""
    if unit["errors"]:
        return f"有错误，未排名（{unit['errors']} 处，见“发现”）"
    return next((f"{NO_RESULT}：{reason}" for reason in _open(result) if touches_score(reason)), "")


def _remark(result: Record) -> str:
    """What is still open of a result without any doubt of its score: it is ranked, and this is told beside."""
    return next((f"{NO_RESULT}：{reason}" for reason in _open(result) if not touches_score(reason)), "")


def _open(result: Record) -> Sequence[str]:
    """The reasons that the gate of the result is closed; results of an earlier version don't say."""
    reasons: Sequence[str] = (result.get("result") or {}).get("reasons", ())
    return reasons


def _named(codes: Collection[str]) -> str:
    shown = list(codes)[:_MOST_NAMED]
    return "、".join(shown) + (" 等" if len(codes) > _MOST_NAMED else "")
