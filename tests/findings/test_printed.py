"""A report's printed scores level by level, its grade, and totals that open indicators can't reach any more."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests.support.command_here import Run
from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import after, built, places
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.scoring import recalculated
from xlperf.findings.finding import Finding
from xlperf.findings.printed import Reachable
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.whole

PRINTED = ("reported_level_differs", "reported_total_differs", "reported_total_unreachable", "reported_grade_differs")


def data(printed: str) -> str:
    """Indicator 1 gets 6 of 6, indicator 2 gets 3 of 4: 9, which is 优."""
    return f"""
schema_version = 1
framework = "mini-2021"
unit = {{ name = "某局", year = 2021 }}
report = {{ {printed}, source = "报告" }}
inputs.quota_used = {{ value = 95, source = "表" }}
inputs.quota_issued = {{ value = 100, source = "表" }}
points."2.1" = {{ finding = "符合", basis = "制度" }}
points."2.2" = {{ finding = 1, basis = "抽查" }}
points."2.3" = {{ finding = "公开", basis = "网站" }}
"""


@cache
def book(printed: str) -> Package:
    return built(parse_framework(TEXT, ORIGIN), data(printed))


def told(printed: str, **values: Value) -> list[tuple[str, str, str]]:
    package = after(book(printed), **values) if values else book(printed)
    return [(f.code, f.severity, f.message) for f in read_evaluation(package).findings if f.code in PRINTED]


def test_what_is_printed_right_is_not_mentioned() -> None:
    assert told('total = 9, grade = "优", levels = [{ name = "过程", score = 9 }]') == []


def test_a_level_that_does_not_add_up() -> None:
    printed = 'total = 9, grade = "优", levels = [{ name = "过程", score = 7.5 }]'
    assert told(printed) == [("reported_level_differs", "warning", "报告的“过程”得分 7.50 与算出的 9.00 不等。")]


def test_a_grade_that_does_not_follow() -> None:
    assert told('total = 9, grade = "良"') == [
        ("reported_grade_differs", "error", "报告等级“良”与算出的不同：总分 9.00 对应“优”。")
    ]


@pytest.mark.parametrize(
    ("total", "low", "high", "is_reachable"),
    [(6, 3, 9, True), (3, 3, 9, True), (9, 3, 9, True), (9.01, 3, 9, False), (2.99, 3, 9, False)],
)
def test_what_is_still_reachable(total: float, low: float, high: float, is_reachable: bool) -> None:
    filled = book("total = 9")
    cells = {**places(filled, quota_used=None), NamedCells(filled).place("reported_total"): total}
    package = recalculated(filled, cells).package
    found = read_evaluation(package)
    assert (found.total, found.reachable) == (None, Reachable(low, high))
    expected = [] if is_reachable else ["reported_total_unreachable"]
    unreachable = [f for f in found.findings if f.code in PRINTED]
    assert [f.code for f in unreachable] == expected
    for finding in unreachable:
        assert (finding.severity, finding.expected, finding.found) == ("error", "3.00～9.00", f"{total:.2f}")
        assert f"报告总分 {total:.2f} 不可能得到" in finding.message


def test_a_known_total_leaves_nothing_open() -> None:
    found = read_evaluation(book("total = 9"))
    assert (found.total, found.reachable, found.to_json()["reachable"]) == (9, None, None)


def test_score_shows_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run, path = Run(monkeypatch, capsys), tmp_path / "表.xlsm"
    path.write_bytes(after(book("total = 9"), quota_used=None).data)
    assert "已定得分 3.00，1 项待定，总分可能在 3.00～9.00 之间" in run("score", path)[1]
    assert json.loads(run("score", path, "--json")[1])["reachable"] == {"low": 3.0, "high": 9.0}


# ---- deductions


def deductions(**values: Value) -> list[Finding]:
    found = read_evaluation(after(book("total = 9"), **values)).findings
    return [f for f in found if f.code == "deductions_differ"]


def test_what_a_rule_takes_off_needs_no_line() -> None:
    assert deductions() == []
    assert deductions(award__2=3) == []


def test_what_an_evaluator_takes_off_needs_one() -> None:
    (only,) = deductions(award__2=2.5, reason__2="资料不全")
    assert "指标2“制度健全”在问题台账里的扣分与“分值减得分”不等" in only.message


def test_a_line_that_is_there_must_fit() -> None:
    lines = '[[deductions]]\nid = "K1"\nindicator = "2"\npoints = {}\nsource = "报告"\n'
    codes = {
        points: [
            f.message
            for f in read_evaluation(
                built(parse_framework(TEXT, ORIGIN), data("total = 9") + lines.format(points))
            ).findings
            if f.code == "deductions_differ"
        ]
        for points in ("1", "0.5")
    }
    assert (len(codes["1"]), len(codes["0.5"])) == (0, 1)
