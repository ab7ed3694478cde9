"""`xlperf batch`: the same results as one by one, whatever the number of workers; nothing stops it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.batch.submissions import BROKEN, devouring, endless, hand_in, submission, suffix, write
from tests.support.alterer import altered
from tests.support.command import contents, rows, run
from tests.support.workbooks import with_values
from xlperf.batch import load
from xlperf.batch.sources import Submission, find_submissions
from xlperf.errors import UserError
from xlperf.evaluation.scoring import score
from xlperf.package import open_package

COUNT = 10
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau's folder: 22 files handed in (10 units, 2 twice, 10 broken), taken in by two workers."""
    place = tmp_path_factory.mktemp("批量")
    hand_in(place / "交来", COUNT)
    status, out, err = run(place, "batch", "交来", "-o", "结果", "--jobs", 2, "--write")
    assert (status, err) == (1, "")
    assert f"{COUNT + 12} 份工作簿：计入 {COUNT} 个单位" in out
    assert "隔离 10，重复 2，缺报 0" in out
    return place


def results(folder: Path) -> dict[str, dict[str, Any]]:
    lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["entry"]["file"]: record for record in map(json.loads, lines)}


def content(folder: Path, name: str) -> bytes:
    path, _, member = name.partition("!/")
    if not member:
        return (folder / path).read_bytes()
    with zipfile.ZipFile(folder / path) as zipped:
        return zipped.read(member)


def test_results_are_those_of_scoring_one_by_one(folder: Path) -> None:
    done = {name: record for name, record in results(folder / "结果").items() if record["status"] == "done"}
    assert len(done) == COUNT + 2
    for name, record in done.items():
        package = open_package(content(folder, name))
        assert record["result"] == json.loads(json.dumps(score(package).to_json())), name


def test_the_recalculated_files_hold_these_results(folder: Path) -> None:
    for record in list(results(folder / "结果").values())[::7]:
        if record["status"] == "done":
            written = open_package(folder / "结果" / "files" / str(record["written"]))
            saved = json.loads(json.dumps(score(written, as_saved=True).to_json()))
            # That the file was not calculated when it was handed in is said of that file only.
            assert {**saved, "findings": 0} == {**record["result"], "findings": 0}


def test_one_worker_gives_the_same_bytes(folder: Path) -> None:
    assert run(folder, "batch", "交来", "-o", "一个", "--jobs", 1, "--write", "--quiet") == (1, "", "")
    assert contents(folder / "一个") == contents(folder / "结果")


def test_broken_files_are_in_quarantine_with_one_sentence(folder: Path) -> None:
    found = rows(folder / "结果", "quarantine")
    assert {row["文件"] for row in found} == {f"交来/坏的/{name}.xlsx" for name in BROKEN}
    assert all("\n" not in row["原因"] and "文件" in row["原因"] for row in found if "unknown" not in row["文件"])


def test_the_latest_of_a_unit_counts_and_both_are_listed(folder: Path) -> None:
    found = {row["被替代的文件"]: row["计入的文件"] for row in rows(folder / "结果", "duplicates")}
    assert len(found) == 2
    assert f"交来/补交/0001-改{suffix(1)}" in found.values()
    assert f"交来/补交/0002-旧{suffix(2)}" in found
    codes = [row["单位编码"] for row in rows(folder / "结果", "units")]
    assert codes == [f"{number:04d}" for number in range(COUNT)]


def test_frames_have_types_and_the_same_values(folder: Path) -> None:
    frames = load(folder / "结果")
    units = frames["units"].set_index("file")
    for name, record in results(folder / "结果").items():
        if name in units.index:
            total = record["result"]["total"]
            assert units.loc[name, "total"] == total or (total is None and units["total"].isna()[name])
    assert frames["indicators"]["score"].dtype == "float64"
    assert len(frames["indicators"]) == sum(
        len(record["result"]["indicators"]) for name, record in results(folder / "结果").items() if name in units.index
    )


def test_lost_workers_cost_their_file_only(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1-endless.xlsx", endless())
    write(tmp_path / "a" / "2-devouring.xlsx", devouring())
    for number in range(2):
        write(tmp_path / "a" / f"3-{number}{suffix(number)}", submission(number))
    status, _, err = run(tmp_path, "batch", "a", "-o", "out", "--jobs", 1, "--quiet", "--time-limit", 6)
    assert (status, err) == (1, "")
    reasons = {row["文件"]: row["原因"] for row in rows(tmp_path / "out", "quarantine")}
    assert set(reasons) == {"a/1-endless.xlsx", "a/2-devouring.xlsx"}
    assert "用时超过上限" in reasons["a/1-endless.xlsx"]
    assert "已停止" in reasons["a/2-devouring.xlsx"]
    # Both were altered: that is told without calculating them.
    assert all("与原工作簿不同的有：指标评分!" in reason for reason in reasons.values()), reasons
    assert reasons["a/1-endless.xlsx"].endswith(" 等 41 处")
    (endless_record,) = [r for r in results(tmp_path / "out").values() if r["entry"]["file"] == "a/1-endless.xlsx"]
    assert {found["code"] for found in endless_record["alterations"]} == {"formula_changed"}
    assert len(rows(tmp_path / "out", "units")) == 2


def test_what_was_altered_in_a_file_that_cannot_be_evaluated(tmp_path: Path) -> None:
    package = open_package(submission(0))
    write(tmp_path / "a" / "名称.xlsx", altered(package, {"action": "forget", "target": "total_score"}).data)
    assert run(tmp_path, "batch", "a", "-o", "out", "--quiet")[0] == 1
    (row,) = rows(tmp_path / "out", "quarantine")
    assert row["原因"].count("total_score") == 2
    assert "与原工作簿不同的有：名称 total_score 不见了" in row["原因"]


def test_roster_previous_year_and_text_that_spreadsheets_would_run(tmp_path: Path) -> None:
    book = open_package(submission(0))
    last = with_values(book, evaluation_year=2020, carryover_end__carryover_general=10)
    this = with_values(book, evaluation_year=2021, carryover_opening__carryover_general=12, unit_name="=1+1")
    write(tmp_path / "2020" / "a.xlsx", last.data)
    write(tmp_path / "2021" / "a.xlsx", this.data)
    roster = tmp_path / "名册.xlsx"
    sheet = Workbook()
    for line in (("单位名称", "单位编码"), ("单位零", "0000"), ("教育局", "0007")):
        sheet.active.append(line)
    sheet.save(roster)
    assert run(tmp_path, "batch", "2020", "-o", "old", "--quiet")[0] in (0, 1)
    command = ("batch", "2021", "-o", "new", "--previous", "old", "--roster", "名册.xlsx", "--json-lines")
    status, out, err = run(tmp_path, *command)
    assert (status, err) == (1, "")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["event"] for line in lines] == ["file", "unit", "summary"]
    assert lines[-1]["missing"] == 1
    assert rows(tmp_path / "new", "missing") == [{"单位编码": "0007", "单位名称": "教育局", "提示": ""}]
    (found,) = [row for row in rows(tmp_path / "new", "findings") if row["代码"] == "cross_year"]
    assert "120,000.00 元" in found["说明"]
    assert "100,000.00 元" in found["说明"]
    assert found["单位名称"] == "'=1+1"
    assert load(tmp_path / "new")["units"]["name"].tolist() == ["=1+1"]


def test_usage_errors(tmp_path: Path) -> None:
    for words in (("没有的", "-o", "x"), ("空", "-o", "x"), ("a.xlsx", "-o", "满")):
        (tmp_path / "空").mkdir(exist_ok=True)
        write(tmp_path / "满" / "别的.txt", b"1")
        write(tmp_path / "a.xlsx", b"1")
        status, out, err = run(tmp_path, "batch", *words)
        assert (status, out) == (2, "")
        assert err.startswith("错误：")
        assert err.count("\n") == 1


def test_names_in_zips_as_windows_writes_them(tmp_path: Path) -> None:
    plain = zipfile.ZipInfo("placeholder")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as target:
        target.writestr(plain, b"1")
        target.writestr("../出去.xlsx", b"1")
        target.writestr("里面.zip", b"1")
        target.writestr("__MACOSX/._a.xlsx", b"1")
    raw = (tmp_path / "a.zip").read_bytes().replace(b"placeholder", "教育局.xlsx".encode("gbk") + b"")
    (tmp_path / "a.zip").write_bytes(raw)
    found = {item.name.rpartition("a.zip!/")[2]: item for item in find_submissions([str(tmp_path)], tmp_path / "out")}
    assert set(found) == {"教育局.xlsx", "../出去.xlsx", "里面.zip"}
    assert isinstance(found["教育局.xlsx"], Submission)
    assert not isinstance(found["../出去.xlsx"], Submission)
    assert not isinstance(found["里面.zip"], Submission)


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有找到"):
        find_submissions([str(tmp_path / "*.xlsx")], tmp_path / "out")
