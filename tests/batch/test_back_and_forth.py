"""A roster of eight: sent out, filled, taken back, sent back with notices, handed in again, counted as a second round."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.support.command import contents, rows, run
from tests.support.county import send_out, unit_name
from tests.support.workbooks import with_values
from xlperf.package import open_package

COUNT, ABSENT, MENDED, UNTOUCHED = 8, 7, 3, 5
FIGURES: dict[str, Any] = {"quota_issued": 213.7, "quota_used": 209.26, "adjusted_budget": 900}
HOSTILE = '=HYPERLINK("http://x","点")<w:t/>' + "长" * 30_000
pytestmark = pytest.mark.slow


def hand_in(source: Path, target: Path, **values: Any) -> None:
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(with_values(open_package(source), **values).data)


def letter(folder: Path, number: int) -> str:
    document = Document(str(folder / f"{number:04d}_{unit_name(number)}.docx"))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rounds in one folder of results: the first has text in a number's place, the second mends some of it."""
    folder = tmp_path_factory.mktemp("来回")
    send_out(folder, COUNT)
    for number in range(COUNT):
        if number != ABSENT:
            given = {**FIGURES, "quota_used": HOSTILE if number == 2 else "约三成"}
            hand_in(_sent(folder, number), folder / "交来" / f"{number:04d}.xlsx", **given)
    command = ("batch", "交来", "-o", "结果", "--roster", "名册.xlsx", "--quiet")
    assert run(folder, *command)[0] == 1
    shutil.copytree(folder / "结果", folder / "第一轮")
    status, out, err = run(folder, "notice", "结果", "-o", "通知一", "--until", "2026-12-15")
    assert (status, err) == (0, "")
    assert f"{COUNT - 1} 份退回修改通知；催报名单 1 个单位" in out
    for number in range(MENDED):
        hand_in(_sent(folder, number), folder / "补交" / f"{number:04d}改.xlsx", **FIGURES, staff_quota=77)
    hand_in(_sent(folder, ABSENT), folder / "补交" / f"{ABSENT:04d}.xlsx", **FIGURES)
    assert run(folder, "batch", "交来", "补交", *command[2:], "--resume")[0] == 1
    assert run(folder, "notice", "结果", "-o", "通知二", "--json")[0] == 0
    return folder


def _sent(folder: Path, number: int) -> Path:
    return folder / "下发" / f"{number:04d}_{unit_name(number)}.xlsx"


def by_code(folder: Path, table: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(folder, table):
        found.setdefault(row["单位编码"], []).append(row)
    return found


def test_the_first_round(county: Path) -> None:
    assert {row["轮次"] for row in rows(county / "第一轮", "rounds")} == {"1"}
    assert rows(county / "第一轮", "changes") == []
    text = letter(county / "通知一", 0)
    assert "第1轮" in text
    assert "2026 年 12 月 15 日前" in text
    assert "已使用指标数" in text
    # The unit's own figures, and none of what the evaluator has to do.
    assert "缺数据（finding" not in text
    assert "待评定" not in text
    assert "=HYPERLINK" in letter(county / "通知一", 2)
    reminder = Document(str(county / "通知一" / "催报名单.docx"))
    assert [row.cells[2].text for row in reminder.tables[0].rows[1:]] == [unit_name(ABSENT)]


def test_the_second_round(county: Path) -> None:
    rounds = {code: row for code, (row,) in by_code(county / "结果", "rounds").items()}
    numbers = {code: int(row["轮次"]) for code, row in rounds.items()}
    assert numbers == {f"{n:04d}": 2 if n < MENDED else 1 for n in range(COUNT)}
    mended = rounds["0000"]
    assert (mended["上一轮的文件"], mended["文件"]) == ("交来/0000.xlsx", "补交/0000改.xlsx")
    assert int(mended["已解决"]) > 0
    # The figure that was text, and the staff that the roster had filled in.
    assert mended["改动的填报格"] == "2"
    told = [row for row in by_code(county / "结果", "changes")["0000"] if row["变化"] == "改动"]
    assert [(row["代码或编号"], row["上一轮"], row["本轮"]) for row in told] == [
        ("quota_used", "“约三成”", "209.26"),
        ("staff_quota", "20", "77"),
    ]
    assert not any(row["变化"] == "改动" for row in by_code(county / "结果", "changes").get("0005", []))


def test_the_notice_of_the_second_round(county: Path) -> None:
    text = letter(county / "通知二", 0)
    assert "第2轮" in text
    assert "已改好" in text
    assert "（上一轮已指出）" in text
    assert "已使用指标数应为数字" not in text
    assert "与上一轮相比" not in letter(county / "通知二", UNTOUCHED)
    assert not (county / "通知二" / "催报名单.docx").exists()
    status, out, _ = run(county, "notice", "结果", "-o", "通知三", "--json")
    found = json.loads(out)
    assert (status, found["absent"], len(found["notices"])) == (0, [], COUNT)
    assert found["notices"][0]["progress"]["resolved"] > 0


def test_another_run_changes_nothing(county: Path) -> None:
    before = contents(county / "结果")
    command = ("batch", "交来", "补交", "-o", "结果", "--roster", "名册.xlsx", "--quiet", "--resume")
    assert run(county, *command)[0] == 1
    assert contents(county / "结果") == before


def test_another_folder_goes_on_from_the_first(county: Path) -> None:
    """Only what was handed in again: the others are missing there, and are reminded of their open round."""
    command = ("batch", "补交", "-o", "另一", "--previous", "第一轮", "--roster", "名册.xlsx", "--quiet")
    assert run(county, *command)[0] == 1
    rounds = {row["单位编码"]: row for row in rows(county / "另一", "rounds")}
    same = {row["单位编码"]: row for row in rows(county / "结果", "rounds")}
    assert rounds == {code: same[code] for code in ("0000", "0001", "0002", f"{ABSENT:04d}")}
    _, out, _ = run(county, "notice", "另一", "-o", "通知四", "--json")
    assert {one["situation"] for one in json.loads(out)["absent"]} == {"第 1 轮退回后没有重新交来"}
