"""Submissions to measure with, and a generated workbook of any size."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

from xlperf.engines import recalculate
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats"
ROWS, COLUMNS = 300, 9


def constants(package: Package) -> dict[tuple[str, str], Value]:
    """The constants of a workbook."""
    cells = ((s.name, ref, cell) for s in package.worksheets for ref, cell in package.cells(s.name).items())
    return {(sheet, ref): cell.value for sheet, ref, cell in cells if cell.formula is None}


def thirds(blob: bytes, count: int) -> Iterator[bytes]:
    """Submissions in which a third of all numbers is another one: parameters and line numbers too; caches are old."""
    package, random_ = open_package(blob), random.Random(1)
    numbers = [(place, value) for place, value in constants(package).items() if isinstance(value, float)]
    for _ in range(count):
        chosen = random_.sample(numbers, len(numbers) // 3)
        yield package.with_inputs({p: v + random_.randint(1, 9) for p, v in chosen}).data


def own_data(blob: bytes, count: int) -> Iterator[bytes]:
    """Submissions as units send them: every number that people fill in is another one, saved with current results."""
    package, random_ = open_package(blob), random.Random(2)
    items = catalogue(NamedCells(package), read_identity(package).framework.framework).values()
    places = [(item.sheet, item.ref) for item in items]
    known = {place: package.value(*place) for place in places}
    numbers = {place: value for place, value in known.items() if isinstance(value, float)}
    for _ in range(count):
        yield recalculate(package, inputs={p: v + random_.randint(1, 9) for p, v in numbers.items()}, trusted=True).data


def written(submissions: Iterator[bytes], folder: Path) -> Path:
    """The folder, with the submissions in it."""
    folder.mkdir()
    for number, blob in enumerate(submissions):
        (folder / f"{number:05}.xlsm").write_bytes(blob)
    return folder


def made(sheets: int, seed: int = 0) -> bytes:
    """A workbook of so many sheets, each of 2,700 formulas that go on from the sheet before; other numbers by seed."""
    random_ = random.Random(seed)
    names = [f"s{number}" for number in range(1, sheets + 1)]
    listed = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="s{n}"/>' for n in range(1, sheets + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{TYPE}-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{TYPE}-officedocument.spreadsheetml.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": related([("w", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": related([(name, "worksheet", f"{name}.xml") for name in names]),
    }
    for number, name in enumerate(names, 1):
        rows = "".join(row(number, r, random_.randint(1, 9_999) / 100) for r in range(1, ROWS + 1))
        parts[f"xl/{name}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return stream.getvalue()


def row(sheet: int, r: int, number: float) -> str:
    """A weight and a number, and nine formulas: rates, rules of ours, texts, sums, a look at the sheet before."""
    before = f"表{sheet - 1}!K{r}" if sheet > 1 else f"B{r}"
    formulas = (
        f"ROUND(B{r}*1.5+A{r},2)",
        f'IF(C{r}="","",IF(C{r}>50,C{r}/100,0))',
        f"PERF_SCORE_RATIO(A{r},D{r})",
        f'IF(E{r}=A{r},"满分",IF(E{r}=0,"零分","部分"))',
        f"SUM(B$1:B{min(r, 40)})",
        f'COUNTIF(F{max(1, r - 20)}:F{r},"满分")',
        f"IFERROR(B{r}/(G{r}-H{r}),0)",
        f"MAX(C{r},G{r})-MIN(C{r},G{r})",
        f"ROUND({before}+J{r}/1000,4)",
    )
    cells = "".join(
        f'<c r="{letter}{r}"><f>{escaped(text)}</f></c>' for letter, text in zip("CDEFGHIJK", formulas, strict=True)
    )
    return f'<row r="{r}"><c r="A{r}"><v>{r % 5 + 1}</v></c><c r="B{r}"><v>{number}</v></c>{cells}</row>'


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def related(listed: list[tuple[str, str, str]]) -> str:
    found = "".join(f'<Relationship Id="{i}" Type="{RELATION}/{kind}" Target="{to}"/>' for i, kind, to in listed)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'
