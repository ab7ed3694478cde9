"""What LibreOffice's own calculation says of figures that can't be, and how it reads yes and no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.implausible import MISTAKES
from tests.support.libreoffice import require_tools
from tests.support.office import Office, Sheets
from tests.support.workbooks import built, places
from xlperf.editions.conversion import Edition
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells, Place

FLAG = "opinion_channels"
# What is typed for it, and how it is read.
FLAGS: tuple[tuple[Value, str], ...] = (
    *(("是", "是"), (True, "是"), (1, "是")),
    *(("否", "否"), (False, "否"), (0, "否")),
)
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("count", "flags"), [(3, FLAGS[1::3]), pytest.param(len(MISTAKES), FLAGS, marks=pytest.mark.soak)]
)
def test_the_workbook_alone_says_it(count: int, flags: tuple[tuple[Value, str], ...], tmp_path: Path) -> None:
    require_tools()
    text = (workbooks_folder() / "examples" / "renhua-2021.toml").read_text(encoding="utf-8")
    package = built("renhua-2021", text, Edition.NATIVE)
    names, source = NamedCells(package), tmp_path / "表.xlsx"
    source.write_bytes(package.data)
    with Office() as office:
        sheets = office.values(source)
        assert shown(sheets, names.place("submission_status")) == "可提交"
        for values, sheet, cover, _ in list(MISTAKES.values())[:count]:
            sheets = office.values(actions=typed(package, values))
            assert shown(sheets, beside(names, next(iter(values)))) == sheet
            assert shown(sheets, names.place("submission_status")) == cover
            office.values(actions=typed(package, before(package, values)))
        assets: dict[str, Value] = {"assets_original__assets_reported": 30, "assets_in_use__assets_reported": 42.56}
        sheets = office.values(actions=typed(package, assets))
        assert "不合理的数 2 处" in str(shown(sheets, names.place("doubts_assets")))
        office.values(actions=typed(package, before(package, assets)))
        for given, used in flags:
            sheets = office.values(actions=typed(package, {FLAG: given}), save=tmp_path / "存.xlsx")
            assert shown(sheets, names.place(FLAG)) == used
            assert (shown(sheets, beside(names, FLAG)) or "") == ""
            saved = open_package((tmp_path / "存.xlsx").read_bytes())
            assert NamedCells(saved).value(FLAG) == used


def typed(package: Package, values: dict[str, Value]) -> list[dict[str, Any]]:
    cells = places(package, **values).items()
    return [{"do": "type", "sheet": sheet, "at": ref, "value": value} for (sheet, ref), value in cells]


def before(package: Package, values: dict[str, Value]) -> dict[str, Value]:
    return {name: package.value(*next(iter(places(package, **{name: None})))) for name in values}


def beside(names: NamedCells, name: str) -> Place:
    return names.by_code("figure_id", "figure_status")[name]


def shown(sheets: Sheets, place: Place) -> Value:
    return sheets[place[0]].get(place[1])
