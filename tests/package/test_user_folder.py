"""What is kept in the user's folder: of too much, what nobody has asked for longest goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlperf.package import user_folder
from xlperf.package.user_folder import keep, kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    monkeypatch.setenv(user_folder.FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_asked_for_stays(folder: Path) -> None:
    for age, name in enumerate(("a.plan", "b.plan", "c.plan", "d.layout")):
        keep(name, name.encode(), 3)
        os.utime(folder / name, (age, age))
    assert kept("a.plan") == b"a.plan"
    keep("e.plan", b"e", 3)
    assert {path.name for path in folder.iterdir()} == {"a.plan", "c.plan", "e.plan", "d.layout"}


def test_a_folder_that_nothing_can_be_written_to_is_read_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("a.plan", b"a", 3)

    def refused(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(os, "utime", refused)
    assert kept("a.plan") == b"a"
