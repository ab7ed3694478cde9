"""Figures that can't be: what the workbook, `check` and a batch say of each; none may be handed in or ranked."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.command import run
from tests.support.implausible import MISTAKES
from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.evaluation.cleaning import changes, repairs
from xlperf.evaluation.scoring import recalculated, score
from xlperf.findings.finding import Finding
from xlperf.findings.plausibility import plausibility_findings
from xlperf.frameworks.loading import find_framework
from xlperf.frameworks.plausibility import CONFIRMED, doubt
from xlperf.package import Package
from xlperf.values import Value, is_number
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.whole

RENHUA = "renhua-2021"
ROUNDS, CHANGED = 12, 25


def example(name: str = RENHUA, edition: Edition = Edition.NATIVE) -> Package:
    return built(name, (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8"), edition)


def beside(package: Package, name: str, column: str = "status") -> Value:
    """What the sheet of figures has in a column beside an input."""
    names = NamedCells(package)
    return names.package.value(*names.by_code("figure_id", f"figure_{column}")[name])


def told(package: Package, framework: str = RENHUA) -> list[Finding]:
    return list(plausibility_findings(NamedCells(package), find_framework(framework).framework))


@pytest.mark.parametrize("kind", MISTAKES)
@pytest.mark.parametrize("edition", list(Edition))
def test_the_workbook_and_check_say_it(kind: str, edition: Edition) -> None:
    values, sheet, cover, check = MISTAKES[kind]
    package = after(example(edition=edition), **values)
    assert beside(package, next(iter(values))) == sheet
    assert NamedCells(package).value("submission_status") == cover
    (found,) = told(package)
    assert (found.severity, found.message) == ("error", check)
    assert None not in (found.expected, found.found)
    assert score(package).submission.state == "不可提交"


def test_a_batch_says_it_and_ranks_none(tmp_path: Path) -> None:
    (tmp_path / "交来").mkdir()
    for number, (values, *_) in enumerate(MISTAKES.values()):
        package = after(example(), **values, unit_name=f"单位{number}", unit_code=f"000{number}")
        (tmp_path / "交来" / f"000{number}.xlsx").write_bytes(package.data)
    run(tmp_path, "batch", "交来", "-o", "结果", "--quiet", "--jobs", "1")
    units, findings = ((tmp_path / "结果" / f"{n}.csv").read_text(encoding="utf-8-sig") for n in ("units", "findings"))
    for _, _, cover, check in MISTAKES.values():
        assert cover.rpartition("：")[0] in units
        assert check in findings
    assert "可提交" not in units.replace("不可提交", "")
    (league,) = json.loads(run(tmp_path, "league", "结果", "--json")[1])["leagues"]
    assert [unit["rank"] for unit in league["units"]] == [None] * len(MISTAKES)


@pytest.mark.parametrize("name", example_names())
def test_examples_raise_no_alarm(name: str) -> None:
    package = example(name, Edition.UDF)
    assert told(package, name) == []
    statuses = {str(status) for status in NamedCells(package).column("figure_status")}
    assert not {status for status in statuses if status.startswith(("不应", "疑似")) or status.endswith("请核对")}


def figures() -> list[Mapping[str, Value]]:
    """Figures of all sorts, many of them wrong; the same ones each time."""
    pick = random.Random(7)
    items = [item for item in find_framework(RENHUA).framework.inputs if item.is_figure]
    values = (-1.5, 0.0, 0.4, 1.0, 1.0001, 4.99, 5.0, 5.01, 97.92, 100.0, 100.5, 306.91, 537.0, 5361.0, 37267.0, None)
    return [{item.id: pick.choice(values) for item in pick.sample(items, CHANGED)} for _ in range(ROUNDS)]


def test_formula_and_python_agree() -> None:
    framework, package = find_framework(RENHUA).framework, example()
    kinds = set()
    for given in figures():
        filled = after(package, **given)
        names = NamedCells(filled)
        for item in framework.inputs:
            value = names.value(item.id) if item.is_figure else None
            if is_number(value):
                found = doubt(item.bounds, item.type, value, names.value)
                status = str(beside(filled, item.id))
                assert status == (found.text if found else status if status == "两数不一" else ""), item.id
                kinds.add(status[:3])
    assert kinds >= {"", "不应为", "不应超", "不应大", "疑似应", "疑似元", "大于 "}


def test_amounts_may_be_far_apart_where_the_remark_says_so() -> None:
    package = after(example(), income_final=3726700)
    names = NamedCells(package)
    note = names.by_code("figure_id", "figure_note")["income_final"]
    assert beside(package, "income_final") == "疑似元/万元"
    confirmed = recalculated(package, {note: f"{CONFIRMED}：当年并入两个单位"}).package
    assert beside(confirmed, "income_final") == "差百倍以上，请核对"
    assert NamedCells(confirmed).value("submission_status") == "可提交"
    assert [finding.severity for finding in told(confirmed)] == ["warning"]


def test_a_limit_that_may_be_passed_is_a_warning() -> None:
    package = after(example(), quota_used=300)
    assert beside(package, "quota_used") == "大于 213.7，请核对"
    assert NamedCells(package).value("gate_implausible") == 0
    assert [finding.severity for finding in told(package)] == ["warning"]
    lechang = after(example("lechang-2021"), procurement_printed=1.5)
    assert beside(lechang, "procurement_printed") == "超过 100%，请核对"
    slip = after(example("lechang-2021"), procurement_printed=97.92)
    assert beside(slip, "procurement_printed") == "疑似应为 97.92%"


@pytest.mark.parametrize(
    ("values", "cell", "check"),
    [
        (
            {"assets_original__assets_reported": 30, "assets_in_use__assets_reported": 42.56},
            "资产!D9",
            "“资产”合计（手填）“其中：在用”现为 42.56，不应大于 30（原值）。",
        ),
        (
            {"projects_adjusted__1": 53.61, "projects_spent__1": 536100},
            "项目支出明细!F9",
            "“项目支出明细”第 1 行“支出数”现为 536100.00，疑似元/万元：是“调整预算数”的百倍以上，请核对金额单位。",
        ),
        (
            {"procurement_planned__procurement_goods": -3},
            "政府采购!B4",
            "“政府采购”货物“采购计划金额”现为 -3.00，不应为负数。",
        ),
        (
            {"monitoring_planned__1": 50},
            "监控!D4",
            "“监控”第 1 行“预期进度”现为 50（即 5000.00%），疑似应为 50%（漏了百分号），请改正。",
        ),
    ],
)
def test_tables_say_it_in_their_second_line(values: dict[str, Value], cell: str, check: str) -> None:
    package = after(example(), **values)
    names = NamedCells(package)
    sheet = cell.partition("!")[0]
    (line,) = [
        str(names.value(n.name))
        for n in package.names
        if n.name.startswith("doubts_") and names.place(n.name)[0] == sheet
    ]
    assert "不合理的数 " in line
    assert names.value("submission_status") == "不可提交：有 1 张表里有不合理的数（看各表的第 2 行和标红的格）"
    found = [finding for finding in told(package) if finding.code == "table_value_implausible"]
    assert (found[0].severity, found[0].cell, found[0].message) == ("error", cell, check)


def test_another_year_is_told() -> None:
    package = after(example(), evaluation_year=2022)
    (found,) = told(package)
    assert (found.severity, found.code, found.expected, found.found) == ("warning", "year_differs", "2021", "2022")
    assert NamedCells(package).value("submission_status") == "可提交"
    assert told(after(built("mof-department"), evaluation_year=2022), "mof-department") == []


def test_clean_mends_a_forgotten_percent_sign() -> None:
    package = after(example(), satisfaction_rate=97.92)
    found = repairs(package)
    assert [(r.label, r.was, r.shown) for r in found] == [("公众或服务对象总体满意度", "97.92", "0.9792")]
    assert told(recalculated(package, changes(found)).package) == []
    # What may pass 100% is named and left.
    found = repairs(after(example("lechang-2021"), procurement_printed=97.92))
    assert [(r.was, r.shown) for r in found] == [("97.92", "")]


def test_a_score_above_the_weight_counts_for_nothing() -> None:
    package = after(example(), award__33=5.0, reason__33="按材料认定")
    names = NamedCells(package)
    status = names.by_code("indicator_code", "indicator_status")["33"]
    assert package.value(*status) == "超出范围"
    result = score(package)
    assert (result.total, result.result.state) == (None, "不可出结果")
    assert result.result.reasons[0] == "“指标评分”有 1 个分数小于 0 或超过分值"
