"""Testing a workbook: in a test, and in a file beside it that pytest collects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import xlperf
from tests.support.examples import example
from tests.support.source_tree import ROOT
from xlperf.editions.conversion import Edition
from xlperf.testing import assert_workbook, read_expectations


def renhua() -> bytes:
    return example("renhua-2021", Edition.NATIVE).data


@pytest.mark.whole
def test_what_is_right_passes() -> None:
    expected = {"total_score": 82.57, "total_grade": "良", "unit_code": xlperf.open(renhua())["unit_code"]}
    assert_workbook(renhua(), expected)
    assert_workbook(renhua(), {"total_score": 80.57}, inputs={"award.18": 0})
    assert_workbook(xlperf.open(renhua()), {"指标评分!K21": 2})


@pytest.mark.whole
@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("total_score", 82.58, "total_score  expected 82.58  here 82.57"),
        ("total_score", None, "total_score  expected 空  here 82.57"),
        ("total_grade", "优", "total_grade  expected “优”  here “良”"),
        ("total_score", "#N/A", "total_score  expected #N/A  here 82.57"),
        ("total_score", True, "total_score  expected TRUE  here 82.57"),
    ],
)
def test_what_is_wrong_is_listed(key: str, value: object, line: str) -> None:
    with pytest.raises(AssertionError) as failed:
        assert_workbook(renhua(), {key: value, "unit_name": xlperf.open(renhua())["unit_name"]})
    assert str(failed.value) == f"1 of 2 cells differ:\n{line}"


@pytest.mark.parametrize("text", ["", "[expected]\n", "x = 1\n[expected]\na = 1\n", "[expected\n", "expected = 1\n"])
def test_expectations_that_say_nothing_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "甲.expected.toml").write_text(text, encoding="utf-8")
    with pytest.raises(xlperf.Error):
        read_expectations(tmp_path / "甲.expected.toml")


@pytest.mark.slow
def test_pytest_collects_workbooks(tmp_path: Path) -> None:
    """A run of pytest of somebody else's: two workbooks with expectations, one without, and a test that opens one."""
    for name in ("对", "错", "不测"):
        (tmp_path / f"{name}.xlsx").write_bytes(renhua())
    (tmp_path / "对.expected.toml").write_text('[inputs]\n"award.18" = 0\n[expected]\ntotal_score = 80.57\n', "utf-8")
    (tmp_path / "错.expected.toml").write_text("[expected]\ntotal_score = 100\n", "utf-8")
    (tmp_path / "test_own.py").write_text(
        "def test_total(xlperf_book):\n    assert xlperf_book('不测.xlsx')['total_score'] == 82.57\n", "utf-8"
    )
    plugin = [] if _is_installed() else ["-p", "xlperf.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, "--rootdir", str(tmp_path)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [*command, str(tmp_path)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "2 passed" in run.stdout, run.stdout + run.stderr
    assert "1 failed" in run.stdout
    assert "total_score  expected 100  here 82.57" in run.stdout
    assert "Traceback" not in run.stdout


def _is_installed() -> bool:
    """Whether this environment's xlperf has told pytest of the plugin."""
    from importlib.metadata import entry_points

    return any(point.name == "xlperf" for point in entry_points(group="pytest11"))
