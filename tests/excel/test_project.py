"""The built files: same bytes each time, sources as in vba/, readable by independent tools, put in and taken out."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path

import pytest
from pyopenvba import ExcelFile
from pyopenvba.integrity import check_file

from xlperf.editions.vba.build import built_workbooks
from xlperf.editions.vba.parts import (
    ADDIN_NAME,
    PROJECT_PART,
    RIBBON_PART,
    SELFTEST_NAME,
    has_vba,
    shipped_parts,
    with_vba,
    without_vba,
)
from xlperf.editions.vba.project import addin_modules, resolved, workbook_modules, xlwings_module
from xlperf.editions.vba.sources import generated_sources, identifier, module_sources, ribbon_source, sources_folder
from xlperf.errors import UserError
from xlperf.evaluation.scoring import recalculated, score
from xlperf.package import open_package
from xlperf.registry import worksheet_functions
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.slow

WORKBOOKS = (SELFTEST_NAME, "renhua-2021.xlsm", "examples/yanjin-2022.xlsm")
ATTRIBUTE = re.compile(r"^(?:Attribute VB_|VERSION 1\.0 CLASS|BEGIN|  MultiUse|END$)")


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(name: str) -> bytes:
    return (workbooks_folder() / name).read_bytes()


def code(text: str) -> list[str]:
    """The lines of a module without the attributes that editors hide."""
    return [line.rstrip() for line in text.splitlines() if not ATTRIBUTE.match(line)]


@pytest.mark.parametrize("name", generated_sources())
def test_generated_sources_are_current(name: str) -> None:
    assert (sources_folder() / name).read_text(encoding="utf-8") == generated_sources()[name], (
        f"vba/{name}: make generate"
    )


@pytest.mark.parametrize("name", [ADDIN_NAME, SELFTEST_NAME])
def test_built_again_to_the_same_bytes(name: str) -> None:
    assert built_workbooks()[name] == read(name), f"workbooks/{name}: make generate"


@pytest.mark.parametrize("name", WORKBOOKS)
def test_olevba_finds_the_sources_of_the_folder(name: str) -> None:
    assert olevba(read(name)) == {module: code(text) for module, text in workbook_modules().items()} | {"Sheet1": []}


def test_olevba_finds_xlwings_in_the_add_in_only() -> None:
    found = olevba(read(ADDIN_NAME))
    assert found == {module: code(text) for module, text in addin_modules().items()} | {"Sheet1": []}
    assert set(found) - set(workbook_modules()) == {"Sheet1", "XlperfPython", "xlwings"}


def olevba(workbook: bytes) -> dict[str, list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oletools.olevba import VBA_Parser

        parser = VBA_Parser("book.xlsm", data=workbook)
        return {
            Path(module).stem: code(text if isinstance(text, str) else text.decode())
            for _, _, module, text in parser.extract_macros()
        }


@pytest.mark.parametrize("name", [ADDIN_NAME, *WORKBOOKS])
def test_pyopenvba_finds_nothing_wrong(name: str) -> None:
    path = workbooks_folder() / name
    report = check_file(path)
    assert (report.ok, report.issues) == (True, ())
    with ExcelFile(path) as book:
        assert book.validate() == []
        assert book.vba_project().code_page == 936


def test_sources_can_be_written_in_the_code_page() -> None:
    for name, text in (*module_sources().items(), *module_sources(is_addin=True).items()):
        assert text.encode("cp936").decode("cp936") == text, name
        assert max(map(len, text.splitlines())) < 1024, name


def test_no_line_is_continued_too_often() -> None:
    """VBA takes at most 24 continuations of one line."""
    for name, text in module_sources().items():
        runs = re.findall(r"(?:^.* _\n)+", text, re.M)
        assert max((run.count("\n") for run in runs), default=0) <= 24, name


def test_wrappers_have_the_parameters_of_the_registry() -> None:
    source = module_sources()["XlperfFunctions.bas"].replace(" _\n", "")
    for spec in worksheet_functions().values():
        (found,) = re.findall(rf"^Public Function {spec.name}\((.*)\) As Variant$", source, re.M)
        wanted = [(not p.is_required, identifier(p)) for p in spec.parameters]
        assert [("Optional" in text, text.split()[-3]) for text in found.split(",")] == wanted


def test_xlwings_notice_and_version_are_kept() -> None:
    text = xlwings_module()
    assert "'xlwings is distributed under a BSD 3-clause license." in text
    assert "Redistributions of source code must retain the above copyright" in text
    assert "xlwings64-0.37.8.dll" in text
    assert "PtrSafe" in text
    assert "App =" not in text
    assert "xlwings.pro" not in text
    assert "xlwings.server" not in text


def test_python_is_started_without_any_folder_of_the_workbook() -> None:
    text = xlwings_module()
    assert "FullName" not in text
    assert 'GetConfig("PYTHONPATH")' not in text
    (line,) = [line.strip() for line in text.splitlines() if line.strip().startswith("PYTHONPATH = Add")]
    assert line == 'PYTHONPATH = AddExcelDir & ";" & ";;;;"'
    assert 'AddExcelDir = "false"' in text
    assert '" -P -B -c ""import' in text


def test_another_text_of_xlwings_is_refused() -> None:
    with pytest.raises(ValueError, match=r"xlwings\.bas"):
        resolved('Attribute VB_Name = "xlwings"\nSub KillPy()\nEnd Sub\n')


def test_the_workbooks_declare_no_library() -> None:
    assert all("Declare " not in text for text in workbook_modules().values())


@pytest.mark.parametrize("name", WORKBOOKS[1:])
def test_recalculation_keeps_the_project(name: str) -> None:
    package = open_package(read(name))
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    item = next(item for item in known.values() if item.type == "money" and item.unit)
    result = recalculated(package, {(item.sheet, item.ref): 123.0})
    assert result.changes
    assert result.package.part(PROJECT_PART) == shipped_parts().project
    assert result.package.part(RIBBON_PART) == ribbon_source()


def test_macros_change_no_result() -> None:
    workbook = read("examples/renhua-2021.xlsm")
    bare = without_vba(workbook)
    assert not has_vba(bare)
    assert score(open_package(bare)) == score(open_package(workbook))


def test_put_in_and_taken_out() -> None:
    workbook = read("examples/renhua-2021.xlsm")
    before = parts(workbook)
    bare = parts(without_vba(workbook))
    named = {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "_rels/.rels",
        "xl/worksheets/sheet1.xml",
    }
    assert set(before) - set(bare) == {PROJECT_PART, RIBBON_PART}
    assert {name for name in bare if bare[name] != before[name]} == named
    assert b"macroEnabled" not in bare["[Content_Types].xml"]
    assert parts(with_vba(without_vba(workbook))) == before
    assert parts(with_vba(workbook)) == before
    assert before[PROJECT_PART] == shipped_parts().project
    assert before[RIBBON_PART] == ribbon_source()


def test_macros_of_others_are_not_replaced() -> None:
    others = parts(read("examples/renhua-2021.xlsm"))
    others[PROJECT_PART] = others[PROJECT_PART].replace(
        "XlperfCalls".encode("utf-16-le"), "MeineModule".encode("utf-16-le")
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in others.items():
            archive.writestr(name, content)
    with pytest.raises(UserError, match="别的宏"):
        with_vba(target.getvalue())


def test_taken_out_after_excel_has_saved_it() -> None:
    """Excel writes other ids, a default type for .bin, a code name for each sheet, and may add a signature."""
    saved = parts(read("examples/renhua-2021.xlsm"))
    types = saved["[Content_Types].xml"].decode()
    types = re.sub(r'<Override [^>]*vbaProject"[^>]*>(</Override>)?', "", types)
    types = re.sub(
        "<Default",
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default',
        types,
        count=1,
    )
    saved["[Content_Types].xml"] = types.encode()
    for name in ("xl/_rels/workbook.xml.rels", "_rels/.rels"):
        saved[name] = re.sub(rb"rIdXlperf\w+", b"rId99", saved[name])
    saved["xl/vbaProjectSignature.bin"] = b"x"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in saved.items():
            archive.writestr(name, content)
    bare = without_vba(target.getvalue())
    found = parts(bare)
    assert not [name for name in found if "vba" in name.lower() or "customUI" in name]
    everything = b"".join(found[name] for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"))
    assert b"vba" not in everything
    assert b"extensibility" not in everything
    open_package(bare)
