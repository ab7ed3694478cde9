"""docs/Python.md: every block of Python on it runs, one after the other, as a reader would type them."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.source_tree import ROOT
from xlperf.cli import main

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "Python.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)


def test_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "交来").mkdir()
    for name in ("wuhua-2023", "yanjin-2022"):
        shutil.copy(ROOT / "workbooks" / "examples" / f"{name}.xlsx", tmp_path / "交来")
    monkeypatch.setattr(sys, "argv", ["xlperf", "batch", "交来", "-o", "结果", "--quiet"])
    with pytest.raises(SystemExit):
        main()
    names: dict[str, object] = {}
    assert len(blocks("python")) >= 7
    for block in blocks("python"):
        exec(compile(block, "Python.md", "exec"), names)
    shown = capsys.readouterr().out
    for text in ("82.57 良", "80.57", "98.0", "86.0", "49.0 ()"):
        assert text in shown
    assert (tmp_path / "各单位总分.xlsx").exists()


def test_first_script_has_fifteen_lines() -> None:
    assert len(blocks("python")[0].splitlines()) <= 15


def test_expectations_shown_are_met(tmp_path: Path) -> None:
    from xlperf.testing import assert_workbook, read_expectations

    path = tmp_path / "仁化.expected.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")
    inputs, expected = read_expectations(path)
    assert_workbook(ROOT / "workbooks" / "examples" / "renhua-2021.xlsx", expected, inputs)
