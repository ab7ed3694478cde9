"""The command as a person uses it: what it says, what it writes, how it refuses."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.support.command_here import Run, refused
from xlperf.workbook.locations import workbooks_folder

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"
YANJIN = EXAMPLE.with_name("yanjin-2022.xlsm")
JSON_KEYS = [
    *("schema_version", "framework", "framework_version", "edition", "unit", "year", "project"),
    *("total", "grade"),
    *("reported_total", "reported_grade", "level1", "rates", "indicators", "adjustments", "points", "problems"),
    *("findings", "submission", "result", "basis", "reachable"),
]
INDICATOR_KEYS = [
    *("code", "name", "level1", "level2", "weight", "rule_status", "rule_score", "rule_low", "rule_high"),
    *("self_score", "award", "review", "score", "reason", "problems", "evidence", "status"),
    *("award_role", "award_date", "review_role", "review_date", "opinion", "difference"),
]


@pytest.mark.whole
def test_score_as_json(run: Run) -> None:
    status, out, err = run("score", EXAMPLE, "--json")
    result = json.loads(out)
    assert (status, err, list(result)) == (0, "", JSON_KEYS)
    assert (result["schema_version"], result["edition"], result["unit"]) == (1, "udf", "仁化县政务服务数据管理局")
    assert [i["code"] for i in result["indicators"]] == [str(n) for n in range(1, 35)]
    assert all(list(i) == INDICATOR_KEYS for i in result["indicators"])
    assert {tuple(level) for level in result["level1"]} == {("name", "weight", "score", "rate")}
    assert {tuple(rate) for rate in result["rates"]} == {("id", "label", "value", "cause", "format")}
    assert {tuple(f) for f in result["findings"]} == {
        ("severity", "code", "cell", "message", "expected", "found", "effect")
    }


@pytest.mark.whole
def test_score_for_people(run: Run) -> None:
    status, out, _ = run("score", EXAMPLE)
    assert status == 0
    for text in ("总分 82.57", "等级 良", "97.92%", "财政供养人员控制率", "改判", "缺数据", "32.50"):
        assert text in out


@pytest.mark.slow
def test_demo_names_every_departure_with_its_reason(run: Run) -> None:
    status, out, _ = run("demo")
    assert status == 0
    first = out[: out.index("规则只给出上下限")]
    for name in ("预算编制合理性", "预算编制规范性", "绩效指标明确性", "资产管理安全性", "管理制度健全性"):
        assert name in first
    assert "县里的人事调整" in first
    assert "30.62" in first


@pytest.mark.whole
def test_set_changes_a_copy_and_leaves_the_input(run: Run, tmp_path: Path) -> None:
    before, target = EXAMPLE.read_bytes(), tmp_path / "改后.xlsm"
    status, out, _ = run("set", EXAMPLE, "award.18=0", "reason.18=按标准", "-o", target)
    assert (status, EXAMPLE.read_bytes()) == (0, before)
    assert "填了 2 格" in out
    _, out, _ = run("score", target, "--json", "--as-saved")
    assert json.loads(out)["total"] == 80.57


@pytest.mark.whole
def test_recalc_without_a_change_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("recalc", EXAMPLE, "-o", tmp_path / "r.xlsm")
    assert (status, (tmp_path / "r.xlsm").read_bytes()) == (0, EXAMPLE.read_bytes())
    assert "0 个公式结果有变化" in out


@pytest.mark.whole
def test_new_empty_workbook_has_no_score_and_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    status, _, _ = run("new", "renhua-2021", "-o", tmp_path / "空白.xlsm")
    assert status == 0
    _, out, _ = run("score", tmp_path / "空白.xlsm", "--json")
    result = json.loads(out)
    assert (result["total"], result["grade"], result["unit"]) == (None, None, None)
    codes = [finding["code"] for finding in result["findings"]]
    assert codes.count("input_missing") > 60
    assert codes.count("award_pending") > 25


@pytest.mark.whole
def test_inputs_of_a_framework_and_of_a_file_are_the_same(run: Run) -> None:
    listed = [json.loads(run("inputs", source, "--json")[1]) for source in ("renhua-2021", EXAMPLE)]
    found, of_file = ({item["id"]: item for item in items} for items in listed)
    # A filled one has a few more lines in its ledger.
    assert [i for i, item in found.items() if item | {"value": None} != of_file[i] | {"value": None}] == []
    assert found["quota_used"]["unit"] == "万元"
    assert found["finding.1.2"]["choices"] == ["符合", "部分符合", "不符合", "缺证据"]
    assert set(found["award.34"]) == {"id", "label", "sheet", "cell", "type", "unit", "choices", "value"}


@pytest.mark.whole
def test_frameworks(run: Run) -> None:
    assert "renhua-2021" in run("frameworks", "list")[1]
    assert "好差评" in run("frameworks", "show", "renhua-2021")[1]
    assert len(json.loads(run("frameworks", "show", "renhua-2021", "--json")[1])["indicators"]) == 34
    status, out, _ = run("frameworks", "lint", "renhua-2021")
    assert status == 1
    for text in ("2+1+1+1=5", "×5", "未完成项目数"):
        assert text in out


@pytest.mark.slow
def test_check_lists_what_score_finds(run: Run) -> None:
    status, out, err = run("check", YANJIN, "--json")
    result = json.loads(out)
    assert (status, err, list(result)) == (
        1,
        "",
        ["schema_version", "file", "submission", "result", "first", "findings"],
    )
    assert (result["schema_version"], result["file"]) == (1, str(YANJIN))
    assert result["findings"] == json.loads(run("score", YANJIN, "--json")[1])["findings"]
    (error,) = (finding for finding in result["findings"] if finding["severity"] == "error")
    assert (error["code"], error["cell"][:6]) == ("relation_carryover_continuity", "勾稽校验!G")


@pytest.mark.whole
def test_check_for_people(run: Run) -> None:
    status, out, _ = run("check", YANJIN)
    assert status == 1
    assert "1021.36 ≠ 25.32，差 996.04 万元" in out
    assert out.index("错误") < out.index("警告") < out.index("提示")
    assert run("check", EXAMPLE)[0] == 1


@pytest.mark.whole
def test_check_of_a_clean_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hints alone are no reason for exit status 1; nothing at all is said to be nothing."""
    from xlperf.evaluation import reading
    from xlperf.findings.finding import Finding

    for found, words in (((), "没有发现问题。"), ((Finding("hint", "x", "", "仅供参考。"),), "仅供参考")):
        monkeypatch.setattr(reading, "findings", lambda *_, found=found: iter(found))
        status, out, _ = run("check", EXAMPLE)
        assert status == 0
        assert words in out


def test_functions_doctor_version(run: Run) -> None:
    listed = json.loads(run("functions", "--json")[1])
    assert {"PERF_SCORE_TIERS", "PERF_AWARD", "PERF_TOTAL"} < {function["name"] for function in listed}
    assert "PERF_RATE(numerator, denominator, [if_zero])" in run("functions")[1]
    assert "formualizer" in run("doctor")[1]
    assert run("--version")[1].startswith("xlperf ")


def test_usage_errors_are_chinese(run: Run) -> None:
    refused(run("score"), "缺少 工作簿")
    refused(run("scor"), "没有命令 scor")
    refused(run("score", "--bad", "x"), "没有选项 --bad")
    refused(run("set", "a.xlsx", "b=1"), "-o")


def test_files_that_are_no_workbooks(run: Run, tmp_path: Path) -> None:
    refused(run("score", tmp_path / "没有.xlsx"), "没有.xlsx")
    text = tmp_path / "文字.xlsx"
    text.write_text("单位,得分\n甲,90\n", encoding="utf-8")
    refused(run("score", text), "文字.xlsx")
    cut = tmp_path / "半截.xlsm"
    cut.write_bytes(EXAMPLE.read_bytes()[:5000])
    refused(run("recalc", cut, "-o", tmp_path / "out.xlsm"), "半截.xlsm")
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")
    refused(run("score", empty), "空.xlsx")
    other = tmp_path / "别的.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("说明.txt", "不是工作簿")
    refused(run("score", other), "别的.xlsx")
    assert not (tmp_path / "out.xlsm").exists()


def test_a_foreign_workbook_is_not_scored(run: Run, tmp_path: Path) -> None:
    foreign = tmp_path / "外来.xlsx"
    openpyxl.Workbook().save(foreign)
    for words in (
        ("score", foreign),
        ("check", foreign),
        ("inputs", foreign),
        ("set", foreign, "a=1", "-o", tmp_path / "x.xlsx"),
    ):
        refused(run(*words), "不是由 xlperf 生成的")
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.whole
def test_wrong_values_for_set_are_refused_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "x.xlsm"
    for assignment, words in {
        "quota_used=很多": ("quota_used", "指标数据!", "应为数字", "很多"),
        "award.18=3": ("award.18", "0 到 2"),
        "finding.1.2=大概": ("finding.1.2", "符合", "大概"),
        "staff_actual=1.5": ("staff_actual", "整数"),
        "no_such_input=1": ("no_such_input", "xlperf inputs"),
        "quota_used": ("编号=值",),
        "machine_coverage_growth=可能": ("TRUE", "可能"),
    }.items():
        refused(run("set", EXAMPLE, assignment, "-o", target), *words)
    refused(run("set", EXAMPLE, "quota_used=1", "-o", EXAMPLE), "从不改写")
    refused(run("recalc", EXAMPLE, "-o", tmp_path / "x.xlsx"), ".xlsm 结尾")
    refused(run("recalc", EXAMPLE, "-o", tmp_path / "没有这个文件夹" / "x.xlsm"), "无法写入")
    assert not target.exists()


@pytest.mark.whole
def test_text_in_a_number_cell_is_a_finding(run: Run, tmp_path: Path) -> None:
    from xlperf.package import open_package

    place = next(i["cell"] for i in json.loads(run("inputs", EXAMPLE, "--json")[1]) if i["id"] == "quota_used")
    sheet, ref = place.split("!")
    path = tmp_path / "文字数.xlsm"
    path.write_bytes(open_package(EXAMPLE).with_inputs({(sheet, ref): "209.26"}).data)
    result = json.loads(run("score", path, "--json")[1])
    assert result["total"] is None
    finding = next(f for f in result["findings"] if f["code"] == "input_wrong_type")
    assert (finding["severity"], finding["cell"]) == ("error", place)
    assert "209.26" in finding["message"]


def test_a_framework_with_a_typo(run: Run, tmp_path: Path) -> None:
    source = Path("xlperf/frameworks/data/renhua-2021.toml").read_text(encoding="utf-8")
    typo = tmp_path / "错字.toml"
    typo.write_text(source.replace("weight = 12", "wieght = 12", 1), encoding="utf-8")
    refused(run("new", typo, "-o", tmp_path / "x.xlsm"), "错字.toml", "wieght")
    typo.write_text(source.replace("weight = 12", "weight = 13", 1), encoding="utf-8")
    refused(run("frameworks", "lint", typo), "错字.toml", "预算编制")
    typo.write_text("a = \n" + source, encoding="utf-8")
    refused(run("frameworks", "show", typo), "第 1 行")
    refused(run("frameworks", "show", "no-such"), "no-such", "frameworks list")
    assert not (tmp_path / "x.xlsm").exists()


@pytest.mark.whole
def test_editions_and_their_endings(run: Run, tmp_path: Path) -> None:
    refused(run("new", "renhua-2021", "--edition", "native", "-o", tmp_path / "x.xlsm"), ".xlsx 结尾")
    refused(run("new", "renhua-2021", "-o", tmp_path / "x.xls"), ".xlsx（普通公式版）")
    refused(run("new", "renhua-2021", "--edition", "lambda", "-o", tmp_path / "x.xlsx"), "lambda", "native")
    refused(run("convert", EXAMPLE, "--edition", "udf", "-o", tmp_path / "x.xlsm"), "已经是 udf 版")
    assert list(tmp_path.iterdir()) == []
    status, out, _ = run("convert", EXAMPLE, "--edition", "native", "-o", tmp_path / "x.xlsx")
    assert status == 0
    assert re.search(r"换了 \d{3} 个公式", out)
    assert (tmp_path / "x.xlsx").read_bytes() == EXAMPLE.with_suffix(".xlsx").read_bytes()


@pytest.mark.whole
@pytest.mark.parametrize(
    ("name", "edition", "words"), [("x.xlsx", "native", "普通公式版"), ("x.xlsm", "udf", "函数版")]
)
def test_the_ending_decides_the_edition(run: Run, tmp_path: Path, name: str, edition: str, words: str) -> None:
    status, out, _ = run("new", "mof-project", "-o", tmp_path / name)
    assert (status, words in out) == (0, True)
    assert json.loads(run("score", tmp_path / name, "--json")[1])["edition"] == edition


@pytest.mark.whole
def test_a_file_that_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "填好的.xlsx"
    path.write_bytes(b"filled in")
    refused(run("new", "mof-project", "-o", path), "已经存在", "--force")
    assert path.read_bytes() == b"filled in"
    assert run("new", "mof-project", "-o", path, "--force")[0] == 0
    assert path.read_bytes().startswith(b"PK")
