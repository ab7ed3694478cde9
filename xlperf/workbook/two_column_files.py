"""Inputs and their values as rows: a two-column .xlsx, .xlsm or .csv, or what `xlperf inputs --json` writes."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xlperf.errors import CellError, UserError
from xlperf.frameworks.loading import listed_faults, read_text
from xlperf.package import open_package
from xlperf.values import Value, is_blank, is_day, is_number
from xlperf.workbook.catalogue import GENERAL, SCHEME, InputCell, is_percentage, parse_input, typed
from xlperf.workbook.data_files import parse_json
from xlperf.workbook.input_finder import Finder
from xlperf.workbook.names import Place
from xlperf.workbook.reason_scores import with_reason_scores

SUFFIXES = (".xlsx", ".xlsm", ".csv")
HEADINGS = ("id", "编号", "名称")
# The list of the inputs of one workbook alone can have more than a million.
MAXIMUM_BYTES = 50_000_000
# What a text may stand for; in another input's place it is a mistake.
_WRITTEN = ("text", "choice", "date", SCHEME, GENERAL)


@dataclass(frozen=True)
class Row:
    """A row: its number, what it calls the input, the value; `is_typed`: whether the file tells numbers from text."""

    number: int
    name: str
    value: Value
    is_typed: bool = True
    word: str = "行"


def is_rows(path: Path) -> bool:
    """Whether a file holds rows of inputs and values, and not a whole evaluation: by its ending, of JSON by its content."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES or (
        suffix == ".json" and read_text(path, MAXIMUM_BYTES).lstrip("\ufeff \t\r\n").startswith("[")
    )


def read_rows(path: Path) -> list[Row]:
    """The rows of a file, in its order; a heading and rows without a name are passed over.

    Errors: UserError: the file can't be read.
    """
    suffix = path.suffix.lower()
    rows = _csv_rows(path) if suffix == ".csv" else _json_rows(path) if suffix == ".json" else _sheet_rows(path)
    found = [row for row in rows if row.name]
    return found[1:] if found and found[0].name.lower() in HEADINGS else found


def read_pairs(path: Path, known: Mapping[str, InputCell]) -> dict[Place, Value]:
    """The values of a file by the cells that they belong in; see read_rows and places_of."""
    return places_of(read_rows(path), known, path)


def room_wanted(rows: Iterable[Row], known: Mapping[str, InputCell], path: Path) -> dict[str, int]:
    """How many lines are filled of the tables that have too few: by table, for the laying out of a larger workbook.

    Errors: UserError: more than a table may have.
    """
    finder = Finder(known)
    wanted: dict[str, int] = {}
    for row in rows:
        if is_blank(row.value) or finder.candidates(row.name):
            continue
        try:
            table, line = finder.line(row.name) or ("", 0)
        except UserError as error:
            raise UserError(f"{path} 第 {row.number} {row.word}：{error}") from None
        if table:
            wanted[table] = max(wanted.get(table, 0), line)
    return wanted


def places_of(rows: Iterable[Row], known: Mapping[str, InputCell], path: Path) -> dict[Place, Value]:
    """The values of rows by the cells that they belong in; a blank one in a line beyond the table's last is none.

    Errors: UserError: every unknown or ambiguous name and every value of the wrong type, with its row.
    """
    finder = Finder(known)
    values: dict[Place, Value] = {}
    faults: list[str] = []
    for row in rows:
        try:
            if is_blank(row.value) and not finder.candidates(row.name) and finder.line(row.name):
                continue
            item = finder.item(row.name)
            values[item.sheet, item.ref] = checked(item, row.value, is_typed=row.is_typed)
        except UserError as error:
            faults.append(f"第 {row.number} {row.word}：{str(error).rstrip('。')}")
    if faults:
        raise UserError(listed_faults(str(path), faults))
    return with_reason_scores(values, known, lambda place: None)


def checked(item: InputCell, value: Value, *, is_typed: bool = True) -> Value:
    """A cell's value as the input takes it: what is text in a number's place is an error, what is a number stays exact.

    `is_typed`: whether numbers can be told from text; where not (CSV), a text may be a number.
    """
    if is_blank(value):
        return None
    if isinstance(value, CellError):
        raise UserError(f"{item.id}（{item.label}）是错误值 {value}")
    if isinstance(value, str) and not is_typed and item.type not in _WRITTEN:
        value = typed(value.strip())
    if isinstance(value, str):
        if item.type == GENERAL:
            return typed(value.strip()) if not is_typed else value
        if item.type == "flag":
            with suppress(UserError):
                return parse_input(item, value)
        if item.type not in _WRITTEN and not is_percentage(value, item.type):
            raise UserError(
                f"{item.id}（{item.label}）应为{'是或否' if item.type == 'flag' else '数字'}，现为文字“{value}”"
            )
        return parse_input(item, value)
    if item.type == "text":
        return f"{value:.15g}" if is_number(value) else str(value)
    if item.type == "date" and not is_day(value):
        raise UserError(f"{item.id}（{item.label}）应为日期，如 2022-10-31，现为 {value}")
    if item.type in ("date", GENERAL):
        return value
    read = parse_input(item, repr(value).upper() if isinstance(value, bool) else f"{value:.15g}")
    return read if item.type == "flag" else value


def _sheet_rows(path: Path) -> Iterator[Row]:
    package = open_package(path)
    if not package.worksheets:
        raise UserError(f"{path} 里没有工作表，应有两列：编号、值。")
    cells = package.cells(package.worksheets[0].name)
    for row in sorted({cell.row for cell in cells.values()}):
        first, second = cells.get(f"A{row}"), cells.get(f"B{row}")
        yield Row(row, _name(first.value if first else None), second.value if second else None)


def _name(value: Value) -> str:
    return "" if is_blank(value) else str(value).strip()


def _csv_rows(path: Path) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(read_text(path, MAXIMUM_BYTES), newline=""))
    for cells in reader:
        text = cells[1].strip() if len(cells) > 1 else ""
        yield Row(reader.line_num, (cells[0] if cells else "").strip("\ufeff \t"), text, is_typed=False)


def _json_rows(path: Path) -> Iterator[Row]:
    """A list of objects with `id` and `value`, whatever else they tell of the input."""
    content = parse_json(read_text(path, MAXIMUM_BYTES), str(path))
    for number, entry in enumerate(content if isinstance(content, list) else (), 1):
        name, value = (entry.get("id"), entry.get("value")) if isinstance(entry, dict) else (None, None)
        is_value = isinstance(value, str | bool | None) or (is_number(value) and math.isfinite(value))
        if not isinstance(name, str) or not is_value:
            raise UserError(
                f'{path} 第 {number} 项应写成 {{"id": "编号", "value": 值}}，值为数、文字、true、false 或 null。'
            )
        yield Row(number, name.strip(), float(value) if is_number(value) else value, word="项")
