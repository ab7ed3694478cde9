"""The VBA project in the form that [MS-OVBA] asks of writers, part by part beside one that Excel has saved.

xlwings ships workbooks that were saved by Excel; its quickstart has a standard module and a module for each sheet.
"""

from __future__ import annotations

import importlib.metadata
import struct
import zipfile
from pathlib import Path

import pytest
from pyopenvba.cfb import CFB
from pyopenvba.vba import decompress

from xlperf.editions.vba.project import addin_modules, built_project, without_caches, workbook_modules

END, VERSION, MODULE_NAME, SOURCE_OFFSET, COOKIES = 0x10, 0x09, 0x19, 0x31, (0x13, 0x2C)
STANDARD, DOCUMENT = 0x21, 0x22
# Records that only one of the two has: the compatibility version that newer versions of Office write, other libraries.
REFERENCES = {0x16, 0x3E, 0x33, 0x2F, 0x30, 0x0D, 0x0E}
# Of the text stream: what only a project with forms has.
ONLY_THEIRS = {"Package", "BaseClass", "HelpFile", "Description"}


def saved_by_excel() -> bytes:
    path = importlib.metadata.distribution("xlwings").locate_file("xlwings/quickstart.xlsm")
    with zipfile.ZipFile(Path(str(path))) as archive:
        return archive.read("xl/vbaProject.bin")


@pytest.fixture(scope="module", params=["workbook", "add-in"])
def ours(request: pytest.FixtureRequest) -> bytes:
    return built_project(workbook_modules() if request.param == "workbook" else addin_modules())


@pytest.fixture(scope="module")
def theirs() -> bytes:
    return saved_by_excel()


def streams(project: bytes) -> dict[str, bytes]:
    file = CFB.from_bytes(project)
    outer = {name: file.get_stream_at((), name) for name in file.list_streams_at()}
    return outer | {f"VBA/{name}": file.get_stream_at(("VBA",), name) for name in file.list_streams_at(("VBA",))}


def records(project: bytes) -> list[tuple[int, bytes]]:
    directory = decompress(streams(project)["VBA/dir"])
    found: list[tuple[int, bytes]] = []
    position = 0
    while not found or found[-1][0] != END:
        kind, size = struct.unpack_from("<HI", directory, position)
        size = 6 if kind == VERSION else size
        found.append((kind, directory[position + 6 : position + 6 + size]))
        position += 6 + size
    return found


def by_module(project: bytes) -> tuple[list[int], dict[str, list[tuple[int, bytes]]]]:
    """The kinds of record about the project, and the records of each module by its name."""
    head: list[int] = []
    modules: dict[str, list[tuple[int, bytes]]] = {}
    for kind, content in records(project):
        if kind == MODULE_NAME:
            modules[content.decode("cp936")] = []
        if modules and kind != END:
            list(modules.values())[-1].append((kind, content))
        else:
            head.append(kind)
    return head, modules


def source(project: bytes, module: str) -> list[str]:
    (offset,) = [
        struct.unpack("<I", content)[0] for kind, content in by_module(project)[1][module] if kind == SOURCE_OFFSET
    ]
    text: str = decompress(streams(project)[f"VBA/{module}"][offset:]).decode("cp936")
    return text.splitlines()


def test_names_no_version_and_has_no_cache(ours: bytes) -> None:
    assert streams(ours)["VBA/_VBA_PROJECT"] == bytes.fromhex("cc61 ffff 00 0000")
    found = records(ours)
    assert {content for kind, content in found if kind in COOKIES} == {b"\xff\xff"}
    assert {content for kind, content in found if kind == SOURCE_OFFSET} == {bytes(4)}


def test_what_excel_saved_has_both(theirs: bytes) -> None:
    """Otherwise the test above would show nothing."""
    start = streams(theirs)["VBA/_VBA_PROJECT"]
    assert start[2:4] != b"\xff\xff"
    assert len(start) > 7
    assert bytes(4) not in {content for kind, content in records(theirs) if kind == SOURCE_OFFSET}


def test_a_project_of_excel_loses_its_caches_and_keeps_its_sources(theirs: bytes) -> None:
    bare = without_caches(theirs)
    assert modules_of(bare) == modules_of(theirs)
    assert len(bare) <= len(theirs)
    for module in by_module(theirs)[1]:
        assert source(bare, module) == source(theirs, module)


def modules_of(project: bytes) -> list[str]:
    return list(by_module(project)[1])


def test_same_streams(ours: bytes, theirs: bytes) -> None:
    for project in (ours, theirs):
        names = {name for name in streams(project) if "__SRP_" not in name}
        assert names == {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir"} | {
            f"VBA/{module}" for module in by_module(project)[1]
        }


def test_same_records_in_the_same_order(ours: bytes, theirs: bytes) -> None:
    head, modules = by_module(ours)
    their_head, their_modules = by_module(theirs)
    assert [kind for kind in head if kind not in REFERENCES] == [kind for kind in their_head if kind not in REFERENCES]
    kinds = {tuple(kind for kind, _ in found) for found in their_modules.values()}
    assert {tuple(kind for kind, _ in found) for found in modules.values()} == kinds
    assert {kind for found in kinds for kind in found} & {STANDARD, DOCUMENT} == {STANDARD, DOCUMENT}


def test_same_keys_in_the_text_stream(ours: bytes, theirs: bytes) -> None:
    def keys(project: bytes) -> list[str]:
        text = streams(project)["PROJECT"].decode("cp936").split("[Workspace]")[0]
        found = [line.partition("=")[0] for line in text.splitlines() if line]
        return [key for n, key in enumerate(found) if key not in ONLY_THEIRS and key not in found[:n]]

    assert keys(ours) == keys(theirs)


@pytest.mark.parametrize("module", ["ThisWorkbook", "Sheet1"])
def test_document_modules_have_the_attributes_that_excel_writes(ours: bytes, theirs: bytes, module: str) -> None:
    def attributes(project: bytes) -> list[str]:
        return [line for line in source(project, module) if line.startswith("Attribute")]

    assert attributes(ours) == attributes(theirs)


def test_unicode_names_agree_with_the_others(ours: bytes) -> None:
    """PROJECTwm names each module twice, in the code page and in UTF-16."""
    content, found = streams(ours)["PROJECTwm"], []
    while content != b"\0\0":
        name, _, content = content.partition(b"\0")
        end = next(n for n in range(0, len(content), 2) if content[n : n + 2] == b"\0\0")
        assert content[:end].decode("utf-16-le") == name.decode("cp936")
        found.append(name.decode("cp936"))
        content = content[end + 2 :]
    assert found == list(by_module(ours)[1])
