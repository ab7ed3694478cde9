"""Frameworks that workbooks carry are kept once they were read, and believed only where their own user put them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.small_framework import TEXT, changed
from xlperf.errors import UserError
from xlperf.frameworks import keeping
from xlperf.frameworks.keeping import carried_framework
from xlperf.frameworks.loading import FrameworkFile, parse_framework, shipped_frameworks, shipped_text
from xlperf.package import user_folder

NAME = "yanjin-2022"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of this test's own, and nothing remembered."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    monkeypatch.setenv(user_folder.FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "carried_framework", carried_framework.__wrapped__)
    return tmp_path / "cache"


@pytest.fixture
def parsed(cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the texts that had to be read anew."""
    read: list[str] = []

    def counted(text: str, origin: str) -> FrameworkFile:
        read.append(origin)
        return parse_framework(text, origin)

    monkeypatch.setattr(keeping, "parse_framework", counted)
    return read


def carried(text: str, origin: str) -> FrameworkFile:
    """As another process would read it."""
    found: Callable[[str, str], FrameworkFile] = keeping.carried_framework
    return found(text, origin)


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


@pytest.mark.parametrize("name", shipped_frameworks())
def test_what_is_kept_is_the_same(name: str, parsed: list[str]) -> None:
    text = shipped_text(name)
    first, again = carried(text, "甲"), carried(text, "乙")
    assert parsed == ["甲"]
    right = parse_framework(text, "乙")
    assert (first.framework, again) == (right.framework, right)
    assert again.standard_hash == right.standard_hash


def test_line_ends_make_no_difference_to_the_text(parsed: list[str]) -> None:
    text = shipped_text(NAME).replace("\n", "\r\n")
    assert carried(text, "甲").text == carried(text, "甲").text == shipped_text(NAME)
    assert parsed == ["甲"]


def test_another_text_is_read_anew(parsed: list[str]) -> None:
    for text in (shipped_text(NAME), f"{shipped_text(NAME)}# 另一份\n"):
        carried(text, text[-4:])
    assert len(parsed) == 2


def test_another_program_reads_anew(parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    carried(shipped_text(NAME), "甲")
    monkeypatch.setattr(keeping, "program_state", lambda: [("rules/tiers.py", 1, 1)])
    carried(shipped_text(NAME), "乙")
    assert parsed == ["甲", "乙"]


class Exploit:
    """What does harm as soon as it is looked into."""

    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("looked into",)


def test_what_others_put_there_is_not_looked_into(parsed: list[str], cache: Path) -> None:
    right = carried(shipped_text(NAME), "甲")
    path = only(cache)
    head = path.read_bytes().partition(b"\n")[0]
    for number, forged in enumerate((head, b"xlperf", b""), 2):
        path.write_bytes(forged + b"\n" + pickle.dumps(Exploit()))
        assert carried(shipped_text(NAME), "甲") == right
        assert len(parsed) == number


def test_what_is_wrong_is_said_every_time(parsed: list[str], cache: Path) -> None:
    text = shipped_text(NAME).replace('subject = "', 'subjects = "', 1)
    for _ in range(2):
        with pytest.raises(UserError, match="subject"):
            carried(text, "甲")
    assert not cache.exists() or [*cache.iterdir()] == []


def test_short_ones_are_not_kept(parsed: list[str], cache: Path) -> None:
    assert len(TEXT) < 5_000
    carried(changed(), "甲")
    carried(changed(), "甲")
    assert parsed == ["甲", "甲"]
    assert not cache.exists()


def test_only_so_many_are_kept(parsed: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_KEPT", 2)
    for number in range(4):
        carried(f"{shipped_text(NAME)}# {number}\n", "甲")
    assert len([*cache.iterdir()]) == 2


def test_without_a_folder_it_is_read(parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(user_folder.FOLDER_VARIABLE, "off")
    assert carried(shipped_text(NAME), "甲").framework.id == NAME
    assert parsed == ["甲"]
