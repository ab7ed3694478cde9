"""LibreOffice and its companions as programs: what a person would see of a workbook, and whether they are there."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.support.office_server import ask, python_with_uno
from tests.support.print_names import without_print_names

TOOLS = ("soffice", "pdftoppm", "pdftotext")
TEXT_DOCUMENTS = (".docx", ".doc", ".odt", ".rtf")
FILTERS = {
    ("calc", "xlsx"): "Calc MS Excel 2007 XML",
    ("calc", "xls"): "MS Excel 97",
    ("calc", "ods"): "calc8",
    ("writer", "docx"): "MS Word 2007 XML",
    ("writer", "doc"): "MS Word 97",
    ("writer", "odt"): "writer8",
}
UNREADABLE = ("###", "#NAME?", "Err:5", "#REF!")
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>.*?</f>)", re.S)
_WITHIN_A_LINE = re.compile(r"[\s　]+")


def require_tools() -> None:
    """Skips without LibreOffice and its companions, and fails where they must be there."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    missing += [] if python_with_uno() else ["python3-uno"]
    if missing and os.environ.get("XLPERF_REQUIRE_HOSTS") == "1":
        pytest.fail(f"missing: {', '.join(missing)}")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


def has_writer() -> bool:
    """Whether text documents can be converted: LibreOffice comes in parts."""
    program = shutil.which("soffice")
    return program is not None and any(Path(program).resolve().parent.glob("*swlo*"))


def values_only(source: Path, target: Path) -> None:
    """A copy of a workbook with values in place of formulas, hidden sheets shown but for the stamp."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = _FORMULA.sub(b"", content)
            if name == "xl/workbook.xml":
                content = content.replace(b'state="hidden"', b'state="visible"')
            new.writestr(name, content)


def convert(workbook: Path, folder: Path, kind: str) -> Path:
    """The workbook or text document in another format, by the LibreOffice of this process."""
    if kind == "pdf":
        return as_pdf([workbook], folder)[0]
    target = folder / f"{workbook.stem}.{kind}"
    program = "writer" if workbook.suffix in TEXT_DOCUMENTS else "calc"
    with tempfile.TemporaryDirectory() as desk:
        # A copy, so that nobody else's lock file lies beside it.
        source = shutil.copy(workbook, desk)
        ask(do="convert", source=str(source), target=str(target), filter=FILTERS[program, kind])
    return target


def as_pdf(documents: Sequence[Path], folder: Path) -> list[Path]:
    """As a person prints them, by a LibreOffice of their own: the open one would print other pages than are seen."""
    command = ["soffice", f"-env:UserInstallation=file://{_profile()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(folder), *map(str, documents)], check=True, capture_output=True, timeout=3600
    )
    return [folder / f"{document.stem}.pdf" for document in documents]


@cache
def _profile() -> str:
    """A folder that lasts as long as the process: LibreOffice takes seconds to fill a new one."""
    folder = tempfile.mkdtemp(prefix="xlperf-office-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def row_heights(workbook: Path) -> dict[str, list[tuple[int, int]]]:
    """The height given and the height needed of every row, by sheet."""
    with tempfile.TemporaryDirectory() as desk:
        source = Path(desk) / workbook.name
        without_print_names(workbook, source)
        found: dict[str, list[tuple[int, int]]] = ask(do="heights", source=str(source))["heights"]
    return found


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=3600)
    return done.stdout.decode().split("\f")[:-1]


def flat(pdf: Path) -> str:
    """All text of a PDF in the order in which it was drawn, without white space."""
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True, timeout=3600)
    return _WITHIN_A_LINE.sub("", done.stdout.decode())
