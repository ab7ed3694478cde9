"""`load_values`: the cells of names in many files as a data frame; what can't be read says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.batch.submissions import submission, suffix, write
from tests.support.source_tree import ROOT
from xlperf.batch import load_values
from xlperf.evaluation.scoring import named_results
from xlperf.package import open_package

NAMES = ("unit_name", "total_score", "indicator_score")


def test_a_row_a_file_in_their_order(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}{suffix(number)}" for number in range(6)]
    for number, file in enumerate(files):
        write(file, submission(number))
    files.insert(2, tmp_path / "坏.xlsx")
    write(files[2], b"not a workbook")
    files.append(tmp_path / "没有.xlsx")
    frame = load_values(map(str, files), *NAMES)
    assert frame["file"].tolist() == [str(file) for file in files]
    assert frame.columns[0] == "file"
    assert frame.columns[-1] == "error"
    for file, (_, row) in zip(files, frame.iterrows(), strict=True):
        if file in (files[2], files[-1]):
            assert re.search("[一-龥]", row["error"])
            assert row.drop(["file", "error"]).isna().all()
            continue
        expected = named_results(open_package(file), NAMES)
        assert row["unit_name"] == expected["unit_name"][0]
        shown = [None if value is None else str(value) for value in expected["indicator_score"]]
        found = [row[f"indicator_score.{number}"] for number in range(1, len(shown) + 1)]
        assert [None if one != one or one is None else str(one) for one in found] == shown
        assert row["error"] is None or row["error"] != row["error"]


def test_no_file_at_all() -> None:
    assert load_values([], "total_score").columns.tolist() == ["file", "total_score", "error"]


def test_the_example_in_the_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(2):
        write(tmp_path / "交来" / f"{number}{suffix(number)}", submission(number))
    text = (ROOT / "docs" / "批量.md").read_text(encoding="utf-8")
    code = next(code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "load_values" in code)
    namespace: dict[str, object] = {}
    exec(code, namespace)
    frame = namespace["values"]
    assert frame.columns.tolist() == ["file", "unit_name", "total_score", "total_grade", "error"]  # type: ignore[attr-defined]
    assert len(frame) == 2  # type: ignore[arg-type]
    assert frame["error"].isna().all()  # type: ignore[index]
