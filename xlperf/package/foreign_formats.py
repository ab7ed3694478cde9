"""Files in the formats of other programs, turned into ours by LibreOffice where it is installed.

Workbooks (.xls, .et, .ods) become .xlsx, text documents with an official standard (.doc, .wps, .odt, .rtf) .docx; our own
reports (.docx) become .pdf.

LibreOffice runs without a screen, with a profile of its own in a temporary folder: macros are off, links are not
followed, and after a time it is stopped with all that it has started.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from xlperf.confinement import unconfined
from xlperf.errors import UserError
from xlperf.package.archive import open_archive
from xlperf.package.files import read_file
from xlperf.package.limits import DEFAULT_LIMITS, Limits
from xlperf.package.package import Package
from xlperf.package.signatures import document_format, other_format

SECONDS = 60
_ENOUGH = 512
_PROGRAMS = ("soffice", "libreoffice")
# Where the installers of Windows and macOS put it without adding it to the path.
_PLACES = ("C:/Program Files/LibreOffice/program/soffice.exe", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_LABELS = {
    "xls": "旧格式的工作簿（.xls 或 .et）",
    "et": "WPS 表格的旧格式（.et）",
    "ods": "OpenDocument 表格（.ods）",
    "doc": "旧格式的 Word 文档（.doc 或 .wps）",
    "odt": "OpenDocument 文档（.odt）",
    "rtf": "RTF 文档（.rtf）",
}
# Named, since LibreOffice would take what it does not know for text, and make a table of it.
_FILTERS = {
    "xls": "MS Excel 97",
    "et": "MS Excel 97",
    "ods": "calc8",
    "doc": "MS Word 97",
    "odt": "writer8",
    "rtf": "Rich Text Format",
    "docx": "MS Word 2007 XML",
}
_BOOK = "xl/workbook.xml"
# The record of the precision, which comes after that of the dates and before that of what is refreshed on opening.
_ROUNDING_XLS = re.compile(rb"\x22\0\x02\0.\0\x0e\0\x02\0\0\0|\x0e\0\x02\0\0\0\xb7\x01\x02\0", re.S)
_ROUNDING_ODS = b'precision-as-shown="true"'
_DOCUMENTS = ("doc", "odt", "rtf")
_WITHOUT_WRITER = "，或本机的 LibreOffice 没有装 Writer"
_DOCUMENT_SUFFIXES = (".doc", ".wps", ".odt", ".rtf", ".docx")
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Calc/Content/Update", "Link", "2"),
    ("Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("Calc/Formula/Load", "ODFRecalcMode", "1"),
    # A proxy that is not there: whatever would still be fetched does not leave the machine.
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="/org.openoffice.{path if path.startswith("Inet") else f"Office.{path}"}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    + "</oor:items>"
)


def needs_conversion(path: Path) -> str | None:
    """The format (xls, et, ods) of a file that must be converted first, by its content; None for all others."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            start = file.read(_ENOUGH)
    except OSError:
        return None  # whoever opens it says what is wrong
    if start.startswith(b"PK"):
        return other_format(start)
    return other_format(read_file(path, DEFAULT_LIMITS))


def converted(path: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[bytes, str]:
    """The workbook as .xlsx, a text document as .docx, and a note that says so.

    Errors: UserError: LibreOffice is not installed, can't read the file, or takes too long.
    """
    content = read_file(path, limits)
    kind = _kind(path, content)
    target, programs = ("docx", "Word") if kind in _DOCUMENTS else ("xlsx", "Excel")
    if kind in ("ods", "odt"):
        open_archive(content, limits)
    program = office_program()
    if program is None:
        raise UserError(
            f"{path}：文件是{_LABELS[kind]}，要有 LibreOffice 才能转换，本机没有安装；"
            f"请安装 LibreOffice，或用 {programs}、WPS 另存为 .{target} 后再处理"
        )
    with tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
        data = _convert(program, content, (kind, target), Path(folder))
    if data is None:
        raise UserError(
            f"{path}：文件是{_LABELS[kind]}，LibreOffice 没能转换（可能已损坏、有密码或过大{_WITHOUT_WRITER if kind in _DOCUMENTS else ''}）；请用 {programs} 或 WPS 另存为 .{target} 后再处理"
        )
    if _is_rounding(kind, content, limits):
        data = _rounding(data, limits)
    return data, f"{path} 是{_LABELS[kind]}，已用 LibreOffice 转换成 .{target} 后处理，原文件没有改动"


def _is_rounding(kind: str, content: bytes, limits: Limits) -> bool:
    """Whether a workbook's results are rounded to what its cells show, which LibreOffice doesn't write into .xlsx."""
    if kind == "ods":
        return _ROUNDING_ODS in open_archive(content, limits).read("content.xml")
    return kind in ("xls", "et") and _ROUNDING_XLS.search(content) is not None


def _rounding(data: bytes, limits: Limits) -> bytes:
    """The workbook with that setting."""
    package = Package(open_archive(data, limits), limits)
    part = package.part(_BOOK).replace(b"<calcPr ", b'<calcPr fullPrecision="0" ', 1)
    return package.with_parts({_BOOK: part}).data


def as_pdf(document: bytes) -> bytes:
    """A Word document of ours as PDF.

    Errors: UserError: LibreOffice is not installed, or fails.
    """
    program = office_program()
    if program is None:
        raise UserError("写 .pdf 要有 LibreOffice，本机没有安装；请写 .docx，用 Word 或 WPS 另存为 PDF")
    with tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
        data = _convert(program, document, ("docx", "pdf"), Path(folder))
    if data is None:
        raise UserError(f"LibreOffice 没能写出 PDF{_WITHOUT_WRITER}；请写 .docx，用 Word 或 WPS 另存为 PDF")
    return data


def _kind(path: Path, content: bytes) -> str:
    """What a file is; either sort may hold an object of the other inside, so that its name decides."""
    found = [other_format(content), document_format(content)]
    if path.suffix.lower() in _DOCUMENT_SUFFIXES:
        found.reverse()
    return found[0] or found[1] or "xls"


def office_program() -> str | None:
    """Where LibreOffice is, or None."""
    found = (shutil.which(name) for name in _PROGRAMS)
    return next((program for program in found if program), None) or next((p for p in _PLACES if Path(p).exists()), None)


def _convert(program: str, content: bytes, kinds: tuple[str, str], folder: Path) -> bytes | None:
    """The file converted from one kind to another, or None where there is none after the time allowed."""
    kind, target = kinds
    profile, source = folder / "profile", folder / f"input.{'xls' if kind == 'et' else kind}"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_REGISTRY, encoding="utf-8")
    source.write_bytes(content)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    with unconfined():
        process = subprocess.Popen(
            [
                *command,
                f"--infilter={_FILTERS[kind]}",
                "--convert-to",
                target,
                "--outdir",
                str(folder / "out"),
                str(source),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
        )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _end(process)
    made = folder / "out" / f"input.{target}"
    return made.read_bytes() if process.returncode == 0 and made.is_file() else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends LibreOffice and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
