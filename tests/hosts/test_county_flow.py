"""Five units from the roster to the league, typed in with LibreOffice; by the commands that its page shows.

In each run one unit and one evaluator have LibreOffice, and the others are typed in by ours; in the long runs all have it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import ROOT, rows, run
from tests.support.individual_rows import FRAMEWORK, write_county
from tests.support.libreoffice import require_tools
from tests.support.office import Office
from tests.support.workbooks import places
from xlperf.editions.copies import copied
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.identity import read_copy, read_identity
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy

pytestmark = pytest.mark.slow
NAMES = ("教育局", "卫健局", "水务局", "民政局", "司法局")
CODES = tuple(f"01{number:02d}" for number in range(1, len(NAMES) + 1))
OWN = (
    ("0101", "教育局", "数量", "好评率", 6, "≥95%", "完成率×分值"),
    (None, None, None, "办件数", 4, "1200件", None),
    ("0102", None, "产出/数量", "安全事故", 10, None, "发生一起事故扣1分，扣完为止。"),
    (None, "水务局", "数量", "群众获得感", 10, None, "由评价人根据实际情况酌情评分。"),
)
LATE, TEXT_FOR_NUMBER, TOO_MUCH = "0105", "0101", "0104"
# What LibreOffice writes may not look as if somebody had altered it.
ALTERED = (
    "framework",
    "differs",
    "formula",
    "record",
    "locked",
    "name_",
    "rows_",
    "sheet_",
    "protection",
    "copy_",
    "validation",
)
# The rule of the first indicator: ≥90%:6, ≥80%:3, else 0.
USED = dict(zip(CODES, (95, 92, 85, 91, 70), strict=True))
BY_RULE = {code: 6 if used >= 90 else 3 if used >= 80 else 0 for code, used in USED.items()}
PROBLEMS = {"0101": 1, "0102": 1, "0105": 2}
REVIEWED, REVIEW = "0101", 2.5


class Hand:
    """Somebody who opens a workbook, types and saves, with LibreOffice where the file written is of those names."""

    def __init__(self, office: Office, names: Collection[str]) -> None:
        self._office, self._names = office, names

    def types(self, source: Path, target: Path, **values: Value) -> None:
        """Types into the inputs of these ids."""
        package = open_package(source)
        cells = places(package, **values)
        self.types_into(source, target, {f"{sheet}!{ref}": cells[sheet, ref] for sheet, ref in cells})

    def types_into(self, source: Path, target: Path, cells: dict[str, Value]) -> None:
        places = {(cell.rpartition("!")[0], cell.rpartition("!")[2]): value for cell, value in cells.items()}
        target.parent.mkdir(exist_ok=True)
        if target.stem not in self._names:
            target.write_bytes(recalculated(open_package(source), places).data)
            return
        actions = [{"do": "type", "sheet": sheet, "at": ref, "value": value} for (sheet, ref), value in places.items()]
        self._office.values(source, actions, save=target)


class County:
    """The folder, the commands of the page one after the other, and who types."""

    def __init__(self, folder: Path, hand: Hand) -> None:
        self.folder, self.hand = folder, hand
        self._commands = iter(chapter())

    def next(self, *, status: int = 0) -> str:
        """Runs the next command of the chapter as it is printed there."""
        line = next(self._commands)
        found, out, err = run(self.folder, *line.split()[1:])
        assert (found, "Traceback" in err) == (status, False), f"{line}\n{out}\n{err}"
        return out

    @property
    def is_done(self) -> bool:
        return next(self._commands, None) is None

    def sent(self, code: str) -> Path:
        return self.folder / "下发" / f"{code}_{NAMES[CODES.index(code)]}.xlsx"

    def handed_in(self, code: str) -> Path:
        again = self.folder / "补交" / f"{code}.xlsx"
        return again if again.exists() else self.folder / "交来" / f"{code}.xlsx"

    def rows(self, table: str, folder: str = "结果") -> list[dict[str, Any]]:
        return rows(self.folder / folder, table)


def chapter() -> list[str]:
    """The commands of the chapter, in their order."""
    text = (ROOT / "docs" / "批量.md").read_text(encoding="utf-8")
    found = text.partition("## 九、从头到尾走一遍")[2]
    return [line.strip().replace("我县.toml", FRAMEWORK) for line in re.findall(r"^ +xlperf .*$", found, re.M)]


@pytest.fixture(
    scope="module",
    params=[(CODES[0], "甲评"), pytest.param((*CODES, "甲评", "乙评"), marks=pytest.mark.soak)],
    ids=["one with LibreOffice", "all with LibreOffice"],
)
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    require_tools()
    folder = tmp_path_factory.mktemp("五个")
    write_county(folder, list(zip(NAMES, CODES, strict=True)), OWN)
    with Office() as office:
        yield County(folder, Hand(office, request.param))


def test_from_the_roster_to_the_league(county: County) -> None:
    """One station after the other; each has something that would fail if the one before had lost anything."""
    is_sent_out(county)
    is_filled_and_collected(county)
    is_told_what_to_change(county)
    is_handed_in_again(county)
    is_evaluated_by_two_and_merged(county)
    is_reviewed(county)
    is_ranked(county)
    assert county.is_done


def is_sent_out(county: County) -> None:
    out = county.next()
    assert f"{len(CODES)} 份" in out
    assert "个性指标：3 个单位 4 项，其中 1 项由评价人评定" in out
    own = {code: individual(open_package(county.sent(code))) for code in CODES}
    assert own["0101"] == {"3A": "好评率", "3B": "办件数"}
    assert own["0102"] == {"3A": "安全事故"}
    assert own["0103"] == {"3A": "群众获得感"}
    assert own["0104"] == {"3": "任务完成", "4": "服务对象"}
    names = NamedCells(open_package(county.sent("0101")))
    assert [names.value(name) for name in ("target_3a", "target_3b")] == [0.95, 1200]


def individual(package: Package) -> dict[str, str]:
    framework = read_identity(package).framework.framework
    return {i.code: i.name for i in framework.indicators if i.is_individual}


def figures(code: str) -> dict[str, Value]:
    """What a unit fills in at first, with its mistakes."""
    given: dict[str, Value] = {"quota_issued": 100, "quota_used": USED[code], "staff_count": 20, "has_rules": "是"}
    given |= {"main_goal": "按年度计划"}
    wrong: dict[str, dict[str, Value]] = {TEXT_FOR_NUMBER: {"quota_used": "约九成半"}, TOO_MUCH: {"staff_count": -3}}
    given |= wrong.get(code, {})
    own: dict[str, dict[str, Value]] = {"0101": {"reached_3a": 0.95, "reached_3b": 600}, "0102": {}, "0103": {}}
    return given | own.get(code, {"work_done": 5, "work_total": 10})


def is_filled_and_collected(county: County) -> None:
    for code in CODES:
        if code != LATE:
            county.hand.types(county.sent(code), county.folder / "交来" / f"{code}.xlsx", **figures(code))
    county.next(status=1)
    assert [row["单位编码"] for row in county.rows("units")] == [code for code in CODES if code != LATE]
    assert [row["单位编码"] for row in county.rows("missing")] == [LATE]
    assert {row["指标体系"] for row in county.rows("units")} == {"mini-2021"}
    assert county.rows("quarantine") == []
    found = {(row["单位编码"], row["代码"]) for row in county.rows("findings")}
    assert [pair for pair in found if pair[1].startswith(ALTERED)] == []
    errors = {row["单位编码"] for row in county.rows("findings") if row["级别"] == "错误"}
    assert errors == {TEXT_FOR_NUMBER, TOO_MUCH}


def told_cells(folder: Path, code: str) -> list[str]:
    """The cells that a unit's notice names."""
    package = open_package(folder / f"{code}_{NAMES[CODES.index(code)]}.xlsx")
    lines: dict[int, dict[int, Value]] = {}
    for cell in package.cells(package.worksheets[0].name).values():
        lines.setdefault(cell.row, {})[cell.column] = cell.value
    return [f"{line[2]}!{line[3]}" for line in lines.values() if str(line.get(4, "")).startswith("错误")]


def is_told_what_to_change(county: County) -> None:
    out = county.next()
    assert "催报名单 1 个单位" in out
    for code, name in ((TEXT_FOR_NUMBER, "quota_used"), (TOO_MUCH, "staff_count")):
        [place] = places(open_package(county.sent(code)), **{name: None})
        assert told_cells(county.folder / "通知", code) == ["!".join(place)]
    reminder = open_package(county.folder / "通知" / "催报名单.xlsx")
    texts = {cell.value for cell in reminder.cells(reminder.worksheets[0].name).values()}
    assert texts & set(NAMES) == {NAMES[CODES.index(LATE)]}


def is_handed_in_again(county: County) -> None:
    """Into the very cells that the notices name, without knowing any id; and the one that was late."""
    for code, right in ((TEXT_FOR_NUMBER, USED[TEXT_FOR_NUMBER]), (TOO_MUCH, 3)):
        [cell] = told_cells(county.folder / "通知", code)
        source = county.folder / "交来" / f"{code}.xlsx"
        county.hand.types_into(source, county.folder / "补交" / f"{code}.xlsx", {cell: right})
    county.hand.types(county.sent(LATE), county.folder / "补交" / f"{LATE}.xlsx", **figures(LATE))
    county.next(status=1)
    rounds = {row["单位编码"]: row for row in county.rows("rounds")}
    assert {code: int(row["轮次"]) for code, row in rounds.items()} == {
        code: 2 if code in (TEXT_FOR_NUMBER, TOO_MUCH) else 1 for code in CODES
    }
    assert all(int(rounds[code]["已解决"]) >= 1 for code in (TEXT_FOR_NUMBER, TOO_MUCH))
    assert county.rows("missing") == []
    assert [row for row in county.rows("findings") if row["级别"] == "错误"] == []
    county.next()
    assert not (county.folder / "通知二" / "催报名单.xlsx").exists()
    assert not list((county.folder / "通知二").glob("010[14]_*.xlsx"))


def awards(code: str) -> dict[str, Value]:
    """What an evaluator finds of a unit."""
    count = PROBLEMS.get(code, 0)
    found: dict[str, Value] = {"finding__2__1": "符合", "finding__2__2": count, "finding__2__3": "公开"}
    for number in range(1, count + 1):
        found[f"problem_indicator__{number}"] = "2"
        found[f"problem_fact__{number}"] = f"第 {number} 处报销附件不全"
        found[f"problem_points__{number}"] = 1
    judged: dict[str, Value] = {
        "award__3A": 7,
        "reason__3A": "按走访记录",
        "reason_score__3A": 7,
        "problem_points__1": 3,
    }
    judged |= {"problem_indicator__1": "3A", "problem_fact__1": "走访中三成不满意"}
    own: dict[str, dict[str, Value]] = {"0102": {"finding__3A__1": 2}, "0103": judged}
    return found | own.get(code, {})


def is_evaluated_by_two_and_merged(county: County) -> None:
    folder = county.folder
    (folder / "评定").mkdir()
    for person in ("甲", "乙"):
        assert "评价组版" in county.next()
        package = open_package(folder / f"{person}评.xlsx")
        assert read_copy(package) is Copy.EVALUATOR
        assert [NamedCells(package).value(name) for name in ("quota_used", "reached_3b")] == [95, 600]
    first = {**awards("0101"), "problem_voucher__1": "记-12"}
    second = {**awards("0101"), "finding__2__2": 2, "problem_fact__1": "固定资产未入账", "problem_points__1": None}
    county.hand.types(folder / "甲评.xlsx", folder / "甲评.xlsx", **first)
    county.hand.types(folder / "乙评.xlsx", folder / "乙评.xlsx", **second)
    assert county.next(status=1).count("不一致，空着待定") == 1
    names = NamedCells(open_package(folder / "合并.xlsx"))
    assert names.column("problem_fact")[:3] == ["第 1 处报销附件不全", "固定资产未入账", None]
    assert names.column("point_finding")[1:4] == ["符合", None, "公开"]
    assert "用 甲评.xlsx 的" in county.next()
    merged = NamedCells(open_package(folder / "评定" / "0101.xlsx"))
    assert merged.column("point_finding")[1:4] == ["符合", 1, "公开"]
    for code in CODES[1:]:
        copy = copied(open_package(county.handed_in(code)), Copy.EVALUATOR)
        (folder / "评价组.xlsx").write_bytes(copy.package.data)
        county.hand.types(folder / "评价组.xlsx", folder / "评定" / f"{code}.xlsx", **awards(code))


def is_reviewed(county: County) -> None:
    path = county.folder / "评定" / f"{REVIEWED}.xlsx"
    given: dict[str, Value] = {"review__2": REVIEW, "reason__2": "复核时补来一张附件", "reason_score__2": REVIEW}
    # What the two have registered, and what the review leaves of it, must add up; a departure names its evidence.
    given |= {"evidence__2": "补交的附件", "problem_points__2": 0.5}
    shutil.copy(path, county.folder / "复核前.xlsx")
    county.hand.types(county.folder / "复核前.xlsx", path, **given)
    names = NamedCells(open_package(path))
    assert names.package.value(*names.by_code("indicator_code", "indicator_score")["2"]) == REVIEW


def expected() -> dict[str, tuple[float, float]]:
    """The rate of the shared indicators and of a unit's own, from what was typed."""
    own = {"0101": (6 + 4 * 600 / 1200) / 10, "0102": 0.8, "0103": 0.7}
    found = {}
    for code in CODES:
        second = REVIEW if code == REVIEWED else 4 - min(PROBLEMS.get(code, 0), 2)
        found[code] = round((BY_RULE[code] + second) / 10, 6), own.get(code, 0.5)
    return found


def is_ranked(county: County) -> None:
    county.next()
    units = county.rows("units", "评价")
    assert [row["单位编码"] for row in units] == list(CODES)
    assert {row["结果"] for row in units} == {"可出结果"}
    county.next()
    status, out, _ = run(county.folder, "league", "评价", "--json")
    assert status == 0
    [league] = json.loads(out)["leagues"]
    told = {unit["code"]: unit for unit in league["units"]}
    rates = {code: (unit["common_rate"], unit["individual_rate"]) for code, unit in told.items()}
    assert rates == {code: pytest.approx(pair) for code, pair in expected().items()}
    best = sorted({rate for rate, _ in expected().values()}, reverse=True)
    ahead = {rate: sum(other > rate for other, _ in expected().values()) + 1 for rate in best}
    assert {code: unit["rank"] for code, unit in told.items()} == {
        code: ahead[rate] for code, (rate, _) in expected().items()
    }
    ranking = open_package(county.folder / "评价" / "排名.xlsx")
    texts = {sheet.name: {str(c.value) for c in ranking.cells(sheet.name).values()} for sheet in ranking.worksheets}
    assert any("个性指标合计（数量）" in text for text in texts["热力图"])
    page = open_package(next((county.folder / "评价" / "单位").glob("0102*.xlsx")))
    shown = {str(cell.value) for sheet in page.worksheets for cell in page.cells(sheet.name).values()}
    assert {"安全事故（个性）", "支出率"} <= shown
    assert "任务完成（个性）" not in shown
