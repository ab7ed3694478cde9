"""The pages that people read: README and docs, the blocks of code on them, and which test runs each of their lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_tree import ROOT

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, *sorted((ROOT / "docs").glob("*.md")))
# Blocks that are no commands: which test holds them against what they show.
SHOWN = {
    "开发.md": "tests/docs/test_pages.py",
    "functions.md": "tests/docs/test_documents.py",
    "引擎一致性.md": "tests/docs/test_documents.py",
}
# Lines of commands by how they begin: which test runs them, one of each command in every run, all in the long runs.
RUN_BY = {
    r"xlperf .*://": "tests/batch/test_dask.py",
    r"dask ": "tests/batch/test_dask.py",
    r"xlperf ": "tests/docs/test_documents.py",
    r"make ": "tests/docs/test_pages.py",
    r"pip install '?xlperf|python3 -m venv |环境/bin/|py -m venv |C:\\xlperf\\": "tests/hosts/test_desk.py",
}
# What is run, but not to its end, and why.
ONLY_IN_PART = {
    "make ": "in every run what they would do is printed (-n), and CI is `make test` and `make demo`; in the long runs they are "
    "carried out in a copy of the project (tests/docs/test_make_targets.py), but for those that begin the tests",
    "python -m tests.": "minutes with LibreOffice, and writes into the checkout: that the module is there",
    ".venv/bin/pytest ": "the tests themselves: that the folder is there",
    "py -m venv ": "a program of Windows: Python of this machine, and its folders, stand for it",
    "xlperf addin install": "Excel for Windows alone: here it says so (tests/excel/test_installation.py has stand-ins)",
    "xlperf addin uninstall": "as above",
    "s3://桶": "a bucket that the reader has: a folder of this machine by its address stands for it",
    "引擎一致性.md": "printed of workbooks that are not in the repository: its lines are held against a small folder's",
    ".cmd": "scripts for Windows: their commands are run without them (tests/hosts/test_desk.py)",
}


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of each block of code on a page, those in lists as well."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.S | re.M)
    return [(language, textwrap.dedent(text)) for language, text in found]


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)


def lines() -> Iterator[str]:
    """Every line of commands in a block, each once, without what is said about it."""
    found: dict[str, None] = {}
    for page in PAGES:
        if page.name not in SHOWN:
            written = "\n".join(block for language, block in blocks(page) if not language)
            found |= dict.fromkeys(re.sub(r"\s+#.*$", "", line).strip() for line in written.splitlines())
    yield from filter(None, found)


def mentioned() -> Iterator[str]:
    """Every command in the running text, each once."""
    found: dict[str, None] = {}
    for page in PAGES:
        found |= dict.fromkeys(
            re.findall(r"`((?:xlperf|make|pip|python -m|py -m|\.venv/bin/pytest) [^`\n]+)`", prose(page))
        )
    yield from found


def runner(line: str) -> str | None:
    """The test that runs a line."""
    return next((test for begin, test in RUN_BY.items() if re.match(begin, line)), None)


def lines_for(test: str) -> list[str]:
    """The lines that a test is to run."""
    return [line for line in lines() if runner(line) == test]


def make_lines() -> list[str]:
    """The lines that begin a target of the Makefile, in blocks and in running text."""
    return [*lines_for("tests/docs/test_pages.py"), *(line for line in mentioned() if line.startswith("make "))]
