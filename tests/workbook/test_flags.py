"""Yes and no in Chinese: what people choose, what else is read, what a rule and another measure make of it."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support import adjusted_framework as county
from tests.support.command import run
from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.evaluation.cleaning import changes, repairs
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue, parse_input
from xlperf.workbook.flags import truth, word
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

FLAG = "opinion_channels"
EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.toml"


@pytest.fixture(params=list(Edition))
def package(request: pytest.FixtureRequest) -> Package:
    return built("renhua-2021", EXAMPLE.read_text(encoding="utf-8"), request.param)


def seen(package: Package) -> tuple[Value, Value, Value]:
    """What is typed for the flag, what counts, and what the sheet says of it."""
    names = NamedCells(package)
    columns = (names.by_code("figure_id", f"figure_{column}") for column in ("given", "used", "status"))
    given, used, status = (package.value(*places[FLAG]) for places in columns)
    return given, used, status


def rule_score(package: Package) -> Value:
    return package.value(*NamedCells(package).by_code("indicator_code", "indicator_low")["33"])


@pytest.mark.whole
def test_the_workbook_shows_chinese(package: Package) -> None:
    assert seen(package) == ("是", "是", "")
    shown = {package.value(*place) for place in NamedCells(package).places("figure_used")}
    assert not {True, False} & {value for value in shown if isinstance(value, bool)}
    sources = NamedCells(package).column("source_value")
    assert ("是" in sources, "否" in sources, True in [v for v in sources if isinstance(v, bool)]) == (
        True,
        True,
        False,
    )


@pytest.mark.whole
@pytest.mark.parametrize(
    ("typed", "used", "status"),
    [("是", "是", ""), ("否", "否", ""), (True, "是", ""), (False, "否", ""), (1, "是", ""), (0, "否", ""),
     ("可能", "可能", "应为是否"), (2, 2, "应为是否"), (None, "", "缺数据")],
)  # fmt: skip
def test_every_spelling_is_read(package: Package, typed: Value, used: Value, status: str) -> None:
    filled = after(package, **{FLAG: typed})
    assert seen(filled)[1:] == (used, status)
    if used in ("是", "否"):
        assert (rule_score(filled) == rule_score(package)) is (used == "是")


@pytest.mark.parametrize(("typed", "low"), [("是", 57.0), (True, 57.0), ("否", 54.0), (False, 54.0)])
def test_another_measure_reads_it(typed: Value, low: float) -> None:
    names = NamedCells(after(built(county.source(), county.DATA), has_supervised_funds=typed))
    assert names.package.value(*names.by_code("point_code", "point_low")["1.1"]) == low


def test_what_a_cell_says() -> None:
    values: tuple[Value, ...] = ("是", "否", True, False, 1, 0, "可能", 2, None, "")
    assert [truth(value) for value in values] == [True, False, True, False, True, False, None, None, None, None]
    assert [word(value) for value in values[4:7]] == ["是", "否", "可能"]


def test_what_may_be_typed(package: Package) -> None:
    item = catalogue(NamedCells(package), find_framework("renhua-2021").framework)[FLAG]
    assert item.choices == ("是", "否")
    assert [parse_input(item, text) for text in ("是", "TRUE", "1", "否", "false", "0")] == ["是"] * 3 + ["否"] * 3
    parts = (part for name, part in package_parts(package) if name.startswith("xl/worksheets/"))
    assert any(re.search(r"<formula1>\"是,否\"</formula1>", part) for part in parts)


def package_parts(package: Package) -> list[tuple[str, str]]:
    with ZipFile(BytesIO(package.data)) as archive:
        return [(name, archive.read(name).decode()) for name in archive.namelist() if name.endswith(".xml")]


@pytest.mark.whole
def test_clean_writes_chinese(package: Package) -> None:
    filled = after(package, **{FLAG: " TRUE "})
    (found,) = repairs(filled)
    assert (found.was, found.shown) == (" TRUE ", "是")
    assert seen(recalculated(filled, changes([found])).package) == ("是", "是", "")
    assert repairs(after(package, **{FLAG: "否"})) == []


@pytest.mark.slow
def test_the_command_explains_and_sets_it(tmp_path: Path) -> None:
    package = built("renhua-2021", EXAMPLE.read_text(encoding="utf-8"), Edition.NATIVE)
    (tmp_path / "表.xlsx").write_bytes(package.data)
    assert "：是" in run(tmp_path, "explain", "表.xlsx", FLAG)[1].replace(" ", "")
    status, _, err = run(tmp_path, "set", "表.xlsx", f"{FLAG}=否", "-o", "新.xlsx")
    assert (status, err) == (0, "")
    told = json.loads(run(tmp_path, "explain", "新.xlsx", FLAG, "--json")[1])
    assert "否" in json.dumps(told, ensure_ascii=False)
