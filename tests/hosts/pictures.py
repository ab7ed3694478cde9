"""Renders every sheet of the examples as a person would see it: `make pictures` writes PNG files to build/pictures.

The UDF edition needs Python for its formulas, which LibreOffice has not got: the picture shows the cached values, in a
copy from which the formulas are taken out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.libreoffice import TOOLS, convert, pages, values_only
from xlperf.workbook.locations import example_names, workbooks_folder

TARGET = Path(__file__).parents[2] / "build" / "pictures"


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
            subprocess.run(command, check=True, timeout=3600)
            shutil.copy(pdf, TARGET / pdf.name)
            sys.stdout.write(f"{name}：{len(pages(pdf))} 页\n")


if __name__ == "__main__":
    main()
