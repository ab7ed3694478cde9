"""Workbooks that were laid out are kept for the next time, and believed only where their own user put them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.small_framework import changed
from xlperf.editions import laying_out, layouts
from xlperf.editions.conversion import Edition
from xlperf.editions.layouts import layout
from xlperf.frameworks.loading import FrameworkFile, parse_framework, shipped_frameworks
from xlperf.package import Package, open_package, user_folder
from xlperf.workbook.identity import exact_hash, read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.roles import Copy

pytestmark = pytest.mark.whole


@pytest.fixture
def source() -> FrameworkFile:
    return parse_framework(changed(), "小体系")


@pytest.fixture
def times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """The editions that had to be laid out anew, in folders of this test's own."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    monkeypatch.setenv(user_folder.FOLDER_VARIABLE, str(tmp_path / "cache"))
    made: list[Edition] = []
    draw: Callable[..., Package] = laying_out.laid_out

    def counted(source: FrameworkFile, data: None, edition: Edition, *rest: object) -> Package:
        made.append(edition)
        return draw(source, data, edition, *rest)

    monkeypatch.setattr(laying_out, "laid_out", counted)
    return made


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_is_kept_is_read_again(source: FrameworkFile, times: list[Edition], tmp_path: Path) -> None:
    first = layout(source, "", Edition.NATIVE)
    assert layout(source, "", Edition.NATIVE).data == first.data
    assert layout(source, "", Edition.UDF).data != first.data
    assert times == [Edition.NATIVE, Edition.UDF]


@pytest.mark.parametrize("copy", Copy)
@pytest.mark.parametrize("edition", Edition)
def test_a_layout_states_the_hash_of_its_formulas(edition: Edition, copy: Copy, source: FrameworkFile) -> None:
    """Submissions are compared with what it states."""
    package = layout(source, "", edition, copy)
    assert read_identity(package).exact_hash == exact_hash(package)


@pytest.mark.parametrize("edition", Edition)
def test_so_do_the_shipped_workbooks(edition: Edition) -> None:
    for name in shipped_frameworks():
        package = open_package(workbooks_folder() / f"{name}{edition.suffix}")
        assert read_identity(package).exact_hash == exact_hash(package)


def test_what_others_put_there_is_made_again(source: FrameworkFile, times: list[Edition], tmp_path: Path) -> None:
    """Else a layout with a looser formula would make the same formula in a submission right."""
    right = layout(source, "", Edition.NATIVE)
    path = only(tmp_path / "cache")
    (sheet, ref), *_ = ((name, ref) for name, formulas in right.all_formulas for ref, _ in formulas)
    forged = right.with_formulas({(sheet, ref): "1"}).data
    for head in (path.read_bytes().partition(b"\n")[0], b"xlperf", b""):
        path.write_bytes(head + b"\n" + forged)
        times.clear()
        assert layout(source, "", Edition.NATIVE).data == right.data
        assert times == [Edition.NATIVE]


def test_only_so_many_are_kept(
    source: FrameworkFile, times: list[Edition], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "_KEPT", 1)
    for edition in (Edition.UDF, Edition.NATIVE):
        layout(source, "", edition)
    assert len([*(tmp_path / "cache").iterdir()]) == 1
    layout(source, "", Edition.NATIVE)
    assert times == [Edition.UDF, Edition.NATIVE]
