"""`xlperf league` and the end of `xlperf batch`: a county of eighteen, from the roster to what is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.command import contents, run
from tests.support.county import ABSENT, UNFINISHED, send_out, take_back, unit_name

COUNT = 18
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a county whose batch is done; a broken file was handed in too."""
    folder = tmp_path_factory.mktemp("全县")
    send_out(folder, COUNT)
    take_back(folder, COUNT)
    (folder / "交来" / "坏的.xlsx").write_bytes(b"")
    status, out, err = run(folder, "batch", "交来", "-o", "结果", "--roster", "名册.xlsx")
    assert (status, err) == (1, "")
    assert "已写出 排名.xlsx、公布.xlsx、自评表.xlsx、排名.html、公布.html" in out
    return folder


def absent() -> list[str]:
    return [unit_name(number) for number in range(COUNT) if number % ABSENT == ABSENT - 1]


def test_every_unit_is_ranked_or_said_why_not(county: Path) -> None:
    status, out, _ = run(county, "league", "结果", "--json")
    assert status == 0
    (league,) = json.loads(out)["leagues"]
    units = league["units"]
    assert len(units) == COUNT - len(absent())
    unranked = {unit["name"]: unit["unranked"] for unit in units if unit["rank"] is None}
    left = [n for n in range(COUNT) if n % UNFINISHED == UNFINISHED - 1 and n % ABSENT != ABSENT - 1]
    assert set(unranked) == {unit_name(number) for number in left}
    assert all(text == "没有得分的指标：待评定 1 项（6）" or "（6、16）" in text for text in unranked.values())
    rates = [unit["common_rate"] for unit in units if unit["rank"] is not None]
    assert rates == sorted(rates, reverse=True)


def test_the_rates_are_those_of_the_workbooks(county: Path) -> None:
    """Counted again from what the batch wrote, indicator by indicator."""
    records = [json.loads(line) for line in (county / "结果" / "results.jsonl").read_text("utf-8").splitlines()]
    indicators = {r["result"]["unit"]: r["result"]["indicators"] for r in records if r["status"] == "done"}
    individual = {str(code) for code in range(26, 33)}
    (league,) = json.loads(run(county, "league", "结果", "--json")[1])["leagues"]
    for unit in league["units"]:
        common = [i for i in indicators[unit["name"]] if i["code"] not in individual]
        if unit["rank"] is not None:
            assert sum(i["weight"] for i in common) == 78
            assert unit["common_rate"] == pytest.approx(sum(i["score"] for i in common) / 78)


def test_rebuilt_resumed_and_by_one_worker_the_files_are_the_same(county: Path) -> None:
    made = contents(county / "结果")
    assert {"排名.xlsx", "公布.xlsx", "自评表.xlsx", "排名.html", "公布.html"} <= set(made)
    (county / "结果" / "排名.xlsx").unlink()
    (county / "结果" / "排名.html").unlink()
    status, out, err = run(county, "league", "结果")
    assert (status, err) == (0, "")
    assert "共性得分率" in out
    assert contents(county / "结果") == made
    again = run(county, "batch", "交来", "-o", "结果", "--roster", "名册.xlsx", "--resume", "--quiet")
    assert again == (1, "", "")
    assert contents(county / "结果") == made
    assert run(county, "batch", "交来", "-o", "一个", "--roster", "名册.xlsx", "--jobs", 1, "--quiet")[0] == 1
    assert contents(county / "一个") == made


def test_who_is_missing_stands_in_the_ranking_and_not_in_the_publication(county: Path) -> None:
    inner, public = (load_workbook(county / "结果" / name) for name in ("排名.xlsx", "公布.xlsx"))
    missing = [row[1] for row in inner["缺报与隔离"].iter_rows(values_only=True) if row[2] == "名册上有，没有交来"]
    assert missing == absent()
    assert public.sheetnames == ["排名", "一级指标", "分布"]
    shown = {value for sheet in public for row in sheet.iter_rows(values_only=True) for value in row}
    assert not shown & {*absent(), "坏的.xlsx"}


def test_only_the_publication_can_be_rebuilt(county: Path, tmp_path: Path) -> None:
    made = contents(county / "结果")
    for name, content in made.items():
        if not name.endswith((".xlsx", ".html")):
            (tmp_path / name).write_bytes(content)
    status, out, _ = run(county, "league", tmp_path, "--publication-only")
    assert (status, out.splitlines()[0].startswith("已写出 公布.xlsx、公布.html")) == (0, True)
    for name in ("公布.xlsx", "公布.html"):
        assert (tmp_path / name).read_bytes() == made[name]
    assert not list(tmp_path.glob("排名.*"))


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "league", ".")
    assert (status, out) == (2, "")
    assert "不是批量处理的输出文件夹" in err
