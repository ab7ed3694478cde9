"""The sheet of the stamp drawn: the identity of the workbook, and what every other sheet held when it was made."""

from __future__ import annotations

import json

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import absolute_coordinate, column_index_from_string
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlperf import __version__
from xlperf.frameworks.loading import FrameworkFile
from xlperf.values import Value, is_number
from xlperf.workbook.as_delivered import NOTE, cells
from xlperf.workbook.data_schema import EvaluationData
from xlperf.workbook.data_shape import shape_of
from xlperf.workbook.identity import (
    CHUNK,
    COPY_FOR,
    DATA_SHAPE,
    FREE_SHEET,
    IDENTITY,
    LAYOUT_VERSION,
    MADE_BY,
    PREFILLED,
    PREFILLED_CELL,
    PROPERTY,
    STAMP_VERSION,
)
from xlperf.workbook.roles import Copy


def add_stamp(
    book: Workbook, source: FrameworkFile, data: EvaluationData | None, edition: str, copy: Copy = Copy.ALL
) -> None:
    """Writes the stamp of a finished workbook; the hashes of its formulas are filled in once it is saved."""
    shape = shape_of(data)
    notes = {NOTE: _reference_note(book), MADE_BY: __version__, **({DATA_SHAPE: shape} if shape else {})}
    # Of a complete workbook nothing is said, as before there were others.
    notes |= {COPY_FOR: copy} if copy is not Copy.ALL else {}
    page = book.create_sheet(IDENTITY)
    page.sheet_state = "veryHidden"
    page.protection.sheet = True
    framework = source.framework
    chunks = [source.text[i : i + CHUNK] for i in range(0, len(source.text), CHUNK)]
    facts = (
        ("stamp_version", str(STAMP_VERSION)),
        ("framework_id", framework.id),
        ("framework_version", framework.version),
        ("framework_hash", source.content_hash),
        ("edition", edition),
        ("layout_version", str(LAYOUT_VERSION)),
        ("formula_hash", "0" * 64),
        ("exact_hash", "0" * 64),
        ("framework_chunks", str(len(chunks))),
    )
    lines = [*facts, *(("framework_text", chunk) for chunk in chunks)]
    lines += [(name, text[i : i + CHUNK]) for name, text in notes.items() for i in range(0, len(text), CHUNK)]
    for row, (key, value) in enumerate(lines, 1):
        page.cell(row, 1, key)
        cell = page.cell(row, 2, value)
        cell.data_type = "s"
    page[PREFILLED_CELL] = 0
    book.defined_names[PREFILLED] = DefinedName(
        PREFILLED, attr_text=f"{IDENTITY}!{absolute_coordinate(PREFILLED_CELL)}"
    )
    brief = {"id": framework.id, "version": framework.version, "hash": source.content_hash, "edition": edition}
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=json.dumps(brief, separators=(",", ":"))))


def _reference_note(book: Workbook) -> str:
    """The note of a workbook under construction."""
    sheets = {
        page.title: [
            page.sheet_state,
            bool(page.protection.sheet),
            _validated(page),
            _constants(page),
            _hidden(page),
            *([rows] if (rows := _hidden_rows(page)) else []),
        ]
        for page in book.worksheets
        if page.title != FREE_SHEET
    }
    names = {name: defined.attr_text for name, defined in book.defined_names.items()}
    return json.dumps({"sheets": sheets, "names": names}, ensure_ascii=False, separators=(",", ":"))


def _validated(page: Worksheet) -> int:
    """How many cells have a rule for what is typed."""
    return sum(cells(str(rule.sqref)) for rule in page.data_validations.dataValidation)


def _hidden(page: Worksheet) -> list[int]:
    """The numbers of the columns that nobody sees."""
    dimensions = page.column_dimensions.items()
    return [column_index_from_string(letter) for letter, dimension in dimensions if dimension.hidden]


def _hidden_rows(page: Worksheet) -> list[int]:
    """The rows that nobody sees."""
    return [number for number, dimension in page.row_dimensions.items() if dimension.hidden]


def _constants(page: Worksheet) -> dict[str, Value]:
    """Numbers and texts in cells that nobody is meant to fill in."""
    found: dict[str, Value] = {}
    for row in page.iter_rows():
        for cell in row:
            value = cell.value
            if value is None or not cell.protection.locked or cell.data_type == "f":
                continue
            found[cell.coordinate] = float(value) if is_number(value) else value
    return found
