"""The pages that people read: README and docs, and the blocks of code on them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tests.support.source_tree import ROOT

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, *sorted((ROOT / "docs").glob("*.md")))


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of each block of code on a page, those in lists as well."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.S | re.M)
    return [(language, textwrap.dedent(text)) for language, text in found]
