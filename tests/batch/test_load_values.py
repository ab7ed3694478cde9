"""`load_values`: the cells of names in many files as a data frame; what can't be read says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import pandas
import pytest

from tests.batch.submissions import submission, suffix, with_results, write
from tests.support.source_tree import ROOT
from xlperf.batch import load_values
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.recalculation import registered_functions
from xlperf.package import open_package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells

NAMES = ("unit_name", "total_score", "total_grade", "indicator_score")


@cache
def by_itself(content: bytes, names: Sequence[str] = NAMES) -> dict[str, Value]:
    """What a row holds, by an engine that knows nothing of any other file."""
    package = open_package(content)
    model = CompiledEngine().load(package, registered_functions())
    model.calculate()
    places = {name: NamedCells(package).places(name) for name in names}
    return {
        name if len(found) == 1 else f"{name}.{number}": model.read(*place)
        for name, found in places.items()
        for number, place in enumerate(found, 1)
    }


def held(row: pandas.Series) -> dict[str, str]:
    """The cells of a row that hold something, without the file, as text."""
    return {str(name): str(value) for name, value in row.dropna().items() if name != "file"}


def as_text(values: dict[str, Value]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}


def rewritten(content: bytes) -> bytes:
    """The workbook with line ends before its rows, as another program may write it."""
    package = open_package(content)
    parts = {sheet.part: package.part(sheet.part) for sheet in package.worksheets}
    return package.with_parts({part: xml.replace(b"<row ", b"\n<row ") for part, xml in parts.items()}).data


def altered(content: bytes) -> bytes:
    """The workbook with another formula for the total."""
    package = open_package(content)
    return package.with_formulas({NamedCells(package).place("total_score"): "1+2"}).data


def test_a_row_a_file_in_their_order(tmp_path: Path) -> None:
    """Templates by turns, files of other programs, altered and broken ones: each as if it were by itself."""
    contents = [*map(with_results, range(2)), *map(submission, range(2))]
    others = [rewritten(contents[0]), contents[2], altered(contents[1]), contents[3]]
    files = {tmp_path / f"{number:02d}.xlsm": content for number, content in enumerate([*contents, *others])}
    half, strange, gone = tmp_path / "03-半份.xlsm", tmp_path / "05-坏.xlsx", tmp_path / "06-没有.xlsx"
    refused = {half: contents[3][: len(contents[3]) // 2], strange: b"not a workbook"}
    for path, content in (files | refused).items():
        write(path, content)
    paths = sorted((*files, *refused, gone))
    frame = load_values(map(str, paths), *NAMES)
    assert frame["file"].tolist() == [str(path) for path in paths]
    assert (frame.columns[0], frame.columns[-1]) == ("file", "error")
    for path, (_, row) in zip(paths, frame.iterrows(), strict=True):
        if path in files:
            assert held(row) == as_text(by_itself(files[path]))
        else:
            assert held(row).keys() == {"error"}
            assert re.search(f"{path.name}：.*[一-龥]", row["error"])
    assert frame["total_score"].tolist().count(3.0) == 1
    assert frame["total_score"].nunique() > 3


def test_a_name_that_is_gone_is_told_for_each_file(tmp_path: Path) -> None:
    for number in range(2):
        write(tmp_path / f"{number}{suffix(number)}", submission(number))
    frame = load_values(sorted(tmp_path.iterdir()), "total_score", "no_such_name")
    assert frame.columns.tolist() == ["file", "error"]
    assert frame["error"].str.contains("名称 no_such_name 不见了").all()


def test_a_name_of_several_columns_is_read_row_by_row(tmp_path: Path) -> None:
    content = submission(0, masters=("renhua-2021.xlsx",))
    write(tmp_path / "0.xlsx", content)
    row = load_values([tmp_path / "0.xlsx"], "grade_bands").iloc[0]
    grid = NamedCells(open_package(content)).grid("grade_bands")
    assert len(grid[0]) > 1
    assert held(row) == as_text({f"grade_bands.{n}": v for n, v in enumerate(chain.from_iterable(grid), 1)})


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
    assert isinstance(frame, pandas.DataFrame)
    assert frame.columns.tolist() == ["file", "unit_name", "total_score", "total_grade", "error"]
    assert len(frame) == 2
    assert frame["error"].isna().all()
