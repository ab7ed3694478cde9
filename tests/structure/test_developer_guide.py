"""docs/开发.md shows the house as it stands: what it names exists, and no folder is missing."""

from __future__ import annotations

import re

import pytest

from tests.support.source_tree import PACKAGE, ROOT

GUIDE = (ROOT / "docs" / "开发.md").read_text(encoding="utf-8")
# What stands in backticks and looks like a place: a folder ends with a slash, a file has an ending.
_PLACE = re.compile(r"`([\w./-]+/|[\w./-]*\w\.(?:py|toml|md|yaml))`")
# Where a place may be counted from: the guide leaves out `xlperf/` where no other room is meant.
BASES = (ROOT, PACKAGE)


def named(text: str) -> list[str]:
    return list(dict.fromkeys(_PLACE.findall(text)))


def is_there(place: str) -> bool:
    return any((base / place).is_dir() if place.endswith("/") else (base / place).is_file() for base in BASES)


def folders() -> list[str]:
    """Every folder that holds something of the project, from its root, but for those of tests, which mirror the rooms."""
    found = {path.parent for path in PACKAGE.rglob("*.*") if "__pycache__" not in path.parts}
    inside = [folder.relative_to(ROOT).as_posix() + "/" for folder in found]
    outside = ["workbooks/", "workbooks/examples/", "vba/", "vba/addin/", "docs/", "tests/"]
    return sorted([*inside, *outside])


@pytest.mark.parametrize("place", named(GUIDE))
def test_what_the_guide_names_exists(place: str) -> None:
    assert is_there(place)


@pytest.mark.parametrize("folder", folders())
def test_no_folder_is_missing(folder: str) -> None:
    assert f"`{folder}`" in GUIDE


def test_places_are_recognised() -> None:
    assert named("`xlperf/rules/`、`rules/no.py`，`make check`，`UserError`") == ["xlperf/rules/", "rules/no.py"]
    assert not is_there("rules/no.py")
    assert not is_there("xlperf/nowhere/")
    assert len(named(GUIDE)) > 40
