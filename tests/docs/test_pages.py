"""The pages as a whole: every link leads somewhere, every page is in the index, every block is one that something runs."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.pictures import MOST_BYTES, PICTURES
from tests.support.pages import (
    PAGES,
    READMES,
    RUN_BY,
    SHOWN,
    blocks,
    lines,
    make_lines,
    mentioned,
    prose,
    runner,
)
from tests.support.source_tree import ORDER, ROOT

DOCS = ROOT / "docs"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MANUALS = ("填报三步.md", "评价人员手册.md", "批量处理手册.md", "指标体系手册.md", "常见问题.md")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links(page: Path) -> list[str]:
    """The links of a page to places of the project."""
    outside = re.sub(r"`[^`]*`", "", prose(page))
    return [unquote(link) for link in _LINK.findall(outside) if "://" not in link]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", text(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        place, _, anchor = link.partition("#")
        target = page.parent / place if place else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_index() -> None:
    listed = {link.partition("#")[0] for link in links(DOCS / "README.md")}
    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} == listed


def test_both_readmes_begin_alike() -> None:
    """The two commands, a picture of the workbook, the five results; each leads to the other and to the index."""
    for page, other in zip(READMES, reversed(READMES), strict=True):
        commands = [line.split("  ")[0] for line in blocks(page)[0][1].splitlines()]
        assert commands == ["make demo", "make test"]
        assert text(page).index("make demo") < text(page).index("docs/图/汇总.png") < text(page).index("82.57")
        for result in ("86.00", "98", "92", "97"):
            assert result in text(page)
        assert other.name in links(page)
        assert "docs/README.md" in "".join(links(page)) or "docs/" in links(page)


def test_the_wheel_and_the_sources_carry_the_readme() -> None:
    assert PROJECT["project"]["readme"] == READMES[1].name
    assert {page.name for page in READMES} <= set(PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])


def test_every_line_is_run_by_a_test() -> None:
    assert [line for line in lines() if runner(line) is None] == []
    # What a test is said to run it looks up itself.
    for test in {*RUN_BY.values(), *SHOWN.values()}:
        assert re.search(r"\b(lines_for|make_lines)\(", text(ROOT / test))
    languages = {language for page in PAGES for language, _ in blocks(page)}
    assert languages == {"", "python", "toml"}
    # In a page of blocks that are no commands there is no command.
    shown = [block for page in PAGES if page.name in SHOWN for _, block in blocks(page)]
    assert [block for block in shown if re.search(r"^(xlperf|make|pip|python|dask) ", block, re.M)] == []


@pytest.mark.parametrize("line", dict.fromkeys(make_lines()))
def test_targets_are_there(line: str) -> None:
    """What each would do, without doing it."""
    words = line.split()
    done = subprocess.run([*words, "-n"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, done.stderr
    assert ".venv/bin/" in done.stdout


def test_programs_of_developers_are_there() -> None:
    named = [line.split() for line in mentioned() if line.startswith(("python -m tests.", ".venv/bin/pytest "))]
    assert len(named) >= 2
    for program, first, *more in named:
        assert find_spec(more[0]) if program == "python" else (ROOT / first).is_dir()


def test_the_drawing_shows_the_rooms_in_their_order() -> None:
    (drawing,) = (block for language, block in blocks(DOCS / "开发.md") if not language)
    named = [name for name in re.findall(r"[a-z_]+", drawing) if name in ORDER]
    assert sorted(named, key=ORDER.index) == named
    rooms = {path.name for path in (ROOT / "xlperf").iterdir() if path.is_dir() and path.name in ORDER}
    assert rooms <= set(named)


def test_pictures_are_small_and_shown() -> None:
    files = {path.name: path.stat().st_size for path in (DOCS / "图").iterdir()}
    assert {name: size for name, size in files.items() if size > MOST_BYTES} == {}
    assert set(files) == {f"{picture.name}.png" for picture in PICTURES}
    shown = {Path(link).name for page in PAGES for link in links(page) if link.endswith(".png")}
    assert shown == set(files)


@pytest.mark.parametrize("name", MANUALS)
def test_manuals_are_short_and_without_english(name: str) -> None:
    """For people who do not program: a page, no word of English but names of programs, formats and commands."""
    page = DOCS / name
    assert len(text(page).splitlines()) <= 80
    said = re.sub(r"`[^`]*`|\]\([^)]*\)", "", prose(page))
    known = {
        "xlperf",
        "Excel",
        "WPS",
        "LibreOffice",
        "Word",
        "xlsx",
        "PowerShell",
        "bash",
        "zsh",
        "fish",
        "F9",
        "Tab",
        "Python",
    }
    assert set(re.findall(r"[A-Za-z]\w+", said)) - known == set()
