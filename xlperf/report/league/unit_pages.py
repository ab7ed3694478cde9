"""A page a unit: where it stands, its first-level scores, every indicator beside the average, findings, problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlperf.batch.tables import OF_THE_FRAMEWORK, SEVERITIES
from xlperf.report.league.ranking import COMMON_RATE, League, Standing
from xlperf.report.league.standings import is_left_out, unit_lines
from xlperf.report.sheet_writer import Book, Cell, Page
from xlperf.workbook.columns import Column

MOST_FINDINGS = 10
COLUMNS = (
    Column("编码", 8, is_centred=True),
    Column("指标", 30),
    Column("分值", 8, "score", is_centred=True),
    Column("自评分", 8, "score", is_centred=True),
    Column("得分", 8, "score", is_centred=True),
    Column("得分率", 9, "rate", is_centred=True),
    Column("各单位平均", 9, "rate", is_centred=True),
    Column("认定情况", 12, is_centred=True),
    Column("理由", 44),
)
Record = Mapping[str, Any]


def add_unit_page(book: Book, league: League, unit: Standing, record: Record, name: str, *, back: str = "") -> None:
    """The page of a unit. `record`: all that its result says; `back`: the sheet that its title leads to."""
    page = Page(book, name, COLUMNS)
    page.title(unit.shown)
    if back:
        page.link(0, 0, unit.shown, back, is_title=True)
    page.across("　　".join(text for text in (league.label, unit.code and f"单位编码 {unit.code}") if text))
    page.across(_standing(league, unit), bold=True)
    if unit.unranked:
        page.across(f"未能排名：{unit.unranked}")
    if unit.notes:
        page.across(unit.notes)
    page.header(is_frozen=False)
    page.sheet.repeat_rows(page.row - 1)
    _indicators(page, league, unit, record)
    _problems(page, record)
    _findings(page, record)


def _standing(league: League, unit: Standing) -> str:
    rank = f"第 {unit.rank} 名（共 {len(league.ranked)} 个）" if unit.rank is not None else "没有名次"
    rates = [("共性得分率", unit.common_rate), ("个性得分率", unit.individual_rate if league.is_divided else None)]
    told = [rank]
    if league.basis == COMMON_RATE:
        told += [f"{label} {rate:.2%}" for label, rate in rates if rate is not None]
    told += [f"总分 {unit.total:.2f}"] if unit.total is not None else ["总分算不出"]
    told += [f"等级 {unit.grade}"] if unit.grade else []
    told += [f"评价减自评 {unit.difference:+.2f}"] if unit.difference is not None else []
    return "　　".join(told)


def _indicators(page: Page, league: League, unit: Standing, record: Record) -> None:
    top, level = page.row, ""
    for line in unit_lines(league, record):
        indicator = line.indicator
        if indicator["level1"] != level:
            level = indicator["level1"]
            page.section(_level(league, unit, level))
        apart = "（个性）" if line.is_individual else ""
        score = None if is_left_out(indicator) else indicator["score"]
        values: list[Cell] = [indicator["code"], f"{indicator['name']}{apart}", indicator["weight"]]
        values += [indicator["self_score"], score, line.rate, line.mean_rate]
        page.line([*values, indicator["status"], " ".join((indicator["reason"] or "").split())])
    page.colour_scale(top, 5, page.row - 1, 6)


def _level(league: League, unit: Standing, name: str) -> str:
    place = next(place for place, level in enumerate(league.levels) if level.name == name)
    score, rate = unit.level_scores[place], unit.level_rates[place]
    told = "　".join(
        text
        for text in (
            f"得分 {score:.2f}" if score is not None else "得分算不出",
            f"得分率 {rate:.2%}" if rate is not None else "",
        )
        if text
    )
    return f"{name}　{told}"


def _problems(page: Page, record: Record) -> None:
    found = [problem for problem in record["result"]["problems"] if problem["fact"]]
    if found:
        page.section(f"问题台账（{len(found)}）")
        for problem in found:
            clause = f"　{problem['clause']}" if problem["clause"] else ""
            of = f"　指标 {'、'.join(problem['indicators'])}" if problem["indicators"] else ""
            page.across(f"{problem['id'] or ''}　{problem['fact']}{clause}{of}")


def _findings(page: Page, record: Record) -> None:
    """What was found, the most severe first: the first finding of each kind, and how many there are."""
    stated = [{**f, "severity": SEVERITIES[f["severity"]]} for f in record["result"]["findings"]]
    stated += [{**row, "code": row["finding"]} for row in record["further"]]
    kinds: dict[tuple[str, str], list[str]] = {}
    for f in stated:
        if f["code"] not in OF_THE_FRAMEWORK:
            place = f"（{f['cell']}）" if f["cell"] else ""
            kinds.setdefault((f["severity"], f["code"]), []).append(f"{f['message']}{place}")
    order = list(SEVERITIES.values())
    found = sorted(kinds.items(), key=lambda kind: order.index(kind[0][0]))
    if found:
        page.section(f"校验发现（{sum(len(texts) for _, texts in found)} 处，{len(found)} 种）")
    for (severity, _), texts in found[:MOST_FINDINGS]:
        more = f"　同类共 {len(texts)} 处。" if len(texts) > 1 else ""
        page.across(f"{severity}　{texts[0]}{more}")
    if len(found) > MOST_FINDINGS:
        page.across(f"另有 {len(found) - MOST_FINDINGS} 种，见 findings.csv。")
