"""Builds the VBA project from the sources in `vba` and from xlwings' own module, without Excel; needs pyOpenVBA."""

from __future__ import annotations

import re
import struct
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.editions.vba.sources import module_sources
from xlperf.errors import UserError

if TYPE_CHECKING:
    from pyopenvba.vba import VBAProject

XLWINGS_VERSION, PYOPENVBA_VERSION = "0.37.8", "6.5.0"
CODE_PAGE = 936
PROJECT_PART = "xl/vbaProject.bin"
XLWINGS_MODULE = "xlwings"
_STORAGE = "VBA"
_CODE_PAGE_RECORD, _VERSION_RECORD, _STREAM_RECORD, _OFFSET_RECORD = 0x0003, 0x0009, 0x001A, 0x0031
_COOKIE_RECORDS, _END_RECORD = (0x0013, 0x002C), 0x0010
_VERSION_INDEPENDENT = bytes.fromhex("cc61ffff000000")
_CONDITION = re.compile(r"\s*#\s*(If|ElseIf|Else|End If)\b\s*(.*)")
_APPLICATION = re.compile(r'App = "([^"]+)" Then')
_HOST = "Microsoft Excel"
# The procedures that starting Python takes; the settings are the project's own (GetConfig in XlperfPython.bas).
_KEPT = ("XLPyCommand", "XLPyLoadDLL", "XLPy", "KillPy", "ParentFolder")
# What is otherwise than in xlwings: neither the folder of a workbook nor the current one is a place to load Python from
# (-P), and the command that starts Python names no workbook, so that one process serves all of them.
_CHANGES = (
    ('Attribute VB_Name = "xlwings"\n', 'Attribute VB_Name = "xlwings"\nOption Private Module\n'),
    ('GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "true")', '"false"'),
    (
        '& ThisWorkbook.FullName & ";" & ThisWorkbook.FullName & ";" & GetConfig("ONEDRIVE_CONSUMER_WIN") & ";"'
        ' & GetConfig("ONEDRIVE_COMMERCIAL_WIN") & ";" & GetConfig("SHAREPOINT_WIN") & ";" & GetConfig("PYTHONPATH")',
        '& ";;;;"',
    ),
    ('tail = " -B -c', 'tail = " -P -B -c'),
)
_MARK = "'xlwings is distributed under"
_NOTE = f"""'An excerpt of xlwings.bas {XLWINGS_VERSION}, changed by xlperf: only what starts Python; conditions on App resolved for
'Excel; no Python from the folder of the workbook or the current one; one Python process for all workbooks.
'
"""
_PROCEDURE = re.compile(r"(?:(?:Public|Private) )?(?:Function|Sub) (\w+)")


def workbook_modules() -> Mapping[str, str]:
    """The text of every module of a workbook's project by its name, as VBA keeps it (lines end in CR LF)."""
    return {Path(name).stem: _crlf(text) for name, text in module_sources().items()}


def addin_modules() -> Mapping[str, str]:
    """The text of every module of the add-in's project: those of a workbook, and the connection to Python.

    Errors: UserError: xlwings is not there in the pinned version.
    """
    own = {Path(name).stem: _crlf(text) for name, text in module_sources(is_addin=True).items()}
    return {**workbook_modules(), **own, XLWINGS_MODULE: _crlf(xlwings_module())}


def xlwings_module() -> str:
    """xlwings' module (BSD, with its notice) from the installed, pinned package, resolved for Excel.

    Errors: UserError: another version of xlwings, or none.
    """
    try:
        found = metadata.distribution("xlwings")
    except metadata.PackageNotFoundError:
        raise UserError(f"没有安装 xlwings；请运行 pip install xlwings=={XLWINGS_VERSION}") from None
    if found.version != XLWINGS_VERSION:
        raise UserError(f"xlwings 的版本是 {found.version}，应为 {XLWINGS_VERSION}（它的 DLL 文件名带版本号）")
    return resolved(Path(str(found.locate_file("xlwings/xlwings.bas"))).read_text(encoding="utf-8"))


def resolved(text: str) -> str:
    """The part of the module that starts Python, for Excel alone, with the project's changes.

    Errors: ValueError: the text is not the one that the excerpt was made for.
    """
    text = "\n".join(_excerpt(_for_excel(text.splitlines()))) + "\n"
    for old, new in (*_CHANGES, (_MARK, _NOTE + _MARK)):
        if text.count(old) != 1:
            raise ValueError(f"xlwings.bas has {text.count(old)} times {old!r}")
        text = text.replace(old, new)
    return text


def _excerpt(lines: Iterable[str]) -> Iterator[str]:
    """What stands above the first procedure (notice, declarations, version), and the procedures that are kept."""
    found, is_kept = set(), True
    for line in lines:
        procedure = _PROCEDURE.match(line)
        if procedure:
            is_kept = procedure[1] in _KEPT
            found.add(procedure[1])
        if is_kept and not (line.startswith("'Attribute VB_Name")):
            yield line
        if line in ("End Function", "End Sub"):
            is_kept = False
    if not found.issuperset(_KEPT):
        raise ValueError(f"xlwings.bas has no {', '.join(set(_KEPT) - found)}")


def _for_excel(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the conditions on App and without what is not for Excel."""
    # For each open #If: whether it is about App, whether this branch counts, whether one has counted already.
    stack: list[tuple[bool, bool, bool]] = []
    for line in lines:
        match = _CONDITION.fullmatch(line)
        application = _APPLICATION.match(match[2]) if match else None
        if match and match[1] == "If":
            holds = application is None or application[1] == _HOST
            stack.append((application is not None, holds, holds))
            skips_line = application is not None
        elif match and stack[-1][0] and match[1] != "End If":
            holds = not stack[-1][2] and (application is None or application[1] == _HOST)
            stack[-1] = True, holds, stack[-1][2] or holds
            skips_line = True
        elif match and match[1] == "End If":
            skips_line = stack.pop()[0]
        else:
            skips_line = line.startswith("#Const App")
        if not skips_line and all(holds for _, holds, _ in stack):
            yield line


def built_project(modules: Mapping[str, str]) -> bytes:
    """The VBA project with the modules; the same bytes each time.

    Errors: UserError: pyOpenVBA is not there in the pinned version.
    """
    try:
        from pyopenvba import ExcelFile
        from pyopenvba.vba import VBAModuleKind
    except ImportError:
        raise UserError(f"生成加载项要用 pyOpenVBA：请运行 pip install pyOpenVBA=={PYOPENVBA_VERSION}") from None
    version = metadata.version("pyOpenVBA")
    if version != PYOPENVBA_VERSION:
        raise UserError(f"pyOpenVBA 的版本是 {version}，应为 {PYOPENVBA_VERSION}（别的版本生成的文件字节不同）")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "project.xlam"
        with ExcelFile.create_new(target) as book:
            project = book.vba_project()
            _set_code_page(project)
            project.delete_module("Module1")
            for name, text in modules.items():
                if name in project.module_names():
                    book.set_module(name, text)
                else:
                    project.add_module(name, text, kind=VBAModuleKind.standard)
            book.save()
        with zipfile.ZipFile(target) as archive:
            return without_caches(archive.read(PROJECT_PART))


def without_caches(project: bytes) -> bytes:
    """The project as [MS-OVBA] asks of a writer: no version of VBA named, nothing compiled in it.

    Where the version is that of the running Office, it takes what stands in the caches instead of the sources (1.6), and
    pyOpenVBA leaves the version of its template above a cache of zeros. So `_VBA_PROJECT` holds its seven fixed bytes
    (2.3.4.1), a module begins with its source (2.3.4.3), and all cookies are 0xFFFF (2.3.4.2.3, 2.3.4.2.3.2.7).
    """
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import compress, decompress

    file = CFB.from_bytes(project)
    directory = bytearray(decompress(file.get_stream_in_storage(_STORAGE, "dir")))
    name = ""
    for kind, start, size in _records(directory):
        if kind == _STREAM_RECORD:
            name = directory[start : start + size].decode(f"cp{CODE_PAGE}")
        elif kind == _OFFSET_RECORD:
            (source,) = struct.unpack_from("<I", directory, start)
            file.write_stream_in_storage(_STORAGE, name, file.get_stream_in_storage(_STORAGE, name)[source:])
            struct.pack_into("<I", directory, start, 0)
        elif kind in _COOKIE_RECORDS:
            struct.pack_into("<H", directory, start, 0xFFFF)
    file.write_stream_in_storage(_STORAGE, "dir", compress(bytes(directory)))
    file.write_stream_in_storage(_STORAGE, "_VBA_PROJECT", _VERSION_INDEPENDENT)
    written: bytes = file.to_bytes()
    return written


def _set_code_page(project: VBAProject) -> None:
    """Makes the project one of Chinese Windows: its sources are stored in code page 936."""
    directory = bytearray(project.dir_raw)
    (start,) = (start for kind, start, _ in _records(directory) if kind == _CODE_PAGE_RECORD)
    struct.pack_into("<H", directory, start, CODE_PAGE)
    project.dir_raw, project.code_page = bytes(directory), CODE_PAGE


def _records(directory: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """The records of a dir stream: kind, where its content begins, how long it is."""
    kind, position = 0, 0
    while kind != _END_RECORD:
        kind, size = struct.unpack_from("<HI", directory, position)
        # Two fields of this one are longer than the size that it names.
        size = 6 if kind == _VERSION_RECORD else size
        yield kind, position + 6, size
        position += 6 + size


def _crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"
