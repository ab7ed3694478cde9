"""The section of a unit on a league's page: what a reader opens is built by the page's script from the data given here.

All numbers are put into words here, so that the script neither rounds nor calculates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from xlperf.batch.journal import Record
from xlperf.batch.tables import OF_THE_FRAMEWORK, SEVERITIES
from xlperf.explain.explanation import ALERTS
from xlperf.findings.codes import RELATION, catalogue
from xlperf.findings.finding import ERROR
from xlperf.report.html import LONG, NUMBER, STATE, TEXT, clean
from xlperf.report.league.page_tables import MOST_NUMBERS, difference, rate, score
from xlperf.report.league.ranking import BASIS, COMMON_RATE, League, Leagues, Standing
from xlperf.report.league.standings import UnitLine, is_left_out, unit_lines
from xlperf.values import round_half_up
from xlperf.wording import number

Columns = Sequence[tuple[str, str]]
Rows = Sequence[Sequence[str]]
LEFT_OUT, OPEN = "—", "未评"

# The tables of a section, in their order; the first columns of the indicators stand once for all units.
_TABLES: Mapping[str, Columns] = {
    "一级指标": (("一级指标", TEXT), ("分值", NUMBER), ("得分", NUMBER), ("得分率", NUMBER)),
    "指标": (
        *(
            ("编码", TEXT),
            ("指标", LONG),
            ("分值", NUMBER),
            ("得分", NUMBER),
            ("得分率", NUMBER),
            ("各单位平均", NUMBER),
        ),
        *(("自评分", NUMBER), ("规则分", NUMBER), ("评定分", NUMBER), ("复核分", NUMBER), ("认定情况", STATE)),
        *(("问题", TEXT), ("理由", LONG), ("佐证", LONG), ("征求意见", LONG)),
    ),
    "问题台账": (("编号", TEXT), ("事实", LONG), ("金额", NUMBER), ("违反的条款", LONG), ("指标", TEXT)),
    "校验发现": (("级别", STATE), ("发现", TEXT), ("单元格", TEXT), ("说明", LONG)),
    "比率": (("比率", LONG), ("结果", NUMBER)),
    "从指标到总分": (("步骤", LONG), ("分", NUMBER)),
}


def anchors(leagues: Leagues) -> list[dict[str, str]]:
    """For each league the ids of its units' sections: by code or name and project, with year and framework where that repeats."""
    plain = [_plain(unit) for league in leagues.leagues for unit in league.units]
    taken: set[str] = set()
    found = []
    for league in leagues.leagues:
        names = {}
        for unit in league.units:
            name = _plain(unit)
            if plain.count(name) > 1:
                name = f"{name}-{league.year or 0}-{league.framework}"
            names[unit.file] = _free(name, taken)
        found.append(names)
    return found


def _plain(unit: Standing) -> str:
    named = "-".join(text for text in (unit.code or unit.name, unit.project) if text)
    return "unit-" + "_".join(clean(named).split())


def _free(name: str, taken: set[str]) -> str:
    wanted, number = name, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


def shape(league: League) -> dict[str, object]:
    """What the sections of all units share: tables, their columns, the first cells of the indicators' rows."""
    return {
        "tables": [[title, columns] for title, columns in _TABLES.items()],
        "lead": {"指标": [[i.code, f"{i.name}（个性）" if i.is_individual else i.name] for i in league.indicators]},
        "alerts": [*ALERTS, SEVERITIES[ERROR]],
    }


def section(league: League, unit: Standing, record: Record) -> dict[str, object]:
    """What the section of a unit shows: facts, and the rows of each table."""
    result, lines = record["result"], list(unit_lines(league, record))
    tables = (
        _levels(league, unit),
        [_indicator(line) for line in lines],
        _problems(result),
        list(_findings(record)),
        _rates(result),
        _adjustments(result),
    )
    # Where no two units have the same indicators, each section says its own.
    own = {"lead": {"指标": [_named(line.indicator, line.is_individual) for line in lines]}}
    lead = own if league.has_own_indicators else {}
    return {"facts": [fact for fact in _facts(league, unit, result) if fact[1]], "tables": tables, **lead}


def _named(indicator: Mapping[str, Any], is_individual: bool) -> list[str]:
    return [indicator["code"], f"{indicator['name']}（个性）" if is_individual else indicator["name"]]


def _facts(league: League, unit: Standing, result: Record) -> Iterator[tuple[str, str]]:
    yield "名次", "" if unit.rank is None else str(unit.rank)
    yield "未能排名", unit.unranked
    if league.basis == COMMON_RATE:
        yield COMMON_RATE, rate(unit.common_rate)
        yield "个性得分率", rate(unit.individual_rate)
    yield "总分", score(unit.total)
    yield "等级", unit.grade
    yield "报告总分", score(result["reported_total"])
    yield "报告等级", result["reported_grade"] or ""
    yield "评价减自评", difference(unit.difference)
    yield "结论依据", "，".join(f"{name} {rate(x)}" for name, x in zip(BASIS, unit.basis, strict=True) if x is not None)
    yield "状态", unit.status
    yield "在名册内", unit.in_roster
    yield "文件", unit.file
    yield "说明", unit.notes


def _levels(league: League, unit: Standing) -> Rows:
    return [
        [level.name, score(level.weight), score(points), rate(reached)]
        for level, points, reached in zip(league.levels, unit.level_scores, unit.level_rates, strict=True)
        if points is not None or reached is not None
    ]


def _indicator(line: UnitLine) -> list[str]:
    indicator = line.indicator
    low, high = score(indicator["rule_low"]), score(indicator["rule_high"])
    return [
        score(indicator["weight"]),
        LEFT_OUT if is_left_out(indicator) else score(indicator["score"]) or OPEN,
        rate(line.rate),
        rate(line.mean_rate),
        score(indicator["self_score"]),
        score(indicator["rule_score"]) or (f"{low}～{high}" if low and high else ""),
        score(indicator["award"]),
        score(indicator["review"]),
        indicator["status"],
        "、".join(indicator["problems"]),
        *(indicator[name] or "" for name in ("reason", "evidence", "opinion")),
    ]


def _rates(result: Record) -> Rows:
    return [[item["label"], rate(item["value"])] for item in result["rates"] if item["value"] is not None]


def _adjustments(result: Record) -> Rows:
    return [[item["name"], difference(item["points"])] for item in result["adjustments"]]


def _problems(result: Record) -> Rows:
    return [
        [
            line["id"] or "",
            line["fact"],
            number(line["amount"]) if isinstance(line["amount"], float | int) else line["amount"] or "",
            line["clause"] or "",
            "、".join(line["indicators"]),
        ]
        for line in result["problems"]
        if line["fact"]
    ]


@cache
def _finding_names() -> Mapping[str, str]:
    return {code.code: code.name for code in catalogue()}


def _findings(record: Record) -> Iterator[list[str]]:
    names = _finding_names()
    for found in record["result"]["findings"]:
        if found["code"] not in OF_THE_FRAMEWORK:
            name = "勾稽" if found["code"].startswith(RELATION) else names.get(found["code"], found["code"])
            yield [SEVERITIES[found["severity"]], name, found["cell"], found["message"]]
    for row in record["further"]:
        yield [row["severity"], names.get(row["finding"], row["finding"]), row["cell"], row["message"]]


def heat(league: League, names: Mapping[str, str]) -> dict[str, object]:
    """The heat map: its columns, and the units with their rates in percent, as they are shown.

    A score stands as text where there is no weight to have a rate of; so does what is open or left out.
    """
    return {
        "columns": [
            *([level.name, "一级指标", "level"] for level in league.levels),
            *([f"{i.code} {i.name}", i.level, "individual" if i.is_individual else ""] for i in league.indicators),
        ],
        "units": [
            [
                names.get(unit.file, ""),
                unit.code,
                unit.shown,
                "" if unit.rank is None else str(unit.rank),
                [*(_percent(value) for value in unit.level_rates), *_shades(unit)],
            ]
            for unit in league.units
        ],
    }


def _shades(unit: Standing) -> Iterator[float | str]:
    for place, (reached, points) in enumerate(zip(unit.rates, unit.scores, strict=True)):
        if place in unit.left_out:
            yield LEFT_OUT
        else:
            yield _percent(reached) if reached is not None else score(points) or OPEN


@lru_cache(MOST_NUMBERS)
def _percent(value: float | None) -> float | str:
    return "" if value is None else round_half_up(value * 100, 1)
