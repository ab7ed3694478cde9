"""An evaluator's own workbook, none of ours, whose cells carry out the official text beside them: `xlperf recalc`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.support.command_here import Run
from xlperf.errors import CellError
from xlperf.package import open_package
from xlperf.values import Value

LONG = (
    "执行率=实际支出数/预算数×100%。执行率≥90%，得3分；80%≤执行率＜90%，得2分；执行率＜80%，不得分。"
    + "其中：预算数是指部门预算批复数；" * 20
)
ROWS: list[tuple[object, ...]] = [
    (3, LONG, 209.26, 213.7, 3.0),
    (3, LONG, 209.26, 240, 2.0),
    (5, "每发现一项不符扣2分，扣完为止", 1, None, 3.0),
    (2, "支出进度在80%-100%之间得2分；60%-80%得1分，60%以下不得分", 0.8, None, CellError("#VALUE!")),
    (5, "由评价组酌情给分", 1, None, CellError("#N/A")),
]


def own_workbook() -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "自评"
    for n, (weight, text, one, other, _) in enumerate(ROWS, 1):
        page.append(
            [
                weight,
                text,
                one,
                other,
                f"=PERF_SCORE_RULE(A{n},B{n},C{n}:D{n})",
                f"=PERF_EXPLAIN_RULE(A{n},B{n},C{n},D{n})",
            ]
        )
    page["E7"] = f"=SUM(E1:E{sum(not isinstance(row[-1], CellError) for row in ROWS)})"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_headless(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert len(LONG) > 255
    (tmp_path / "自评.xlsx").write_bytes(own_workbook())
    run = Run(monkeypatch, capsys)
    status, out, err = run("recalc", tmp_path / "自评.xlsx", "-o", tmp_path / "重算.xlsx")
    assert status == 0, out + err
    package = open_package(tmp_path / "重算.xlsx")
    found: list[Value] = [package.value("自评", f"E{n}") for n in range(1, len(ROWS) + 1)]
    assert found == [row[-1] for row in ROWS]
    assert package.value("自评", "E7") == 8
    said = [str(package.value("自评", f"F{n}")) for n in range(1, len(ROWS) + 1)]
    assert said[0].startswith("97.92% 落在“≥90%”档：3.00 分")
    assert said[2] == "分值 5 − 1 处 × 2 分 = 3.00"
    assert said[3].startswith("算不出：有两种读法")
    assert said[4] == "算不出：须评价组判断：“由评价组酌情给分”"
