"""Several project evaluations of one unit and year: told apart by the project's name, else sent back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.batch.submissions import LONG_AGO, master, write
from tests.support.command import rows, run
from tests.support.workbooks import with_values
from xlperf.evaluation.reading import read_evaluation
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.slow


def project(name: str | None, framework: str = "mof-project", **values: object) -> bytes:
    package = master(f"{framework}.xlsx")
    return with_values(package, unit_name="水务局", unit_code="0301", project_name=name, **values).data  # type: ignore[arg-type]


def test_projects_of_one_unit(tmp_path: Path) -> None:
    write(tmp_path / "a" / "河道.xlsx", project("河道治理"))
    write(tmp_path / "a" / "河道-改.xlsx", project("河道治理", budget_planned=5.0), LONG_AGO + 60)
    write(tmp_path / "a" / "水库.xlsx", project("水库除险"))
    write(tmp_path / "a" / "没写.xlsx", project(None))
    write(tmp_path / "a" / "自评.xlsx", project(None, "mof-project-self"))
    assert run(tmp_path, "batch", "a", "-o", "out", "--quiet", "--store", "a.db")[0] == 1
    units = [(row["指标体系"], row["项目名称"], row["文件"]) for row in rows(tmp_path / "out", "units")]
    assert units == [
        ("mof-project", "水库除险", "a/水库.xlsx"),
        ("mof-project", "河道治理", "a/河道-改.xlsx"),
        ("mof-project-self", "", "a/自评.xlsx"),
    ]
    (refused,) = rows(tmp_path / "out", "quarantine")
    assert refused["文件"] == "a/没写.xlsx"
    assert "项目名称" in refused["原因"]
    assert [row["被替代的文件"] for row in rows(tmp_path / "out", "duplicates")] == ["a/河道.xlsx"]
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT framework, project FROM evaluations ORDER BY 1, 2")).all()
    engine.dispose()
    assert [tuple(row) for row in stored] == [unit[:2] for unit in units]


def test_the_only_project_of_the_details_is_meant_where_the_cover_says_nothing() -> None:
    package = master("mof-project-self.xlsx")
    one = with_values(package, projects_name__1="道路养护")
    assert read_evaluation(one).project == "道路养护"
    assert read_evaluation(with_values(one, project_name="道路")).project == "道路"
    assert read_evaluation(with_values(one, projects_name__2="桥梁")).project == ""
    assert read_evaluation(master("mof-department.xlsx")).project is None
    assert not NamedCells(master("mof-department.xlsx")).has("project_name")
