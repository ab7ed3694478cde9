"""New workbooks and whole files from Python; the public names; what importing costs."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import xlperf
from tests.support.examples import example
from tests.support.source_tree import ROOT
from xlperf.api import book, making
from xlperf.editions.conversion import Edition

# What programs may rely on: a name that is taken away or renamed breaks them.
PUBLIC = {
    *(
        "Book",
        "CellError",
        "Error",
        "Finding",
        "Input",
        "Result",
        "example",
        "frameworks",
        "new",
        "open",
        "recalculate",
    ),
    *("batch", "functions", "openpyxl", "testing", "__version__"),
}


def test_public_names() -> None:
    assert set(xlperf.__all__) == PUBLIC
    assert set(dir(xlperf)) >= PUBLIC
    for name in PUBLIC:
        assert getattr(xlperf, name) is not None
    with pytest.raises(AttributeError):
        xlperf.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_frameworks_are_named() -> None:
    assert len(xlperf.frameworks()) == 8
    # Also once its modules are loaded, which puts the room itself in the place of what the face would look up.
    assert sys.modules["xlperf.frameworks.loading"]
    assert "renhua-2021" in xlperf.frameworks()


@pytest.mark.slow
def test_new_takes_values_a_data_file_or_its_content(tmp_path: Path) -> None:
    content = {"schema_version": 1, "framework": "mof-project-self", "unit": {"name": "甲局", "year": 2024}}
    assert xlperf.new("mof-project-self", content)["unit_name"] == "甲局"
    path = tmp_path / "数据.toml"
    path.write_text(
        'schema_version = 1\nframework = "mof-project-self"\n[unit]\nname = "乙局"\nyear = 2024\n', encoding="utf-8"
    )
    assert xlperf.new("mof-project-self", path)["unit_name"] == "乙局"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("framework", "data", "edition", "code"),
    [
        ("nothing", None, "native", "framework"),
        ("mof-project-self", {"framework": "mof-project-self", "inputs": {"x": {}}}, "native", "data"),
        ("mof-project-self", None, "paper", "data"),
        ("mof-project-self", "没有.toml", "native", "data"),
        ("mof-project-self", {"nothing": 1}, "native", "unknown_name"),
        ("mof-project-self", {"money_unit": "两"}, "native", "value"),
    ],
)
def test_what_is_refused(framework: str, data: dict[str, object] | str | None, edition: str, code: str) -> None:
    with pytest.raises(xlperf.Error) as refused:
        xlperf.new(framework, data, edition=edition)
    assert refused.value.code == code


@pytest.mark.whole
def test_recalculate_a_file(tmp_path: Path) -> None:
    package = example("wuhua-2023", Edition.NATIVE)
    source, output = tmp_path / "交来.xlsx", tmp_path / "重算.xlsx"
    source.write_bytes(package.data)
    assert xlperf.recalculate(source, output) == ()
    assert output.read_bytes() == package.data
    with pytest.raises(xlperf.Error):
        xlperf.recalculate(tmp_path / "没有.xlsx", tmp_path / "不写.xlsx")
    assert not (tmp_path / "不写.xlsx").exists()


@pytest.mark.whole
@pytest.mark.parametrize("module", [book, making], ids=["book", "making"])
def test_examples_of_the_docstrings(module: object) -> None:
    found = doctest.testmod(module, extraglobs={"xlperf": xlperf})  # type: ignore[arg-type]
    assert found.attempted
    assert not found.failed


@pytest.mark.slow
def test_the_face_is_typed_for_its_users(tmp_path: Path) -> None:
    script = tmp_path / "user.py"
    script.write_text(
        "import xlperf\n"
        "book: xlperf.Book = xlperf.open('a.xlsx')\n"
        "total: float | None = book.score().total\n"
        "names: tuple[str, ...] = xlperf.frameworks()\n"
        "wrong: int = book.score().grade\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent", str(script)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert [line.split(": ")[0] for line in found.splitlines() if "error" in line][:-1] == [f"{script}:5"], found
