"""The pages as a whole: every link leads somewhere, every page is in the index, every block is one that something runs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.pictures import MOST_BYTES, PICTURES
from tests.support.pages import PAGES, READMES, blocks
from tests.support.source_tree import ROOT

DOCS = ROOT / "docs"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MANUALS = ("填报三步.md", "评价人员手册.md", "批量处理手册.md", "指标体系手册.md", "常见问题.md")
# Blocks that show how something is built, or what was printed, and are no commands.
SHOWN_ONLY = ("开发.md", "引擎一致性.md", "functions.md")
# Commands for machines that only the reader has: Windows, a cluster, a machine without a network.
ELSEWHERE = ("py -m venv ", "C:\\xlperf\\", "dask ", "python3 -m venv ", "环境/bin/python -m pip ")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links(page: Path) -> list[str]:
    """The links of a page to places of the project."""
    outside = re.sub(r"^ *```.*?^ *```", "", text(page), flags=re.S | re.M)
    outside = re.sub(r"`[^`]*`", "", outside)
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_run_or_known(page: Path) -> None:
    """xlperf's lines, Python and TOML are run by other tests; here the rest is what a reader can type."""
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.M))
    extras = PROJECT["project"]["optional-dependencies"]
    for language, block in blocks(page):
        if language == "toml":
            tomllib.loads(block)
        if language or page.name in SHOWN_ONLY:
            assert language in ("", "python", "toml")
            continue
        for line in filter(None, block.splitlines()):
            made = re.match(r"make ([a-z]+)", line)
            wanted = re.match(r"pip install '?xlperf\[(\w+)\]'?$", line)
            known = line.startswith(("xlperf ", *ELSEWHERE))
            assert known or (made and made[1] in targets) or (wanted and wanted[1] in extras), line


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
    prose = re.sub(r"^ *```.*?^ *```", "", text(page), flags=re.S | re.M)
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)", "", prose)
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
    assert set(re.findall(r"[A-Za-z]\w+", prose)) - known == set()
