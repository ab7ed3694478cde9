"""Renders every sheet of the examples as a person would see it: `make pictures` writes PNG files to docs/pictures.

The UDF edition needs Python for its formulas, which LibreOffice has not got: the picture shows the cached values, in a
copy from which the formulas are taken out.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from xlperf.workbook.locations import example_names, workbooks_folder

TARGET = Path(__file__).parents[2] / "docs" / "pictures"
TOOLS = ("soffice", "pdftoppm", "pdftotext")
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>.*?</f>)", re.S)


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
    """The workbook in another format, by LibreOffice with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", str(folder), str(workbook)], check=True, capture_output=True, timeout=300)
    return folder / f"{workbook.stem}.{kind}"


def python_with_uno() -> str | None:
    """A Python that can talk to LibreOffice, or None."""
    for candidate in (sys.executable, "/usr/bin/python3", shutil.which("python3") or ""):
        if candidate and Path(candidate).exists():
            tried = subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False)
            if tried.returncode == 0:
                return candidate
    return None


def row_heights(workbook: Path) -> dict[str, list[tuple[int, int]]]:
    """The height given and the height needed of every row, by sheet; needs python_with_uno."""
    script = Path(__file__).with_name("row_heights.py")
    command = [python_with_uno() or "python3", str(script), str(workbook)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=300)
    found: dict[str, list[tuple[int, int]]] = json.loads(done.stdout)
    return found


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=120)
    return done.stdout.decode().split("\f")[:-1]


def main() -> None:
    """Writes a PDF of each example, and a picture of each page, named after example and page."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        sys.exit(f"缺少 {'、'.join(missing)}：请安装 LibreOffice 和 poppler-utils。")
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in example_names():
            copy = Path(folder) / f"{name}.xlsx"
            values_only(workbooks_folder() / "examples" / f"{name}.xlsm", copy)
            pdf = convert(copy, Path(folder), "pdf")
            command = ["pdftoppm", "-r", "80", "-png", str(pdf), str(TARGET / name)]
            subprocess.run(command, check=True, timeout=300)
            shutil.copy(pdf, TARGET / pdf.name)
            sys.stdout.write(f"{name}：{len(pages(pdf))} 页\n")


if __name__ == "__main__":
    main()
