"""The VBA project and the ribbon put into a workbook and taken out again: every other part stays as it is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xlperf.editions.reproducible import FIXED_TIME
from xlperf.errors import UserError
from xlperf.package import open_package
from xlperf.workbook.locations import workbooks_folder

# The add-in, and the workbook that tests every function in its cells: it carries the project that all workbooks get.
ADDIN_NAME, SELFTEST_NAME = "xlperf.xlam", "selftest.xlsm"
PROJECT_PART, RIBBON_PART = "xl/vbaProject.bin", "customUI/customUI14.xml"
PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_TYPES, _ROOT_RELATIONS = "[Content_Types].xml", "_rels/.rels"
_WORKBOOK, _WORKBOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_OVERRIDES = (
    f'<Override PartName="/{PROJECT_PART}" ContentType="application/vnd.ms-office.vbaProject"/>'
    f'<Override PartName="/{RIBBON_PART}" ContentType="application/xml"/>'
)
_PROJECT_RELATION = (
    '<Relationship Id="rIdXlperfProject" Target="vbaProject.bin"'
    ' Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
)
_RIBBON_RELATION = (
    f'<Relationship Id="rIdXlperfRibbon" Target="{RIBBON_PART}"'
    ' Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"/>'
)
# Excel finds the module of the workbook and of its first sheet by these; it makes modules for all other sheets itself.
_BOOK_NAME, _SHEET_NAME = ' codeName="ThisWorkbook"', ' codeName="Sheet1"'
# As xlperf writes them, and as Excel does when it saves: with other ids, a default type, a signature.
_MACRO_PART = re.compile(r"xl/(?:_rels/)?vba(?:Project|Data)|customUI/")
_OF_MACROS = re.compile(
    r'<(?:Override\b[^>]*PartName="/(?:xl/(?:_rels/)?vba(?:Project|Data)|customUI/)|'
    r'Default\b[^>]*ContentType="application/vnd\.ms-office\.vbaProject")[^>]*(?:/>|></(?:Override|Default)>)'
)
_RELATION_TO_MACROS = re.compile(
    r'<Relationship\b[^>]*Type="[^"]*/(?:vbaProject|ui/extensibility)"[^>]*(?:/>|></Relationship>)'
)
Edit = Callable[[str], str]


@dataclass(frozen=True)
class VbaParts:
    """The two parts that make a workbook one with macros: the VBA project and the ribbon."""

    project: bytes
    ribbon: bytes


def shipped_parts() -> VbaParts:
    """The parts that come with xlperf, taken from its self-test: every workbook has the same project.

    Errors: UserError: the installation is not complete.
    """
    path = workbooks_folder() / SELFTEST_NAME
    if not path.is_file():
        raise UserError(f"安装不完整：找不到 {path}，请重新安装 xlperf。")
    return parts_of(path.read_bytes())


def parts_of(workbook: bytes) -> VbaParts:
    """The project of a workbook that has one, and its ribbon (empty where it has none)."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        ribbon = archive.read(RIBBON_PART) if RIBBON_PART in archive.namelist() else b""
        return VbaParts(archive.read(PROJECT_PART), ribbon)


def with_vba(package: bytes, parts: VbaParts | None = None, *, content_type: str = MACRO) -> bytes:
    """The workbook with the VBA project and the ribbon (those of this installation where none are given).

    An older project of ours is replaced; every part that does not name the project keeps its bytes.
    Errors: UserError: the workbook has macros of its own, which would be lost.
    """
    is_there = has_vba(package)
    if is_there and not is_ours(parts_of(package).project):
        raise UserError("工作簿里有别的宏，放入 xlperf 的宏会使它们丢失，已拒绝；请先在 Excel 里另存为不带宏的工作簿")
    chosen = parts or shipped_parts()
    plain = without_vba(package) if is_there else package
    edits: dict[str, Edit] = {
        _TYPES: lambda text: _before_end(text.replace(PLAIN, content_type), "Types", _OVERRIDES),
        _WORKBOOK_RELATIONS: lambda text: _before_end(text, "Relationships", _PROJECT_RELATION),
        _ROOT_RELATIONS: lambda text: _before_end(text, "Relationships", _RIBBON_RELATION),
        _WORKBOOK: lambda text: _named(text, "workbookPr", _BOOK_NAME),
        _first_sheet(plain): lambda text: _named(text, "sheetPr", _SHEET_NAME),
    }
    return edited(plain, edits, {PROJECT_PART: chosen.project, RIBBON_PART: chosen.ribbon})


def without_vba(package: bytes) -> bytes:
    """The workbook as one without macros, also after Excel has saved it; parts that named no macros keep their bytes."""
    edits: dict[str, Edit] = {
        _TYPES: lambda text: _OF_MACROS.sub("", text).replace(MACRO, PLAIN).replace(ADDIN, PLAIN),
        _WORKBOOK_RELATIONS: lambda text: _RELATION_TO_MACROS.sub("", text),
        _ROOT_RELATIONS: lambda text: _RELATION_TO_MACROS.sub("", text),
        _WORKBOOK: lambda text: text.replace(_BOOK_NAME, "", 1),
        _first_sheet(package): lambda text: text.replace(_SHEET_NAME, "", 1).replace("<sheetPr/>", "", 1),
    }
    return edited(package, edits)


def has_vba(package: bytes) -> bool:
    """Whether the workbook carries a VBA project."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return PROJECT_PART in archive.namelist()


def is_ours(project: bytes) -> bool:
    """Whether a VBA project has our module, by its name in the directory of the compound file."""
    return "XlperfCalls\0".encode("utf-16-le") in project


def _first_sheet(package: bytes) -> str:
    return open_package(package).sheets[0].part


def edited(package: bytes, edits: Mapping[str, Edit], added: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The package with some parts edited, some added at the end; it keeps no macros but those that are added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w") as result:
        for entry in source.infolist():
            if _MACRO_PART.match(entry.filename):
                continue
            content = source.read(entry)
            if entry.filename in edits:
                content = edits[entry.filename](content.decode("utf-8")).encode("utf-8")
            result.writestr(entry, content, compresslevel=6)
        for name, content in added.items():
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            result.writestr(entry, content, compresslevel=6)
    return target.getvalue()


def _before_end(text: str, element: str, addition: str) -> str:
    end = f"</{element}>"
    if text.count(end) != 1:
        raise UserError("工作簿的部件写法特殊，不能放入宏；请用 Excel 打开后另存，再处理")
    return text.replace(end, addition + end)


def _named(text: str, element: str, code_name: str) -> str:
    """The part with a code name on an element, which is made as the first child of the root where there is none."""
    found = re.search(rf"<{element}\b[^>]*>", text)
    if found is None:
        root = re.search(r"<(?:worksheet|chartsheet|workbook)\b[^>]*>", text)
        if root is None:
            raise UserError("工作簿的部件写法特殊，不能放入宏；请用 Excel 打开后另存，再处理")
        return f"{text[: root.end()]}<{element}{code_name}/>{text[root.end() :]}"
    if "codeName=" in found[0]:
        return text
    at = found.start() + 1 + len(element)
    return text[:at] + code_name + text[at:]
