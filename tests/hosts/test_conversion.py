"""Workbooks of other programs through LibreOffice: the result is the same, and nothing is fetched or run."""

from __future__ import annotations

import http.server
import json
import os
import select
import shutil
import stat
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.support.ci_size import some
from tests.support.command_here import Run, refused
from tests.support.libreoffice import convert, require_tools
from xlperf.editions.foreign import opened, restored
from xlperf.errors import UserError
from xlperf.evaluation.scoring import check, recalculated, score
from xlperf.package import foreign_formats, open_package
from xlperf.package.foreign_formats import converted, needs_conversion
from xlperf.workbook.identity import is_known_template
from xlperf.workbook.locations import workbooks_folder

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"
SMALLEST = EXAMPLE.with_stem("wuhua-2023")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("table", "table"), ("draw", "drawing"), ("svg", "svg-compatible")),
        ("script", "script"),
    )
)
CONTENT = (
    f'<office:document-content {NAMESPACES} xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="S"><table:shapes><draw:frame svg:width="1cm" svg:height="1cm">'
    '<draw:image xlink:href="{0}/image.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame>'
    '</table:shapes><table:table-row><table:table-cell table:formula="of:=WEBSERVICE(&quot;{0}/web&quot;)" '
    'office:value-type="float" office:value="1"/></table:table-row></table:table><table:table table:name="L">'
    '<table:table-source xlink:type="simple" xlink:href="{0}/link.ods" table:filter-name="calc8" '
    'table:table-name="L"/><table:table-row><table:table-cell office:value-type="float" office:value="2"/>'
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and the paths that it has been asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        """Notes what it is asked for."""

        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", paths
    server.shutdown()
    server.server_close()


def linking(path: Path, address: str) -> Path:
    """An .ods that wants a picture, a web service and a linked sheet from an address."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", CONTENT.replace("{0}", address))
    return path


@pytest.mark.slow
def test_our_workbook_as_ods(tmp_path: Path) -> None:
    require_tools()
    path = convert(SMALLEST, tmp_path, "ods")
    before = path.read_bytes()
    assert needs_conversion(path) == "ods"
    content, note = converted(path)
    assert path.read_bytes() == before
    assert "已用 LibreOffice 转换成 .xlsx" in note
    package, original = open_package(content), open_package(SMALLEST)
    assert is_known_template(package)
    assert score(package).indicators == score(original).indicators
    assert score(recalculated(package).package, as_saved=True).total == 98


@pytest.mark.slow
@pytest.mark.parametrize(
    "example",
    some([EXAMPLE, SMALLEST.with_suffix(".xlsx")], [SMALLEST.with_suffix(".xlsx")]),
    ids=["udf", "native"],
)
def test_our_workbook_as_xls(example: Path, tmp_path: Path) -> None:
    """LibreOffice drops formulas with error values and very long ones from the old format; the stamp gives them back."""
    require_tools()
    path = convert(example, tmp_path, "xls").rename(tmp_path / "交来.et")
    assert needs_conversion(path) == "xls"
    package, note = opened(path)
    original = open_package(example)
    assert "已按身份标记恢复" in note
    assert is_known_template(package)
    assert score(package).indicators == score(original).indicators
    assert score(package).total == score(original).total
    told = {finding.code for finding in check(package)} - {finding.code for finding in check(original)}
    # What LibreOffice saved of the UDF edition were errors; with formulas given back all is calculated again.
    assert told == set()


@pytest.mark.soak
def test_every_command_takes_the_old_format(run: Run, tmp_path: Path) -> None:
    require_tools()
    path, target = convert(SMALLEST.with_suffix(".xlsx"), tmp_path, "xls"), tmp_path / "新.xlsx"
    assert run("convert", path, "-o", target)[:2] == (0, f"已写入 {target}：版本没有变，公式没有换。\n")
    assert is_known_template(open_package(target))
    assert run("convert", path, "-o", tmp_path / "新.xlsm")[0] == 0
    assert json.loads(run("score", tmp_path / "新.xlsm", "--json")[1])["total"] == 98
    assert "98" in run("explain", path, "总分")[1]
    status, out, _ = run("verify", path, "--engine", "compiled")
    assert (status, "0 处不同" in out) == (0, True)


@pytest.mark.whole
def test_a_formula_that_somebody_blanked_stays_blanked() -> None:
    """Only those that the old format drops are given back."""
    package = open_package(EXAMPLE.with_suffix(".xlsx"))
    cells = [
        (sheet.name, ref, text) for sheet in package.worksheets for ref, text in package.formulas(sheet.name).items()
    ]
    lost = next((sheet, ref) for sheet, ref, text in cells if "#VALUE!" in text)
    kept = next((sheet, ref) for sheet, ref, text in cells if "#" not in text)
    altered = package.with_formulas({lost: "NA()", kept: "NA()"})
    back, count = restored(altered)
    assert count == 1
    assert back.formulas(kept[0])[kept[1]] == "NA()"
    assert back.formulas(lost[0])[lost[1]] == package.formulas(lost[0])[lost[1]]
    assert restored(package) == (package, 0)


def test_every_command_says_that_libreoffice_is_missing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(foreign_formats, "_PLACES", ())
    path = tmp_path / "旧.xls"
    path.write_bytes(OLE + "Workbook".encode("utf-16-le"))
    for words in (
        ("score", path), ("check", path), ("explain", path), ("verify", path), ("inputs", path),
        ("convert", path, "-o", tmp_path / "a.xlsx"), ("clean", path, "-o", tmp_path / "a.xlsx"),
        ("recalc", path, "-o", tmp_path / "a.xlsx"), ("set", path, "award.1=1", "-o", tmp_path / "a.xlsx"),
    ):  # fmt: skip
        refused(run(*words), "旧.xls：文件是旧格式的工作簿", "请安装 LibreOffice，或用 Excel、WPS 另存为 .xlsx")


@pytest.mark.slow
def test_plain_formulas_as_xls(tmp_path: Path) -> None:
    require_tools()
    book = openpyxl.Workbook()
    for row in ((200.0, 1.5), ("=A1*B1", '=IF(A2>100,"超",TRUE)')):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    package = open_package(converted(convert(tmp_path / "a.xlsx", tmp_path, "xls"))[0])
    result = recalculated(package)
    assert result.changes == ()
    assert [result.package.value("Sheet", ref) for ref in ("A1", "A2", "B2")] == [200.0, 300.0, "超"]


@pytest.mark.slow
def test_nothing_is_fetched(asked: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_tools()
    address, paths = asked
    source = linking(tmp_path / "a.ods", address)
    content, _ = converted(source)
    assert open_package(content).value("L", "A1") == 2.0
    assert paths == []
    # Without our settings LibreOffice does ask, so that this test can fail.
    monkeypatch.setattr(foreign_formats, "_REGISTRY", foreign_formats._REGISTRY.partition("<item")[0] + "</oor:items>")
    converted(source)
    assert paths != []


def test_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(foreign_formats, "_PLACES", ())
    path = tmp_path / "旧.xls"
    path.write_bytes(OLE + "Workbook".encode("utf-16-le"))
    with pytest.raises(
        UserError, match=r"旧\.xls：文件是旧格式的工作簿.*请安装 LibreOffice，或用 Excel、WPS 另存为 \.xlsx"
    ):
        converted(path)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_what_takes_too_long_is_stopped_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipe ends when the last process goes that has it open."""
    program, pipe = tmp_path / "soffice", tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    program.write_text(f"#!/bin/sh\nexec 3>{pipe}\necho begun >&3\nsleep 600 &\nsleep 600\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    monkeypatch.setattr(foreign_formats, "SECONDS", 1)
    path = tmp_path / "旧.xls"
    path.write_bytes(OLE + "Workbook".encode("utf-16-le"))
    with pytest.raises(UserError, match="LibreOffice 没能转换"):
        converted(path)
    read = [os.read(reading, 100)]
    while read[-1]:
        assert select.select([reading], [], [], 60)[0], "something goes on"
        read.append(os.read(reading, 100))
    os.close(reading)
    assert b"".join(read) == b"begun\n"


@pytest.mark.slow
@pytest.mark.parametrize("streams", ["Workbook", "Book", "ETExtData"])
def test_what_only_looks_like_a_workbook(streams: str, tmp_path: Path) -> None:
    require_tools()
    path = tmp_path / "坏.et"
    path.write_bytes(OLE + bytes(504) + streams.encode("utf-16-le"))
    with pytest.raises(UserError, match=r"坏\.et：文件是.*请用 Excel 或 WPS 另存为 \.xlsx"):
        converted(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + "Workbook".encode("utf-16-le") + "ETExtData".encode("utf-16-le"), "et"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), None),
        (OLE + "WordDocument".encode("utf-16-le"), None),
        (EXAMPLE.read_bytes(), None),
        (b"", None),
        (b"PK", None),
    ],
)
def test_the_content_decides(content: bytes, kind: str | None, tmp_path: Path) -> None:
    path = tmp_path / "a.et"
    path.write_bytes(content)
    assert needs_conversion(path) == kind
    assert needs_conversion(tmp_path / "没有.xls") is None


@pytest.mark.whole
def test_a_bomb_is_not_handed_on(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", bytes(60 << 20))
    with pytest.raises(UserError, match="解压后过大"):
        converted(path)
