"""Every workbook that we ship or write, against the schemas of the Open XML SDK and the limits that Excel sets.

The order of elements, attributes, content types and relationships are checked by openxml-audit; what it leaves to Excel
(lengths, unique names, what refers to what) is checked here.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.ci_size import some
from tests.support.filled_forms import filled_form
from tests.support.league_results import hand_in, record
from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built, with_values
from xlperf.editions.conversion import Edition
from xlperf.editions.own_workbooks import own_converted
from xlperf.evaluation.scoring import recalculated
from xlperf.formula.addresses import area
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.package import Package, open_package
from xlperf.report.forms.declarations import shipped_forms
from xlperf.report.forms.spreadsheet import write
from xlperf.report.league.workbook import write_league_workbooks
from xlperf.standards.drawing import draw
from xlperf.standards.exporting import exported
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.roles import Copy

FOLDER = workbooks_folder()
SHIPPED = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.xl[sa][xm]"))
# A workbook of each edition, blank and filled in, of one standard with official tables and of one without; ours alone.
IN_CI = ("renhua-2021.xlsx", "examples/wuhua-2023.xlsm", "selftest.xlsm", "xlperf.xlam")
LONGEST_FORMULA, LONGEST_TEXT, LONGEST_NAME, LONGEST_SHEET, LONGEST_LIST = 8192, 32767, 255, 31, 255
MESSAGES = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
# CT_Font is a choice in any order in ECMA-376 (openpyxl writes the one that it lists); the SDK wants Excel's own order.
_FONT_ORDER = re.compile(r"/font\[\d+\]: Unexpected element '\w+' found$")


def schema_faults(path: Path) -> list[str]:
    """What the schemas of the Open XML SDK say against a file, up to Office 2010 as our formulas are."""
    if os.environ.get("XLPERF_REQUIRE_HOSTS") != "1":
        pytest.importorskip("openxml_audit")
    from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

    found = OpenXmlValidator(FileFormat.OFFICE_2010, max_errors=0).validate(path)
    errors = (error for error in found.errors if error.severity is ValidationSeverity.ERROR)
    told = (f"{error.part_uri} {error.path}: {error.description}" for error in errors)
    return [fault for fault in told if not _FONT_ORDER.search(fault)]


def faults(package: Package) -> Iterator[str]:
    """What Excel would repair or refuse though the schemas allow it."""
    names = [sheet.name for sheet in package.sheets]
    yield from (
        f"{name}: name of a sheet" for name in names if len(name) > LONGEST_SHEET or set(name) & set("[]:*?/\\")
    )
    yield from repeated("sheet", (name.casefold() for name in names))
    yield from repeated("name", (f"{name.sheet}!{name.name}".casefold() for name in package.names))
    for name in package.names:
        if len(name.name) > LONGEST_NAME or not re.fullmatch(r"[^\W\d][\w.\\?]*", name.name):
            yield f"{name.name}: a defined name"
    yield from repeated("table", (table.name.casefold() for table in package.tables))
    looks = ElementTree.fromstring(package.part("xl/styles.xml"))
    counts = {kind: len(found) for kind in ("cellXfs", "dxfs") if (found := looks.find(f"{{*}}{kind}")) is not None}
    for sheet in package.worksheets:
        for ref, text in package.formulas(sheet.name).items():
            if len(text) >= LONGEST_FORMULA:
                yield f"{sheet.name}!{ref}: {len(text)} characters"
        for ref, cell in package.cells(sheet.name).items():
            if isinstance(cell.value, str) and len(cell.value) > LONGEST_TEXT:
                yield f"{sheet.name}!{ref}: {len(cell.value)} characters"
        yield from (f"{sheet.name}: {fault}" for fault in sheet_faults(package.part(sheet.part), counts))
    yield from relation_faults(package)


def repeated(kind: str, names: Iterator[str]) -> list[str]:
    return [f"{name}: {kind} {count} times" for name, count in Counter(names).items() if count > 1]


def sheet_faults(content: bytes, counts: dict[str, int]) -> Iterator[str]:
    root = ElementTree.fromstring(content)
    rows = [int(row.attrib["r"]) for row in root.findall("{*}sheetData/{*}row")]
    if rows != sorted(set(rows)):
        yield "rows out of order"
    for row in root.findall("{*}sheetData/{*}row"):
        refs = [cell.attrib["r"] for cell in row]
        columns = [area(ref).left for ref in refs]
        if columns != sorted(set(columns)) or {area(ref).top for ref in refs} - {int(row.attrib["r"])}:
            yield f"cells of row {row.attrib['r']} out of order"
        if any(int(cell.get("s", "0")) >= counts["cellXfs"] for cell in row):
            yield f"a style in row {row.attrib['r']}"
    merged = [area(cell.attrib["ref"]) for cell in root.findall("{*}mergeCells/{*}mergeCell")]
    covered = Counter(
        (row, column)
        for one in merged
        for row in range(one.top, one.bottom + 1)
        for column in range(one.left, one.right + 1)
    )
    if any(count > 1 for count in covered.values()):
        yield "merged cells that meet"
    for rule in root.findall("{*}dataValidations/{*}dataValidation"):
        for attribute, most in MESSAGES.items():
            if len(rule.get(attribute, "")) > most:
                yield f"{rule.get('sqref')}: {attribute}"
        first = rule.findtext("{*}formula1") or ""
        if first.startswith('"') and len(first) - 2 > LONGEST_LIST:
            yield f"{rule.get('sqref')}: a list of {len(first)} characters"
    for shade in root.iterfind("{*}conditionalFormatting/{*}cfRule"):
        if int(shade.get("priority", "0")) < 1 or int(shade.get("dxfId", "-1")) >= counts.get("dxfs", 0):
            yield f"a conditional format {shade.attrib}"


def relation_faults(package: Package) -> Iterator[str]:
    """Parts without a type, types and relationships without a part, ids used twice."""
    types = ElementTree.fromstring(package.part("[Content_Types].xml"))
    defaults = {one.attrib["Extension"].lower() for one in types.findall("{*}Default")}
    overrides = [one.attrib["PartName"].lstrip("/") for one in types.findall("{*}Override")]
    yield from repeated("type", iter(overrides))
    yield from (f"{name}: a type without a part" for name in overrides if name not in package.parts)
    for part in package.parts:
        if part not in overrides and part.rpartition(".")[2].lower() not in defaults and part != "[Content_Types].xml":
            yield f"{part}: without a type"
        if not part.endswith(".rels"):
            continue
        folder = part.rpartition("/")[0].removesuffix("_rels").rstrip("/")
        relations = ElementTree.fromstring(package.part(part)).findall("{*}Relationship")
        yield from repeated(f"id in {part}", (one.attrib["Id"] for one in relations))
        for one in relations:
            if one.get("TargetMode") != "External":
                target = os.path.normpath(os.path.join("/", folder, one.attrib["Target"])).lstrip("/")
                if target not in package.parts:
                    yield f"{part}: no {target}"


def check(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    assert list(faults(open_package(content))) == []
    assert schema_faults(path) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", some(SHIPPED, IN_CI))
def test_of_every_shipped_workbook(name: str) -> None:
    assert list(faults(open_package(FOLDER / name))) == []
    assert schema_faults(FOLDER / name) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edition", "copy"), some(product(Edition, Copy), [(Edition.UDF, Copy.ALL), (Edition.NATIVE, Copy.UNIT)])
)
def test_of_workbooks_that_are_made_and_filled(edition: Edition, copy: Copy, tmp_path: Path) -> None:
    """As `new` and `distribute` make them, as `set` and `recalc` fill them."""
    made = built(parse_framework(TEXT, ORIGIN), edition=edition, copy=copy)
    check(made.data, tmp_path / f"a{edition.suffix}")
    check(recalculated(with_values(made, quota_used=9.0, quota_issued=10.0)).data, tmp_path / f"b{edition.suffix}")


@pytest.mark.slow
def test_of_somebodys_own_workbook_that_is_converted(tmp_path: Path) -> None:
    source = open_package(FOLDER / "selftest.xlsm")
    there = own_converted(source, Edition.NATIVE)
    assert there.count > 30
    check(there.package.data, tmp_path / "there.xlsm")
    check(own_converted(there.package, Edition.UDF).package.data, tmp_path / "back.xlsm")


@pytest.mark.slow
def test_of_forms_rankings_and_standards_to_confirm(tmp_path: Path) -> None:
    for name in [form.id for form in shipped_forms()]:
        check(write(filled_form(name)), tmp_path / f"{name}.xlsx")
    check(draw(exported(find_framework("renhua-2021").framework)), tmp_path / "标准.xlsx")
    (tmp_path / "汇总").mkdir()
    folder = hand_in(tmp_path / "汇总", record("甲局", (20, 25, 0)), record("乙局", (20, 30, 10)), missing=["丙局"])
    for path in write_league_workbooks(folder):
        check(path.read_bytes(), path)


BROKEN = {
    "order": (b"<sheetData>", b'<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/><sheetData>'),
    "an element that isn't there": (b"<sheetData>", b"<sheetDate/><sheetData>"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN)
def test_the_schemas_find_what_is_wrong(old: bytes, new: bytes, tmp_path: Path) -> None:
    package = open_package(FOLDER / "selftest.xlsm")
    part = package.sheets[0].part
    (tmp_path / "a.xlsm").write_bytes(package.with_parts({part: package.part(part).replace(old, new, 1)}).data)
    assert schema_faults(tmp_path / "a.xlsm") != []


@pytest.mark.whole
def test_the_limits_find_what_is_wrong() -> None:
    package = built(parse_framework(TEXT, ORIGIN), edition=Edition.NATIVE)
    part = package.sheets[0].part
    rels = next(name for name in package.parts if name.endswith("workbook.xml.rels"))

    def broken(name: str, old: bytes, new: bytes) -> list[str]:
        assert old in package.part(name)
        return list(faults(package.with_parts({name: package.part(name).replace(old, new, 1)})))

    assert list(faults(package)) == []
    doubled = package.part(part).replace(b"</sheetData>", b'<row r="1"/></sheetData>')
    assert list(sheet_faults(doubled, {"cellXfs": 9999, "dxfs": 9999})) == ["rows out of order"]
    assert broken(part, b's="1"', b's="99999"')
    assert broken(part, b'promptTitle="', b'promptTitle="' + b"x" * 40)
    assert broken(part, b'priority="1"', b'priority="0"')
    assert broken("[Content_Types].xml", b'PartName="/xl/styles.xml"', b'PartName="/xl/style.xml"')
    assert broken(rels, b"styles.xml", b"style.xml")
