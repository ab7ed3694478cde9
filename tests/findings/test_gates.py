"""Workbooks that look finished and rest on nothing: none may be handed in or ranked, whoever tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_here import Run
from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated, score
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells

FRAMEWORK = "renhua-2021"
GOOD, SENTENCES, EMPTY = "good", "sentences", "empty"


def filled(kind: str) -> Package:
    """A workbook of a named unit with full awards for all indicators, each with a reason, and nothing else."""
    package = built(FRAMEWORK, edition=Edition.NATIVE)
    names = NamedCells(package)
    cells: dict[tuple[str, str], Value] = {names.place("unit_name"): "某局", names.place("unit_code"): "001"}
    if kind != EMPTY:
        columns = ("indicator_award", "indicator_reason")
        lines = zip(names.column("indicator_weight"), *map(names.places, columns), strict=True)
        for number, (weight, award, reason) in enumerate(lines, 1):
            cells |= {
                award: weight,
                reason: "好" if kind == GOOD else f"经现场核查第 {number} 项工作，材料齐全，完成较好",
            }
    return recalculated(package, cells).package


@pytest.mark.whole
@pytest.mark.parametrize(
    ("kind", "state", "line"),
    [
        (EMPTY, "尚未填报", "尚未填报"),
        (GOOD, "不可提交", "不可提交：“指标数据”有 66 项缺数据，“备注”没有写明原因"),
        (SENTENCES, "不可提交", "不可提交：“指标数据”有 66 项缺数据，“备注”没有写明原因"),
    ],
)
def test_nothing_that_rests_on_nothing_passes(run: Run, tmp_path: Path, kind: str, state: str, line: str) -> None:
    package = filled(kind)
    assert NamedCells(package).value("submission_status") == line
    assert str(NamedCells(package).value("result_status")).startswith("不可出结果：")
    path = tmp_path / "001.xlsx"
    path.write_bytes(package.data)
    status, out, _ = run("check", path)
    assert (status, out.partition("：")[0].partition("\n")[0]) == (1, state)
    told = json.loads(run("score", path, "--json")[1])
    assert (told["submission"]["state"], told["result"]["state"]) == (state, "不可出结果")


@pytest.mark.whole
def test_nor_is_it_ranked(run: Run, tmp_path: Path) -> None:
    for number, kind in enumerate((GOOD, SENTENCES, EMPTY)):
        unit = {"unit_name": f"某局{number}", "unit_code": f"{number:03d}"}
        (tmp_path / f"{kind}.xlsx").write_bytes(after(filled(kind), **unit).data)
    out = tmp_path / "结果"
    run("batch", str(tmp_path / "*.xlsx"), "-o", out, "--quiet", "--jobs", "1")
    table = (out / "units.csv").read_text(encoding="utf-8-sig")
    assert table.count("不可提交：“指标数据”有 66 项缺数据，“备注”没有写明原因") == 2
    assert table.count("尚未填报") == 1
    (league,) = json.loads(run("league", out, "--json", "--include-errors")[1])["leagues"]
    assert [(unit["rank"], unit["unranked"] != "") for unit in league["units"]] == [(None, True)] * 3


@pytest.mark.whole
def test_reasons_that_say_nothing_are_told() -> None:
    codes = [finding.code for finding in score(filled(GOOD)).findings]
    assert (codes.count("reason_too_short"), codes.count("reason_repeated")) == (34, 1)
    codes = [finding.code for finding in score(filled(SENTENCES)).findings]
    assert (codes.count("reason_too_short"), codes.count("reason_repeated")) == (0, 0)
    assert codes.count("award_on_missing_without_evidence") > 0


@pytest.mark.whole
def test_evidence_must_be_registered() -> None:
    """A number that is on no list is as good as none; that, only the command sees."""
    package = filled(SENTENCES)
    places = NamedCells(package).places("indicator_evidence")
    cited = recalculated(package, dict.fromkeys(places, "Z99")).package
    assert NamedCells(cited).value("gate_evidence") == 0
    result = score(cited)
    assert any(reason.startswith("xlperf check：缺数据的评定没有佐证") for reason in result.result.reasons)
    assert any(reason.startswith("结论依据不足") for reason in result.result.reasons)


@pytest.mark.whole
def test_what_a_result_rests_on() -> None:
    basis = score(filled(SENTENCES)).basis
    assert basis.missing is not None
    assert basis.missing > 0.3
    assert (basis.rule or 0) + (basis.judgement or 0) + basis.missing == pytest.approx(1)


@pytest.mark.whole
def test_a_text_for_a_score_is_out_of_range_also_where_no_weight_is_stated() -> None:
    """Beside a weight that is a text itself too: which text is greater would depend on the machine."""
    package = built("wuhua-2023", edition=Edition.NATIVE)
    names = NamedCells(package)
    (weight, place), *_ = zip(names.column("indicator_weight"), names.places("indicator_self_score"), strict=True)
    assert isinstance(weight, str)
    for typed, told in (("无", True), ("?", True), (101.0, True), (-1.0, True), (100.0, False)):
        filled = recalculated(package, {place: typed}).package
        label = next(ref for ref, c in filled.cells("封面与说明").items() if c.value == "分数超出范围（处）")
        assert filled.value("封面与说明", f"B{label[1:]}") == (1.0 if told else 0.0), typed
