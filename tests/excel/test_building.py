"""`xlperf addin build`: the files that are shipped, and macros put into a copy of a workbook."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xlperf.cli import main
from xlperf.editions.vba.parts import ADDIN_NAME, SELFTEST_NAME, parts_of, shipped_parts, without_vba
from xlperf.workbook.locations import workbooks_folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """The exit status of the command."""
    monkeypatch.setattr(sys, "argv", ["xlperf", "addin", "build", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code


@pytest.mark.whole
def test_the_command_builds_what_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tmp_path / "仁化.xlsm"
    bare.write_bytes(without_vba((workbooks_folder() / "renhua-2021.xlsm").read_bytes()))
    before = bare.read_bytes()
    assert run(monkeypatch, "-o", str(tmp_path / "加载项"), str(bare)) == 0
    for name in (ADDIN_NAME, SELFTEST_NAME):
        assert (tmp_path / "加载项" / name).read_bytes() == (workbooks_folder() / name).read_bytes()
    assert parts_of((tmp_path / "加载项" / "仁化.xlsm").read_bytes()) == shipped_parts()
    assert bare.read_bytes() == before


def test_macros_go_into_xlsm_only_and_never_over_the_original(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "-o", str(tmp_path), str(tmp_path / "a.xlsx")) == 2
    assert "不是 .xlsm" in capsys.readouterr().err
    assert run(monkeypatch, "-o", str(tmp_path), str(tmp_path / "a.xlsm")) == 2
    assert "从不改写" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
