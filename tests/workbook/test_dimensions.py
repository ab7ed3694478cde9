"""What every sheet says of its extent (`<dimension>`) holds all its cells: other programs refuse a file where it doesn't."""

from __future__ import annotations

import re
from pathlib import Path

import formualizer
import pytest

from xlperf.batch.distribution import distribute
from xlperf.batch.roster import Roster, RosterLine
from xlperf.editions.conversion import Edition, converted
from xlperf.formula.addresses import area, position
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package, open_package
from xlperf.workbook.catalogue import catalogue, parse_input
from xlperf.workbook.identity import IDENTITY, read_identity, with_notes
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

FOLDER = workbooks_folder()
SHIPPED = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.xls[xm]"))
_DIMENSION = re.compile(rb'<dimension ref="([A-Z0-9:]+)"')
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"')


def beyond(package: Package) -> list[str]:
    """The cells that lie outside of what their sheet says."""
    found = []
    for sheet in package.worksheets:
        content = package.part(sheet.part)
        stated = _DIMENSION.search(content)
        assert stated, sheet.name
        extent, refs = area(stated[1].decode()), [ref.decode() for ref in _CELL.findall(content)]
        found += [f"{sheet.name}!{ref}" for ref in refs if not extent.covers(*position(ref))]
    return found


@pytest.fixture(scope="module")
def native() -> Package:
    return open_package(FOLDER / "examples" / "renhua-2021.xlsx")


@pytest.mark.parametrize("name", SHIPPED)
def test_of_every_shipped_workbook(name: str) -> None:
    assert beyond(open_package(FOLDER / name)) == []


def test_what_is_beyond_is_found(native: Package) -> None:
    part = next(sheet.part for sheet in native.worksheets if sheet.name == IDENTITY)
    short = re.sub(_DIMENSION, b'<dimension ref="A1:B16"', native.part(part))
    assert f"{IDENTITY}!A17" in beyond(native.with_parts({part: short}))


@pytest.mark.slow
def test_of_a_converted_workbook(native: Package) -> None:
    there = converted(native, Edition.UDF).package
    assert beyond(there) == beyond(converted(there, Edition.NATIVE).package) == []


def test_of_a_workbook_with_longer_notes(native: Package) -> None:
    assert beyond(with_notes(native, {"another": "注" * 100_000})) == []


@pytest.mark.whole
def test_of_a_workbook_with_every_input_set(native: Package) -> None:
    known = catalogue(NamedCells(native), read_identity(native).framework.framework)
    numbers = {(i.sheet, i.ref): parse_input(i, "1") for i in known.values() if i.type in ("money", "number", "text")}
    assert len(numbers) > 1000
    assert beyond(native.with_inputs(numbers)) == []


@pytest.mark.slow
def test_of_distributed_workbooks(tmp_path: Path) -> None:
    lines = (RosterLine(2, "教育局", "0101", {"quota_used": 120}), RosterLine(3, "卫健局", "0102"))
    distribute(Roster(tmp_path / "名册.xlsx", lines, ("quota_used",)), find_framework("renhua-2021"), tmp_path / "下发")
    sent = sorted((tmp_path / "下发").glob("*.xlsx"))
    assert [beyond(open_package(path)) for path in sent] == [[], []]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SHIPPED if name.endswith(".xlsx")])
def test_formualizer_takes_the_native_edition(name: str) -> None:
    assert formualizer.recalculate_xlsx_bytes((FOLDER / name).read_bytes())
