"""退回修改通知 and 催报名单: who gets one, what stands on it, hostile texts, rounds, nothing written over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.support.command_here import Run, refused
from tests.support.league_results import hand_in, record
from xlperf.package import open_package

TYPED = ("error", "input_wrong_type", "指标数据!E5", "已使用指标数应为数字，现为“约三成”。")
BLANK = tuple(("warning", "input_missing", f"指标数据!E{row}", f"数据{row}（x{row}）缺数据。") for row in (6, 7))
CHECKED = ("warning", "input_missing", "要点评分底稿!F9", "要点 1（finding.1.1）缺数据。")
AWARD = ("error", "award_without_reason", "指标评分!N4", "指标 1 缺理由。")
HINT = ("hint", "figures_differ", "指标数据!E9", "两数不一。")
HOSTILE = '=HYPERLINK("http://x","点我")<w:t>{{x}}</w:t>&amp;\x07\x1b[31m\u202e\ufffe' + "长" * 30_000
Told = tuple[str, str, str, str]


def told(*findings: Told) -> list[dict[str, str]]:
    return [dict(zip(("severity", "code", "cell", "message"), finding, strict=True)) for finding in findings]


def unit(name: str, *findings: Told, **facts: Any) -> dict[str, Any]:
    """What a unit handed in."""
    return record(name, (20, 30, 0), findings=told(*findings), **facts)


def letter(path: Path) -> str:
    """The text of a letter, tables included."""
    document = Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def sheet(path: Path) -> str:
    """The text of a workbook, which has no formula."""
    package = open_package(path)
    assert not any(package.formulas(known.name) for known in package.worksheets)
    book = load_workbook(path)
    return "\n".join(str(v) for page in book for row in page.iter_rows(values_only=True) for v in row if v is not None)


BOTH: list[tuple[str, Callable[[Path], str]]] = [(".docx", letter), (".xlsx", sheet)]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Four units: two with something to change, one in order, one where only the evaluator has something to do."""
    (tmp_path / "结果").mkdir()
    return hand_in(
        tmp_path / "结果",
        unit("甲局", TYPED, *BLANK, HINT, code="01"),
        unit("乙局", code="02"),
        unit("丙局", AWARD, CHECKED, HINT, code="03"),
        unit("丁局", TYPED, code="04"),
        missing=("戊局",),
    )


@pytest.mark.whole
def test_only_units_with_something_to_change_get_one(results: Path, run: Run, tmp_path: Path) -> None:
    status, out, err = run("notice", results, "-o", tmp_path / "通知", "--until", "2026-12-15")
    assert (status, err) == (0, "")
    assert "2 份退回修改通知；催报名单 1 个单位。另有 2 份" in out
    stems = ("01_甲局", "04_丁局", "催报名单")
    names = {f"{stem}{ending}" for stem in stems for ending in (".docx", ".xlsx")}
    assert {path.name for path in (tmp_path / "通知").iterdir()} == {*names, "退回情况.xlsx"}


@pytest.mark.whole
@pytest.mark.parametrize(("ending", "read"), BOTH)
def test_what_stands_on_it(results: Path, run: Run, tmp_path: Path, ending: str, read: Callable[[Path], str]) -> None:
    assert run("notice", results, "-o", tmp_path / "通知", "--until", "2026-12-15")[0] == 0
    text = read(tmp_path / "通知" / f"01_甲局{ending}")
    assert "退回修改通知（2023年度部门整体支出绩效评价，第1轮）" in text
    assert "甲局（01）：" in text
    assert "有 3 处需要修改或说明（错误 1 处、警告 2 处）" in text
    assert "于 2026 年 12 月 15 日前重新报送" in text
    lines = text.splitlines()
    assert lines.index("错误：已使用指标数应为数字，现为“约三成”") < lines.index("警告：数据6缺数据。")
    # One cause for both blank figures, then each of them; what stands alone is not told twice.
    assert "警告：缺数据 2 项：数据6、数据7，在“指标数据”" in text
    assert lines.count("E6、E7") == 1
    assert (lines.count("E5"), lines.count("E6"), lines.count("E7")) == (1, 1, 1)
    assert any(line.startswith("改成数字") for line in lines)
    assert "两数不一" not in text
    assert "通知单位（盖章）：" in text
    assert "与上一轮相比" not in text


def test_a_self_evaluation_is_all_the_unit_s(tmp_path: Path, run: Run) -> None:
    (tmp_path / "结果").mkdir()
    own = unit("丙局", AWARD, CHECKED, code="03")
    own["framework"]["evaluation"] = "self"
    hand_in(tmp_path / "结果", own)
    run("notice", tmp_path / "结果", "-o", tmp_path / "通知")
    text = letter(tmp_path / "通知" / "03_丙局.docx")
    assert "缺理由" in text
    assert "要点 1" in text
    assert "尽快重新报送" in text


@pytest.mark.whole
@pytest.mark.parametrize(("ending", "read"), BOTH)
def test_hostile_texts_are_only_texts(tmp_path: Path, run: Run, ending: str, read: Callable[[Path], str]) -> None:
    (tmp_path / "结果").mkdir()
    name = "../=cmd|' /C calc'!A0<r>甲\u202e局\ufffe"
    hand_in(tmp_path / "结果", unit(name, (*TYPED[:2], HOSTILE, HOSTILE), (*TYPED[:3], HOSTILE), code="=1+1"))
    assert run("notice", tmp_path / "结果", "-o", tmp_path / "通知")[0] == 0
    (path,) = (p for p in (tmp_path / "通知").glob(f"*{ending}") if "退回情况" not in p.name)
    text = read(path)
    assert '=HYPERLINK("http://x","点我")<w:t>{{x}}</w:t>&amp;' in text
    assert not {"\x07", "\x1b", "\u202e", "\ufffe"} & set(text)
    assert max(map(len, text.splitlines())) < 600
    assert "\u202e" not in path.name
    sheet(tmp_path / "通知" / "退回情况.xlsx")


def test_the_second_round_says_what_became_of_the_first(run: Run, tmp_path: Path) -> None:
    results = tmp_path / "结果"
    results.mkdir()
    held = [["quota_used", "指标数据!E5", "已使用指标数", "“约三成”"]]
    first = unit("甲局", TYPED, BLANK[0], code="01", mark="1", inputs=held, pastes={})
    second = unit("甲局", *BLANK, code="01", mark="2", inputs=[[*held[0][:3], "209.26"]], pastes={})
    second["result"]["total"] = 62.5
    hand_in(results, first)
    hand_in(results, second)
    assert run("notice", results, "-o", tmp_path / "通知")[0] == 0
    for text in (letter(tmp_path / "通知" / "01_甲局.docx"), sheet(tmp_path / "通知" / "01_甲局.xlsx")):
        assert "第2轮" in text
        assert (
            "上一轮指出的 2 处，已改好 1 处，仍有 1 处；新出现 1 处。总分由 50.00 分变为 62.50 分。填报内容改动 1 格"
            in text
        )
        assert "数据6缺数据。（上一轮已指出）" in text
        assert "数据7缺数据。（上一轮已指出）" not in text
        assert "209.26" in text
    survey = sheet(tmp_path / "通知" / "退回情况.xlsx")
    assert all(word in survey for word in ("01_甲局", "已解决", "新增", "改动"))


def test_a_unit_in_order_is_not_reminded_though_it_isn_t_among_the_files(tmp_path: Path, run: Run) -> None:
    """A second batch of only what was handed in again: whoever had nothing to change need not come back."""
    (tmp_path / "结果").mkdir()
    names = ("甲局", "乙局", "丙局")
    given = [unit(name, *found, mark="1") for name, found in zip(names, ((TYPED,), (), (AWARD, CHECKED)), strict=True)]
    hand_in(tmp_path / "结果", *given)
    (tmp_path / "结果" / "results.jsonl").unlink()
    hand_in(tmp_path / "结果", unit("丁局", mark="1"), missing=(*names, "戊局"))
    status, out, _ = run("notice", tmp_path / "结果", "-o", tmp_path / "通知", "--json")
    assert status == 0
    absent = json.loads(out)["absent"]
    assert [(one["name"], one["situation"]) for one in absent] == [
        ("甲局", "第 1 轮退回后没有重新交来"),
        ("戊局", "没有交来"),
    ]


@pytest.mark.whole
def test_nothing_is_written_over(results: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "通知"
    target.mkdir()
    (target / "04_丁局.docx").write_text("签过字的", encoding="utf-8")
    refused(run("notice", results, "-o", target), "04_丁局.docx", "--force")
    assert [path.name for path in target.iterdir()] == ["04_丁局.docx"]
    assert run("notice", results, "-o", target, "--force")[0] == 0
    assert "丁局" in letter(target / "04_丁局.docx")


def test_two_units_of_one_name(tmp_path: Path, run: Run) -> None:
    (tmp_path / "结果").mkdir()
    given = [{**unit("甲局", TYPED, code="1", project=p), "file": f"{n}.xlsx"} for n, p in enumerate(("a/b", "a:b"))]
    hand_in(tmp_path / "结果", *given)
    run("notice", tmp_path / "结果", "-o", tmp_path / "通知", "--xlsx-only")
    names = {path.name for path in (tmp_path / "通知").iterdir()}
    assert names == {"1_甲局_a_b.xlsx", "1_甲局_a_b_2023.xlsx", "退回情况.xlsx"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("空的", "-o", "通知"), ("不是批量处理的输出文件夹",)),
        (("没有", "-o", "通知"), ("不是文件夹",)),
        (("结果", "-o", "通知", "--until", "下周"), ("--until", "2026-12-15", "下周")),
        (("结果", "-o", "占着"), ("占着", "不能用作输出文件夹")),
    ],
)
def test_refused(
    results: Path,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "空的").mkdir()
    (tmp_path / "占着").write_text("", encoding="utf-8")
    refused(run("notice", *words), *said)
    assert not (tmp_path / "通知").exists()
