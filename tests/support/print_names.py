"""Workbooks without what is said of printing them, for those who only calculate or measure."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_PRINT_NAME = re.compile(rb"<definedName [^>]*_xlnm\.Print_[^>]*>[^<]*</definedName>")


def without_print_names(source: Path, target: Path) -> None:
    """A copy without areas and titles to print: for each, LibreOffice breaks all sheets into pages anew (seconds)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, _PRINT_NAME.sub(b"", content) if name == "xl/workbook.xml" else content)
