"""A two-column sheet (id, value) as data for a workbook: an .xlsx, .xlsm or .csv file, ids as `xlperf inputs` lists them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from xlperf.errors import CellError, UserError
from xlperf.frameworks.loading import listed_faults, read_text
from xlperf.package import open_package
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import SCHEME, InputCell, is_percentage, parse_input
from xlperf.workbook.names import Place

SUFFIXES = (".xlsx", ".xlsm", ".csv")
HEADINGS = ("id", "编号")


def read_pairs(path: Path, known: Mapping[str, InputCell]) -> dict[Place, Value]:
    """The values of a two-column file by the cells that they belong in; a heading and blank rows are passed over.

    Errors: UserError: the file can't be read; or every unknown id and every value of the wrong type, with its row.
    """
    rows = _csv_rows(path) if path.suffix.lower() == ".csv" else _sheet_rows(path)
    values: dict[Place, Value] = {}
    faults: list[str] = []
    for number, name, value in rows:
        if is_blank(name) or (number == 1 and str(name).strip().lower() in HEADINGS):
            continue
        item = known.get(str(name).strip())
        if item is None:
            faults.append(f"第 {number} 行：没有编号为 {name} 的填报格；xlperf inputs 列出全部编号")
            continue
        try:
            values[item.sheet, item.ref] = checked(item, value)
        except UserError as error:
            faults.append(f"第 {number} 行：{str(error).rstrip('。')}")
    if faults:
        raise UserError(listed_faults(str(path), faults))
    return values


def checked(item: InputCell, value: Value) -> Value:
    """A cell's value as the input takes it: what is text in a number's place is an error, what is a number stays exact."""
    if is_blank(value):
        return None
    if isinstance(value, str):
        if item.type not in ("text", "choice", SCHEME) and not is_percentage(value, item.type):
            raise UserError(
                f"{item.id}（{item.label}）应为{'是或否' if item.type == 'flag' else '数字'}，现为文字“{value}”"
            )
        return parse_input(item, value)
    if isinstance(value, CellError):
        raise UserError(f"{item.id}（{item.label}）是错误值 {value}")
    if item.type == "text":
        return f"{value:g}" if isinstance(value, float) else str(value)
    read = parse_input(item, repr(value).upper() if isinstance(value, bool) else f"{value:.15g}")
    return read if item.type == "flag" else value


def _sheet_rows(path: Path) -> Iterator[tuple[int, Value, Value]]:
    package = open_package(path)
    if not package.worksheets:
        raise UserError(f"{path} 里没有工作表，应有两列：编号、值。")
    sheet = package.worksheets[0].name
    cells = package.cells(sheet)
    for row in sorted({cell.row for cell in cells.values()}):
        first, second = cells.get(f"A{row}"), cells.get(f"B{row}")
        yield row, first.value if first else None, second.value if second else None


def _csv_rows(path: Path) -> Iterator[tuple[int, Value, Value]]:
    reader = csv.reader(io.StringIO(read_text(path), newline=""))
    for cells in reader:
        name, text = (cells[0] if cells else "", cells[1].strip() if len(cells) > 1 else "")
        yield reader.line_num, name, _typed(text)


def _typed(text: str) -> Value:
    """CSV has no types: what reads as a number or as TRUE/FALSE is one."""
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text
