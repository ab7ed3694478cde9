"""`xlperf conformance`: a folder's files are tried one by one, and a bad one stops none of the others."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from xlperf.commands.conformance import conformance, outcome_of, report, summary, table_of, workbooks_in
from xlperf.engines.conformance import Examined
from xlperf.errors import UserError
from xlperf.package import open_package


def save(path: Path, results: dict[str, float], **cells: object) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for ref, value in cells.items():
        sheet[ref] = value
    stream = io.BytesIO()
    book.save(stream)
    package = open_package(stream.getvalue()).patched({("Sheet", ref): value for ref, value in results.items()})
    path.write_bytes(package.data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "里面").mkdir()
    save(tmp_path / "对.xlsx", {"B1": 6.0}, A1=2, B1="=A1*3")
    save(tmp_path / "里面" / "不认识.xlsx", {"B1": 7.0, "C1": 3.0}, A1=2, B1="=NOSUCH(A1)", C1="=A1+1")
    save(tmp_path / "旧值.xlsx", {"B1": 9.0}, A1=2, B1="=A1*3")
    save(tmp_path / "没有公式.xlsx", {}, A1=2)
    (tmp_path / "坏.xlsx").write_bytes(b"PK\3\4 no workbook")
    return tmp_path


@pytest.mark.whole
def test_a_folder(folder: Path) -> None:
    outcomes = {path.name: outcome_of(path) for path in workbooks_in(folder)}
    found = {name: one for name, one in outcomes.items() if isinstance(one, Examined)}
    unread = {name: one for name, one in outcomes.items() if isinstance(one, str)}
    assert set(unread) == {"坏.xlsx"}
    told = summary(found, unread)
    assert (told["files"], told["with_formulas"]) == (5, 3)
    assert told["as_saved"]["accepted"] == 3
    assert told["as_saved"]["kept_by_reason"] == {"引擎不认识函数 NOSUCH": 1, "重现不出文件中的值": 1}
    assert told["blanked"]["accepted"] == 2
    assert told["blanked"]["refused_by_reason"] == {"引擎不认识函数 NOSUCH": 1}
    assert list(told["blanked"]["wrong_cells"]) == ["旧值.xlsx"]
    assert told["agreement"]["compiled"]["*"] == {"right": 1, "wrong": 1}
    assert told["cells"]["formualizer"] == {"right": 2, "wrong": 1, "unable": 1}
    assert told["agreement_blanked"]["compiled"]["*"] == {"right": 1, "wrong": 1}
    assert told["cells_blanked"]["formualizer"] == {"right": 2, "wrong": 1, "unable": 1}
    rows = list(csv.reader(io.StringIO(table_of(found, unread))))
    assert [len(row) for row in rows] == [8] * 6


@pytest.mark.whole
def test_what_is_printed_and_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conformance(folder, folder / "表.csv", folder / "记录.json")
    printed = capsys.readouterr().out
    assert "5 个文件，读不了 1 个，有公式的 3 个" in printed
    assert "坏.xlsx" in printed
    assert (folder / "表.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert '"*(number,number)": [1, 1]' in (folder / "记录.json").read_text(encoding="utf-8")


def test_cells_without_saved_values_to_count_on(tmp_path: Path) -> None:
    """One wrong cell makes those based on it wrong, but no function bad; what is based on an unknown one can't be done."""
    formulas = {"B1": "=A1*3", "C1": "=B1-1", "D1": "=ABS(C1)", "E1": "=NOSUCH(A1)", "F1": "=SQRT(E1)"}
    save(tmp_path / "表.xlsx", {"B1": 9.0, "C1": 8.0, "D1": 8.0, "E1": 16.0, "F1": 4.0}, A1=2, **formulas)
    found = outcome_of(tmp_path / "表.xlsx")
    assert isinstance(found, Examined)
    told = summary({"表.xlsx": found}, {})
    for engine in ("compiled", "formualizer"):
        assert told["cells"][engine] == {"right": 3, "wrong": 1, "unable": 1}
        assert told["cells_blanked"][engine] == {"right": 0, "wrong": 3, "unable": 2}
        assert told["agreement"][engine] == {
            **{name: {"right": 1, "wrong": 0} for name in ("ABS", "SQRT", "last -")},
            "*": {"right": 0, "wrong": 1},
        }
        assert told["agreement_blanked"][engine] == {"*": {"right": 0, "wrong": 1}}
    lines = list(report(told))
    assert "compiled（逐格，保存的值抹去）：相同 0，不同 3，拒绝 2" in lines
    assert lines[-1] == "  算错过的函数（格）：* 1"


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有工作簿"):
        workbooks_in(tmp_path)
    with pytest.raises(UserError, match="不是文件夹"):
        workbooks_in(tmp_path / "无")
