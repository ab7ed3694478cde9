"""The first line of the cover: what still stands in the way of handing the workbook in, in both editions."""

from __future__ import annotations

import pytest

from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells


@pytest.fixture(scope="module", params=["xlsm", "xlsx"])
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"renhua-2021.{request.param}")


def status(package: Package, **values: Value) -> str:
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    cells = {(known[n].sheet, known[n].ref): v for n, v in ((k.replace("__", "."), v) for k, v in values.items())}
    return str(NamedCells(recalculated(package, cells).package).value("submission_status"))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "缺数据 6 项，勾稽错误 0 项，无理由改判 0 项　可提交"),
        ({"reason__18": None}, "缺数据 6 项，勾稽错误 0 项，无理由改判 1 项　不可提交"),
        ({"quota_used": "二百"}, "缺数据 6 项，勾稽错误 0 项，无理由改判 0 项　不可提交"),
        ({"income_final": 1.0}, "缺数据 6 项，勾稽错误 0 项，无理由改判 0 项　可提交"),
        ({"award__15": None}, "缺数据 6 项，勾稽错误 0 项，无理由改判 0 项　可提交"),
        ({"budget_initial__income_general": 1.0, "budget_initial__income_year": 500.0}, "勾稽错误 1 项"),
    ],
)
def test_status_line(package: Package, values: dict[str, Value], line: str) -> None:
    told = status(package, **values)
    if line.endswith("提交"):
        assert told == line
    else:
        assert line in told
        assert told.endswith("不可提交")


def test_a_self_evaluation_with_open_scores_can_not_be_handed_in() -> None:
    package = open_package(workbooks_folder() / "mof-project-self.xlsx")
    assert str(NamedCells(package).value("submission_status")).endswith("不可提交")
